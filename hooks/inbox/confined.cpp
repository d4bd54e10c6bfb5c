#include "hooks/inbox/confined.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <string>
#include <utility>

#include "hooks/intake/clock.hpp"
#include "hooks/intake/words.hpp"
#include "hooks/worker/confinement.hpp"

namespace kpfd::hooks {

namespace {

/// Descriptors above are not opened by this program.
constexpr int most_descriptors = 1024;

std::array<Descriptor, 2> socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw SetupError(std::string("socketpair: ") + std::strerror(errno));
  }
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// The kernel's random bytes, which libraries of cryptography hold open.
bool is_random(int descriptor) {
  constexpr unsigned memory_devices = 1;
  constexpr unsigned random = 9;
  struct stat facts {};
  return ::fstat(descriptor, &facts) == 0 && S_ISCHR(facts.st_mode) &&
         facts.st_rdev == makedev(memory_devices, random);
}

}  // namespace

ConfinedWorkers::ConfinedWorkers(Work work, const ConfinedLimits& limits)
    : work_(std::move(work)), limits_(limits) {
  // The C library reads the time zone when it is asked for first: later nothing can be opened.
  static_cast<void>(now_in_japan());
  std::array<Descriptor, 2> ends = socket_pair();
  const pid_t process = ::fork();
  if (process < 0) {
    throw SetupError(std::string("fork: ") + std::strerror(errno));
  }
  if (process == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    wait_for_work(ends[1].get());
  }
  process_ = process;
  socket_ = std::move(ends[0]);
}

ConfinedWorkers::~ConfinedWorkers() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

/// The process that waits: one more for each file. It keeps nothing of any.
void ConfinedWorkers::wait_for_work(int owner) const {
  // Signals from a terminal are for the owner; children that end are nobody's zombies.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  std::signal(SIGCHLD, SIG_IGN);
  try {
    while (true) {
      Descriptor file;
      const Frame frame = receive_frame(owner, &file, nullptr);
      std::array<Descriptor, 2> ends = socket_pair();
      if (::fork() == 0) {
        run(frame.body, std::move(file), ends[1].get());
      }
      // Where there is no process the owner sees an end that nobody holds.
      send_frame(owner, FrameKind::ready, {}, ends[0].get(), nullptr);
    }
  } catch (const std::exception&) {
    ::_exit(0);  // the owner has gone
  }
}

/// The confined process: one file, one answer.
void ConfinedWorkers::run(std::string_view body, Descriptor file, int socket) const {
  for (int descriptor = 0; descriptor < most_descriptors; ++descriptor) {
    if (descriptor != socket && descriptor != file.get() && !is_random(descriptor)) {
      ::close(descriptor);
    }
  }
  try {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const itimerval longest = {{0, 0}, {static_cast<time_t>(limits_.longest.count()), 0}};
    ::setitimer(ITIMER_REAL, &longest, nullptr);
    ConfinementOptions confinement;
    confinement.memory = limits_.memory;
    confinement.cryptography = limits_.cryptography;
    confine(confinement);
    limit_processor_time(limits_.processor_seconds);
    work_(body, std::move(file), socket);
  } catch (const std::exception&) {
    ::_exit(1);
  }
  ::_exit(0);
}

Descriptor ConfinedWorkers::ask(std::string_view body, int file) {
  const Deadline end = deadline();
  send_frame(socket_.get(), FrameKind::job, body, file, &end);
  Descriptor answer;
  receive_frame(socket_.get(), &answer, &end);
  return answer;
}

}  // namespace kpfd::hooks
