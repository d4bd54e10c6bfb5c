// Memory runs out at every allocation, one after the other: an error each time, and never a wrong
// answer. The library is linked as objects here, so that its `new` is that of shortage.cpp.
#include <limits>

#include "tests/c_api/shortage.hpp"
#include "tests/c_api/support.hpp"

namespace {

using namespace kpfd_test;

/// Runs `body` with one allocation more each time, until it succeeds. It returns whether it did.
template <typename Body>
long allocations_of(Body body) {
  for (long allocations = 0; allocations < 100'000; ++allocations) {
    const Shortage shortage(allocations);
    if (body()) {
      return allocations;
    }
  }
  return std::numeric_limits<long>::max();
}

BOOST_AUTO_TEST_CASE(an_engine_is_made_or_not) {
  const kpfd_engine_options options = engine_options();
  EngineHandle engine;
  kpfd_status status = KPFD_OK;
  bool told = true;
  const long needed = allocations_of([&] {
    kpfd_engine* opened = nullptr;
    status = kpfd_engine_open(&options, &opened);
    engine.reset(opened);
    told = told && (status == KPFD_OK) == (opened != nullptr) &&
           (status == KPFD_OK || status == KPFD_E_MEMORY);
    return status == KPFD_OK;
  });
  BOOST_TEST(needed > 10);
  BOOST_TEST(needed < 100'000);
  BOOST_TEST(told);
}

BOOST_AUTO_TEST_CASE(a_filing_is_checked_or_not) {
  const EngineHandle engine = open_engine();
  const std::string bad = bad_text();
  for (const bool streamed : {false, true}) {
    std::size_t findings = 0;
    kpfd_check_options options = check_options();
    options.on_finding = [](const kpfd_finding*, void* user) {
      ++*static_cast<std::size_t*>(user);
      return 0;
    };
    options.user = &findings;
    options.stream_memory = 64;
    bool told = true;
    const long needed = allocations_of([&] {
      findings = 0;
      kpfd_check* opened = nullptr;
      const kpfd_status status = kpfd_check_open(engine.get(), &options, &opened);
      const CheckHandle check(opened);
      if (status != KPFD_OK) {
        told = told && status == KPFD_E_MEMORY && opened == nullptr;
        return false;
      }
      kpfd_verdict verdict = KPFD_UNCHECKED;
      if (streamed) {
        // Nobody looks at the statuses: the verdict is still none.
        static_cast<void>(kpfd_check_begin(opened, "KPFD0006.CSV"));
        static_cast<void>(kpfd_check_feed(opened, bad.data(), bad.size()));
        verdict = kpfd_check_finish(opened);
      } else {
        verdict = kpfd_check_buffer(opened, "KPFD0006.CSV", bad.data(), bad.size());
      }
      if (verdict != KPFD_REJECT) {
        told = told && verdict == KPFD_UNCHECKED;
        return false;
      }
      told = told && findings == 3;
      return *kpfd_check_summary_json(opened) != '\0';
    });
    BOOST_TEST(needed > 5);
    BOOST_TEST(needed < 100'000);
    BOOST_TEST(told);
  }
}

}  // namespace
