// The skeleton of a file: what each line is to be, what is said where it is not, and how the
// reading goes on.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/filings.hpp"
#include "tests/support/sources.hpp"

namespace {

using namespace kpfd_test;
using namespace std::string_literals;

using Places = std::vector<std::string>;
using Lines = std::vector<std::string>;

std::string text_of(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) {
    text += line + "\r\n";
  }
  return text;
}

void expect_all(const Lines& lines, const Places& places, const std::string& name = "") {
  expect_all(check_text(text_of(lines), {name, check_date, 0}), places);
}

Lines without(Lines lines, std::size_t index) {
  lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(index));
  return lines;
}

Lines with(Lines lines, std::size_t index, const std::string& line) {
  lines[index] = line;
  return lines;
}

Lines inserted(Lines lines, std::size_t index, const std::string& line) {
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(index), line);
  return lines;
}

const char* const receivers[] = {"KPFD", "SHFD"};

BOOST_AUTO_TEST_SUITE(structure)

// --- markers -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_damaged_marker_is_one_error_and_the_reading_goes_on) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    for (const char* kanri : {"[KANRI]", "[Kanri]", "[kanri] ", " [kanri]", "[kanri],,,",
                              "[kanri],", "\x81\x40[kanri]", "[KANRI],,,,,,,"}) {
      BOOST_TEST_CONTEXT(receiver << " " << kanri)
      expect_all(with(good, 1, kanri), {"2 0 error KANRI-DAMAGED"});
    }
    for (const char* data : {"[DATA]", "[data],,,", "[data] ", "\t[Data]\x81\x40,,"}) {
      BOOST_TEST_CONTEXT(receiver << " " << data)
      expect_all(with(good, 4, data), {"5 0 error DATA-DAMAGED"});
    }
    Lines both = with(good, 1, "[KANRI]");
    both[4] = "[DATA]";
    expect_all(both, {"2 0 error KANRI-DAMAGED", "5 0 error DATA-DAMAGED"});
  }
}

BOOST_AUTO_TEST_CASE(where_kanri_is_awaited_a_line_of_one_item_is_used_up) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    for (const char* line : {"[kanri", "kanri", "[management]", "x", " ", "\"[kanri]\""}) {
      BOOST_TEST_CONTEXT(line) expect_all(with(good, 1, line), {"2 0 error KANRI-DAMAGED"});
    }
  }
}

BOOST_AUTO_TEST_CASE(where_kanri_is_awaited_any_other_line_is_read_again_as_the_count) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    expect_all(without(good, 1), {"2 0 error KANRI-MISSING"});
    // Neither [kanri] nor the count: several failed expectations at one line are one error.
    const Lines office_behind_media = without(without(good, 1), 1);
    expect_all(office_behind_media, {"2 0 error KANRI-MISSING"});
  }
}

BOOST_AUTO_TEST_CASE(data_or_a_record_where_kanri_is_awaited) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    // No office record: that silences the offices of the records.
    expect_all({good[0], good[4], good[5]}, {"2 0 error KANRI-MISSING"});
    expect_all({good[0], good[5]}, {"2 0 error KANRI-MISSING"});
    expect_all({good[0], good[5], good[5]},
               {"2 0 error KANRI-MISSING", "3 0 warning DOUBLE-FILING"});
  }
}

BOOST_AUTO_TEST_CASE(a_line_that_begins_with_a_form_code_means_that_data_is_missing) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    expect_all(without(good, 4), {"5 0 error DATA-MISSING"});
    // Even a retired one, and even with the wrong number of columns.
    expect_all(inserted(without(good, 4), 4, "22257041,1,2"),
               {"5 0 error DATA-MISSING", "5 0 error FORM-RETIRED"});
    expect_all(inserted(without(good, 4), 4, "2265700"),
               {"5 0 error DATA-MISSING", "5 0 error COLUMNS"});
  }
}

BOOST_AUTO_TEST_CASE(a_marker_that_stands_there_twice) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    expect_all(inserted(good, 5, "[data]"), {"6 0 error SECTION-REPEATED"});
    expect_all(inserted(good, 6, "[data]"), {"7 0 error SECTION-REPEATED"});
    expect_all(inserted(good, 6, "[kanri]"), {"7 0 error SECTION-REPEATED"});
  }
}

