// Lines and cells.
//
//   input ::= read-size skip-before skip-behind long-line text
//
// Four bytes, then the text. Now and then a run of bytes is put into the text, as long as the
// longest line that is split, give or take a few. Oracle: a splitter that goes byte by byte, for
// lines, cells and the bits of the bytes that are no digits; and the portable separator index
// beside the one that the processor likes best.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/grammar/lines.hpp"
#include "kpfd/grammar/separators.hpp"
#include "support.hpp"

namespace {

using kpfd::grammar::LineEnd;
using kpfd_fuzz::Input;
using kpfd_fuzz::require;

/// From this value of `long-line` on the run is put in, but only into short texts: it costs time.
constexpr std::uint8_t least_amplify = 0xF0;
constexpr std::size_t most_amplified = 8;

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
      next += both ? 2 : 1;
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
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t at = line.cells.begin + i;
    const bool other = ((line.cells.others[at / 64] >> (at % 64)) & 1) != 0;
    const bool digit = text[i] >= '0' && text[i] <= '9';
    require(other == (!digit && text[i] != ','), "the bits tell what is no digit");
  }
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

void read_lines(std::string_view bytes, std::size_t begin, std::size_t end,
                std::uint32_t read_size) {
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
    if (!line.too_long && line.size < 1U << 16) {
      same_cells(line, expected.text);
    }
  }
  require(!reader.next(line), "there is no line too many");
  require(!reader.next(line), "the end stays the end");
}

void same_index(std::string_view bytes, std::uint32_t from) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  std::vector<char> data(bytes.begin(), bytes.end());
  data.insert(data.end(), kpfd::grammar::index_padding, '\0');
  struct Index {
    std::vector<std::uint32_t> separators;
    std::vector<std::uint32_t> line_ends;
    std::vector<std::uint64_t> others;
    kpfd::grammar::SeparatorCounts counts;
  };
  const auto index = [&](kpfd::grammar::IndexSeparators function) {
    Index made;
    const std::size_t room = size - from + kpfd::grammar::index_slack;
    made.separators.resize(room);
    made.line_ends.resize(room);
    made.others.resize(room / 64 + 1);
    made.counts = function(data.data(), from, size, made.separators.data(), made.line_ends.data(),
                           made.others.data());
    made.separators.resize(made.counts.separators);
    made.line_ends.resize(made.counts.line_ends);
    made.others.resize((size - from + 63) / 64);
    if ((size - from) % 64 != 0) {
      made.others.back() &= (std::uint64_t{1} << ((size - from) % 64)) - 1;
    }
    return made;
  };
  const Index portable = index(kpfd::grammar::index_separators_portable);
  const Index best = index(kpfd::grammar::best_index_separators());
  require(portable.separators == best.separators, "both indexes find the same separators");
  require(portable.line_ends == best.line_ends, "both indexes find the same line ends");
  require(portable.others == best.others, "both indexes find the same digits");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint8_t first = input.byte();
  std::uint32_t read_size = first < 200 ? first + 1U : (first - 199U) * 257U;
  std::size_t before = input.byte();
  std::size_t behind = input.byte();
  const std::uint8_t amplify = input.byte();
  std::string text(input.rest());
  const bool long_line = amplify >= least_amplify && text.size() < most_amplified;
  if (long_line) {
    const std::size_t run = kpfd::grammar::longest_line + (amplify - least_amplify) - 4;
    text.insert(text.size() / 2, run, amplify % 2 == 0 ? 'x' : ',');
    read_size = std::max(read_size, 8192U);
  }
  before = std::min(before % 5, text.size());
  behind = std::min(behind % 5, text.size() - before);
  // A copy of exactly this size, so that no read past the end stays unseen.
  const std::vector<char> exact(text.begin(), text.end());
  const std::string_view bytes(exact.data(), exact.size());
  read_lines(bytes, before, bytes.size() - behind, read_size);
  if (!long_line) {
    same_index(bytes, static_cast<std::uint32_t>(before));
  }
  return 0;
}
