// A rule as it is written: shape only, nothing is known about items yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace kpfd::rules {

/// Deepest nesting of a rule's text; each operator of a chain counts as one level.
inline constexpr std::size_t deepest_nesting = 64;

/// Longest text of a rule, in bytes.
inline constexpr std::size_t longest_text = 4096;

enum class Form : std::uint8_t {
  number,  ///< 9999999
  key,     ///< an item, a repeated item, a date, a named expression
  check_date,
  add,
  subtract,
  multiply,
  divide,
  modulo,
  negate,
  minimum,
  maximum,    ///< of two or more
  add_years,  ///< child + number years; the number may be negative
  add_days,
  month_after,
  grade_of_code,  ///< grade of code CHILD in NAME
  grade_of_amount,
  sum_of,  ///< sum of CHILD, or of CHILD where CHILD
  count_where,
  any,
  all,
  some_choice,  ///< some choice where CHILD satisfies CHILD
  chosen,
  equal,
  unequal,
  less,
  at_most,
  greater,
  at_least,
  one_of,    ///< first child in the other children, which are numbers
  in_table,  ///< child in NAME
  given,
  empty,
  no_error,
  negation,
  conjunction,
  disjunction,
  implication,
  equivalence,
  conditional,  ///< if CHILD then CHILD else CHILD
};

struct Expression {
  Form form = Form::number;
  std::uint32_t offset = 0;  ///< in the text, where a message points
  std::uint32_t depth = 1;
  std::int64_t number = 0;
  std::string name;
  std::vector<std::uint32_t> children;  ///< indexes into Syntax::nodes
};

/// A syntax tree. Children stand before their parents.
struct Syntax {
  std::vector<Expression> nodes;
  std::uint32_t root = 0;

  const Expression& operator[](std::uint32_t index) const { return nodes[index]; }
};

}  // namespace kpfd::rules
