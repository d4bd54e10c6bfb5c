#include "hooks/worker/wire.hpp"

#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>

using kpfd::hooks::Deadline;
using kpfd::hooks::Descriptor;
using kpfd::hooks::Frame;
using kpfd::hooks::FrameKind;
using kpfd::hooks::receive_frame;
using kpfd::hooks::send_frame;
using kpfd::hooks::ValueReader;
using kpfd::hooks::ValueWriter;
using kpfd::hooks::WireError;

namespace {

struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    left = Descriptor(ends[0]);
    right = Descriptor(ends[1]);
  }
  Descriptor left;
  Descriptor right;
};

Deadline soon(int milliseconds) {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
}

bool is(const WireError& error, WireError::Kind kind) { return error.kind() == kind; }

}  // namespace

BOOST_AUTO_TEST_SUITE(wire)

BOOST_AUTO_TEST_CASE(values_come_back_as_they_were) {
  std::string body;
  ValueWriter writer(body);
  writer.number(~std::uint64_t{0});
  writer.text(std::string_view("a\0b", 3));
  writer.small(65'535);
  writer.text("");
  ValueReader reader(body);
  BOOST_TEST(reader.number() == ~std::uint64_t{0});
  BOOST_TEST(reader.text() == std::string_view("a\0b", 3));
  BOOST_TEST(reader.small() == 65'535);
  BOOST_TEST(reader.text().empty());
  BOOST_TEST(reader.at_end());
}

BOOST_AUTO_TEST_CASE(a_body_that_is_cut_anywhere_is_refused) {
  std::string body;
  ValueWriter writer(body);
  writer.number(7);
  writer.text("abc");
  for (std::size_t size = 0; size < body.size(); ++size) {
    const std::string cut(body, 0, size);  // of its own size: a read beyond it is seen
    ValueReader reader(cut);
    BOOST_CHECK_THROW(static_cast<void>((reader.number(), reader.text())), WireError);
  }
}

BOOST_AUTO_TEST_CASE(a_text_longer_than_the_rest_is_refused) {
  std::string body;
  ValueWriter(body).number(~std::uint64_t{0});
  ValueReader reader(body);
  BOOST_CHECK_THROW(static_cast<void>(reader.text()), WireError);
}

BOOST_AUTO_TEST_CASE(a_frame_brings_its_descriptor) {
  Pair pair;
  const Descriptor file(::memfd_create("test", MFD_CLOEXEC));
  BOOST_REQUIRE(::write(file.get(), "hello", 5) == 5);
  send_frame(pair.left.get(), FrameKind::job, "body", file.get(), nullptr);
  Descriptor received;
  const Frame frame = receive_frame(pair.right.get(), &received, nullptr);
  BOOST_TEST((frame.kind == FrameKind::job));
  BOOST_TEST(frame.body == "body");
  BOOST_REQUIRE(received.open());
  std::array<char, 5> bytes{};
  BOOST_TEST(::pread(received.get(), bytes.data(), bytes.size(), 0) == 5);
  BOOST_TEST(std::string(bytes.data(), bytes.size()) == "hello");
}

BOOST_AUTO_TEST_CASE(a_large_frame_goes_through_a_small_socket) {
  Pair pair;
  const std::string body(kpfd::hooks::most_in_frame, 'x');
  std::thread sender([&] {
    const Deadline deadline = soon(20'000);
    send_frame(pair.left.get(), FrameKind::rows, body, -1, &deadline);
  });
  const Deadline deadline = soon(20'000);
  const Frame frame = receive_frame(pair.right.get(), nullptr, &deadline);
  sender.join();
  BOOST_TEST(frame.body == body);
}

BOOST_AUTO_TEST_CASE(a_frame_that_is_too_large_is_refused_before_it_is_read) {
  Pair pair;
  const std::array<std::uint32_t, 2> header = {static_cast<std::uint32_t>(FrameKind::rows),
                                               0xFFFF'FFFFU};
  BOOST_REQUIRE(::write(pair.left.get(), header.data(), sizeof header) == sizeof header);
  BOOST_CHECK_EXCEPTION(
      receive_frame(pair.right.get(), nullptr, nullptr), WireError,
      [](const WireError& error) { return is(error, WireError::Kind::malformed); });
}

BOOST_AUTO_TEST_CASE(who_says_nothing_is_late_and_who_goes_is_gone) {
  Pair pair;
  BOOST_REQUIRE(::write(pair.left.get(), "abc", 3) == 3);
  const Deadline deadline = soon(30);
  BOOST_CHECK_EXCEPTION(receive_frame(pair.right.get(), nullptr, &deadline), WireError,
                        [](const WireError& error) { return is(error, WireError::Kind::late); });
  pair.left = Descriptor();
  BOOST_CHECK_EXCEPTION(receive_frame(pair.right.get(), nullptr, nullptr), WireError,
                        [](const WireError& error) { return is(error, WireError::Kind::closed); });
}

BOOST_AUTO_TEST_SUITE_END()
