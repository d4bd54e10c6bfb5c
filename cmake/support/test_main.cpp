// The main() of every test program. A run that executes no case, or that does
// not come to its end, is a failure.

#define BOOST_TEST_NO_MAIN
#define BOOST_TEST_ALTERNATIVE_INIT_API
#include <boost/test/tree/observer.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "kpfd_test.hpp"

namespace {

using AddCases = void (*)();

std::vector<AddCases>& registered_functions() {
  static std::vector<AddCases> functions;
  return functions;
}

class CaseCounter : public boost::unit_test::test_observer {
 public:
  void test_start(boost::unit_test::counter_t /*planned*/,
                  boost::unit_test::test_unit_id /*root*/) override {
    started_ = true;
  }
  void test_unit_finish(const boost::unit_test::test_unit& unit,
                        unsigned long /*microseconds*/) override {
    if (unit.p_type == boost::unit_test::TUT_CASE) {
      ++finished_;
    }
  }
  bool ran_nothing() const { return started_ && finished_ == 0; }

 private:
  bool started_ = false;
  unsigned long finished_ = 0;
};

CaseCounter& case_counter() {
  static CaseCounter counter;
  return counter;
}

bool set_up() {
  boost::unit_test::framework::register_observer(case_counter());
  for (const AddCases add_cases : registered_functions()) {
    add_cases();
  }
  return true;
}

}  // namespace

namespace kpfd_test {

bool at_start(void (*add_cases)()) {
  registered_functions().push_back(add_cases);
  return true;
}

}  // namespace kpfd_test

int main(int argc, char* argv[]) {
  // A case that ends the program with exit(0) has not passed, and the cases after it did not run.
  static bool run_ended = false;
  static_cast<void>(std::atexit([] {
    if (!run_ended) {
      static_cast<void>(std::fputs("the program was left in the middle of a test case\n", stderr));
      std::_Exit(EXIT_FAILURE);
    }
  }));
  const int status = boost::unit_test::unit_test_main(&set_up, argc, argv);
  run_ended = true;
  if (status == EXIT_SUCCESS && case_counter().ran_nothing()) {
    static_cast<void>(std::fputs("no test case was run\n", stderr));
    return EXIT_FAILURE;
  }
  return status;
}
