#include "hooks/serve/openapi.hpp"

#include "embedded_openapi.hpp"

namespace kpfd::hooks {

std::string_view openapi_description() { return embedded::openapi[0].content; }

}  // namespace kpfd::hooks
