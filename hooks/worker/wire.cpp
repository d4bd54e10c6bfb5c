#include "hooks/worker/wire.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace kpfd::hooks {

namespace {

struct Header {
  std::uint32_t kind;
  std::uint32_t size;
};

[[noreturn]] void closed() { throw WireError(WireError::Kind::closed, "the other end is gone"); }
[[noreturn]] void malformed() {
  throw WireError(WireError::Kind::malformed, "the other end says what it must not say");
}

/// Waits until the socket can be read or written.
void await(int socket, short events, const Deadline* deadline) {
  while (true) {
    int patience = -1;
    if (deadline != nullptr) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(
          *deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) {
        throw WireError(WireError::Kind::late, "the other end is too slow");
      }
      patience = static_cast<int>(std::min<std::int64_t>(left.count(), 3'600'000));
    }
    pollfd waiting = {socket, events, 0};
    const int count = ::poll(&waiting, 1, patience);
    if (count > 0) {
      return;
    }
    if (count < 0 && errno != EINTR) {
      closed();
    }
  }
}

/// Whether a call is to be made again after a wait; throws where the other end is gone.
void wait_after(int socket, short events, const Deadline* deadline) {
  if (errno == EINTR) {
    return;
  }
  if (errno != EAGAIN) {
    closed();
  }
  await(socket, events, deadline);
}

/// The first descriptor of a message's ancillary data; others are closed.
void take_descriptors(msghdr& message, Descriptor* descriptor) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) {
      continue;
    }
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
      Descriptor received(number);
      if (descriptor != nullptr && !descriptor->open()) {
        *descriptor = std::move(received);
      }
    }
  }
}

void receive(int socket, char* to, std::size_t size, Descriptor* descriptor,
             const Deadline* deadline) {
  while (size > 0) {
    iovec piece = {to, size};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    const int wait = deadline != nullptr ? MSG_DONTWAIT : 0;
    const ssize_t count = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | wait);
    if (count == 0) {
      closed();
    }
    if (count < 0) {
      wait_after(socket, POLLIN, deadline);
      continue;
    }
    take_descriptors(message, descriptor);
    to += count;
    size -= static_cast<std::size_t>(count);
  }
}

}  // namespace

Descriptor::~Descriptor() {
  if (value_ >= 0) {
    ::close(value_);
  }
}

void ValueWriter::number(std::uint64_t value) {
  std::array<char, sizeof value> bytes{};
  std::memcpy(bytes.data(), &value, sizeof value);
  to_.append(bytes.data(), bytes.size());
}

void ValueWriter::small(std::uint16_t value) {
  std::array<char, sizeof value> bytes{};
  std::memcpy(bytes.data(), &value, sizeof value);
  to_.append(bytes.data(), bytes.size());
}

void ValueWriter::text(std::string_view value) {
  number(value.size());
  to_.append(value);
}

std::string_view ValueReader::take(std::size_t size) {
  if (size > from_.size()) {
    malformed();
  }
  const std::string_view taken = from_.substr(0, size);
  from_.remove_prefix(size);
  return taken;
}

std::uint64_t ValueReader::number() {
  std::uint64_t value = 0;
  std::memcpy(&value, take(sizeof value).data(), sizeof value);
  return value;
}

std::uint16_t ValueReader::small() {
  std::uint16_t value = 0;
  std::memcpy(&value, take(sizeof value).data(), sizeof value);
  return value;
}

std::string_view ValueReader::text() {
  const std::uint64_t size = number();
  if (size > from_.size()) {
    malformed();
  }
  return take(static_cast<std::size_t>(size));
}

void send_frame(int socket, FrameKind kind, std::string_view body, int descriptor,
                const Deadline* deadline) {
  Header header = {static_cast<std::uint32_t>(kind), static_cast<std::uint32_t>(body.size())};
  std::size_t sent = 0;
  const std::size_t all = sizeof header + body.size();
  while (sent < all) {
    std::array<iovec, 2> pieces{};
    std::size_t count = 0;
    if (sent < sizeof header) {
      pieces[count++] = {reinterpret_cast<char*>(&header) + sent, sizeof header - sent};
    }
    const std::size_t of_body = sent < sizeof header ? 0 : sent - sizeof header;
    if (of_body < body.size()) {
      // The kernel only reads from it. NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
      pieces[count++] = {const_cast<char*>(body.data()) + of_body, body.size() - of_body};
    }
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = count;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
    if (sent == 0 && descriptor >= 0) {
      message.msg_control = room.data();
      message.msg_controllen = room.size();
      cmsghdr* const part = CMSG_FIRSTHDR(&message);
      part->cmsg_level = SOL_SOCKET;
      part->cmsg_type = SCM_RIGHTS;
      part->cmsg_len = CMSG_LEN(sizeof(int));
      std::memcpy(CMSG_DATA(part), &descriptor, sizeof descriptor);
    }
    const int wait = deadline != nullptr ? MSG_DONTWAIT : 0;
    const ssize_t done = ::sendmsg(socket, &message, MSG_NOSIGNAL | wait);
    if (done < 0) {
      wait_after(socket, POLLOUT, deadline);
      continue;
    }
    sent += static_cast<std::size_t>(done);
  }
}

Frame receive_frame(int socket, Descriptor* descriptor, const Deadline* deadline) {
  Header header{};
  receive(socket, reinterpret_cast<char*>(&header), sizeof header, descriptor, deadline);
  if (header.size > most_in_frame) {
    malformed();
  }
  Frame frame;
  frame.kind = static_cast<FrameKind>(header.kind);
  frame.body.resize(header.size);
  receive(socket, frame.body.data(), frame.body.size(), descriptor, deadline);
  return frame;
}

}  // namespace kpfd::hooks
