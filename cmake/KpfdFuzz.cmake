# kpfd_add_fuzzer(<name> SOURCES <file>... [LIBRARIES <target>...] [CORPUS <folder>...])
#
# A fuzzer is a source with LLVMFuzzerTestOneInput. With KPFD_FUZZ (preset 'fuzz') it is linked with libFuzzer;
# in every other build it gets a main() that replays files and folders, so it is always compiled, and always run
# by ctest over its corpus: <name>.replay, if there is a corpus folder. An empty corpus fails.

include_guard(GLOBAL)

set_property(GLOBAL PROPERTY KPFD_FUZZ_SUPPORT_DIR "${CMAKE_CURRENT_LIST_DIR}/support")

function(kpfd_add_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 fuzzer "" "" "SOURCES;LIBRARIES;CORPUS")
  if(fuzzer_UNPARSED_ARGUMENTS OR NOT fuzzer_SOURCES)
    message(FATAL_ERROR "kpfd_add_fuzzer(${name}): give SOURCES and nothing unknown (${fuzzer_UNPARSED_ARGUMENTS})")
  endif()
  add_executable(${name} ${fuzzer_SOURCES})
  target_link_libraries(${name} PRIVATE kpfd_flags ${fuzzer_LIBRARIES})
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers) # all of them, and nothing else
  endif()
  add_dependencies(fuzzers ${name})
  if(KPFD_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    get_property(support GLOBAL PROPERTY KPFD_FUZZ_SUPPORT_DIR)
    target_sources(${name} PRIVATE "${support}/fuzz_replay.cpp")
    if(KPFD_TESTS AND fuzzer_CORPUS)
      list(TRANSFORM fuzzer_CORPUS PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" REGEX "^[^/]")
      add_test(NAME ${name}.replay COMMAND ${name} ${fuzzer_CORPUS})
      set_tests_properties(${name}.replay PROPERTIES TIMEOUT 300 ENVIRONMENT "${KPFD_TEST_ENVIRONMENT}")
    endif()
  endif()
endfunction()
