#include "kpfd/report/json_report.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support.hpp"

using kpfd::Part;
using kpfd::report::JsonLinesReport;
using kpfd::report::JsonReport;
using kpfd::report::ReportOptions;
using kpfd_test::Json;
using kpfd_test::JsonReader;
using kpfd_test::Sample;
using Keys = std::vector<std::string>;

namespace {

const kpfd::report::Catalogue& words() { return kpfd_test::catalogue("ja"); }

kpfd::Summary rejected() {
  kpfd::Summary summary;
  summary.verdict = kpfd::Verdict::reject;
  summary.kind = "KPFD";
  summary.encoding = "Shift_JIS";
  summary.edition = "2018-03";
  summary.bytes = 1234;
  summary.offices = 1;
  summary.records = {{"2225700", 12}, {"2265700", 3}};
  summary.errors = 5;
  summary.warnings = 2;
  return summary;
}

/// The objects that a run over one file with so many findings gives.
std::vector<Json> run(const ReportOptions& options, int findings, std::string_view file = "a.CSV") {
  kpfd_test::Written out;
  JsonLinesReport report(out, words(), options);
  report.begin_file(file, 1234);
  Sample sample("NEED");
  for (int i = 0; i < findings; ++i) {
    report.finding(sample.finding);
  }
  report.end_file(rejected());
  report.finish();
  std::vector<Json> objects;
  for (const std::string& line : kpfd_test::lines_of(out.text)) {
    objects.push_back(JsonReader::read(line));
  }
  return objects;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_lines)

BOOST_AUTO_TEST_CASE(a_finding_has_the_keys_of_the_contract_in_their_order) {
  const Json finding = run({}, 1).front();
  BOOST_TEST(finding.keys == (Keys{"type", "file", "line", "form", "item", "key", "rule",
                                   "severity", "message", "offset", "length"}),
             boost::test_tools::per_element());
  BOOST_TEST(finding["type"].text == "finding");
  BOOST_TEST(finding["file"].text == "a.CSV");
  BOOST_TEST(finding["line"].text == "6");
  BOOST_TEST((finding["line"].kind == Json::Kind::number));
  BOOST_TEST(finding["form"].text == "2265700");
  BOOST_TEST(finding["item"].text == "10");
  BOOST_TEST(finding["key"].text == "paid_era");
  BOOST_TEST(finding["rule"].text == "NEED");
  BOOST_TEST(finding["severity"].text == "error");
  BOOST_TEST(finding["message"].text ==
             "項番10「賞与支払年月日（元号）」：必ず入力する項目ですが、入力されていません。"
             "入力もれか、項目がずれている可能性があります。この項目を入力してください。");
  BOOST_TEST(finding["offset"].text == "120");
  BOOST_TEST(finding["length"].text == "1");
}

BOOST_AUTO_TEST_CASE(a_summary_ends_each_file) {
  ReportOptions options;
  options.schemas = "2024-12";
  options.rules = "sha256:00ff";
  const Json summary = run(options, 0).front();
  BOOST_TEST(
      summary.keys == (Keys{"type", "file", "verdict", "kind", "encoding", "bytes", "offices",
                            "records", "errors", "warnings", "schemas", "edition", "rules"}),
      boost::test_tools::per_element());
  BOOST_TEST(summary["type"].text == "summary");
  BOOST_TEST(summary["verdict"].text == "reject");
  BOOST_TEST(summary["records"]["2225700"].text == "12");
  BOOST_TEST(summary["records"]["2265700"].text == "3");
  BOOST_TEST(summary["errors"].text == "5");
  BOOST_TEST(summary["schemas"].text == "2024-12");
  BOOST_TEST(summary["edition"].text == "2018-03");
  BOOST_TEST(summary["rules"].text == "sha256:00ff");
}

BOOST_AUTO_TEST_CASE(unchecked_says_why) {
  kpfd_test::Written out;
  JsonLinesReport report(out, words(), {});
  report.begin_file("gone.CSV", 0);
  kpfd::Summary summary;
  summary.reason = "cannot read \"gone.CSV\"\n";
  report.end_file(summary);
  report.finish();
  const Json read = JsonReader::read(out.text);
  BOOST_TEST(read.keys[2] == "verdict");
  BOOST_TEST(read.keys[3] == "reason");
  BOOST_TEST(read["verdict"].text == "unchecked");
  BOOST_TEST(read["reason"].text == summary.reason);
  BOOST_TEST(read["records"].keys.empty());
}

BOOST_AUTO_TEST_CASE(any_file_name_gives_valid_json) {
  const std::string_view names[] = {"C:\\届書\\\"KPFD0006\".CSV", "\x1B]0;x\a\n", "\x8A\xBF.CSV",
                                    ""};
  for (const std::string_view name : names) {
    for (const Json& object : run({}, 1, name)) {
      BOOST_TEST(object["file"].text.empty() == name.empty());
    }
  }
  BOOST_TEST(run({}, 1, names[0]).front()["file"].text == names[0]);
  BOOST_TEST(run({}, 1, names[2]).front()["file"].text == "\uFFFD\uFFFD.CSV");
}

BOOST_AUTO_TEST_CASE(values_are_shown_only_when_asked_for) {
  for (const bool show : {false, true}) {
    kpfd_test::Written out;
    ReportOptions options;
    options.show_values = show;
    JsonLinesReport report(out, words(), options);
    report.begin_file("a.CSV", 1);
    Sample sample("VALUES");
    sample.finding.value = "\xB9\xDD\xCE\xDF ABC";
    report.finding(sample.finding);
    sample.finding.item_name.secret = true;
    sample.finding.value = "123456789018";
    report.finding(sample.finding);
    sample.finding.item_name.secret = false;
    report.finding(sample.finding);  // typed into another item
    sample.finding.item = 0;
    sample.finding.value = "2265700,SECRET";
    report.finding(sample.finding);
    report.finish();
    const std::vector<std::string> lines = kpfd_test::lines_of(out.text);
    BOOST_TEST(!kpfd_test::contains(out.text, "123456789018"));
    BOOST_TEST(!kpfd_test::contains(out.text, "SECRET"));
    BOOST_TEST(kpfd_test::contains(out.text, "ABC") == show);
    if (show) {
      BOOST_TEST(JsonReader::read(lines[0])["value"].text == "ｹﾝﾎﾟ ABC");
      BOOST_TEST(JsonReader::read(lines[0]).keys.back() == "value");
      BOOST_TEST(JsonReader::read(lines[1])["value"].text == "************");
      BOOST_TEST(JsonReader::read(lines[2])["value"].text == "************");
    } else {
      BOOST_TEST(!kpfd_test::contains(out.text, "\"value\""));
    }
    BOOST_TEST(JsonReader::read(lines[3]).keys.back() == "length");
  }
}

BOOST_AUTO_TEST_CASE(what_is_cut_is_said_and_the_totals_stay) {
  ReportOptions options;
  options.max_findings = 3;
  const std::vector<Json> objects = run(options, 5);
  BOOST_REQUIRE(objects.size() == 5U);
  BOOST_TEST(objects[3].keys == (Keys{"type", "file", "findings_not_shown"}),
             boost::test_tools::per_element());
  BOOST_TEST(objects[3]["type"].text == "cut");
  BOOST_TEST(objects[3]["findings_not_shown"].text == "2");
  BOOST_TEST(objects[4]["errors"].text == "5");

  options.max_findings = 0;
  BOOST_TEST(run(options, 5).front()["findings_not_shown"].text == "5");
  options.max_findings = 5;
  BOOST_TEST(run(options, 5).size() == 6U);
}

BOOST_AUTO_TEST_CASE(the_cap_is_of_the_run_and_the_cut_of_the_file) {
  kpfd_test::Written out;
  ReportOptions options;
  options.max_findings = 3;
  JsonLinesReport report(out, words(), options);
  Sample sample("NEED");
  for (const char* file : {"a", "b", "c"}) {
    report.begin_file(file, 1);
    report.finding(sample.finding);
    report.finding(sample.finding);
    report.end_file(rejected());
  }
  report.finish();
  std::vector<std::string> types;
  for (const std::string& line : kpfd_test::lines_of(out.text)) {
    const Json object = JsonReader::read(line);
    types.push_back(object["file"].text + " " + object["type"].text);
    if (object["type"].text == "cut") {
      types.back() += " " + object["findings_not_shown"].text;
    }
  }
  BOOST_TEST(types == (Keys{"a finding", "a finding", "a summary", "b finding", "b cut 1",
                            "b summary", "c cut 2", "c summary"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_is_cut_unasked_and_output_comes_in_large_pieces) {
  kpfd_test::Written out;
  JsonLinesReport report(out, words(), {});
  report.begin_file("a", 1);
  Sample sample("NEED");
  for (int i = 0; i < 5000; ++i) {
    report.finding(sample.finding);
  }
  report.end_file(rejected());
  report.finish();
  BOOST_TEST(kpfd_test::lines_of(out.text).size() == 5001U);
  BOOST_TEST(out.writes <= out.text.size() / (64 * 1024) + 1);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(json_array)

BOOST_AUTO_TEST_CASE(holds_the_same_objects) {
  kpfd_test::Written lines;
  kpfd_test::Written array;
  JsonLinesReport a(lines, words(), {});
  JsonReport b(array, words(), {});
  Sample sample("NEED");
  for (kpfd::report::Report* report :
       {static_cast<kpfd::report::Report*>(&a), static_cast<kpfd::report::Report*>(&b)}) {
    for (const char* file : {"a", "b"}) {
      report->begin_file(file, 1);
      report->finding(sample.finding);
      report->end_file(rejected());
    }
    report->finish();
  }
  const Json read = JsonReader::read(array.text);
  BOOST_TEST((read.kind == Json::Kind::array));
  BOOST_TEST(read.elements.size() == 4U);
  for (const std::string& line : kpfd_test::lines_of(lines.text)) {
    BOOST_TEST(kpfd_test::contains(array.text, line));
  }
}

BOOST_AUTO_TEST_CASE(of_a_run_without_files_is_empty) {
  kpfd_test::Written out;
  JsonReport report(out, words(), {});
  report.finish();
  BOOST_TEST(JsonReader::read(out.text).elements.empty());
}

BOOST_AUTO_TEST_SUITE_END()
