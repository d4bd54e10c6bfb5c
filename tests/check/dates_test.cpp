// Dates of every layout: an era's digit and the digits of a day or of a month, against a calendar
// that is counted out.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd_test.hpp"
#include "tests/support/filings.hpp"

namespace {

using namespace kpfd_test;
using kpfd::layout::DateItems;
using kpfd::layout::Item;
using kpfd::layout::Record;
using kpfd::layout::Scope;
using namespace std::string_literals;

/// An era of the specification, section 3: days as YYYYMMDD.
struct SpecEra {
  char code;
  int first_year;
  int from;
  int to;
};
constexpr SpecEra spec_eras[] = {{'1', 1868, 18680125, 19120729},
                                 {'3', 1912, 19120730, 19261224},
                                 {'5', 1926, 19261225, 19890107},
                                 {'7', 1989, 19890108, 20190430},
                                 {'9', 2019, 20190501, 99991231}};

const SpecEra& era_of(char code) {
  for (const SpecEra& era : spec_eras) {
    if (era.code == code) {
      return era;
    }
  }
  throw std::runtime_error("no such era");
}

bool day_exists(int year, int month, int day) {
  const bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
  const int days[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

std::string two(int number) {
  return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

using Rules = std::vector<std::string>;

/// What section 3 says of the six digits behind an era.
Rules expected_of_day(char code, int yy, int month, int day) {
  const SpecEra& era = era_of(code);
  if (yy == 0) {
    return {"error DATE-YEAR-ZERO"};
  }
  const int year = era.first_year + yy - 1;
  if (!day_exists(year, month, day)) {
    return {"error DATE-EXISTS"};
  }
  const int number = year * 10000 + month * 100 + day;
  if (number < era.from || number > era.to) {
    return {"warning DATE-ERA"};
  }
  return {};
}

/// What it says of a year and an existing month: a warning only if no day of the month lies in the
/// era.
Rules expected_of_month(char code, int yy, int month) {
  const SpecEra& era = era_of(code);
  if (yy == 0) {
    return {"error DATE-YEAR-ZERO"};
  }
  const int year = era.first_year + yy - 1;
  for (int day = 1; day <= 31; ++day) {
    const int number = year * 10000 + month * 100 + day;
    if (day_exists(year, month, day) && number >= era.from && number <= era.to) {
      return {};
    }
  }
  return {"warning DATE-ERA"};
}

/// Of the findings at an item, those about dates by themselves.
Rules about_dates(const Checked& checked, std::uint32_t item) {
  static const std::set<std::string> rules = {"error DATE-EXISTS", "error DATE-YEAR-ZERO",
                                              "warning DATE-ERA", "error DATE-PAIR"};
  Rules found;
  for (const std::string& rule : checked.at(6, item)) {
    if (rules.count(rule) != 0) {
      found.push_back(rule);
    }
  }
  return found;
}

void check_date_items(const Filing& filing, const Record& record, const DateItems& date,
                      std::size_t at, const Rules& expected, const std::string& said) {
  const Checked checked = check_filing(filing);
  const std::size_t other_columns[] = {date.era, date.ymd, date.year, date.month};
  for (const std::size_t column : other_columns) {
    if (column == DateItems::none) {
      continue;
    }
    const Rules found = about_dates(checked, record.items[column].number);
    const Rules& wanted = column == at ? expected : Rules{};
    if (found != wanted) {
      BOOST_ERROR(date.key << " " << said << " at item " << record.items[column].number
                           << "\nfound:\n  " << listed(found) << "\nexpected:\n  "
                           << listed(wanted));
      return;
    }
  }
  BOOST_TEST(true);
}

void check_day(Filing& filing, const Record& record, const DateItems& date, char era, int yy,
               int month, int day) {
  const std::string digits = two(yy) + two(month) + two(day);
  filing.set(5, date.era, std::string(1, era)).set(5, date.ymd, digits);
  Rules expected = expected_of_day(era, yy, month, day);
  if (yy == 0 && !day_exists(2000, month, day)) {
    return;  // wrong twice: told at least once, below
  }
  check_date_items(filing, record, date, date.ymd, expected, era + digits);
}

/// The digits that the era's item takes.
std::string codes_of(const Item& item) {
  std::string codes;
  for (const auto& range : item.values.ranges) {
    codes += range.low;
  }
  return codes;
}

void check_days_of(const Record& record, const DateItems& date) {
  Filing filing = filing_of(record);
  const std::string codes = codes_of(record.items[date.era]);
  BOOST_TEST_REQUIRE(!codes.empty());
  for (const char code : codes) {
    const SpecEra& era = era_of(code);
    // Around the borders of the eras, and through the months of a leap year and of a usual one.
    std::vector<int> years = {0, 1, 2, 3, 4, 5, 12, 33, 99};
    for (const int last : {era.to / 10000 - era.first_year + 1}) {
      if (last < 99) {
        years.insert(years.end(), {last - 1, last, last + 1});
      }
    }
    for (const int yy : years) {
      for (int month = 0; month <= 13; ++month) {
        for (const int day : {0, 1, 7, 8, 24, 25, 28, 29, 30, 31, 32}) {
          check_day(filing, record, date, code, yy, month, day);
        }
      }
    }
  }
}

void check_months_of(const Record& record, const DateItems& date) {
  Filing filing = filing_of(record);
  const Item& year_item = record.items[date.year];
  const Item& month_item = record.items[date.month];
  for (const char code : codes_of(record.items[date.era])) {
    for (int yy = 0; yy <= 99; ++yy) {
      for (int month = 1; month <= 12; ++month) {
        if (!month_item.values.empty() && !month_item.values.holds(two(month))) {
          continue;
        }
        filing.set(5, date.era, std::string(1, code));
        filing.set(5, date.year, two(yy)).set(5, date.month, two(month));
        Rules expected = expected_of_month(code, yy, month);
        // The item itself says so already.
        if (yy == 0 && year_item.refused.holds("00")) {
          expected.clear();
        }
        check_date_items(filing, record, date, date.year, expected, code + two(yy) + two(month));
        if (yy == 0) {
          BOOST_TEST(check_filing(filing).at(6, year_item.number).size() == 1U);
        }
      }
    }
  }
}

bool is_visible(const Record& record, const DateItems& date) {
  return !record.for_union || record.items[date.era].scope != Scope::pension;
}

const bool registered = kpfd_test::at_start([] {
  using namespace boost::unit_test;
  auto* const suite = BOOST_TEST_SUITE("dates");
  for (const Record& record : engine().layouts().records) {
    for (const DateItems& date : record.dates) {
      if (!is_visible(record, date)) {
        continue;
      }
      suite->add(make_test_case(
          [&record, &date] {
            date.day_date() ? check_days_of(record, date) : check_months_of(record, date);
          },
          title_of(record) + " " + date.key, __FILE__, __LINE__));
    }
  }
  framework::master_test_suite().add(suite);
});

BOOST_AUTO_TEST_SUITE(dates_once)

BOOST_AUTO_TEST_CASE(every_date_of_the_specification_is_a_date_of_the_layouts) {
  BOOST_TEST(registered);
  std::size_t dates = 0;
  for (const Record& record : engine().layouts().records) {
    dates += record.dates.size();
  }
  // birth, applied, previous revision; birth, revision, previous revision; birth, paid; birth,
  // acquired (twice); birth, lost, left, ceased: for two receivers.
  BOOST_TEST(dates == 2U * (3 + 3 + 2 + 2 + 2 + 4));
}

BOOST_AUTO_TEST_CASE(all_days_of_all_eras_of_birth) {
  const Record& record = record_of("2265700", "KPFD");
  Filing filing = filing_of(record);
  const DateItems* birth = nullptr;
  for (const DateItems& date : record.dates) {
    if (date.key == "birth") {
      birth = &date;
    }
  }
  BOOST_TEST_REQUIRE(birth != nullptr);
  for (const SpecEra& era : spec_eras) {
    for (int yy = 0; yy <= 99; ++yy) {
      for (int month = 1; month <= 12; ++month) {
        for (const int day : {1, 7, 8, 24, 25, 29, 30, 31}) {
          check_day(filing, record, *birth, era.code, yy, month, day);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_borders_of_the_eras) {
  const Record& record = record_of("2265700", "KPFD");
  struct Vector {
    const char* era;
    const char* ymd;
    std::vector<std::string> findings;
  };
  const std::vector<std::string> outside = {"6 9 warning DATE-ERA"};
  const std::vector<std::string> missing = {"6 9 error DATE-EXISTS"};
  const std::vector<std::string> zero = {"6 9 error DATE-YEAR-ZERO"};
  for (const Vector& vector : std::vector<Vector>{
           {"5", "640107", {}},      {"5", "640108", outside}, {"5", "650101", outside},
           {"7", "010107", outside}, {"7", "010108", {}},      {"7", "310430", {}},
           {"7", "310501", outside}, {"9", "010430", outside}, {"9", "010501", {}},
           {"3", "151224", {}},      {"3", "151225", outside}, {"5", "011225", {}},
           {"5", "011224", outside}, {"1", "450729", {}},      {"1", "450730", outside},
           {"3", "010730", {}},      {"3", "010729", outside}, {"1", "010125", {}},
           {"1", "010124", outside}, {"7", "120229", {}},      {"9", "060229", {}},
           {"9", "050229", missing}, {"1", "330229", missing}, {"9", "020001", missing},
           {"9", "021301", missing}, {"9", "020100", missing}, {"9", "020431", missing},
           {"9", "000401", zero},    {"7", "001231", zero}}) {
    BOOST_TEST_CONTEXT(vector.era << " " << vector.ymd) {
      Filing filing = filing_of(record);
      filing.set("birth_era", vector.era).set("birth_ymd", vector.ymd);
      expect(filing, vector.findings);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_day_outside_its_era_is_told_with_the_right_era_and_year) {
  Filing filing = filing_for("KPFD");
  filing.set("birth_era", "5").set("birth_ymd", "640108");
  Checked checked = check_filing(filing);
  expect(checked, {"6 9 warning DATE-ERA"});
  BOOST_TEST(checked.findings.at(0).texts.at(0) == "平成");
  BOOST_TEST(checked.findings.at(0).numbers == std::vector<std::int64_t>{1},
             boost::test_tools::per_element());
  filing.set("birth_era", "7").set("birth_ymd", "310501");
  checked = check_filing(filing);
  expect(checked, {"6 9 warning DATE-ERA"});
  BOOST_TEST(checked.findings.at(0).texts.at(0) == "令和");
}

BOOST_AUTO_TEST_CASE(a_year_00_is_an_error_even_where_the_day_does_not_exist) {
  Filing filing = filing_for("KPFD");
  for (const char* ymd : {"000000", "000230", "001301"}) {
    filing.set("birth_ymd", ymd);
    const Checked checked = check_filing(filing);
    BOOST_TEST(checked.summary.errors >= 1U);
    for (const Found& found : checked.findings) {
      BOOST_TEST(found.item == 9U);
    }
  }
}

BOOST_AUTO_TEST_CASE(without_a_readable_era_nothing_is_said_about_the_digits) {
  Filing filing = filing_for("KPFD");
  for (const char* ymd : {"999999", "000000", "640108", "600401"}) {
    filing.set("birth_ymd", ymd);
    filing.set("birth_era", "8");
    expect(filing, {"6 8 error VALUES"});
    filing.set("birth_era", "");
    expect(filing, {"6 8 error NEED"});
    filing.set("birth_era", "A");
    expect(filing, {"6 8 error TYPE"});
    filing.set("birth_era", "55");
    expect(filing, {"6 8 error LENGTH"});
  }
}

BOOST_AUTO_TEST_CASE(an_era_and_its_date_are_given_together) {
  Filing filing = filing_for("SHFD", "2201700");
  filing.set("ceased_era", "9");
  expect(filing, {"6 26 error DATE-PAIR"});
  filing.set("ceased_era", "").set("ceased_ymd", "080331");
  expect(filing, {"6 25 error DATE-PAIR"});
  // Another rule has found an error at the empty one already.
  filing.set("over_70_ceased", "1");
  expect(filing, {"6 25 error CEASED-REQUIRED"});
  filing.set("ceased_era", "9").set("ceased_ymd", "");
  expect(filing, {"6 26 error CEASED-REQUIRED"});
  // Either has another error.
  filing.set("over_70_ceased", "").set("ceased_era", "8");
  expect(filing, {"6 25 error VALUES"});
  filing.set("ceased_era", "").set("ceased_ymd", "99");
  expect(filing, {"6 26 error LENGTH"});
}

BOOST_AUTO_TEST_CASE(a_half_given_pair_of_the_loss_form) {
  // The cause has an error, so the rules about it are silent; the pair by itself is not.
  for (const char* receiver : {"KPFD", "SHFD"}) {
    Filing filing = filing_for(receiver, "2201700");
    filing.set("loss_cause", "8").set("left_era", "9").set("left_ymd", "");
    expect(filing, {"6 16 error VALUES", "6 18 error DATE-PAIR"});
    filing.set("left_era", "").set("left_ymd", "080331");
    expect(filing, {"6 16 error VALUES", "6 17 error DATE-PAIR"});
    filing.set("left_ymd", "");
    expect(filing, {"6 16 error VALUES"});
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_day_gives_no_follow_ups) {
  Filing filing = filing_for("KPFD", "2201700");
  filing.set("left_ymd", "080230");
  expect(filing, {"6 18 error DATE-EXISTS"});
  filing = filing_for("KPFD", "2201700");
  filing.set("lost_ymd", "080230");
  expect(filing, {"6 15 error DATE-EXISTS"});
  filing = filing_for("KPFD", "2201700");
  filing.set("birth_ymd", "600230");
  expect(filing, {"6 10 error DATE-EXISTS"});
}

BOOST_AUTO_TEST_CASE(zeros_lost_in_a_spreadsheet_are_named_only_where_the_padded_value_would_pass) {
  struct Vector {
    const char* form;
    const char* key;
    const char* value;
    const char* hint;
  };
  for (const Vector& vector :
       {Vector{"2265700", "paid_ymd", "80710", "excel-zeros"},
        Vector{"2265700", "district_code", "1", "excel-zeros"},
        Vector{"2265700", "district_code", "0", ""},  // 00 is refused
        Vector{"2221700", "revision_month", "7", "excel-zeros"},
        Vector{"2221700", "revision_month", "0", ""}, Vector{"2221700", "revision_year", "0", ""},
        Vector{"2225700", "pay_month_1", "4", "excel-zeros"},
        Vector{"2225700", "pay_month_1", "5", ""},
        Vector{"2225700", "previous_health_standard", "300", "excel-zeros"},
        Vector{"2225700", "previous_health_standard", "0", ""},
        Vector{"2201700", "my_number", "1", "excel-zeros"},
        Vector{"2265700", "paid_ymd", "4月1日", "excel-date"},
        Vector{"2265700", "paid_ymd", "2026/7/10", "excel-date"},
        Vector{"2201700", "my_number", "1.23E+11", "excel-exponent"}}) {
    BOOST_TEST_CONTEXT(vector.key << " " << vector.value) {
      Filing filing = filing_for("KPFD", vector.form);
      filing.set(vector.key, sjis(vector.value));
      const Checked checked = check_filing(filing);
      std::size_t about = 0;
      for (const Found& found : checked.findings) {
        if (found.key != vector.key) {
          continue;
        }
        BOOST_TEST(found.hint == vector.hint);
        ++about;
      }
      BOOST_TEST(about >= 1U);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_lost_zeros_where_the_padded_day_does_not_exist) {
  Filing filing = filing_for("KPFD");
  filing.set("paid_ymd", "99999");
  const Checked checked = check_filing(filing);
  expect(checked, {"6 11 error LENGTH"});
  BOOST_TEST(checked.findings.at(0).hint == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
