// Texts compared with the last one, and pieces of work that come back in their order.
#include "kpfd/check/last_text.hpp"

#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "kpfd/threads/in_order.hpp"

namespace {

using kpfd::check::LastText;
using kpfd::threads::InOrder;

BOOST_AUTO_TEST_SUITE(last_text)

// What stands behind a text, which is read with it, does not matter; every byte of it does.
BOOST_AUTO_TEST_CASE(texts_of_every_length_are_compared_in_every_byte) {
  for (std::size_t size = 0; size <= 40; ++size) {
    std::string first(size + 8, 'a');
    std::string second(size, 'a');
    second += "zzzzzzzz";
    LastText last;
    BOOST_TEST(!last.is(std::string_view(first).substr(0, size)));
    last.remember(std::string_view(first).substr(0, size));
    BOOST_TEST(last.is(std::string_view(second).substr(0, size)), size);
    BOOST_TEST(!last.is(std::string_view(first).substr(0, size + 1)), size);
    for (std::size_t i = 0; i < size; ++i) {
      second[i] = 'b';
      BOOST_TEST(!last.is(std::string_view(second).substr(0, size)), size << ", byte " << i);
      second[i] = 'a';
    }
    last.forget();
    BOOST_TEST(!last.is(std::string_view(first).substr(0, size)));
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(in_order)

BOOST_AUTO_TEST_CASE(what_the_work_throws_comes_when_its_piece_is_taken) {
  InOrder<int> team(2, [](int& piece, std::size_t /*worker*/) {
    if (piece == 2) {
      throw std::runtime_error("piece 2");
    }
    piece *= 10;
  });
  for (int i = 1; i <= 3; ++i) {
    *team.free() = i;
    team.give();
  }
  BOOST_TEST(*team.take() == 10);
  team.release();
  BOOST_CHECK_EXCEPTION(team.take(), std::runtime_error, [](const std::runtime_error& error) {
    return std::string_view(error.what()) == "piece 2";
  });
  team.release();
  BOOST_TEST(*team.take() == 30);
  team.release();
  BOOST_TEST(team.take() == nullptr);
  // The place of the piece that threw serves again.
  for (int i = 4; i <= 9; ++i) {
    *team.free() = i;
    team.give();
    BOOST_TEST(*team.take() == 10 * i);
    team.release();
  }
}

BOOST_AUTO_TEST_CASE(a_full_ring_has_no_free_piece) {
  InOrder<int> team(1, [](int& /*piece*/, std::size_t /*worker*/) {});
  int given = 0;
  while (team.free() != nullptr) {
    team.give();
    ++given;
  }
  BOOST_TEST(given == 3);
  BOOST_TEST(team.take() != nullptr);
  team.release();
  BOOST_TEST(team.free() != nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
