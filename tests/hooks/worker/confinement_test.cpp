#include "hooks/worker/confinement.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <functional>

using kpfd::hooks::confine;
using kpfd::hooks::ConfinementOptions;
using kpfd::hooks::Measure;

namespace {

/// What a confined process does, and how it ends: its status, or 128 and the signal.
int ending_of(const std::function<int()>& deed) {
  const pid_t process = ::fork();
  if (process == 0) {
    const std::vector<Measure> measures = confine(ConfinementOptions{});
    ::_exit(deed());
  }
  int status = 0;
  BOOST_REQUIRE(::waitpid(process, &status, 0) == process);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// Whether a measure is on here: a kernel, or a build with sanitizers, may lack one.
bool has(const char* name) {
  const pid_t process = ::fork();
  if (process == 0) {
    const std::vector<Measure> measures = confine(ConfinementOptions{});
    ::_exit(std::any_of(measures.begin(), measures.end(),
                        [&](const Measure& measure) { return measure.name == name && measure.on; })
                ? 0
                : 1);
  }
  int status = 0;
  BOOST_REQUIRE(::waitpid(process, &status, 0) == process);
  return status == 0;
}

constexpr int killed_by_the_filter = 128 + SIGSYS;

}  // namespace

BOOST_AUTO_TEST_SUITE(confinement)

BOOST_AUTO_TEST_CASE(work_in_memory_goes_on) {
  BOOST_TEST(ending_of([] {
               const std::string text(std::size_t{8} << 20U, 'x');
               return text.back() == 'x' ? 7 : 8;
             }) == 7);
}

BOOST_AUTO_TEST_CASE(no_file_is_opened) {
  const int ending = ending_of([] { return ::open("/etc/passwd", O_RDONLY) < 0 ? 1 : 0; });
  BOOST_TEST(ending == (has("seccomp") ? killed_by_the_filter : 1));
}

BOOST_AUTO_TEST_CASE(no_socket_no_program_no_code_from_outside) {
  if (!has("seccomp")) {
    BOOST_TEST_MESSAGE("no seccomp here");
    return;
  }
  BOOST_TEST(ending_of([] { return ::socket(AF_INET, SOCK_STREAM, 0) < 0 ? 1 : 0; }) ==
             killed_by_the_filter);
  BOOST_TEST(ending_of([] {
               std::array<char*, 1> none = {nullptr};
               return ::execve("/bin/true", none.data(), none.data());
             }) == killed_by_the_filter);
  BOOST_TEST(ending_of([] {
               return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
                          ? 1
                          : 0;
             }) == killed_by_the_filter);
  BOOST_TEST(ending_of([] { return ::kill(::getppid(), 0); }) == killed_by_the_filter);
}

BOOST_AUTO_TEST_CASE(memory_ends) {
  if (!has("memory")) {
    BOOST_TEST_MESSAGE("memory is not limited here");
    return;
  }
  const int ending = ending_of([] {
    void* const much =
        ::mmap(nullptr, std::size_t{2} << 30U, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return much == MAP_FAILED ? 3 : 0;
  });
  BOOST_TEST(ending == 3);
}

BOOST_AUTO_TEST_CASE(processor_time_ends) {
  const int ending = ending_of([] {
    kpfd::hooks::limit_processor_time(1);
    volatile unsigned work = 0;
    while (true) {
      work = work + 1;
    }
    return 0;
  });
  BOOST_TEST(ending == 128 + SIGPROF);
}

BOOST_AUTO_TEST_SUITE_END()
