// Bytes that come once => a source that can be read twice.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "kpfd/source.hpp"
#include "kpfd/sources/temporary_file.hpp"

namespace kpfd::sources {

/// Keeps what comes in pieces: in memory while it is little, and in a nameless temporary file when
/// it is more. The file is gone when the spool is, or the process.
///
/// Not for several threads at once.
class Spool final : public Source {
 public:
  struct Limits {
    std::uint64_t in_memory = std::uint64_t{4} << 20;  ///< more than that goes into a file
    /// Whoever sends more never ends: a check of so much would not either.
    std::uint64_t in_all = std::uint64_t{8} << 30;
  };

  /// Faults are told in this language, `ja` or `en`.
  explicit Spool(std::string_view language) : Spool(language, Limits()) {}
  Spool(std::string_view language, Limits limits) : language_(language), limits_(limits) {}

  /// Throws SourceError for bytes beyond the limit, and where the file cannot be made or written;
  /// what the spool holds is then incomplete.
  void append(std::string_view bytes);

  std::uint64_t size() const { return size_; }

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override;
  std::uint64_t size_hint() const override { return size_; }

 private:
  std::string language_;
  Limits limits_;
  std::uint64_t size_ = 0;
  std::string kept_;
  std::unique_ptr<TemporaryFile> file_;
};

}  // namespace kpfd::sources
