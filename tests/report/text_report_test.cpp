#include "kpfd/report/text_report.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support.hpp"

using kpfd::Part;
using kpfd::Severity;
using kpfd::report::ReportOptions;
using kpfd::report::TextReport;
using kpfd_test::contains;
using kpfd_test::Sample;

namespace {

kpfd::Summary summary_of(kpfd::Verdict verdict, std::uint64_t errors, std::uint64_t warnings) {
  kpfd::Summary summary;
  summary.verdict = verdict;
  summary.kind = "KPFD";
  summary.encoding = "Shift_JIS";
  summary.edition = "2018-03";
  summary.offices = 1;
  summary.data_records = 1002;
  summary.records = {{"2265700", 1000}, {"2225700", 2}};
  summary.errors = errors;
  summary.warnings = warnings;
  return summary;
}

class Run {
 public:
  explicit Run(ReportOptions options = {}, const std::string& language = "ja")
      : report(out_, kpfd_test::catalogue(language), std::move(options)) {}

  const std::string& text() const { return out_.text; }
  std::string last_line() const { return kpfd_test::lines_of(out_.text).back(); }

 private:
  kpfd_test::Written out_;

 public:
  TextReport report;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(text_report)

BOOST_AUTO_TEST_CASE(reads_like_this) {
  ReportOptions options;
  options.forms = {{"2265700", "賞与支払届", "Bonus payment"}};
  options.schemas = "2024-12";
  options.rules = "sha256:00ff";
  Run run(options);
  run.report.begin_file("KPFD0006.CSV", 12345);
  Sample need("NEED");
  Sample table("TABLE", Severity::warning);
  table.finding.item = 2;
  table.finding.item_name = {"prefecture_code", "都道府県コード", "", false};
  table.finding.parts.add(Part::name, "prefectures");
  run.report.finding(table.finding);
  run.report.finding(need.finding);
  Sample columns("COLUMNS");
  columns.finding.line = 7;
  columns.finding.item = 0;
  columns.finding.item_name = {};
  columns.finding.parts.add(Part::found, 21).add(Part::expected_text, "24");
  run.report.finding(columns.finding);
  run.report.end_file(summary_of(kpfd::Verdict::reject, 2, 1));
  run.report.finish();
  BOOST_TEST(run.text() == R"(KPFD0006.CSV（12,345バイト）

  6行目　賞与支払届（様式コード2265700）
    警告 項番2「都道府県コード」 [TABLE]
      都道府県コードの一覧にない値です。
      原因：入力の誤りか、新しく加わったばかりの値の可能性があります。
      直し方：値が正しいか確かめてください。正しければ、そのままで構いません。
    エラー 項番10「賞与支払年月日（元号）」 [NEED]
      必ず入力する項目ですが、入力されていません。
      原因：入力もれか、項目がずれている可能性があります。
      直し方：この項目を入力してください。

  7行目　賞与支払届（様式コード2265700）
    エラー [COLUMNS]
      この行の項目は24個でなければなりませんが、21個あります。
      原因：項目を区切るカンマが増えたか減った可能性があります。項目がずれているおそれがあるため、この行のほかの項目は確認していません。
      直し方：届書を作成したソフトからCSVファイルを出力し直してください。住所や名前などの中にカンマは使えません。

  提出先：健康保険組合（KPFD）
  文字コード：Shift_JIS
  事業所：1件
  届書：1,002件
    様式コード2225700：2件
    賞与支払届（2265700）：1,000件
  規則：定義2024-12、版2018-03（sha256:00ff）
  エラー：2件　警告：1件
送信できません。エラーが2件あります。直してから、もう一度確認してください。
)");
}

BOOST_AUTO_TEST_CASE(the_last_line_of_a_file_is_its_verdict) {
  const auto last = [](const kpfd::Summary& summary, const std::string& language) {
    Run run({}, language);
    run.report.begin_file("a", 1);
    run.report.end_file(summary);
    run.report.finish();
    return run.last_line();
  };
  using kpfd::Verdict;
  BOOST_TEST(last(summary_of(Verdict::accept, 0, 0), "ja") == "送信できます。");
  BOOST_TEST(last(summary_of(Verdict::accept, 0, 3), "ja").rfind("送信できます。警告が3件", 0) ==
             0U);
  BOOST_TEST(
      last(summary_of(Verdict::reject, 4, 0), "ja").rfind("送信できません。エラーが4件", 0) == 0U);
  BOOST_TEST(last(summary_of(Verdict::accept, 0, 0), "en") == "The file can be sent.");
  kpfd::Summary unchecked;
  unchecked.reason = "cannot read\x1B[2J";
  BOOST_TEST(last(unchecked, "ja") == "確認できませんでした。（cannot read\uFFFD[2J）");
  unchecked.reason.clear();
  BOOST_TEST(last(unchecked, "ja") == "確認できませんでした。");
}

BOOST_AUTO_TEST_CASE(two_hundred_findings_are_shown_unasked) {
  Run run;
  run.report.begin_file("a", 1);
  Sample need("NEED");
  for (int i = 0; i < 1500; ++i) {
    run.report.finding(need.finding);
  }
  run.report.end_file(summary_of(kpfd::Verdict::reject, 1500, 0));
  run.report.finish();
  std::size_t shown = 0;
  for (const std::string& line : kpfd_test::lines_of(run.text())) {
    shown += contains(line, "[NEED]");
  }
  BOOST_TEST(shown == 200U);
  BOOST_TEST(contains(run.text(), "ほかに1,300件のエラーや警告があります"));
  BOOST_TEST(contains(run.text(), "エラー：1,500件"));
}

BOOST_AUTO_TEST_CASE(values_are_shown_only_when_asked_for) {
  for (const bool show : {false, true}) {
    ReportOptions options;
    options.show_values = show;
    Run run(options);
    run.report.begin_file("a", 1);
    Sample sample("VALUES");
    sample.finding.value = "A\x1B[2J\xB1";
    run.report.finding(sample.finding);
    sample.finding.item_name.secret = true;
    sample.finding.value = "123456789018";
    run.report.finding(sample.finding);
    run.report.end_file(summary_of(kpfd::Verdict::reject, 2, 0));
    run.report.finish();
    BOOST_TEST(contains(run.text(), "入力されている値：A\uFFFD[2Jｱ\n") == show);
    BOOST_TEST(contains(run.text(), "入力されている値：************\n") == show);
    BOOST_TEST(!contains(run.text(), "123456789018"));
    BOOST_TEST(!contains(run.text(), "\x1B"));
  }
}

BOOST_AUTO_TEST_CASE(file_names_cannot_steer_the_terminal) {
  Run run;
  run.report.begin_file("\x1B]0;title\aKPFD\n\xE2\x80\xAE\x82.CSV", 1);
  run.report.end_file(summary_of(kpfd::Verdict::accept, 0, 0));
  run.report.finish();
  BOOST_TEST(kpfd_test::lines_of(run.text()).front() ==
             "\uFFFD]0;title\uFFFDKPFD\uFFFD\uFFFD\uFFFD.CSV（1バイト）");
}

BOOST_AUTO_TEST_CASE(colours_are_there_when_asked_for_and_always_end) {
  ReportOptions options;
  options.colour = true;
  Run run(options);
  run.report.begin_file("a", 1);
  Sample need("NEED");
  run.report.finding(need.finding);
  run.report.end_file(summary_of(kpfd::Verdict::reject, 1, 0));
  run.report.finish();
  BOOST_TEST(contains(run.text(), "\x1B[1;31mエラー\x1B[0m 項番10"));
  for (const std::string& line : kpfd_test::lines_of(run.text())) {
    const std::size_t last = line.rfind("\x1B[");
    BOOST_TEST((last == std::string::npos || line.compare(last, 4, "\x1B[0m") == 0), line);
  }
}

BOOST_AUTO_TEST_CASE(several_files_are_counted_at_the_end) {
  Run run;
  using kpfd::Verdict;
  for (const Verdict verdict :
       {Verdict::accept, Verdict::reject, Verdict::reject, Verdict::unchecked}) {
    run.report.begin_file("a", 1);
    run.report.end_file(summary_of(verdict, 0, 0));
  }
  run.report.finish();
  BOOST_TEST(run.last_line() ==
             "全部で4個のファイル：送信できます 1個、送信できません 2個、確認できませんでした 1個");

  Run none;
  none.report.finish();
  BOOST_TEST(none.text() == "確認するファイルがありませんでした。\n");
}

BOOST_AUTO_TEST_CASE(findings_about_the_file_and_its_headers_have_headings_too) {
  Run run({}, "en");
  run.report.begin_file("a", 1);
  Sample size("SIZE-PENSION", Severity::warning);
  size.finding.line = 0;
  size.finding.item = 0;
  size.finding.form = {};
  size.finding.parts.add(Part::found, 4500000).add(Part::limit, 4500000);
  run.report.finding(size.finding);
  Sample need("NEED");
  need.finding.line = 1;
  need.finding.form = {};
  need.finding.item_name.name_en = {};
  run.report.finding(need.finding);
  run.report.end_file(summary_of(kpfd::Verdict::reject, 1, 1));
  run.report.finish();
  BOOST_TEST(contains(run.text(), "\n  The file as a whole\n    Warning [SIZE-PENSION]\n"));
  BOOST_TEST(
      contains(run.text(), "\n  Line 1\n    Error Item 10 (賞与支払年月日（元号）) [NEED]\n"));
}

BOOST_AUTO_TEST_SUITE_END()
