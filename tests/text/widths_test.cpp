// Half-width characters as full-width ones, against ICU's compatibility composition.
#include "kpfd/text/widths.hpp"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "kpfd/text/repertoire.hpp"

namespace {

using kpfd::text::append_full_width;
using kpfd::text::append_utf8;
using kpfd::text::is_permitted;

std::string utf8_of(const std::string& shift_jis) {
  std::string text;
  append_utf8(text, shift_jis);
  return text;
}

std::string widened(const std::string& shift_jis) {
  std::string wide;
  append_full_width(wide, shift_jis);
  return utf8_of(wide);
}

/// What NFKC makes of half-width kana.
std::string composed(const std::string& shift_jis) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const nfkc = icu::Normalizer2::getNFKCInstance(error);
  std::string text;
  nfkc->normalize(icu::UnicodeString::fromUTF8(utf8_of(shift_jis)), error).toUTF8String(text);
  BOOST_TEST_REQUIRE(U_SUCCESS(error));
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(kana_with_and_without_sound_marks_are_those_of_unicode) {
  for (int kana = 0xA1; kana <= 0xDD; ++kana) {
    const std::string alone(1, static_cast<char>(kana));
    BOOST_TEST(widened(alone) == composed(alone));
    for (const char* mark : {"\xDE", "\xDF"}) {
      const std::string pair = alone + mark;
      // ヷ and ヺ are no characters of JIS X 0208; a mark that joins nothing stands by itself.
      const bool joins = kana != 0xDC && kana != 0xA6 && composed(pair).size() == 3;
      BOOST_TEST(widened(pair) ==
                 (joins ? composed(pair) : widened(alone) + (*mark == '\xDE' ? "゛" : "゜")));
    }
  }
}

BOOST_AUTO_TEST_CASE(letters_digits_and_signs) {
  BOOST_TEST(widened("Az09 -!~") == "Ａｚ０９　－！～");
  BOOST_TEST(widened("\"'\\") == "”’＼");
  BOOST_TEST(widened("\xDE\xDF") == "゛゜");
}

BOOST_AUTO_TEST_CASE(every_half_width_character_has_a_permitted_one) {
  for (int byte = 0x20; byte <= 0xDF; ++byte) {
    if (byte >= 0x7F && byte <= 0xA0) {
      continue;
    }
    std::string wide;
    append_full_width(wide, std::string(1, static_cast<char>(byte)));
    BOOST_TEST_REQUIRE(wide.size() == 2U);
    const auto lead = static_cast<unsigned char>(wide[0]);
    const auto trail = static_cast<unsigned char>(wide[1]);
    BOOST_TEST(is_permitted(static_cast<std::uint16_t>(lead << 8 | trail)));
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_half_width_stays) {
  for (const std::string text : {"\x88\x9F", "\x1A", "\x7F", "\x80", "\xFD", "\x83", "\x83\x2C"}) {
    std::string wide;
    append_full_width(wide, text);
    BOOST_TEST(wide.substr(0, 1) == text.substr(0, 1));
  }
  std::string wide;
  append_full_width(wide, "\x88\xB1\xB6");  // a kanji whose second byte looks like kana
  BOOST_TEST(wide == "\x88\xB1\x83\x4A");
}
