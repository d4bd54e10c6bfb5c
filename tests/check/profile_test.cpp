// What a union's profile makes of a filing: severities, what is turned off, what is counted, and at
// what cost. What each element says is tried by the examples of docs/profiles.md.

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/allocations.hpp"
#include "tests/support/filings.hpp"
#include "tests/support/profiles.hpp"
#include "tests/support/sources.hpp"

namespace {

using namespace kpfd_test;
using Places = std::vector<std::string>;

Checked check_with(const kpfd::Engine& with, const Filing& filing) {
  return check_text(filing.text(), {filing.name()}, with);
}

/// An unknown prefecture (a warning), an amount that is none (an error), no separator (an error).
Filing bad_filing() {
  return filing_for("KPFD")
      .set("prefecture_code", "99")
      .set("cash", "x")
      .set("name_kanji", sjis("健保太郎"));
}

BOOST_AUTO_TEST_SUITE(profile)

BOOST_AUTO_TEST_CASE(a_milder_severity_lets_a_filing_pass_and_a_stricter_one_does_not) {
  const Filing warned = filing_for("KPFD").set("prefecture_code", "99");
  const Filing wrong = filing_for("KPFD").set("name_kanji", sjis("健保太郎"));
  BOOST_TEST(kpfd::name_of(check_filing(warned).summary.verdict) == "accept");
  BOOST_TEST(kpfd::name_of(check_filing(wrong).summary.verdict) == "reject");
  const kpfd::Engine with = engine_with(
      "<severity rule='TABLE' to='error' reason='r'/>"
      "<severity rule='SEPARATOR-MISSING' to='warning' reason='r'/>");
  Checked checked = check_with(with, warned);
  expect(checked, {"6 2 error TABLE"});
  BOOST_TEST(kpfd::name_of(checked.summary.verdict) == "reject");
  BOOST_TEST(checked.summary.errors == 1U);
  BOOST_TEST(checked.summary.warnings == 0U);
  checked = check_with(with, wrong);
  expect(checked, {"6 7 warning SEPARATOR-MISSING"});
  BOOST_TEST(kpfd::name_of(checked.summary.verdict) == "accept");
  BOOST_TEST(checked.summary.errors == 0U);
  BOOST_TEST(checked.summary.warnings == 1U);
}

// The compiled rules are those of layouts that no profile has changed.
BOOST_AUTO_TEST_CASE(with_the_compiled_schemas_a_profile_does_what_it_does_with_their_xml) {
  const kpfd::profile::Profile profile = profile_with(
      "<item key='union_item' type='AN' length='0|3'/>"
      "<item key='union_media_item_1' type='N' length='4' need='required'/>"
      "<let name='of_union' forms='2225700 2265700'>union_item given</let>"
      "<attachment key='first' name='n' forms='2225700'>of_union and average >= 1000</attachment>"
      "<attachment key='second' name='n' forms='2265700' at='cash'>not of_union</attachment>");
  kpfd::Engine from_xml(kpfd::embedded_schemas(), &profile);
  from_xml.compile_rules();
  const kpfd::Engine compiled(kpfd::embedded_compiled_schemas(), &profile);
  for (const char* form : {"2225700", "2221700", "2265700", "2200700", "2201700"}) {
    for (const char* item : {"", "A01", "A1"}) {
      for (const char* receiver : {"KPFD", "SHFD"}) {
        Filing filing = filing_for(receiver, form).set("name_kanji", sjis("健保太郎"));
        if (filing.receiver == "KPFD") {
          filing.set("union_item", item);
        }
        const Checked expected = check_with(from_xml, filing);
        BOOST_TEST(check_with(compiled, filing).findings == expected.findings,
                   boost::test_tools::per_element());
        BOOST_TEST(!expected.findings.empty());
      }
    }
  }
  expect(check_with(compiled, filing_for("KPFD").set(0, 3, "1234")),
         {"6 12 info PROFILE-ATTACHMENT"});
  expect(check_with(compiled,
                    filing_for("KPFD", "2225700").set(0, 3, "1234").set("union_item", "A01")),
         {"6 0 info PROFILE-ATTACHMENT"});
}

BOOST_AUTO_TEST_CASE(a_rule_across_items_changes_as_a_check_does) {
  const Filing filing =
      filing_for("KPFD", "2221700").set("previous_health_standard", "0410");  // no two grades
  expect(check_filing(filing), {"6 38 warning GRADE-CHANGE"});
  expect(check_with(engine_with("<severity rule='GRADE-CHANGE' to='error' reason='r'/>"), filing),
         {"6 38 error GRADE-CHANGE"});
  expect(check_with(engine_with("<severity rule='GRADE-CHANGE' item='corrected_average' "
                                "to='error' reason='r'/>"),
                    filing),
         {"6 38 warning GRADE-CHANGE"});
  expect(check_with(engine_with("<severity rule='GRADE-CHANGE' item='average' to='info' "
                                "reason='r'/>"),
                    filing),
         {"6 38 info GRADE-CHANGE"});
}

BOOST_AUTO_TEST_CASE(
    a_rule_for_unions_alone_can_be_changed_and_one_for_the_pension_office_stands_nowhere) {
  const Filing filing = filing_for("KPFD").set("union_certificate_number", "");
  expect(check_filing(filing), {"6 23 warning UNION-CERTIFICATE-MISSING"});
  expect(
      check_with(engine_with("<severity rule='UNION-CERTIFICATE-MISSING' to='error' reason='r'/>"),
                 filing),
      {"6 23 error UNION-CERTIFICATE-MISSING"});
  BOOST_CHECK_THROW(engine_with("<severity rule='ADDRESS-EMPTY' to='warning' reason='r'/>"),
                    std::exception);
}

BOOST_AUTO_TEST_CASE(what_is_turned_off_is_counted_for_each_that_says_so) {
  const kpfd::Engine with = engine_with(
      "<severity rule='TABLE' to='off' reason='a' reason-en='b'/>"
      "<severity rule='SEPARATOR-MISSING' item='name_kanji' forms='2265700' to='off' reason='c'/>"
      "<severity rule='QUOTE' to='off' reason='d'/>");
  Filing filing = bad_filing();
  filing.lines.push_back(filing.lines[5]);
  filing.set("cash", "500000").set("insured_number", "13");
  const Checked checked = check_with(with, filing);
  expect(checked, {"7 12 error TYPE"});
  BOOST_TEST(checked.summary.errors == 1U);
  BOOST_TEST(checked.summary.warnings == 0U);
  const auto& off = checked.summary.profile->off;
  BOOST_TEST_REQUIRE(off.size() == 3U);
  BOOST_TEST(off[0].rule == "TABLE");
  BOOST_TEST(off[0].forms == "");
  BOOST_TEST(off[0].item == "");
  BOOST_TEST(off[0].reason == "a");
  BOOST_TEST(off[0].reason_en == "b");
  BOOST_TEST(off[0].count == 2U);
  BOOST_TEST(off[1].rule == "SEPARATOR-MISSING");
  BOOST_TEST(off[1].forms == "2265700");
  BOOST_TEST(off[1].item == "name_kanji");
  BOOST_TEST(off[1].count == 2U);
  BOOST_TEST(off[2].rule == "QUOTE");
  BOOST_TEST(off[2].count == 0U);
}

BOOST_AUTO_TEST_CASE(an_item_that_is_turned_off_still_has_no_value) {
  // The total is not compared with an amount that is none.
  const kpfd::Engine with = engine_with("<severity rule='TYPE' to='off' reason='r'/>");
  const Checked checked = check_with(with, filing_for("KPFD").set("cash", "x"));
  expect(checked, {});
  BOOST_TEST_REQUIRE(checked.summary.profile.has_value());
  BOOST_TEST(checked.summary.profile.value().off[0].count == 1U);
}

BOOST_AUTO_TEST_CASE(findings_carry_the_reason) {
  class Reasons final : public kpfd::FindingSink {
   public:
    void finding(const kpfd::Finding& finding) override {
      all.push_back(finding.rule->id + ' ' + std::string(finding.reason) + ' ' +
                    std::string(finding.reason_en));
    }
    std::vector<std::string> all;
  } reasons;
  const kpfd::Engine with =
      engine_with("<severity rule='TABLE' to='error' reason='台帳' reason-en='ledger'/>");
  const std::string text = bad_filing().text();
  kpfd::MemorySource source(text);
  kpfd::CheckOptions options;
  options.check_date = check_date;
  with.check(source, options, reasons);
  BOOST_TEST(reasons.all == (Places{"TABLE 台帳 ledger", "SEPARATOR-MISSING  ", "TYPE  "}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_file_for_the_pension_office_is_checked_without_it) {
  const kpfd::Engine with = engine_with(
      "<forms taken='2221700'/><severity rule='TABLE' to='error' reason='r'/>"
      "<severity rule='QUOTE' to='off' reason='r'/>"
      "<attachment key='a' name='n' forms='2221700'>average given</attachment>");
  Filing filing = filing_for("SHFD").set("prefecture_code", "99");
  const Checked checked = check_with(with, filing.set(3, 0, "99"));
  expect(checked, {"0 0 info PROFILE-OTHER-RECEIVER", "4 1 warning TABLE", "6 2 warning TABLE"});
  BOOST_TEST(!checked.summary.profile->applied);
  BOOST_TEST(checked.summary.profile->key == "example");
  BOOST_TEST(checked.summary.profile->off.empty());
  BOOST_TEST(kpfd::name_of(checked.summary.verdict) == "accept");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_none_names_the_profile_too) {
  const kpfd::Engine with = engine_with("<severity rule='FILE-UTF8' to='warning' reason='r'/>");
  for (const char* text : {"", "%PDF-1.4", "nothing\r\n"}) {
    const Checked checked = check_text(text, {}, with);
    BOOST_TEST(kpfd::name_of(checked.summary.verdict) == "reject");
    BOOST_TEST(!checked.summary.profile->applied);
    BOOST_TEST(checked.summary.profile->edition == "2026-04");
  }
  FailingSource failing(filing_for("KPFD").text(), 0);
  const Checked checked = check_source(failing, {}, with);
  BOOST_TEST(kpfd::name_of(checked.summary.verdict) == "unchecked");
  BOOST_TEST(checked.summary.profile.has_value());
}

BOOST_AUTO_TEST_CASE(a_union_may_take_utf8) {
  const kpfd::Engine with = engine_with("<severity rule='FILE-UTF8' to='info' reason='r'/>");
  const Checked checked = check_text(utf8(filing_for("KPFD").text()), {"KPFD0006.CSV"}, with);
  expect(checked, {"0 0 info FILE-UTF8"});
  BOOST_TEST(kpfd::name_of(checked.summary.verdict) == "accept");
}

BOOST_AUTO_TEST_CASE(without_a_profile_a_summary_has_none) {
  BOOST_TEST(!check_filing(filing_for("KPFD")).summary.profile.has_value());
  BOOST_TEST((engine().profile() == nullptr));
}

BOOST_AUTO_TEST_CASE(a_form_that_is_not_taken_is_counted_and_gives_one_finding) {
  const kpfd::Engine with = engine_with("<forms taken='2221700 2200700'/>");
  Filing filing = bad_filing();
  filing.lines.push_back(filing.lines[5] + ",,");
  filing.lines.push_back(filing_for("KPFD", "2221700").lines[5]);
  const Checked checked = check_with(with, filing);
  expect(checked, {"6 0 error PROFILE-FORM", "7 0 error PROFILE-FORM"});
  BOOST_TEST(checked.findings[0].form == "2265700");
  BOOST_TEST(checked.findings[0].length == filing.lines[5].size());
  BOOST_TEST(checked.summary.records.at("2265700") == 2U);
  BOOST_TEST(checked.summary.records.at("2221700") == 1U);
}

BOOST_AUTO_TEST_CASE(each_office_is_asked_by_itself) {
  const kpfd::Engine with = engine_with(
      "<office-number type='N' length='4' media-record='left-out'/>"
      "<roster file='r.csv' media-record='left-out' severity='warning'/>",
      "1001\n1002\n");
  Filing filing = filing_for("KPFD");
  filing.set(2, 1, "004").set(0, 0, "999");
  filing.lines.insert(filing.lines.begin() + 4, 3, filing.lines[3]);
  filing.set(4, 0, "1002").set(5, 0, "1003").set(6, 0, "10O1");
  const Checked checked = check_with(with, filing);
  expect(checked, {"3 2 warning OFFICE-COUNT-MANY", "6 1 warning PROFILE-OFFICE-ROSTER",
                   "7 1 error PROFILE-OFFICE-FORMAT"});
  BOOST_TEST(checked.findings[1].key == "union_office_number");
  BOOST_TEST(checked.findings[1].length == 4U);
}

BOOST_AUTO_TEST_CASE(attachments_are_counted_by_document) {
  const kpfd::Engine with = engine_with(
      "<attachment key='ledger' name='台帳' forms='2265700' at='cash'>cash >= 500000</attachment>"
      "<attachment key='card' name='写し' forms='2200700'>cash >= 300000</attachment>"
      "<attachment key='ledger' name='台帳' forms='2200700'>cash >= 300000</attachment>"
      "<attachment key='never' name='無' forms='2265700'>cash >= 9000000</attachment>");
  Filing filing = filing_for("KPFD");
  const std::string acquisition = filing_for("KPFD", "2200700").lines[5];
  filing.lines.push_back(acquisition);
  filing.lines.push_back(filing.lines[5]);
  filing.set("insured_number", "13");
  const Checked checked = check_with(with, filing);
  expect(checked, {"6 12 info PROFILE-ATTACHMENT", "7 0 info PROFILE-ATTACHMENT",
                   "7 0 info PROFILE-ATTACHMENT", "8 12 info PROFILE-ATTACHMENT"});
  BOOST_TEST(checked.findings[0].texts == (Places{"台帳", ""}), boost::test_tools::per_element());
  const auto& needed = checked.summary.profile->attachments;
  BOOST_TEST_REQUIRE(needed.size() == 2U);
  BOOST_TEST(needed[0].key == "ledger");
  BOOST_TEST(needed[0].count == 3U);
  BOOST_TEST(needed[1].key == "card");
  BOOST_TEST(needed[1].count == 1U);
  BOOST_TEST(kpfd::name_of(checked.summary.verdict) == "accept");
}

BOOST_AUTO_TEST_CASE(an_attachment_is_not_asked_for_where_a_value_is_wrong) {
  const kpfd::Engine with =
      engine_with("<attachment key='a' name='n' forms='2265700'>cash >= 500000</attachment>");
  const Checked checked = check_with(with, filing_for("KPFD").set("cash", "x"));
  expect(checked, {"6 12 error TYPE"});
}

BOOST_AUTO_TEST_CASE(findings_do_not_depend_on_how_the_file_is_read) {
  const kpfd::Engine with = engine_with(
      "<office-number type='AN' length='5'/>"
      "<severity rule='TABLE' to='info' reason='r'/>"
      "<severity rule='TYPE' to='off' reason='r'/>"
      "<attachment key='a' name='n' forms='2265700'>in_kind == 0</attachment>");
  const std::string text = bad_filing().text();
  const Checked whole = check_text(text, {"KPFD0006.CSV"}, with);
  for (const std::uint32_t size : {1U, 7U, 64U, 4096U}) {
    const Checked pieces = check_text(text, {"KPFD0006.CSV", check_date, size}, with);
    BOOST_TEST(pieces.findings == whole.findings, boost::test_tools::per_element());
    BOOST_TEST(pieces.summary.profile->off[0].count == whole.summary.profile->off[0].count);
  }
}

// Nothing is allocated for each record, whatever the profile does with it.
BOOST_AUTO_TEST_CASE(records_allocate_nothing) {
  const kpfd::Engine with = engine_with(
      "<office-number type='N' length='4'/><roster file='r.csv'/>"
      "<forms taken='2265700 2200700' others='warning'/>"
      "<severity rule='TABLE' item='prefecture_code' forms='2265700' to='info' reason='r'/>"
      "<severity rule='TYPE' to='off' reason='r'/>"
      "<attachment key='a' name='n' forms='2265700' at='in_kind'>in_kind == 0</attachment>");
  class Nothing final : public kpfd::FindingSink {
   public:
    void finding(const kpfd::Finding& /*finding*/) override {}
  } nothing;
  kpfd::CheckOptions options;
  options.check_date = check_date;
  const auto allocations_of = [&](std::size_t records) {
    Filing filing = bad_filing();
    const std::vector<std::string> pair = {filing.lines[5], filing_for("KPFD", "2221700").lines[5]};
    for (std::size_t i = 0; i < records; ++i) {
      filing.lines.push_back(pair[i % 2]);
    }
    const std::string text = filing.text();
    kpfd::MemorySource source(text);
    const std::size_t before = kpfd_test::allocations();
    with.check(source, options, nothing);
    return kpfd_test::allocations() - before;
  };
  allocations_of(10);  // the rules are compiled, the scratch grows
  BOOST_TEST(allocations_of(100) == allocations_of(1000));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
