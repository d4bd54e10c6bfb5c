// Takes from this process all that reading a file does not need, before it sees the first byte of
// one.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace kpfd::hooks {

struct ConfinementOptions {
  std::uint64_t memory = std::uint64_t{1} << 30;  ///< bytes of address space
  /// Of a process that root has started: who it becomes. 0: it stays who it is.
  uid_t user = 0;
  gid_t group = 0;
  /// Libraries of cryptography start threads, lock memory, and ask for random bytes and for the
  /// machine's processors: threads may be started, and what else they ask for is denied without
  /// ending the process.
  bool cryptography = false;
};

/// What one measure has come to.
struct Measure {
  std::string name;    ///< `seccomp`
  std::string detail;  ///< `on`, `abi 4`; why it is off
  bool on = false;
};

/// Confines this process for good: another user, no new privileges, no core dump, limited memory,
/// no file system and no network (Landlock), and of all system calls only those that reading a
/// descriptor and answering on a socket take (seccomp). What the kernel does not have is left out
/// and told. Throws std::runtime_error where the change of the user fails, which must not be left
/// out.
std::vector<Measure> confine(const ConfinementOptions& options);

/// Ends the process when it has used so much processor time from now on; 0: no longer.
void limit_processor_time(std::uint32_t seconds);

}  // namespace kpfd::hooks
