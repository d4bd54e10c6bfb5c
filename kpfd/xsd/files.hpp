// Files from outside, opened with care.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace kpfd::xsd {

/// A regular file of at most `limit` bytes => its bytes. `path` is canonical: a link in its place
/// is not followed. Returns why not, for people, or "".
std::string read_regular_file(const std::filesystem::path& path, std::size_t limit,
                              std::string& content);

/// Whether a canonical path lies in a canonical folder.
bool is_below(const std::filesystem::path& path, const std::filesystem::path& folder);

}  // namespace kpfd::xsd
