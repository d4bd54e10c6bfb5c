// A day of the Gregorian calendar.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace kpfd {

/// A day, as its distance from 1970-01-01; comparable, cheap to copy. `no_date` is before every
/// day.
struct CivilDate {
  std::int32_t days = std::numeric_limits<std::int32_t>::min();

  constexpr bool known() const { return days != std::numeric_limits<std::int32_t>::min(); }
  friend constexpr bool operator==(CivilDate a, CivilDate b) { return a.days == b.days; }
  friend constexpr auto operator<=>(CivilDate a, CivilDate b) { return a.days <=> b.days; }
};

inline constexpr CivilDate no_date{};

/// Year, month and day as people write them.
struct YearMonthDay {
  int year = 0;
  int month = 0;  ///< 1-12
  int day = 0;    ///< 1-31
};

/// Days of a month in the Gregorian calendar; 0 for a month that does not exist.
constexpr int days_in_month(int year, int month) {
  if (month < 1 || month > 12) {
    return 0;
  }
  if (month == 2) {
    return (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28;
  }
  return (month == 4 || month == 6 || month == 9 || month == 11) ? 30 : 31;
}

/// The day, or `no_date` where the calendar has no such day. Years 1 to 9999.
constexpr CivilDate make_date(int year, int month, int day) {
  if (year < 1 || year > 9999 || day < 1 || day > days_in_month(year, month)) {
    return no_date;
  }
  const int y = month <= 2 ? year - 1 : year;  // March begins the year: the leap day comes last
  const int century = y / 400;
  const int year_of_century = y - century * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_century =
      year_of_century * 365 + year_of_century / 4 - year_of_century / 100 + day_of_year;
  return CivilDate{century * 146097 + day_of_century - 719468};
}

/// The parts of a known day.
constexpr YearMonthDay parts_of(CivilDate date) {
  const int z = date.days + 719468;
  const int century = (z >= 0 ? z : z - 146096) / 146097;
  const int day_of_century = z - century * 146097;
  const int year_of_century =
      (day_of_century - day_of_century / 1460 + day_of_century / 36524 - day_of_century / 146096) /
      365;
  const int day_of_year =
      day_of_century - (365 * year_of_century + year_of_century / 4 - year_of_century / 100);
  const int m = (5 * day_of_year + 2) / 153;
  const int month = m < 10 ? m + 3 : m - 9;
  return {year_of_century + century * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * m + 2) / 5 + 1};
}

/// `YYYY-MM-DD` => the day; `no_date` for anything else.
constexpr CivilDate parse_iso_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
    return no_date;
  }
  int number[3] = {0, 0, 0};
  int part = 0;
  for (const char c : text) {
    if (c == '-') {
      ++part;
    } else if (c < '0' || c > '9' || part > 2) {
      return no_date;
    } else {
      number[part] = number[part] * 10 + (c - '0');
    }
  }
  return make_date(number[0], number[1], number[2]);
}

}  // namespace kpfd
