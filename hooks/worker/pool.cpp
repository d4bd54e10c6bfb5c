#include "hooks/worker/pool.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <utility>

#include "hooks/intake/words.hpp"
#include "kpfd/version.hpp"

namespace kpfd::hooks {

namespace {

using std::chrono::milliseconds;

/// A worker that has died comes back after so long, twice that after the next death, and so on.
constexpr milliseconds first_pause{20};
constexpr milliseconds longest_pause{2'000};

/// What the new process does between fork() and exec(): only what is allowed there, as other
/// threads may have held any lock.
[[noreturn]] void become_worker(int socket, const char* program, char* const* arguments,
                                char* const* environment) {
  constexpr int first_other = worker_socket + 1;
  constexpr int could_not_run = 127;
  const int nothing = ::open("/dev/null", O_RDWR);
  // Out of the way of the numbers that are given out below.
  const int kept = ::fcntl(socket, F_DUPFD, first_other + 1);
  if (nothing < 0 || kept < 0 || ::dup2(nothing, STDIN_FILENO) < 0 ||
      ::dup2(nothing, STDOUT_FILENO) < 0 || ::dup2(nothing, STDERR_FILENO) < 0 ||
      ::dup2(kept, worker_socket) < 0) {
    ::_exit(could_not_run);
  }
  // Every descriptor of the owner is closed by exec(), too; this is for those that others made.
  ::syscall(SYS_close_range, first_other, ~0U, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(program, arguments, environment);
  ::_exit(could_not_run);
}

/// How a process has ended, for the log.
std::string ending_of(int status) {
  if (WIFSIGNALED(status)) {
    return "signal " + std::to_string(WTERMSIG(status));
  }
  return "status " + std::to_string(WEXITSTATUS(status));
}

std::string_view words_of(JobFault fault, std::string_view language) {
  switch (fault) {
    case JobFault::none:
      break;
    case JobFault::died:
      return Words{"点検の途中で点検プロセスが止まりました。このファイルは点検されていません",
                   "the checking process ended in the middle of it; this file is not checked"}
          .in(language);
    case JobFault::late:
      return Words{"点検に時間がかかりすぎたので中止しました。このファイルは点検されていません",
                   "the check took too long and was ended; this file is not checked"}
          .in(language);
    case JobFault::too_large:
      return Words{"点検の結果が大きすぎます。ファイルを分けてください",
                   "what there is to say is too much: divide the file"}
          .in(language);
    case JobFault::malformed:
      return Words{"点検プロセスの答えが読めません。このファイルは点検されていません",
                   "the checking process gave no sensible answer; this file is not checked"}
          .in(language);
    case JobFault::busy:
      return Words{"混み合っています。少し待ってから、もう一度送ってください",
                   "too much to do: send it again in a moment"}
          .in(language);
    case JobFault::stopping:
      return Words{"サービスを停止しています。あとでもう一度送ってください",
                   "the service is being stopped: send it again later"}
          .in(language);
    case JobFault::failed:
      return Words{"点検に必要なメモリなどが足りません。あとでもう一度送ってください",
                   "the check lacks memory or descriptors: send it again later"}
          .in(language);
  }
  return {};
}

JobFault fault_of(WireError::Kind kind) {
  switch (kind) {
    case WireError::Kind::closed:
      return JobFault::died;
    case WireError::Kind::late:
      return JobFault::late;
    case WireError::Kind::malformed:
      break;
  }
  return JobFault::malformed;
}

}  // namespace

std::string_view name_of(JobFault fault) {
  constexpr std::array<std::string_view, 8> names = {"none",      "died", "late",     "too_large",
                                                     "malformed", "busy", "stopping", "failed"};
  return names[static_cast<std::size_t>(fault)];
}

WorkerPool::WorkerPool(const PoolOptions& options, const converters::IngestModel& model)
    : options_(options), model_(model) {
  const std::uint32_t processors = std::max(1U, std::thread::hardware_concurrency());
  slots_ = std::vector<Slot>(options_.workers == 0 ? processors : options_.workers);
  try {
    for (Slot& slot : slots_) {
      start(slot);
    }
    for (Slot& slot : slots_) {
      greet(slot);
    }
  } catch (const WireError& error) {
    for (Slot& slot : slots_) {
      end(slot);
    }
    throw SetupError(std::string("a worker does not start: ") + error.what());
  } catch (...) {
    for (Slot& slot : slots_) {
      end(slot);
    }
    throw;
  }
  for (const Measure& measure : measures_) {
    tell(measure.on ? "confinement" : "confinement_missing", measure.name + ": " + measure.detail);
  }
  mender_ = std::thread([this] { keep_up(); });
}

WorkerPool::~WorkerPool() {
  stop();
  mender_.join();
  for (Slot& slot : slots_) {
    end(slot);
  }
}

void WorkerPool::tell(std::string_view event, std::string_view detail) const {
  if (options_.log) {
    options_.log(event, detail);
  }
}

/// Starts a worker's process, and sends it what it is to check with.
void WorkerPool::start(Slot& slot) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw WireError(WireError::Kind::closed, std::strerror(errno));
  }
  Descriptor ours(ends[0]);
  const Descriptor theirs(ends[1]);
  // All of this is made before fork(), as nothing may be allocated behind it.
  std::string name = "kpfd";
  std::string command(worker_command);
  std::array<char*, 3> arguments = {name.data(), command.data(), nullptr};
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    // Nothing of the owner's surroundings but the language and the clock's place.
    const std::string_view text = *entry;
    if (text.rfind("LD_", 0) != 0 && text.rfind("PG", 0) != 0) {
      environment.push_back(*entry);
    }
  }
  environment.push_back(nullptr);
  const pid_t process = ::fork();
  if (process == 0) {
    become_worker(theirs.get(), options_.program.c_str(), arguments.data(), environment.data());
  }
  if (process < 0) {
    throw WireError(WireError::Kind::closed, std::strerror(errno));
  }
  slot.process = process;
  slot.socket = std::move(ours);
  const Deadline deadline = Clock::now() + options_.longest_start;
  send_frame(slot.socket.get(), FrameKind::setup, setup_body(options_.setup), -1, &deadline);
}

