// What the reports say: keys and their order, summaries, totals of what is cut off.
#include <map>

#include "tests/cli/command.hpp"

namespace {

using namespace kpfd_test;
using namespace std::string_literals;

constexpr const char* finding_keys =
    "type file line form item key rule severity message offset length";
constexpr const char* summary_keys =
    "type file verdict kind encoding bytes offices records errors warnings schemas edition "
    "rules";

std::string write_bad(const std::string& name) {
  const std::string file = fresh_folder(name) + "/KPFD0006.CSV";
  write_file(file, bad_text());
  return file;
}

BOOST_AUTO_TEST_SUITE(formats)

BOOST_AUTO_TEST_CASE(json_lines_have_the_keys_of_the_contract_in_their_order) {
  const std::string file = write_bad("jsonl");
  const Result result = check({"--format", "jsonl", file});
  const auto objects = objects_of(result.out);
  BOOST_TEST_REQUIRE(objects.size() == 4U);
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_TEST(objects[i].keys() == finding_keys);
    BOOST_TEST(objects[i]["type"] == "finding");
    BOOST_TEST(objects[i]["file"] == file);
    BOOST_TEST(objects[i]["line"] == "6");
    BOOST_TEST(objects[i]["form"] == "2265700");
    BOOST_TEST(!objects[i]["message"].empty());
  }
  BOOST_TEST(objects[0]["item"] == "2");
  BOOST_TEST(objects[0]["key"] == "prefecture_code");
  BOOST_TEST(objects[0]["rule"] == "TABLE");
  BOOST_TEST(objects[0]["severity"] == "warning");
  const std::size_t cell = bad_text().find("2265700,99") + 8;
  BOOST_TEST(objects[0]["offset"] == std::to_string(cell));
  BOOST_TEST(objects[0]["length"] == "2");
  BOOST_TEST(objects[1]["item"] == "7");
  BOOST_TEST(objects[1]["rule"] == "SEPARATOR-MISSING");
  BOOST_TEST(objects[1]["severity"] == "error");
  BOOST_TEST(objects[2]["item"] == "12");
  BOOST_TEST(objects[2]["rule"] == "TYPE");

  const JsonObject& summary = objects[3];
  BOOST_TEST(summary.keys() == summary_keys);
  BOOST_TEST(summary["type"] == "summary");
  BOOST_TEST(summary["file"] == file);
  BOOST_TEST(summary["verdict"] == "reject");
  BOOST_TEST(summary["kind"] == "KPFD");
  BOOST_TEST(summary["encoding"] == "Shift_JIS");
  BOOST_TEST(summary["bytes"] == std::to_string(bad_text().size()));
  BOOST_TEST(summary["offices"] == "1");
  BOOST_TEST(summary["records"] == R"({"2265700":1})");
  BOOST_TEST(summary["errors"] == "2");
  BOOST_TEST(summary["warnings"] == "1");
  BOOST_TEST(!summary["schemas"].empty());
}

BOOST_AUTO_TEST_CASE(json_is_the_same_objects_in_one_array) {
  const std::string file = write_bad("json");
  const std::vector<std::string> jsonl = lines_of(check({"--format", "jsonl", file, file}).out);
  const std::string json = check({"--format", "json", file, file}).out;
  std::string expected = "[\n";
  for (std::size_t i = 0; i < jsonl.size(); ++i) {
    expected += jsonl[i] + (i + 1 < jsonl.size() ? ",\n" : "\n");
  }
  expected += "]\n";
  BOOST_TEST(json == expected);
}

BOOST_AUTO_TEST_CASE(a_file_that_could_not_be_checked_says_so) {
  const Result result = check({"--format", "jsonl", fresh_folder("none") + "/none.csv"});
  BOOST_TEST(result.status == 2);
  const auto objects = objects_of(result.out);
  BOOST_TEST_REQUIRE(objects.size() == 1U);
  BOOST_TEST(objects[0]["verdict"] == "unchecked");
  BOOST_TEST(!objects[0]["reason"].empty());
  const Result text = check({fresh_folder("none") + "/none.csv"});
  BOOST_TEST(contains(text.out, "could not be checked"));
  BOOST_TEST(!contains(text.out, "can be sent."));
}

BOOST_AUTO_TEST_CASE(findings_about_the_whole_file_or_line_have_empty_places) {
  const std::string folder = fresh_folder("places");
  Filing filing = filing_for("KPFD");
  filing.lines[1] = "[KANRI]";
  write_file(folder + "/SHFD0006.CSV", filing.text());
  const auto objects = objects_of(check({"--format", "jsonl", folder + "/SHFD0006.CSV"}).out);
  BOOST_TEST_REQUIRE(objects.size() == 3U);
  BOOST_TEST(objects[0].keys() == finding_keys);
  BOOST_TEST(objects[0]["line"] == "0");
  BOOST_TEST(objects[0]["item"] == "0");
  BOOST_TEST(objects[0]["form"] == "");
  BOOST_TEST(objects[0]["key"] == "");
  BOOST_TEST(objects[1]["line"] == "2");
  BOOST_TEST(objects[1]["rule"] == "KANRI-DAMAGED");
}

