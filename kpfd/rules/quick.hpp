// The quick look at all rules of a record: which of them surely have nothing to say.
//
//   QuickProgram, numbers of a record => doubts
//
// Nearly every record keeps every rule. The programs of program.hpp ask one rule at a time, step by
// step, and can tell why it fails; here all rules of a layout are one run of steps that hardly
// branches. A rule in doubt is asked again there, and only there it fails. So this can cost time,
// never a verdict: a rule must be in doubt wherever its program would fail.
//
// Conditions are computed from numbers that may mean nothing, such as that of an empty item. That
// is right: where the program fails, everything that it looked at had a value, and what it did not
// look at is masked away here by the same conditions. A record in which anything was found wrong
// already is not looked at quickly.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kpfd/rules/program.hpp"
#include "kpfd/rules/record_view.hpp"
#include "kpfd/rules/terms.hpp"

namespace kpfd::rules {

/// Places for numbers: the items', by column, then those of constants and results.
inline constexpr std::size_t quick_places = 1024;

/// Most results that several rules of a layout share.
inline constexpr std::size_t most_shared_results = 64;

/// Most rules of a layout that are looked at quickly; all others are always in doubt.
inline constexpr std::size_t most_quick_rules = most_columns;

/// One bit a rule, in the order of the layout.
using RuleBits = ColumnSet;

/// What a step does with the numbers in places a, b and c; its result goes to place `to`. True is
/// -1, all bits, and false 0.
enum class QuickOp : std::uint16_t {
  end,
  guard,  ///< goes on at step `to` unless all of sets[a] are given and none of sets[b] is
  leave_if_all_given,   ///< goes on at step `to` if all of sets[a] are
  leave_if_none_given,  ///< likewise
  leave_if,             ///< goes on at step `to` if a is true
  leave_if_equal,       ///< goes on at step `to` if a and b are equal
  leave_if_unequal,
  jump,           ///< goes on at step `to`
  require,        ///< a is true, or rule b is in doubt
  require_equal,  ///< a and b are equal, or rule c is in doubt
  doubt,          ///< rule b is in doubt
  recall,         ///< result a is to be there: the routine at step `to` makes it if it is not
  store,          ///< result a is there: the end of its routine
  add,
  subtract,
  multiply,
  divide,  ///< rounded down; by 0: 0
  modulo,
  minimum,
  maximum,
  add_if,        ///< c, and a added if b is true
  sum_where,     ///< of `count` places from c on, where the one from b on is a at least
  count_where,   ///< of `count` places from b on, those that are a at least
  any_at_least,  ///< of `count` places from b on, one is a at least
  none_at_least,
  equal,
  unequal,
  less,
  at_most,
  both,
  either,
  opposite,
  copy,
  all_given,  ///< of sets[a], and so on
  any_given,
  none_given,
  any_empty,
  in_table,         ///< a is a code of tables[b]
  grade_of_code,    ///< of a in tables[b]; 0 if it has none
  grade_of_amount,  ///< likewise
  date,             ///< the day of era a and YYMMDD b
  add_years,        ///< to day a; b is a number of years
  check_date,
};

struct QuickStep {
  QuickOp op = QuickOp::end;
  std::uint16_t a = 0;
  std::uint16_t b = 0;
  std::uint16_t c = 0;
  std::uint16_t to = 0;
  std::uint16_t count = 0;
};

/// The rules of one layout. make_quick() is the only maker: look() trusts it.
struct QuickProgram {
  /// A table with its codes as bits, where they are small enough.
  struct Table {
    Program::Grades grades;
    std::vector<std::uint64_t> codes;
  };

  /// A rule that asks nothing but whether items are given: it is in doubt if all of `given` are and
  /// none of `empty` is.
  struct Presence {
    ColumnSet given;
    ColumnSet empty;
    std::uint16_t rule = 0;
  };

  std::vector<Presence> presences;
  std::vector<QuickStep> steps{QuickStep{}};
  std::vector<std::int64_t> constants;  ///< from place most_columns on
  std::vector<ColumnSet> sets;
  std::vector<Table> tables;
  std::array<std::int16_t, 10> era_years{};  ///< as in Program
  std::uint8_t words = 1;                    ///< how many words of the sets matter
};

/// Room for the numbers of one record; used again for the next.
class QuickScratch {
 public:
  /// A number for each column, to be filled before look(): the item's, or no_number if it is
  /// empty; anything for an item that is no number of up to most_number_digits.
  std::int64_t* numbers() { return places_.data(); }

 private:
  friend RuleBits look(const QuickProgram& program, CivilDate check_date, const ColumnSet& given,
                       QuickScratch& scratch) noexcept;

  std::array<std::int64_t, quick_places> places_{};
  std::array<const QuickStep*, most_shared_results> back_{};  ///< where a routine goes on
};

/// The rules that may fail, in a record of which nothing is known to be wrong. `given` are the
/// items with text that are not hidden. Allocates nothing.
///
/// What is told of a rule stays true when rules before it have failed: an error takes a value away,
/// and a program that finds a value missing ends in silence, so more errors can only silence it.
/// Not so a rule that asks whether an item has an error (Rule::asks_errors). It is told of none:
/// once another rule has failed, that is not to be relied on.
RuleBits look(const QuickProgram& program, CivilDate check_date, const ColumnSet& given,
              QuickScratch& scratch) noexcept;

/// A rule as make_quick() needs it.
struct QuickRule {
  TermId root = 0;
  const Program* program = nullptr;
};

/// The terms of a layout's rules, in their order => the program that looks at all of them.
QuickProgram make_quick(const Terms& terms, const std::vector<QuickRule>& rules);

}  // namespace kpfd::rules
