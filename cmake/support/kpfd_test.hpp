#ifndef KPFD_TEST_HPP
#define KPFD_TEST_HPP

namespace kpfd_test {

/// Remembers a function that adds test cases before the run, for cases that are made from the files
/// of a folder. An exception in it ends the run as a failure. Always true, so that it can
/// initialise a constant:
///
///     const bool registered = kpfd_test::at_start([] {
///       using namespace boost::unit_test;
///       for (const auto& path : vectors()) {
///         framework::master_test_suite().add(make_test_case(
///             [path] { check(path); }, path.filename().string(), __FILE__, __LINE__));
///       }
///     });
bool at_start(void (*add_cases)());

}  // namespace kpfd_test

#endif
