// The progress bar: only on a terminal, only for what takes long, and gone at the end.
#include "cli/progress.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

namespace {

/// What is written to standard error while it lives: of a terminal, or of a pipe.
class StandardError {
 public:
  explicit StandardError(bool terminal) : kept_(::dup(STDERR_FILENO)) {
    int ends[2] = {-1, -1};
    if (terminal) {
      ends[0] = ::posix_openpt(O_RDWR | O_NOCTTY);
      BOOST_TEST_REQUIRE(ends[0] >= 0);
      BOOST_TEST_REQUIRE(::grantpt(ends[0]) == 0);
      BOOST_TEST_REQUIRE(::unlockpt(ends[0]) == 0);
      ends[1] = ::open(::ptsname(ends[0]), O_RDWR | O_NOCTTY);
    } else {
      BOOST_TEST_REQUIRE(::pipe(ends) == 0);
    }
    BOOST_TEST_REQUIRE(ends[1] >= 0);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    read_end_ = ends[0];
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[1]);
  }
  ~StandardError() {
    ::dup2(kept_, STDERR_FILENO);
    ::close(kept_);
    ::close(read_end_);
  }
  StandardError(const StandardError&) = delete;
  StandardError& operator=(const StandardError&) = delete;

  /// What has come since it was asked last.
  std::string text() const {
    std::string text;
    char piece[512];
    for (ssize_t count = 0; (count = ::read(read_end_, piece, sizeof piece)) > 0;) {
      text.append(piece, static_cast<std::size_t>(count));
    }
    return text;
  }

 private:
  int kept_;
  int read_end_ = -1;
};

void wait_longer_than_anybody_has_patience() {
  std::this_thread::sleep_for(std::chrono::milliseconds(620));
}

BOOST_AUTO_TEST_SUITE(progress)

BOOST_AUTO_TEST_CASE(a_bar_on_a_terminal_for_what_takes_long) {
  std::string at_once;
  std::string later;
  std::string cleared;
  {
    const StandardError screen(true);
    kpfd::cli::Progress bar;
    bar.begin_file("KPFD0006.CSV");
    bar.show(10, 100);
    at_once = screen.text();
    wait_longer_than_anybody_has_patience();
    bar.show(50, 100);
    later = screen.text();
    bar.clear();
    cleared = screen.text();
  }
  BOOST_TEST(at_once == "");
  BOOST_TEST(later == "\r\x1B[KKPFD0006.CSV [###############...............] 50%");
  BOOST_TEST(cleared == "\r\x1B[K");
}

BOOST_AUTO_TEST_CASE(a_name_cannot_steer_the_terminal) {
  std::string shown;
  {
    const StandardError screen(true);
    kpfd::cli::Progress bar;
    bar.begin_file("a\x1B[2J\xC2\x9B\xE2\x80\xAE\nb");
    wait_longer_than_anybody_has_patience();
    bar.show(1, 2);
    shown = screen.text();
  }
  BOOST_TEST(shown.rfind("\x1B") == 1U);  // the bar's own
  BOOST_TEST(shown.find("\xC2\x9B") == std::string::npos);
  BOOST_TEST(shown.find("\xE2\x80\xAE") == std::string::npos);
  BOOST_TEST(shown.find('\n') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_where_there_is_no_terminal) {
  std::string shown;
  {
    const StandardError log(false);
    kpfd::cli::Progress bar;
    bar.begin_file("KPFD0006.CSV");
    wait_longer_than_anybody_has_patience();
    bar.show(50, 100);
    bar.clear();
    shown = log.text();
  }
  BOOST_TEST(shown == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
