# kpfd_add_test(<name> SOURCES <file>... [LIBRARIES <target>...] [ARGUMENTS <argument>...] [TIMEOUT <seconds>]
#               [LABELS <label>...])
#
# A program of Boost.Test cases, run by ctest. The sources include <boost/test/unit_test.hpp> and write
# BOOST_AUTO_TEST_CASE; main() is common (cmake/support/test_main.cpp). A program that runs no case at all fails.
# Cases made from the files of a folder are registered with kpfd_test.hpp. KPFD_SOURCE_DIR is a string literal,
# the root of the sources; the working folder of a test is its own and may be written to.
#
# Each run leaves its counts in <build>/test_reports/<name>.xml; scripts/test adds them up.
# A test that is no Boost.Test program is an ordinary add_test() and counts as one.

include_guard(GLOBAL)

set_property(GLOBAL PROPERTY KPFD_TEST_SUPPORT_DIR "${CMAKE_CURRENT_LIST_DIR}/support")

if(KPFD_TESTS)
  add_library(kpfd_test_main OBJECT "${CMAKE_CURRENT_LIST_DIR}/support/test_main.cpp")
  target_include_directories(kpfd_test_main PUBLIC "${CMAKE_CURRENT_LIST_DIR}/support")
  target_compile_definitions(kpfd_test_main PUBLIC BOOST_TEST_DYN_LINK "KPFD_SOURCE_DIR=\"${PROJECT_SOURCE_DIR}\"")
  target_link_libraries(kpfd_test_main PRIVATE kpfd_flags PUBLIC Boost::unit_test_framework)
  file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/test_reports")
endif()

# The variables that every test runs with, whatever it is written in.
set(KPFD_TEST_ENVIRONMENT
    "LC_ALL=C.UTF-8" "TZ=UTC"
    "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1"
    "UBSAN_OPTIONS=print_stacktrace=1" "TSAN_OPTIONS=halt_on_error=1"
    "LLVM_PROFILE_FILE=${PROJECT_BINARY_DIR}/profiles/%4m.profraw")

function(kpfd_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "TIMEOUT" "SOURCES;LIBRARIES;ARGUMENTS;LABELS")
  if(test_UNPARSED_ARGUMENTS OR NOT test_SOURCES)
    message(FATAL_ERROR "kpfd_add_test(${name}): give SOURCES and nothing unknown (${test_UNPARSED_ARGUMENTS})")
  endif()
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 300)
  endif()

  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE kpfd_flags kpfd_test_main ${test_LIBRARIES})

  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${name}.work")
  file(MAKE_DIRECTORY "${folder}")
  add_test(
    NAME ${name}
    COMMAND ${name} --report_level=short --report_format=XML
            "--report_sink=${PROJECT_BINARY_DIR}/test_reports/${name}.xml" --color_output=no --catch_system_errors=no
            ${test_ARGUMENTS}
    WORKING_DIRECTORY "${folder}")
  set_tests_properties(${name} PROPERTIES TIMEOUT ${test_TIMEOUT} LABELS "${test_LABELS}"
                                          ENVIRONMENT "${KPFD_TEST_ENVIRONMENT}")
endfunction()
