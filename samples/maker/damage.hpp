// Candidate damages of one item, and of the items of a date: what the search for a finding tries.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "kpfd/date.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::samples {

/// Cells of a line, in Shift_JIS.
using CellTexts = std::vector<std::string>;

/// New texts for some columns.
using Change = std::vector<std::pair<std::uint16_t, std::string>>;

/// A text for an item that is empty, right by itself.
std::string filling_text(const layout::Item& item);

/// Texts that stand in an item's place: the empty text, other values, wrong lengths, wrong
/// characters, broken bytes, lost and doubled separators ... The mild ones, which only other items
/// may forbid, come first.
std::vector<std::string> damaged_texts(const layout::Item& item, const std::string& cell);

/// How many of damaged_texts() are mild.
std::size_t mild_texts(const layout::Item& item, const std::string& cell);

/// Other dates in place of one: days before and after it and the record's other dates, birthdays,
/// days around the check date, days that are none, other eras.
std::vector<Change> damaged_dates(const layout::DateItems& date, const layout::Record& record,
                                  const CellTexts& cells, const Eras& eras, CivilDate as_of);

/// A line <=> its cells.
CellTexts split_cells(const std::string& line);
std::string join_cells(const CellTexts& cells);

}  // namespace kpfd::samples
