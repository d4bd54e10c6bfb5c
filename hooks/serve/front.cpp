#include "hooks/serve/front.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace kpfd::hooks {

namespace {

constexpr int request_timeout = 408;
constexpr int too_many = 429;
constexpr int fields_too_large = 431;
constexpr int unavailable = 503;

constexpr std::size_t scratch_size = 256U << 10;
/// What a sender that is refused may still send before the connection is cut; and for how long.
constexpr std::uint64_t most_discarded = std::uint64_t{32} << 20;
constexpr std::chrono::milliseconds leave_time{2'000};
constexpr int sweep_pause = 100;  // milliseconds
constexpr std::chrono::milliseconds pause_without_descriptors{10};
/// Of a connection that the poll does not know at the moment.
constexpr std::uint32_t unwatched = ~0U;
constexpr std::string_view consent = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view end_of_head = "\r\n\r\n";

/// Gives a text's memory back. To assign an empty one would keep it, up to the largest body for
/// each connection that is held.
void let_go(std::string& text) { std::string().swap(text); }

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Front::Front(Descriptor listener, const FrontLimits& limits, Responder& responder)
    : listener_(std::move(listener)),
      limits_(limits),
      responder_(responder),
      poll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      scratch_(scratch_size, '\0') {
  if (!poll_.open() || !wake_.open()) {
    fail("poll");
  }
  for (const int descriptor : {listener_.get(), wake_.get()}) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
      fail("poll");
    }
  }
}

Front::~Front() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    to_do_.notify_all();
  }
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void Front::stop() {
  stopping_ = true;
  const std::uint64_t one = 1;
  static_cast<void>(!::write(wake_.get(), &one, sizeof one));
}

FrontCounters Front::counters() const {
  FrontCounters counters;
  counters.accepted = accepted_;
  counters.held = held_;
  counters.refused = refused_;
  counters.late = late_;
  const std::lock_guard lock(mutex_);
  counters.queued = queue_.size();
  return counters;
}

void Front::run() {
  for (std::uint32_t i = 0; i < limits_.threads; ++i) {
    threads_.emplace_back([this] { work(); });
  }
  Clock::time_point next_sweep = Clock::now();
  std::array<epoll_event, 256> events{};
  while (!draining_ || !connections_.empty()) {
    const int count =
        ::epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), sweep_pause);
    if (count < 0 && errno != EINTR) {
      fail("poll");
    }
    for (int i = 0; i < count; ++i) {
      const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
      if (descriptor == listener_.get()) {
        accept_all();
      } else if (descriptor == wake_.get()) {
        std::uint64_t ignored = 0;
        static_cast<void>(!::read(wake_.get(), &ignored, sizeof ignored));
      } else if (const auto found = connections_.find(descriptor); found != connections_.end()) {
        handle(*found->second);
      }
    }
    take_answers();
    if (stopping_ && !draining_) {
      begin_stop();
    }
    if (Clock::now() >= next_sweep) {
      sweep();
      next_sweep = Clock::now() + std::chrono::milliseconds(sweep_pause);
    }
    dropped_.clear();
  }
}

// ---- connections come and go ----

void Front::accept_all() {
  while (true) {
    Descriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket.open()) {
      if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
        std::this_thread::sleep_for(pause_without_descriptors);
      }
      return;
    }
    ++accepted_;
    if (connections_.size() >= limits_.most_connections) {
      ++refused_;
      const std::string answer = responder_.refuse(unavailable, nullptr);
      static_cast<void>(
          ::send(socket.get(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
      continue;
    }
    auto connection = std::make_unique<Connection>();
    const int number = socket.get();
    connection->socket = std::move(socket);
    connection->until = Clock::now() + limits_.idle_time;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = number;
    connection->events = event.events;
    if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, number, &event) != 0) {
      continue;
    }
    connections_[number] = std::move(connection);
    held_ = connections_.size();
  }
}

void Front::watch(Connection& connection, std::uint32_t events) {
  if (connection.events == events) {
    return;
  }
  epoll_event event{};
  event.events = events;
  event.data.fd = connection.socket.get();
  const bool known = connection.events != unwatched;
  ::epoll_ctl(poll_.get(), known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, connection.socket.get(), &event);
  connection.events = events;
}

void Front::free_memory(Connection& connection) {
  memory_ -= connection.reserved;
  connection.reserved = 0;
}

