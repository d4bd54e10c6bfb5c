// Where the bytes of a filing come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace kpfd {

/// The bytes could not be read; the check cannot be done. what() says why, for people, without any
/// byte of the file: in English, unless the caller's own source has words in another language.
class SourceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Bytes that can be read twice: a filing is surveyed as a whole before its lines are checked,
/// because its encoding is a fact about all of its bytes.
class Source {
 public:
  virtual ~Source() = default;

  /// Copies up to `size` bytes from `offset` on to `to` and returns how many; fewer than asked, 0
  /// included, only at the end. Throws SourceError.
  virtual std::size_t read(std::uint64_t offset, char* to, std::size_t size) = 0;

  /// How many bytes there are, where that is known beforehand; only a hint, and faster. The bytes
  /// that are read are what is checked.
  virtual std::uint64_t size_hint() const { return unknown_size; }
  static constexpr std::uint64_t unknown_size = ~std::uint64_t{0};

 protected:
  Source() = default;
  Source(const Source&) = default;
  Source& operator=(const Source&) = default;
};

/// Bytes in memory, which must outlive the source.
class MemorySource final : public Source {
 public:
  explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    if (offset >= bytes_.size()) {
      return 0;
    }
    const std::size_t left = bytes_.size() - static_cast<std::size_t>(offset);
    const std::size_t count = size < left ? size : left;
    std::memcpy(to, bytes_.data() + offset, count);
    return count;
  }

  std::uint64_t size_hint() const override { return bytes_.size(); }

 private:
  std::string_view bytes_;
};

}  // namespace kpfd
