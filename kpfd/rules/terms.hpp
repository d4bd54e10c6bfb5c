// A rule that has been understood: its names are columns, its types are right, its numbers cannot
// overflow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kpfd/layout/load.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/rules/ast.hpp"
#include "kpfd/rules/record_view.hpp"

namespace kpfd::rules {

enum class Kind : std::uint8_t { boolean, integer, date };

/// What must be so before a term can have a certain value; `impossible` if it never has it.
struct Needs {
  ColumnSet given;
  ColumnSet empty;
  ColumnSet sound;
  bool impossible = false;
};

enum class What : std::uint8_t {
  truth,  ///< number: 0 or 1
  number,
  never,  ///< the value of an item that reads as empty: makes the rule silent
  item,
  date,  ///< of dates[index] of the record
  check_date,
  add,
  subtract,
  multiply,
  divide,
  modulo,
  minimum,
  maximum,     ///< of two
  add_number,  ///< part + number
  add_years,
  grade_of_code,
  grade_of_amount,  ///< in tables[index] of the layouts
  sum_if,           ///< parts: condition, value, condition, value ...
  equal,
  unequal,
  less,
  at_most,
  greater,
  at_least,
  says,  ///< the item says number
  says_one_of,
  one_of,  ///< part is one of numbers
  in_table,
  given,
  no_error,
  chosen,  ///< step `index` is
  negation,
  all_of,  ///< of two or more, from left to right
  any_of,
  equivalence,
  conditional,
  choice,  ///< parts: a condition a step, and what is to hold
  shared,  ///< part has a name; its value is kept in slot `index`
};

using TermId = std::uint32_t;

struct Term {
  What what = What::truth;
  Kind kind = Kind::boolean;
  bool changing = false;  ///< asks whether an item has an error: rules find more of them
  bool chooses = false;   ///< has a choice in it
  bool chosen = false;    ///< depends on the steps that a choice has chosen
  std::uint16_t column = 0;
  std::uint16_t index = 0;
  std::uint32_t depth = 1;
  std::int64_t number = 0;
  std::int64_t low = 0;  ///< an integer lies between low and high
  std::int64_t high = 0;
  std::vector<TermId> parts;
  std::vector<std::int64_t> numbers;
  Needs when_true;   ///< of an integer or a date: to have a value
  Needs when_false;  ///< the same as when_true for an integer or a date
};

/// The terms of all rules of a record. Parts stand before what they are part of; named expressions
/// are shared.
class Terms {
 public:
  Terms(const layout::Record& record, const layout::Layouts& layouts);

  /// `<let>`: adds a name. The text is checked even if no rule uses it.
  void define(const layout::RuleText& let);

  /// A rule's condition for the finding at a step of the repeated item that it stands at; -1: it
  /// stands at one. `steps` is the number of those steps, 0 if there are none.
  TermId rule(const layout::RuleText& text, int step, std::size_t steps);

  const Term& operator[](TermId id) const { return terms_[id]; }
  const layout::Record& record() const { return record_; }
  const layout::Layouts& layouts() const { return layouts_; }

  /// `did you mean ...?` for a name that is none, or nothing.
  std::string suggestion(std::string_view name, bool lets) const;

  /// Slot of a date, or no slot any more.
  std::uint16_t date_slot(std::uint16_t date) const { return date_slots_[date]; }

 private:
  class Reader;
  struct Let {
    std::size_t steps = 0;      ///< 0: one value
    std::string repeated;       ///< the repeated item that makes it so
    std::vector<TermId> terms;  ///< a step each, or one
  };

  const layout::Record& record_;
  const layout::Layouts& layouts_;
  std::vector<Term> terms_;
  std::map<std::string, Let, std::less<>> lets_;
  std::vector<std::uint16_t> date_slots_;
  std::uint16_t next_slot_ = 0;
};

/// Throws SchemaError at the element of a rule or let.
[[noreturn]] void fail_at(const layout::RuleText& text, const std::string& reason);

}  // namespace kpfd::rules
