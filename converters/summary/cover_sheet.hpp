// The cover sheet (総括票) of a filing: who files what, how much of it, for which office.
//
//   accepted filing --FilingReader--> rows --add up--> CoverSheet --render--> text, JSON, CSV
//
// What is added up is said by the layouts: the records of each form, and each item that is an
// amount of yen and stands once in a record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/engine.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/source.hpp"
#include "kpfd/summary.hpp"

namespace kpfd::converters {

/// One item of a header line, in UTF-8.
struct SheetItem {
  const layout::Item* item = nullptr;
  std::string text;
};

/// The sum of an item over the records of a form.
struct SheetTotal {
  const layout::Item* item = nullptr;
  std::int64_t yen = 0;
  std::uint64_t records = 0;  ///< in which it is given
};

/// The records of a form.
struct SheetForm {
  const layout::Record* record = nullptr;  ///< its newest edition in the file
  std::uint64_t records = 0;
  std::vector<SheetTotal> totals;
};

struct SheetOffice {
  std::vector<SheetItem> items;
  std::uint64_t records = 0;
  std::vector<SheetForm> forms;  ///< by form code; only those that there are
};

struct CoverSheet {
  const layout::Receiver* receiver = nullptr;
  std::vector<SheetItem> media;
  std::uint64_t records = 0;
  std::vector<SheetForm> forms;
  std::vector<SheetOffice> offices;
};

/// Adds up a filing. `summary` is what the check has said of it. Throws SourceError.
CoverSheet make_cover_sheet(const Engine& engine, const Summary& summary, Source& source);

/// For people, in `ja` or `en`.
std::string as_text(const CoverSheet& sheet, std::string_view file, std::string_view language);

/// One JSON object on a line.
std::string as_json(const CoverSheet& sheet, std::string_view file);

/// Rows of RFC 4180 without a heading: one for each office and form, and each total in it; then the
/// same for the whole file, without office. Cells that a spreadsheet would take for a formula begin
/// with an apostrophe.
std::string as_csv(const CoverSheet& sheet, std::string_view file, std::string_view language);

/// The heading of these rows, behind the mark by which spreadsheets know UTF-8.
std::string csv_heading(const layout::Receiver& receiver, std::string_view language);

}  // namespace kpfd::converters
