#include "kpfd/schemas.hpp"

#include "embedded_compiled.hpp"
#include "embedded_schemas.hpp"
#include "kpfd/rules/quick_code.hpp"

namespace kpfd {

/// Made by the build, with the compiled form.
extern const rules::QuickCodes built_in_codes;

std::vector<Engine::SchemaFile> embedded_schemas() {
  std::vector<Engine::SchemaFile> files;
  files.reserve(embedded::schemas_count);
  for (std::size_t i = 0; i < embedded::schemas_count; ++i) {
    files.push_back({embedded::schemas[i].name, embedded::schemas[i].content});
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

CompiledSchemas embedded_compiled_schemas() {
  return {embedded::compiled[0].content, &built_in_codes};
}

}  // namespace kpfd
