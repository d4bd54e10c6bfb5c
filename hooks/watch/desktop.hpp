// Notices on the desk, where the system has them. What another system does for the same stands in
// a file of its own beside desktop.cpp.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace kpfd::hooks {

/// Shows notices by the desktop's own program (`notify-send`). Where there is none, or no desktop,
/// nothing happens: a notice is never the only place where something is told.
class Desktop {
 public:
  Desktop() = default;
  ~Desktop();
  Desktop(const Desktop&) = delete;
  Desktop& operator=(const Desktop&) = delete;

  /// A notice, without waiting for it. `urgent`: it stays until somebody has seen it.
  void notify(const std::string& title, const std::string& text, bool urgent);

 private:
  void collect();

  std::vector<pid_t> running_;
};

}  // namespace kpfd::hooks
