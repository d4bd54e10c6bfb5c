// Records for rules, and what their programs must say of them: shared by the targets `rule` and
// `record`.
#pragma once

#include <cstddef>
#include <cstdint>

#include "support.hpp"
#include "tests/rules/comparison.hpp"
#include "tests/rules/examples.hpp"

namespace kpfd_fuzz {

/// Bytes of the input while there are any, then made-up ones.
class Choices {
 public:
  explicit Choices(Input input) : input_(input) {
    for (const char c : input_.rest()) {
      state_ = (state_ ^ static_cast<unsigned char>(c)) * 16777619U;
    }
  }

  std::size_t below(std::size_t bound) {
    if (!input_.rest().empty()) {
      return input_.below(bound);
    }
    state_ = state_ * 1664525U + 1013904223U;
    return (state_ >> 9) % bound;
  }

 private:
  Input input_;
  std::uint32_t state_ = 2166136261U;
};

/// Fills the items with what has passed their own checks, as far as rules rely on it, and marks
/// some as wrong.
void fill(const kpfd::layout::Record& record, kpfd_test::Filled& filled, Choices& choices);

/// All programs, with masks and without, say of the record what the walk over the syntax tree says.
void ask(const kpfd_test::Comparison& rules, kpfd_test::Filled& filled);

}  // namespace kpfd_fuzz
