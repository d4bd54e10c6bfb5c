#include "kpfd/text/survey.hpp"

#include <unicode/utf8.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "kpfd/text/repertoire.hpp"
#include "oracle.hpp"

namespace kpfd::text {

std::ostream& operator<<(std::ostream& out, Encoding encoding);
std::ostream& operator<<(std::ostream& out, Encoding encoding) {
  return out << "encoding " << static_cast<int>(encoding);
}

std::ostream& operator<<(std::ostream& out, Foreign foreign);
std::ostream& operator<<(std::ostream& out, Foreign foreign) {
  return out << "foreign " << static_cast<int>(foreign);
}

std::ostream& operator<<(std::ostream& out, const Survey& survey);
std::ostream& operator<<(std::ostream& out, const Survey& survey) {
  return out << survey.bytes << " bytes, content " << survey.content_begin << "-"
             << survey.content_end << ", " << survey.encoding << ", " << survey.foreign
             << (survey.ascii_only ? ", ASCII" : "");
}

bool operator==(const Survey& a, const Survey& b);
bool operator==(const Survey& a, const Survey& b) {
  return a.bytes == b.bytes && a.content_begin == b.content_begin &&
         a.content_end == b.content_end && a.encoding == b.encoding && a.foreign == b.foreign &&
         a.ascii_only == b.ascii_only;
}

}  // namespace kpfd::text

