// HMAC-SHA-256 against the vectors of RFC 4231.
#include "kpfd/digest/hmac.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace {

using kpfd::digest::hexadecimal;
using kpfd::digest::HmacSha256;

std::string hmac(const std::string& key, std::string_view text) {
  return hexadecimal(HmacSha256(key).feed(text).finish());
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_vectors_of_rfc_4231) {
  BOOST_TEST(hmac(std::string(20, '\x0b'), "Hi There") ==
             "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  BOOST_TEST(hmac("Jefe", "what do ya want for nothing?") ==
             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  BOOST_TEST(hmac(std::string(20, '\xaa'), std::string(50, '\xdd')) ==
             "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  BOOST_TEST(
      hmac(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

BOOST_AUTO_TEST_CASE(pieces_do_not_matter) {
  const std::string text(1000, 'x');
  BOOST_TEST(
      hexadecimal(HmacSha256("key").feed(text.substr(0, 63)).feed(text.substr(63)).finish()) ==
      hmac("key", text));
}
