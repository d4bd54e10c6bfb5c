#include "kpfd/schemas.hpp"

#include "kpfd/rules/quick_code.hpp"
#include "kpfd/schema_texts.hpp"

namespace kpfd {

/// Made by the build, with the compiled form.
extern const rules::QuickCodes built_in_codes;

std::vector<Engine::SchemaFile> embedded_schemas() {
  std::vector<Engine::SchemaFile> files;
  files.reserve(schema_count());
  for (std::size_t i = 0; i < schema_count(); ++i) {
    files.push_back({schema_name(i), schema_text(i)});
  }
  return files;
}

std::string_view embedded_schema(std::string_view name) {
  for (std::size_t i = 0; i < schema_count(); ++i) {
    if (schema_name(i) == name) {
      return schema_text(i);
    }
  }
  return {};
}

CompiledSchemas embedded_compiled_schemas() { return {compiled_schemas(), &built_in_codes}; }

}  // namespace kpfd
