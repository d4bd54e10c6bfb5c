#include "kpfd/report/escape.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "kpfd/report/value.hpp"
#include "support.hpp"

using namespace std::string_view_literals;

namespace {

std::string json(std::string_view text) {
  std::string out;
  kpfd::report::append_json(out, text);
  return out;
}

std::string plain(std::string_view text) {
  std::string out;
  kpfd::report::append_plain(out, text);
  return out;
}

std::string value(const kpfd::Finding& finding, kpfd::report::Escape escape) {
  std::string out;
  kpfd::report::append_value(out, finding, escape);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(escape)

BOOST_AUTO_TEST_CASE(json_strings) {
  BOOST_TEST(json("") == "");
  BOOST_TEST(json("算定基礎届 A-1") == "算定基礎届 A-1");
  BOOST_TEST(json("a\"b\\c/d") == R"(a\"b\\c/d)");
  BOOST_TEST(json("\n\r\t\x01\x1B\x7F\0"sv) == R"(\n\r\t\u0001\u001b\u007f\u0000)");
  BOOST_TEST(json("\xC2\x80\xC2\x9B\xC2\xA0") == R"(\u0080\u009b)"
                                                 "\xC2\xA0");
  BOOST_TEST(json("𠮷") == "𠮷");
}

BOOST_AUTO_TEST_CASE(broken_utf8_becomes_replacement_characters) {
  BOOST_TEST(json("a\x82\xA0z") == "a\uFFFD\uFFFDz");
  BOOST_TEST(json("\xE3\x81") == "\uFFFD");
  BOOST_TEST(json("\xC0\xAF") == "\uFFFD\uFFFD");            // overlong
  BOOST_TEST(json("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");  // a surrogate
  BOOST_TEST(plain("\xFF"
                   "x") == "\uFFFDx");
}

BOOST_AUTO_TEST_CASE(every_byte_pair_gives_json_that_reads_back) {
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      const std::string pair{static_cast<char>(a), static_cast<char>(b)};
      const kpfd_test::Json read = kpfd_test::JsonReader::read('"' + json(pair) + '"');
      BOOST_REQUIRE(kpfd_test::is_utf8(read.text));
      if (kpfd_test::is_utf8(pair)) {
        BOOST_REQUIRE_EQUAL(read.text, pair);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(terminals_get_no_control_characters) {
  BOOST_TEST(plain("KPFD\x1B[2J\a.CSV") == "KPFD\uFFFD[2J\uFFFD.CSV");
  BOOST_TEST(plain("a\nb\rc\td\x7F") == "a\uFFFDb\uFFFDc\uFFFDd\uFFFD");
  BOOST_TEST(plain("\xC2\x9B"
                   "31m") == "\uFFFD31m");  // CSI in one character
  BOOST_TEST(plain("a\u202Eb\u2066c\u2028d\u200F") == "a\uFFFDb\uFFFDc\uFFFDd\uFFFD");
  BOOST_TEST(plain("ｹﾝﾎﾟ　花子\\\"") == "ｹﾝﾎﾟ　花子\\\"");
  BOOST_TEST(kpfd::report::is_plain("届書"));
  BOOST_TEST(!kpfd::report::is_plain("届\x1B書"));
}

BOOST_AUTO_TEST_CASE(a_my_number_is_seen_wherever_it_was_typed) {
  using kpfd::report::may_hold_my_number;
  BOOST_TEST(may_hold_my_number("123456789018"));
  BOOST_TEST(may_hold_my_number("1234-5678-9018"));
  BOOST_TEST(may_hold_my_number("\x94\xD4\x8D\x86 123456789018 x"));
  // Full-width digits １２３４５６７８９０１８.
  BOOST_TEST(
      may_hold_my_number("\x82\x50\x82\x51\x82\x52\x82\x53\x82\x54\x82\x55\x82\x56\x82\x57"
                         "\x82\x58\x82\x4F\x82\x50\x82\x57"));
  BOOST_TEST(!may_hold_my_number("12345678901"));
  BOOST_TEST(!may_hold_my_number(""));
  // Trail bytes that look like digits are none: 0x83 0x30 is no character, 0x82 0x4E no digit.
  BOOST_TEST(
      !may_hold_my_number("\x82\x4E\x82\x4E\x82\x4E\x82\x4E\x82\x4E\x82\x4E\x82\x4E\x82\x4E"
                          "\x82\x4E\x82\x4E\x82\x4E\x82\x4E"));
}

BOOST_AUTO_TEST_CASE(values_are_shown_in_utf8_and_secrets_never) {
  using kpfd::report::Escape;
  kpfd_test::Sample sample("VALUES");
  sample.finding.value = "\xB9\xDD\xCE\xDF \x1B\"";
  BOOST_TEST(value(sample.finding, Escape::none) == "ｹﾝﾎﾟ \uFFFD\"");
  BOOST_TEST(value(sample.finding, Escape::json) == R"(ｹﾝﾎﾟ \u001b\")");
  sample.finding.item_name.secret = true;
  for (const std::string_view secret : {"123456789018"sv, "12"sv, ""sv}) {
    sample.finding.value = secret;
    BOOST_TEST(value(sample.finding, Escape::none) == "************");
  }
  sample.finding.item_name.secret = false;
  sample.finding.value = "123456789018";
  BOOST_TEST(value(sample.finding, Escape::json) == "************");
}

BOOST_AUTO_TEST_SUITE_END()
