// Lines and cells against a splitter that goes byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kpfd_fuzz {

/// Reads [begin, end) of the bytes as lines, and requires of each line its place, its end, its
/// cells and the bits of its bytes that are no digits; a line of more than `most_looked_at` bytes
/// is only asked for its place.
void require_lines(std::string_view bytes, std::size_t begin, std::size_t end,
                   std::uint32_t read_size, std::size_t most_looked_at = 1U << 16);

}  // namespace kpfd_fuzz
