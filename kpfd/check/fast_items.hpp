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

#include "kpfd/grammar/cells.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::check {

/// Values of one and two digits, one bit each: two digits at first * 10 + second, one digit at 192
/// + digit.
using DigitSet = std::array<std::uint64_t, 4>;

/// Some items' conditions beyond length and digits, in the form that is cheapest to test.
struct FastItem {
  enum class Kind : std::uint8_t {
    never,         ///< always look closer
    plain,         ///< digits of the right length: nothing more to ask
    digits_set,    ///< one or two digits out of a set
    digits,        ///< 1 to 8 digits: a number
    digits_table,  ///< up to 4 digits out of a list of numbers
    my_number,     ///< 12 digits with a check digit
    alphanumeric,
    alnum_or_kana,
    kana,  ///< half-width kana, with or without a name's spaces
    full_width,
    half_width,
    any,
  };

  std::uint32_t least = 0;          ///< digits: smallest number
  std::uint32_t most = 99'999'999;  ///< digits: largest number
  std::uint16_t list = 0;           ///< digits_table: which of the layout's
  Kind kind = Kind::never;
  bool zeros_refused = false;
  bool separated = false;  ///< a name: one separator at least, none at an end, no two in a row
  bool single_spaces = false;
};

/// Numbers of up to four digits, one bit each.
using NumberSet = std::array<std::uint64_t, (10'000 + 63) / 64>;

/// A layout's items, made ready for the quick look. Immutable.
class FastItems {
 public:
  explicit FastItems(const layout::Record& record);

  /// Record => `empty`, the cells without text, and `suspects`, the given items that must be looked
  /// at closely. Required items that are empty are not among these.
  void look(const Cells& cells, ColumnSet& empty, ColumnSet& suspects) const noexcept;

 private:
  using Lengths = void (*)(const FastItems&, const Cells&, ColumnSet& empty, ColumnSet& wrong);

  void add_digits(std::uint16_t column);
  static void lengths_portable(const FastItems& items, const Cells& cells, ColumnSet& empty,
                               ColumnSet& wrong) noexcept;
  static void lengths_avx2(const FastItems& items, const Cells& cells, ColumnSet& empty,
                           ColumnSet& wrong) noexcept;
  void suspect_texts_in_digits(const Cells& cells, ColumnSet& suspects) const noexcept;

  /// True only if the item's own checks have nothing to say about the cell, whose length, and for
  /// items of digits whose bytes, are right already. The cell is not empty and may be read up to 64
  /// bytes beyond its end.
  bool passes(const FastItem& item, const char* cell, std::uint32_t size) const noexcept;

  Lengths lengths_;
  std::vector<FastItem> items_;
  std::vector<DigitSet> digit_sets_;  ///< by column, empty but for Kind::digits_set
  std::vector<NumberSet> tables_;     ///< of Kind::digits_table, by FastItem::list
  std::vector<std::int32_t> least_;   ///< length, by column
  std::vector<std::int32_t> range_;   ///< longest minus least length
  std::size_t words_ = 1;
  ColumnSet all_;
  ColumnSet never_;  ///< columns of Kind::never
  /// Neighbouring columns whose bytes must all be digits.
  struct DigitRun {
    std::uint16_t first = 0;
    std::uint16_t last = 0;
  };
  std::vector<DigitRun> digit_runs_;
  ColumnSet sets_;    ///< of Kind::digits_set
  ColumnSet others_;  ///< of the kinds that look at the bytes one by one
};

}  // namespace kpfd::check