BOOST_AUTO_TEST_CASE(json_says_exactly_what_the_library_finds) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    Filing filing = filing_for(receiver, "2225700");
    filing.set("name_kana", "").set("birth_ymd", "640108").set("cash_1", "12345678");
    filing.lines.push_back(filing.lines[5] + ",");
    const std::string file = fresh_folder("library") + "/" + filing.name();
    write_file(file, filing.text());
    const auto objects = objects_of(check({"--format", "jsonl", file}).out);
    const Checked checked = check_filing(filing);
    BOOST_TEST_REQUIRE(objects.size() == checked.findings.size() + 1);
    for (std::size_t i = 0; i < checked.findings.size(); ++i) {
      const Found& found = checked.findings[i];
      BOOST_TEST(objects[i]["line"] + " " + objects[i]["item"] + " " + objects[i]["severity"] +
                     " " + objects[i]["rule"] ==
                 found.place());
      BOOST_TEST(objects[i]["offset"] == std::to_string(found.offset));
      BOOST_TEST(objects[i]["length"] == std::to_string(found.length));
      BOOST_TEST(objects[i]["key"] == found.key);
      BOOST_TEST(objects[i]["form"] == found.form);
    }
  }
}

/// A filing with so many records, each with one error.
std::string with_errors(int records) {
  Filing filing = filing_for("KPFD");
  const std::vector<std::string> good = split(filing.lines[5]);
  filing.lines.pop_back();
  for (int i = 0; i < records; ++i) {
    std::vector<std::string> cells = good;
    cells[4] = std::to_string(i + 1);
    cells[11] = "x";
    // Another person in each.
    cells[5] += std::string(1, static_cast<char>(0xB1 + i % 40)) +
                std::string(1, static_cast<char>(0xB1 + i / 40));
    filing.lines.push_back(join(cells));
  }
  return filing.text();
}

BOOST_AUTO_TEST_CASE(cut_off_findings_are_counted_and_the_totals_stay_true) {
  const std::string file = fresh_folder("cut") + "/KPFD0006.CSV";
  write_file(file, with_errors(20));
  for (const int most : {0, 1, 19}) {
    const Result result =
        check({"--format", "jsonl", "--max-findings", std::to_string(most), file});
    BOOST_TEST(result.status == 1);
    const auto objects = objects_of(result.out);
    BOOST_TEST_REQUIRE(objects.size() == static_cast<std::size_t>(most) + 2);
    const JsonObject& cut = objects[objects.size() - 2];
    BOOST_TEST(cut["type"] == "cut");
    BOOST_TEST(cut["file"] == file);
    BOOST_TEST(cut["findings_not_shown"] == std::to_string(20 - most));
    BOOST_TEST(objects.back()["errors"] == "20");
    const Result text = check({"--max-findings", std::to_string(most), file});
    BOOST_TEST(text.status == 1);
    BOOST_TEST(contains(text.out, std::to_string(20 - most)));
    BOOST_TEST(contains(text.out, "Errors: 20"));
  }
  const auto objects = objects_of(check({"--format", "jsonl", "--max-findings", "20", file}).out);
  BOOST_TEST(objects.size() == 21U);
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_in_json_and_text_shows_the_first_200) {
  const std::string file = fresh_folder("many") + "/KPFD0006.CSV";
  write_file(file, with_errors(1000));
  BOOST_TEST(objects_of(check({"--format", "jsonl", file}).out).size() == 1001U);
  const std::string text = check({file}).out;
  std::size_t shown = 0;
  for (std::size_t at = text.find("[TYPE]"); at != std::string::npos;
       at = text.find("[TYPE]", at + 1)) {
    ++shown;
  }
  BOOST_TEST(shown == 200U);
  BOOST_TEST(contains(text, "800"));
  BOOST_TEST(contains(text, "Errors: 1,000") != contains(text, "Errors: 1000"));
}

BOOST_AUTO_TEST_CASE(the_text_names_place_item_rule_and_verdict) {
  const std::string file = write_bad("text");
  const Result english = check({file});
  for (const char* part : {"Line 6", "2265700", "SEPARATOR-MISSING", "TYPE", "TABLE", "Error",
                           "Warning", "Bonus payment", "cannot be sent"}) {
    BOOST_TEST(contains(english.out, part), part);
  }
  const Result japanese = kpfd_run({"check", "--as-of", "2026-07-31", "--lang", "ja", file});
  for (const char* part : {"賞与支払届", "被保険者氏名（漢字）", "エラー", "警告", "6"}) {
    BOOST_TEST(contains(japanese.out, part), part);
  }
}

BOOST_AUTO_TEST_CASE(colours_are_only_on_a_terminal_or_where_asked_for) {
  const std::string file = write_bad("colour");
  BOOST_TEST(!contains(check({file}).out, "\x1b"));
  BOOST_TEST(!contains(check({"--colour", "never", file}).out, "\x1b"));
  BOOST_TEST(contains(check({"--colour", "always", file}).out, "\x1b["));
  BOOST_TEST(!contains(check({"--format", "jsonl", "--colour", "always", file}).out, "\x1b"));
}

// Names of eras, of former forms and of refused kinds of files.
BOOST_AUTO_TEST_CASE(an_english_report_names_nothing_in_japanese) {
  const std::string folder = fresh_folder("english");
  Filing filing = filing_for("KPFD");
  filing.set("paid_era", "7").set("paid_ymd", "310501");
  filing.lines.push_back("22257041,1,2");
  write_file(folder + "/KPFD0006.CSV", filing.text());
  write_file(folder + "/KNFD0006.CSV", "1,2,3\r\n");
  const Result english = check({folder});
  for (const char* words : {"Reiwa", "Standard remuneration (former layout)", "pension fund"}) {
    BOOST_TEST(contains(english.out, words), words);
  }
  for (const char c : english.out) {
    BOOST_REQUIRE_MESSAGE(static_cast<unsigned char>(c) < 0xE3, english.out);
  }
  const Result japanese = kpfd_run({"check", "--as-of", "2026-07-31", "--lang", "ja", folder});
  for (const char* words : {"令和", "算定基礎届（旧様式）", "企業年金基金"}) {
    BOOST_TEST(contains(japanese.out, words), words);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
