// A line taken apart: cells over the input buffer, nothing copied.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kpfd {

/// Most columns that a layout may declare.
inline constexpr std::size_t most_columns = 256;

/// One bit a column.
struct ColumnSet {
  std::array<std::uint64_t, most_columns / 64> words{};

  void set(std::size_t column) { words[column / 64] |= std::uint64_t{1} << (column % 64); }
  bool operator[](std::size_t column) const {
    return ((words.data()[column / 64] >> (column % 64)) & 1) != 0;
  }
  bool any() const { return (words[0] | words[1] | words[2] | words[3]) != 0; }
};

/// How many ends beyond the last one may be read: cells are looked at several at a time.
inline constexpr std::size_t cells_padding = 8;

/// The cells of one line: cell i ends at `ends[i]` and begins behind the separator of the one
/// before. The first cell's `ends[-1]` can be read, too, and is `begin - 1`. The buffer may be read
/// up to 64 bytes beyond the last cell's end.
struct Cells {
  const char* buffer = nullptr;  ///< what the ends count from
  std::uint32_t begin = 0;       ///< of the first cell
  const std::uint32_t* ends = nullptr;
  std::uint32_t count = 0;

  std::uint32_t begin_of(std::size_t i) const {
    return *(ends + static_cast<std::ptrdiff_t>(i) - 1) + 1;
  }
  std::uint32_t size_of(std::size_t i) const { return ends[i] - begin_of(i); }
  std::string_view operator[](std::size_t i) const { return {buffer + begin_of(i), size_of(i)}; }
};

}  // namespace kpfd
