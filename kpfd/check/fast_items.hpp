// The quick look at an item: 'certainly nothing to say', or 'look closer'.
//
// Nearly every item of nearly every record is in order. For these a few instructions are enough; whatever is not
// recognised as good here goes to item_checks.hpp, which alone decides. So this file can only cost time, never a
// verdict: passes() must be false wherever check_item() would have anything to say.
#pragma once

#include <cstdint>
#include <vector>

#include "kpfd/layout/model.hpp"
#include "kpfd/grammar/cells.hpp"

namespace kpfd::check {

/// One item's conditions in the form that is cheapest to test.
struct FastItem {
  enum class Kind : std::uint8_t {
    never,        ///< always look closer
    digits_set,   ///< one or two digits out of a set
    digits,       ///< 1 to 8 digits
    my_number,    ///< 12 digits with a check digit
    alphanumeric,
    alnum_or_kana,
    kana,         ///< half-width kana, with or without a name's spaces
    full_width,
    half_width,
    any,
  };

  std::uint64_t lengths = 0;    ///< bit n: n bytes are right, up to 63
  std::uint64_t set[2] = {0, 0};  ///< digits_set: two digits at their number, one digit at 100 + its number
  std::uint32_t least = 0;      ///< digits: smallest number
  Kind kind = Kind::never;
  bool zeros_refused = false;
  bool separated = false;       ///< a name: one separator at least, none at an end, no two in a row
  bool single_spaces = false;
};

FastItem make_fast(const layout::Item& item, bool for_union);

/// True only if the item's own checks have nothing to say about the cell. The cell is not empty and may be read up to
/// 64 bytes beyond its end.
bool passes(const FastItem& item, const char* cell, std::uint32_t size) noexcept;

/// Bit i of the words: cell i is empty. `words` has room for all columns of the record.
void find_empty_cells(const Cells& cells, ColumnSet& empty) noexcept;

}  // namespace kpfd::check
