// Lines about as long as the longest that is split. Slower than fuzz_lines.cpp, so by itself.
//
//   input ::= read-size { piece }
//   piece ::= byte byte-and-kind
//
// Each piece is two bytes: the first one stands in the text as it is; where the second is 0xE0 or
// more, up to twice, a run of that first byte follows that makes the line a few bytes shorter or
// longer than the limit. Oracle: a splitter that goes byte by byte.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "kpfd/grammar/lines.hpp"
#include "line_oracle.hpp"
#include "support.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr int most_runs = 2;
  constexpr std::uint8_t least_run = 0xE0;
  constexpr std::uint8_t exact_run = 0xF0;
  kpfd_fuzz::Input input(data, size);
  const std::uint32_t read_size = 4096U + input.byte() * 1021U;
  std::string text;
  int runs = 0;
  while (!input.rest().empty()) {
    const char piece = static_cast<char>(input.byte());
    const std::uint8_t kind = input.byte();
    text += piece;
    if (kind < least_run || runs == most_runs) {
      continue;
    }
    ++runs;
    const std::size_t end = text.find_last_of("\r\n");
    const std::size_t line = text.size() - (end == std::string::npos ? 0 : end + 1);
    const std::size_t wanted = kpfd::grammar::longest_line + kind - exact_run;
    if (line < wanted && piece != '\r' && piece != '\n') {
      text.append(wanted - line, piece);
    }
  }
  kpfd_fuzz::require_lines(text, 0, text.size(), read_size, 0);
  return 0;
}
