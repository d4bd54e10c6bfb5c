// Where commas and line ends stand in a buffer: the splitter beside the grammar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kpfd/grammar/cells.hpp"
#include "kpfd/grammar/vector_units.hpp"

namespace kpfd::grammar {

/// Readable bytes that must follow the range given to index_separators().
inline constexpr std::size_t index_padding = 64;

/// How many entries beyond the bytes of the range the arrays must have room for.
inline constexpr std::size_t index_slack = 64;

/// How many separators and line ends were found.
struct SeparatorCounts {
  std::size_t separators = 0;
  std::size_t line_ends = 0;
};

/// Bytes [from, to) of `data` => `separators`, the positions of commas and line ends in order, and
/// `line_ends`, which of these are line ends (indices into `separators`). CR LF is one line end at
/// the CR; CR or LF alone is one, too. A comma or a line end can never be the second byte of a
/// Shift_JIS character or a later byte of a UTF-8 one, so raw bytes are enough.
///
/// A CR at `to - 1` counts as alone: the caller leaves it out of the range while more bytes may
/// come. `data` is readable, and not LF, for index_padding bytes behind `to`. Positions are below
/// 2^32.
using IndexSeparators = SeparatorCounts (*)(const char* data, std::uint32_t from, std::uint32_t to,
                                            std::uint32_t* separators, std::uint32_t* line_ends);

/// The fastest one that this processor runs and that asks for no more than `most`.
IndexSeparators best_index_separators(VectorUnits most = VectorUnits::avx512);

/// The cells of a single line that stands in memory without its line end. index_padding zeros are
/// put behind it, and the cells are views of `line` and `ends`.
Cells cells_of(std::string& line, std::vector<std::uint32_t>& ends);

}  // namespace kpfd::grammar
