// The rules of the forms on records.
//
//   input ::= layout cells
//
// The first byte chooses a form, edition and receiver, the rest fills its items. Oracle: every
// program of the layout, with its masks and without, says what the walk over the syntax tree says
// (tests/rules/naive.hpp). A finding is an error for the rules behind it, as in a check.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rule_oracle.hpp"
#include "support.hpp"

namespace {

using kpfd::layout::Record;
using kpfd_test::Comparison;

/// The rules of every layout, compiled once.
const std::vector<Comparison>& forms() {
  static const std::vector<Comparison> all = [] {
    std::vector<Comparison> made;
    made.reserve(kpfd_test::layouts().records.size());
    for (const Record& record : kpfd_test::layouts().records) {
      made.emplace_back(record);
    }
    return made;
  }();
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  kpfd_fuzz::Input input(data, size);
  const Comparison& form = forms()[input.byte() % forms().size()];
  kpfd_fuzz::Choices choices(input);
  kpfd_test::Filled filled(form.record());
  kpfd_fuzz::fill(form.record(), filled, choices);
  kpfd_fuzz::ask(form, filled);
  return 0;
}
