// All cells of a record at once: their lengths, their digits, the bounds of their numbers.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "kpfd/grammar/cells.hpp"
#include "kpfd/grammar/vector_units.hpp"
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

  /// The limits of each column, from the first on. The way of scanning asks for no more than
  /// `most`.
  CellScan(const std::vector<CellLimits>& columns, grammar::VectorUnits most);

  /// Scans a line of as many cells as there are columns. `numbers` gets one for each column: that
  /// of 1 to 8 digits, no_number for an empty cell, and any for other cells.
  void scan(const Cells& cells, std::int64_t* numbers, Found& found) const noexcept {
    way_(*this, cells, numbers, found);
  }

 private:
  using Way = void (*)(const CellScan&, const Cells&, std::int64_t* numbers, Found&);

  static void scan_portable(const CellScan& limits, const Cells& cells, std::int64_t* numbers,
                            Found& found) noexcept;
  static void scan_avx2(const CellScan& limits, const Cells& cells, std::int64_t* numbers,
                        Found& found) noexcept;
  static void scan_avx512(const CellScan& limits, const Cells& cells, std::int64_t* numbers,
                          Found& found) noexcept;

  static constexpr std::size_t columns_at_once = 8;

  /// What was found of a group, a bit for each of its columns.
  struct GroupBits {
    unsigned empty = 0;
    unsigned wrong = 0;
    unsigned others = 0;
  };

  /// The limits of neighbouring columns, which are looked at together.
  struct alignas(32) Group {
    std::array<std::int32_t, columns_at_once> least{};
    std::array<std::int32_t, columns_at_once> range{};  ///< longest minus least length
    std::array<std::int32_t, columns_at_once> low{};
    std::array<std::int32_t, columns_at_once> high{};
    /// From the highest bit on, so that a shift by the number leaves the answer in the sign.
    std::array<std::uint32_t, columns_at_once> set{};
    std::array<std::uint32_t, columns_at_once> no_set{};  ///< the highest bit: all numbers are in
    std::uint32_t numbers = 0;  ///< a bit for each column whose cells are to be digits
    std::uint32_t first = 0;    ///< column
  };

#if KPFD_AVX2
  static __m512i digits_avx512(const char* buffer, const std::uint32_t* ends, __m256i end,
                               __m256i size);
  static GroupBits scan_group_avx512(const Group& group, const Cells& cells, std::int64_t* numbers);
#endif

  static Group group_of(const std::vector<CellLimits>& columns, std::size_t first);
  static void put_bits(ColumnSet& set, std::size_t column, std::uint64_t bits);

  Way way_;
  /// All columns. Nothing stands behind the last one of a line, so the last group reaches back and
  /// may hold columns of the one before it; only a line of fewer than eight has one that is not
  /// full.
  std::vector<Group> groups_;
};

}  // namespace kpfd::check