BOOST_AUTO_TEST_CASE(two_files_one_behind_the_other) {
  const Lines good = filing_for("KPFD").lines;
  Lines both = good;
  both.insert(both.end(), good.begin(), good.end());
  const Checked checked = check_text(text_of(both));
  BOOST_TEST(checked.summary.errors >= 4U);
  for (std::size_t line = 7; line <= 11; ++line) {
    BOOST_TEST(checked.at(line, 0).size() == 1U, "line " << line);
  }
  BOOST_TEST(checked.at(12, 0) == Places{"warning DOUBLE-FILING"},
             boost::test_tools::per_element());
}

// --- the count of the offices --------------------------------------------------

BOOST_AUTO_TEST_CASE(where_the_count_is_awaited_a_line_like_an_office_is_an_office) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    expect_all(without(good, 2), {"3 0 error COUNT-MISSING"});
  }
}

BOOST_AUTO_TEST_CASE(where_the_count_is_awaited_another_line_without_two_items_is_used_up) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    for (const char* line : {"001", "1", ",001,", ",,", ",001,,,,,,", "x,y,z", " "}) {
      BOOST_TEST_CONTEXT(receiver << " " << line)
      expect_all(with(good, 2, line), {"3 0 error COUNT-COLUMNS"});
    }
  }
}

BOOST_AUTO_TEST_CASE(data_or_a_record_where_the_count_is_awaited) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    expect_all({good[0], good[1], good[4], good[5]}, {"3 0 error COUNT-MISSING"});
    expect_all({good[0], good[1], good[5]}, {"3 0 error COUNT-MISSING"});
  }
}

// --- line 1 and the kind of the file -------------------------------------------

