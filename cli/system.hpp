// What the command asks of the system that it runs on, beside files and output.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kpfd::cli {

/// The arguments in UTF-8, the program's name first.
std::vector<std::string> arguments_of(int count, char** given);

/// What has to be done before anything else: errors of writing come back as errors, terminals
/// understand what they get.
void prepare_process();

/// As many open files as the system allows.
void raise_file_limit();

/// `ja` or `en`: what the system is set to, Japanese where it says nothing.
std::string language_of_system();

/// For a program that was started otherwise than as a command: by a file dropped on its icon, as a
/// worker of itself. It does its work then and says how that ended; none: the arguments are a
/// command.
std::optional<int> run_as_no_command(const std::vector<std::string>& arguments);

}  // namespace kpfd::cli
