#include "kpfd/profile/roster.hpp"

#include <algorithm>
#include <functional>
#include <string>

#include "kpfd/layout/load.hpp"

namespace kpfd::profile {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// `"1001" ,name` => `1001`
std::string_view first_column(std::string_view line) {
  std::string_view cell = line.substr(0, line.find(','));
  const auto trim = [&cell](char c) {
    while (!cell.empty() && cell.front() == c) {
      cell.remove_prefix(1);
    }
    while (!cell.empty() && cell.back() == c) {
      cell.remove_suffix(1);
    }
  };
  trim(' ');
  if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
    cell = cell.substr(1, cell.size() - 2);
    trim(' ');
  }
  return cell;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t,") == std::string_view::npos;
}

bool is_number(std::string_view cell) {
  const auto is_alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  return !cell.empty() && std::all_of(cell.begin(), cell.end(), is_alphanumeric);
}

bool has_digit(std::string_view cell) {
  return cell.find_first_of("0123456789") != std::string_view::npos;
}

}  // namespace

bool Roster::has(std::string_view number) const {
  return std::binary_search(numbers.begin(), numbers.end(), number, std::less<>{});
}

void read_roster(std::string_view bytes, std::string_view file_name, Profile& profile) {
  if (!profile.roster) {
    return;
  }
  Roster& roster = *profile.roster;
  const auto fail = [&](std::uint32_t line, const std::string& reason) {
    throw layout::SchemaError(layout::Place{std::string(file_name), line, 0},
                              "office roster: " + reason);
  };
  if (bytes.size() > most_roster_bytes) {
    fail(0, "larger than " + std::to_string(most_roster_bytes) + " bytes");
  }
  profile.sha256 = digest::Sha256(profile.file_digest).feed(bytes).finish();
  if (bytes.substr(0, byte_order_mark.size()) == byte_order_mark) {
    bytes.remove_prefix(byte_order_mark.size());
  }
  if (bytes.find('\0') != std::string_view::npos) {
    fail(0, "no text in Shift_JIS or UTF-8: save it as CSV");
  }
  roster.numbers.clear();
  std::uint32_t number = 0;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    const std::string_view line = bytes.substr(0, end);
    const bool two_bytes = bytes.substr(end, 2) == "\r\n";
    bytes.remove_prefix(std::min(end + (two_bytes ? 2 : 1), bytes.size()));
    ++number;
    if (is_blank(line)) {
      continue;
    }
    const std::string_view cell = first_column(line);
    const bool has_form = !profile.office_number || profile.office_number->holds(cell);
    if (number == 1 && !has_digit(cell) && (!profile.office_number || !has_form)) {
      continue;  // a heading
    }
    if (!is_number(cell)) {
      fail(number, "the line does not begin with an office number (digits and Latin letters)");
    }
    if (!has_form) {
      fail(number,
           "the office number does not have the form that <office-number> demands, so no filing of "
           "this office could pass; are leading zeros lost?");
    }
    if (roster.numbers.size() == most_roster_numbers) {
      fail(number, "more than " + std::to_string(most_roster_numbers) + " offices");
    }
    roster.numbers.emplace_back(cell);
  }
  if (roster.numbers.empty()) {
    fail(0, "no office number in it");
  }
  std::sort(roster.numbers.begin(), roster.numbers.end());
  roster.numbers.erase(std::unique(roster.numbers.begin(), roster.numbers.end()),
                       roster.numbers.end());
}

}  // namespace kpfd::profile
