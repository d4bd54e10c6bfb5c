#include "kpfd/grammar/lines.hpp"

#include <algorithm>
#include <cstring>

namespace kpfd::grammar {

namespace {

/// Room for the beginning of a line, which stays in front of the bytes that are read next.
constexpr std::uint32_t usual_line = 2048;

}  // namespace

LineReader::LineReader(Source& source, std::uint64_t begin, std::uint64_t end,
                       std::uint32_t read_size, std::uint64_t first_line)
    : source_(source),
      read_to_(begin),
      end_(end),
      read_size_(std::max(read_size, 1U)),
      index_separators_(best_index_separators()),
      buffer_offset_(begin),
      number_(first_line - 1) {
  const std::uint64_t size = end - begin;
  // A small file, the usual case, does not pay for a large buffer.
  reserve(static_cast<std::uint32_t>(
      std::min<std::uint64_t>(size, std::uint64_t{read_size_} + usual_line)));
}

void LineReader::reserve(std::uint32_t bytes) {
  auto larger = std::make_unique_for_overwrite<char[]>(bytes + 2 * index_padding);
  if (filled_ > 0) {
    std::memcpy(larger.get(), buffer_.get(), filled_);
  }
  buffer_ = std::move(larger);
  separators_ = std::make_unique_for_overwrite<std::uint32_t[]>(bytes + index_slack + 2);
  line_ends_ = std::make_unique_for_overwrite<std::uint32_t[]>(bytes + index_slack + 1);
  capacity_ = bytes;
}

void LineReader::refill() {
  const std::uint32_t left = filled_ - line_begin_;
  if (line_begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + line_begin_, left);
  }
  buffer_offset_ += line_begin_;
  line_begin_ = 0;
  filled_ = left;
  const auto wanted =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(read_size_, end_ - read_to_));
  if (left + wanted > capacity_) {
    // Doubling, so that a long line is copied a bounded number of times.
    reserve(std::max(left + wanted, std::min(2 * capacity_, longest_line + read_size_)));
  }
  std::uint32_t got = 0;
  while (got < wanted) {
    const std::size_t count =
        source_.read(read_to_ + got, buffer_.get() + filled_ + got, wanted - got);
    if (count == 0) {
      throw SourceError("the file became shorter while it was read");
    }
    got += static_cast<std::uint32_t>(count);
  }
  read_to_ += got;
  filled_ += got;
  std::memset(buffer_.get() + filled_, 0, 2 * index_padding);
}

void LineReader::index() {
  std::uint32_t to = filled_;
  // Whether a last CR stands alone is known only when the byte behind it is. refill() has read one
  // byte at least.
  if (buffer_[to - 1] == '\r' && read_to_ < end_) {
    --to;
  }
  const SeparatorCounts counts =
      index_separators_(buffer_.get(), 0, to, separators(), line_ends_.get());
  separator_count_ = counts.separators;
  line_end_count_ = counts.line_ends;
  separator_ = 0;
  line_end_ = 0;
}

bool LineReader::next_after_refill(Line& line) {
  while (true) {
    if (read_to_ == end_) {
      const std::uint32_t left = filled_ - line_begin_;
      if (left == 0) {
        return false;
      }
      separators()[separator_count_] = filled_;
      line.number = ++number_;
      line.offset = buffer_offset_ + line_begin_;
      line.size = left;
      line.end = LineEnd::none;
      line.too_long = left > longest_line;
      line.cells = {buffer_.get(), line_begin_, ends_of_line(),
                    static_cast<std::uint32_t>(separator_count_) - separator_ + 1};
      line_begin_ = filled_;
      return true;
    }
    // One more than the limit: a last CR may be the line's end.
    if (filled_ - line_begin_ > longest_line + 1) {
      return skip_long_line(line);
    }
    refill();
    index();
    if (line_end_count_ > 0) {
      take(line);
      return true;
    }
  }
}

/// The buffer holds the beginning of a line that is longer than any may be: reads on to its end,
/// keeping nothing.
bool LineReader::skip_long_line(Line& line) {
  line = Line{};
  line.number = ++number_;
  line.offset = buffer_offset_ + line_begin_;
  line.too_long = true;
  while (true) {
    // What is kept is a last CR at most, whose LF may come with the next bytes. The line has bytes
    // in the buffer: those that made it too long, then what refill() has read.
    const bool keep = buffer_[filled_ - 1] == '\r';
    line_begin_ = keep ? filled_ - 1 : filled_;
    if (read_to_ == end_) {
      line_begin_ = filled_;
      line.size = buffer_offset_ + filled_ - line.offset - (keep ? 1 : 0);
      line.end = keep ? LineEnd::cr : LineEnd::none;
      separator_count_ = line_end_count_ = line_end_ = separator_ = 0;
      return true;
    }
    refill();
    index();
    if (line_end_count_ > 0) {
      Line rest;
      take(rest);
      --number_;
      line.size = rest.offset + rest.size - line.offset;
      line.end = rest.end;
      return true;
    }
  }
}

}  // namespace kpfd::grammar
