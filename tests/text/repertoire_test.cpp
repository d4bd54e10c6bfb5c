#include "kpfd/text/repertoire.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "oracle.hpp"

namespace kpfd::text {

std::ostream& operator<<(std::ostream& out, CharClass cls);
std::ostream& operator<<(std::ostream& out, CharClass cls) {
  return out << "class " << static_cast<int>(cls);
}

}  // namespace kpfd::text

namespace {

using kpfd::text::Character;
using kpfd::text::CharClass;
using text_test::Exact;

constexpr unsigned codes = 0x10000;

std::uint16_t code_of(unsigned number) { return static_cast<std::uint16_t>(number); }

/// The classes of all characters of a text, and a check that reading stays inside and goes on.
std::vector<CharClass> classes_of(std::string_view bytes) {
  const Exact text(bytes);
  std::vector<CharClass> classes;
  for (const unsigned char* p = text.begin(); p != text.end();) {
    const Character character = kpfd::text::next_character(p, text.end());
    BOOST_REQUIRE(character.bytes >= 1 && character.bytes <= text.end() - p);
    BOOST_TEST(!(is_broken(character.cls) && character.bytes != 1));
    classes.push_back(character.cls);
    p += character.bytes;
  }
  return classes;
}

std::string utf8_of(std::string_view bytes) {
  const Exact text(bytes);
  std::string out;
  kpfd::text::append_utf8(out, text.view());
  return out;
}

std::string substitute_of(std::uint16_t code) { return utf8_of(kpfd::text::substitute(code)); }

BOOST_AUTO_TEST_SUITE(repertoire)

BOOST_AUTO_TEST_CASE(permits_exactly_the_6879_characters_of_jis_x_0208_1990) {
  int non_kanji = 0;
  int kanji = 0;
  for (unsigned code = 0; code < codes; ++code) {
    if (kpfd::text::is_permitted(code_of(code))) {
      (code < 0x8800 ? non_kanji : kanji) += 1;
    }
  }
  BOOST_TEST(non_kanji == 524);
  BOOST_TEST(kanji == 6355);
}

BOOST_AUTO_TEST_CASE(every_string_of_one_byte) {
  for (unsigned byte = 0; byte < 0x100; ++byte) {
    const Exact text(std::string(1, static_cast<char>(byte)));
    const Character found = kpfd::text::next_character(text.begin(), text.end());
    // A byte that cannot be a trail byte behind a lead byte tells that one is wanted.
    const Character expected = text_test::expected_character(byte, 0);
    BOOST_TEST(int{found.bytes} == 1);
    BOOST_TEST(found.cls ==
               (expected.cls == CharClass::wrong_second ? CharClass::truncated : expected.cls));
    BOOST_TEST(kpfd::text::all_permitted(text.begin(), text.end()) ==
               (found.cls == CharClass::permitted));
  }
}

BOOST_AUTO_TEST_CASE(every_string_of_two_and_three_bytes) {
  std::vector<Character> pairs(codes);
  for (unsigned code = 0; code < codes; ++code) {
    pairs[code] = text_test::expected_character(code >> 8, code & 0xFF);
  }
  const auto expected_at = [&pairs](const unsigned char* p, const unsigned char* end) {
    if (end - p >= 2) {
      return pairs[unsigned{p[0]} << 8 | p[1]];
    }
    Character alone = pairs[unsigned{p[0]} << 8];
    if (alone.cls == CharClass::wrong_second) {
      alone.cls = CharClass::truncated;
    }
    return alone;
  };
  for (const std::size_t length : {std::size_t{2}, std::size_t{3}}) {
    const std::unique_ptr<unsigned char[]> text(new unsigned char[length]);
    const unsigned char* const end = text.get() + length;
    unsigned long wrong = 0;
    for (unsigned long number = 0; number < 1UL << (8 * length); ++number) {
      for (std::size_t i = 0; i < length; ++i) {
        text[i] = static_cast<unsigned char>(number >> (8 * (length - 1 - i)));
      }
      bool permitted = true;
      for (const unsigned char* p = text.get(); p != end;) {
        const Character found = kpfd::text::next_character(p, end);
        const Character expected = expected_at(p, end);
        if (found.cls != expected.cls || found.bytes != expected.bytes) {
          ++wrong;
          break;
        }
        permitted = permitted && expected.cls == CharClass::permitted;
        p += found.bytes;
      }
      wrong += kpfd::text::all_permitted(text.get(), end) != permitted ? 1U : 0U;
    }
    BOOST_TEST(wrong == 0U);
  }
}

BOOST_AUTO_TEST_CASE(all_permitted_agrees_with_the_characters_in_longer_fields) {
  // A short field at every place of a field of digits: the quick way over ASCII must not jump it.
  for (const char* const part : {"", "\x88\xB1", "\x1F", "\x7F", "\x20", "\x7E", "\x88", "\x80",
                                 "\xA0", "\xA1", "\xDF", "\x87\x40", "\xFF"}) {
    const bool expected = kpfd::text::all_permitted(
        reinterpret_cast<const unsigned char*>(part),
        reinterpret_cast<const unsigned char*>(part) + std::string_view(part).size());
    for (std::size_t before = 0; before <= 17; ++before) {
      for (std::size_t after = 0; after <= 17; ++after) {
        const Exact text(std::string(before, '0') + part + std::string(after, ','));
        BOOST_TEST(kpfd::text::all_permitted(text.begin(), text.end()) == expected);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(decodes_as_the_other_converters_do) {
  unsigned long wrong = 0;
  for (unsigned code = 0x8000; code < codes; ++code) {
    const char32_t found = kpfd::text::to_unicode(code_of(code));
    wrong += found != text_test::icu_character("windows-932", code_of(code)) ? 1U : 0U;
    wrong += found != text_test::icu_character("ibm-943_P15A-2003", code_of(code)) ? 1U : 0U;
    const char32_t other = text_test::iconv_character("CP932", code_of(code));
    wrong += found != other ? 1U : 0U;
  }
  BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(permits_what_a_strict_table_of_jis_x_0208_holds) {
  // The C library's SJIS is JIS X 0208 without vendors' characters; its pairs are JIS's own.
  unsigned long wrong = 0;
  for (unsigned code = 0x8000; code < codes; ++code) {
    const bool single_first = code >= 0xA000 && code < 0xE000;
    const bool found = text_test::iconv_character("SJIS", code_of(code)) != 0;
    wrong += !single_first && found != kpfd::text::is_permitted(code_of(code)) ? 1U : 0U;
  }
  BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(one_byte_characters) {
  for (unsigned byte = 0; byte < 0x80; ++byte) {
    BOOST_TEST(static_cast<unsigned>(kpfd::text::to_unicode(code_of(byte))) == byte);
    BOOST_TEST(kpfd::text::from_unicode(byte) == byte);
  }
  for (unsigned byte = 0x80; byte < 0x100; ++byte) {
    const bool kana = byte >= 0xA1 && byte <= 0xDF;
    const char32_t expected = kana ? 0xFF61 + (byte - 0xA1) : 0;
    BOOST_TEST((kpfd::text::to_unicode(code_of(byte)) == expected));
    BOOST_TEST(kpfd::text::from_unicode(byte) != byte);
    if (kana) {
      BOOST_TEST(kpfd::text::from_unicode(expected) == byte);
    }
  }
  // No code: a lead byte of ASCII or kana, a trail byte that is none.
  for (const unsigned code : {0x0141U, 0x4141U, 0xB1B1U, 0x8820U, 0x887FU, 0x88FDU, 0xFF40U}) {
    BOOST_TEST((kpfd::text::to_unicode(code_of(code)) == 0));
  }
}

BOOST_AUTO_TEST_CASE(encodes_every_character_it_decodes) {
  for (unsigned code = 1; code < codes; ++code) {
    const char32_t character = kpfd::text::to_unicode(code_of(code));
    if (character == 0) {
      continue;
    }
    const std::uint16_t back = kpfd::text::from_unicode(character);
    if (back == code) {
      continue;
    }
    // Another code of the same character: one that comes first in the documented order.
    BOOST_TEST((kpfd::text::to_unicode(back) == character));
    const auto rank = [](unsigned number) {
      const unsigned lead = number >> 8;
      return kpfd::text::is_permitted(code_of(number)) ? 0
             : lead == 0x87                            ? 1
             : lead >= 0xFA                            ? 2
                                                       : 3;
    };
    BOOST_TEST(rank(back) < rank(code));
    BOOST_TEST(rank(back) < 3);
  }
}

BOOST_AUTO_TEST_CASE(takes_both_characters_of_the_pairs_in_which_converters_differ) {
  const std::pair<char32_t, unsigned> pairs[] = {
      {0xFF5E, 0x8160}, {0x301C, 0x8160}, {0x2225, 0x8161}, {0x2016, 0x8161}, {0xFF0D, 0x817C},
      {0x2212, 0x817C}, {0xFFE0, 0x8191}, {0x00A2, 0x8191}, {0xFFE1, 0x8192}, {0x00A3, 0x8192},
      {0xFFE2, 0x81CA}, {0x00AC, 0x81CA}, {0x2015, 0x815C}, {0x2014, 0x815C}, {0x00A5, 0x5C},
      {0x203E, 0x7E},   {0x00C5, 0x81F0}, {0x212B, 0x81F0}, {0x2126, 0},      {0x03A9, 0x83B6}};
  for (const auto& [character, code] : pairs) {
    BOOST_TEST(kpfd::text::from_unicode(character) == code);
  }
}

BOOST_AUTO_TEST_CASE(knows_what_shift_jis_lacks) {
  for (const char32_t character :
       {char32_t{0x80}, char32_t{0x9F}, char32_t{0xA0}, char32_t{0xE9}, char32_t{0x0301},
        char32_t{0x3099}, char32_t{0xD800}, char32_t{0xF900}, char32_t{0xFEFF}, char32_t{0xFFFD},
        char32_t{0xFFFF}, char32_t{0x1D165}, char32_t{0x20BB7}, char32_t{0xE0100},
        char32_t{0x10FFFF}, char32_t{0x110000}, char32_t{0xFFFFFFFF}}) {
    BOOST_TEST(kpfd::text::from_unicode(character) == 0);
  }
}

BOOST_AUTO_TEST_CASE(names_each_kind_of_byte) {
  using Classes = std::vector<CharClass>;
  const std::pair<std::string_view, Classes> vectors[] = {
      {"\x83", {CharClass::truncated}},
      {"\x83,", {CharClass::wrong_second, CharClass::permitted}},
      {"\x83\r\n", {CharClass::wrong_second, CharClass::control, CharClass::control}},
      {"\x83\"", {CharClass::wrong_second, CharClass::permitted}},
      {"\x83\x7F", {CharClass::wrong_second, CharClass::control}},
      {"\x83\xFD", {CharClass::wrong_second, CharClass::no_character}},
      {"\x83\x3F", {CharClass::wrong_second, CharClass::permitted}},
      {"\x83\x83\x20", {CharClass::permitted, CharClass::permitted}},
      {"\x80", {CharClass::no_character}},
      {"\xA0", {CharClass::no_character}},
      {"\xFD\xFE\xFF", Classes(3, CharClass::no_character)},
      {"\xA1\xDF", Classes(2, CharClass::permitted)},
      {"\x88\xB1", {CharClass::permitted}},
      {"\x95\x5C\x83\x5C\x94\x5C", Classes(3, CharClass::permitted)},
      {"\x83\x7C", {CharClass::permitted}},
      {"\x5C\x7E\x22", Classes(3, CharClass::permitted)},
      {"\x87\x40", {CharClass::nec_row13}},
      {"\x87\x90", {CharClass::nec_row13}},
      {"\x81\xE0", {CharClass::permitted}},
      {"\xED\x40", {CharClass::nec_selected}},
      {"\xFB\xFC", {CharClass::ibm_extension}},
      {"\xFA\xB1", {CharClass::ibm_extension}},
      {"\xF0\x40", {CharClass::user_defined}},
      {"\xF8\xF0", {CharClass::user_defined}},
      {"\xF9\xFC", {CharClass::user_defined}},
      {"\x81\x60", {CharClass::permitted}},
      {"\x81\x7C", {CharClass::permitted}},
      {"\x85\x40", {CharClass::unassigned}},
      {"\x87\x5E", {CharClass::unassigned}},
      {"\x88\x9E", {CharClass::unassigned}},
      {"\x88\x9F", {CharClass::permitted}},
      {"\xEA\xA4", {CharClass::permitted}},
      {"\xEA\xA5", {CharClass::unassigned}},
      {"\xEB\x40", {CharClass::unassigned}},
      {"\xFC\x4B", {CharClass::ibm_extension}},
      {"\xFC\x4C", {CharClass::unassigned}},
      {"\xFC\xFC", {CharClass::unassigned}},
      {std::string_view("\0\t\x1A\x1B\x7F", 5), Classes(5, CharClass::control)},
  };
  for (const auto& [bytes, expected] : vectors) {
    const Classes found = classes_of(bytes);
    BOOST_TEST(found == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(tells_broken_bytes_from_whole_characters) {
  for (const CharClass cls :
       {CharClass::wrong_second, CharClass::truncated, CharClass::no_character}) {
    BOOST_TEST(is_broken(cls));
  }
  for (const CharClass cls :
       {CharClass::permitted, CharClass::nec_row13, CharClass::nec_selected,
        CharClass::ibm_extension, CharClass::user_defined, CharClass::unassigned,
        CharClass::control, CharClass::not_in_shift_jis}) {
    BOOST_TEST(!is_broken(cls));
  }
}

BOOST_AUTO_TEST_CASE(proposes_substitutes) {
  const std::pair<unsigned, const char*> vectors[] = {
      {0x8740, "１"},   {0x8753, "２０"}, {0x8754, "Ｉ"},   {0x875D, "Ｘ"},   {0x875F, "ミリ"},
      {0x8773, "ｋｇ"}, {0x8775, "ｍ２"}, {0x877E, "平成"}, {0x8782, "Ｎｏ"}, {0x878A, "（株）"},
      {0x8790, "≒"},    {0x8794, "Σ"},    {0xFBFC, "高"},   {0xEEE0, "高"},   {0xFAB1, "崎"},
      {0xED95, "崎"},   {0xFC4B, "黒"},   {0xEEF9, "￢"},   {0xFA40, "ｉ"},   {0xFA58, "（株）"},
      {0xEEFA, "｜"},
  };
  for (const auto& [code, expected] : vectors) {
    BOOST_TEST(substitute_of(code_of(code)) == expected);
  }
  for (const unsigned code : {0x0041U, 0x889FU, 0x8798U, 0xF040U, 0xFCFCU, 0xFFFFU, 0x0000U}) {
    BOOST_TEST(kpfd::text::substitute(code_of(code)).empty());
  }
}

BOOST_AUTO_TEST_CASE(substitutes_are_permitted_full_width_text_for_what_is_not_permitted) {
  int known = 0;
  for (unsigned code = 0; code < codes; ++code) {
    const std::string_view text = kpfd::text::substitute(code_of(code));
    if (text.empty()) {
      continue;
    }
    ++known;
    BOOST_TEST(!kpfd::text::is_permitted(code_of(code)));
    BOOST_TEST((kpfd::text::to_unicode(code_of(code)) != 0));
    BOOST_TEST(text.size() % 2 == 0U);
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
      const auto high = static_cast<unsigned char>(text[i]);
      const auto low = static_cast<unsigned char>(text[i + 1]);
      BOOST_TEST(kpfd::text::is_permitted(code_of(unsigned{high} << 8 | low)));
    }
    // Whichever code a character came with, the proposal is the same.
    const auto preferred = kpfd::text::from_unicode(kpfd::text::to_unicode(code_of(code)));
    BOOST_TEST((kpfd::text::is_permitted(preferred) || kpfd::text::substitute(preferred) == text));
  }
  // Of NEC's row 13 only ∮, ∟ and ⊿ have none.
  int of_row_13 = 0;
  for (unsigned code = 0x8740; code <= 0x879C; ++code) {
    of_row_13 += kpfd::text::substitute(code_of(code)).empty() ? 0 : 1;
  }
  BOOST_TEST(of_row_13 == 83 - 3);
  BOOST_TEST(known > of_row_13);
}

BOOST_AUTO_TEST_CASE(reports_any_bytes_as_valid_utf8) {
  BOOST_TEST(utf8_of("a\x88\x9F\xB1\x81\x60") == "a亜ｱ～");
  BOOST_TEST(utf8_of("\x83,\x80\xA0\xFF\x85\x40z\x83") == "\uFFFD,\uFFFD\uFFFD\uFFFD\uFFFDz\uFFFD");
  BOOST_TEST(utf8_of("\x87\x40\xFB\xFC\xF0\x40") == "①髙\uE000");
  BOOST_TEST(utf8_of(std::string_view("\0\x7F", 2)) == std::string("\0\x7F", 2));
  BOOST_TEST(utf8_of("") == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
