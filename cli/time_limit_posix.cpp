#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <string>

#include "cli/context.hpp"
#include "cli/output.hpp"
#include "cli/time_limit.hpp"

namespace kpfd::cli {

namespace {

using Clock = std::chrono::steady_clock;

/// How long a child that was killed is waited for.
constexpr std::chrono::milliseconds last_breath{200};

/// In the child: does the work, tells how it ended, and is gone.
[[noreturn]] void do_work(int report, const std::function<int()>& work) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) {
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
  }
  const auto status = static_cast<unsigned char>(work());
  const bool told = ::write(report, &status, 1) == 1;
  ::_exit(told ? 0 : Exit::unchecked);
}

/// The byte that the child tells; -1: none until then.
int await_byte(int report, Clock::time_point end, bool& in_time) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    const int patience = static_cast<int>(
        std::clamp<std::int64_t>(left.count(), 0, std::chrono::milliseconds(1'000'000).count()));
    pollfd wanted = {report, POLLIN, 0};
    const int ready = ::poll(&wanted, 1, patience);
    if (ready > 0) {
      unsigned char status = 0;
      in_time = true;
      return ::read(report, &status, 1) == 1 ? status : -1;
    }
    if (ready == 0 && Clock::now() >= end) {
      in_time = false;
      return -1;
    }
    if (ready < 0 && errno != EINTR) {
      in_time = false;
      return -1;
    }
  }
}

/// Waits for the child's end, but not for ever.
void bury(pid_t child, Clock::time_point end) {
  constexpr timespec moment = {0, 2'000'000};
  while (::waitpid(child, nullptr, WNOHANG) == 0 && Clock::now() < end) {
    ::nanosleep(&moment, nullptr);
  }
}

}  // namespace

LimitedEnd run_until(Clock::time_point end, const std::function<int()>& work) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    throw CommandError(std::string("no pipe: ") + std::strerror(errno));
  }
  const pid_t child = ::fork();
  if (child < 0) {
    const int error = errno;
    ::close(pipe[0]);
    ::close(pipe[1]);
    throw CommandError(std::string("no process: ") + std::strerror(error));
  }
  if (child == 0) {
    ::close(pipe[0]);
    do_work(pipe[1], work);
  }
  ::close(pipe[1]);
  LimitedEnd result;
  const int status = await_byte(pipe[0], end, result.in_time);
  ::close(pipe[0]);
  if (status >= 0) {
    result.status = status;
  } else {
    ::kill(child, SIGKILL);
  }
  bury(child, Clock::now() + last_breath);
  return result;
}

struct SharedBytes::Memory {
  explicit Memory(int number) : descriptor(number) {}
  converters::Descriptor descriptor;
};

SharedBytes::SharedBytes()
    : memory_(std::make_unique<Memory>(::memfd_create("kpfd", MFD_CLOEXEC))) {
  if (memory_->descriptor.get() < 0) {
    throw CommandError(std::string("no memory: ") + std::strerror(errno));
  }
}

SharedBytes::~SharedBytes() = default;

void SharedBytes::write(std::string_view bytes) {
  DescriptorOutput(memory_->descriptor.get()).write(bytes);
}

void SharedBytes::pour(converters::ByteSink& to) const {
  std::string piece(256U << 10, '\0');
  for (off_t at = 0;;) {
    const ssize_t count = ::pread(memory_->descriptor.get(), piece.data(), piece.size(), at);
    if (count <= 0) {
      return;
    }
    to.write(std::string_view(piece).substr(0, static_cast<std::size_t>(count)));
    at += count;
  }
}

// A child that is left behind is a process of its own.
void leave_if_left_behind(int /*status*/, std::string_view /*fault*/) {}

}  // namespace kpfd::cli
