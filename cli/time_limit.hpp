// Work that must not take longer than a time, whatever it waits for.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace kpfd::cli {

/// How limited work has ended.
struct LimitedEnd {
  bool in_time = false;
  std::optional<int> status;  ///< what it has returned; none: it was too late, or it has died
};

/// Runs work in a child process and waits for it no longer than until `end`. A child that is too
/// late is killed; where the system does not even let it die, as on a share that does not answer,
/// it is left behind: it holds neither standard output nor standard error. What it brings about
/// must be in files that both have open. The work returns 0 to 255.
LimitedEnd run_until(std::chrono::steady_clock::time_point end, const std::function<int()>& work);

/// A file in memory without a name, open in this process and its children. Throws CommandError.
int open_shared_memory();

}  // namespace kpfd::cli
