// `kpfd sample`: synthetic filings.
#pragma once

#include "cli/commands.hpp"

namespace kpfd::cli {

void add_sample_command(CLI::App& app, Common& common);

}  // namespace kpfd::cli
