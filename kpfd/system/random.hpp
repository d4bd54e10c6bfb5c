// Bytes that nobody can guess.
#pragma once

#include <cstddef>

namespace kpfd::system {

/// Fills memory with random bytes that keys can be made of; false: the system gives none.
bool fill_with_random(char* to, std::size_t size);

}  // namespace kpfd::system
