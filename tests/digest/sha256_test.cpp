// SHA-256 against the examples that NIST publishes, and against itself piece by piece.
#include "kpfd/digest/sha256.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

namespace {

using kpfd::digest::Sha256;
using kpfd::digest::sha256;

BOOST_AUTO_TEST_SUITE(sha256_hash)

BOOST_AUTO_TEST_CASE(the_examples_of_nist) {
  BOOST_TEST(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  BOOST_TEST(sha256("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                    "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu") ==
             "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  BOOST_TEST(sha256(std::string(1000000, 'a')) ==
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Byte-oriented short messages of the validation suite: all values of a byte matter.
BOOST_AUTO_TEST_CASE(messages_of_the_validation_suite) {
  BOOST_TEST(sha256("\xD3") == "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1");
  BOOST_TEST(sha256("\x11\xAF") ==
             "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98");
  BOOST_TEST(sha256("\x74\xBA\x25\x21") ==
             "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e");
}

// The padding takes one block or two; every way of cutting the bytes tells the same.
BOOST_AUTO_TEST_CASE(the_hash_does_not_depend_on_the_pieces) {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += static_cast<char>(i * 7);
    const std::string whole = sha256(text);
    BOOST_TEST(whole.size() == 64U);
    for (std::size_t cut = 0; cut <= text.size(); cut += 13) {
      BOOST_TEST(Sha256().feed(text.substr(0, cut)).feed(text.substr(cut)).finish() == whole);
    }
  }
}

// A processor without the instructions for it takes the way of every machine.
BOOST_AUTO_TEST_CASE(the_portable_way_tells_the_same) {
  const auto portable = [](std::string_view text) {
    return Sha256(Sha256::Way::portable).feed(text).finish();
  };
  BOOST_TEST(portable("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(portable(std::string(1000000, 'a')) ==
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += static_cast<char>(i * 11);
    BOOST_TEST(portable(text) == sha256(text));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
