#include "kpfd/report/html_report.hpp"

#include <boost/test/unit_test.hpp>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "support.hpp"

using kpfd::Severity;
using kpfd::Verdict;
using kpfd::report::HtmlReport;
using kpfd::report::ReportOptions;
using kpfd_test::contains;
using kpfd_test::Sample;

namespace {

kpfd::Summary summary_of(Verdict verdict, std::uint64_t errors, std::uint64_t warnings) {
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

  /// The document as XML, which it must be.
  pugi::xml_document document() const {
    pugi::xml_document document;
    const pugi::xml_parse_result result =
        document.load_buffer(out_.text.data(), out_.text.size(), pugi::parse_default);
    BOOST_REQUIRE_MESSAGE(result, result.description());
    return document;
  }

 private:
  kpfd_test::Written out_;

 public:
  HtmlReport report;
};

/// All text below a node.
std::string text_of(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node& child : node) {
    text += child.type() == pugi::node_pcdata ? child.value() : text_of(child);
  }
  return text;
}

std::string text_at(const pugi::xml_document& document, const char* path) {
  const pugi::xpath_node found = document.select_node(path);
  BOOST_REQUIRE_MESSAGE(found, path);
  return text_of(found.node());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(html_report)

BOOST_AUTO_TEST_CASE(says_the_verdict_what_the_file_has_and_what_is_wrong) {
  ReportOptions options;
  options.forms = {{"2265700", "賞与支払届", "Bonus payment"}};
  options.schemas = "2024-12";
  options.rules = "sha256:00ff";
  options.check_date = kpfd::make_date(2026, 7, 31);
  Run run(options);
  run.report.begin_file("folder/KPFD0006.CSV", 12345);
  Sample late("LENGTH");
  late.finding.line = 9;
  run.report.finding(late.finding);
  Sample need("NEED");
  run.report.finding(need.finding);
  run.report.finding(need.finding);
  run.report.end_file(summary_of(Verdict::reject, 3, 0));
  BOOST_TEST(run.text().empty());
  run.report.finish();

  const pugi::xml_document document = run.document();
  BOOST_TEST(document.child("html").attribute("lang").value() == "ja");
  BOOST_TEST(text_at(document, "//title") ==
             "送信できません - KPFD0006.CSV - 届出ファイルの確認結果");
  BOOST_TEST(text_at(document, "//h2") == "KPFD0006.CSV");
  BOOST_TEST(text_at(document, "//div[@class='verdict bad']//p[@class='word']") ==
             "送信できません");
  const std::string facts = text_at(document, "//table[@class='facts']");
  for (const std::string_view fact : {"folder/KPFD0006.CSV", "健康保険組合（KPFD）", "1,002件",
                                      "賞与支払届（2265700）：1,000件", "2026年7月31日"}) {
    BOOST_TEST(contains(facts, fact), fact);
  }
  BOOST_TEST(contains(text_at(document, "//footer"), "2024-12（sha256:00ff）"));
  // The lines in their order, the more frequent rule first.
  BOOST_TEST(text_at(document, "(//h4)[1]") == "6行目　賞与支払届（様式コード2265700）");
  BOOST_TEST(text_at(document, "(//h4)[2]") == "9行目　賞与支払届（様式コード2265700）");
  BOOST_TEST(contains(text_at(document, "(//table)[2]/tbody/tr[1]"), "NEED2件"));
  BOOST_TEST(
      contains(text_at(document, "(//li[@class='error'])[1]"), "項番10「賞与支払年月日（元号）」"));
  BOOST_TEST(contains(text_at(document, "(//li[@class='error'])[1]"), "直し方："));
}

BOOST_AUTO_TEST_CASE(every_verdict_has_its_own_word_and_unchecked_is_never_good) {
  const auto made = [](const kpfd::Summary& summary, const std::string& language) {
    Run run({}, language);
    run.report.begin_file("a", 1);
    run.report.end_file(summary);
    run.report.finish();
    return text_at(run.document(), "//div[starts-with(@class,'verdict')]//p[@class='word']");
  };
  BOOST_TEST(made(summary_of(Verdict::accept, 0, 2), "ja") == "送信できます");
  BOOST_TEST(made(summary_of(Verdict::reject, 1, 0), "ja") == "送信できません");
  BOOST_TEST(made(summary_of(Verdict::accept, 0, 0), "en") == "It can be sent");
  kpfd::Summary unchecked;
  unchecked.reason = "cannot read";
  BOOST_TEST(made(unchecked, "ja") == "確認できませんでした");
  Run run;
  run.report.begin_file("a", 1);
  run.report.end_file(unchecked);
  run.report.finish();
  BOOST_TEST(contains(run.text(), "cannot read"));
  BOOST_TEST(!contains(run.text(), "送信できます"));
  BOOST_TEST(!contains(run.text(), "class=\"verdict good\""));
}

BOOST_AUTO_TEST_CASE(several_files_stand_in_one_table) {
  Run run;
  run.report.begin_file("a.csv", 1);
  run.report.end_file(summary_of(Verdict::accept, 0, 0));
  run.report.begin_file("b.csv", 1);
  run.report.end_file(kpfd::Summary{});
  run.report.finish();
  const pugi::xml_document document = run.document();
  BOOST_TEST(contains(text_at(document, "(//table)[1]/tbody/tr[1]"), "送信できます"));
  BOOST_TEST(contains(text_at(document, "(//table)[1]/tbody/tr[2]"), "確認できませんでした"));
  BOOST_TEST(document.select_nodes("//section").size() == 3U);
}

BOOST_AUTO_TEST_CASE(what_stands_in_a_file_or_its_name_cannot_become_markup) {
  ReportOptions options;
  options.show_values = true;
  Run run(options);
  run.report.begin_file("\"</style><script>alert(1)</script>\\\x1B[2J\xEF\xBF\xBF\x80", 1);
  Sample sample("VALUES");
  sample.finding.value = "<script>]]>&\"'\x1B[2J\x01";
  run.report.finding(sample.finding);
  run.report.end_file(summary_of(Verdict::reject, 1, 0));
  run.report.finish();
  const pugi::xml_document document = run.document();
  BOOST_TEST(document.select_nodes("//script").empty());
  BOOST_TEST(contains(text_at(document, "//span[@class='value']"), "<script>]]>&\"'\uFFFD[2J"));
  BOOST_TEST(!contains(run.text(), "<script"));
  BOOST_TEST(!contains(run.text(), "\x1B"));
  BOOST_TEST(!contains(run.text(), "\xEF\xBF\xBF"));
  BOOST_TEST(kpfd_test::is_utf8(run.text()));
}

BOOST_AUTO_TEST_CASE(values_are_there_only_when_asked_for_and_a_my_number_never) {
  for (const bool show : {false, true}) {
    ReportOptions options;
    options.show_values = show;
    Run run(options);
    run.report.begin_file("a", 1);
    Sample sample("VALUES");
    sample.finding.value = "QZX7";
    run.report.finding(sample.finding);
    sample.finding.value = "123456789018";
    run.report.finding(sample.finding);
    run.report.end_file(summary_of(Verdict::reject, 2, 0));
    run.report.finish();
    BOOST_TEST(contains(run.text(), "QZX7") == show);
    BOOST_TEST(!contains(run.text(), "123456789018"));
  }
}

BOOST_AUTO_TEST_CASE(a_million_findings_keep_their_totals_and_a_small_report) {
  Run run;
  run.report.begin_file("a", 1);
  Sample need("NEED");
  Sample rare("LENGTH", Severity::warning);
  constexpr std::uint64_t many = 1000000;
  for (std::uint64_t i = 0; i < many; ++i) {
    need.finding.line = i + 6;
    run.report.finding(need.finding);
  }
  run.report.finding(rare.finding);
  run.report.end_file(summary_of(Verdict::reject, many, 1));
  run.report.finish();
  BOOST_TEST(run.text().size() < 100000U);
  BOOST_TEST(contains(run.text(), "1,000,000件"));
  BOOST_TEST(contains(run.text(), "全部で1,000,001件のうち、51件を載せています"));
  BOOST_TEST(run.document().select_nodes("//li[@class='error']").size() == 50U);
  BOOST_TEST(run.document().select_nodes("//li[@class='warning']").size() == 1U);
}

BOOST_AUTO_TEST_CASE(as_many_findings_as_asked_for) {
  for (const std::uint64_t most : {std::uint64_t{0}, std::uint64_t{3}, std::uint64_t{700}}) {
    ReportOptions options;
    options.max_findings = most;
    Run run(options);
    Sample need("NEED");
    for (int file = 0; file < 2; ++file) {
      run.report.begin_file("a", 1);
      for (int i = 0; i < 500; ++i) {
        run.report.finding(need.finding);
      }
      run.report.end_file(summary_of(Verdict::reject, 500, 0));
    }
    run.report.finish();
    BOOST_TEST(run.document().select_nodes("//li[@class='error']").size() == most);
  }
}

BOOST_AUTO_TEST_CASE(a_run_without_files_says_so) {
  Run run;
  run.report.finish();
  BOOST_TEST(contains(text_at(run.document(), "//main"), "確認するファイルがありませんでした。"));
}

BOOST_AUTO_TEST_SUITE_END()
