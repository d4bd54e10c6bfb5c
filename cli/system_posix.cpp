#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <string_view>

#include "cli/system.hpp"
#include "hooks/worker/worker.hpp"

namespace kpfd::cli {

std::vector<std::string> arguments_of(int count, char** given) { return {given, given + count}; }

void prepare_process() {
  // A reader that goes away is an error of writing, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  // So is a limit on the size of files.
  std::signal(SIGXFSZ, SIG_IGN);
  // Asking whether a file is still written to may bring this one.
  std::signal(SIGIO, SIG_IGN);
}

void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

std::string language_of_system() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') {
      continue;
    }
    const std::string_view locale = value;
    // C and POSIX name no language.
    const bool says_nothing = locale == "C" || locale == "POSIX" || locale.rfind("C.", 0) == 0;
    return says_nothing || locale.rfind("ja", 0) == 0 ? "ja" : "en";
  }
  return "ja";
}

std::optional<int> run_as_no_command(const std::vector<std::string>& arguments) {
  // A worker of this program itself: it gets all that it needs from its owner, by a socket.
  if (arguments.size() == 2 && arguments[1] == hooks::worker_command) {
    return hooks::run_worker();
  }
  return std::nullopt;
}

}  // namespace kpfd::cli
