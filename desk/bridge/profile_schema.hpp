// A profile against profile.xsd, where there is no libxml2: what the schema says beyond what the
// loader of profiles asks itself.
//
//   profile.xsd --each element's attributes, their types, their facets--> the profile's values
//
// The schema is the one that the command has; of XSD this knows what stands in it. Unknown and
// missing elements and attributes are the loader's to tell, which makes suggestions.
#pragma once

#include <string_view>

#include "kpfd/layout/load.hpp"

namespace kpfd::desk {

/// Throws SchemaError with the place of the first fault.
void check_profile(const layout::SchemaFile& profile, const layout::SchemaFile& schema);

}  // namespace kpfd::desk
