// The clock of the programs: what time it is in Japan, where the filings are due.
#pragma once

#include <string>
#include <string_view>

#include "kpfd/date.hpp"

namespace kpfd::hooks {

/// Today in Japan (UTC+9).
CivilDate today_in_japan();

/// `2026-07-31T18:00:00+09:00`: now, in Japan.
std::string now_in_japan();

/// Whether a text is a time as now_in_japan() writes it, with any offset.
bool is_time(std::string_view text);

/// `YYYY-MM-DD`, or today in Japan where it is "". Throws SetupError, in this language.
CivilDate check_date_of(std::string_view as_of, std::string_view language);

}  // namespace kpfd::hooks
