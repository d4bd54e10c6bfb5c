// What time_limit_posix.cpp does, for Windows, which cannot fork: with a thread.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "cli/context.hpp"
#include "cli/output.hpp"
#include "cli/time_limit.hpp"
#include "kpfd/system/windows.hpp"

namespace kpfd::cli {

namespace {

std::atomic<bool> left_behind{false};

/// What the work and the one who waits for it share; the last of them takes it away.
struct Outcome {
  std::mutex mutex;
  std::condition_variable done;
  bool ended = false;
  std::optional<int> status;
};

}  // namespace

LimitedEnd run_until(std::chrono::steady_clock::time_point end, const std::function<int()>& work) {
  auto outcome = std::make_shared<Outcome>();
  std::thread([outcome, work] {
    std::optional<int> status;
    try {
      status = work();
    } catch (...) {
      // As a child that has died.
      status.reset();
    }
    const std::lock_guard<std::mutex> lock(outcome->mutex);
    outcome->status = status;
    outcome->ended = true;
    outcome->done.notify_one();
  }).detach();
  std::unique_lock<std::mutex> lock(outcome->mutex);
  LimitedEnd result;
  result.in_time = outcome->done.wait_until(lock, end, [&] { return outcome->ended; });
  if (result.in_time) {
    result.status = outcome->status;
  } else {
    left_behind = true;
  }
  return result;
}

struct SharedBytes::Memory {
  mutable std::mutex mutex;
  std::string bytes;
};

SharedBytes::SharedBytes() : memory_(std::make_unique<Memory>()) {}

SharedBytes::~SharedBytes() = default;

void SharedBytes::write(std::string_view bytes) {
  const std::lock_guard<std::mutex> lock(memory_->mutex);
  memory_->bytes += bytes;
}

void SharedBytes::pour(converters::ByteSink& to) const {
  const std::lock_guard<std::mutex> lock(memory_->mutex);
  to.write(memory_->bytes);
}

void leave_if_left_behind(int status, std::string_view fault) {
  if (left_behind) {
    if (!fault.empty()) {
      say(std::string("kpfd: ").append(fault));
    }
    ::TerminateProcess(::GetCurrentProcess(), static_cast<UINT>(status));
  }
}

}  // namespace kpfd::cli
