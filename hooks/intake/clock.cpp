#include "hooks/intake/clock.hpp"

#include <algorithm>
#include <cstdint>
#include <ctime>

#include "hooks/intake/words.hpp"

namespace kpfd::hooks {

namespace {

constexpr std::int64_t minute = 60;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

/// Seconds since 1970, by Japan's clocks.
std::int64_t seconds_in_japan() { return static_cast<std::int64_t>(std::time(nullptr)) + 9 * hour; }

CivilDate day_of(std::int64_t seconds) {
  return CivilDate{static_cast<std::int32_t>((seconds - (seconds < 0 ? day - 1 : 0)) / day)};
}

void append_number(std::string& to, std::int64_t number, std::size_t digits) {
  const std::string text = std::to_string(number);
  to.append(digits - std::min(digits, text.size()), '0').append(text);
}

}  // namespace

CivilDate today_in_japan() { return day_of(seconds_in_japan()); }

std::string now_in_japan() {
  // Without the C library's calendar, which reads the file of the local time.
  const std::int64_t seconds = seconds_in_japan();
  const CivilDate today = day_of(seconds);
  const std::int64_t of_day = seconds - std::int64_t{today.days} * day;
  const YearMonthDay date = parts_of(today);
  std::string text;
  append_number(text, date.year, 4);
  text += '-';
  append_number(text, date.month, 2);
  text += '-';
  append_number(text, date.day, 2);
  text += 'T';
  append_number(text, of_day / hour, 2);
  text += ':';
  append_number(text, of_day / minute % 60, 2);
  text += ':';
  append_number(text, of_day % minute, 2);
  return text + "+09:00";
}

bool is_time(std::string_view text) {
  constexpr std::string_view pattern = "dddd-dd-ddTdd:dd:dd+dd:dd";
  if (text.size() != pattern.size()) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    const bool sign = pattern[i] == '+' && (text[i] == '+' || text[i] == '-');
    if (pattern[i] == 'd' ? !digit : !sign && text[i] != pattern[i]) {
      return false;
    }
  }
  return parse_iso_date(text.substr(0, 10)).known() && text[11] <= '2' && text[14] <= '5' &&
         text[17] <= '5';
}

CivilDate check_date_of(std::string_view as_of, std::string_view language) {
  if (as_of.empty()) {
    return today_in_japan();
  }
  const CivilDate date = parse_iso_date(as_of);
  if (!date.known()) {
    constexpr Words words = {"YYYY-MM-DD の日付を指定してください",
                             "give an existing date as YYYY-MM-DD"};
    throw SetupError("--as-of: " + std::string(words.in(language)));
  }
  return date;
}

}  // namespace kpfd::hooks
