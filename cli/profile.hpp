// `--profile FILE`: a union's profile from outside.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "kpfd/profile/model.hpp"

namespace kpfd::cli {

/// Reads a profile and the roster that it names. The file is hostile input first: it is checked
/// against profile.xsd before anything else looks at it. "": none. Throws CommandError with file,
/// line and reason.
std::optional<profile::Profile> load_profile(const std::string& path, const Common& common);

/// A file with its name and its bytes.
struct NamedBytes {
  std::string name;
  std::string bytes;
};

/// Reads the tables that a profile names, each at most so large. Throws CommandError.
std::vector<NamedBytes> read_tables(const profile::Profile& profile, std::size_t most_bytes,
                                    const Common& common);

/// Adds `--profile` to a command.
void add_profile_option(CLI::App& command, std::string& path, const Common& common);

/// The schemas' engine with a profile. Throws CommandError.
std::unique_ptr<Engine> make_engine(const SchemaSet& schemas,
                                    const std::optional<profile::Profile>& profile,
                                    const Common& common);

}  // namespace kpfd::cli
