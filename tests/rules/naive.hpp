// The rule language once more, as plainly as possible: walks the syntax tree for each record. It
// shares the parser with the compiler and nothing else.
#pragma once

#include <map>
#include <string>

#include "examples.hpp"
#include "kpfd/rules/ast.hpp"

namespace kpfd_test {

/// The rules of a record, ready to be asked slowly.
class Naive {
 public:
  /// Keeps references to the record and to its rules.
  explicit Naive(const kpfd::layout::Record& record);

  /// What a rule says at a step of the repeated item that it stands at (-1: of none). `at` is the
  /// column of the finding, or -1.
  kpfd::rules::Outcome ask(const kpfd::layout::RuleText& rule, int at, int step,
                           const kpfd::RecordView& view) const;

 private:
  friend class Walk;
  const kpfd::rules::Syntax& parsed(const std::string& text) const;

  const kpfd::layout::Record& record_;
  std::map<std::string, kpfd::rules::Syntax> lets_;
  mutable std::map<std::string, kpfd::rules::Syntax> parsed_;  ///< by text
};

}  // namespace kpfd_test
