// The project's own layouts and tables, as files that a test can change.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/layout/load.hpp"
#include "kpfd/schemas.hpp"

namespace kpfd_test {

/// By path below schemas/.
using SchemaFiles = std::map<std::string, std::string>;

inline SchemaFiles own_files() {
  SchemaFiles files;
  for (const auto& file : kpfd::embedded_schemas()) {
    files[std::string(file.name)] = std::string(file.content);
  }
  return files;
}

inline kpfd::layout::Layouts load(const SchemaFiles& files) {
  std::vector<kpfd::layout::SchemaFile> views;
  for (const auto& [name, content] : files) {
    views.push_back({name, content});
  }
  return kpfd::layout::load_layouts(views);
}

}  // namespace kpfd_test