/// Waits until a worker is ready: one that checks with other rules than the others is none.
void WorkerPool::greet(Slot& slot) {
  const Deadline deadline = Clock::now() + options_.longest_start;
  const Frame frame = receive_frame(slot.socket.get(), nullptr, &deadline);
  if (frame.kind == FrameKind::refused) {
    throw SetupError(frame.body);
  }
  ValueReader values(frame.body);
  const std::string_view version_of_worker = values.text();
  const std::string rules(values.text());
  if (frame.kind != FrameKind::ready || version_of_worker != version()) {
    throw WireError(WireError::Kind::malformed, "a worker of another version");
  }
  if (rules_.empty()) {
    rules_ = rules;
    const std::uint64_t count = values.number();
    for (std::uint64_t i = 0; i < count; ++i) {
      Measure measure;
      measure.name = values.text();
      measure.detail = values.text();
      measure.on = values.small() != 0;
      measures_.push_back(std::move(measure));
    }
  }
  if (rules != rules_) {
    throw WireError(WireError::Kind::malformed,
                    "the schemas or the profile have changed: start the service again");
  }
  const std::lock_guard lock(mutex_);
  ++counters_.starts;
}

/// Ends a worker's process and forgets it.
void WorkerPool::end(Slot& slot) {
  if (!slot.alive()) {
    return;
  }
  ::kill(slot.process, SIGKILL);
  int status = 0;
  while (::waitpid(slot.process, &status, 0) < 0 && errno == EINTR) {
  }
  slot.process = -1;
  slot.socket = Descriptor();
}

/// The worker's process has ended: its place is free for another after a pause, which grows.
void WorkerPool::note_death(Slot& slot, int status) {
  slot.process = -1;
  slot.socket = Descriptor();
  ++counters_.deaths;
  const unsigned doublings = std::min(slot.deaths++, 7U);
  slot.not_before = Clock::now() + std::min(longest_pause, first_pause * (1U << doublings));
  to_mend_.notify_one();
  tell("worker_ended", ending_of(status));
}

/// A worker that lives and has nothing to do. One that has died meanwhile is nobody's answer.
WorkerPool::Slot* WorkerPool::free_slot() {
  for (Slot& slot : slots_) {
    if (!slot.alive() || slot.busy) {
      continue;
    }
    int status = 0;
    if (::waitpid(slot.process, &status, WNOHANG) != slot.process) {
      return &slot;
    }
    note_death(slot, status);
  }
  return nullptr;
}

/// A free worker, or nullptr and why there is none.
WorkerPool::Slot* WorkerPool::take(JobFault& fault) {
  std::unique_lock lock(mutex_);
  const Clock::time_point until = Clock::now() + options_.longest_wait;
  Slot* slot = stopping_ ? nullptr : free_slot();
  if (!stopping_ && slot == nullptr && counters_.waiting < options_.most_waiting) {
    ++counters_.waiting;
    changed_.wait_until(lock, until, [&] { return stopping_ || (slot = free_slot()) != nullptr; });
    --counters_.waiting;
  }
  if (stopping_ || slot == nullptr) {
    fault = stopping_ ? JobFault::stopping : JobFault::busy;
    ++counters_.refused;
    return nullptr;
  }
  slot->busy = true;
  ++counters_.jobs;
  return slot;
}

void WorkerPool::give_back(Slot& slot, bool good) {
  int status = 0;
  if (!good) {
    // Nobody else has a busy slot: the wait for its end needs no lock.
    ::kill(slot.process, SIGKILL);
    while (::waitpid(slot.process, &status, 0) < 0 && errno == EINTR) {
    }
  }
  const std::lock_guard lock(mutex_);
  if (good) {
    slot.deaths = 0;
  } else {
    note_death(slot, status);
  }
  slot.busy = false;
  changed_.notify_one();
}

