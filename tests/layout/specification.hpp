// The tables of the specification (tests/reference/spec/), and what layouts say differently.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "kpfd/layout/model.hpp"

namespace kpfd_test {

using Texts = std::set<std::string>;
using Row = std::map<std::string, std::string>;

/// A table by its file's name: none of its rows quotes anything.
const std::vector<Row>& spec_table(const std::string& name);

/// Every fact of the tables and of sections 1 and 3 that the layouts lack or say otherwise, as
/// `2225700 2018-03 KPFD item 34 sum_1: need`; nothing where they agree.
std::vector<std::string> differences(const kpfd::layout::Layouts& layouts);

}  // namespace kpfd_test
