// Where the machine's own checks can have something to say: for the list of rules, and for the
// maker of filings that are wrong in one way.
#pragma once

#include "kpfd/check/builtin.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::check {

/// Whether the check can make a finding at the item of the line. The layouts ask for most of them:
/// `TABLE` stands only at items with `among`. False for checks of the line or the file as a whole.
bool may_stand_at(Check check, const layout::Item& item, const layout::Record& line);

/// Whether the check can make a finding about a data record as a whole, item 0.
bool may_stand_at_record(Check check, const layout::Record& record);

}  // namespace kpfd::check
