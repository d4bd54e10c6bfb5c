// The rule language.
//
//   input ::= choice text LF when LF at LF let LF let LF cells
//
// The text becomes a rule of the example record of docs/rule-language.md or, by `choice`, one more
// rule of a form; the rest a dozen records. Oracle: a SchemaError with a place, or programs that
// say of each record what the walk over the syntax tree says (tests/rules/naive.hpp), with their
// masks and without: of the text, and of the form's own rules.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/rules/compile.hpp"
#include "kpfd/rules/parser.hpp"
#include "kpfd/rules/program.hpp"
#include "support.hpp"
#include "tests/rules/examples.hpp"
#include "tests/rules/naive.hpp"

namespace {

using kpfd::layout::Item;
using kpfd::layout::Record;
using kpfd::rules::Outcome;
using kpfd_fuzz::Input;
using kpfd_fuzz::require;

constexpr int records_per_rule = 12;

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

void fill(const Record& record, kpfd_test::Filled& filled, Choices& choices) {
  filled.own_errors = {};
  filled.errors = {};
  for (const Item& item : record.items) {
    filled.set(item.column, some_text(item, choices));
    const std::size_t error = choices.below(48);
    if (error == 1) {
      filled.own_errors.set(item.column);
      filled.set(item.column, "x");
    }
    if (error == 1 || error == 2) {
      filled.errors.set(item.column);
    }
  }
}

/// The step of a rule's finding; -1 if it stands at one item or at none.
int step_of(const Record& record, const kpfd::rules::Rule& rule) {
  for (const auto& group : record.groups) {
    if (group.key != rule.text->at) {
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

void ask(const Record& record, const kpfd::rules::RuleSet& set, const kpfd::rules::RuleSet& bare,
         const kpfd_test::Naive& naive, kpfd_test::Filled& filled) {
  const kpfd::RecordView& view = filled.view();
  kpfd::rules::Scratch scratch;
  kpfd::rules::Scratch bare_scratch;
  scratch.begin(view);
  bare_scratch.begin(view);
  for (std::size_t i = 0; i < set.rules.size(); ++i) {
    const kpfd::rules::Rule& rule = set.rules[i];
    kpfd::rules::Amounts amounts;
    const Outcome expected = naive.ask(*rule.text, rule.at_column, step_of(record, rule), view);
    const Outcome masked = run(rule.program, view, scratch, amounts);
    const Outcome unmasked = run(bare.rules[i].program, view, bare_scratch, amounts);
    if (unmasked == expected && (masked == Outcome::fail) == (expected == Outcome::fail)) {
      continue;
    }
    std::string detail = rule.text->text + "\nwhen " + rule.text->when + "\n";
    for (const Item& item : record.items) {
      if (!filled.value(item.column).empty()) {
        detail += item.key + "=" + filled.value(item.column) + " ";
      }
      if (filled.errors[item.column]) {
        detail += item.key + (filled.own_errors[item.column] ? "! " : "? ");
      }
    }
    detail += std::string("\nnaive ") + kpfd_test::name_of(expected) + ", masked " +
              kpfd_test::name_of(masked) + ", without masks " + kpfd_test::name_of(unmasked) +
              "\n" + disassemble(rule.program, record);
    kpfd_fuzz::fail("a program says what its rule says", detail);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint8_t choice = input.byte();
  const std::string_view text = input.line();
  const std::string_view when = input.line();
  const std::string_view at = input.line();
  const std::string_view first_let = input.line();
  const std::string_view second_let = input.line();

  try {
    const kpfd::rules::Syntax syntax = kpfd::rules::parse(text);
    std::vector<bool> has_parent(syntax.nodes.size());
    for (std::size_t i = 0; i < syntax.nodes.size(); ++i) {
      require(syntax.nodes[i].offset <= text.size(), "a node stands in the text");
      require(syntax.nodes[i].depth <= kpfd::rules::deepest_nesting, "nesting is bounded");
      for (const std::uint32_t child : syntax.nodes[i].children) {
        require(child < syntax.nodes.size() && child != syntax.root && !has_parent[child],
                "the nodes are a tree");
        has_parent[child] = true;
        require(syntax.nodes[child].depth < syntax.nodes[i].depth, "a child is less deep");
      }
    }
    require(syntax.root < syntax.nodes.size(), "a tree has a root");
  } catch (const kpfd::rules::ParseError& error) {
    require(error.offset() <= text.size(), "a fault stands in the text");
  }

  // The example record has something for every construct; the forms have the items and names of the
  // real rules.
  const auto& records = kpfd_test::layouts().records;
  const bool of_a_form = (choice & 2) != 0;
  const Record& example = of_a_form ? records[(choice >> 2) % records.size()]
                                    : kpfd_test::example((choice & 1) != 0 ? "KPFD" : "SHFD");
  std::vector<kpfd::layout::RuleText> rules = kpfd_test::lets_of(example);
  if (!first_let.empty()) {
    rules.push_back(kpfd_test::let_text("first", first_let));
  }
  if (!second_let.empty()) {
    rules.push_back(kpfd_test::let_text("second", second_let));
  }
  rules.push_back(kpfd_test::rule_text(text, at, when));
  const Record record = kpfd_test::with_rules(example, std::move(rules));
  kpfd::rules::RuleSet set;
  try {
    set = kpfd::rules::compile(record, kpfd_test::layouts());
  } catch (const kpfd::layout::SchemaError& error) {
    require(error.place().file == "test.xml" ||
                error.place().file.find("example") != std::string::npos ||
                (of_a_form && error.place().file.find(".xml") != std::string::npos),
            "a fault has a place", error.what());
    return 0;
  }
  kpfd::rules::RuleSet bare = set;
  for (kpfd::rules::Rule& rule : bare.rules) {
    rule.program.given = rule.program.empty = rule.program.sound = {};
    // A rule is silent where its own item has an error: only this mask says so.
    if (rule.at_column >= 0) {
      rule.program.sound.set(static_cast<std::size_t>(rule.at_column));
    }
  }
  for (const kpfd::rules::Rule& rule : set.rules) {
    require(rule.program.code.size() <= kpfd::rules::longest_program, "a program is bounded");
  }
  const kpfd_test::Naive naive(record);
  kpfd_test::Filled filled(record);
  Choices choices(input);
  for (int i = 0; i < records_per_rule; ++i) {
    fill(record, filled, choices);
    ask(record, set, bare, naive, filled);
  }
  return 0;
}