/// The socket is closed at once, and its number may come again; what is left of the connection
/// stays until the events that have come together are done with.
void Front::drop(Connection& connection) {
  const auto found = connections_.find(connection.socket.get());
  free_memory(connection);
  dropped_.push_back(std::move(found->second));
  connections_.erase(found);
  dropped_.back()->socket = Descriptor();
  held_ = connections_.size();
}

// ---- reading ----

void Front::handle(Connection& connection) {
  switch (connection.state) {
    case State::head:
    case State::body:
    case State::leaving:
      read(connection);
      break;
    case State::writing:
      write(connection);
      // What came behind the request has waited in `in`, and the poll tells nothing of it.
      while (advance(connection)) {
      }
      break;
    case State::answering:
      // The sender has gone, which the poll would tell again and again. Its request is done with
      // all the same.
      ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, connection.socket.get(), nullptr);
      connection.events = unwatched;
      break;
  }
}

void Front::read(Connection& connection) {
  // Of a body no more than is missing, else little: what comes too early waits in the system.
  const std::uint64_t wanted = connection.state == State::body
                                   ? connection.head.length - connection.body.size()
                                   : limits_.head.most_bytes;
  const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, scratch_.size()));
  const ssize_t count = ::recv(connection.socket.get(), scratch_.data(), most, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  if (count <= 0) {
    drop(connection);
    return;
  }
  const std::string_view bytes(scratch_.data(), static_cast<std::size_t>(count));
  if (connection.state == State::leaving) {
    connection.discarded += bytes.size();
    if (connection.discarded > most_discarded) {
      drop(connection);
    }
    return;
  }
  if (connection.state == State::head && connection.in.empty()) {
    connection.until = Clock::now() + limits_.head_time;
  }
  connection.in.append(bytes);
  // What is read next may be shorter, and this would stay until then.
  ::explicit_bzero(scratch_.data(), bytes.size());
  while (advance(connection)) {
  }
}

/// Understands what has come; whether there is more to understand.
bool Front::advance(Connection& connection) {
  if (connection.state == State::head) {
    return take_head(connection);
  }
  if (connection.state != State::body) {
    return false;
  }
  const std::uint64_t missing = connection.head.length - connection.body.size();
  const auto part =
      static_cast<std::size_t>(std::min<std::uint64_t>(missing, connection.in.size()));
  connection.body.append(connection.in, 0, part);
  connection.in.erase(0, part);
  if (connection.in.empty()) {
    let_go(connection.in);  // erased characters stay in its room
  }
  if (connection.body.size() == connection.head.length) {
    dispatch(connection);
    return connection.state == State::head && !connection.in.empty();  // it was refused at once
  }
  return false;
}

bool Front::take_head(Connection& connection) {
  const std::size_t from =
      connection.searched < end_of_head.size() ? 0 : connection.searched - end_of_head.size();
  const std::size_t end = connection.in.find(end_of_head, from);
  if (end == std::string::npos) {
    connection.searched = connection.in.size();
    if (connection.in.size() > limits_.head.most_bytes) {
      refuse(connection, fields_too_large, nullptr);
    }
    return false;
  }
  const std::size_t size = end + end_of_head.size();
  const int status =
      read_head(std::string_view(connection.in).substr(0, size), limits_.head, connection.head);
  connection.in.erase(0, size);
  connection.searched = 0;
  if (status != 0) {
    refuse(connection, status, nullptr);
    return false;
  }
  std::string refusal;
  if (draining_) {
    refuse(connection, unavailable, &connection.head);
    return false;
  }
  if (responder_.admit(connection.head, refusal) != 0) {
    // A body that nobody wants is not read.
    respond(connection, std::move(refusal), !connection.head.may_go_on());
    return connection.state == State::head && !connection.in.empty();
  }
  if (memory_ + connection.head.length > limits_.most_memory) {
    refuse(connection, unavailable, &connection.head);
    return false;
  }
  connection.reserved = connection.head.length;
  memory_ += connection.reserved;
  connection.state = State::body;
  connection.until = Clock::now() + limits_.body_time;
  if (connection.head.expects_consent && connection.in.empty() && connection.head.length > 0) {
    static_cast<void>(::send(connection.socket.get(), consent.data(), consent.size(),
                             MSG_NOSIGNAL | MSG_DONTWAIT));
  }
  return true;
}

// ---- answering ----

void Front::dispatch(Connection& connection) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() < limits_.most_queued) {
      connection.state = State::answering;
      queue_.push_back(&connection);
      to_do_.notify_one();
    }
  }
  if (connection.state == State::answering) {
    watch(connection, 0);
    return;
  }
  free_memory(connection);
  let_go(connection.body);
  respond(connection, responder_.refuse(too_many, &connection.head), !connection.head.keep_alive);
}

