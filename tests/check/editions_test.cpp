// The edition of a record: told by its number of columns, or asked for by the caller.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "kpfd/schemas.hpp"
#include "tests/support/filings.hpp"

namespace {

using namespace kpfd_test;
using namespace std::string_literals;

using Places = std::vector<std::string>;

constexpr const char* receivers[] = {"KPFD", "SHFD"};
constexpr const char* changed_form = "2200700";  // the one that has two editions

Checked check_in(const Filing& filing, const std::string& edition) {
  return check_text(filing.text(), {filing.name(), check_date, 0, edition});
}

BOOST_AUTO_TEST_SUITE(editions)

BOOST_AUTO_TEST_CASE(a_record_of_the_edition_asked_for_is_checked_without_a_warning_of_its_date) {
  for (const char* receiver : receivers) {
    for (const char* edition : {"2018-03", "2024-12"}) {
      Filing filing = filing_of(record_of(changed_form, receiver, edition));
      for (const char* day : {"20200101", "20260701"}) {
        const std::size_t at = filing.receiver == "KPFD" ? 2 : 4;
        filing.set(0, at, day);
        BOOST_TEST_CONTEXT(receiver << " " << edition << " " << day)
        expect(check_in(filing, edition), {});
      }
      // The items are checked as ever.
      filing.set("prefecture_code", "x1");
      expect(check_in(filing, edition), {"6 2 error TYPE"});
    }
  }
}

BOOST_AUTO_TEST_CASE(another_number_of_columns_is_an_error_that_names_only_the_edition_asked_for) {
  for (const char* receiver : receivers) {
    for (const char* edition : {"2018-03", "2024-12"}) {
      const std::string other = edition == "2018-03"s ? "2024-12" : "2018-03";
      const Filing filing = filing_of(record_of(changed_form, receiver, other));
      const Checked checked = check_in(filing, edition);
      BOOST_TEST_CONTEXT(receiver << " " << edition) {
        expect(checked, {"6 0 error COLUMNS"});
        BOOST_TEST_REQUIRE(checked.findings.size() == 1U);
        const auto columns = record_of(changed_form, receiver, edition).items.size();
        const Found& found = checked.findings[0];
        BOOST_TEST(
            found.texts == (std::vector<std::string>{std::to_string(columns), other, edition}),
            boost::test_tools::per_element());
        BOOST_TEST(found.hint == "other-edition");
      }
      // Of no edition: the same error, without that cause.
      Filing cut = filing;
      cut.lines[5] = changed_form + ",1,2"s;
      const Checked cut_checked = check_in(cut, edition);
      expect(cut_checked, {"6 0 error COLUMNS"});
      BOOST_TEST(cut_checked.findings[0].texts.size() == 1U);
      BOOST_TEST(cut_checked.findings[0].hint != "other-edition");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_form_that_did_not_change_then_keeps_its_edition) {
  for (const char* receiver : receivers) {
    for (const char* form : {"2225700", "2221700", "2265700", "2201700"}) {
      expect(check_in(filing_for(receiver, form), "2024-12"), {});
      expect(check_in(filing_for(receiver, form), "2018-03"), {});
    }
  }
}

// A form that came later than the edition asked for: its oldest edition.
BOOST_AUTO_TEST_CASE(a_form_that_came_later_is_taken_in_its_oldest_edition) {
  const std::string later = R"(<?xml version="1.0" encoding="UTF-8"?>
<layout form="9990700" key="later" name="例" edition="EDITION" valid-from="EDITION-01">
  <item key="form_code" name="様式コード" type="N" length="7" need="required" values="9990700" source="test"/>
  <use block="office-symbol"/>
  MORE<use block="union"/>
</layout>)";
  const auto layout_of = [&](const std::string& edition, const std::string& more) {
    std::string text = later;
    for (std::size_t at = text.find("EDITION"); at != std::string::npos;
         at = text.find("EDITION")) {
      text.replace(at, 7, edition);
    }
    return text.replace(text.find("MORE"), 4, more);
  };
  const std::string old_text = layout_of("2019-04", "");
  const std::string new_text = layout_of(
      "2021-04",
      R"(<item key="more" name="他" type="N" length="0|1" need="optional" source="test"/>)");
  std::vector<kpfd::Engine::SchemaFile> files;
  for (const auto& file : kpfd::embedded_schemas()) {
    files.push_back(file);
  }
  files.push_back({"layouts/a-new.xml", new_text});
  files.push_back({"layouts/b-old.xml", old_text});
  const kpfd::Engine with(files);
  BOOST_TEST(
      with.editions() == (std::vector<std::string>{"2018-03", "2019-04", "2021-04", "2024-12"}),
      boost::test_tools::per_element());
  Filing filing = filing_for("KPFD");
  filing.lines[5] = sjis("9990700,21,01,ｹｲﾄ,1001,12,");
  const auto in = [&](const std::string& edition) {
    return check_text(filing.text(), {filing.name(), check_date, 0, edition}, with).places();
  };
  const Places none;
  const Places wrong = {"6 0 error COLUMNS"};
  BOOST_TEST(in("2018-03") == none, boost::test_tools::per_element());
  BOOST_TEST(in("2019-04") == none, boost::test_tools::per_element());
  BOOST_TEST(in("2021-04") == wrong, boost::test_tools::per_element());
  BOOST_TEST(in("2024-12") == wrong, boost::test_tools::per_element());
  BOOST_TEST(in("") == none, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_edition_that_there_is_not_leaves_the_file_unchecked) {
  struct : kpfd::FindingSink {
    void finding(const kpfd::Finding&) override { ++count; }
    int count = 0;
  } sink;
  const std::string text = filing_for("KPFD").text();
  for (const char* edition : {"2018-04", "2018", "x", "2024-12 "}) {
    kpfd::MemorySource source(text);
    kpfd::CheckOptions options;
    options.check_date = check_date;
    options.edition = edition;
    const kpfd::Summary summary = engine().check(source, options, sink);
    BOOST_TEST((summary.verdict == kpfd::Verdict::unchecked));
    BOOST_TEST(summary.reason.find("`"s + edition + "`") != std::string::npos);
    BOOST_TEST(sink.count == 0);
  }
}

BOOST_AUTO_TEST_CASE(the_summary_names_the_edition_asked_for_or_the_one_in_force) {
  const Filing filing = filing_for("KPFD");
  BOOST_TEST(check_in(filing, "2018-03").summary.edition == "2018-03");
  const auto on = [&](int year, int month, int day) {
    return check_text(filing.text(), {filing.name(), kpfd::make_date(year, month, day)})
        .summary.edition;
  };
  BOOST_TEST(on(2024, 12, 1) == "2018-03");
  BOOST_TEST(on(2024, 12, 2) == "2024-12");
  BOOST_TEST(on(1990, 1, 1) == "2018-03");
  BOOST_TEST(engine().schemas_edition() == "2024-12");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
