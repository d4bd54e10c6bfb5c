// All cells of a record at once: their lengths, their digits, the bounds of their numbers.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "kpfd/grammar/cells.hpp"
#include "kpfd/rules/record_view.hpp"

namespace kpfd::check {

/// What a column's cells are to be, if they have text.
struct CellLimits {
  std::int32_t least = 0;  ///< length, in bytes
  std::int32_t most = 0;
  bool number = false;   ///< digits, most_number_digits at most
  std::int32_t low = 0;  ///< of a number
  std::int32_t high = std::numeric_limits<std::int32_t>::max();
  std::uint32_t set = all_small_numbers;  ///< of a number below 32 its bit is set; larger ones are
                                          ///< in only if all are

  static constexpr std::uint32_t all_small_numbers = 0xFFFF'FFFF;
};

/// The limits of a layout's columns. Immutable once they are all there.
class CellScan {
 public:
  struct Found {
    ColumnSet empty;   ///< cells without text
    ColumnSet wrong;   ///< cells outside of their limits; means nothing for empty ones
    ColumnSet others;  ///< cells of up to 8 bytes that are not all digits
  };

  /// The limits of each column, from the first on. `portable`: the way of every machine, whatever
  /// this one can do.
  CellScan(const std::vector<CellLimits>& columns, bool portable);

  /// Scans a line of as many cells as there are columns. `numbers` gets one for each column: that
  /// of 1 to 8 digits, no_number for an empty cell, and any for other cells.
  void scan(const Cells& cells, std::int64_t* numbers, Found& found) const noexcept {
    way_(*this, cells, numbers, found);
    for (std::size_t word = 0; word < words_; ++word) {
      found.wrong.words.data()[word] |=
          found.others.words.data()[word] & numbers_.words.data()[word];
    }
  }

 private:
  using Way = void (*)(const CellScan&, const Cells&, std::int64_t* numbers, Found&);

  static void scan_portable(const CellScan& limits, const Cells& cells, std::int64_t* numbers,
                            Found& found) noexcept;
  static void scan_avx2(const CellScan& limits, const Cells& cells, std::int64_t* numbers,
                        Found& found) noexcept;
  static void scan_avx512(const CellScan& limits, const Cells& cells, std::int64_t* numbers,
                          Found& found) noexcept;

  Way way_;
  std::size_t words_ = 1;
  std::vector<std::int32_t> least_;
  std::vector<std::int32_t> range_;  ///< longest minus least length
  std::vector<std::int32_t> low_;
  std::vector<std::int32_t> high_;
  /// From the highest bit on, so that a shift by the number leaves the answer in the sign.
  std::vector<std::uint32_t> set_;
  std::vector<std::uint32_t> no_set_;  ///< the highest bit: all numbers are in
  ColumnSet numbers_;
};

}  // namespace kpfd::check