BOOST_AUTO_TEST_CASE(line_1_alone_tells_the_kind) {
  for (const char* receiver : receivers) {
    for (const char* name : {"", "upload.tmp", "KPFD0006 (1).csv", "届出.csv"}) {
      const Checked checked = check_text(filing_for(receiver).text(), {name, check_date, 0});
      expect(checked, {});
      BOOST_TEST(checked.summary.kind == receiver);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_name_that_disagrees_with_line_1_is_a_warning) {
  for (const char* receiver : receivers) {
    const std::string other = receiver == "KPFD"s ? "SHFD" : "KPFD";
    for (const std::string& name :
         {other + "0006.CSV", "a/b/" + other + "0006.csv", "knfd0006.csv"s, "KNFD0006.CSV"s}) {
      BOOST_TEST_CONTEXT(receiver << " " << name) {
        const Checked checked = check_text(filing_for(receiver).text(), {name, check_date, 0});
        expect(checked, {"0 0 warning FILE-NAME"});
        BOOST_TEST(checked.summary.kind == receiver);
      }
    }
    // Only the three exact names can disagree.
    for (const std::string& name :
         {other + "0006.CSV.txt", other + "0006", "x" + other + "0006.CSV", other + "0006 .CSV",
          other + "0006.CSV/x.csv", std::string(receiver) + "0006.csv"}) {
      BOOST_TEST_CONTEXT(receiver << " " << name)
      expect(check_text(filing_for(receiver).text(), {name, check_date, 0}), {});
    }
  }
}

BOOST_AUTO_TEST_CASE(with_a_wrong_line_1_the_name_tells_the_kind) {
  for (const char* receiver : receivers) {
    const Filing good = filing_for(receiver);
    for (const char* line : {"x", "1,2,3,4,5,6,7", ",,,,", "1001,001,20260710,,,,,,", " "}) {
      BOOST_TEST_CONTEXT(receiver << " " << line) {
        const Checked checked =
            check_text(text_of(with(good.lines, 0, line)), {good.name(), check_date, 0});
        expect_all(checked, {"1 0 error MEDIA-COLUMNS"});
        BOOST_TEST(checked.summary.kind == receiver);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(with_a_wrong_line_1_and_no_name_the_first_record_tells_the_kind) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    const Checked checked = check_text(text_of(with(good, 0, "x,y")));
    expect_all(checked, {"1 0 error MEDIA-COLUMNS"});
    BOOST_TEST(checked.summary.kind == receiver);
    // Behind a damaged [data], too, and without one.
    Lines damaged = with(good, 0, "x,y");
    damaged[4] = " [DATA],,";
    expect_all(damaged, {"1 0 error MEDIA-COLUMNS", "5 0 error DATA-DAMAGED"});
    expect_all(without(with(good, 0, "x,y"), 4),
               {"1 0 error MEDIA-COLUMNS", "5 0 error DATA-MISSING"});
  }
}

BOOST_AUTO_TEST_CASE(the_number_of_the_first_record_must_be_one_of_its_form) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    for (const std::string& record : {"2265700,1,2"s, good[5] + ",", "9999999,1"s, "x"s}) {
      Lines lines = with(good, 0, "x,y");
      lines[5] = record;
      // A good one behind it does not tell the kind.
      lines.push_back(good[5]);
      const Checked checked = check_text(text_of(lines));
      expect_all(checked, {"1 0 error MEDIA-COLUMNS"});
      BOOST_TEST(checked.summary.kind == "");
    }
  }
}

BOOST_AUTO_TEST_CASE(without_a_kind_nothing_more_of_the_structure_is_checked) {
  expect_all({"x,y"}, {"1 0 error MEDIA-COLUMNS"});
  expect_all({"x,y", "[kanri]", ",001", "x", "[data]"}, {"1 0 error MEDIA-COLUMNS"});
  expect_all({"x", "y", "z"}, {"1 0 error MEDIA-COLUMNS"});
}

BOOST_AUTO_TEST_CASE(a_marker_or_a_record_in_line_1_means_that_the_media_record_is_missing) {
  for (const char* receiver : receivers) {
    const Filing good = filing_for(receiver);
    const Lines headless = without(good.lines, 0);
    for (const std::string& name : {good.name(), ""s}) {
      expect_all(headless, {"1 0 error MEDIA-MISSING"}, name);
      expect_all(with(headless, 0, "[KANRI]"), {"1 0 error MEDIA-MISSING"}, name);
      expect_all({good.lines[4], good.lines[5]}, {"1 0 error MEDIA-MISSING"}, name);
      expect_all({good.lines[5]}, {"1 0 error MEDIA-MISSING"}, name);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_pension_funds_file_is_refused_by_its_name) {
  const Lines fund = {"x,y", "[kanri]", ",001"};
  for (const char* name : {"KNFD0006.CSV", "knfd0006.csv", "/in/Knfd0006.Csv"}) {
    const Checked checked = check_text(text_of(fund), {name, check_date, 0});
    expect(checked, {"0 0 error FILE-REFUSED-KIND"});
    BOOST_TEST(checked.summary.kind == "KNFD");
  }
  expect_all(fund, {"1 0 error MEDIA-COLUMNS"}, "KNFD0006.CSV.csv");
  // Line 1 tells it: 53 items, and the name of another kind.
  std::string line = "1";
  for (int i = 1; i < 53; ++i) {
    line += ",";
  }
  expect_all({line}, {"0 0 error FILE-REFUSED-KIND"}, "KNFD0006.CSV");
}

// --- what is missing up to the end ---------------------------------------------

BOOST_AUTO_TEST_CASE(what_is_missing_up_to_the_end_stands_at_line_0) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    for (std::size_t lines = 1; lines <= 4; ++lines) {
      BOOST_TEST_CONTEXT(receiver << " cut off behind line " << lines) {
        const Checked checked = check_text(
            text_of(Lines(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(lines))));
        BOOST_TEST(checked.summary.errors >= 1U);
        std::size_t missing = 0;
        for (const Found& found : checked.findings) {
          missing += found.rule == "SECTION-MISSING" ? 1U : 0U;
          const bool count = found.rule == "OFFICE-COUNT" && found.line == 3;
          BOOST_TEST((found.line == 0U || count), found);
          BOOST_TEST(found.item == (count ? 2U : 0U));
        }
        BOOST_TEST(missing >= 1U);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_file_without_a_data_record_is_an_error) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    expect_all(Lines(good.begin(), good.begin() + 5), {"0 0 error NO-RECORDS"});
    // A blank line is no record.
    expect_all(with(good, 5, ""), {"6 0 error LINE-BLANK", "0 0 error NO-RECORDS"});
  }
}

BOOST_AUTO_TEST_CASE(a_bad_record_is_a_record) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    expect_all(with(good, 5, "9999999"), {"6 0 error FORM-UNKNOWN"});
    expect_all(with(good, 5, "2265700,,"), {"6 0 error COLUMNS"});
  }
}

// --- records ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_unknown_code_is_one_error_and_nothing_about_the_characters) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    const std::string rest = good[5].substr(7);
    for (const char* code : {"9999999", "", "226570", "22657000", "2265700 ", " 2265700", "0265700",
                             "form", "\x80", "\"2265700\"", "\x82\x51", "2265701"}) {
      BOOST_TEST_CONTEXT(receiver << " " << code) {
        expect_all(with(good, 5, code + rest), {"6 0 error FORM-UNKNOWN"});
        expect_all(with(good, 5, code + ",\x80,\x83,\"\x01"s), {"6 0 error FORM-UNKNOWN"});
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_retired_code_names_its_successor) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    Checked checked = check_text(text_of(with(good, 5, "22257041,1,\x80")));
    expect_all(checked, {"6 0 error FORM-RETIRED"});
    const auto& texts = checked.findings.at(0).texts;
    BOOST_TEST((std::find(texts.begin(), texts.end(), "2225700") != texts.end() ||
                std::find(texts.begin(), texts.end(), "算定基礎届") != texts.end()));
    checked = check_text(text_of(with(good, 5, "22187041")));
    expect_all(checked, {"6 0 error FORM-RETIRED"});
    BOOST_TEST(checked.findings.at(0).hint == "no-successor");
  }
}

