// The calendar against one that is counted out day by day, and My Number's check digit against its
// formula.
#include "kpfd/calendar/calendar.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>

#include "kpfd/check/item_checks.hpp"
#include "tests/support/filings.hpp"
#include "tests/support/random.hpp"

namespace {

using kpfd::add_years;
using kpfd::CivilDate;
using kpfd::Era;
using kpfd::Eras;
using kpfd::EraYear;
using kpfd::make_date;
using kpfd::no_date;
using kpfd::parse_iso_date;
using kpfd::parts_of;
using kpfd::YearMonthDay;
using kpfd::years_between;
using kpfd_test::engine;

bool is_leap(int year) { return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0); }

int days_in(int year, int month) {
  const int days[] = {31, is_leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month - 1];
}

/// Calls `visit` with each day from 1868 to 2100.
template <typename Visit>
void each_day(Visit visit) {
  int days = -37255;  // 1868-01-01, counted back from 1970-01-01: 102 years, 25 of them leap years
  for (int year = 1868; year <= 2100; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= days_in(year, month); ++day) {
        visit(year, month, day, days++);
      }
    }
  }
}

std::string padded(int number, std::size_t width) {
  const std::string digits = std::to_string(number);
  return std::string(width - digits.size(), '0') + digits;
}

BOOST_AUTO_TEST_SUITE(calendar)

BOOST_AUTO_TEST_CASE(every_day_from_1868_to_2100_has_its_number_and_its_parts) {
  int count = 0;
  each_day([&](int year, int month, int day, int days) {
    const CivilDate date = make_date(year, month, day);
    const YearMonthDay parts = parts_of(CivilDate{days});
    const bool same = date.days == days && date.known() && parts.year == year &&
                      parts.month == month && parts.day == day;
    if (!same) {
      BOOST_FAIL(year << "-" << month << "-" << day << " is day " << date.days);
    }
    const std::string iso = padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2);
    if (parse_iso_date(iso) != date) {
      BOOST_FAIL(iso << " is not read");
    }
    ++count;
  });
  BOOST_TEST(count == 233 * 365 + 57);
  BOOST_TEST(make_date(1970, 1, 1).days == 0);
}

BOOST_AUTO_TEST_CASE(days_that_the_calendar_lacks_are_no_dates) {
  for (int year : {1, 1868, 1900, 2000, 2024, 2025, 9999}) {
    for (int month = -1; month <= 14; ++month) {
      for (int day = -1; day <= 33; ++day) {
        const bool exists = month >= 1 && month <= 12 && day >= 1 && day <= days_in(year, month);
        if (make_date(year, month, day).known() != exists) {
          BOOST_ERROR(year << "-" << month << "-" << day);
        }
      }
    }
  }
  BOOST_TEST(!make_date(0, 1, 1).known());
  BOOST_TEST(!make_date(-1, 1, 1).known());
  BOOST_TEST(!make_date(10000, 1, 1).known());
  BOOST_TEST((no_date < make_date(1, 1, 1)));
}

BOOST_AUTO_TEST_CASE(only_complete_iso_dates_are_read) {
  BOOST_TEST(parse_iso_date("2026-07-31").known());
  for (const char* text :
       {"",           "2026",          "2026-7-31",   "2026-07-3",   "2026-07-311",
        "20260731",   "2026/07/31",    "2026-07-32",  "2026-02-29",  "2026-13-01",
        "2026-00-10", "2026-07-00",    " 2026-07-31", "2026-07-31 ", "+026-07-31",
        "-026-07-31", "2026-+7-31",    "2026--7-31",  "2O26-07-31",  "0000-01-01",
        "----------", "2026-07-3\xEF", "202-607-31"}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(!parse_iso_date(text).known());
  }
}

BOOST_AUTO_TEST_CASE(each_day_lies_in_its_era_and_year) {
  const Eras eras(engine().layouts().eras);
  BOOST_TEST_REQUIRE(eras.all().size() == 5U);
  each_day([&](int year, int month, int day, int days) {
    const int number = year * 10000 + month * 100 + day;
    char code = '9';
    int first = 2019;
    if (number < 20190501) {
      code = '7';
      first = 1989;
    }
    if (number < 19890108) {
      code = '5';
      first = 1926;
    }
    if (number < 19261225) {
      code = '3';
      first = 1912;
    }
    if (number < 19120730) {
      code = '1';
      first = 1868;
    }
    const EraYear found = eras.of(CivilDate{days});
    if (number < 18680125) {
      if (found.era != nullptr) {
        BOOST_FAIL(number << " is before the first era");
      }
      return;
    }
    if (found.era == nullptr || found.era->code != code || found.year != year - first + 1) {
      BOOST_FAIL(number << " is in another era or year");
    }
    if (gregorian_year(*found.era, found.year) != year) {
      BOOST_FAIL(number << ": the way back");
    }
    if (!found.era->holds(CivilDate{days})) {
      BOOST_FAIL(number << " is not held");
    }
  });
}

