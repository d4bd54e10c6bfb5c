// The one place where a report shows what stands in a filing.
#pragma once

#include <string>
#include <string_view>

#include "kpfd/finding.hpp"
#include "kpfd/report/catalogue.hpp"

namespace kpfd::report {

/// True if the Shift_JIS text holds twelve digits or more, half or full width, whatever stands
/// between them: a My Number may have been typed into any item, with or without hyphens, and no
/// other item of a filing has so many.
bool may_hold_my_number(std::string_view shift_jis);

/// Appends the item's value in UTF-8, or secret_mask for a secret item and wherever
/// may_hold_my_number(). To be called only where values are asked for, and for items only: the
/// value of a whole line would hold items that are secret.
void append_value(std::string& out, const Finding& finding, Escape escape);

}  // namespace kpfd::report
