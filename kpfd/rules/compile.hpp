// Texts of rules => programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kpfd/layout/load.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/rules/program.hpp"
#include "kpfd/rules/quick.hpp"
#include "kpfd/rules/record_view.hpp"

namespace kpfd::rules {

/// One rule at one place. A rule that stands at a repeated item is one Rule for each of its steps.
struct Rule {
  std::string id;
  Severity severity = Severity::error;
  int at_column = -1;        ///< -1: the finding stands at item 0, the whole line
  bool asks_errors = false;  ///< asks whether an item has one: more errors can make it fail
  Program program;
  std::uint32_t text = 0;  ///< its place among the texts of the record that it was compiled for
};

/// The rules of one layout::Record, in the order in which they are to be run: a rule that asks
/// whether an item has an error sees what the rules before it found.
struct RuleSet {
  std::vector<Rule> rules;
  QuickProgram quick;  ///< the quick look at all of them
};

/// Parses, types and compiles the rules of a record that are for its receiver. A rule that can
/// never fail there, because it stands at an item that the receiver ignores, is left out. Throws
/// layout::SchemaError with the place in the file: words that are no rule, unknown keys (with the
/// nearest known ones), values of the wrong type, numbers that could grow too large, rules nested
/// or grown too deep. The reference is docs/rule-language.md.
RuleSet compile(const layout::Record& record, const layout::Layouts& layouts);

/// The columns that rules read as empty: pension items of a record for a union. RecordView::hidden
/// must be this set.
ColumnSet hidden_columns(const layout::Record& record);

}  // namespace kpfd::rules