BOOST_AUTO_TEST_CASE(the_wrong_number_of_columns_is_one_error_with_the_numbers) {
  for (const kpfd::layout::Record& record : engine().layouts().records) {
    const Filing good = filing_of(record);
    std::vector<std::size_t> right;
    std::vector<std::size_t> of_the_other;
    for (const kpfd::layout::Record& other : engine().layouts().records) {
      if (other.form != record.form) {
        continue;
      }
      (other.receiver == record.receiver ? right : of_the_other).push_back(other.items.size());
    }
    for (std::size_t columns = 1; columns <= 70; ++columns) {
      if (std::find(right.begin(), right.end(), columns) != right.end()) {
        continue;
      }
      std::vector<std::string> cells(columns, "\x80");
      cells[0] = record.form;
      BOOST_TEST_CONTEXT(title_of(record) << " with " << columns << " columns") {
        const Checked checked = check_text(text_of(with(good.lines, 5, join(cells))));
        expect(checked, {"6 0 error COLUMNS"});
        const Found& found = checked.findings.at(0);
        BOOST_TEST((std::find(found.numbers.begin(), found.numbers.end(),
                              static_cast<std::int64_t>(columns)) != found.numbers.end()));
        std::string all;
        for (const std::string& text : found.texts) {
          all += text + ";";
        }
        for (const std::size_t possible : right) {
          BOOST_TEST(all.find(std::to_string(possible)) != std::string::npos);
        }
        const bool others =
            std::find(of_the_other.begin(), of_the_other.end(), columns) != of_the_other.end();
        BOOST_TEST((found.hint == "other-receiver") == others);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(trailing_empty_items_cut_off_by_a_spreadsheet_are_named) {
  for (const char* receiver : receivers) {
    const Filing good = filing_for(receiver, "2225700");
    std::string line = good.lines[5];
    while (line.back() == ',') {
      line.pop_back();
    }
    if (line == good.lines[5]) {
      // A union's record ends with a given number and an empty item.
      BOOST_FAIL("the last item is not empty");
    }
    const Checked checked = check_text(text_of(with(good.lines, 5, line)));
    expect(checked, {"6 0 error COLUMNS"});
    BOOST_TEST(checked.findings.at(0).hint == "excel-trimmed");
  }
}

BOOST_AUTO_TEST_CASE(commas_added_by_a_spreadsheet_are_named) {
  for (const char* receiver : receivers) {
    const Filing good = filing_for(receiver);
    const Checked checked =
        check_text(text_of(with(good.lines, 5, good.lines[5] + std::string(20, ','))));
    expect(checked, {"6 0 error COLUMNS"});
    BOOST_TEST(checked.findings.at(0).hint == "excel-commas");
  }
}

BOOST_AUTO_TEST_CASE(commas_added_to_the_header_lines_are_named_too) {
  for (const char* receiver : receivers) {
    const Filing good = filing_for(receiver);
    Lines lines = good.lines;
    for (std::size_t i = 0; i < 5; ++i) {
      lines[i] += std::string(11, ',');
    }
    const Checked checked = check_text(text_of(lines), {good.name(), check_date, 0});
    expect_all(checked,
               {"1 0 error MEDIA-COLUMNS", "2 0 error KANRI-DAMAGED", "3 0 error COUNT-COLUMNS",
                "4 0 error OFFICE-COLUMNS", "5 0 error DATA-DAMAGED"});
  }
}

// --- editions ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_edition_that_does_not_hold_at_the_creation_date_is_one_warning) {
  for (const char* receiver : receivers) {
    for (const char* edition : {"2018-03", "2024-12"}) {
      for (const char* day : {"20180101", "20241201", "20241202", "20260710"}) {
        Filing filing = filing_of(record_of("2200700", receiver, edition));
        filing.set(0, receiver == "KPFD"s ? 2 : 4, day);
        const bool is_old = edition == "2018-03"s;
        const bool holds = is_old == (std::string(day) <= "20241201");
        BOOST_TEST_CONTEXT(receiver << " " << edition << " made on " << day)
        expect(filing, holds ? Places{} : Places{"6 0 warning EDITION"});
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_form_with_one_edition_has_always_held) {
  for (const char* receiver : receivers) {
    Filing filing = filing_for(receiver);
    filing.set(0, receiver == "KPFD"s ? 2 : 4, "20180101");
    expect(filing, {});
  }
}

BOOST_AUTO_TEST_CASE(a_creation_date_with_an_error_says_nothing_about_editions) {
  Filing filing = filing_of(record_of("2200700", "KPFD", "2018-03"));
  filing.set(0, 2, "20269999");
  expect(filing, {"1 3 error DATE-EXISTS"});
}

BOOST_AUTO_TEST_CASE(union_items_of_an_old_record_keep_the_tables_numbers) {
  Filing filing = filing_of(record_of("2200700", "KPFD", "2018-03"));
  filing.set("union_office_number", "").set("union_certificate_number", "000");
  filing.set("union_item", "12345678901");
  expect(filing, {"6 35 error NEED", "6 36 error ZEROS", "6 37 error LENGTH"});
}

// --- line ends ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(wrong_line_ends_are_one_error_at_the_first_one) {
  for (const char* receiver : receivers) {
    for (const char* end : {"\n", "\r"}) {
      Filing filing = filing_for(receiver);
      filing.end = end;
      filing.last_end = end;
      expect(filing, {"1 0 error LINE-END"});
      filing.last_end = "\r\n";
      expect(filing, {"1 0 error LINE-END"});
      filing.end = "\r\n";
      filing.last_end = end;
      expect(filing, {"6 0 error LINE-END"});
    }
  }
  const Lines good = filing_for("KPFD").lines;
  const std::string text = good[0] + "\r\n" + good[1] + "\r\n" + good[2] + "\n" + good[3] + "\r" +
                           good[4] + "\r\n" + good[5] + "\n";
  expect(check_text(text), {"3 0 error LINE-END"});
}

BOOST_AUTO_TEST_CASE(a_missing_end_of_the_last_line_is_its_own_error) {
  for (const char* receiver : receivers) {
    Filing filing = filing_for(receiver);
    filing.last_end = "";
    expect(filing, {"6 0 error LINE-END-LAST"});
    filing.end = "\n";
    expect(filing, {"1 0 error LINE-END", "6 0 error LINE-END-LAST"});
  }
}

BOOST_AUTO_TEST_CASE(cr_cr_lf_is_a_line_that_ends_wrongly_and_a_blank_one) {
  Filing filing = filing_for("KPFD");
  filing.last_end = "\r\r\n";
  expect(filing, {"6 0 error LINE-END", "7 0 error LINE-BLANK"});
}

BOOST_AUTO_TEST_CASE(a_blank_line_is_an_error_and_then_skipped) {
  for (const char* receiver : receivers) {
    const Lines good = filing_for(receiver).lines;
    for (std::size_t at = 0; at <= 6; ++at) {
      BOOST_TEST_CONTEXT(receiver << " before line " << at + 1)
      expect_all(inserted(good, at, ""), {std::to_string(at + 1) + " 0 error LINE-BLANK"});
    }
    expect_all(inserted(inserted(good, 6, ""), 6, ""),
               {"7 0 error LINE-BLANK", "8 0 error LINE-BLANK"});
  }
}

BOOST_AUTO_TEST_CASE(only_zero_bytes_are_a_blank_line) {
  const Lines good = filing_for("KPFD").lines;
  expect_all(inserted(good, 6, " "), {"7 0 error FORM-UNKNOWN"});
  expect_all(inserted(good, 6, ","), {"7 0 error FORM-UNKNOWN"});
}

BOOST_AUTO_TEST_CASE(end_marks_at_the_end_are_one_warning_at_their_own_line) {
  for (const char* receiver : receivers) {
    const Filing good = filing_for(receiver);
    for (const std::size_t count : {1U, 2U, 100U, 5000U}) {
      BOOST_TEST_CONTEXT(receiver << " " << count << " end marks") {
        const std::string marks(count, '\x1A');
        expect(check_text(good.text() + marks), {"7 0 warning LINE-END-MARK"});
        Filing open = good;
        open.last_end = "";
        expect_all(check_text(open.text() + marks),
                   {"6 0 warning LINE-END-MARK", "6 0 error LINE-END-LAST"});
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(an_end_mark_elsewhere_is_a_control_character) {
  Filing filing = filing_for("KPFD", "2225700");
  filing.set("remarks", "a\x1A");
  expect(filing, {"6 52 error CHAR-CONTROL"});
  const Filing good = filing_for("KPFD");
  expect(check_text(good.text() + "\x1A\r\n"), {"7 0 error FORM-UNKNOWN"});
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_one_error) {
  expect(check_text(""), {"0 0 error FILE-EMPTY"});
  for (const char* name : {"KPFD0006.CSV", "KNFD0006.CSV", "x"}) {
    expect(check_text("", {name, check_date, 0}), {"0 0 error FILE-EMPTY"});
  }
}

BOOST_AUTO_TEST_CASE(a_file_without_any_text_is_never_accepted) {
  for (const char* text :
       {"\x1A", "\x1A\x1A\x1A", "\xEF\xBB\xBF", "\xEF\xBB\xBF\x1A", "\r\n", "\n", " "}) {
    BOOST_TEST((check_text(text).summary.verdict == kpfd::Verdict::reject));
  }
}

BOOST_AUTO_TEST_CASE(a_line_that_is_too_long_is_one_error) {
  const Lines good = filing_for("KPFD").lines;
  expect_all(inserted(good, 6, std::string(2U << 20, 'a')), {"7 0 error LINE-LONG"});
  expect_all(inserted(good, 6, std::string(2U << 20, ',')), {"7 0 error LINE-LONG"});
  const Checked checked = check_text(std::string(3U << 20, 'a'));
  BOOST_TEST(checked.summary.errors >= 1U);
  BOOST_TEST(checked.at(1, 0).size() >= 1U);
}

// It stands for the line that was awaited: what follows is read as if it had been right.
BOOST_AUTO_TEST_CASE(a_header_line_that_is_too_long_takes_its_place) {
  for (const char* const receiver : {"KPFD", "SHFD"}) {
    for (std::size_t at = 0; at < 4; ++at) {
      Filing filing = filing_for(receiver);
      filing.lines[at] = std::string(2U << 20, '1');
      const Checked checked = check_text(filing.text(), {filing.name()});
      BOOST_TEST_CONTEXT(receiver << " line " << at + 1 << listed(checked.places())) {
        const std::vector<std::string> places = checked.places();
        const std::string wanted = std::to_string(at + 1) + " 0 error LINE-LONG";
        BOOST_TEST((std::find(places.begin(), places.end(), wanted) != places.end()));
        BOOST_TEST((checked.summary.verdict == kpfd::Verdict::reject));
        BOOST_TEST(checked.summary.errors == 1U);
        BOOST_TEST(checked.summary.offices == 1U);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_million_columns_are_one_error) {
  const Lines good = filing_for("KPFD").lines;
  expect_all(inserted(good, 6, "2265700" + std::string(1000000, ',')), {"7 0 error COLUMNS"});
}

// --- sizes --------------------------------------------------------------------------

/// A filing that is filled up to a size with good records of different people.
class FilledSource final : public kpfd::Source {
 public:
  FilledSource(const Filing& filing, std::uint64_t size) : size_(size) {
    for (std::size_t i = 0; i < 5; ++i) {
      head_ += filing.lines[i] + "\r\n";
    }
    cells_ = split(filing.lines[5]);
    // One line's length, whatever its number: the insured number has six digits.
    line_bytes_ = line(0).size();
  }

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    std::size_t done = 0;
    while (done < size && offset < size_) {
      std::string piece;
      std::size_t at = 0;
      if (offset < head_.size()) {
        piece = head_;
        at = static_cast<std::size_t>(offset);
      } else {
        const std::uint64_t number = (offset - head_.size()) / line_bytes_;
        at = static_cast<std::size_t>((offset - head_.size()) % line_bytes_);
        const std::uint64_t last = (size_ - head_.size()) / line_bytes_ - 1;
        if (number >= last) {
          // The last line takes what is left.
          piece = line(last);
          const std::size_t left =
              static_cast<std::size_t>(size_ - head_.size() - last * line_bytes_ - line_bytes_);
          piece.insert(piece.size() - 2, left, 'x');
          at = static_cast<std::size_t>(offset - head_.size() - last * line_bytes_);
        } else {
          piece = line(number);
        }
      }
      const std::size_t count = std::min(size - done, piece.size() - at);
      std::memcpy(to + done, piece.data() + at, count);
      done += count;
      offset += count;
    }
    return done;
  }

  std::uint64_t records() const { return (size_ - head_.size()) / line_bytes_; }

 private:
  std::string line(std::uint64_t number) const {
    std::vector<std::string> cells = cells_;
    // Another person in each.
    cells[4] = std::to_string(100000 + number);
    cells[5] = "\xB1 ";
    for (const char digit : cells[4]) {
      cells[5] += static_cast<char>(0xB1 + (digit - '0'));
    }
    return join(cells) + "\r\n";
  }

  std::uint64_t size_;
  std::string head_;
  std::vector<std::string> cells_;
  std::uint64_t line_bytes_;
};

Checked check_size(const char* receiver, std::uint64_t size) {
  FilledSource source(filing_for(receiver), size);
  Checked checked = check_source(source);
  BOOST_TEST(checked.summary.bytes == size);
  BOOST_TEST(checked.summary.data_records == source.records());
  // What filled the last line up is not what is asked here.
  Checked about_size = checked;
  about_size.findings.clear();
  for (const Found& found : checked.findings) {
    if (found.line == 0 || found.line < 5 + source.records()) {
      about_size.findings.push_back(found);
    }
  }
  return about_size;
}

BOOST_AUTO_TEST_CASE(sizes_are_told_from_their_limits_on) {
  expect(check_size("SHFD", 4499999), {});
  expect(check_size("SHFD", 4500000), {"0 0 warning SIZE-PENSION"});
  expect(check_size("SHFD", 4500001), {"0 0 warning SIZE-PENSION"});
  expect(check_size("KPFD", 4500000), {});
  expect(check_size("KPFD", 20971520), {});
  expect(check_size("KPFD", 20971521), {"0 0 error SIZE-KX"});
  expect_all(check_size("SHFD", 20971521), {"0 0 error SIZE-KX", "0 0 warning SIZE-PENSION"});
  expect(check_size("SHFD", 20971520), {"0 0 warning SIZE-PENSION"});
}

BOOST_AUTO_TEST_CASE(the_size_is_that_of_the_file_as_it_is) {
  // End marks are taken away for the reading, and count for the size.
  const Filing good = filing_for("SHFD");
  const std::string text = good.text();
  const std::string marks(4500000 - text.size(), '\x1A');
  expect_all(check_text(text + marks), {"0 0 warning SIZE-PENSION", "7 0 warning LINE-END-MARK"});
  expect_all(check_text(text + marks.substr(1)), {"7 0 warning LINE-END-MARK"});
}

// --- order ----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(findings_come_by_line_and_within_a_line_by_item) {
  Filing filing = filing_for("SHFD", "2225700");
  filing.set("remarks", "\x80").set("cash_1", "x").set("name_kana", "A").set("prefecture_code", "");
  filing.lines.push_back(filing.lines[5]);
  const Checked checked = check_filing(filing);
  for (std::size_t i = 1; i < checked.findings.size(); ++i) {
    const Found& before = checked.findings[i - 1];
    const Found& found = checked.findings[i];
    const bool ordered =
        before.line < found.line || (before.line == found.line && before.item <= found.item);
    BOOST_TEST(ordered, before << " stands before " << found);
  }
  BOOST_TEST(checked.findings.size() == 8U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
