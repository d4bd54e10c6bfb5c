// Connections: bytes of many senders => whole requests, and answers back to them.
//
// One thread waits for all sockets, so a sender that is slow, or only holds its connection, costs
// some memory and no thread. A request goes to a thread of its own when its last byte is there.
// Every wait has an end, and everything that grows has a limit.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "hooks/serve/head.hpp"
#include "hooks/worker/wire.hpp"

namespace kpfd::hooks {

struct FrontLimits {
  HeadLimits head;
  std::uint64_t most_memory = std::uint64_t{512} << 20;  ///< for all bodies that are on their way
  std::uint32_t most_connections = 12'000;
  std::uint32_t threads = 64;        ///< that answer requests
  std::uint32_t most_queued = 1024;  ///< whole requests that wait for one of them
  std::chrono::milliseconds head_time{10'000};
  std::chrono::milliseconds body_time{60'000};
  std::chrono::milliseconds write_time{30'000};
  std::chrono::milliseconds idle_time{60'000};
  std::chrono::milliseconds stop_time{30'000};  ///< for what is under way when it is stopped
  /// Somebody else holds the listener, too: at the end, who waits there is left to the next one.
  bool listener_stays = false;
};

/// Answers requests. Whatever it returns is a whole answer with its head.
class Responder {
 public:
  virtual ~Responder() = default;

  /// Looks at a head before its body is read: 0, or the status of a refusal, which it keeps in
  /// `answer`. It is quick.
  virtual int admit(const Head& head, std::string& answer) = 0;
  /// What to say to what is no request, comes too late or is too much. `head` is nullptr where
  /// there is none.
  virtual std::string refuse(int status, const Head* head) = 0;
  /// A whole request. Several threads ask at once.
  virtual std::string answer(const Head& head, std::string body) = 0;

 protected:
  Responder() = default;
  Responder(const Responder&) = default;
  Responder& operator=(const Responder&) = default;
};

struct FrontCounters {
  std::uint64_t accepted = 0;
  std::uint64_t held = 0;     ///< connections now
  std::uint64_t refused = 0;  ///< connections over the limit
  std::uint64_t queued = 0;   ///< whole requests that wait now
  std::uint64_t late = 0;     ///< senders that were too slow
};

class Front {
 public:
  /// `listener` is a listening socket. The responder outlives the front.
  Front(Descriptor listener, const FrontLimits& limits, Responder& responder);
  ~Front();
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  /// Serves until stop() and everything under way is answered. Throws std::system_error where the
  /// system lacks what it takes to begin.
  void run();
  /// From any thread: nothing new is taken.
  void stop();

  bool stopping() const { return stopping_; }
  FrontCounters counters() const;

 private:
  using Clock = std::chrono::steady_clock;
  enum class State : std::uint8_t { head, body, answering, writing, leaving };

  struct Connection {
    Descriptor socket;
    State state = State::head;
    std::string in;            ///< what has come and is not yet understood
    std::size_t searched = 0;  ///< of `in`, for the end of a head
    Head head;
    std::uint64_t reserved = 0;  ///< of the memory for bodies
    std::string body;
    std::string out;
    std::size_t written = 0;
    bool close_after = false;
    std::uint64_t discarded = 0;
    Clock::time_point until;
    std::uint32_t events = 0;  ///< that the poll waits for
  };

  void accept_all();
  void handle(Connection& connection);
  void read(Connection& connection);
  bool advance(Connection& connection);
  bool take_head(Connection& connection);
  void dispatch(Connection& connection);
  void refuse(Connection& connection, int status, const Head* head);
  void respond(Connection& connection, std::string answer, bool close);
  void write(Connection& connection);
  void written(Connection& connection);
  void drop(Connection& connection);
  void watch(Connection& connection, std::uint32_t events);
  void free_memory(Connection& connection);
  void take_answers();
  void sweep();
  void begin_stop();
  void work();

  Descriptor listener_;
  FrontLimits limits_;
  Responder& responder_;
  Descriptor poll_;
  Descriptor wake_;
  std::unordered_map<int, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> dropped_;  ///< until the events at hand are done with
  std::string scratch_;
  std::uint64_t memory_ = 0;
  bool draining_ = false;
  Clock::time_point drain_until_;

  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> held_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> late_{0};

  mutable std::mutex mutex_;
  std::condition_variable to_do_;
  std::deque<Connection*> queue_;      ///< requests that wait for a thread
  std::vector<Connection*> answered_;  ///< whose answer waits for the poll
  bool over_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace kpfd::hooks
