#include "kpfd/layout/model.hpp"

#include <algorithm>

namespace kpfd::layout {

bool Values::holds(std::string_view cell) const {
  for (const ValueRange& range : ranges) {
    if (cell.size() == range.low.size() && cell >= range.low && cell <= range.high) {
      return true;
    }
  }
  return false;
}

const Table::Row* Table::find(std::string_view cell) const {
  std::int64_t number = 0;
  if (numeric) {
    if (cell.empty() || cell.size() > 18) {
      return nullptr;
    }
    for (const char c : cell) {
      if (c < '0' || c > '9') {
        return nullptr;
      }
      number = number * 10 + (c - '0');
    }
  }
  for (const Row& row : rows) {
    if (numeric ? row.number == number : row.code == cell) {
      return &row;
    }
  }
  return nullptr;
}

std::string one_line(std::string_view lines) {
  constexpr std::string_view spaces = " \n\t\r";
  std::string line;
  line.reserve(lines.size());
  for (std::size_t begin = lines.find_first_not_of(spaces); begin < lines.size();) {
    const std::size_t end = std::min(lines.find_first_of(spaces, begin), lines.size());
    line.append(line.empty() ? "" : " ").append(lines.substr(begin, end - begin));
    begin = lines.find_first_not_of(spaces, end);
  }
  return line;
}

std::string RuleText::condition() const {
  const std::string wanted = reported_if_true ? "not (" + one_line(text) + ')' : one_line(text);
  return when.empty() ? wanted : '(' + one_line(when) + ") implies (" + wanted + ')';
}

int Record::column_of(std::string_view item_key) const {
  for (const Item& item : items) {
    if (item.key == item_key) {
      return item.column;
    }
  }
  return -1;
}

const Receiver* Layouts::receiver(std::string_view key) const {
  for (const Receiver& receiver : receivers) {
    if (receiver.key == key) {
      return &receiver;
    }
  }
  return nullptr;
}

}  // namespace kpfd::layout
