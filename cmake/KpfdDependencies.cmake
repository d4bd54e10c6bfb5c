# What the project needs from outside; docs/dependencies.md says why. All of it comes from packages of the system.
#
#   Boost::headers (1.81 or newer), kpfd_pugixml, CLI11::CLI11, Threads::Threads   always
#   ICU::uc ICU::data ICU::i18n (KPFD_HAVE_ICU), LibXml2::LibXml2 (KPFD_HAVE_LIBXML2)        always in a native build;
#                      in a cross build they are absent and the core does without; the others are KpfdForeign's
#   SQLite3, libpq and librnp, by their headers and the names of their libraries   in a native build
#   Boost::unit_test_framework                                                     with KPFD_TESTS
#   benchmark::benchmark                                                           with KPFD_BENCH

include_guard(GLOBAL)

set(KPFD_HAVE_ICU FALSE)
set(KPFD_HAVE_LIBXML2 FALSE)
if(CMAKE_CROSSCOMPILING)
  include(KpfdForeign)
  set(THREADS_PREFER_PTHREAD_FLAG ON)
  find_package(Threads REQUIRED)
  if(WIN32)
    include(KpfdWindows)
    set(KPFD_HAVE_LIBXML2 TRUE)
  endif()
  return()
endif()

set(boost_components headers)
if(KPFD_TESTS)
  list(APPEND boost_components unit_test_framework)
endif()
set(Boost_NO_WARN_NEW_VERSIONS ON)
find_package(Boost 1.81 CONFIG QUIET COMPONENTS ${boost_components})
if(NOT Boost_FOUND)
  list(JOIN boost_components ", " wanted)
  set(found "none was found")
  if(Boost_CONSIDERED_VERSIONS)
    list(JOIN Boost_CONSIDERED_VERSIONS ", " found)
    set(found "found: ${found}")
  endif()
  message(
    FATAL_ERROR
      "kpfd needs Boost 1.81 or newer with the components ${wanted} (${found}).\n"
      "Older versions abort on bytes above 0x7F in Spirit X3. On Debian 12 the default, 1.74, is too old; install\n"
      "  libboost1.81-dev libboost-test1.81-dev\n"
      "or run scripts/setup, then configure again.")
endif()
message(STATUS "Boost ${Boost_VERSION}")

find_package(CLI11 2.1 REQUIRED)
find_package(pugixml REQUIRED)
# pugixml itself, or, in a program with the property KPFD_STATIC_RUNTIME, its archive.
add_library(kpfd_pugixml INTERFACE)
if(TARGET pugixml::static)
  target_link_libraries(
    kpfd_pugixml INTERFACE "$<IF:$<BOOL:$<TARGET_PROPERTY:KPFD_STATIC_RUNTIME>>,pugixml::static,pugixml::pugixml>")
else()
  target_link_libraries(kpfd_pugixml INTERFACE pugixml::pugixml)
endif()
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

find_package(ICU REQUIRED COMPONENTS uc data i18n)
set(KPFD_HAVE_ICU TRUE)
find_package(LibXml2 REQUIRED)
set(KPFD_HAVE_LIBXML2 TRUE)
find_package(SQLite3 3.37 REQUIRED)
find_path(PostgreSQL_INCLUDE_DIR libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
find_library(KPFD_PQ_LIBRARY pq REQUIRED)
find_path(KPFD_RNP_INCLUDE_DIR rnp/rnp.h REQUIRED)
find_library(KPFD_RNP_LIBRARY rnp REQUIRED)

if(KPFD_BENCH)
  find_package(benchmark REQUIRED)
endif()

# kpfd_soname(<variable> <library file>): the name that programs linked with a shared library ask for.
function(kpfd_soname variable library)
  execute_process(COMMAND "${CMAKE_OBJDUMP}" -p "${library}" OUTPUT_VARIABLE headers ERROR_QUIET)
  if(NOT headers MATCHES "SONAME +([^ \n]+)")
    message(FATAL_ERROR "${library} is no shared library: kpfd loads it when it is needed.")
  endif()
  set(${variable} "${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()
