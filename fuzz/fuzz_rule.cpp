// The rule language.
//
//   input ::= choice text LF when LF at LF let LF let LF cells
//
// The text becomes a rule of the example record of docs/rule-language.md or, by `choice`, one more
// rule of a form, or an attachment that a profile asks for; the rest a dozen records. Oracle: a
// SchemaError with a place, or programs that say of each record what the walk over the syntax tree
// says (tests/rules/naive.hpp), with their masks and without: of the text, and of the form's own
// rules.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/rules/compile.hpp"
#include "kpfd/rules/parser.hpp"
#include "rule_oracle.hpp"
#include "support.hpp"
#include "tests/rules/examples.hpp"

namespace {

using kpfd::layout::Record;
using kpfd_fuzz::Input;
using kpfd_fuzz::require;

constexpr int records_per_rule = 12;

/// From this choice on the rule is reported where its text holds, as the attachment of a profile.
constexpr std::uint8_t attachment = 128;

/// With this bit in the choice it stands behind the form's own rules, with which it may share
/// results.
constexpr std::uint8_t beside_its_rules = 64;

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
  std::vector<kpfd::layout::RuleText> rules =
      (choice & beside_its_rules) != 0 ? example.rules : kpfd_test::lets_of(example);
  if (!first_let.empty()) {
    rules.push_back(kpfd_test::let_text("first", first_let));
  }
  if (!second_let.empty()) {
    rules.push_back(kpfd_test::let_text("second", second_let));
  }
  rules.push_back(kpfd_test::rule_text(text, at, when));
  if (choice >= attachment) {
    rules.back().reported_if_true = true;
    rules.back().severity = kpfd::Severity::info;
  }
  const Record record = kpfd_test::with_rules(example, std::move(rules));
  std::optional<kpfd_test::Comparison> compiled;
  try {
    compiled.emplace(record);
  } catch (const kpfd::layout::SchemaError& error) {
    require(error.place().file == "test.xml" ||
                error.place().file.find("example") != std::string::npos ||
                (of_a_form && error.place().file.find(".xml") != std::string::npos),
            "a fault has a place", error.what());
    return 0;
  }
  for (const kpfd::rules::Rule& rule : compiled->rules().rules) {
    require(rule.program.code.size() <= kpfd::rules::longest_program, "a program is bounded");
  }
  kpfd_test::Filled filled(record);
  kpfd_fuzz::Choices choices(input);
  for (int i = 0; i < records_per_rule; ++i) {
    kpfd_fuzz::fill(record, filled, choices);
    kpfd_fuzz::ask(*compiled, filled);
  }
  return 0;
}
