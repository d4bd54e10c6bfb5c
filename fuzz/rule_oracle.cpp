#include "rule_oracle.hpp"

#include <string>
#include <string_view>

#include "kpfd/rules/program.hpp"

namespace kpfd_fuzz {

using kpfd::layout::Item;
using kpfd::layout::Record;
using kpfd::rules::Outcome;

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

/// The step of a rule's finding; -1 if it stands at one item or at none.
int step_of(const Record& record, const kpfd::rules::Rule& rule) {
  for (const auto& group : record.groups) {
    if (group.key != record.rules[rule.text].at) {
      continue;
    }
    for (std::size_t i = 0; i < group.columns.size(); ++i) {
      if (group.columns[i] == rule.at_column) {
        return static_cast<int>(i);
      }
    }
  }
  return -1;
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

kpfd::rules::RuleSet without_masks(const kpfd::rules::RuleSet& set) {
  kpfd::rules::RuleSet bare = set;
  for (kpfd::rules::Rule& rule : bare.rules) {
    rule.program.given = rule.program.empty = rule.program.sound = {};
    // A rule is silent where its own item has an error: only this mask says so.
    if (rule.at_column >= 0) {
      rule.program.sound.set(static_cast<std::size_t>(rule.at_column));
    }
  }
  return bare;
}

void ask(const Record& record, const kpfd::rules::RuleSet& set, const kpfd::rules::RuleSet& bare,
         const kpfd_test::Naive& naive, kpfd_test::Filled& filled) {
  const bool clean = !filled.errors.any();
  const kpfd::RecordView& view = filled.view();
  const kpfd::rules::RuleBits doubts = kpfd_test::doubts_of(set, filled, view);
  kpfd::rules::Scratch scratch;
  kpfd::rules::Scratch bare_scratch;
  scratch.begin(view);
  bare_scratch.begin(view);
  for (std::size_t i = 0; i < set.rules.size(); ++i) {
    const kpfd::rules::Rule& rule = set.rules[i];
    kpfd::rules::Amounts amounts;
    const kpfd::layout::RuleText& text = record.rules[rule.text];
    const Outcome expected = naive.ask(text, rule.at_column, step_of(record, rule), view);
    const Outcome masked = run(rule.program, view, scratch, amounts);
    const Outcome unmasked = run(bare.rules[i].program, view, bare_scratch, amounts);
    // What the quick look says stays true when other rules have failed, unless they are asked for.
    const bool told = clean && !(rule.asks_errors && filled.errors.any());
    const bool missed = told && expected == Outcome::fail && !doubts[i];
    if (unmasked == expected && (masked == Outcome::fail) == (expected == Outcome::fail) &&
        !missed) {
      // As in a check: the rules behind it see the error.
      if (masked == Outcome::fail && rule.severity == kpfd::Severity::error &&
          rule.at_column >= 0) {
        const auto column = static_cast<std::size_t>(rule.at_column);
        filled.errors.set(column);
        scratch.note_error(column);
        bare_scratch.note_error(column);
      }
      continue;
    }
    std::string detail = text.text + "\nwhen " + text.when + "\n";
    for (const Item& item : record.items) {
      if (!filled.value(item.column).empty()) {
        detail += item.key + "=" + filled.value(item.column) + " ";
      }
      if (filled.errors[item.column]) {
        detail += item.key + "! ";
      }
    }
    detail += std::string("\nnaive ") + kpfd_test::name_of(expected) + ", masked " +
              kpfd_test::name_of(masked) + ", without masks " + kpfd_test::name_of(unmasked) +
              (missed ? ", missed by the quick look" : "") + "\n" +
              disassemble(rule.program, record);
    fail("a program says what its rule says", detail);
  }
}

}  // namespace kpfd_fuzz
