// Names of files as the project has them, UTF-8, and as the standard library has them, which on
// Windows takes plain strings for the code page's.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace kpfd::system {

inline std::filesystem::path path_of(std::string_view name) {
  return {std::u8string(name.begin(), name.end())};
}

inline std::string name_of(const std::filesystem::path& path) {
  const std::u8string name = path.u8string();
  return {name.begin(), name.end()};
}

/// The same with `/`.
inline std::string generic_name_of(const std::filesystem::path& path) {
  const std::u8string name = path.generic_u8string();
  return {name.begin(), name.end()};
}

}  // namespace kpfd::system
