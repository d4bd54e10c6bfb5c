# What a build for another system takes instead of this machine's packages.
#
#   Boost::headers, CLI11::CLI11   headers alone: those of this machine, by links, as the folder that they are in has this
#                                  machine's C library, too
#   kpfd_pugixml                   compiled from the sources of Debian's package
#   kpfd_foreign_library(<target> <package> INCLUDES <folder>... SOURCES <file>... [DEFINITIONS <name>...])
#                                  any other: the files are below the package's sources
#
# `scripts/sources NAME` fetches the sources of a package into build/sources/NAME, or into KPFD_SOURCES_DIR what one has.

include_guard(GLOBAL)

set(KPFD_SOURCES_DIR "${PROJECT_SOURCE_DIR}/build/sources" CACHE PATH "In a cross build: the sources of libraries")

function(kpfd_foreign_headers target folder)
  find_path(${target}_FOUND_IN "${folder}" PATHS /usr/include NO_CMAKE_FIND_ROOT_PATH REQUIRED)
  mark_as_advanced(${target}_FOUND_IN)
  file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/headers")
  file(CREATE_LINK "${${target}_FOUND_IN}/${folder}" "${PROJECT_BINARY_DIR}/headers/${folder}" SYMBOLIC)
  add_library(${target} INTERFACE IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${PROJECT_BINARY_DIR}/headers")
endfunction()

function(kpfd_foreign_library target package)
  cmake_parse_arguments(PARSE_ARGV 2 library "" "" "INCLUDES;SOURCES;DEFINITIONS")
  set(folder "${KPFD_SOURCES_DIR}/${package}")
  if(NOT EXISTS "${folder}")
    message(FATAL_ERROR "The sources of ${package} are not in ${folder}: run `scripts/sources ${package}`.")
  endif()
  list(TRANSFORM library_SOURCES PREPEND "${folder}/")
  list(TRANSFORM library_INCLUDES PREPEND "${folder}/" REGEX "^[^/]")
  list(TRANSFORM library_INCLUDES REPLACE "/\\.$" "")
  add_library(${target} STATIC ${library_SOURCES})
  # Hardened as everything is; warnings are its makers' to look at.
  target_compile_options(${target} PRIVATE -w)
  target_compile_definitions(${target} PRIVATE ${library_DEFINITIONS})
  target_include_directories(${target} SYSTEM PUBLIC ${library_INCLUDES})
  target_link_libraries(${target} PRIVATE kpfd_flags)
endfunction()

kpfd_foreign_headers(Boost::headers boost)
kpfd_foreign_headers(CLI11::CLI11 CLI)
file(STRINGS "${PROJECT_BINARY_DIR}/headers/boost/version.hpp" boost_version REGEX "^#define BOOST_VERSION +[0-9]+")
string(REGEX REPLACE "[^0-9]" "" boost_version "${boost_version}")
if(boost_version LESS 108100)
  message(FATAL_ERROR "kpfd needs Boost 1.81 or newer: install libboost1.81-dev, or run scripts/setup.")
endif()

kpfd_foreign_library(kpfd_pugixml pugixml INCLUDES src SOURCES src/pugixml.cpp)
