// The quick look at a record: which items certainly have nothing to say, and which to look closer
// at.
//
// Nearly every item of nearly every record is in order. For these a few instructions are enough;
// whatever is not recognised as good here goes to item_checks.hpp, which alone decides. So this
// file can only cost time, never a verdict: an item must be suspected wherever check_item() would
// have anything to say.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "kpfd/check/cell_scan.hpp"
#include "kpfd/grammar/cells.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::check {

/// Values of one and two digits, one bit each: two digits at first * 10 + second, one digit at 192
/// + digit.
using DigitSet = std::array<std::uint64_t, 4>;

/// Some items' conditions beyond length, digits and bounds of the number, in the form that is
/// cheapest to test.
struct FastItem {
  enum class Kind : std::uint8_t {
    never,        ///< always look closer
    plain,        ///< nothing more to ask
    digits_set,   ///< one or two digits out of a set
    long_digits,  ///< more digits than a number is made of
    my_number,    ///< 12 digits with a check digit
    alphanumeric,
    alnum_or_kana,
    kana,  ///< half-width kana, with or without a name's spaces
    full_width,
    half_width,
    any,
  };

  Kind kind = Kind::never;
  bool zeros_refused = false;
  bool separated = false;  ///< a name: one separator at least, none at an end, no two in a row
  bool single_spaces = false;
};

/// A layout's items, made ready for the quick look. Immutable.
class FastItems {
 public:
  /// The way of looking asks for no more than `most`.
  explicit FastItems(const layout::Record& record,
                     grammar::VectorUnits most = grammar::VectorUnits::avx512);

  /// Record => `empty`, the cells without text, and `suspects`, the given items that must be looked
  /// at closely. Required items that are empty are not among these. `numbers` has room for a number
  /// a column: an item of up to 8 digits gets what CellScan::scan() says, which is its value
  /// if the item is no suspect; what the others get means nothing.
  void look(const Cells& cells, ColumnSet& empty, ColumnSet& suspects,
            std::int64_t* numbers) const noexcept;

 private:
  CellLimits add(const layout::Item& item, bool for_union);

  std::vector<FastItem> items_;
  std::vector<DigitSet> digit_sets_;  ///< by column, empty but for Kind::digits_set
  std::size_t words_ = 1;
  ColumnSet all_;
  ColumnSet never_;   ///< columns of Kind::never
  ColumnSet sets_;    ///< of Kind::digits_set
  ColumnSet others_;  ///< of the kinds that look at the bytes one by one
  CellScan scan_;
};

}  // namespace kpfd::check
