// Files, standard input and pipes as sources.
#pragma once

#include <string>
#include <string_view>

#include "kpfd/sources/open.hpp"

namespace kpfd::hooks {

using sources::OpenedSource;

/// Opens a path, or standard input for `-`; see kpfd/sources/open.hpp. Throws SourceError.
inline OpenedSource open_source(const std::string& path, std::string_view language) {
  return path == "-" ? sources::open_standard_input(language) : sources::open_file(path, language);
}

}  // namespace kpfd::hooks
