#include "cli/progress.hpp"

#include <unistd.h>

#include "cli/output.hpp"
#include "kpfd/report/escape.hpp"

namespace kpfd::cli {

namespace {

constexpr auto patience = std::chrono::milliseconds(500);
constexpr auto pause = std::chrono::milliseconds(100);
constexpr unsigned bar_width = 30;

}  // namespace

Progress::Progress() : terminal_(is_terminal(STDERR_FILENO)) {}

void Progress::begin_file(const std::string& name) {
  // A name may hold anything: a terminal is not to act on it.
  name_.clear();
  report::append_plain(name_, name);
  begun_ = last_ = Clock::now();
}

void Progress::show(std::uint64_t done, std::uint64_t all) {
  if (!terminal_ || all == 0) {
    return;
  }
  const Clock::time_point now = Clock::now();
  if (now - begun_ < patience || now - last_ < pause) {
    return;
  }
  last_ = now;
  shown_ = true;
  const auto filled = static_cast<unsigned>(done * bar_width / all);
  std::string line = "\r\x1B[K" + name_ + " [";
  for (unsigned i = 0; i < bar_width; ++i) {
    line += i < filled ? '#' : '.';
  }
  line += "] " + std::to_string(done * 100 / all) + "%";
  write_error(line);
}

void Progress::clear() {
  if (!shown_) {
    return;
  }
  shown_ = false;
  write_error("\r\x1B[K");
}

}  // namespace kpfd::cli
