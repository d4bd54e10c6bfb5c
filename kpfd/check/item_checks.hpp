// One item of one line => its findings: the specification's order of checks, said out loud.
//
// This is the slow and thorough reading. The checker comes here only with items that fast_items.hpp
// did not pass.
#pragma once

#include "kpfd/check/collector.hpp"

namespace kpfd::check {

/// Checks the cell of an item by itself: need; bytes; length and type; values and the item's own
/// conditions. Returns whether an error was found.
bool check_item(const layout::Item& item, const LineContext& line, Collector& findings);

/// The My Number check digit: 12 digits, the last one computed from the others. True if it fits;
/// that is not 'verified', since one wrong digit in sixty passes.
bool my_number_digit_fits(std::string_view digits);

}  // namespace kpfd::check
