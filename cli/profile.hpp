// `--profile FILE`: a union's profile from outside.
#pragma once

#include <string>

#include "cli/commands.hpp"
#include "hooks/intake/profile_file.hpp"

namespace kpfd::cli {

using hooks::load_profile;
using hooks::make_engine;
using hooks::NamedBytes;
using hooks::read_tables;

/// Adds `--profile` to a command.
void add_profile_option(CLI::App& command, std::string& path, const Common& common);

}  // namespace kpfd::cli