namespace {

using kpfd::text::Encoding;
using kpfd::text::Foreign;
using kpfd::text::Survey;
using kpfd::text::Surveyor;
using kpfd::text::SurveyPath;
using text_test::Exact;
using namespace std::string_literals;

constexpr SurveyPath paths[] = {SurveyPath::portable, SurveyPath::sse2, SurveyPath::avx2,
                                SurveyPath::avx512};

Survey survey_in_chunks(const std::string& bytes, std::size_t chunk, SurveyPath path) {
  Surveyor surveyor(path);
  for (std::size_t begin = 0; begin < bytes.size(); begin += chunk) {
    const Exact part(std::string_view(bytes).substr(begin, chunk));
    surveyor.feed(part.view());
  }
  return surveyor.finish();
}

/// The survey of a text, and a check that neither path nor chunks matter.
Survey survey_of(const std::string& bytes) {
  const Survey survey = survey_in_chunks(bytes, bytes.size() + 1, SurveyPath::portable);
  for (const SurveyPath path : paths) {
    for (const std::size_t chunk :
         {std::size_t{1}, std::size_t{3}, std::size_t{64}, std::size_t{65}, bytes.size() + 1}) {
      BOOST_TEST(survey_in_chunks(bytes, chunk, path) == survey);
    }
  }
  return survey;
}

Foreign foreign_of(const std::string& bytes) { return survey_of(bytes).foreign; }

Encoding encoding_of(const std::string& bytes) {
  const Survey survey = survey_of(bytes);
  BOOST_TEST(survey.foreign == Foreign::none);
  return survey.encoding;
}

std::string repeated(std::string_view part, std::size_t count) {
  std::string text;
  for (; count != 0; --count) {
    text += part;
  }
  return text;
}

// Beginning of a filing, as its first line has it.
const std::string head = "21,01,K,001,20260401,22223\r\n";

/// The rules said anew, byte by byte, for texts without a signature at their beginning.
Survey expected_survey(const std::string& bytes) {
  Survey survey;
  survey.bytes = bytes.size();
  survey.content_end = bytes.find_last_not_of('\x1A') + 1;
  const auto size = static_cast<std::int32_t>(bytes.size());
  const auto* p = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto high = [](char byte) { return static_cast<unsigned char>(byte) >= 0x80; };
  survey.ascii_only = std::none_of(bytes.begin(), bytes.end(), high);
  if (survey.content_end == 0) {
    survey.foreign = Foreign::empty;
    return survey;
  }
  const auto nul = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\0'));
  if (nul * 10 >= bytes.size()) {
    survey.foreign = Foreign::nul;
    return survey;
  }
  for (const char* const sequence : {"\x1B$@", "\x1B$B", "\x1B$(D", "\x1B(J", "\x1B(I", "\x1B(B"}) {
    if (bytes.find(sequence) != std::string::npos) {
      survey.foreign = Foreign::iso2022jp;
      return survey;
    }
  }
  const bool only_kana = std::all_of(bytes.begin(), bytes.end(), [&high](char byte) {
    return !high(byte) || (byte >= '\xA1' && byte <= '\xDF');
  });
  std::uint64_t valid = 0;
  std::uint64_t broken = 0;
  for (std::int32_t i = 0; i < size;) {
    UChar32 character = 0;
    U8_NEXT(p, i, size, character);
    (character < 0 ? broken : valid) += character >= 0 && character < 0x80 ? 0U : 1U;
  }
  if (!only_kana && 10 * valid > 9 * (valid + broken)) {
    survey.encoding = Encoding::utf8;
    survey.foreign = broken == 0 ? Foreign::none : Foreign::utf8_damaged;
    return survey;
  }
  bool eucjp = true;
  for (std::int32_t i = 0; i < size && eucjp;) {
    const auto in_set = [&](std::int32_t at, unsigned last) {
      return at < size && p[at] >= 0xA1 && p[at] <= last;
    };
    if (p[i] < 0x80) {
      i += 1;
    } else if (p[i] == 0x8E && in_set(i + 1, 0xDF)) {
      i += 2;
    } else if (p[i] == 0x8F && in_set(i + 1, 0xFE) && in_set(i + 2, 0xFE)) {
      i += 3;
    } else if (in_set(i, 0xFE) && in_set(i + 1, 0xFE)) {
      i += 2;
    } else {
      eucjp = false;
    }
  }
  bool permitted = true;
  for (const unsigned char* at = p; at != p + size;) {
    const auto character = kpfd::text::next_character(at, p + size);
    permitted = permitted && (character.cls == kpfd::text::CharClass::permitted || *at < 0x80);
    at += character.bytes;
  }
  if (eucjp && !permitted) {
    survey.foreign = Foreign::eucjp;
  }
  return survey;
}

BOOST_AUTO_TEST_SUITE(survey)

BOOST_AUTO_TEST_CASE(empty_files) {
  BOOST_TEST(foreign_of("") == Foreign::empty);
  BOOST_TEST(foreign_of("\xEF\xBB\xBF") == Foreign::empty);
  BOOST_TEST(foreign_of("\x1A\x1A") == Foreign::empty);
  BOOST_TEST(foreign_of("\xEF\xBB\xBF\x1A") == Foreign::empty);
  BOOST_TEST(foreign_of("\r\n") == Foreign::none);
  BOOST_TEST(foreign_of("1") == Foreign::none);
}

BOOST_AUTO_TEST_CASE(extent_of_the_content) {
  const Survey plain = survey_of("abc\r\n");
  BOOST_TEST(plain.bytes == 5U);
  BOOST_TEST(plain.content_begin == 0U);
  BOOST_TEST(plain.content_end == 5U);
  BOOST_TEST(plain.ascii_only);
  const Survey marked = survey_of(
      "\xEF\xBB\xBF"
      "abc\r\n\x1A\x1A");
  BOOST_TEST(marked.bytes == 10U);
  BOOST_TEST(marked.content_begin == 3U);
  BOOST_TEST(marked.content_end == 8U);
  BOOST_TEST(marked.ascii_only);
  BOOST_TEST((marked.encoding == Encoding::utf8_bom));
  const Survey inside = survey_of(
      "a\x1A\x1A"
      "b\x1A");
  BOOST_TEST(inside.content_end == 4U);
  for (const std::size_t run : {1U, 63U, 64U, 65U, 200U}) {
    BOOST_TEST(survey_of("a" + std::string(run, '\x1A')).content_end == 1U);
  }
}

BOOST_AUTO_TEST_CASE(encodings_of_whole_and_of_short_files) {
  BOOST_TEST((encoding_of(head) == Encoding::shift_jis));
  BOOST_TEST((encoding_of(head + "\x8C\x92\x95\xDB") == Encoding::shift_jis));
  BOOST_TEST((encoding_of(head + "健保") == Encoding::utf8));
  BOOST_TEST((encoding_of("\xEF\xBB\xBF" + head + "健保") == Encoding::utf8_bom));
  BOOST_TEST((encoding_of("\xEF\xBB\xBF"
                          "\xC2\xB1\xC2\xB2") == Encoding::utf8_bom));
  // Twenty bytes.
  BOOST_TEST((encoding_of("21,01,,健保,\r\n12345") == Encoding::utf8));
  BOOST_TEST((encoding_of("21,01,,\x8C\x92\x95\xDB,\r\n123456") == Encoding::shift_jis));
  BOOST_TEST((encoding_of("21,01,,\xB9\xDD\xCE\xDF,\r\n123456") == Encoding::shift_jis));
  // Valid UTF-8, and half-width kana all the same: ﾂｱ.
  BOOST_TEST((encoding_of("\xC2\xB1") == Encoding::shift_jis));
  BOOST_TEST((encoding_of("\xC2\xA0") == Encoding::utf8));
  // One character that the end cuts is no UTF-8.
  BOOST_TEST((encoding_of("\xE5\x81") == Encoding::shift_jis));
}

BOOST_AUTO_TEST_CASE(byte_order_marks) {
  BOOST_TEST(foreign_of("\xFF\xFE"
                        "a\0"s) == Foreign::utf16);
  BOOST_TEST(foreign_of("\xFE\xFF\0a"s) == Foreign::utf16);
  BOOST_TEST(foreign_of("\xFF\xFE"s) == Foreign::utf16);
  BOOST_TEST(foreign_of("\xFF\xFE\0"s) == Foreign::utf16);
  BOOST_TEST(foreign_of("\xFF\xFE\0\0"s) == Foreign::utf32);
  BOOST_TEST(foreign_of("\0\0\xFE\xFF\0\0\0a"s) == Foreign::utf32);
  BOOST_TEST(foreign_of("\xEF\xBB\xBF"
                        "a\x8C\x92") == Foreign::utf8_bom_invalid);
  BOOST_TEST(foreign_of("\xEF\xBB\xBF"
                        "健\xE4\xBF") == Foreign::utf8_bom_invalid);
  BOOST_TEST(foreign_of("\xEF\xBB,") != Foreign::utf8_bom_invalid);
}

BOOST_AUTO_TEST_CASE(signatures_of_other_files) {
  const std::pair<std::string, Foreign> vectors[] = {
      {"PK\x03\x04", Foreign::zip},
      {"PK\x05\x06", Foreign::zip},
      {"PK\x07\x08", Foreign::zip},
      {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Foreign::ole},
      {"%PDF-1.7", Foreign::pdf},
      {"\x1F\x8B\x08", Foreign::gzip},
      {"\x89PNG\r\n\x1A\n", Foreign::png},
      {"\xFF\xD8\xFF\xE0", Foreign::jpeg},
      {"-----BEGIN PGP MESSAGE-----\n", Foreign::openpgp},
      {"\x84\x5E\x03", Foreign::openpgp},
      {"\x84\x5E\x06", Foreign::openpgp},
      {"\x85\x01\x0C\x03", Foreign::openpgp},
      {"\x85\x01\x0C\x06", Foreign::openpgp},
      {"\xC1\x5E\x03", Foreign::openpgp},
      {"\xC1\xC0\x4C\x06", Foreign::openpgp},
      {"\xC1\xFF\x01\x01\x01\x01\x03", Foreign::openpgp},
      {"\x8C\x0D\x04", Foreign::openpgp},
      {"\x8C\x2E\x05", Foreign::openpgp},
      {"\x8D\x01\x2E\x06", Foreign::openpgp},
      {"\xC3\x0D\x04", Foreign::openpgp},
      {"\xC3\xC0\x4C\x05", Foreign::openpgp},
  };
  for (const auto& [bytes, foreign] : vectors) {
    BOOST_TEST(foreign_of(bytes) == foreign);
    BOOST_TEST(foreign_of(bytes + head) == foreign);
    // Neither further inside nor cut off.
    BOOST_TEST(foreign_of("1" + bytes + head) == Foreign::none);
  }
  for (const std::string bytes :
       {"PK\x03", "PK\x01\x02", "%PDF", "\x1F", "\x89PNG", "\xFF\xD8", "-----BEGIN PG",
        "\x84\x5E\x04", "\x84\x5E", "\x84", "\x85\x01\x03\x04", "\xC1\x5E\x05", "\xC1\xE1\x40\x03",
        "\x8C\x0D\x03", "\xC3\x0D\x07", "\xC1\xB2\xC3"}) {
    BOOST_TEST(foreign_of(bytes) == Foreign::none);
  }
}

BOOST_AUTO_TEST_CASE(a_tenth_of_nul_bytes) {
  for (const std::size_t tenth : {1U, 6U, 7U, 100U}) {
    const std::string nuls(tenth, '\0');
    BOOST_TEST(foreign_of("1" + nuls + std::string(9 * tenth - 1, '2')) == Foreign::nul);
    BOOST_TEST(foreign_of("1" + nuls + std::string(9 * tenth, '2')) == Foreign::none);
  }
  BOOST_TEST(foreign_of("a\0b\0c\0"s) == Foreign::nul);
}

BOOST_AUTO_TEST_CASE(escape_sequences_of_iso_2022_jp_anywhere) {
  for (const char* const sequence : {"\x1B$@", "\x1B$B", "\x1B$(D", "\x1B(J", "\x1B(I", "\x1B(B"}) {
    for (std::size_t before = 0; before < 140; ++before) {
      BOOST_TEST(foreign_of(std::string(before, '1') + sequence) == Foreign::iso2022jp);
    }
    const std::string cut(sequence, std::string_view(sequence).size() - 1);
    BOOST_TEST(foreign_of(head + cut) == Foreign::none);
    BOOST_TEST(foreign_of(head + cut + "\x88\x9F") == Foreign::none);
  }
  BOOST_TEST(foreign_of("\x1B\x1B\x1B$B") == Foreign::iso2022jp);
  BOOST_TEST(foreign_of("\x1B[0m\x1B$A\x1B$(B") == Foreign::none);
}

BOOST_AUTO_TEST_CASE(damaged_utf8_at_the_limit) {
  // n valid characters and one broken part: damaged if 10 n > 9 (n + 1), that is from n = 10 on.
  for (const char* const broken : {"\xFF", "\xE3\x81", "\xF0\x9F\x98", "\x88"}) {
    const std::string nine = repeated("亜", 9);
    BOOST_TEST(foreign_of(nine + "," + broken) == Foreign::none);
    BOOST_TEST((encoding_of(nine + "," + broken) == Encoding::shift_jis));
    BOOST_TEST(foreign_of(nine + "亜," + broken) == Foreign::utf8_damaged);
    BOOST_TEST(foreign_of(broken + (",亜" + nine)) == Foreign::utf8_damaged);
    BOOST_TEST(foreign_of(nine + "," + broken + "," + nine) == Foreign::utf8_damaged);
    BOOST_TEST(foreign_of(nine + "," + broken + "," + nine + "," + broken) == Foreign::none);
  }
  // Not asked of half-width kana alone: C2 B1 twenty times, and one B1 more.
  BOOST_TEST(foreign_of(repeated("\xC2\xB1", 20) + ",\xB1") == Foreign::none);
  BOOST_TEST((survey_of(repeated("亜", 10) + "\xFF").encoding == Encoding::utf8));
}

BOOST_AUTO_TEST_CASE(eucjp_that_is_not_permitted_shift_jis) {
  // 健康保険 in EUC-JP.
  BOOST_TEST(foreign_of("\xB7\xF2\xB9\xAF\xCA\xDD\xB8\xB1") == Foreign::eucjp);
  BOOST_TEST(foreign_of(head + "\xB7\xF2\xB9\xAF\t\r\n") == Foreign::eucjp);
  BOOST_TEST(foreign_of("\x8E\xB1\xA4\xA2\xFD\xFE") == Foreign::eucjp);
  BOOST_TEST(foreign_of("\x8F\xB0\xA1\xFD\xFE") == Foreign::eucjp);
  // Half-width kana are EUC-JP too, in pairs; a control character beside them proves nothing.
  BOOST_TEST(foreign_of("\xB1\xB2,\xB3\xB4") == Foreign::none);
  BOOST_TEST(foreign_of("\xB1\xB2,\t\xB3\xB4") == Foreign::none);
  // Kanji of level 2 may be both.
  BOOST_TEST(foreign_of("\xE0\xA1") == Foreign::none);
  // Cut at the end.
  BOOST_TEST(foreign_of("\xB7\xF2\xB9") == Foreign::none);
  BOOST_TEST(foreign_of("\xFD\xFE\x8E") == Foreign::none);
  BOOST_TEST(foreign_of("\xFD\xFE\x8F\xA1") == Foreign::none);
}

BOOST_AUTO_TEST_CASE(the_first_kind_counts) {
  BOOST_TEST(foreign_of("\xFF\xFE" + std::string(10, '\0')) == Foreign::utf32);
  BOOST_TEST(foreign_of("PK\x03\x04" + std::string(10, '\0')) == Foreign::zip);
  BOOST_TEST(foreign_of("1\0\x1B$B"s) == Foreign::nul);
  BOOST_TEST(foreign_of("\x1B$B健保") == Foreign::iso2022jp);
  BOOST_TEST(foreign_of("\xEF\xBB\xBF\x1B(B") == Foreign::iso2022jp);
  BOOST_TEST(foreign_of("\xEF\xBB\xBF" + repeated("亜", 100) + "\xFF") ==
             Foreign::utf8_bom_invalid);
}

BOOST_AUTO_TEST_CASE(every_place_of_a_character_across_blocks) {
  for (const char* const character : {"À", "あ", "\U00020BB7", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF",
                                      "\xE0\xA0\x80", "\xF0\x90\x80\x80"}) {
    for (std::size_t before = 58; before < 70; ++before) {
      const std::string text = std::string(before, '1') + character;
      BOOST_TEST((encoding_of(text) == Encoding::utf8));
      BOOST_TEST((encoding_of(text + repeated(character, 50)) == Encoding::utf8));
      // Cut: no UTF-8, but damaged at most.
      const std::string cut = text.substr(0, text.size() - 1);
      BOOST_TEST((encoding_of(cut) == Encoding::shift_jis));
      BOOST_TEST((encoding_of(cut + std::string(64, '1')) == Encoding::shift_jis));
      BOOST_TEST((encoding_of(cut + std::string(64, '1') + "\x80") == Encoding::shift_jis));
    }
  }
  for (const char* const broken : {"\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE0\x9F\xBF",
                                   "\xF0\x8F\xBF\xBF", "\xC1\xBF", "\xF5\x80\x80\x80"}) {
    for (std::size_t before = 58; before < 70; ++before) {
      BOOST_TEST((encoding_of(std::string(before, '1') + broken) == Encoding::shift_jis));
    }
  }
}

BOOST_AUTO_TEST_CASE(paths_chunks_and_the_rules_agree_on_random_texts) {
  const std::vector<std::vector<std::string>> kinds = {
      {"1", "2", ",", "\r\n"},
      {"1", ",", "あ", "亜", "\U00020BB7", "é"},
      {"1", "あ", "亜", "漢", "字", "健", "保", "組", "合", "員", "東", "京", "\xFF", "\xE3\x81"},
      {",", "\x88\x9F", "\x95\x5C", "\xB1", "\xB2", "\xE0\xA1"},
      {",", "\xB7\xF2", "\xB9\xAF", "\xA4\xA2", "\x8E\xB1", "\x8F\xB0\xA1", "\xE0\xA1"},
      {"\xB1", "\xB2\xB3", ",", "\xC2\xB1"},
      {"1", "\x1B", "$", "(", "B", "J", "@", "D", "I"},
      {std::string(1, '\0'), "123456789", "1", "あ"},
      {"\x1A", "1", "\x88\x9F"},
  };
  std::mt19937 random(22223);
  for (int round = 0; round < 4000; ++round) {
    // A digit first: no signature. Every tenth text is of any bytes.
    std::string text = "1";
    const auto& parts = kinds[random() % kinds.size()];
    const bool any_bytes = round % 10 == 0;
    const std::size_t calm = random() % 3 * 40;
    for (std::size_t size = random() % 400; text.size() < size;) {
      if (any_bytes) {
        text += static_cast<char>(random() % 256);
      } else {
        text += parts[random() % parts.size()];
      }
      if (random() % 8 == 0) {
        text += std::string(random() % (calm + 1), '0');
      }
    }
    const Survey expected = expected_survey(text);
    for (const SurveyPath path : paths) {
      const Survey whole = survey_in_chunks(text, text.size(), path);
      BOOST_TEST(whole == expected);
      BOOST_TEST(survey_in_chunks(text, 1 + random() % 100, path) == expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(chunks_of_every_size) {
  std::string text = head;
  for (int i = 0; i < 12; ++i) {
    text += "亜\u3042,\U00020BB7,健保,0123456789,\x1B[,";
  }
  text += "\xE3\x81";
  const Survey expected = expected_survey(text);
  BOOST_TEST(expected.foreign == Foreign::utf8_damaged);
  for (const SurveyPath path : paths) {
    for (std::size_t chunk = 1; chunk <= 64; ++chunk) {
      BOOST_TEST(survey_in_chunks(text, chunk, path) == expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(empty_chunks_change_nothing) {
  Surveyor surveyor;
  surveyor.feed("");
  surveyor.feed("1");
  surveyor.feed({});
  surveyor.feed("\x88\x9F\x1A");
  surveyor.feed("");
  const Survey survey = surveyor.finish();
  BOOST_TEST(survey.bytes == 4U);
  BOOST_TEST(survey.content_end == 3U);
  BOOST_TEST((survey.encoding == Encoding::shift_jis));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
