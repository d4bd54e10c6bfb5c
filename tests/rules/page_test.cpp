// Every example of docs/rule-language.md is a test case of its own.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>

#include "examples.hpp"
#include "kpfd/rules/parser.hpp"
#include "kpfd_test.hpp"
#include "naive.hpp"

namespace {

using kpfd::layout::Record;
using kpfd::layout::RuleText;
using kpfd::layout::SchemaError;
using kpfd_test::Block;
using kpfd_test::Filled;

// `holds KPFD   cause=4`: what is said of which record.
struct Claim {
  std::string outcome;
  std::string receiver = "SHFD";
  std::string assignments;
};

bool is_claim(const std::string& line) {
  return line.compare(0, 6, "holds ") == 0 || line.compare(0, 6, "fails ") == 0 ||
         line.compare(0, 7, "silent ") == 0;
}

Claim claim_of(const std::string& line) {
  Claim claim;
  const std::size_t word = line.find(' ');
  claim.outcome = line.substr(0, word);
  claim.assignments = line.substr(line.find_first_not_of(' ', word));
  if (claim.assignments.compare(0, 5, "KPFD ") == 0) {
    claim.receiver = "KPFD";
    claim.assignments.erase(0, 5);
  }
  return claim;
}

Record record_with(const std::string& receiver, RuleText rule) {
  const Record& example = kpfd_test::example(receiver);
  std::vector<RuleText> rules = kpfd_test::lets_of(example);
  rules.push_back(std::move(rule));
  return kpfd_test::with_rules(example, std::move(rules));
}

void check_rule(const Block& block) {
  std::string text;
  std::size_t claims = 0;
  for (const std::string& line : block.lines) {
    if (!is_claim(line)) {
      text += line + "\n";
      continue;
    }
    ++claims;
    const Claim claim = claim_of(line);
    const Record record = record_with(claim.receiver, kpfd_test::rule_text(text));
    Filled filled(record, claim.assignments);
    const kpfd_test::Naive naive(record);
    BOOST_TEST_CONTEXT(text << line) {
      const auto expected = naive.ask(record.rules.back(), -1, -1, filled.view());
      BOOST_TEST(kpfd_test::name_of(expected) == claim.outcome);
      const kpfd::rules::RuleSet set = kpfd::rules::compile(record, kpfd_test::layouts());
      if (set.rules.empty()) {  // it can never fail
        BOOST_TEST(claim.outcome != "fails");
        continue;
      }
      kpfd::rules::Program program = set.rules.at(0).program;
      const auto masked = kpfd_test::outcome(program, filled);
      BOOST_TEST((masked == kpfd::rules::Outcome::fail) == (claim.outcome == "fails"));
      program.given = program.empty = program.sound = {};
      BOOST_TEST(kpfd_test::name_of(kpfd_test::outcome(program, filled)) == claim.outcome);
    }
  }
  BOOST_TEST(claims >= 2);
}

void check_error(const Block& block) {
  BOOST_TEST_REQUIRE(block.lines.size() == 2);
  const std::string& text = block.lines[0];
  const std::string& expected = block.lines[1];
  const Record record = record_with("SHFD", kpfd_test::rule_text(text));
  const RuleText& rule = record.rules.back();
  try {
    static_cast<void>(kpfd::rules::compile(record, kpfd_test::layouts()));
    BOOST_ERROR("not refused: " << text);
  } catch (const SchemaError& error) {
    BOOST_TEST(error.place().file == rule.place.file);
    BOOST_TEST(error.place().line == rule.place.line);
    // A text of one line without `<`: the column moves as the text does.
    const std::size_t character = error.place().column - rule.place.column + 1;
    const std::string what = error.what();
    const std::string shown =
        std::to_string(character) + ": " +
        what.substr(what.find("rule TEST: ") + std::string("rule TEST: ").size());
    BOOST_TEST(shown == expected);
  }
}

// A rule, an empty line, and its program as `kpfd explain --rule-program` lists it.
void check_program(const Block& block) {
  const auto gap = std::find(block.lines.begin(), block.lines.end(), "");
  BOOST_TEST_REQUIRE((gap != block.lines.end()));
  const auto joined = [](auto from, auto to) {
    std::string text;
    for (; from != to; ++from) {
      text += *from + "\n";
    }
    return text;
  };
  const Record record = record_with("SHFD", kpfd_test::rule_text(joined(block.lines.begin(), gap)));
  const kpfd::rules::RuleSet set = kpfd::rules::compile(record, kpfd_test::layouts());
  BOOST_TEST_REQUIRE(set.rules.size() == 1U);
  BOOST_TEST(kpfd::rules::disassemble(set.rules[0].program, record) ==
             joined(gap + 1, block.lines.end()));
}

const bool registered = kpfd_test::at_start([] {
  const auto add = [](std::string_view kind, void (*check)(const Block&)) {
    for (const Block& block : kpfd_test::blocks_of_page(kind)) {
      boost::unit_test::framework::master_test_suite().add(boost::unit_test::make_test_case(
          [block, check] { check(block); }, "page_line_" + std::to_string(block.line), __FILE__,
          __LINE__));
    }
  };
  add("kpfd-rule", check_rule);
  add("kpfd-error", check_error);
  add("kpfd-program", check_program);
});

}  // namespace

// A construct that the page does not show would be a construct that nobody can know.
BOOST_AUTO_TEST_CASE(page_shows_every_construct) {
  using kpfd::rules::Form;
  std::vector<bool> shown(static_cast<std::size_t>(Form::conditional) + 1);
  const auto see = [&](const std::string& text) {
    for (const auto& node : kpfd::rules::parse(text).nodes) {
      shown[static_cast<std::size_t>(node.form)] = true;
    }
  };
  for (const Block& block : kpfd_test::blocks_of_page("kpfd-rule")) {
    std::string text;
    for (const std::string& line : block.lines) {
      if (!is_claim(line)) {
        text += line + "\n";
      }
    }
    see(text);
  }
  for (std::size_t form = 0; form < shown.size(); ++form) {
    BOOST_TEST(shown[form], "form " << form << " has no example");
  }
}

BOOST_AUTO_TEST_CASE(page_names_every_reserved_word) {
  const std::string& page = kpfd_test::page();
  for (const char* word : {"all",   "and",   "any", "check_date", "chosen", "else",    "empty",
                           "error", "given", "has", "if",         "iff",    "implies", "in",
                           "mod",   "no",    "not", "or",         "then",   "where"}) {
    BOOST_TEST(kpfd::rules::is_reserved(word));
  }
  BOOST_TEST(
      page.find(
          "`all and any check_date chosen else empty error given has if iff implies in mod no "
          "not or then where`") != std::string::npos);
  for (const char* word : {"sum", "count", "min", "grade", "month", "chosen_one", ""}) {
    BOOST_TEST(!kpfd::rules::is_reserved(word));
  }
}
