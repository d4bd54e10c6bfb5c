#include "kpfd/text/utf8.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "kpfd/text/compose.hpp"
#include "kpfd/text/repertoire.hpp"
#include "oracle.hpp"

namespace {

using kpfd::text::Placed;
using kpfd::text::ShiftJisLine;
using kpfd::text::Utf8Character;
using text_test::Exact;

ShiftJisLine transcode(std::string_view utf8) {
  const Exact text(utf8);
  ShiftJisLine line;
  kpfd::text::to_shift_jis(text.view(), line);
  BOOST_REQUIRE(line.origin.size() == line.bytes.size() + 1);
  BOOST_TEST(line.origin.back() == utf8.size());
  return line;
}

/// A text as Shift_JIS, character by character, without any composition.
std::string encoded(const std::u32string& text) {
  std::string bytes;
  for (const char32_t character : text) {
    const std::uint16_t code = kpfd::text::from_unicode(character);
    if (character == 0) {
      bytes += '\0';
    } else if (code == 0) {
      bytes += kpfd::text::missing_character;
    } else {
      if (code > 0xFF) {
        bytes += static_cast<char>(code >> 8);
      }
      bytes += static_cast<char>(code & 0xFF);
    }
  }
  return bytes;
}

/// How many characters the canonical decomposition of a character has; 0 if there is none.
std::int32_t decomposition_length(char32_t character) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  icu::UnicodeString raw;
  return nfc->getRawDecomposition(static_cast<UChar32>(character), raw) != 0 ? raw.countChar32()
                                                                             : 0;
}

/// Characters that normal form C would take apart and that the transcoder leaves whole.
bool stays_whole(char32_t character) {
  return (character >= 0xF900 && character <= 0xFAFF) ||
         (character >= 0x2F800 && character <= 0x2FA1F) ||
         (decomposition_length(character) > 1 &&
          u_hasBinaryProperty(static_cast<UChar32>(character), UCHAR_FULL_COMPOSITION_EXCLUSION) !=
              0);
}

bool may_join(char32_t character) {
  const auto point = static_cast<UChar32>(character);
  return u_getCombiningClass(point) != 0 ||
         u_getIntPropertyValue(point, UCHAR_NFC_QUICK_CHECK) == UNORM_MAYBE;
}

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(decodes_every_string_of_three_bytes_as_icu_does) {
  const std::unique_ptr<unsigned char[]> text(new unsigned char[3]);
  for (std::int32_t length = 1; length <= 3; ++length) {
    unsigned long wrong = 0;
    for (unsigned long number = 0; number < 1UL << (8 * length); ++number) {
      // At the end of the buffer, so that reading behind it is seen.
      unsigned char* const p = text.get() + (3 - length);
      for (std::int32_t i = 0; i < length; ++i) {
        p[i] = static_cast<unsigned char>(number >> (8 * (length - 1 - i)));
      }
      std::int32_t offset = 0;
      UChar32 expected = 0;
      U8_NEXT(p, offset, length, expected);
      const Utf8Character found = kpfd::text::next_utf8(p, p + length);
      const char32_t value =
          expected < 0 ? kpfd::text::broken_utf8 : static_cast<char32_t>(expected);
      wrong += found.value != value || found.bytes != offset ? 1U : 0U;
    }
    BOOST_TEST(wrong == 0U);
  }
}

