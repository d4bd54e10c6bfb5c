// The schemas that the build put into the library.
#pragma once

#include <string_view>
#include <vector>

#include "kpfd/engine.hpp"

namespace kpfd {

/// The files of schemas/, sorted by name, XSDs included. Views of static memory.
std::vector<Engine::SchemaFile> embedded_schemas();

/// The content of one of them, or an empty view.
std::string_view embedded_schema(std::string_view name);

/// The compiled form of the same files. A view of static memory.
CompiledSchemas embedded_compiled_schemas();

}  // namespace kpfd
