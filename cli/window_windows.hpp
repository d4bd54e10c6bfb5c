// A file dropped on the program's icon => a window with the verdict.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kpfd::cli {

/// The answer to arguments that are no command:
///
///     kpfd.exe C:\...\KPFD0006.CSV ...      from the Explorer: check, show a window, open a report
///     kpfd.exe                              from the Explorer: show what to do
///     kpfd.exe --no-window FILE...          the same check and report; what the window would say
///                                           is written to standard output
///
/// 'From the Explorer' means that the console is the program's own. None: the arguments are a
/// command.
std::optional<int> check_dropped_files(const std::vector<std::string>& arguments);

}  // namespace kpfd::cli
