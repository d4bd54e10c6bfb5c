// The words of items, names nearly right, the rows of tables, and where texts stand in their file.
#include "kpfd/layout/words.hpp"

#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/layout/source_text.hpp"
#include "kpfd/layout/suggestion.hpp"

namespace {

using namespace kpfd::layout;
using namespace std::string_literals;

/// Why the words are refused; "" if they are taken.
template <typename Parse>
std::string refused(Parse parse, const std::string& text) {
  try {
    parse(text);
    return {};
  } catch (const WordError& error) {
    return error.what();
  }
}

BOOST_AUTO_TEST_SUITE(words)

BOOST_AUTO_TEST_CASE(lengths_are_numbers_that_go_up) {
  const Lengths range = parse_lengths("0|2..4");
  BOOST_TEST(range.least == 2U);
  BOOST_TEST(range.most == 4U);
  BOOST_TEST(range.holds(0));
  BOOST_TEST(!range.holds(1));
  BOOST_TEST(range.holds(3));
  BOOST_TEST(!range.holds(longest_item + 1));
  const Lengths always_empty = parse_lengths("0");
  BOOST_TEST(always_empty.least == 0U);
  BOOST_TEST(always_empty.most == 0U);
  BOOST_TEST(parse_lengths("1.."s + std::to_string(longest_item)).most == longest_item);

  for (const char* const text :
       {"", "|", "6|", "x", "-1", "1..", "..7", "1..x", "x..7", "1234567890", "1..1234567890"}) {
    BOOST_TEST(refused(parse_lengths, text).find("is no length") != std::string::npos, text);
  }
  for (const std::string& text : {"7..1"s, "1.."s + std::to_string(longest_item + 1),
                                  std::to_string(longest_item + 1), "1|999999999"s}) {
    BOOST_TEST(refused(parse_lengths, text).find("lengths go up") != std::string::npos, text);
  }
}

BOOST_AUTO_TEST_CASE(values_are_texts_of_one_width_that_go_up) {
  BOOST_TEST(parse_values("").ranges.empty());
  const Values values = parse_values("04|17..31");
  BOOST_TEST(values.holds("04"));
  BOOST_TEST(!values.holds("4"));
  BOOST_TEST(values.holds("17"));
  BOOST_TEST(values.holds("31"));
  BOOST_TEST(!values.holds("16"));
  BOOST_TEST(!values.holds("32"));
  for (const char* const text : {"|", "1|", "..", "..7", "1..", "1..17", "31..17"}) {
    BOOST_TEST(refused(parse_values, text).find("a range goes up") != std::string::npos, text);
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_type_is_told_with_the_known_ones) {
  BOOST_TEST((parse_type("AKS") == Type::half_width));
  BOOST_TEST(refused(parse_type, "aks") == "`aks` is no type (known: N, AN, AK, K, AKS, J, JM)");
}

BOOST_AUTO_TEST_CASE(only_the_nearest_names_are_suggested) {
  const std::vector<std::string_view> known = {"total", "totals", "total", "average"};
  BOOST_TEST(suggestion("totl", known) == "; did you mean `total`?");
  BOOST_TEST(suggestion("toatl", known) == "; did you mean `total`?");
  BOOST_TEST(suggestion("totals_", known) == "; did you mean `totals`?");
  BOOST_TEST(suggestion("birth", known).empty());
  BOOST_TEST(suggestion("", known).empty());
  BOOST_TEST(suggestion("cash_", {"cash_1", "cash_2"}) == "; did you mean `cash_1` or `cash_2`?");
  BOOST_TEST(suggestion("cash_", {"cash_1", "cash_2", "cash_3", "cash_4"}) ==
             "; did you mean `cash_1` or `cash_2` or `cash_3`?");
}

// The work grows with the product of both lengths: what comes from a file from outside is limited.
BOOST_AUTO_TEST_CASE(very_long_names_are_not_compared) {
  const std::string longest(64, 'n');
  const std::string longer(65, 'n');
  BOOST_TEST(suggestion(longest, {longest}) == "; did you mean `" + longest + "`?");
  BOOST_TEST(suggestion(longer, {longest}).empty());
  BOOST_TEST(suggestion(longest, {longer}).empty());
}

BOOST_AUTO_TEST_CASE(a_table_of_numbers_is_asked_for_numbers) {
  Table table;
  table.numeric = true;
  Table::Row row;
  row.code = "58";
  row.number = 58;
  table.rows.push_back(row);
  BOOST_TEST_REQUIRE(table.find("58") != nullptr);
  BOOST_TEST(table.find("0058") == table.find("58"));
  BOOST_TEST(table.find("000000000000000058") == table.find("58"));
  for (const char* const cell : {"", "0000000000000000058", "59", "5/", "5:", "x"}) {
    BOOST_TEST(table.find(cell) == nullptr, cell);
  }
  table.numeric = false;
  BOOST_TEST(table.find("58") != nullptr);
  BOOST_TEST(table.find("0058") == nullptr);
}

BOOST_AUTO_TEST_CASE(the_condition_of_a_rule_is_one_line) {
  RuleText rule;
  rule.text = "\n  note\n    given ";
  BOOST_TEST(rule.condition() == "note given");
  rule.when = " cash\t> 0 ";
  BOOST_TEST(rule.condition() == "(cash > 0) implies (note given)");
  rule.reported_if_true = true;
  BOOST_TEST(rule.condition() == "(cash > 0) implies (not (note given))");
  rule.when.clear();
  BOOST_TEST(rule.condition() == "not (note given)");
}

BOOST_AUTO_TEST_CASE(an_offset_that_is_none_is_the_beginning_or_the_end) {
  const SourceText text({"f.xml", "ab\ncd"});
  BOOST_TEST(text.spot_at(-1).line == 1U);
  BOOST_TEST(text.spot_at(-1).column == 1U);
  BOOST_TEST(text.spot_at(4).line == 2U);
  BOOST_TEST(text.spot_at(4).column == 2U);
  BOOST_TEST(text.spot_at(99).line == 2U);
  BOOST_TEST(text.spot_at(99).column == 3U);
}

BOOST_AUTO_TEST_CASE(characters_that_a_file_writes_otherwise_are_told) {
  const auto written = [](std::string_view file, std::string_view text, std::size_t offset = 0) {
    std::string told;
    for (const Written& part : SourceText({"f.xml", file}).written(text, offset)) {
      told += std::to_string(part.offset) + "+" + std::to_string(part.bytes) +
              (part.ends_line ? "e " : " ");
    }
    return told;
  };
  BOOST_TEST(written("a < b", "a < b").empty());
  BOOST_TEST(written("a &lt; b", "a < b") == "2+4 ");
  BOOST_TEST(written("xx&amp;&amp;", "&&", 2) == "0+5 1+5 ");
  BOOST_TEST(written("a\r\nb\nc\r", "a\nb\nc\n") == "1+2e 3+1e 5+1e ");
  BOOST_TEST(written("a\rb", "a\nb") == "1+1e ");
  // The bytes of a character are the one reference, of which each has its column, and what follows
  // is itself again.
  BOOST_TEST(written("&#x3042;b&lt;",
                     "\xE3\x81\x82"
                     "b<") == "2+6 4+4 ");
  BOOST_TEST(written("&#x3042;", "\xE3\x81\x82") == "2+6 ");
  // A text that the file does not hold ends with the file.
  BOOST_TEST(written("a&lt", "a<bc") == "1+3 ");
  BOOST_TEST(written("ab", "abcd").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
