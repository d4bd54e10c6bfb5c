// Lines and cells.
//
//   input ::= read-size skip-before skip-behind text
//
// Three bytes, then the text. Oracle: a splitter that goes byte by byte (line_oracle.hpp), and the
// portable separator index beside those that ask more of the processor.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "kpfd/grammar/separators.hpp"
#include "line_oracle.hpp"
#include "support.hpp"

namespace {

using kpfd_fuzz::Input;
using kpfd_fuzz::require;

void same_index(std::string_view bytes, std::uint32_t from) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  std::vector<char> data(bytes.begin(), bytes.end());
  data.insert(data.end(), kpfd::grammar::index_padding, '\0');
  struct Index {
    std::vector<std::uint32_t> separators;
    std::vector<std::uint32_t> line_ends;
    kpfd::grammar::SeparatorCounts counts;
  };
  const auto index = [&](kpfd::grammar::IndexSeparators function) {
    Index made;
    const std::size_t room = size - from + kpfd::grammar::index_slack;
    made.separators.resize(room);
    made.line_ends.resize(room);
    made.counts = function(data.data(), from, size, made.separators.data(), made.line_ends.data());
    made.separators.resize(made.counts.separators);
    made.line_ends.resize(made.counts.line_ends);
    return made;
  };
  using kpfd::grammar::VectorUnits;
  const Index portable = index(kpfd::grammar::best_index_separators(VectorUnits::none));
  for (const VectorUnits most : {VectorUnits::avx2, VectorUnits::avx512}) {
    const Index other = index(kpfd::grammar::best_index_separators(most));
    require(portable.separators == other.separators, "all indexes find the same separators");
    require(portable.line_ends == other.line_ends, "all indexes find the same line ends");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint8_t first = input.byte();
  const std::uint32_t read_size = first < 200 ? first + 1U : (first - 199U) * 257U;
  std::size_t before = input.byte() % 5;
  std::size_t behind = input.byte() % 5;
  const std::string_view bytes = input.rest();
  before = std::min(before, bytes.size());
  behind = std::min(behind, bytes.size() - before);
  kpfd_fuzz::require_lines(bytes, before, bytes.size() - behind, read_size);
  same_index(bytes, static_cast<std::uint32_t>(before));
  return 0;
}
