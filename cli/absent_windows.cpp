// The commands that are for servers and not for Windows: they add nothing, so that no help speaks
// of them.

#include "cli/commands.hpp"

namespace kpfd::cli {

void add_inbox_command(CLI::App& /*app*/, Common& /*common*/) {}

void add_serve_command(CLI::App& /*app*/, Common& /*common*/) {}

}  // namespace kpfd::cli
