#include "hooks/worker/pool.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "hooks/intake/words.hpp"
#include "tests/cli/command.hpp"

using kpfd::Verdict;
using kpfd::hooks::Intake;
using kpfd::hooks::JobAnswer;
using kpfd::hooks::JobFault;
using kpfd::hooks::PoolOptions;
using kpfd::hooks::WorkerJob;
using kpfd::hooks::WorkerPool;
using std::chrono::milliseconds;

namespace {

Intake::Options intake_options() {
  Intake::Options options;
  options.language = "en";
  options.as_of = "2026-07-31";
  options.received_at = "2026-07-31T18:00:00+09:00";
  options.strict = true;
  return options;
}

PoolOptions pool_options() {
  PoolOptions options;
  options.setup.intake = intake_options();
  options.program = kpfd_test::command();
  options.workers = 2;
  return options;
}

const Intake& intake() {
  static const Intake made(intake_options());
  return made;
}

/// The processes that this one has started.
std::vector<pid_t> children() {
  std::vector<pid_t> found;
  const std::string self = std::to_string(::getpid());
  std::ifstream list("/proc/self/task/" + self + "/children");
  pid_t process = 0;
  while (list >> process) {
    found.push_back(process);
  }
  return found;
}

/// A filing that takes a while.
std::string large_text() {
  kpfd_test::Filing filing = kpfd_test::filing_for("KPFD");
  std::string text = filing.text();
  const std::size_t last = text.rfind("\r\n", text.size() - 3) + 2;
  const std::string record = text.substr(last);
  text.reserve(text.size() + 200'000 * record.size());
  for (int i = 0; i < 200'000; ++i) {
    text += record;
  }
  return text;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

WorkerJob with_filing() {
  WorkerJob job;
  job.with_filing = true;
  return job;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pool)

BOOST_AUTO_TEST_CASE(a_good_filing_is_accepted_and_a_bad_one_is_not) {
  WorkerPool workers(pool_options(), intake().model());
  const JobAnswer good = workers.run(WorkerJob{}, kpfd_test::good_text());
  BOOST_TEST((good.verdict == Verdict::accept));
  BOOST_TEST(contains(good.report, "\"verdict\":\"accept\""));
  BOOST_TEST(!good.filing.has_value());
  const JobAnswer bad = workers.run(WorkerJob{}, kpfd_test::bad_text());
  BOOST_TEST((bad.verdict == Verdict::reject));
  BOOST_TEST(contains(bad.report, "\"severity\":\"error\""));
  BOOST_TEST(contains(bad.report, "\"verdict\":\"reject\""));
  const JobAnswer empty = workers.run(with_filing(), "");
  BOOST_TEST((empty.verdict == Verdict::reject));
  BOOST_TEST(!empty.filing.has_value());
  BOOST_TEST(workers.counters().jobs == 3);
  BOOST_TEST(workers.counters().deaths == 0);
}

BOOST_AUTO_TEST_CASE(a_confined_worker_knows_what_time_it_is) {
  PoolOptions options = pool_options();
  options.setup.intake.as_of.clear();
  options.setup.intake.received_at.clear();
  WorkerPool workers(options, intake().model());
  BOOST_TEST((workers.run(with_filing(), kpfd_test::good_text()).fault == JobFault::none));
  BOOST_TEST(workers.counters().deaths == 0);
}

BOOST_AUTO_TEST_CASE(a_worker_that_dies_leaves_no_verdict_and_another_comes) {
  std::atomic<int> ended{0};
  PoolOptions options = pool_options();
  options.workers = 1;
  options.log = [&](std::string_view event, std::string_view) {
    ended += event == "worker_ended" ? 1 : 0;
  };
  WorkerPool workers(options, intake().model());
  const std::string large = large_text();
  JobAnswer answer;
  std::thread asking([&] { answer = workers.run(WorkerJob{}, large); });
  while (workers.counters().jobs == 0) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  std::this_thread::sleep_for(milliseconds(5));
  const std::vector<pid_t> processes = children();
  BOOST_REQUIRE(processes.size() == 1);
  ::kill(processes[0], SIGKILL);
  asking.join();
  BOOST_TEST((answer.verdict == Verdict::unchecked));
  BOOST_TEST((answer.fault == JobFault::died));
  BOOST_TEST(answer.report.empty());
  BOOST_TEST(!answer.reason.empty());
  BOOST_TEST((workers.run(WorkerJob{}, kpfd_test::good_text()).verdict == Verdict::accept));
  BOOST_TEST(workers.counters().deaths == 1);
  BOOST_TEST(workers.counters().starts == 2);
  BOOST_TEST(ended == 1);
}

BOOST_AUTO_TEST_CASE(a_worker_that_died_while_idle_is_nobodys_answer) {
  PoolOptions options = pool_options();
  options.workers = 1;
  WorkerPool workers(options, intake().model());
  const pid_t process = children().at(0);
  ::kill(process, SIGKILL);
  siginfo_t ended{};
  BOOST_REQUIRE(::waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOWAIT) == 0);
  BOOST_TEST((workers.run(WorkerJob{}, kpfd_test::good_text()).verdict == Verdict::accept));
  BOOST_TEST(workers.counters().deaths == 1);
  BOOST_TEST(workers.counters().starts == 2);
}

BOOST_AUTO_TEST_CASE(a_job_that_takes_too_long_is_ended) {
  PoolOptions options = pool_options();
  options.longest_job = milliseconds(5);
  WorkerPool workers(options, intake().model());
  const JobAnswer answer = workers.run(WorkerJob{}, large_text());
  BOOST_TEST((answer.fault == JobFault::late));
  BOOST_TEST((answer.verdict == Verdict::unchecked));
  BOOST_TEST(workers.counters().late == 1);
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_too_large_is_none) {
  PoolOptions options = pool_options();
  options.most_answer = 1000;
  WorkerPool workers(options, intake().model());
  const JobAnswer answer = workers.run(with_filing(), kpfd_test::good_text());
  BOOST_TEST((answer.fault == JobFault::too_large));
  BOOST_TEST(!answer.filing.has_value());
}

BOOST_AUTO_TEST_CASE(too_many_at_once_are_refused_and_none_is_lost) {
  PoolOptions options = pool_options();
  options.workers = 1;
  options.most_waiting = 2;
  WorkerPool workers(options, intake().model());
  const std::string large = large_text();
  std::atomic<int> accepted{0};
  std::atomic<int> busy{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const JobAnswer answer = workers.run(WorkerJob{}, large);
      accepted += answer.fault == JobFault::none ? 1 : 0;
      busy += answer.fault == JobFault::busy ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  BOOST_TEST(accepted + busy == 8);
  BOOST_TEST(accepted >= 1);
  BOOST_TEST(busy >= 1);
}

BOOST_AUTO_TEST_CASE(a_stopped_pool_takes_nothing) {
  WorkerPool workers(pool_options(), intake().model());
  workers.stop();
  BOOST_TEST((workers.run(WorkerJob{}, kpfd_test::good_text()).fault == JobFault::stopping));
}

BOOST_AUTO_TEST_CASE(a_setup_that_cannot_be_used_is_told) {
  PoolOptions options = pool_options();
  options.setup.intake.profile = "there-is-no-such-profile.xml";
  BOOST_CHECK_EXCEPTION(WorkerPool(options, intake().model()), kpfd::hooks::SetupError,
                        [](const std::exception& error) {
                          return contains(error.what(), "there-is-no-such-profile.xml");
                        });
  options = pool_options();
  options.program = "/there/is/no/such/program";
  BOOST_CHECK_THROW(WorkerPool(options, intake().model()), kpfd::hooks::SetupError);
}

BOOST_AUTO_TEST_SUITE_END()
