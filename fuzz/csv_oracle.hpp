// CSV as others read it, for the oracles: shares nothing with the writers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kpfd_fuzz {

struct CsvField {
  std::string text;
  bool quoted = false;
  friend bool operator==(const CsvField& a, const CsvField& b) {
    return a.quoted == b.quoted && a.text == b.text;
  }
};

using CsvRow = std::vector<CsvField>;

/// RFC 4180, and no more than that: each row ends with CR LF (or `line_end`), quotes stand around
/// whole fields. Fails as an oracle where the text is something else.
std::vector<CsvRow> read_csv(std::string_view text, char separator,
                             std::string_view line_end = "\r\n");

/// Whether a spreadsheet would take the text for a formula: `=`, `+`, `-`, `@`, their full-width
/// forms, a tab or an end of line.
bool begins_as_formula(std::string_view utf8);

/// Whether there is a control character of ASCII.
bool has_control(std::string_view text);

}  // namespace kpfd_fuzz
