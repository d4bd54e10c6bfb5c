// The process that reads files which nobody has looked at: it gets them as descriptors, checks
// them, and answers; it can do nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hooks/intake/intake.hpp"
#include "hooks/worker/confinement.hpp"
#include "hooks/worker/wire.hpp"

namespace kpfd::hooks {

/// The socket to the owner.
inline constexpr int worker_socket = 3;

/// The name of the hidden command that a program runs run_worker() for.
inline constexpr std::string_view worker_command = "worker";

/// What a worker is told before the first file.
struct WorkerSetup {
  Intake::Options intake;
  ConfinementOptions confinement;
  std::uint32_t processor_seconds = 20;  ///< for a job
  std::uint64_t most_findings = 1000;    ///< that a report shows
};
std::string setup_body(const WorkerSetup& setup);

/// A file to be checked.
struct WorkerJob {
  std::string name = "-";  ///< for what the name says of it; "-": nothing
  std::uint64_t size = 0;
  bool with_filing = false;  ///< an accepted one's facts and lines are asked for
};
std::string job_body(const WorkerJob& job);

/// The first `size` bytes behind a descriptor.
OpenedSource source_of(Descriptor descriptor, std::uint64_t size);

/// Sends the facts, findings and lines of an accepted candidate, in frames of these kinds. Throws
/// WireError.
void send_filing(const Intake& intake, const Candidate& candidate, int socket);

/// Serves the owner until it goes away; the exit status of the process. The socket is
/// worker_socket.
int run_worker();

}  // namespace kpfd::hooks
