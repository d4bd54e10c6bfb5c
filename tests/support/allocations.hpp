// Counts allocations, for promises that there are none.
#pragma once

#include <cstddef>

namespace kpfd_test {

/// How often this thread has allocated memory with `new` so far.
std::size_t allocations();

}  // namespace kpfd_test
