// hooks/serve/openapi.json, as the build has put it into the program.
#pragma once

#include <string_view>

namespace kpfd::hooks {

/// The description of the service for programs: OpenAPI 3.1.
std::string_view openapi_description();

}  // namespace kpfd::hooks
