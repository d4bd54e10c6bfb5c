// A file of office numbers, as unions keep them.

#include "kpfd/profile/roster.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "kpfd/layout/load.hpp"
#include "tests/support/filings.hpp"
#include "tests/support/profiles.hpp"

namespace {

using namespace kpfd_test;
using Numbers = std::vector<std::string>;

Numbers read(std::string_view bytes, std::string_view more = "") {
  return profile_with(std::string(more) + R"(<roster file="r.csv"/>)", bytes).roster->numbers;
}

/// `2: reason`.
std::string refusal(std::string_view bytes, std::string_view more = "") {
  try {
    read(bytes, more);
  } catch (const kpfd::layout::SchemaError& error) {
    BOOST_TEST(error.place().file == "r.csv");
    return std::to_string(error.place().line) + ": " + error.reason();
  }
  return "taken";
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

void expect_numbers(std::string_view bytes, const Numbers& numbers, std::string_view more = "") {
  BOOST_TEST(read(bytes, more) == numbers, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE(roster)

BOOST_AUTO_TEST_CASE(numbers_stand_one_a_line_or_in_the_first_column) {
  expect_numbers("1001", {"1001"});
  expect_numbers("1002\n1001\n", {"1001", "1002"});
  expect_numbers("1001\r\n\r\n1002\r\n", {"1001", "1002"});
  expect_numbers("1001\r1002\r", {"1001", "1002"});
  expect_numbers("1001,a\n1002,b,c\n", {"1001", "1002"});
  expect_numbers("\"1001\",\"a\"\n \"1002\" ,b\n", {"1001", "1002"});
  expect_numbers("1001\n1001\n", {"1001"});
  expect_numbers("1001\n,,\n   \n1002", {"1001", "1002"});
  expect_numbers("A1\nB2\n", {"A1", "B2"});
}

BOOST_AUTO_TEST_CASE(numbers_may_stand_in_blanks_and_quotation_marks) {
  expect_numbers("  1001  \n\" 1002 \",x\nzz9\n", {"1001", "1002", "zz9"});
  for (const char* const damaged :
       {"1001\n\"1002\n", "1001\n1002\"\n", "1001\n\"\"\n", "1001\n\"\n", "1001\n ,x\n",
        "1001\n{1\n", "1001\n`1\n", "1001\n@1\n", "1001\n[1\n", "1001\n/1\n", "1001\n:1\n"}) {
    const std::string said = refusal(damaged);
    BOOST_TEST(said.rfind("2: ", 0) == 0, damaged << ": " << said);
  }
}

// A profile that names no list has none, whatever bytes are there.
BOOST_AUTO_TEST_CASE(without_the_element_nothing_is_read) {
  auto profile = kpfd_test::load_profile(kpfd_test::profile_text(""));
  kpfd::profile::read_roster("no number", "offices.csv", profile);
  BOOST_TEST(!profile.roster);
}

BOOST_AUTO_TEST_CASE(both_encodings_are_read) {
  const std::string text = "事業所番号,名称\n1001,架空商事\n1002,ソ表能\n";
  expect_numbers(text, {"1001", "1002"});
  expect_numbers("\xEF\xBB\xBF" + text, {"1001", "1002"});
  expect_numbers(
      "\xEF\xBB\xBF"
      "1001\n",
      {"1001"});
  expect_numbers(sjis(text), {"1001", "1002"});
}

BOOST_AUTO_TEST_CASE(a_first_line_without_a_digit_is_a_heading) {
  expect_numbers("number,name\n1001\n", {"1001"});
  BOOST_TEST(refusal("1001\nnumber\u756A\n") ==
             "2: office roster: the line does not begin with an office number (digits and Latin "
             "letters)");
  // Unless it has the form of the union's numbers.
  expect_numbers("ABCD\n1001\n", {"1001", "ABCD"}, R"(<office-number type="AN" length="4"/>)");
}

BOOST_AUTO_TEST_CASE(what_is_no_roster_is_refused_with_its_line_and_without_its_words) {
  BOOST_TEST(refusal("") == "0: office roster: no office number in it");
  BOOST_TEST(refusal("\n,\n") == "0: office roster: no office number in it");
  BOOST_TEST(refusal("number\n") == "0: office roster: no office number in it");
  BOOST_TEST(contains(refusal(std::string("1\0"
                                          "0\0",
                                          4)),
                      "0: office roster: no text"));
  const std::string secret = refusal("1001\n1002\nroot:x:0:0\n");
  BOOST_TEST(contains(secret, "3: office roster: the line does not begin"));
  BOOST_TEST(!contains(secret, "root"));
  BOOST_TEST(contains(refusal("1001\n１００２\n"), "2: office roster: the line"));
  BOOST_TEST(contains(refusal("1001\n;1002\n"), "2: office roster: the line"));
}

BOOST_AUTO_TEST_CASE(a_number_that_the_profile_itself_refuses_is_a_fault) {
  const char* const form = R"(<office-number type="N" length="4" begins="0"/>)";
  expect_numbers("0001\n0002\n", {"0001", "0002"}, form);
  BOOST_TEST(contains(refusal("0001\n2\n", form), "2: office roster: the office number does not"));
  BOOST_TEST(contains(refusal("0001\n1001\n", form), "2: office roster: the office number"));
}

BOOST_AUTO_TEST_CASE(a_roster_has_limits) {
  BOOST_TEST(contains(refusal(std::string(kpfd::profile::most_roster_bytes + 1, '1')),
                      "0: office roster: larger than"));
  std::string many;
  for (std::size_t i = 0; i < kpfd::profile::most_roster_numbers; ++i) {
    many += std::to_string(i) + "\n";
  }
  BOOST_TEST(read(many).size() == kpfd::profile::most_roster_numbers);
  BOOST_TEST(contains(refusal(many + "A\n"), "65537: office roster: more than 65536 offices"));
}

BOOST_AUTO_TEST_CASE(numbers_are_found_as_they_are_written) {
  const auto profile = profile_with(R"(<roster file="r.csv"/>)", "0012\n13\nA1\n");
  for (const char* number : {"0012", "13", "A1"}) {
    BOOST_TEST(profile.roster->has(number), number);
  }
  for (const char* number : {"12", "013", "a1", "", "131", "1"}) {
    BOOST_TEST(!profile.roster->has(number), number);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
