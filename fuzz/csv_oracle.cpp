#include "csv_oracle.hpp"

#include <algorithm>

#include "support.hpp"

namespace kpfd_fuzz {

std::vector<CsvRow> read_csv(std::string_view text, char separator, std::string_view line_end) {
  std::vector<CsvRow> rows;
  CsvRow row;
  while (!text.empty()) {
    CsvField field;
    std::size_t at = 0;
    if (text[0] == '"') {
      field.quoted = true;
      for (++at; true; ++at) {
        require(at < text.size(), "a quoted field of CSV has no end");
        if (text[at] == '"') {
          if (text.substr(at, 2) != "\"\"") {
            break;
          }
          ++at;
        }
        field.text += text[at];
      }
      ++at;
    } else {
      for (; at < text.size() && text[at] != separator && text[at] != line_end[0]; ++at) {
        require(text[at] != '"' && text[at] != '\r' && text[at] != '\n',
                "a bare field of CSV has a character that wants quotes");
        field.text += text[at];
      }
    }
    row.push_back(std::move(field));
    text.remove_prefix(at);
    if (text.substr(0, 1) == std::string_view(&separator, 1)) {
      text.remove_prefix(1);
      if (text.empty()) {
        fail("CSV ends within a row");
      }
      continue;
    }
    require(text.substr(0, line_end.size()) == line_end, "a field of CSV ends in mid-row");
    text.remove_prefix(line_end.size());
    rows.push_back(std::move(row));
    row.clear();
  }
  require(row.empty(), "CSV ends within a row");
  return rows;
}

bool begins_as_formula(std::string_view utf8) {
  constexpr std::string_view beginnings[] = {"=",
                                             "+",
                                             "-",
                                             "@",
                                             "\t",
                                             "\r",
                                             "\n",
                                             "\xEF\xBC\x9D",
                                             "\xEF\xBC\x8B",
                                             "\xEF\xBC\x8D",
                                             "\xEF\xBC\xA0"};
  return std::any_of(std::begin(beginnings), std::end(beginnings),
                     [utf8](std::string_view one) { return utf8.substr(0, one.size()) == one; });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; });
}

}  // namespace kpfd_fuzz
