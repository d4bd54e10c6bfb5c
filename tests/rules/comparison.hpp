// The compiled rules of a record beside the plain walk over their syntax trees: what the tests and
// the fuzzers of the rule language compare.
#pragma once

#include <cstddef>
#include <string>

#include "examples.hpp"
#include "kpfd/rules/compile.hpp"
#include "naive.hpp"

namespace kpfd_test {

/// How often the rules ended in which way.
struct Tally {
  std::size_t pass = 0;
  std::size_t fail = 0;
  std::size_t silent = 0;
  std::size_t looked = 0;   ///< quickly, in records without errors
  std::size_t doubted = 0;  ///< of these, what did not fail after all
};

/// The step of the repeated item that a rule's finding stands at; -1 if it stands at one item or at
/// none.
int step_of(const kpfd::layout::Record& record, const kpfd::rules::Rule& rule);

class Comparison {
 public:
  /// Compiles the record's rules; keeps a reference to the record. Throws SchemaError.
  explicit Comparison(const kpfd::layout::Record& record);

  const kpfd::layout::Record& record() const { return record_; }
  const kpfd::rules::RuleSet& rules() const { return set_; }

  /// Asks all rules of a record: by their programs, by the programs with nothing told by their
  /// masks, by the quick look and by the walk; each is told of the errors that those before it have
  /// found, as in a check. Describes the first difference, or nothing if there is none. Leaves the
  /// errors found in `filled`.
  std::string difference(Filled& filled, Tally& tally) const;

 private:
  const kpfd::layout::Record& record_;
  kpfd::rules::RuleSet set_;
  kpfd::rules::RuleSet bare_;
  Naive naive_;
};

}  // namespace kpfd_test
