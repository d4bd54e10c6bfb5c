// Notices on the desk, where the system has them. How they are shown stands in a file of each
// system.
#pragma once

#include <memory>
#include <string>

namespace kpfd::hooks {

/// Shows notices as the system's own programs do: by `notify-send`, or by an icon in the corner of
/// the taskbar, which is there from the first notice until the end. Where there is no desktop,
/// nothing happens: a notice is never the only place where something is told.
class Desktop {
 public:
  Desktop();
  ~Desktop();
  Desktop(const Desktop&) = delete;
  Desktop& operator=(const Desktop&) = delete;

  /// A notice, without waiting until somebody has seen it. `urgent`: it is shown as a warning, and
  /// stays for as long as the desktop lets it. What is too long for a notice is cut off.
  void notify(const std::string& title, const std::string& text, bool urgent);

 private:
  struct System;

  std::unique_ptr<System> system_;
};

}  // namespace kpfd::hooks
