#include "rule_oracle.hpp"

#include <string>
#include <string_view>

namespace kpfd_fuzz {

using kpfd::layout::Item;
using kpfd::layout::Record;

namespace {

/// Text that has passed its own checks, as far as rules rely on it: digits of an allowed length.
std::string some_text(const Item& item, Choices& choices) {
  const std::size_t choice = choices.below(16);
  if (item.type != kpfd::layout::Type::digits) {
    return choice % 2 == 0 ? "" : "A";
  }
  if (choice < 4) {
    return "";
  }
  if (choice < 8 && !item.values.empty()) {
    const auto& range = item.values.ranges[choices.below(item.values.ranges.size())];
    return choice % 2 == 0 ? range.low : range.high;
  }
  const std::size_t least = item.lengths.least;
  const std::size_t most = item.lengths.most;
  static constexpr std::string_view known[] = {
      "060331", "310430", "240229", "0058", "1390", "17", "16", "15", "000000", "1", "0", "999999"};
  if (choice < 12) {
    const std::string_view text = known[choices.below(std::size(known))];
    if (item.lengths.holds(text.size())) {
      return std::string(text);
    }
  }
  std::size_t width = least + choices.below(most - least + 1);
  while (!item.lengths.holds(width)) {
    ++width;
  }
  std::string text;
  for (std::size_t i = 0; i < width; ++i) {
    text += static_cast<char>('0' + choices.below(10));
  }
  return text;
}

}  // namespace

void fill(const Record& record, kpfd_test::Filled& filled, Choices& choices) {
  filled.errors = {};
  for (const Item& item : record.items) {
    filled.set(item.column, some_text(item, choices));
    const std::size_t error = choices.below(48);
    if (error == 1) {
      filled.set(item.column, "x");
    }
    if (error == 1 || error == 2) {
      filled.errors.set(item.column);
    }
  }
}

void ask(const kpfd_test::Comparison& rules, kpfd_test::Filled& filled) {
  kpfd_test::Tally tally;
  const std::string difference = rules.difference(filled, tally);
  require(difference.empty(), "a program says what its rule says", difference);
}

}  // namespace kpfd_fuzz
