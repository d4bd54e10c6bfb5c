// Programs of the quick look with every step that there is, in any order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kpfd/rules/quick.hpp"

namespace kpfd_test {

/// Columns that the programs ask about: one word of a set or two.
inline constexpr std::size_t made_columns = 100;

/// Numbers that steps make something special of, and others.
std::int64_t some_number(std::uint64_t chance);

/// The same ones each time: the build makes code of them, and the tests run their steps.
std::vector<kpfd::rules::QuickProgram> made_programs();

}  // namespace kpfd_test
