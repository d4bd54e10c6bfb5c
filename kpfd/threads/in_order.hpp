// Pieces of work done by several threads, with the results in the order of the pieces.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kpfd::threads {

/// A ring of pieces. The owner fills them in order, the threads work on them in any order, and the
/// owner takes them back in order; memory is bounded by the ring. All functions are for the owner's
/// thread. Destroying it waits for work that has begun, and for nothing else.
///
///     for (;;) {
///       while (Piece* piece = team.free()) {
///         if (!fill(*piece)) break;
///         team.give();
///       }
///       Piece* const done = team.take();
///       if (done == nullptr) break;
///       use(*done);
///       team.release();
///     }
template <typename Piece>
class InOrder {
 public:
  /// `work` is called by thread number `worker`, from 0 on, for one piece at a time.
  using Work = std::function<void(Piece& piece, std::size_t worker)>;

  InOrder(std::size_t threads, Work work) : work_(std::move(work)), slots_(threads + 2) {
    try {
      for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this, i] { run(i); });
      }
    } catch (...) {
      stop();
      throw;
    }
  }
  ~InOrder() { stop(); }
  InOrder(const InOrder&) = delete;
  InOrder& operator=(const InOrder&) = delete;

  /// The next piece to fill; nullptr: the ring is full. A piece keeps what it had when it was
  /// released, so that its memory serves again.
  Piece* free() {
    return given_ - released_ < slots_.size() ? &slots_[given_ % slots_.size()].piece : nullptr;
  }

  /// Hands the piece of free() to the threads.
  void give() {
    {
      const std::lock_guard lock(mutex_);
      slots_[given_ % slots_.size()].done = false;
      ++given_;
    }
    has_work_.notify_one();
  }

  /// Waits for the oldest piece given and not yet released; nullptr: there is none. Throws what the
  /// work on it has thrown.
  Piece* take() {
    if (released_ == given_) {
      return nullptr;
    }
    Slot& slot = slots_[released_ % slots_.size()];
    std::unique_lock lock(mutex_);
    has_result_.wait(lock, [&slot] { return slot.done; });
    if (slot.error) {
      std::rethrow_exception(slot.error);
    }
    return &slot.piece;
  }

  /// The piece of take() may be filled again.
  void release() { ++released_; }

 private:
  struct Slot {
    Piece piece;
    std::exception_ptr error;
    bool done = false;
  };

  void run(std::size_t worker) {
    std::unique_lock lock(mutex_);
    while (true) {
      has_work_.wait(lock, [this] { return stopped_ || begun_ < given_; });
      if (stopped_) {
        return;
      }
      Slot& slot = slots_[begun_++ % slots_.size()];
      lock.unlock();
      std::exception_ptr error;
      try {
        work_(slot.piece, worker);
      } catch (...) {
        error = std::current_exception();
      }
      lock.lock();
      slot.error = error;
      slot.done = true;
      has_result_.notify_one();
    }
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    has_work_.notify_all();
    for (std::thread& thread : threads_) {
      thread.join();
    }
  }

  Work work_;
  std::vector<Slot> slots_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable has_result_;
  std::size_t given_ = 0;     ///< written by the owner, under the mutex
  std::size_t begun_ = 0;     ///< under the mutex
  std::size_t released_ = 0;  ///< the owner's alone
  bool stopped_ = false;
  std::vector<std::thread> threads_;  // the last member: they use the others
};

}  // namespace kpfd::threads
