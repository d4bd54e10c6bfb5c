#include "hooks/serve/head.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using kpfd::hooks::Head;
using kpfd::hooks::HeadLimits;
using kpfd::hooks::read_head;

namespace {

/// The status for these lines; the text is of its own size, so that a read beyond it is seen.
int status_of(const std::string& lines, Head& head) {
  const std::string bytes = lines + "\r\n";
  return read_head(bytes, HeadLimits{}, head);
}

int status_of(const std::string& lines) {
  Head head;
  return status_of(lines, head);
}

const std::string host = "Host: x\r\n";
const std::string get = "GET / HTTP/1.1\r\n" + host;
const std::string post = "POST / HTTP/1.1\r\n" + host;

}  // namespace

BOOST_AUTO_TEST_SUITE(head)

BOOST_AUTO_TEST_CASE(a_plain_request_is_read) {
  Head head;
  BOOST_TEST(status_of(post.substr(0, 5) +
                           "/v1/check?a=b HTTP/1.1\r\nHOST: x\r\nContent-Length:  12 \r\nX-A:\r\n",
                       head) == 0);
  BOOST_TEST(head.method == "POST");
  BOOST_TEST(head.target == "/v1/check?a=b");
  BOOST_TEST(head.path == "/v1/check");
  BOOST_TEST(head.field("host") == "x");
  BOOST_TEST(head.field("x-a").empty());
  BOOST_TEST(head.length == 12U);
  BOOST_TEST(head.has_length);
  BOOST_TEST(head.keep_alive);
  BOOST_TEST(!head.may_go_on());
}

BOOST_AUTO_TEST_CASE(the_connection_goes_on_only_where_the_end_of_the_request_is_known) {
  Head head;
  BOOST_TEST(status_of(get, head) == 0);
  BOOST_TEST(head.may_go_on());
  BOOST_TEST(status_of(post, head) == 0);
  BOOST_TEST(!head.may_go_on());
  BOOST_TEST(status_of(post + "Content-Length: 0\r\n", head) == 0);
  BOOST_TEST(head.may_go_on());
  BOOST_TEST(status_of(get + "Connection: close\r\n", head) == 0);
  BOOST_TEST(!head.may_go_on());
  BOOST_TEST(status_of("GET / HTTP/1.0\r\n", head) == 0);
  BOOST_TEST(!head.may_go_on());
}

BOOST_AUTO_TEST_CASE(the_length_is_said_once_and_in_digits) {
  for (const char* const value :
       {"", "-1", "+1", "0x1", "1,1", "1 1", "1.0", "1e3", "1234567890123456", "\t"}) {
    BOOST_TEST(status_of(post + "Content-Length: " + value + "\r\n") == 400, value);
  }
  BOOST_TEST(status_of(post + "Content-Length: 1\r\nContent-Length: 1\r\n") == 400);
  BOOST_TEST(status_of(post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n") == 400);
  BOOST_TEST(status_of(post + "Content-Length: 1\r\nTransfer-Encoding: identity\r\n") == 400);
  BOOST_TEST(status_of(post + "Transfer-Encoding: chunked\r\n") == 411);
  BOOST_TEST(status_of(post + "Transfer-Encoding: Chunked\r\n") == 411);
  BOOST_TEST(status_of(post + "Transfer-Encoding: gzip, chunked\r\n") == 501);
  Head head;
  BOOST_TEST(status_of(post + "Content-Length: 007\r\n", head) == 0);
  BOOST_TEST(head.length == 7U);
}

BOOST_AUTO_TEST_CASE(lines_end_in_one_way) {
  BOOST_TEST(status_of("GET / HTTP/1.1\nHost: x\r\n") == 400);
  BOOST_TEST(status_of("GET / HTTP/1.1\r\nHost: x\n") == 400);
  BOOST_TEST(status_of("GET / HTTP/1.1\r\nHost: x\rX: y\r\n") == 400);
  BOOST_TEST(status_of(get + " folded\r\n") == 400);
  BOOST_TEST(status_of(get + "X : y\r\n") == 400);
  BOOST_TEST(status_of(get + ": y\r\n") == 400);
  BOOST_TEST(status_of(get + "X\r\n") == 400);
  BOOST_TEST(status_of(get + std::string("X: a\0b\r\n", 8)) == 400);
  BOOST_TEST(status_of(get + "X: \x7f\r\n") == 400);
  BOOST_TEST(status_of(get + "X: \xe3\r\n") == 400);
  BOOST_TEST(status_of("\r\n" + get) == 400);
}

BOOST_AUTO_TEST_CASE(the_request_line_is_three_words) {
  for (const char* const line :
       {"", "GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1",
        "get / HTTP/1.1", "G@T / HTTP/1.1", "GET x HTTP/1.1", "GET http://x/ HTTP/1.1",
        "GET / http/1.1", "GET / HTTP/1", "GET /\t HTTP/1.1", "GET / HTTP/1.10",
        "GET /\xe3 HTTP/1.1", "ABCDEFGHIJKLMNOPQ / HTTP/1.1"}) {
    BOOST_TEST(status_of(std::string(line) + "\r\n" + host) == 400, line);
  }
  BOOST_TEST(status_of("GET / HTTP/2.0\r\n" + host) == 505);
  BOOST_TEST(status_of("GET / HTTP/1.2\r\n" + host) == 505);
}

BOOST_AUTO_TEST_CASE(one_host) {
  BOOST_TEST(status_of("GET / HTTP/1.1\r\n") == 400);
  BOOST_TEST(status_of(get + host) == 400);
  BOOST_TEST(status_of("GET / HTTP/1.0\r\n") == 0);
}

BOOST_AUTO_TEST_CASE(expectations) {
  Head head;
  BOOST_TEST(status_of(post + "Expect: 100-Continue\r\n", head) == 0);
  BOOST_TEST(head.expects_consent);
  BOOST_TEST(status_of(post + "Expect: x\r\n") == 417);
}

BOOST_AUTO_TEST_CASE(each_limit_is_met_exactly) {
  const HeadLimits limits;
  std::string fields;
  for (std::size_t i = 1; i < limits.most_fields; ++i) {
    fields += "X: y\r\n";
  }
  BOOST_TEST(status_of(get + fields) == 0);
  BOOST_TEST(status_of(get + fields + "X: y\r\n") == 431);
  const std::string target(limits.most_target - 1, 'x');
  BOOST_TEST(status_of("GET /" + target + " HTTP/1.1\r\n" + host) == 0);
  BOOST_TEST(status_of("GET /x" + target + " HTTP/1.1\r\n" + host) == 414);
  const std::size_t rest = limits.most_bytes - get.size() - 2 - 5;
  BOOST_TEST(status_of(get + "X: " + std::string(rest, 'x') + "\r\n") == 0);
  BOOST_TEST(status_of(get + "X: " + std::string(rest + 1, 'x') + "\r\n") == 431);
}

BOOST_AUTO_TEST_CASE(a_head_that_is_cut_anywhere_is_none) {
  const std::string whole = post + "Content-Length: 5\r\nX: y\r\n\r\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string cut(whole, 0, size);
    Head head;
    BOOST_TEST(read_head(cut, HeadLimits{}, head) != 0, size);
  }
}

BOOST_AUTO_TEST_SUITE_END()
