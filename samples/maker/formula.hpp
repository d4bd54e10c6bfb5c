// The formulas of the recipes: text => a small program => a whole number, or nothing.
//
//   if elderly then random(60000, 240000) else min(cash_1 + in_kind_1, 9999999)
//
// The reference is samples/README.md.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/calendar/calendar.hpp"
#include "samples/maker/random.hpp"
#include "samples/maker/recipes.hpp"

namespace kpfd::samples {

/// The value of an item that is left empty.
inline constexpr std::int64_t nothing = std::numeric_limits<std::int64_t>::min();

/// What one instruction does. `top` is its last value, which need not have been on the stack,
/// `below` the one before it.
enum class Op : std::uint8_t {
  push,          ///< its operand
  store,         ///< slots[index] = top, taken away
  jump,          ///< to index
  jump_if_zero,  ///< takes top away
  given,         ///< top becomes whether it is something
  negation,
  add,
  subtract,
  multiply,
  divide,
  modulo,  ///< of below and top
  equal,
  unequal,
  less,
  at_most,
  greater,
  at_least,
  minimum,
  maximum,
  random,     ///< below <= result <= top
  chance,     ///< 1 for top in a thousand
  hash,       ///< a number below 2^31 that only top decides
  number_at,  ///< numbers[index] at place top; the place is taken modulo their count
  choice,     ///< one of numbers[index]
  row_of,     ///< the last row of numbers[index] that is not above top
  date,       ///< year, month, day: takes three away
  year,
  month,
  day,
  add_years,
  add_months,  ///< the first day of the month so many months on
  gregorian,   ///< a day as YYYYMMDD
  era,         ///< digit of a day's era
  era_year,
  era_ymd,    ///< a day as YYMMDD of its era
  my_number,  ///< eleven digits and the check digit behind them
};

/// Where an instruction takes its last value from.
enum class Operand : std::uint8_t {
  top,      ///< the stack
  literal,  ///< `number`
  slot,     ///< slots[number]
};

struct Instruction {
  Op op = Op::push;
  Operand operand = Operand::top;
  std::uint32_t index = 0;
  std::int64_t number = 0;
};

/// Formulas made ready to run. Every value has a slot.
struct Program {
  std::vector<Instruction> code;
  std::vector<std::vector<std::int64_t>> numbers;
  std::uint32_t slots = 0;
};

/// The names that a formula uses, of slots alone: neither functions nor pools.
std::vector<std::string> names_in(std::string_view formula);

/// Names of slots.
using Slots = std::map<std::string, std::uint32_t, std::less<>>;

/// Appends a formula's instructions to a program; its value goes to `slot`. Throws
/// layout::SchemaError.
void compile_formula(std::string_view formula, const layout::Place& place, const Recipes& recipes,
                     const Slots& slots, std::uint32_t slot, Program& program);

/// Runs programs; no allocation once it is made.
class Machine {
 public:
  Machine(const Eras& eras, std::uint32_t slots) : eras_(&eras), slots_(slots, nothing) {}

  std::int64_t& operator[](std::uint32_t slot) { return slots_[slot]; }
  std::int64_t operator[](std::uint32_t slot) const { return slots_[slot]; }

  void run(const Program& program, Random& random);

 private:
  const Eras* eras_;
  std::vector<std::int64_t> slots_;
};

}  // namespace kpfd::samples