/// Sends a job and gathers its answer. Throws WireError.
void WorkerPool::ask(Slot& slot, const WorkerJob& job, int descriptor, JobAnswer& answer) {
  const Deadline deadline = Clock::now() + options_.longest_job;
  send_frame(slot.socket.get(), FrameKind::job, job_body(job), descriptor, &deadline);
  std::string facts;
  std::string rows;
  std::uint64_t size = 0;
  while (true) {
    const Frame frame = receive_frame(slot.socket.get(), nullptr, &deadline);
    size += frame.body.size();
    if (size > options_.most_answer) {
      answer.fault = JobFault::too_large;
      return;
    }
    switch (frame.kind) {
      case FrameKind::report:
        answer.report += frame.body;
        continue;
      case FrameKind::facts:
        facts += frame.body;
        continue;
      case FrameKind::rows:
        rows += frame.body;
        continue;
      case FrameKind::done:
        break;
      case FrameKind::setup:
      case FrameKind::ready:
      case FrameKind::refused:
      case FrameKind::job:
        throw WireError(WireError::Kind::malformed, "a frame out of turn");
    }
    ValueReader values(frame.body);
    const std::uint16_t verdict = values.small();
    answer.reason = values.text();
    if (verdict > static_cast<std::uint16_t>(Verdict::unchecked) ||
        (verdict == static_cast<std::uint16_t>(Verdict::accept) && !answer.reason.empty())) {
      throw WireError(WireError::Kind::malformed, "no verdict");
    }
    if (verdict == static_cast<std::uint16_t>(Verdict::accept) && job.with_filing) {
      FilingData data;
      read_facts(facts, model_, data);
      data.rows = std::move(rows);
      answer.filing = std::move(data);
    }
    answer.verdict = static_cast<Verdict>(verdict);
    return;
  }
}

JobAnswer WorkerPool::run(const WorkerJob& job, int descriptor) {
  JobAnswer answer;
  try {
    if (Slot* const slot = take(answer.fault)) {
      try {
        ask(*slot, job, descriptor, answer);
      } catch (const WireError& error) {
        answer.fault = fault_of(error.kind());
      } catch (const std::bad_alloc&) {
        answer.fault = JobFault::failed;
      }
      give_back(*slot, answer.fault == JobFault::none);
    }
  } catch (const std::exception&) {
    answer.fault = JobFault::failed;
  }
  if (answer.fault == JobFault::none) {
    return answer;
  }
  if (answer.fault == JobFault::late) {
    const std::lock_guard lock(mutex_);
    ++counters_.late;
  }
  // Nothing of half an answer is shown.
  JobAnswer unchecked;
  unchecked.fault = answer.fault;
  unchecked.reason = words_of(answer.fault, options_.setup.intake.language);
  return unchecked;
}

JobAnswer WorkerPool::run(WorkerJob job, std::string_view bytes) {
  job.size = bytes.size();
  const Descriptor file(::memfd_create("filing", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  bool good = file.open();
  std::string_view rest = bytes;
  while (good && !rest.empty()) {
    const ssize_t count = ::write(file.get(), rest.data(), rest.size());
    good = count > 0 || (count < 0 && errno == EINTR);
    rest.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
  }
  // Whoever holds it can neither change nor shorten it.
  good = good && ::fcntl(file.get(), F_ADD_SEALS,
                         F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0;
  if (!good) {
    JobAnswer answer;
    answer.fault = JobFault::failed;
    answer.reason = words_of(answer.fault, options_.setup.intake.language);
    return answer;
  }
  return run(job, file.get());
}

void WorkerPool::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  to_mend_.notify_all();
}

PoolCounters WorkerPool::counters() const {
  const std::lock_guard lock(mutex_);
  PoolCounters counters = counters_;
  counters.ready = static_cast<std::uint64_t>(
      std::count_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.alive(); }));
  return counters;
}

/// Starts workers in the places of those that have died.
void WorkerPool::keep_up() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    Slot* next = nullptr;
    for (Slot& slot : slots_) {
      if (!slot.alive() && !slot.busy && (next == nullptr || slot.not_before < next->not_before)) {
        next = &slot;
      }
    }
    if (next == nullptr) {
      to_mend_.wait(lock);
      continue;
    }
    if (next->not_before > Clock::now()) {
      to_mend_.wait_until(lock, next->not_before);
      continue;
    }
    next->busy = true;
    lock.unlock();
    std::string reason;
    Slot fresh;
    try {
      start(fresh);
      greet(fresh);
    } catch (const std::exception& error) {
      reason = error.what();
      end(fresh);
    }
    tell(reason.empty() ? "worker_started" : "worker_not_started", reason);
    lock.lock();
    next->process = fresh.process;
    next->socket = std::move(fresh.socket);
    if (!reason.empty()) {
      const unsigned doublings = std::min(next->deaths++, 7U);
      next->not_before = Clock::now() + std::min(longest_pause, first_pause * (1U << doublings));
    }
    next->busy = false;
    changed_.notify_one();
  }
}

}  // namespace kpfd::hooks
