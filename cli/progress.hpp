// A bar on standard error while a long check runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace kpfd::cli {

/// Shows itself only on a terminal, and only when a file takes more than half a second.
class Progress {
 public:
  Progress();

  void begin_file(const std::string& name);
  void show(std::uint64_t done, std::uint64_t all);

  /// Takes the bar away, so that a report can be written to the same terminal.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool terminal_;
  bool shown_ = false;
  std::string name_;
  Clock::time_point begun_;
  Clock::time_point last_;
};

}  // namespace kpfd::cli
