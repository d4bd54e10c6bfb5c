// A union's profile, XML => Profile.
#pragma once

#include <string_view>

#include "kpfd/layout/load.hpp"
#include "kpfd/profile/model.hpp"

namespace kpfd::profile {

/// Reads a profile. Nothing of the file is kept, no file is opened: roster and tables are only
/// named. What comes from outside has been checked against profile.xsd before.
///
/// Throws layout::SchemaError with its place for XML that is no XML, unknown or missing elements
/// and attributes, words that cannot be read, paths that lead out of the profile's folder, and
/// what contradicts itself within the profile. Whether forms, items and rules exist is asked when
/// the profile meets the layouts (apply.hpp).
Profile load_profile(const layout::SchemaFile& file);

}  // namespace kpfd::profile
