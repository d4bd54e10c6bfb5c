#include "line_oracle.hpp"

#include <algorithm>
#include <vector>

#include "kpfd/grammar/lines.hpp"
#include "support.hpp"

namespace kpfd_fuzz {

using kpfd::grammar::LineEnd;

namespace {

/// A line as the naive splitter has it.
struct Expected {
  std::size_t offset = 0;
  std::string_view text;
  LineEnd end = LineEnd::none;
};

std::vector<Expected> split(std::string_view bytes, std::size_t begin, std::size_t end) {
  std::vector<Expected> lines;
  while (begin < end) {
    const std::size_t at = std::min({bytes.find('\r', begin), bytes.find('\n', begin), end});
    std::size_t next = at;
    Expected line{begin, bytes.substr(begin, at - begin), LineEnd::none};
    if (at < end) {
      const bool both = bytes[at] == '\r' && at + 1 < end && bytes[at + 1] == '\n';
      line.end = both ? LineEnd::cr_lf : bytes[at] == '\r' ? LineEnd::cr : LineEnd::lf;
      next += both ? 2U : 1U;
    }
    lines.push_back(line);
    begin = next;
  }
  return lines;
}

void same_cells(const kpfd::grammar::Line& line, std::string_view text) {
  require(line.text() == text, "a line has its bytes");
  std::size_t cell = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != ',') {
      continue;
    }
    require(cell < line.cells.count, "no cell is missing");
    require(line.cells[cell] == text.substr(begin, i - begin), "a cell has its bytes");
    ++cell;
    begin = i + 1;
  }
  require(cell == line.cells.count, "there is no cell too many");
  // What Cells promises may be read.
  volatile unsigned sum = 0;
  const std::size_t last = line.cells.begin + text.size();
  for (std::size_t i = 0; i < 64; ++i) {
    sum = sum + static_cast<unsigned char>(line.cells.buffer[last + i]);
  }
  for (std::size_t i = 0; i < kpfd::cells_padding; ++i) {
    sum = sum + line.cells.ends[line.cells.count + i];
  }
}

}  // namespace

void require_lines(std::string_view bytes, std::size_t begin, std::size_t end,
                   std::uint32_t read_size, std::size_t most_looked_at) {
  kpfd::MemorySource source(bytes);
  kpfd::grammar::LineReader reader(source, begin, end, read_size);
  kpfd::grammar::Line line;
  std::uint64_t number = 0;
  for (const Expected& expected : split(bytes, begin, end)) {
    require(reader.next(line), "no line is missing");
    require(line.number == ++number, "lines are counted from 1");
    require(line.offset == expected.offset, "a line has its place");
    require(line.size == expected.text.size(), "a line has its size");
    require(line.end == expected.end, "a line has its end");
    require(line.too_long == (expected.text.size() > kpfd::grammar::longest_line),
            "a line is too long or not");
    if (!line.too_long && line.size <= most_looked_at) {
      same_cells(line, expected.text);
    }
  }
  require(!reader.next(line), "there is no line too many");
  require(!reader.next(line), "the end stays the end");
}

}  // namespace kpfd_fuzz
