// A union's profile from outside.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hooks/intake/schema_set.hpp"
#include "kpfd/profile/model.hpp"

namespace kpfd::hooks {

/// Reads a profile and the roster that it names. The file is hostile input first: it is checked
/// against profile.xsd before anything else looks at it. "": none. Throws SetupError with file,
/// line and reason.
std::optional<profile::Profile> load_profile(const std::string& path, std::string_view language);

/// A file with its name and its bytes.
struct NamedBytes {
  std::string name;
  std::string bytes;
};

/// Reads the tables that a profile names, each at most so large. Throws SetupError.
std::vector<NamedBytes> read_tables(const profile::Profile& profile, std::size_t most_bytes,
                                    std::string_view language);

/// Reads the table of senders that a profile names; nothing where it names none. Throws SetupError.
std::optional<NamedBytes> read_senders(const profile::Profile& profile, std::size_t most_bytes,
                                       std::string_view language);

/// The schemas' engine with a profile. Throws SetupError.
std::unique_ptr<Engine> make_engine(const SchemaSet& schemas,
                                    const std::optional<profile::Profile>& profile,
                                    std::string_view language);

}  // namespace kpfd::hooks
