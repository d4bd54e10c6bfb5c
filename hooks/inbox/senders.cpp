#include "hooks/inbox/senders.hpp"

#include <algorithm>
#include <vector>

namespace kpfd::hooks {

namespace {

constexpr std::size_t longest_id = 64;

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\"";
  const std::size_t begin = text.find_first_not_of(blanks);
  return begin == std::string_view::npos
             ? std::string_view{}
             : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_id &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '-';
         });
}

bool has_digit(std::string_view text) {
  return text.find_first_of("0123456789") != std::string_view::npos;
}

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t comma = line.find(',');
    cells.push_back(without_blanks(line.substr(0, comma)));
    if (comma == std::string_view::npos) {
      return cells;
    }
    line.remove_prefix(comma + 1);
  }
}

}  // namespace

void Senders::read(std::string_view csv) {
  if (csv.substr(0, 3) == "\xEF\xBB\xBF") {
    csv.remove_prefix(3);
  }
  for (std::size_t number = 1; !csv.empty(); ++number) {
    const std::size_t end = std::min(csv.find('\n'), csv.size());
    const std::string_view line = without_blanks(csv.substr(0, end));
    csv.remove_prefix(std::min(end + 1, csv.size()));
    if (line.empty() || line[0] == '#') {
      continue;
    }
    const std::vector<std::string_view> cells = cells_of(line);
    if (number == 1 && (cells.size() < 2 || !has_digit(cells[1]))) {
      continue;
    }
    const bool good = cells.size() >= 2 && std::all_of(cells.begin(), cells.end(), is_id);
    if (!good) {
      throw std::runtime_error("line " + std::to_string(number) +
                               ": it must be `certificate,office` or "
                               "`certificate,office,office…`, of letters, digits and hyphens");
    }
    offices_[std::string(cells[0])].insert(cells.begin() + 1, cells.end());
  }
}

const std::set<std::string, std::less<>>& Senders::offices_of(
    const std::string& certificate) const {
  static const std::set<std::string, std::less<>> none;
  const auto found = offices_.find(certificate);
  return found == offices_.end() ? none : found->second;
}

}  // namespace kpfd::hooks
