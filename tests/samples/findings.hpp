// What a check found, as lines of text that tests compare.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/engine.hpp"

namespace kpfd::samples_test {

/// The engine over the embedded schemas, made once.
const Engine& engine();

struct Checked {
  std::multiset<std::string> findings;  ///< `line item severity rule`
  Summary summary;
};

/// Checks bytes in a buffer of exactly their size.
Checked check(std::string_view bytes, std::string_view file_name, CivilDate check_date);

/// Without repetition, one a line.
std::string listing(const std::multiset<std::string>& findings);

}  // namespace kpfd::samples_test
