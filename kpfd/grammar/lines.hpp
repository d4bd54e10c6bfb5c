// bytes => lines of cells, streaming.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "kpfd/grammar/cells.hpp"
#include "kpfd/grammar/separators.hpp"
#include "kpfd/source.hpp"

namespace kpfd::grammar {

/// A longer line is not split: no record comes near it, and memory must not grow with a line.
inline constexpr std::uint32_t longest_line = 1U << 20;

/// How much is read at a time.
inline constexpr std::uint32_t usual_read_size = 64U << 10;

enum class LineEnd : std::uint8_t {
  cr_lf,
  lf,   ///< LF alone
  cr,   ///< CR alone
  none  ///< the end of the text
};

/// A line of the text. It lives until the next one is asked for.
struct Line {
  std::uint64_t number = 0;  ///< from 1
  std::uint64_t offset = 0;  ///< of its first byte, in the file
  std::uint64_t size = 0;    ///< bytes without the line end
  LineEnd end = LineEnd::cr_lf;
  bool too_long = false;  ///< no cells: more than longest_line bytes
  Cells cells;            ///< at least one; an empty line is one empty cell

  std::string_view text() const {
    return {cells.buffer + cells.begin, static_cast<std::size_t>(size)};
  }
};

/// Reads the bytes [begin, end) of a source as lines. LF or CR alone end a line like CR LF does.
/// Memory is bounded whatever the bytes are; the lines do not depend on how many bytes are read at
/// a time.
class LineReader {
 public:
  /// The first line has the number `first_line`.
  LineReader(Source& source, std::uint64_t begin, std::uint64_t end,
             std::uint32_t read_size = usual_read_size, std::uint64_t first_line = 1);

  /// The next line, or false at the end. Throws SourceError, also when the source ends before
  /// `end`: a file that shrinks while it is read has not been checked.
  bool next(Line& line) {
    if (line_end_ == line_end_count_) {
      return next_after_refill(line);
    }
    take(line);
    return true;
  }

  /// Bytes of the source that have been read.
  std::uint64_t position() const { return read_to_; }

  /// Where the next line begins, in the file.
  std::uint64_t next_offset() const { return buffer_offset_ + line_begin_; }

 private:
  void take(Line& line) {
    const std::uint32_t last = line_ends_[line_end_++];
    std::uint32_t* const ends = ends_of_line();
    const std::uint32_t end = separators()[last];
    line.number = ++number_;
    line.offset = buffer_offset_ + line_begin_;
    line.size = end - line_begin_;
    line.too_long = line.size > longest_line;
    line.cells = {buffer_.get(), line_begin_, ends, last - separator_ + 1};
    std::uint32_t next_begin = end + 1;
    if (buffer_[end] == '\n') {
      line.end = LineEnd::lf;
    } else if (buffer_[next_begin] == '\n') {  // the padding behind the buffer is never LF
      line.end = LineEnd::cr_lf;
      ++next_begin;
    } else {
      line.end = LineEnd::cr;
    }
    line_begin_ = next_begin;
    separator_ = last + 1;
  }

  /// The separators of the buffer: one place stands before them.
  std::uint32_t* separators() const { return separators_.get() + 1; }

  /// The ends of the next line's cells. The place before them, of a line that is done with, gets
  /// what Cells wants there.
  std::uint32_t* ends_of_line() const {
    std::uint32_t* const ends = separators() + separator_;
    *(ends - 1) = line_begin_ - 1;
    return ends;
  }

  bool next_after_refill(Line& line);
  bool skip_long_line(Line& line);
  void refill();
  void reserve(std::uint32_t bytes);
  void index();

  Source& source_;
  std::uint64_t read_to_;  ///< file offset behind the last byte read
  std::uint64_t end_;
  std::uint32_t read_size_;
  IndexSeparators index_separators_;
  std::unique_ptr<char[]> buffer_;
  std::uint32_t capacity_ = 0;
  std::uint32_t filled_ = 0;
  std::uint64_t buffer_offset_;  ///< file offset of the buffer's first byte
  std::uint32_t line_begin_ = 0;
  std::unique_ptr<std::uint32_t[]> separators_;
  std::unique_ptr<std::uint32_t[]> line_ends_;
  std::size_t separator_count_ = 0;
  std::size_t line_end_count_ = 0;
  std::uint32_t separator_ = 0;  ///< first one of the next line
  std::size_t line_end_ = 0;     ///< next one to take
  std::uint64_t number_;         ///< of the last line
};

}  // namespace kpfd::grammar
