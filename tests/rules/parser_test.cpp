// The shape of rules. Errors with their words are on the reference page; here are the limits.

#include "kpfd/rules/parser.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using kpfd::rules::Form;
using kpfd::rules::parse;
using kpfd::rules::ParseError;
using kpfd::rules::Syntax;

namespace {

std::string repeated(const std::string& text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) {
    result += text;
  }
  return result;
}

std::string error_of(const std::string& text) {
  try {
    static_cast<void>(parse(text));
  } catch (const ParseError& error) {
    return std::to_string(error.offset()) + ": " + error.what();
  }
  return "none";
}

const std::string too_deep = "nested deeper than 64 levels: give a part of it a name with <let>";

}  // namespace

BOOST_AUTO_TEST_CASE(tightness_of_operators) {
  const Syntax syntax =
      parse("a == 1 + 2 * 3 or b given and not c empty implies d == 4 implies e given");
  const auto& root = syntax[syntax.root];
  BOOST_TEST((root.form == Form::implication));
  BOOST_TEST((syntax[root.children[1]].form == Form::implication));
  const auto& left = syntax[root.children[0]];
  BOOST_TEST((left.form == Form::disjunction));
  BOOST_TEST((syntax[left.children[1]].form == Form::conjunction));
  const auto& equal = syntax[left.children[0]];
  BOOST_TEST((equal.form == Form::equal));
  const auto& sum = syntax[equal.children[1]];
  BOOST_TEST((sum.form == Form::add));
  BOOST_TEST((syntax[sum.children[1]].form == Form::multiply));
}

BOOST_AUTO_TEST_CASE(words_may_be_names_where_they_mean_nothing) {
  const Syntax syntax =
      parse("sum == min and count == max and month == grade and some == code - years");
  for (const auto& node : syntax.nodes) {
    BOOST_TEST((node.form == Form::key || node.form == Form::equal ||
                node.form == Form::conjunction || node.form == Form::subtract));
  }
}

BOOST_AUTO_TEST_CASE(words_are_whole_words) {
  BOOST_TEST(error_of("a == 1 orb == 2") ==
             "7: expected an operator or the end of the rule, found `orb`; did you mean "
             "`or`?");
  BOOST_TEST(error_of("nota") == "none");
  BOOST_TEST(error_of("a == 12b") == "5: expected a number, a date or an item, found `12b`");
}

BOOST_AUTO_TEST_CASE(blanks_do_not_matter) {
  BOOST_TEST(error_of("\n\t a==1\r\n  and(b given)\n") == "none");
  BOOST_TEST(error_of("a == \n  \n ") == "10: expected a number, a date or an item, found the end");
}

BOOST_AUTO_TEST_CASE(nothing_is_no_rule) {
  BOOST_TEST(error_of("") == "0: expected an expression, found the end");
  BOOST_TEST(error_of("  ") == "2: expected an expression, found the end");
  BOOST_TEST(error_of(std::string(1, '\0')) ==
             "0: expected an expression, found a character that the language lacks");
}

// Every way to nest is bounded, so no text overflows the stack.
BOOST_AUTO_TEST_CASE(nesting_is_bounded) {
  const std::size_t many = 400;
  for (const std::string& text :
       {repeated("(", many) + "a" + repeated(")", many), repeated("(", 4000),
        repeated("not ", many) + "a", repeated("any ", many) + "a", repeated("all ", many) + "a",
        repeated("- ", many) + "1", repeated("a implies ", many) + "a",
        repeated("if a then b else ", 200) + "a", repeated("if ", many) + "a",
        repeated("sum of ", many) + "a", repeated("count where ", 300) + "a",
        repeated("min(1, ", many) + "a", repeated("month after ", 300) + "a",
        repeated("grade of code ", 200) + "a", repeated("some choice where ", 200) + "a"}) {
    const std::string error = error_of(text);
    BOOST_TEST(error.find(too_deep) != std::string::npos, text.substr(0, 40) << ": " << error);
  }
}

BOOST_AUTO_TEST_CASE(chains_are_bounded) {
  for (const char* link :
       {" + a", " - a", " * a", " / a", " mod a", " and a", " or a", " + 1 day"}) {
    BOOST_TEST(error_of("a" + repeated(link, 63)) == "none");
    BOOST_TEST(error_of("a" + repeated(link, 64)).find(too_deep) != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(depth_that_is_allowed) {
  BOOST_TEST(error_of(repeated("(", 64) + "a" + repeated(")", 64)) == "none");
  BOOST_TEST(error_of(repeated("(", 65) + "a" + repeated(")", 65)) == "65: " + too_deep);
}

BOOST_AUTO_TEST_CASE(length_is_bounded) {
  BOOST_TEST(error_of("a given" + std::string(4089, ' ')) == "none");
  BOOST_TEST(error_of("a given" + std::string(4090, ' ')) == "4096: longer than 4096 bytes");
}

// A text that is cut anywhere is refused or understood, and nothing else.
BOOST_AUTO_TEST_CASE(cut_and_mangled_texts) {
  const std::string text =
      "if some choice where a >= 17 satisfies (t == min(sum of b where chosen, 99) and "
      "x in (1, 2)) then d + 1 day <= check_date else grade of amount m in g has no error iff -y "
      "mod 3 != 0";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    static_cast<void>(error_of(text.substr(0, cut)));
    static_cast<void>(error_of(text.substr(cut)));
    std::string mangled = text;
    for (const char c : {'(', ')', '=', '\x80', '\0', '9', ' ', ','}) {
      if (cut < mangled.size()) {
        mangled[cut] = c;
      }
      static_cast<void>(error_of(mangled));
    }
  }
  BOOST_TEST(error_of(text).substr(0, 5) != "0: ex");
}
