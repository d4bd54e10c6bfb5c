#include "kpfd/grammar/markers.hpp"

#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>
#include <string_view>

#include "tests/support/exact.hpp"

namespace kpfd::grammar {

std::ostream& operator<<(std::ostream& out, Marker marker);
std::ostream& operator<<(std::ostream& out, Marker marker) {
  switch (marker) {
    case Marker::none:
      return out << "none";
    case Marker::exact:
      return out << "exact";
    case Marker::damaged:
      break;
  }
  return out << "damaged";
}

}  // namespace kpfd::grammar

namespace {

using kpfd::grammar::Marker;
using kpfd::grammar::match_marker;
using kpfd_test::Exact;
using namespace std::string_literals;

Marker match(std::string_view line, const std::string& text = "[data]") {
  const Exact exact(line);
  return match_marker(exact.view(), text);
}

BOOST_AUTO_TEST_SUITE(markers)

BOOST_AUTO_TEST_CASE(the_word_itself_is_the_marker) {
  BOOST_TEST(match("[data]") == Marker::exact);
  BOOST_TEST(match("[kanri]", "[kanri]") == Marker::exact);
}

BOOST_AUTO_TEST_CASE(one_marker_is_not_the_other) {
  BOOST_TEST(match("[kanri]") == Marker::none);
  BOOST_TEST(match("[data]", "[kanri]") == Marker::none);
}

BOOST_AUTO_TEST_CASE(another_case_is_damage) {
  for (const char* line : {"[DATA]", "[Data]", "[dATA]", "[datA]"}) {
    BOOST_TEST_CONTEXT(line) BOOST_TEST(match(line) == Marker::damaged);
  }
  BOOST_TEST(match("[KANRI]", "[kanri]") == Marker::damaged);
  BOOST_TEST(match("[Kanri]", "[kanri]") == Marker::damaged);
}

BOOST_AUTO_TEST_CASE(blanks_around_it_are_damage) {
  for (const char* line :
       {" [data]", "[data] ", "  [data]  ", "\t[data]", "[data]\t", " [DATA] ", "\x81\x40[data]",
        "[data]\x81\x40", "\x81\x40\x81\x40[data] \x81\x40", " \x81\x40\t[data]\t\x81\x40 "}) {
    BOOST_TEST_CONTEXT(line) BOOST_TEST(match(line) == Marker::damaged);
  }
}

BOOST_AUTO_TEST_CASE(items_behind_it_are_damage) {
  for (const char* line : {"[data],", "[data],,,", "[data],x", "[DATA],,", " [data] ,,",
                           "[data]\x81\x40,2265700,21", "[data],\x8A\xBF", "[data],[data]"}) {
    BOOST_TEST_CONTEXT(line) BOOST_TEST(match(line) == Marker::damaged);
  }
}

BOOST_AUTO_TEST_CASE(anything_else_in_the_first_item_is_no_marker) {
  for (const char* line :
       {"", " ", "\x81\x40", ",", "[", "[]", "[data", "data]", "data", "[data]x", "x[data]",
        "[data]]", "[[data]", "[da ta]", "[ data ]", "[data].", "[data];", "[data][data]",
        ",[data]", "\"[data]\"", "[datas]", "[dat]", "[data]\x81", "\x81[data]", "[data]\xA0",
        "\xA0[data]", "[data]\x8A\xBF", "[data]\x40", "[data]\x40\x81", "\xEF\xBB\xBF[data]",
        // full-width letters and brackets are other characters
        "\x81\x6D\x82\x84\x82\x81\x82\x94\x82\x81\x81\x6E"}) {
    BOOST_TEST_CONTEXT('"' << line << '"') BOOST_TEST(match(line) == Marker::none);
  }
  BOOST_TEST(match("[data]\0"s) == Marker::none);
  BOOST_TEST(match("\0[data]"s) == Marker::none);
}

BOOST_AUTO_TEST_CASE(bytes_of_0x80_and_above_are_never_taken_for_letters_of_the_word) {
  for (std::size_t at = 0; at < 6; ++at) {
    for (int c = 0x80; c < 0x100; ++c) {
      std::string line = "[data]";
      line[at] = static_cast<char>(c);
      BOOST_TEST_CONTEXT("byte " << c << " at " << at) BOOST_TEST(match(line) == Marker::none);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_byte_but_a_blank_may_stand_beside_the_word) {
  for (int c = 0; c < 256; ++c) {
    const std::string before = static_cast<char>(c) + "[data]"s;
    const std::string behind = "[data]"s + static_cast<char>(c);
    const bool blank = c == ' ' || c == '\t';
    BOOST_TEST_CONTEXT("byte " << c) {
      BOOST_TEST(match(before) == (blank ? Marker::damaged : Marker::none));
      BOOST_TEST(match(behind) == (blank || c == ',' ? Marker::damaged : Marker::none));
    }
  }
}

BOOST_AUTO_TEST_CASE(no_other_byte_stands_for_a_byte_of_the_word) {
  const std::string text = "[data]";
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int c = 0; c < 256; ++c) {
      std::string line = text;
      line[at] = static_cast<char>(c);
      Marker expected = Marker::none;
      if (line == text) {
        expected = Marker::exact;
      } else if (c >= 'A' && c <= 'Z' && c - 'A' + 'a' == text[at]) {
        expected = Marker::damaged;
      }
      BOOST_TEST_CONTEXT("byte " << c << " at " << at) BOOST_TEST(match(line) == expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_long_line_of_blanks_is_no_marker) {
  BOOST_TEST(match(std::string(1U << 16, ' ')) == Marker::none);
  BOOST_TEST(match(std::string(1U << 16, ' ') + "[data]") == Marker::damaged);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
