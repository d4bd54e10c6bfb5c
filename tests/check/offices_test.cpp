// Office records, their count, and the offices that data records name; the attorney's media record.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/filings.hpp"

namespace {

using namespace kpfd_test;
using namespace std::string_literals;

using Places = std::vector<std::string>;

/// Puts one more office behind the first one.
void add_office(Filing& filing, const std::string& first_cells) {
  const std::vector<std::string> cells = split(filing.lines[3]);
  const std::vector<std::string> key = split(first_cells);
  std::vector<std::string> office = cells;
  std::copy(key.begin(), key.end(), office.begin());
  filing.lines.insert(filing.lines.begin() + 4, join(office));
}

BOOST_AUTO_TEST_SUITE(offices)

BOOST_AUTO_TEST_CASE(the_count_is_written_with_one_to_three_digits) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    for (const char* count : {"1", "01", "001"}) {
      expect_all(filing_for(receiver).set(2, 1, count), {});
    }
    expect_all(filing_for(receiver).set(2, 1, "0001"), {"3 2 error LENGTH"});
    expect_all(filing_for(receiver).set(2, 1, ""), {"3 2 error NEED"});
    expect_all(filing_for(receiver).set(2, 1, "A"), {"3 2 error TYPE"});
  }
}

BOOST_AUTO_TEST_CASE(the_count_must_be_the_number_of_office_records) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    for (const char* count : {"2", "002", "999"}) {
      BOOST_TEST_CONTEXT(receiver << " " << count) {
        const Checked checked = check_filing(filing_for(receiver).set(2, 1, count));
        Places found = checked.places();
        std::sort(found.begin(), found.end());
        // More than one is a warning by itself.
        const Places expected = {"3 2 error OFFICE-COUNT", "3 2 warning OFFICE-COUNT-MANY"};
        BOOST_TEST(found == expected, boost::test_tools::per_element());
      }
    }
    // A count of 0 is an error at item 2.
    for (const char* count : {"0", "00", "000"}) {
      const Checked checked = check_filing(filing_for(receiver).set(2, 1, count));
      BOOST_TEST(checked.at(3, 2).size() >= 1U);
      for (const Found& found : checked.findings) {
        BOOST_TEST(found.line == 3U);
        BOOST_TEST(found.item == 2U);
        BOOST_TEST((found.severity == kpfd::Severity::error));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(several_offices_are_a_warning_at_the_count) {
  Filing filing = filing_for("KPFD");
  add_office(filing, "1002");
  expect_all(filing.set(2, 1, "002"), {"3 2 warning OFFICE-COUNT-MANY"});
  filing = filing_for("SHFD");
  add_office(filing, sjis("21,01,ｺｲﾄ,124"));
  expect_all(filing.set(2, 1, "2"), {"3 2 warning OFFICE-COUNT-MANY"});
}

BOOST_AUTO_TEST_CASE(one_office_too_many_for_the_count) {
  Filing filing = filing_for("KPFD");
  add_office(filing, "1002");
  const Checked checked = check_filing(filing);
  BOOST_TEST(checked.summary.errors == 1U);
  BOOST_TEST(checked.at(3, 2).front() == "error OFFICE-COUNT");
  BOOST_TEST(checked.summary.offices == 2U);
}

BOOST_AUTO_TEST_CASE(every_record_names_one_of_the_offices) {
  Filing filing = filing_for("KPFD");
  expect_all(filing.set("union_office_number", "1002"), {"6 22 error OFFICE-UNKNOWN"});
  add_office(filing, "1002");
  expect_all(filing.set(2, 1, "2"), {"3 2 warning OFFICE-COUNT-MANY"});
  // Compared as text.
  filing = filing_for("KPFD");
  expect_all(filing.set("union_office_number", "01001"), {"6 22 error OFFICE-UNKNOWN"});
  // Items 2 to 4 have no say in a file for a union.
  filing = filing_for("KPFD");
  expect_all(filing.set("prefecture_code", "01").set("office_symbol", sjis("ｱ")), {});
}

BOOST_AUTO_TEST_CASE(in_a_pension_offices_file_items_2_to_4_name_the_office) {
  for (const char* form : {"2225700", "2221700", "2265700", "2200700", "2201700"}) {
    const Filing good = filing_for("SHFD", form);
    const Places unknown = {"6 4 error OFFICE-UNKNOWN"};
    expect_all(Filing(good).set("prefecture_code", "01"), unknown);
    expect_all(Filing(good).set("district_code", "02"), unknown);
    expect_all(Filing(good).set("office_symbol", sjis("ｹｲｺ")), unknown);
  }
  expect_all(filing_for("SHFD", "2200700").set("office_number", "124"), {});
}

BOOST_AUTO_TEST_CASE(a_record_whose_office_has_an_error_is_not_compared) {
  expect_all(filing_for("KPFD").set("union_office_number", ""), {"6 22 error NEED"});
  expect_all(filing_for("KPFD").set("union_office_number", "12345678901"), {"6 22 error LENGTH"});
  expect_all(filing_for("SHFD").set("district_code", "99"), {"6 3 error VALUES-REFUSED"});
  expect_all(filing_for("SHFD").set("office_symbol", "0000"), {"6 4 error ZEROS"});
  // A warning is no error.
  expect_all(filing_for("SHFD").set("prefecture_code", "99"),
             {"6 2 warning TABLE", "6 4 error OFFICE-UNKNOWN"});
}

BOOST_AUTO_TEST_CASE(an_office_record_that_cannot_be_read_silences_the_comparison) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    const char* const key = receiver == "KPFD"s ? "union_office_number" : "district_code";
    Filing filing = filing_for(receiver);
    filing.set(key, "77");
    filing.lines[3] += ",";
    expect_all(filing, {"4 0 error OFFICE-COLUMNS"});
    filing.lines[3] = "x";
    expect_all(filing, {"4 0 error OFFICE-COLUMNS"});
  }
  // No office record at all.
  Filing filing = filing_for("KPFD");
  filing.set("union_office_number", "77").lines.erase(filing.lines.begin() + 3);
  expect_all(filing, {"3 2 error OFFICE-COUNT"});
}

