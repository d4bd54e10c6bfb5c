// The project's own schemas as the checker's inner stages take them.
#pragma once

#include <vector>

#include "kpfd/check/schemas.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/schemas.hpp"

namespace kpfd_test {

inline std::vector<kpfd::layout::SchemaFile> own_files() {
  std::vector<kpfd::layout::SchemaFile> files;
  for (const auto& file : kpfd::embedded_schemas()) {
    files.push_back({file.name, file.content});
  }
  return files;
}

/// Read from their XML, once.
inline const kpfd::check::Schemas& own_schemas() {
  static const kpfd::check::Schemas made(own_files());
  return made;
}

}  // namespace kpfd_test
