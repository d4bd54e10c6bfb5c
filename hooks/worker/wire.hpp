// What goes over the socket between a worker and its owner: frames of values, with a limit on
// everything. Both ends are the same program on the same machine, but the owner believes nothing
// of what a worker says.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace kpfd::hooks {

/// Owns a descriptor.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  int get() const { return value_; }
  bool open() const { return value_ >= 0; }

 private:
  int value_;
};

/// The other end is gone, is too slow, or says what it must not say.
class WireError : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t { closed, late, malformed };
  WireError(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

/// What a frame is.
enum class FrameKind : std::uint32_t {
  setup = 1,  ///< owner: what to check with
  ready,      ///< worker: how it is confined
  refused,    ///< worker: the setup cannot be used
  job,        ///< owner: a file, its descriptor with the frame
  report,     ///< worker: a piece of the JSON lines
  facts,      ///< worker: an accepted filing's facts and findings
  rows,       ///< worker: a piece of its lines
  done,       ///< worker: the verdict; the job is over
};

struct Frame {
  FrameKind kind = FrameKind::done;
  std::string body;
};

/// Puts values into a frame's body.
class ValueWriter {
 public:
  explicit ValueWriter(std::string& to) : to_(to) {}
  void number(std::uint64_t value);
  void small(std::uint16_t value);
  void text(std::string_view value);

 private:
  std::string& to_;
};

/// Takes them out again. Throws WireError where they are not there.
class ValueReader {
 public:
  explicit ValueReader(std::string_view from) : from_(from) {}
  std::uint64_t number();
  std::uint16_t small();
  /// A view of the body.
  std::string_view text();
  bool at_end() const { return from_.empty(); }

 private:
  std::string_view take(std::size_t size);

  std::string_view from_;
};

/// Largest body of a frame. What is longer goes in pieces.
inline constexpr std::size_t most_in_frame = 1U << 20;

using Deadline = std::chrono::steady_clock::time_point;

/// Sends a frame, and a descriptor with it unless that is -1. Throws WireError.
void send_frame(int socket, FrameKind kind, std::string_view body, int descriptor,
                const Deadline* deadline);

/// Receives a frame; a descriptor that comes with it goes to `descriptor`, where one is asked for.
/// Without a deadline it waits. Throws WireError.
Frame receive_frame(int socket, Descriptor* descriptor, const Deadline* deadline);

}  // namespace kpfd::hooks
