// A rule made ready to run: a few masks that tell most records at once, and a small program for the
// rest.
//
//   Program, RecordView => Outcome
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kpfd/layout/model.hpp"
#include "kpfd/rules/record_view.hpp"

namespace kpfd::rules {

/// What a rule has to say about one record.
enum class Outcome : std::uint8_t {
  pass,    ///< it holds, or nothing that stands in the record could break it
  fail,    ///< a finding
  silent,  ///< a value that it needs is missing, or an error stands at it
};

/// The two sides of the comparison that made a rule fail, for its message.
struct Amounts {
  enum class Kind : std::uint8_t { none, integers, dates };
  Kind kind = Kind::none;
  std::int64_t found = 0;     ///< the left side; of a date, its CivilDate::days
  std::int64_t expected = 0;  ///< the right side
};

/// What one instruction does. `top` is the value pushed last, `below` the one before it.
enum class Op : std::uint8_t {
  pass,           ///< ends the rule
  fail,           ///< ends the rule; no amounts
  fail_integers,  ///< ends the rule with the two sides compared last
  fail_dates,
  silent,
  jump,
  constant,    ///< push number
  item,        ///< push the value of an item; silent if it is empty or an error stands at it
  date,        ///< push the day of dates[index]; silent likewise
  check_date,  ///< push the check date
  add,         ///< below + top, and so on
  subtract,
  multiply,
  divide,  ///< rounded down; by 0: silent
  modulo,
  minimum,
  maximum,
  add_number,  ///< top + number, and so on
  add_item,    ///< top + the value of an item
  minimum_number,
  add_years,      ///< top is a date
  grade_of_code,  ///< top becomes the grade in tables[index]; silent if it has none
  grade_of_amount,
  if_equal,  ///< takes top and below away and jumps if below == top, and so on
  if_unequal,
  if_less,
  if_at_most,
  if_greater,
  if_at_least,
  if_item_equal,  ///< the same with the value of an item for below; takes top away
  if_item_unequal,
  if_item_less,
  if_item_at_most,
  if_item_greater,
  if_item_at_least,
  if_given,  ///< jumps if the item has any text
  if_empty,
  if_error,  ///< jumps if there is an error at the item, of any kind
  if_no_error,
  if_says,         ///< jumps if the item says number; silent if an error stands at it
  if_says_not,     ///< jumps if it says something else or nothing
  if_says_one_of,  ///< jumps if the item says one of `length` numbers from sets[index] on
  if_one_of,       ///< the same of top, which is taken away
  if_in_table,     ///< jumps if top, which is taken away, is a code of tables[index]
  recall,  ///< pushes slot `index`; if it has nothing of this record, the routine at target fills
           ///< it first
  if_recalled,  ///< jumps if the condition in slot `index` is true; the routine is at number
  if_not_recalled,
  store,  ///< the end of a routine: puts top into slot `index` and goes back to where it was missed
  store_true,
  store_false,
  choice_clear,  ///< no step may be chosen
  choice_allow,  ///< step `index` may be chosen
  choice_first,  ///< chooses all steps that may be; jumps if there are none
  choice_next,   ///< chooses the next subset and jumps; goes on if there are no more
  if_chosen,     ///< jumps if step `index` is chosen
  if_not_chosen,
};

/// The name that a listing shows.
const char* name_of(Op op);

/// Whether instructions of the kind go on, or may go on, at their `target`.
bool has_target(Op op);

struct Instruction {
  Op op = Op::silent;
  std::uint8_t length = 0;
  std::uint16_t column = 0;  ///< of an item
  std::uint16_t index = 0;   ///< into a table of the program, or of a slot or a step
  std::uint16_t target = 0;  ///< instruction that a jump goes to
  std::int64_t number = 0;
};

/// The most values that wait for their operator at once, and the most instructions of a rule.
inline constexpr std::size_t deepest_stack = 256;
inline constexpr std::size_t longest_program = 4096;

/// Slots for values that several rules of a record share: dates and named expressions.
inline constexpr std::size_t shared_slots = 64;

/// A rule's program. compile() is the only maker: run() trusts it.
struct Program {
  /// An era digit and YYMMDD.
  struct DateSource {
    std::uint16_t era = 0;
    std::uint16_t ymd = 0;
    std::uint16_t slot = no_slot;
  };
  /// What the rules need of a layout::Table, sorted by code and by amount.
  struct Grades {
    struct Row {
      std::int64_t key = 0;    ///< code, or the least amount
      std::int64_t below = 0;  ///< 0: no upper bound
      std::int64_t grade = 0;
    };
    std::string key;
    std::vector<Row> by_code;
    std::vector<Row> by_amount;