BOOST_AUTO_TEST_CASE(an_office_number_with_an_error_silences_the_comparison) {
  Filing filing = filing_for("KPFD");
  filing.set(3, 0, "1001!").set("union_office_number", "77");
  expect_all(filing, {"4 1 error TYPE"});
  filing = filing_for("SHFD");
  filing.set(3, 1, "00").set("district_code", "05");
  expect_all(filing, {"4 2 error VALUES-REFUSED"});
  // Another item of the office does not.
  filing = filing_for("KPFD");
  filing.set(3, 1, "1").set("union_office_number", "77");
  expect_all(filing, {"4 2 error LENGTH", "6 22 error OFFICE-UNKNOWN"});
}

BOOST_AUTO_TEST_CASE(a_wrong_office_record_counts_as_an_office) {
  Filing filing = filing_for("KPFD");
  filing.lines.insert(filing.lines.begin() + 4, "1002");
  filing.set(2, 1, "2");
  expect_all(filing, {"3 2 warning OFFICE-COUNT-MANY", "5 0 error OFFICE-COLUMNS"});
}

BOOST_AUTO_TEST_CASE(thousands_of_offices_are_known) {
  Filing filing = filing_for("KPFD");
  const std::vector<std::string> cells = split(filing.lines[3]);
  for (int i = 2000; i < 2998; ++i) {
    std::vector<std::string> office = cells;
    office[0] = std::to_string(i);
    filing.lines.insert(filing.lines.begin() + 4, join(office));
  }
  filing.set(2, 1, "999");
  std::string& record = filing.lines.back();
  std::vector<std::string> record_cells = split(record);
  record_cells[record_cells.size() - 3] = "2500";
  record = join(record_cells);
  expect_all(filing, {"3 2 warning OFFICE-COUNT-MANY"});
  record_cells[record_cells.size() - 3] = "2998";
  record = join(record_cells);
  expect_all(filing, {"3 2 warning OFFICE-COUNT-MANY", "1004 22 error OFFICE-UNKNOWN"});
}

// --- the attorney's media record -------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_attorney_leaves_the_office_empty_and_has_eight_digits) {
  Filing filing = filing_for("SHFD");
  const auto media = [&](const std::string& first) {
    filing.lines[0] = sjis(first) + ",001,20260710,22223";
    return check_filing(filing).places();
  };
  const auto is = [&](const std::string& first, const Places& places) {
    const Places found = media(first);
    BOOST_TEST_CONTEXT(first) BOOST_TEST(found == places, boost::test_tools::per_element());
  };
  is(",,12345678", {});
  is(",,00000000", {});  // 'not all zeros' does not hold for the eight digits
  // Any other mix is the normal record.
  is(",,1234567", {"1 1 error NEED", "1 2 error NEED", "1 3 error LENGTH"});
  is(",,123456789", {"1 1 error NEED", "1 2 error NEED", "1 3 error LENGTH"});
  is(",,1234567A", {"1 1 error NEED", "1 2 error NEED", "1 3 error LENGTH"});
  is(",,ｹｲﾄ", {"1 1 error NEED", "1 2 error NEED"});
  is("21,,12345678", {"1 2 error NEED", "1 3 error LENGTH"});
  is(",01,12345678", {"1 1 error NEED", "1 3 error LENGTH"});
  is("21,01,12345678", {"1 3 error LENGTH"});
  is("21,01,", {"1 3 error NEED"});
  is(",,", {"1 1 error NEED", "1 2 error NEED", "1 3 error NEED"});
}

BOOST_AUTO_TEST_CASE(the_rest_of_the_attorneys_record_is_checked_like_the_normal_one) {
  Filing filing = filing_for("SHFD");
  filing.lines[0] = ",,12345678,000,20260230,22224";
  expect_all(filing, {"1 4 error VALUES", "1 5 error DATE-EXISTS", "1 6 error VALUES"});
}

BOOST_AUTO_TEST_CASE(header_items_are_checked_like_the_same_items_of_a_record) {
  expect_all(filing_for("SHFD").set(0, 0, "13"), {"1 1 warning TABLE"});
  expect_all(filing_for("SHFD").set(0, 1, "99"), {"1 2 error VALUES-REFUSED"});
  expect_all(filing_for("SHFD").set(0, 2, "00"), {"1 3 error ZEROS"});
  expect_all(filing_for("SHFD").set(3, 0, "13"), {"4 1 warning TABLE", "6 4 error OFFICE-UNKNOWN"});
  expect_all(filing_for("SHFD").set(3, 3, "00000"), {"4 4 error ZEROS"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
