// What the compiler refuses beside the errors on the reference page, and where it says so.

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

#include "examples.hpp"

using kpfd::layout::Record;
using kpfd::layout::RuleText;
using kpfd::layout::SchemaError;
using kpfd_test::let_text;
using kpfd_test::rule_text;

namespace {

std::string error_of(std::vector<RuleText> rules, const Record& base = kpfd_test::example()) {
  const Record record = kpfd_test::with_rules(base, std::move(rules));
  try {
    static_cast<void>(kpfd::rules::compile(record, kpfd_test::layouts()));
  } catch (const SchemaError& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

BOOST_AUTO_TEST_CASE(place_counts_lines_and_escapes) {
  BOOST_TEST(error_of({rule_text("total == 1 and totl == 2")}) ==
             "test.xml:10:20: rule TEST: nothing is called `totl`; did you mean `total`?");
  BOOST_TEST(error_of({rule_text("total == 1 and\n  totl == 2")}) ==
             "test.xml:11:3: rule TEST: nothing is called `totl`; did you mean `total`?");
  // In the file `<` takes four bytes, `&lt;`: so the loader says.
  RuleText escaped = rule_text("total < 1 and totl == 2");
  escaped.written = {{6, 4, false}};
  BOOST_TEST(error_of({escaped}) ==
             "test.xml:10:22: rule TEST: nothing is called `totl`; did you mean `total`?");
}

BOOST_AUTO_TEST_CASE(place_in_when) {
  BOOST_TEST(
      error_of({rule_text("total == 1", "", "cause == ")}) ==
      "test.xml:9:39: rule TEST: in `when`: expected a number, a date or an item, found the end");
  // An attribute over two lines: the line end is a space in its text.
  RuleText two_lines = rule_text("total == 1", "", "cause == 1 and caus == 2");
  two_lines.when_written = {{14, 1, true}};
  BOOST_TEST(
      error_of({two_lines}) ==
      "test.xml:10:1: rule TEST: in `when`: nothing is called `caus`; did you mean `cause`?");
  BOOST_TEST(error_of({rule_text("total == 1", "", "cause + 1")}) ==
             "test.xml:9:30: rule TEST: in `when`: a rule needs a condition, and this is a number");
}

BOOST_AUTO_TEST_CASE(place_of_the_finding) {
  BOOST_TEST(error_of({rule_text("total == 1", "totla")}) ==
             "test.xml:9:3: rule TEST: `at`: no item is called `totla`; did you mean `total`?");
  BOOST_TEST(error_of({rule_text("total == 1", "lost")}) ==
             "test.xml:9:3: rule TEST: `at`: no item is called `lost`");
  BOOST_TEST(error_of({rule_text("base_days == half_days", "base_days")}) ==
             "test.xml:10:18: rule TEST: `base_days` has 3 steps and `half_days` 2: they cannot go "
             "together");
  BOOST_TEST(error_of({rule_text("half_days == 3", "base_days")}) ==
             "test.xml:9:3: rule TEST: `base_days` has 3 steps and `half_days` 2");
}

BOOST_AUTO_TEST_CASE(names_of_lets) {
  BOOST_TEST(error_of({let_text("total", "3")}) ==
             "test.xml:9:3: <let name=\"total\">: `total` already is the name of something else");
  for (const char* taken : {"base_days", "lost", "applied"}) {
    BOOST_TEST(error_of({let_text(taken, "3")}).find("already") != std::string::npos);
  }
  BOOST_TEST(error_of({let_text("one", "1"), let_text("one", "1")}).find("already") !=
             std::string::npos);
  BOOST_TEST(error_of({let_text("where", "3")}) ==
             "test.xml:9:3: <let name=\"where\">: `where` is a word of the rule language");
  // A name is known from where it stands on.
  BOOST_TEST(error_of({let_text("one", "two"), let_text("two", "2")}) ==
             "test.xml:10:5: <let name=\"one\">: nothing is called `two`");
  BOOST_TEST(error_of({rule_text("total == one"), let_text("one", "1")}).find("`one`") !=
             std::string::npos);
  BOOST_TEST(error_of({let_text("one", "one")}).find("nothing is called `one`") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(lets_are_checked_although_no_rule_uses_them) {
  BOOST_TEST(error_of({let_text("wrong", "total and cause")}) ==
             "test.xml:10:5: <let name=\"wrong\">: `and` needs a condition, and this is a number");
  BOOST_TEST(error_of({let_text("wrong", "base_days >= (")}).find("expected") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(repeated_lets_need_a_step) {
  BOOST_TEST(error_of({let_text("many", "base_days >= 17"), rule_text("many")}) ==
             "test.xml:10:5: rule TEST: `many` is repeated 3 times: say which, or go over all with "
             "`sum of`, "
             "`count where`, `any` or `all`");
  BOOST_TEST(error_of({let_text("many", "base_days >= 17"), rule_text("any many")}) == "none");
  BOOST_TEST(error_of({let_text("many", "base_days >= 17"), rule_text("many", "sum")}) == "none");
}

BOOST_AUTO_TEST_CASE(choices_stay_apart) {
  const std::string inner = "some choice where base_days >= 17 satisfies any chosen";
  BOOST_TEST(error_of({rule_text(inner)}) == "none");
  BOOST_TEST(error_of({rule_text("some choice where cash == 1 satisfies " + inner)})
                 .find("a choice within a choice") != std::string::npos);
  BOOST_TEST(
      error_of({let_text("inner", inner), rule_text("some choice where cash == 1 satisfies inner")})
          .find("a choice within a choice") != std::string::npos);
  BOOST_TEST(error_of({let_text("inner", inner),
                       rule_text("some choice where cash == 1 and inner satisfies any chosen")})
                 .find("a choice within a choice") != std::string::npos);
  BOOST_TEST(error_of({let_text("inner", inner), rule_text("inner and not inner")}) == "none");
  BOOST_TEST(error_of({let_text("part", "any chosen")}).find("has a meaning only") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_choice_is_small) {
  Record record = kpfd_test::example();
  kpfd::layout::Group wide{"wide", {}};
  for (int i = 0; i < 9; ++i) {
    wide.columns.push_back(record.groups[0].columns[0]);
  }
  record.groups.push_back(wide);
  BOOST_TEST(error_of({rule_text("some choice where wide == 1 satisfies any chosen")}, record) ==
             "test.xml:10:5: rule TEST: a choice is made of at most 8 steps, and `wide` has 9");
}

BOOST_AUTO_TEST_CASE(numbers_cannot_overflow) {
  const std::string refused = "the number could grow beyond 9000000000000000000";
  for (const char* text :
       {"total == long_number + long_number + long_number + long_number + long_number + "
        "long_number + "
        "long_number + long_number + long_number + long_number",
        "total == 0 - long_number * 9 - long_number", "total == long_number * cause",
        "total == 100000000000000000 * 100", "total == -long_number * 99",
        "total == (if cause == 1 then long_number else 3) * 10",
        "total == sum of long_number * sum"}) {
    BOOST_TEST(error_of({rule_text(text)}).find(refused) != std::string::npos, text);
  }
  BOOST_TEST(
      error_of({let_text("large", "long_number * 9"), rule_text("total == large + long_number")})
          .find(refused) != std::string::npos);
  for (const char* text :
       {"total == long_number * 9",
        "total == long_number * 1000 mod 7 or total == 0 - long_number * 9",
        "total == long_number / 1000 * 5000", "total == min(long_number, 9) * 100000000",
        "total == long_number mod 10 * 100000000000000000"}) {
    const std::string error = error_of({rule_text(text)});
    BOOST_TEST((error == "none") == (std::string(text).find("1000 mod") == std::string::npos),
               text << error);
  }
}

// Each end of each operation's result, by itself.
BOOST_AUTO_TEST_CASE(each_end_of_a_number_is_watched) {
  const std::string refused = "the number could grow beyond 9000000000000000000";
  const std::string large = "long_number * 9";
  const std::string below = "(0 - long_number * 9)";
  for (const std::string& text : std::vector<std::string>{
           large + " + " + large, below + " + " + below, large + " + 100000", below + " - 100000",
           large + " - " + below, below + " - " + large, "(0 - long_number) * long_number",
           "long_number * (0 - long_number)", "sum of (long_number * 9 + cash * 0)",
           "sum of (cash * 0 - long_number * 9)",
           "sum of (half_days * 0 + long_number * 4 + 600000000000000000)",
           "sum of (half_days * 0 - long_number * 4 - 600000000000000000)"}) {
    BOOST_TEST(error_of({rule_text("total == " + text)}).find(refused) != std::string::npos, text);
  }
  for (const std::string& text :
       std::vector<std::string>{large + " + " + below, "sum of (half_days * 0 + long_number * 4)",
                                "sum of (half_days * 0 - long_number * 4)"}) {
    BOOST_TEST(error_of({rule_text("total == " + text)}) == "none", text);
  }
}

BOOST_AUTO_TEST_CASE(a_date_is_told_apart_from_a_number) {
  for (const char* const text : {"total + lost == 1", "lost + total == 1"}) {
    BOOST_TEST(error_of({rule_text(text)}).find("only days and years") != std::string::npos, text);
  }
  BOOST_TEST(error_of({rule_text("total == lost")})
                 .find("a number cannot be compared with a "
                       "date") != std::string::npos);
  BOOST_TEST(error_of({rule_text("lost == total")})
                 .find("a date cannot be compared with a "
                       "number") != std::string::npos);
  BOOST_TEST(error_of({rule_text("(total == 1) + 1 == 2")}).find("this is true or false") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(more_digits_than_a_number_has_are_text) {
  Record record = kpfd_test::example();
  const int column = record.column_of("long_number");
  BOOST_TEST_REQUIRE(column >= 0);
  record.items[static_cast<std::size_t>(column)].lengths.most = 19;
  BOOST_TEST(error_of({rule_text("long_number == 1")}, record).find("`long_number` is text") !=
             std::string::npos);
  BOOST_TEST(error_of({rule_text("long_number given")}, record) == "none");
}

BOOST_AUTO_TEST_CASE(a_choice_says_of_which_step_it_speaks) {
  BOOST_TEST(error_of({rule_text("some choice where base_days == 1 satisfies chosen")}) ==
             "test.xml:10:48: rule TEST: `chosen` is repeated 3 times: say which, or go over all "
             "with `sum of`, `count where`, `any` or `all`");
}

BOOST_AUTO_TEST_CASE(growth_is_bounded) {
  // Three steps within three steps within ...
  std::string deep = "base_days == 1";
  for (int i = 0; i < 20; ++i) {
    deep = "any (base_days == 2 or " + deep + ")";
  }
  BOOST_TEST(error_of({rule_text(deep)}).find("grows too large") != std::string::npos);

  // Names of names: kept once, not written out.
  std::vector<RuleText> lets = {let_text("n0", "total + cause")};
  for (int i = 1; i < 50; ++i) {
    const std::string before = "n" + std::to_string(i - 1);
    lets.push_back(let_text("n" + std::to_string(i), "(" + before + " + " + before + ") mod 7"));
  }
  BOOST_TEST(error_of(lets).find("grows too large") != std::string::npos);  // 2 levels a name
  lets.resize(40);
  lets.push_back(rule_text("n39 == 3"));
  BOOST_TEST(error_of(lets) == "none");

  // Names that cannot be kept, because findings change them, are written out.
  std::vector<RuleText> changing = {let_text("c0", "total has no error")};
  for (int i = 1; i < 20; ++i) {
    const std::string before = "c" + std::to_string(i - 1);
    changing.push_back(let_text("c" + std::to_string(i), before + " iff not " + before));
  }
  changing.push_back(rule_text("c19"));
  BOOST_TEST(error_of(changing) ==
             "test.xml:9:3: rule TEST: more than 4096 steps when its repetitions are written out");
}

BOOST_AUTO_TEST_CASE(tables_without_grades) {
  kpfd::layout::Layouts layouts = kpfd_test::layouts();
  kpfd::layout::Table bare;
  bare.key = "bare";
  bare.numeric = true;
  bare.rows.push_back({"7", "", 7, 0, 0, 0, 0});
  layouts.tables.push_back(bare);
  const auto refused = [&](const char* text) {
    const Record record = kpfd_test::with_rules(kpfd_test::example(), {rule_text(text)});
    try {
      static_cast<void>(kpfd::rules::compile(record, layouts));
    } catch (const SchemaError& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  BOOST_TEST(refused("total in bare") == "none");
  BOOST_TEST(refused("grade of code total in bare == 1").find("table `bare` has no grades") !=
             std::string::npos);
  layouts.tables.back().rows[0].grade = 1;
  BOOST_TEST(refused("grade of code total in bare == 1") == "none");
  BOOST_TEST(refused("grade of amount total in bare == 1").find("table `bare` has no amounts") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(too_many_numbers_in_a_set) {
  std::string text = "total in (0";
  for (int i = 1; i <= 255; ++i) {
    text += ", " + std::to_string(i);
  }
  BOOST_TEST(error_of({rule_text(text + ")")}).find("at most 255 numbers") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(rules_for_another_receiver_are_left_out) {
  RuleText rule = rule_text("total == 1");
  rule.receivers = "KPFD";
  const auto compiled = [&](std::string_view receiver) {
    const Record record = kpfd_test::with_rules(kpfd_test::example(receiver), {rule});
    return kpfd::rules::compile(record, kpfd_test::layouts()).rules.size();
  };
  BOOST_TEST(compiled("KPFD") == 1U);
  BOOST_TEST(compiled("SHFD") == 0U);
}
