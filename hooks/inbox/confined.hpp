// One confined process a file: whatever becomes of it, the others live on.
//
//   ConfinedWorkers  --forks, before anything secret is in memory-->  a process that waits
//     ask: a file's descriptor  -->  that process forks a confined one, which works on the file and
//     answers over a socket of its own
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include "hooks/worker/wire.hpp"

namespace kpfd::hooks {

/// What a confined process may take for one file.
struct ConfinedLimits {
  std::uint64_t memory = std::uint64_t{1} << 30;
  std::uint32_t processor_seconds = 20;
  std::chrono::seconds longest{60};
  bool cryptography = false;  ///< see ConfinementOptions
};

class ConfinedWorkers {
 public:
  /// Runs in the confined process, over the descriptor of the file and that of the answer. What it
  /// throws ends the process: without an answer it counts as dead.
  using Work = std::function<void(std::string_view body, Descriptor file, int socket)>;

  /// Starts the process that waits. Throws SetupError.
  ConfinedWorkers(Work work, const ConfinedLimits& limits);
  ~ConfinedWorkers();
  ConfinedWorkers(const ConfinedWorkers&) = delete;
  ConfinedWorkers& operator=(const ConfinedWorkers&) = delete;

  /// Gives a file to a process of its own; the socket that its answer comes on. Throws WireError
  /// where the process that waits is gone.
  Descriptor ask(std::string_view body, int file);

  /// When an answer to a question of now is too late.
  Deadline deadline() const { return std::chrono::steady_clock::now() + limits_.longest; }

 private:
  [[noreturn]] void wait_for_work(int owner) const;
  [[noreturn]] void run(std::string_view body, Descriptor file, int socket) const;

  Work work_;
  ConfinedLimits limits_;
  Descriptor socket_;
  pid_t process_ = -1;
};

}  // namespace kpfd::hooks