void Front::work() {
  while (true) {
    Connection* connection = nullptr;
    {
      std::unique_lock lock(mutex_);
      to_do_.wait(lock, [this] { return over_ || !queue_.empty(); });
      if (over_) {
        return;
      }
      connection = queue_.front();
      queue_.pop_front();
    }
    // Nobody else touches a connection that is being answered.
    connection->out = responder_.answer(connection->head, std::move(connection->body));
    let_go(connection->body);
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      first = answered_.empty();
      answered_.push_back(connection);
    }
    if (first) {
      const std::uint64_t one = 1;
      static_cast<void>(!::write(wake_.get(), &one, sizeof one));
    }
  }
}

void Front::take_answers() {
  std::vector<Connection*> answered;
  {
    const std::lock_guard lock(mutex_);
    answered.swap(answered_);
  }
  for (Connection* const connection : answered) {
    free_memory(*connection);
    respond(*connection, std::move(connection->out), !connection->head.keep_alive);
    while (advance(*connection)) {
    }
  }
}

void Front::refuse(Connection& connection, int status, const Head* head) {
  respond(connection, responder_.refuse(status, head), true);
}

void Front::respond(Connection& connection, std::string answer, bool close) {
  connection.out = std::move(answer);
  connection.written = 0;
  connection.close_after = close || draining_;
  connection.state = State::writing;
  connection.until = Clock::now() + limits_.write_time;
  write(connection);
}

void Front::write(Connection& connection) {
  while (connection.written < connection.out.size()) {
    const ssize_t count =
        ::send(connection.socket.get(), connection.out.data() + connection.written,
               connection.out.size() - connection.written, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0 && errno == EAGAIN) {
      watch(connection, EPOLLOUT);
      return;
    }
    if (count < 0) {
      connection.state = State::leaving;
      connection.until = Clock::now();  // the sweep takes it: who called may still look at it
      watch(connection, 0);
      return;
    }
    connection.written += static_cast<std::size_t>(count);
  }
  written(connection);
}

/// The answer is out: the next request, or the end. Who is to go gets the time to read the answer:
/// a connection that is closed with bytes in it takes the answer with it.
void Front::written(Connection& connection) {
  let_go(connection.out);
  if (connection.close_after) {
    ::shutdown(connection.socket.get(), SHUT_WR);
    connection.state = State::leaving;
    let_go(connection.in);
    connection.until = Clock::now() + leave_time;
  } else {
    connection.state = State::head;
    connection.until =
        Clock::now() + (connection.in.empty() ? limits_.idle_time : limits_.head_time);
  }
  watch(connection, EPOLLIN);
}

// ---- time ----

void Front::sweep() {
  const Clock::time_point now = Clock::now();
  std::vector<Connection*> over;
  for (const auto& entry : connections_) {
    if (entry.second->state != State::answering && entry.second->until <= now) {
      over.push_back(entry.second.get());
    }
  }
  for (Connection* const connection : over) {
    const bool began = (connection->state == State::head && !connection->in.empty()) ||
                       connection->state == State::body;
    if (began) {
      ++late_;
      free_memory(*connection);
      refuse(*connection, request_timeout, nullptr);
    } else {
      drop(*connection);
    }
  }
  if (draining_ && now > drain_until_) {
    over.clear();
    for (const auto& entry : connections_) {
      if (entry.second->state != State::answering) {
        over.push_back(entry.second.get());
      }
    }
    for (Connection* const connection : over) {
      drop(*connection);
    }
  }
}

/// Nothing new comes in; who holds a connection and asks nothing is let go. A request whose first
/// bytes have come is no such one, even if nobody has looked at it yet: to close over them would be
/// a reset instead of an answer.
void Front::begin_stop() {
  draining_ = true;
  drain_until_ = Clock::now() + limits_.stop_time;
  ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, listener_.get(), nullptr);
  if (!limits_.listener_stays) {
    accept_all();
  }
  listener_ = Descriptor();
  std::vector<Connection*> idle;
  for (const auto& entry : connections_) {
    if (entry.second->state == State::head && entry.second->in.empty()) {
      idle.push_back(entry.second.get());
    }
  }
  for (Connection* const connection : idle) {
    read(*connection);
    if (connection->socket.open() && connection->state == State::head && connection->in.empty()) {
      drop(*connection);
    }
  }
}

}  // namespace kpfd::hooks
