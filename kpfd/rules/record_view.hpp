// A record as the rules see it.
#pragma once

#include <cstdint>
#include <string_view>

#include "kpfd/date.hpp"
#include "kpfd/grammar/cells.hpp"

namespace kpfd {

/// Most digits of an item whose value is read as a number when the record is scanned.
inline constexpr std::uint32_t most_number_digits = 8;

/// The number that stands for an item without text.
inline constexpr std::int64_t no_number = -1;

/// What a rule may look at.
struct RecordView {
  Cells cells;
  const ColumnSet* empty = nullptr;   ///< cells without text
  const ColumnSet* errors = nullptr;  ///< items with any error so far, of rules too
  const ColumnSet* hidden = nullptr;  ///< pension items of a KPFD record: read as empty
  CivilDate check_date;

  std::string_view text(std::size_t column) const {
    return (*hidden)[column] ? std::string_view{} : cells[column];
  }
};

}  // namespace kpfd
