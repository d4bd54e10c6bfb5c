#include "embedded_compiled.hpp"
#include "embedded_schemas.hpp"
#include "kpfd/schema_texts.hpp"

namespace kpfd {

std::size_t schema_count() { return embedded::schemas_count; }
std::string_view schema_name(std::size_t number) { return embedded::schemas[number].name; }
std::string_view schema_text(std::size_t number) { return embedded::schemas[number].content; }
std::string_view compiled_schemas() { return embedded::compiled[0].content; }

}  // namespace kpfd
