#include <atomic>
#include <csignal>

#include "cli/stopping.hpp"

namespace kpfd::cli {

namespace {

std::atomic<bool> stop_was_asked{false};

void ask_to_stop(int /*signal*/) { stop_was_asked = true; }

}  // namespace

void listen_to_stop_signals() {
  struct sigaction action {};
  action.sa_handler = ask_to_stop;
  ::sigemptyset(&action.sa_mask);
  // Without SA_RESTART: waiting ends at once.
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
}

bool asked_to_stop() { return stop_was_asked; }

}  // namespace kpfd::cli
