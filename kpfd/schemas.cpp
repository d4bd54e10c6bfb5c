#include "kpfd/schemas.hpp"

#include "embedded_schemas.hpp"

namespace kpfd {

std::vector<Engine::SchemaFile> embedded_schemas() {
  std::vector<Engine::SchemaFile> files;
  files.reserve(embedded::schemas_count);
  for (std::size_t i = 0; i < embedded::schemas_count; ++i) {
    files.push_back(
        {embedded::schemas[i].name, embedded::schemas[i].content, embedded::schemas[i].sha256});
  }
  return files;
}

std::string_view embedded_schema(std::string_view name) {
  for (std::size_t i = 0; i < embedded::schemas_count; ++i) {
    if (embedded::schemas[i].name == name) {
      return embedded::schemas[i].content;
    }
  }
  return {};
}

}  // namespace kpfd
