// bytes => pieces of whole lines, for several threads to read at once.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "kpfd/source.hpp"

namespace kpfd::grammar {

/// Whole lines of a text, in memory.
struct Batch {
  std::uint64_t offset = 0;      ///< of the first byte, in the file
  std::uint64_t first_line = 0;  ///< its number, from 1
  std::uint64_t lines = 0;
  std::unique_ptr<char[]> bytes;
  std::size_t size = 0;

  std::uint64_t end() const { return offset + size; }
  std::string_view text() const { return {bytes.get(), size}; }
};

/// How many bytes a batch has at most. Its work is worth far more than handing it to a thread, and
/// some of them fit in a core's cache.
inline constexpr std::size_t batch_size = 128U << 10;

/// Reads the bytes [begin, end) of a source, which begin with a line, as batches. Lines are what
/// LineReader makes of them.
class BatchReader {
 public:
  BatchReader(Source& source, std::uint64_t begin, std::uint64_t end, std::uint64_t first_line)
      : source_(source), position_(begin), end_(end), line_(first_line) {}

  /// The next batch, into memory that a batch had before. False at the end, or where no LF stands
  /// within batch_size bytes: from position() on, the rest is for a LineReader. Throws SourceError,
  /// also when the source ends before `end`.
  bool next(Batch& batch);

  std::uint64_t position() const { return position_; }
  std::uint64_t line() const { return line_; }  ///< number of the line at position()

 private:
  Source& source_;
  std::uint64_t position_;
  std::uint64_t end_;
  std::uint64_t line_;
};

/// A batch as a source, at its place in the file.
class BatchSource final : public Source {
 public:
  explicit BatchSource(const Batch& batch) : batch_(batch) {}
  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override;

 private:
  const Batch& batch_;
};

}  // namespace kpfd::grammar