BOOST_AUTO_TEST_CASE(decodes_four_bytes_as_icu_does) {
  const std::unique_ptr<unsigned char[]> text(new unsigned char[4]);
  const unsigned char* const end = text.get() + 4;
  unsigned long wrong = 0;
  for (unsigned lead = 0xEF; lead <= 0xF5; ++lead) {
    for (unsigned second = 0; second < 0x100; ++second) {
      for (const unsigned third : {0x00U, 0x7FU, 0x80U, 0x9AU, 0xBFU, 0xC0U, 0xFFU}) {
        for (const unsigned fourth : {0x00U, 0x7FU, 0x80U, 0xA5U, 0xBFU, 0xC0U, 0xF0U}) {
          text[0] = static_cast<unsigned char>(lead);
          text[1] = static_cast<unsigned char>(second);
          text[2] = static_cast<unsigned char>(third);
          text[3] = static_cast<unsigned char>(fourth);
          std::int32_t offset = 0;
          UChar32 expected = 0;
          U8_NEXT(text.get(), offset, 4, expected);
          const Utf8Character found = kpfd::text::next_utf8(text.get(), end);
          const char32_t value =
              expected < 0 ? kpfd::text::broken_utf8 : static_cast<char32_t>(expected);
          wrong += found.value != value || found.bytes != offset ? 1U : 0U;
        }
      }
    }
  }
  BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(writes_every_code_point) {
  unsigned long wrong = 0;
  std::string found;
  for (char32_t character = 0; character <= 0x10FFFF; ++character) {
    const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
    std::array<std::uint8_t, 4> expected{};
    std::size_t length = 0;
    U8_APPEND_UNSAFE(expected.data(), length, surrogate ? char32_t{0xFFFD} : character);
    found.clear();
    kpfd::text::append_code_point(found, character);
    wrong += found.size() != length ||
                     !std::equal(found.begin(), found.end(), expected.begin(),
                                 [](char a, std::uint8_t b) { return a == static_cast<char>(b); })
                 ? 1U
                 : 0U;
  }
  BOOST_TEST(wrong == 0U);
  found.clear();
  kpfd::text::append_code_point(found, 0x110000);
  kpfd::text::append_code_point(found, kpfd::text::broken_utf8);
  BOOST_TEST(found == "\uFFFD\uFFFD");
}

BOOST_AUTO_TEST_CASE(brings_back_every_permitted_character) {
  std::string shift_jis;
  for (unsigned code = 1; code < 0x10000; ++code) {
    if ((code >= 0x20 && code < 0x7F) || (code >= 0xA1 && code <= 0xDF)) {
      shift_jis += static_cast<char>(code);
    } else if (kpfd::text::is_permitted(static_cast<std::uint16_t>(code))) {
      shift_jis += static_cast<char>(code >> 8);
      shift_jis += static_cast<char>(code & 0xFF);
    }
  }
  BOOST_TEST(shift_jis.size() == 95U + 63U + 2U * 6879U);
  std::string text;
  kpfd::text::append_utf8(text, shift_jis);
  const ShiftJisLine line = transcode(text);
  BOOST_TEST((line.bytes == shift_jis));
  BOOST_TEST(line.composed.empty());
}

BOOST_AUTO_TEST_CASE(tells_where_each_byte_comes_from) {
  const ShiftJisLine line = transcode("a亜ｱ\U00020BB7z");
  BOOST_TEST(line.bytes == "a\x88\x9F\xB1\xFC\xFCz");
  const std::vector<std::uint32_t> origin{0, 1, 1, 4, 7, 7, 11, 12};
  BOOST_TEST(line.origin == origin, boost::test_tools::per_element());
  BOOST_TEST(line.composed.empty());
}

BOOST_AUTO_TEST_CASE(composes_kana_with_its_marks) {
  const ShiftJisLine line = transcode("1か\u3099き,は\u309Aあ\u3099");
  BOOST_TEST(line.bytes == "1\x82\xAA\x82\xAB,\x82\xCF\x82\xA0\xFC\xFC");
  const std::vector<std::uint32_t> origin{0, 1, 1, 7, 7, 10, 11, 11, 17, 17, 20, 20, 23};
  BOOST_TEST(line.origin == origin, boost::test_tools::per_element());
  const std::vector<std::uint32_t> composed{1, 6};
  BOOST_TEST(line.composed == composed, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(composes_all_kana_as_icu_does) {
  for (char32_t kana = 0x3041; kana <= 0x30FF; ++kana) {
    if (may_join(kana)) {
      continue;
    }
    for (const char32_t mark : {char32_t{0x3099}, char32_t{0x309A}}) {
      const std::u32string text{kana, mark};
      const std::u32string expected = text_test::icu_composed(text);
      const ShiftJisLine line = transcode(text_test::icu_utf8(text));
      BOOST_TEST(line.bytes == encoded(expected));
      BOOST_TEST(line.composed.size() == (expected == text ? 0U : 1U));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_canonical_twin_is_no_composition) {
  const ShiftJisLine twins = transcode("\u212B\u00C5\u2126");
  BOOST_TEST(twins.bytes == "\x81\xF0\x81\xF0\xFC\xFC");
  BOOST_TEST(twins.composed.empty());
  const ShiftJisLine ring = transcode("xA\u030A");
  BOOST_TEST(ring.bytes == "x\x81\xF0");
  BOOST_TEST(ring.composed.size() == 1U);
  // A mark that the twin does not compose with changes nothing either.
  BOOST_TEST(transcode("\u212B\u3099").composed.empty());
}

// Whether text begins with them or a broken part stands before them.
BOOST_AUTO_TEST_CASE(marks_without_a_base_are_no_composition) {
  for (const char* text : {"\u0301\u0327", "\u0327\u0301", "\u3099", "\xE3\u0301\u0327"}) {
    BOOST_TEST(transcode(text).composed.empty());
  }
  BOOST_TEST(transcode("\u0301\u0327か\u3099").composed.size() == 1U);
}

BOOST_AUTO_TEST_CASE(compatibility_kanji_stay_as_they_are) {
  // U+FA19 is canonically U+795E, and Shift_JIS has both, one of them not permitted.
  BOOST_TEST(transcode("\uFA19\u795E").bytes == "\xFB\x7E\x90\x5F");
  BOOST_TEST(transcode("\uFA19\u3099").bytes == "\xFB\x7E\xFC\xFC");
  BOOST_TEST(transcode("\uF900").bytes == "\xFC\xFC");
  BOOST_TEST(transcode("\U0002F81A").bytes == "\xFC\xFC");
}

BOOST_AUTO_TEST_CASE(what_shift_jis_lacks_counts_two_bytes) {
  BOOST_TEST(transcode("\u00E9").bytes == "\xFC\xFC");
  BOOST_TEST(transcode("e\u0301").bytes == "\xFC\xFC");
  BOOST_TEST(transcode("\u0085").bytes == "\xFC\xFC");
  BOOST_TEST(transcode("\uFEFF").bytes == "\xFC\xFC");
  BOOST_TEST(transcode("葛\U000E0100").bytes == "\x8A\x8B\xFC\xFC");
  BOOST_TEST(transcode("\u3099").bytes == "\xFC\xFC");
  BOOST_TEST(transcode("か\u309B").bytes == "\x82\xA9\x81\x4A");
  BOOST_TEST(transcode("\u202E\u200B").bytes == "\xFC\xFC\xFC\xFC");
  BOOST_TEST(kpfd::text::missing_code == 0xFCFC);
}

BOOST_AUTO_TEST_CASE(control_characters_stay) {
  const std::string_view controls("\0\x01\t\x1A\x1F\x7F", 6);
  BOOST_TEST(transcode(controls).bytes == controls);
}

BOOST_AUTO_TEST_CASE(broken_parts_become_missing_characters) {
  BOOST_TEST(transcode("\xC0\xAF").bytes == "\xFC\xFC\xFC\xFC");
  BOOST_TEST(transcode("\xED\xA0\x80").bytes == "\xFC\xFC\xFC\xFC\xFC\xFC");
  BOOST_TEST(transcode("a\xE3\x81z\xE3\x81").bytes == "a\xFC\xFCz\xFC\xFC");
  // No base for a mark.
  BOOST_TEST(transcode("か\xFF\u3099").bytes == "\x82\xA9\xFC\xFC\xFC\xFC");
  const std::string many(1000, '\xFF');
  BOOST_TEST(transcode(many).bytes.size() == 2000U);
}

BOOST_AUTO_TEST_CASE(a_line_is_reused) {
  ShiftJisLine line;
  kpfd::text::to_shift_jis("か\u3099" + std::string(500, 'x'), line);
  BOOST_TEST(line.composed.size() == 1U);
  kpfd::text::to_shift_jis("y", line);
  BOOST_TEST(line.bytes == "y");
  BOOST_TEST(line.origin.size() == 2U);
  BOOST_TEST(line.composed.empty());
  kpfd::text::to_shift_jis("", line);
  BOOST_TEST(line.bytes.empty());
  BOOST_TEST(line.origin.size() == 1U);
  BOOST_TEST(line.origin.front() == 0U);
}

BOOST_AUTO_TEST_CASE(a_long_run_of_marks_is_no_problem) {
  std::u32string text = U"か";
  for (int i = 0; i < 200'000; ++i) {
    text += i % 2 == 0 ? char32_t{0x0301} : char32_t{0x0323};
  }
  const ShiftJisLine line = transcode(text_test::icu_utf8(text));
  BOOST_TEST(line.bytes.size() == 2U + 2U * 200'000U);
}

BOOST_AUTO_TEST_CASE(composes_any_marks_as_icu_does) {
  std::vector<char32_t> bases;
  std::vector<char32_t> marks;
  for (char32_t character = 1; character <= 0x10FFFF; ++character) {
    if (stays_whole(character)) {
      continue;
    }
    if (may_join(character)) {
      marks.push_back(character);
    } else if (character < 0x3100 || decomposition_length(character) != 0) {
      bases.push_back(character);
    }
  }
  BOOST_TEST(marks.size() > 900U);

  std::mt19937 random(20260401);
  const auto pick = [&random](const std::vector<char32_t>& from) {
    return from[std::uniform_int_distribution<std::size_t>(0, from.size() - 1)(random)];
  };
  const std::vector<char32_t> common{0x0300, 0x0301, 0x0302, 0x0307, 0x0308, 0x030A, 0x0323,
                                     0x0327, 0x0328, 0x0345, 0x3099, 0x309A, 0x1161, 0x11A8};
  std::vector<Placed> scratch;
  unsigned long wrong = 0;
  for (int i = 0; i < 300'000; ++i) {
    std::u32string text;
    // Now and then a mark without a base.
    if (i % 16 != 0) {
      text += pick(bases);
    }
    for (auto count = 1 + random() % 4; count != 0; --count) {
      text += pick(random() % 4 != 0 ? common : marks);
    }
    const std::u32string expected = text_test::icu_composed(text);

    std::vector<Placed> segment;
    for (const char32_t character : text) {
      segment.push_back({character, static_cast<std::uint32_t>(segment.size()), 0});
    }
    kpfd::text::compose(segment, scratch);
    std::u32string found;
    for (const Placed& placed : segment) {
      found += placed.character;
    }
    wrong += found != expected ? 1U : 0U;
    wrong += transcode(text_test::icu_utf8(text)).bytes != encoded(expected) ? 1U : 0U;
  }
  BOOST_TEST(wrong == 0U);

  // And each single one, behind a base that composes with nothing.
  for (const char32_t mark : marks) {
    const std::u32string text{U'漢', mark};
    BOOST_TEST(transcode(text_test::icu_utf8(text)).bytes ==
               encoded(text_test::icu_composed(text)));
  }
}

BOOST_AUTO_TEST_CASE(composes_hangul_as_icu_does) {
  unsigned long wrong = 0;
  std::vector<Placed> scratch;
  for (char32_t syllable = 0xAC00; syllable <= 0xD7A3; ++syllable) {
    const char32_t index = syllable - 0xAC00;
    std::vector<Placed> segment{{0x1100 + index / 588, 0, 0}, {0x1161 + index % 588 / 28, 0, 0}};
    if (index % 28 != 0) {
      segment.push_back({0x11A7 + index % 28, 0, 0});
    }
    const bool changed = kpfd::text::compose(segment, scratch);
    wrong += !changed || segment.size() != 1 || segment[0].character != syllable ? 1U : 0U;
  }
  BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(any_bytes_give_a_line) {
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (auto count = random() % 40; count != 0; --count) {
      switch (random() % 5) {
        case 0:
          text += static_cast<char>(random() % 256);
          break;
        case 1:
          text += "\u3099";
          break;
        case 2:
          text += "か";
          break;
        case 3:
          kpfd::text::append_code_point(text, static_cast<char32_t>(random() % 0x110000));
          break;
        default:
          text += static_cast<char>('0' + random() % 10);
          break;
      }
    }
    const ShiftJisLine line = transcode(text);
    // Every character is whole, so that no byte of the original is taken for another's trail.
    const auto* p = reinterpret_cast<const unsigned char*>(line.bytes.data());
    const auto* const end = p + line.bytes.size();
    while (p != end) {
      const auto character = kpfd::text::next_character(p, end);
      BOOST_REQUIRE(!is_broken(character.cls));
      p += character.bytes;
    }
    BOOST_REQUIRE(std::is_sorted(line.composed.begin(), line.composed.end()));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
