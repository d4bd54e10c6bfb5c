// Small changes of a rule: what a slip of the hand could have written instead.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kpfd/layout/model.hpp"
#include "kpfd/rules/ast.hpp"

namespace kpfd_test {

/// A syntax tree => its text, with parentheses around everything.
std::string printed(const kpfd::rules::Syntax& syntax);

/// One rule or `<let>` that has been changed.
struct Mutant {
  std::size_t rule = 0;  ///< place in Record::rules
  bool removed = false;  ///< instead of `changed`
  kpfd::layout::RuleText changed;
  std::string title;  ///< `SANTEI-TOTAL@total text: (a == b) -> (a != b)`
};

/// Every mutant of every rule and let of a record: rules left out, for another receiver, at a
/// neighbouring item, of another severity; conditions negated, dropped, and exchanged; numbers one
/// more and one less; comparisons replaced and shifted by one; operands dropped; items, dates and
/// names replaced by others of their kind. Some will not compile.
std::vector<Mutant> mutants_of(const kpfd::layout::Record& record);

}  // namespace kpfd_test
