// The files that a command line means.
#pragma once

#include <string>
#include <vector>

namespace kpfd::cli {

/// Files as they are, `-` as it is, and for a folder the files below it whose names end in `.csv`
/// (any case), in the order of their names. Links to folders are not followed. Throws CommandError
/// for a folder that cannot be read, and for one without such a file: 'nothing to check' must not
/// look like 'nothing wrong'.
std::vector<std::string> expand_paths(const std::vector<std::string>& paths);

}  // namespace kpfd::cli
