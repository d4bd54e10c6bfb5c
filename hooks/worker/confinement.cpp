#include "hooks/worker/confinement.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <stdexcept>

#include "kpfd/system/sanitizer.hpp"

namespace kpfd::hooks {

namespace {

using system::is_sanitized;

Measure on(const char* name, std::string detail) { return {name, std::move(detail), true}; }
Measure off(const char* name, std::string why) { return {name, std::move(why), false}; }
Measure failed(const char* name) { return off(name, std::strerror(errno)); }

Measure change_user(const ConfinementOptions& options) {
  if (options.user == 0) {
    return ::geteuid() == 0 ? off("user", "runs as root: give it another user")
                            : on("user", "the owner's");
  }
  if (::geteuid() != 0) {
    return on("user", "the owner's: only root can change it");
  }
  const uid_t user = options.user;
  const gid_t group = options.group;
  if (::setgroups(0, nullptr) != 0 || ::setresgid(group, group, group) != 0 ||
      ::setresuid(user, user, user) != 0 || ::setuid(0) == 0) {
    throw std::runtime_error(std::string("the worker cannot change its user: ") +
                             std::strerror(errno));
  }
  return on("user", std::to_string(user));
}

void limit(__rlimit_resource resource, rlim_t most) {
  const rlimit value = {most, most};
  ::setrlimit(resource, &value);
}

Measure limit_memory(std::uint64_t bytes) {
  if (is_sanitized) {
    return off("memory", "built with a sanitizer");
  }
  const rlimit value = {bytes, bytes};
  if (::setrlimit(RLIMIT_AS, &value) != 0) {
    return failed("memory");
  }
  return on("memory", std::to_string(bytes >> 20U) + " MiB");
}

Measure forbid_dumps() {
  limit(RLIMIT_CORE, 0);
  return ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? on("no dump", "on") : failed("no dump");
}

// ---- Landlock ----

/// The kernel's own numbers: the headers of the system may be older than the kernel.
constexpr std::uint32_t ask_for_version = 1;
struct Ruleset {
  std::uint64_t files;
  std::uint64_t network;
  std::uint64_t scopes;
};

/// No file system, no network, no signals to others.
Measure lock_file_system() {
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, ask_for_version);
  if (abi < 0) {
    return off("landlock",
               errno == EOPNOTSUPP ? "turned off in this kernel" : "this kernel has none");
  }
  // How many rights to files each version knows: all of them are taken away.
  constexpr std::array<unsigned, 6> rights = {0, 13, 14, 15, 15, 16};
  const auto version = static_cast<std::size_t>(abi);
  const unsigned known = version < rights.size() ? rights[version] : rights.back();
  Ruleset ruleset = {(std::uint64_t{1} << known) - 1, 0, 0};
  std::size_t size = sizeof ruleset.files;
  if (abi >= 4) {
    ruleset.network = 3;
    size += sizeof ruleset.network;
  }
  if (abi >= 6) {
    ruleset.scopes = 3;
    size += sizeof ruleset.scopes;
  }
  const long descriptor = ::syscall(SYS_landlock_create_ruleset, &ruleset, size, 0);
  if (descriptor < 0) {
    return failed("landlock");
  }
  const long done = ::syscall(SYS_landlock_restrict_self, descriptor, 0);
  const int reason = errno;
  ::close(static_cast<int>(descriptor));
  if (done != 0) {
    errno = reason;
    return failed("landlock");
  }
  return on("landlock", "abi " + std::to_string(abi));
}

// ---- seccomp ----

#if defined(__x86_64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t architecture = 0;
#endif

/// What reading a descriptor, working in memory and answering on a socket take. Those of memory
/// stand below: they never make anything executable.
constexpr std::array allowed = {
    SYS_read,       SYS_pread64,      SYS_write,          SYS_recvmsg,         SYS_sendmsg,
    SYS_close,      SYS_brk,          SYS_munmap,         SYS_mremap,          SYS_madvise,
    SYS_futex,      SYS_setitimer,    SYS_clock_gettime,  SYS_gettimeofday,    SYS_exit,
    SYS_exit_group, SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_restart_syscall, SYS_getpid,
    SYS_gettid,
#ifdef SYS_time
    SYS_time,
#endif
};
/// What libraries of cryptography take beside it, and what they are denied: then they do without.
constexpr std::array of_cryptography = {SYS_set_robust_list,   SYS_rseq,       SYS_mlock,
                                        SYS_munlock,           SYS_getrandom,  SYS_rt_sigaction,
                                        SYS_sched_getaffinity, SYS_sched_yield};
struct Denied {
  decltype(SYS_clone3) call;
  unsigned error;
};
constexpr std::array denied_to_cryptography = {Denied{SYS_openat, EACCES}, Denied{SYS_prctl, EPERM},
                                               Denied{SYS_clone3, ENOSYS}};
constexpr std::array of_memory = {SYS_mmap, SYS_mprotect};

/// `code` with a constant, as the kernel's machine has it.
sock_filter statement(unsigned code, std::uint32_t constant) {
  return {static_cast<std::uint16_t>(code), 0, 0, constant};
}
sock_filter jump(unsigned code, std::uint32_t constant, std::uint8_t yes, std::uint8_t no) {
  return {static_cast<std::uint16_t>(code), yes, no, constant};
}

/// Anything that is not allowed ends the process.
Measure filter_calls(bool cryptography) {
  if (is_sanitized) {
    return off("seccomp", "built with a sanitizer");
  }
  if (architecture == 0) {
    return off("seccomp", "no list for this processor");
  }
  constexpr unsigned load = BPF_LD | BPF_W | BPF_ABS;
  constexpr unsigned if_equal = BPF_JMP | BPF_JEQ | BPF_K;
  constexpr unsigned if_any_bit = BPF_JMP | BPF_JSET | BPF_K;
  constexpr unsigned answer = BPF_RET | BPF_K;
  std::vector<sock_filter> program;
  program.push_back(statement(load, offsetof(seccomp_data, arch)));
  program.push_back(jump(if_equal, architecture, 1, 0));
  program.push_back(statement(answer, SECCOMP_RET_KILL_PROCESS));
  program.push_back(statement(load, offsetof(seccomp_data, nr)));
  for (const auto call : allowed) {
    program.push_back(jump(if_equal, static_cast<std::uint32_t>(call), 0, 1));
    program.push_back(statement(answer, SECCOMP_RET_ALLOW));
  }
  for (const auto call : of_memory) {
    // The third argument, its lower half: what may be done with the pages.
    program.push_back(jump(if_equal, static_cast<std::uint32_t>(call), 0, 4));
    program.push_back(statement(load, offsetof(seccomp_data, args) + 2 * sizeof(std::uint64_t)));
    program.push_back(jump(if_any_bit, PROT_EXEC, 0, 1));
    program.push_back(statement(answer, SECCOMP_RET_KILL_PROCESS));
    program.push_back(statement(answer, SECCOMP_RET_ALLOW));
  }
  if (cryptography) {
    for (const auto call : of_cryptography) {
      program.push_back(jump(if_equal, static_cast<std::uint32_t>(call), 0, 1));
      program.push_back(statement(answer, SECCOMP_RET_ALLOW));
    }
    for (const Denied& denied : denied_to_cryptography) {
      program.push_back(jump(if_equal, static_cast<std::uint32_t>(denied.call), 0, 1));
      program.push_back(statement(answer, SECCOMP_RET_ERRNO | denied.error));
    }
    // A thread, never a process.
    program.push_back(jump(if_equal, static_cast<std::uint32_t>(SYS_clone), 0, 4));
    program.push_back(statement(load, offsetof(seccomp_data, args)));
    program.push_back(jump(if_any_bit, CLONE_THREAD, 1, 0));
    program.push_back(statement(answer, SECCOMP_RET_KILL_PROCESS));
    program.push_back(statement(answer, SECCOMP_RET_ALLOW));
  }
  program.push_back(statement(answer, SECCOMP_RET_KILL_PROCESS));
  const sock_fprog filter = {static_cast<unsigned short>(program.size()), program.data()};
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) != 0) {
    return failed("seccomp");
  }
  return on("seccomp", "on");
}

}  // namespace

std::vector<Measure> confine(const ConfinementOptions& options) {
  std::vector<Measure> measures;
  measures.push_back(change_user(options));
  measures.push_back(forbid_dumps());
  limit(RLIMIT_FSIZE, 0);
  measures.push_back(limit_memory(options.memory));
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    measures.push_back(failed("no new privileges"));
    return measures;
  }
  measures.push_back(on("no new privileges", "on"));
  measures.push_back(lock_file_system());
  measures.push_back(filter_calls(options.cryptography));
  return measures;
}

void limit_processor_time(std::uint32_t seconds) {
  itimerval timer{};
  timer.it_value.tv_sec = static_cast<time_t>(seconds);
  ::setitimer(ITIMER_PROF, &timer, nullptr);
}

}  // namespace kpfd::hooks
