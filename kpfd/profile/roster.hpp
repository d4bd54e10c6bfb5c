// A file of office numbers => the numbers.
#pragma once

#include <cstddef>
#include <string_view>

#include "kpfd/profile/model.hpp"

namespace kpfd::profile {

/// A roster may be at most so large. A union has some thousand offices.
inline constexpr std::size_t most_roster_bytes = std::size_t{4} << 20;
inline constexpr std::size_t most_roster_numbers = std::size_t{1} << 16;

/// Reads office numbers into the profile's roster: one a line, or the first column of a CSV file.
/// Shift_JIS or UTF-8 with or without a byte order mark: numbers are the same bytes in both. A
/// first line that begins with no number is a heading; blank lines are skipped; a number may stand
/// in quotes.
///
/// Throws layout::SchemaError with the line of the file, and never with what stands there: a file
/// without numbers, lines that begin with something else, numbers that do not have the form that
/// the profile itself demands, too many bytes or numbers. A profile that names no roster stays
/// as it is.
void read_roster(std::string_view bytes, std::string_view file_name, Profile& profile);

}  // namespace kpfd::profile
