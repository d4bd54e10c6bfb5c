#include "converters/source/text_end.hpp"

#include <algorithm>
#include <array>

namespace kpfd::converters {

namespace {

/// What some programs put behind the end of a text.
constexpr char end_mark = 0x1A;

}  // namespace

std::uint64_t text_end(Source& source, std::uint64_t begin, std::uint64_t end) {
  std::array<char, 512> piece{};
  while (end > begin) {
    const std::uint64_t from = end - std::min<std::uint64_t>(end - begin, piece.size());
    const auto wanted = static_cast<std::size_t>(end - from);
    if (source.read(from, piece.data(), wanted) != wanted) {
      throw SourceError("the file has become shorter while it was read");
    }
    std::size_t left = wanted;
    while (left > 0 && piece[left - 1] == end_mark) {
      --left;
    }
    end = from + left;
    if (left > 0) {
      break;
    }
  }
  return end;
}

}  // namespace kpfd::converters
