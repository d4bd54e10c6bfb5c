// The bytes that the build has put into the program: texts of the schemas, and their compiled form.
// One file for each way they are kept.
#pragma once

#include <cstddef>
#include <string_view>

namespace kpfd {

std::size_t schema_count();

/// By its number in the order of names.
std::string_view schema_name(std::size_t number);

/// It stays as long as the program runs. Any thread may ask.
std::string_view schema_text(std::size_t number);

std::string_view compiled_schemas();

}  // namespace kpfd
