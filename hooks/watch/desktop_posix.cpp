#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "hooks/watch/desktop.hpp"
#include "kpfd/report/escape.hpp"

namespace kpfd::hooks {

namespace {

/// A program that hangs is not started over and over.
constexpr std::size_t most_running = 8;

}  // namespace

/// The programs that show notices.
struct Desktop::System {
  /// Takes leave of those that have ended.
  void collect() {
    std::erase_if(running, [](pid_t process) {
      int status = 0;
      return ::waitpid(process, &status, WNOHANG) != 0;
    });
  }

  std::vector<pid_t> running;
};

Desktop::Desktop() : system_(std::make_unique<System>()) {}

Desktop::~Desktop() { system_->collect(); }

void Desktop::notify(const std::string& title, const std::string& text, bool urgent) {
  system_->collect();
  if (system_->running.size() >= most_running) {
    return;
  }
  std::string plain;
  report::append_plain(plain, title);
  std::string marked;  // desktops read the text as markup
  report::append_html(marked, text);
  std::vector<std::string> words = {"notify-send",
                                    "--app-name=kpfd",
                                    urgent ? "--urgency=critical" : "--urgency=normal",
                                    "--",
                                    plain,
                                    marked};
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files{};
  if (::posix_spawn_file_actions_init(&files) != 0) {
    return;
  }
  // It says nothing on the terminal, and reads nothing there.
  bool ready = true;
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    ready = ready &&
            ::posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_RDWR, 0) == 0;
  }
  pid_t process = 0;
  if (ready && ::posix_spawnp(&process, words.front().c_str(), &files, nullptr, arguments.data(),
                              environ) == 0) {
    system_->running.push_back(process);
  }
  ::posix_spawn_file_actions_destroy(&files);
}

}  // namespace kpfd::hooks
