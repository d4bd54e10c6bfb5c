// The same filing in Shift_JIS and in UTF-8, and the places of findings in the bytes of the file.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/text/utf8.hpp"
#include "tests/support/filings.hpp"
#include "tests/support/random.hpp"

namespace {

using namespace kpfd_test;
using kpfd::layout::Item;
using kpfd::layout::Record;
using namespace std::string_literals;

using Places = std::vector<std::string>;

const std::string bom = "\xEF\xBB\xBF";

/// Findings without their places in the bytes, which differ between the twins.
Places without_offsets(const Checked& checked) {
  Places places;
  for (const Found& found : checked.findings) {
    if (found.rule == "FILE-UTF8") {
      continue;
    }
    std::string place = found.place() + " " + found.form + " " + found.key + " " + found.hint;
    for (const std::string& text : found.texts) {
      place += " <" + text + ">";
    }
    for (const std::int64_t number : found.numbers) {
      place += " " + std::to_string(number);
    }
    places.push_back(place);
  }
  return places;
}

std::size_t count_of(const Checked& checked, std::string_view rule) {
  return static_cast<std::size_t>(
      std::count_if(checked.findings.begin(), checked.findings.end(),
                    [&](const Found& found) { return found.rule == rule; }));
}

void check_twins(const std::string& shift_jis, const std::string& name) {
  const Checked original = check_text(shift_jis, {name, check_date, 0});
  const std::string twin = utf8(shift_jis);
  for (const std::string& text : {twin, bom + twin}) {
    const Checked checked = check_text(text, {name, check_date, 0});
    if (without_offsets(checked) != without_offsets(original)) {
      BOOST_ERROR("UTF-8 gives:\n  " << listed(without_offsets(checked)) << "\nShift_JIS gives:\n  "
                                     << listed(without_offsets(original)));
      return;
    }
    if (count_of(checked, "FILE-UTF8") != 1 || count_of(original, "FILE-UTF8") != 0) {
      BOOST_ERROR("UTF-8 is one error");
      return;
    }
    const std::string encoding = text == twin ? "UTF-8" : "UTF-8-BOM";
    if (checked.summary.encoding != encoding) {
      BOOST_ERROR("not " << encoding);
    }
  }
  BOOST_TEST(true);
}

/// Damages that keep every character a character: their twins exist.
std::string damaged(Random& random, const Filing& good) {
  static const std::vector<std::string> texts = {
      "",          "1",    "A",          "ｱ",
      "ｱ ﾀ",       "あ",   "健保　太郎", "健保太郎",
      "健保 太郎", "髙橋", "①",          "㈱",
      "\"",        "?",    "  ",         "　",
      "999999",    "0",    "00",         "4月1日",
      "９",        "-",    "･",          "\x01",
      "表ソ能",    "ｶﾞ",   "〜−",        "1234567890123456789012345678901234567890"};
  Filing filing = good;
  for (std::uint32_t i = 1 + random.below(5); i > 0; --i) {
    const std::uint32_t line = random.one_in(3) ? random.below(filing.lines.size()) : 5;
    std::vector<std::string> cells = split(filing.lines[line]);
    const std::uint32_t column = random.below(cells.size());
    switch (random.below(8)) {
      case 0:
        cells.erase(cells.begin() + column);
        break;
      case 1:
        cells.insert(cells.begin() + column, sjis(random.of(texts)));
        break;
      default:
        cells[column] = sjis(random.of(texts));
        break;
    }
    filing.lines[line] = join(cells);
  }
  if (random.one_in(10)) {
    filing.lines.insert(filing.lines.begin() + random.below(6), "");
  }
  if (random.one_in(10)) {
    filing.end = random.one_in(2) ? "\n" : "\r";
  }
  if (random.one_in(10)) {
    filing.last_end = "";
  }
  return filing.text() + (random.one_in(10) ? "\x1A" : "");
}

BOOST_AUTO_TEST_SUITE(encoding)

BOOST_AUTO_TEST_CASE(a_right_filing_in_utf8_is_one_error) {
  for (const Record& record : engine().layouts().records) {
    const Filing filing = filing_of(record);
    for (const std::string& text : {utf8(filing.text()), bom + utf8(filing.text())}) {
      const Checked checked = check_text(text, {filing.name(), check_date, 0});
      expect(checked, {"0 0 error FILE-UTF8"});
      BOOST_TEST(checked.summary.kind == record.receiver);
    }
  }
}

BOOST_AUTO_TEST_CASE(damaged_twins_give_the_same_findings) {
  Random random(1);
  std::vector<Filing> good;
  for (const Record& record : engine().layouts().records) {
    good.push_back(filing_of(record));
  }
  for (int round = 0; round < 3000; ++round) {
    const Filing& filing = random.of(good);
    const std::string text = damaged(random, filing);
    // The sign of the user's own keyboard: is the office's name still there, so that the twin is no
    // pure ASCII?
    if (text.find("\x93\x8C") == std::string::npos) {
      continue;
    }
    check_twins(text, random.one_in(2) ? filing.name() : "");
  }
}

BOOST_AUTO_TEST_CASE(both_of_each_pair_of_look_alikes_are_taken) {
  struct Pair {
    const char* first;
    const char* second;
  };
  for (const Pair& pair : {Pair{"\uFF5E", "\u301C"},
                           {"\u2225", "\u2016"},
                           {"\uFF0D", "\u2212"},
                           {"\uFFE0", "\u00A2"},
                           {"\uFFE1", "\u00A3"},
                           {"\uFFE2", "\u00AC"},
                           {"\u2015", "\u2014"},
                           {"\u00C5", "\u212B"}}) {
    for (const char* character : {pair.first, pair.second}) {
      Filing filing = filing_for("KPFD", "2225700");
      const std::string text = utf8(filing.set("remarks", "@@").text());
      std::string changed = text;
      changed.replace(changed.find("@@"), 2, character);
      BOOST_TEST_CONTEXT(character) expect(check_text(changed), {"0 0 error FILE-UTF8"});
    }
  }
  for (const char* character : {"\u00A5", "\u203E"}) {
    std::string text = utf8(filing_for("KPFD", "2225700").set("remarks", "@@").text());
    text.replace(text.find("@@"), 2, character);
    expect(check_text(text), {"0 0 error FILE-UTF8"});
  }
}

/// A filing in UTF-8 with a text in one item of its record; the text itself is UTF-8.
std::string with_utf8(std::string_view key, std::string_view value, const char* form = "2225700") {
  Filing filing = filing_for("KPFD", form);
  std::string text = utf8(filing.set(key, "@@@@").text());
  return text.replace(text.find("@@@@"), 4, value);
}

BOOST_AUTO_TEST_CASE(composed_characters_warn_at_the_item) {
  expect(check_text(with_utf8("name_kanji", "がく　太郎")), {"0 0 error FILE-UTF8"});
  expect(check_text(with_utf8("name_kanji", "か\u3099く　太郎")),
         {"0 0 error FILE-UTF8", "6 7 warning CHAR-COMPOSED"});
  // Several in one item are one warning.
  expect(check_text(with_utf8("name_kanji", "か\u3099き\u3099　は\u309Aは")),
         {"0 0 error FILE-UTF8", "6 7 warning CHAR-COMPOSED"});
  // U+212B is U+00C5, and nothing was composed.
  expect(check_text(with_utf8("remarks", "\u212B\u00C5")), {"0 0 error FILE-UTF8"});
  expect(check_text(with_utf8("remarks", "A\u030A")),
         {"0 0 error FILE-UTF8", "6 52 warning CHAR-COMPOSED"});
}

BOOST_AUTO_TEST_CASE(pension_items_are_one_finding) {
  expect(check_text(with_utf8("basic_pension_office", "か\u3099")),
         {"0 0 error FILE-UTF8", "6 41 warning PENSION-GIVEN"});
  // U+3094 is not in Shift_JIS.
  expect(check_text(with_utf8("basic_pension_office", "う\u3099")),
         {"0 0 error FILE-UTF8", "6 41 error CHAR-NOT-IN-SHIFT-JIS"});
}

BOOST_AUTO_TEST_CASE(marks_without_a_base_compose_nothing) {
  // At the start of an item, and at the start of a line.
  expect(check_text(with_utf8("remarks", "\u0301\u0327")),
         {"0 0 error FILE-UTF8", "6 52 error CHAR-NOT-IN-SHIFT-JIS"});
  std::string text = with_utf8("remarks", "A");
  const std::size_t record = text.find("2225700");
  const Checked checked = check_text(text.insert(record, "\u0301\u0327"));
  BOOST_TEST(count_of(checked, "CHAR-COMPOSED") == 0U);
  BOOST_TEST(checked.at(6, 0) == std::vector<std::string>{"error FORM-UNKNOWN"});
  text = with_utf8("remarks", "A");
  const std::vector<std::string> office = check_text("\u0301\u0327" + text).at(1, 1);
  BOOST_TEST(office == std::vector<std::string>{"error CHAR-NOT-IN-SHIFT-JIS"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(composed_characters_count_as_what_they_become) {
  // Twelve characters of two bytes: in decomposed form they would be twice as many.
  std::string name = "か\u3099　";
  for (int i = 0; i < 10; ++i) {
    name += "か\u3099";
  }
  expect(check_text(with_utf8("name_kanji", name)),
         {"0 0 error FILE-UTF8", "6 7 warning CHAR-COMPOSED"});
  expect(check_text(with_utf8("name_kanji", name + "か\u3099")),
         {"0 0 error FILE-UTF8", "6 7 warning CHAR-COMPOSED", "6 7 error LENGTH"});
}

BOOST_AUTO_TEST_CASE(compatibility_kanji_stay_as_they_are) {
  // U+FA11 is 﨑: an IBM extension, not U+5D0E 崎.
  const Checked checked = check_text(with_utf8("name_kanji", "\uFA11　太郎"));
  expect(checked, {"0 0 error FILE-UTF8", "6 7 error CHAR-IBM"});
}

BOOST_AUTO_TEST_CASE(characters_that_shift_jis_lacks_count_two_bytes) {
  const std::string lacking = "\U0001F600";  // four bytes in UTF-8
  expect(check_text(with_utf8("name_kanji", lacking + "　太郎")),
         {"0 0 error FILE-UTF8", "6 7 error CHAR-NOT-IN-SHIFT-JIS"});
  std::string name = "健　";
  for (int i = 0; i < 10; ++i) {
    name += lacking;
  }
  expect(check_text(with_utf8("name_kanji", name)),
         {"0 0 error FILE-UTF8", "6 7 error CHAR-NOT-IN-SHIFT-JIS"});
  expect(check_text(with_utf8("name_kanji", name + lacking)),
         {"0 0 error FILE-UTF8", "6 7 error CHAR-NOT-IN-SHIFT-JIS", "6 7 error LENGTH"});
  // 75 bytes: 37 of them and a digit.
  std::string remarks;
  for (int i = 0; i < 37; ++i) {
    remarks += "\u00E9";
  }
  expect(check_text(with_utf8("remarks", remarks + "1")),
         {"0 0 error FILE-UTF8", "6 52 error CHAR-NOT-IN-SHIFT-JIS"});
  expect(check_text(with_utf8("remarks", remarks + "12")),
         {"0 0 error FILE-UTF8", "6 52 error CHAR-NOT-IN-SHIFT-JIS", "6 52 error LENGTH"});
}

BOOST_AUTO_TEST_CASE(a_kana_file_of_few_bytes_is_shift_jis) {
  // All bytes of 0x80 and above are half-width kana, and together they would be UTF-8, too.
  const Checked checked = check_text("\xC2\xB1\r\n");
  BOOST_TEST(checked.summary.encoding == "Shift_JIS");
  BOOST_TEST(check_text("\xE3\x81\x82\r\n").summary.encoding == "UTF-8");
  BOOST_TEST(check_text("abc\r\n").summary.encoding == "Shift_JIS");
}

BOOST_AUTO_TEST_CASE(damaged_utf8_is_one_error_and_nothing_more) {
  std::string text = utf8(filing_for("KPFD").text());
  text.insert(text.find("東京") + 1, "\xFF");
  const Checked checked = check_text(text);
  expect(checked, {"0 0 error FILE-UTF8-DAMAGED"});
  expect(check_text(bom + text), {"0 0 error FILE-BOM-INVALID"});
}

// --- places in the bytes -----------------------------------------------------------

struct Span {
  std::uint64_t offset;
  std::uint64_t length;
};

void expect_place(const std::string& text, std::string_view rule, const Span& span) {
  const Checked checked = check_text(text);
  bool seen = false;
  for (const Found& found : checked.findings) {
    if (found.rule != rule) {
      continue;
    }
    seen = true;
    BOOST_TEST(found.offset == span.offset, found);
    BOOST_TEST(found.length == span.length, found);
  }
  BOOST_TEST(seen, "no finding of " << rule);
}

BOOST_AUTO_TEST_CASE(an_items_finding_covers_the_cell) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    Filing filing = filing_for(receiver, "2225700");
    filing.set("name_kanji", "").set("remarks", sjis("備考")).set("cash_2", "12345678");
    const std::string shift_jis = filing.text();
    expect_place(shift_jis, "LENGTH", {shift_jis.find("12345678"), 8});
    const std::string twin = utf8(shift_jis);
    expect_place(twin, "LENGTH", {twin.find("12345678"), 8});
    expect_place(bom + twin, "LENGTH", {twin.find("12345678") + 3, 8});
  }
}

BOOST_AUTO_TEST_CASE(a_text_of_several_bytes_a_character_is_covered_as_it_stands_in_the_file) {
  Filing filing = filing_for("KPFD", "2225700");
  const std::string name = "健保太郎";
  filing.set("name_kanji", sjis(name));
  const std::string shift_jis = filing.text();
  expect_place(shift_jis, "SEPARATOR-MISSING", {shift_jis.find(sjis(name)), 8});
  const std::string twin = utf8(shift_jis);
  expect_place(twin, "SEPARATOR-MISSING", {twin.find(name), 12});
  expect_place(bom + twin, "SEPARATOR-MISSING", {twin.find(name) + 3, 12});
}

BOOST_AUTO_TEST_CASE(a_message_tells_the_place_of_a_character_in_bytes_from_1) {
  for (std::size_t before : {0U, 1U, 5U}) {
    std::string name;
    for (std::size_t i = 0; i < before; ++i) {
      name += sjis("健");
    }
    const Checked checked =
        check_filing(filing_for("KPFD").set("name_kanji", name + "\x87\x40" + sjis("　健")));
    BOOST_TEST_REQUIRE(checked.findings.size() == 1U);
    BOOST_TEST(checked.findings[0].rule == "CHAR-NEC-ROW13");
    BOOST_TEST(checked.findings[0].numbers.at(0) == static_cast<std::int64_t>(2 * before + 1));
  }
}

BOOST_AUTO_TEST_CASE(a_character_that_is_not_permitted_is_pointed_at) {
  Filing filing = filing_for("KPFD", "2225700");
  filing.set("name_kanji", sjis("山　髙太郎"));
  const std::string shift_jis = filing.text();
  expect_place(shift_jis, "CHAR-IBM", {shift_jis.find("\xFB\xFC"), 2});
  const std::string twin = utf8(shift_jis);
  expect_place(twin, "CHAR-IBM", {twin.find("髙"), 3});
  expect_place(bom + twin, "CHAR-IBM", {twin.find("髙") + 3, 3});
  const std::string lacking = with_utf8("name_kanji", "山　\U0001F600太郎");
  expect_place(lacking, "CHAR-NOT-IN-SHIFT-JIS", {lacking.find("\U0001F600"), 4});
  const std::string control = with_utf8("remarks", "健保\x01");
  expect_place(control, "CHAR-CONTROL", {control.find('\x01'), 1});
}

BOOST_AUTO_TEST_CASE(an_empty_item_is_a_place_of_no_length) {
  Filing filing = filing_for("KPFD", "2225700");
  filing.set("cash_1", "");
  const std::string text = filing.text();
  std::size_t at = text.find("2225700,");
  for (int i = 1; i < 28; ++i) {
    at = text.find(',', at) + 1;
  }
  expect_place(text, "NEED", {at, 0});
}

/// Whether a finding stands within the bytes of its line and of its item.
void check_span(const std::string& text, std::uint64_t begin, const Found& found) {
  if (found.line == 0) {
    return;
  }
  std::uint64_t line_begin = begin;
  std::uint64_t line = 1;
  std::uint64_t at = begin;
  while (line < found.line && at < text.size()) {
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') {
      ++at;
    }
    if (text[at] == '\r' || text[at] == '\n') {
      ++line;
      line_begin = at + 1;
    }
    ++at;
  }
  const std::uint64_t line_end =
      std::min<std::uint64_t>(text.find_first_of("\r\n", line_begin), text.size());
  const std::uint64_t end = found.offset + found.length;
  if (found.item == 0) {
    // Line ends belong to their line.
    if (found.offset < line_begin || end > line_end + 2) {
      BOOST_ERROR(found << " outside its line");
    }
    return;
  }
  const std::vector<std::string> cells =
      split(std::string_view(text).substr(line_begin, line_end - line_begin));
  std::uint32_t column = found.item - 1;
  for (const Record& record : engine().layouts().records) {
    if (record.form != found.form || record.items.size() != cells.size()) {
      continue;
    }
    for (const Item& item : record.items) {
      if (item.number == found.item) {
        column = item.column;
      }
    }
  }
  std::uint64_t cell_begin = line_begin;
  for (std::uint32_t i = 0; i < column; ++i) {
    cell_begin += cells.at(i).size() + 1;
  }
  const std::uint64_t cell_end = cell_begin + cells.at(column).size();
  if (found.offset < cell_begin || end > cell_end) {
    BOOST_ERROR(found << " outside its cell of " << cell_begin << " to " << cell_end);
  }
}

BOOST_AUTO_TEST_CASE(every_finding_lies_within_its_line_and_item) {
  Random random(2);
  std::vector<Filing> good;
  for (const Record& record : engine().layouts().records) {
    good.push_back(filing_of(record));
  }
  for (int round = 0; round < 2000; ++round) {
    const std::string shift_jis = damaged(random, random.of(good));
    const std::string twin = utf8(shift_jis);
    for (const auto& [text, begin] : {std::pair(shift_jis, 0), {twin, 0}, {bom + twin, 3}}) {
      const Checked checked = check_text(text);
      for (const Found& found : checked.findings) {
        check_span(text, static_cast<std::uint64_t>(begin), found);
      }
    }
  }
  BOOST_TEST(true);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
