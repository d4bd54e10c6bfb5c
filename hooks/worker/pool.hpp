// The owner's side: a fixed number of workers, each doing one job after another.
//
// A file is checked by whichever worker is free. One that dies or is too slow is ended, its job is
// answered `unchecked`, and another takes its place; one that dies again and again comes back later
// and later. Any number of threads may ask at once.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "hooks/worker/filing_data.hpp"
#include "hooks/worker/worker.hpp"
#include "kpfd/summary.hpp"

namespace kpfd::hooks {

/// Why a job has no verdict.
enum class JobFault : std::uint8_t {
  none,       ///< it has one, or the check itself says why not
  died,       ///< the worker has died over it
  late,       ///< it took too long
  too_large,  ///< the answer was longer than allowed
  malformed,  ///< the worker said what none says
  busy,       ///< too many were waiting, or it waited too long; nothing was tried
  stopping,   ///< the pool is being stopped; nothing was tried
  failed,     ///< the owner lacks what it takes: memory, descriptors
};
/// `died`.
std::string_view name_of(JobFault fault);

/// The answer to a job. Whatever went wrong, it is never `accept`.
struct JobAnswer {
  Verdict verdict = Verdict::unchecked;
  JobFault fault = JobFault::none;
  std::string reason;  ///< of `unchecked`, for people
  std::string report;  ///< JSON lines: findings, then the summary; "" where there is a fault
  std::optional<FilingData> filing;  ///< of an accepted one, where it was asked for
};

struct PoolOptions {
  WorkerSetup setup;
  std::string program = "/proc/self/exe";  ///< runs run_worker() for worker_command
  std::uint32_t workers = 0;               ///< 0: one a processor
  std::uint32_t most_waiting = 256;        ///< jobs that wait for a worker
  std::chrono::milliseconds longest_wait{5'000};
  std::chrono::milliseconds longest_job{30'000};
  std::chrono::milliseconds longest_start{20'000};
  std::uint64_t most_answer = std::uint64_t{128} << 20;
  /// Told what happens, for a log: `event` is a word, `detail` for people. From any thread; it
  /// throws nothing, and asks nothing of the pool.
  std::function<void(std::string_view event, std::string_view detail)> log;
};

/// What a pool has done since it was made.
struct PoolCounters {
  std::uint64_t jobs = 0;
  std::uint64_t starts = 0;
  std::uint64_t deaths = 0;
  std::uint64_t late = 0;
  std::uint64_t refused = 0;  ///< busy or stopping
  std::uint64_t waiting = 0;  ///< now
  std::uint64_t ready = 0;    ///< workers that live now
};

class WorkerPool {
 public:
  /// Starts all workers, and waits until they are ready. Throws SetupError where one refuses what
  /// it was given, or does not come up. `model` is the owner's own: workers have the same.
  WorkerPool(const PoolOptions& options, const converters::IngestModel& model);
  /// Ends all workers, whatever they do.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Checks a file; `job.size` bytes of it. The descriptor stays the caller's. Throws nothing.
  JobAnswer run(const WorkerJob& job, int descriptor);
  /// The same for bytes in memory.
  JobAnswer run(WorkerJob job, std::string_view bytes);

  /// No more jobs: those that wait are answered `stopping`, those that are being done end.
  void stop();

  PoolCounters counters() const;
  std::uint32_t size() const { return static_cast<std::uint32_t>(slots_.size()); }
  /// How the first worker is confined.
  const std::vector<Measure>& measures() const { return measures_; }

 private:
  using Clock = std::chrono::steady_clock;

  struct Slot {
    pid_t process = -1;
    Descriptor socket;
    bool busy = false;
    std::uint32_t deaths = 0;  ///< since it last did a job
    Clock::time_point not_before;
    bool alive() const { return process > 0; }
  };

  void start(Slot& slot);
  void end(Slot& slot);
  void greet(Slot& slot);
  Slot* take(JobFault& fault);
  Slot* free_slot();
  void note_death(Slot& slot, int status);
  void give_back(Slot& slot, bool good);
  void ask(Slot& slot, const WorkerJob& job, int descriptor, JobAnswer& answer);
  void keep_up();
  void tell(std::string_view event, std::string_view detail) const;

  PoolOptions options_;
  const converters::IngestModel& model_;
  std::vector<Measure> measures_;
  std::string rules_;
  std::vector<Slot> slots_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;  ///< a worker is free, or the pool stops
  std::condition_variable to_mend_;  ///< a worker is down, or the pool stops
  PoolCounters counters_;
  bool stopping_ = false;
  std::thread mender_;
};

}  // namespace kpfd::hooks