BOOST_AUTO_TEST_CASE(an_era_is_found_by_its_digit) {
  const Eras eras(engine().layouts().eras);
  for (int c = 0; c < 256; ++c) {
    const char code = static_cast<char>(c);
    const Era* const era = eras.find(code);
    const bool exists = std::string("13579").find(code) != std::string::npos;
    BOOST_TEST((era != nullptr) == exists);
    if (era != nullptr) {
      BOOST_TEST(era->code == code);
    }
  }
}

BOOST_AUTO_TEST_CASE(years_are_added_day_by_day_and_29_february_becomes_28) {
  for (const int years : {-70, -4, -1, 0, 1, 2, 3, 4, 70, 75, 100}) {
    each_day([&](int year, int month, int day, int days) {
      const int to = year + years;
      const int last = month == 2 && day == 29 && !is_leap(to) ? 28 : day;
      if (add_years(CivilDate{days}, years) != make_date(to, month, last)) {
        BOOST_FAIL(year << "-" << month << "-" << day << " and " << years << " years");
      }
    });
  }
  BOOST_TEST((add_years(make_date(1948, 2, 29), 75) == make_date(2023, 2, 28)));
  BOOST_TEST((add_years(make_date(2000, 2, 29), 4) == make_date(2004, 2, 29)));
  BOOST_TEST((add_years(make_date(2000, 2, 29), -100) == make_date(1900, 2, 28)));
  BOOST_TEST((add_years(make_date(2023, 2, 28), 1) == make_date(2024, 2, 28)));
}

BOOST_AUTO_TEST_CASE(years_between_counts_birthdays) {
  kpfd_test::Random random(1);
  for (int round = 0; round < 20000; ++round) {
    const CivilDate birth{static_cast<std::int32_t>(random.below(80000)) - 37000};
    const CivilDate day{birth.days + static_cast<std::int32_t>(random.below(40000))};
    int years = 0;
    while (add_years(birth, years + 1) <= day) {
      ++years;
    }
    if (years_between(birth, day) != years) {
      BOOST_FAIL("from day " << birth.days << " to day " << day.days);
    }
  }
  BOOST_TEST(years_between(make_date(1951, 4, 2), make_date(2026, 4, 1)) == 74);
  BOOST_TEST(years_between(make_date(1951, 4, 2), make_date(2026, 4, 2)) == 75);
  BOOST_TEST(years_between(make_date(1948, 2, 29), make_date(2023, 2, 27)) == 74);
  BOOST_TEST(years_between(make_date(1948, 2, 29), make_date(2023, 2, 28)) == 75);
}

/// Section 7, word by word: n is counted from the right, without the check digit.
int check_digit(const std::string& eleven) {
  int sum = 0;
  for (int n = 1; n <= 11; ++n) {
    const int p = eleven[static_cast<std::size_t>(11 - n)] - '0';
    const int q = n <= 6 ? n + 1 : n - 5;
    sum += p * q;
  }
  const int r = sum % 11;
  return r <= 1 ? 0 : 11 - r;
}

BOOST_AUTO_TEST_CASE(my_numbers_check_digit_is_that_of_the_formula) {
  BOOST_TEST(check_digit("12345678901") == 8);
  kpfd_test::Random random(2);
  for (int round = 0; round < 200000; ++round) {
    const std::string eleven = random.text(11, "0123456789");
    const int right = check_digit(eleven);
    for (int digit = 0; digit <= 9; ++digit) {
      const std::string twelve = eleven + static_cast<char>('0' + digit);
      if (kpfd::check::my_number_digit_fits(twelve) != (digit == right)) {
        BOOST_FAIL("a number whose check digit is " << right << " with " << digit);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(each_digit_of_a_my_number_has_its_weight) {
  for (std::size_t at = 0; at < 11; ++at) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string eleven(11, '0');
      eleven[at] = digit;
      const std::string twelve = eleven + static_cast<char>('0' + check_digit(eleven));
      BOOST_TEST(kpfd::check::my_number_digit_fits(twelve));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
