#include "hooks/intake/clock.hpp"

#include <array>
#include <cstdint>
#include <ctime>

#include "hooks/intake/words.hpp"

namespace kpfd::hooks {

CivilDate today_in_japan() {
  constexpr std::int64_t hour = 3600;
  constexpr std::int64_t day = 24 * hour;
  const std::int64_t seconds = static_cast<std::int64_t>(std::time(nullptr)) + 9 * hour;
  return CivilDate{static_cast<std::int32_t>((seconds - (seconds < 0 ? day - 1 : 0)) / day)};
}

std::string now_in_japan() {
  constexpr std::time_t nine_hours = std::time_t{9} * 3600;
  const std::time_t now = std::time(nullptr) + nine_hours;
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return std::string(text.data(), size) + "+09:00";
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
