// The commands of `kpfd`: each adds itself to the command line and is run by the command that was
// chosen.
#pragma once

#include <functional>
#include <string>

#include "cli/context.hpp"
#include "kpfd/summary.hpp"

// The library's name. NOLINTNEXTLINE(readability-identifier-naming)
namespace CLI {
class App;
}

namespace kpfd::cli {

/// What main() knows before a command is run.
struct Common {
  std::string language = "ja";  ///< of reports and help
  std::string schemas;          ///< folder of `--schemas`; "": none
  int status = Exit::good;      ///< set by the command that was run

  std::string_view words(std::string_view ja, std::string_view en) const {
    return Words{ja, en}.in(language);
  }
};

/// The exit status of a verdict.
int status_of(Verdict verdict);

void add_check_command(CLI::App& app, Common& common);
void add_convert_command(CLI::App& app, Common& common);
void add_explain_command(CLI::App& app, Common& common);
void add_inbox_command(CLI::App& app, Common& common);
void add_precheck_command(CLI::App& app, Common& common);
void add_repair_command(CLI::App& app, Common& common);
void add_schemas_command(CLI::App& app, Common& common);
void add_serve_command(CLI::App& app, Common& common);
void add_summary_command(CLI::App& app, Common& common);
void add_watch_command(CLI::App& app, Common& common);

/// `--lang` and `--schemas`, which every command takes.
void add_common_options(CLI::App& command, Common& common);

/// `--jobs`: how many threads do the work. `jobs` has its default.
void add_jobs_option(CLI::App& command, unsigned& jobs, const Common& common);

}  // namespace kpfd::cli