    bool has(std::int64_t wanted) const;                ///< as a code
    std::int64_t of_code(std::int64_t wanted) const;    ///< 0: none
    std::int64_t of_amount(std::int64_t amount) const;  ///< 0: none
  };
  static constexpr std::uint16_t no_slot = 0xFFFF;

  /// The rule cannot fail unless all of `given` have text, none of `empty` has, and no error stands
  /// at any of `sound`.
  ColumnSet given;
  ColumnSet empty;
  ColumnSet sound;
  std::uint8_t words = 1;  ///< how many words of these sets matter
  int at_column = -1;      ///< where the finding stands; -1: the whole line; part of `sound`

  std::vector<Instruction> code;
  std::vector<std::int64_t> sets;
  std::vector<DateSource> dates;
  std::vector<Grades> tables;
  std::array<std::int16_t, 10>
      era_years{};  ///< Gregorian year before year 1, by the era's digit; 0: no era
};

/// What the rules need of a table.
Program::Grades grades_of(const layout::Table& table);

class Scratch;

/// The rest of run(), for a record that the first masks have let through.
Outcome run_on(const Program& program, const RecordView& view, Scratch& scratch,
               Amounts& amounts) noexcept;

/// What the rules of one record remember of it: no allocation, used again for the next record.
class Scratch {
 public:
  /// Forgets the last record. Call it once a record, when the items' own checks are done, before
  /// its rules.
  void begin(const RecordView& view) noexcept;

  /// Call it for each error that is added to RecordView::errors after begin(): what stands at the
  /// item has no value any more, nor has what was made of it.
  void note_error(std::size_t column) noexcept {
    const std::uint64_t others = ~(std::uint64_t{1} << (column % 64));
    readable_.words[column / 64] &= others;
    loaded_.words[column / 64] &= others;
    stored_ = 0;  // whatever is still right is worked out again: errors are few
  }

 private:
  friend Outcome run(const Program& program, const RecordView& view, Scratch& scratch,
                     Amounts& amounts) noexcept;
  friend Outcome run_on(const Program& program, const RecordView& view, Scratch& scratch,
                        Amounts& amounts) noexcept;
  friend class Runner;

  ColumnSet given_;           ///< items with text that is not hidden
  ColumnSet readable_;        ///< of these, items at which no error stands
  ColumnSet loaded_;          ///< of these, items whose value stands in values_
  std::uint64_t stored_ = 0;  ///< one bit a slot
  std::uint64_t true_ = 0;    ///< slots of conditions that are true
  std::array<std::int64_t, most_columns> values_{};
  std::array<std::int64_t, shared_slots> slots_{};
  std::array<std::int64_t, deepest_stack + 1> stack_{};
};

/// Runs one rule on one record. Allocates nothing, reads nothing but the view.
/// A rule that stands at an item with an error does not fail.
/// `amounts` is written where the outcome is Outcome::fail.
inline Outcome run(const Program& program, const RecordView& view, Scratch& scratch,
                   Amounts& amounts) noexcept {
  const std::uint64_t given = scratch.given_.words[0];
  if (((program.given.words[0] & ~given) | (program.empty.words[0] & given)) != 0) {
    return Outcome::pass;
  }
  return run_on(program, view, scratch, amounts);
}

/// The program as text, a line an instruction, with the record's keys; for people and for tests.
std::string disassemble(const Program& program, const layout::Record& record);

}  // namespace kpfd::rules
