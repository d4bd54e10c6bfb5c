# How every target of the project is compiled and linked.
#
#   kpfd_flags       warnings, hardening, sanitizers, coverage: link it PRIVATE into every library and program
#   kpfd_tool_flags  the same without sanitizers and coverage: for programs that run during the build
#   kpfd_require_flags()  fails if a target of the project links neither
#
# Both are for building only and ask nothing of whoever uses the installed library. A library that is exported
# links them as $<BUILD_INTERFACE:kpfd_flags>.

include_guard(GLOBAL)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)

set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_INTERPROCEDURAL_OPTIMIZATION OFF)
set(CMAKE_COMPILE_WARNING_AS_ERROR ${KPFD_WERROR})
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release" FORCE)
endif()

# Where a system is asked, there is a file for each kind of system: its name ends in this.
if(WIN32)
  set(KPFD_SYSTEM windows)
else()
  set(KPFD_SYSTEM posix)
endif()

# Release keeps line tables, so that a crash report of a user names a line.
foreach(language IN ITEMS C CXX)
  set(CMAKE_${language}_FLAGS_RELEASE "-O2 -DNDEBUG -g1")
  set(CMAKE_${language}_FLAGS_DEBUG "-O0 -g")
endforeach()

# kpfd_quick(<target> [<source>...]): the check itself, or these of its sources, is rather quick than small where one file
# holds everything, on Windows. Elsewhere everything is.
if(WIN32)
  foreach(language IN ITEMS C CXX)
    string(REPLACE "-O2" "-Os" CMAKE_${language}_FLAGS_RELEASE "${CMAKE_${language}_FLAGS_RELEASE}")
  endforeach()
endif()
function(kpfd_quick target)
  if(NOT WIN32)
    return()
  endif()
  if(ARGN)
    set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS -O2)
  else()
    target_compile_options(${target} PRIVATE -O2)
  endif()
endfunction()

find_program(KPFD_CCACHE ccache)
mark_as_advanced(KPFD_CCACHE)
if(KPFD_CCACHE)
  foreach(language IN ITEMS C CXX)
    if(NOT DEFINED CMAKE_${language}_COMPILER_LAUNCHER)
      set(CMAKE_${language}_COMPILER_LAUNCHER "${KPFD_CCACHE}")
    endif()
  endforeach()
endif()

# Position-independent code everywhere: programs are PIE, and the static libraries fit into a shared one.
if(NOT EMSCRIPTEN)
  include(CheckPIESupported)
  check_pie_supported(LANGUAGES C CXX)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()

set(kpfd_is_gnu FALSE)
set(kpfd_is_clang FALSE)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(kpfd_is_gnu TRUE)
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(kpfd_is_clang TRUE)
else()
  message(FATAL_ERROR "kpfd builds with g++ 12 or newer, or clang 16 or newer; not with ${CMAKE_CXX_COMPILER_ID}.")
endif()
if(kpfd_is_gnu AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
  message(FATAL_ERROR "kpfd needs g++ 12 or newer; this is ${CMAKE_CXX_COMPILER_VERSION}.")
endif()

add_library(kpfd_tool_flags INTERFACE)
add_library(kpfd_flags INTERFACE)
target_link_libraries(kpfd_flags INTERFACE kpfd_tool_flags)

# ---- warnings -------------------------------------------------------------------------------------------------

set(warnings
    -Wall
    -Wextra
    -Wpedantic
    -Wcast-align
    -Wcast-qual
    -Wconversion
    -Wdouble-promotion
    -Wformat=2
    -Wimplicit-fallthrough
    -Wmissing-declarations
    -Wshadow
    -Wsign-conversion
    -Wundef
    -Wunused)
set(warnings_cxx -Wextra-semi -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual)
if(kpfd_is_gnu)
  list(APPEND warnings -Wduplicated-branches -Wduplicated-cond -Wlogical-op)
  list(APPEND warnings_cxx -Wredundant-tags -Wsuggest-override)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # g++ 12 reports `"literal" + std::string` as overlapping memcpy at -O2 (GCC bug 105651).
    list(APPEND warnings_cxx -Wno-restrict)
  endif()
else()
  list(APPEND warnings -Wmissing-prototypes -Wunreachable-code)
  # `a >> b > c` is how Spirit X3 writes a sequence with an expectation.
  list(APPEND warnings_cxx -Wno-overloaded-shift-op-parentheses)
endif()
target_compile_options(kpfd_tool_flags INTERFACE "$<BUILD_INTERFACE:${warnings}>"
                                                 "$<BUILD_INTERFACE:$<$<COMPILE_LANGUAGE:CXX>:${warnings_cxx}>>")

# ---- reproducible objects -------------------------------------------------------------------------------------

# No path of the machine in an object: the same sources give the same bytes in every folder.
target_compile_options(kpfd_tool_flags INTERFACE "$<BUILD_INTERFACE:-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=>")
cmake_path(IS_PREFIX PROJECT_SOURCE_DIR "${PROJECT_BINARY_DIR}" NORMALIZE binary_is_inside)
if(NOT binary_is_inside)
  target_compile_options(kpfd_tool_flags INTERFACE "$<BUILD_INTERFACE:-ffile-prefix-map=${PROJECT_BINARY_DIR}=build>")
endif()

# ---- hardening ------------------------------------------------------------------------------------------------

set(hardening "")
set(hardening_link "")
if(NOT EMSCRIPTEN)
  list(APPEND hardening -D_GLIBCXX_ASSERTIONS -fstack-protector-strong)
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    list(APPEND hardening -fstack-clash-protection)
    list(APPEND hardening_link -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
      list(APPEND hardening -fcf-protection=full)
    elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
      list(APPEND hardening -mbranch-protection=standard)
    endif()
  endif()
endif()
target_compile_options(kpfd_tool_flags INTERFACE "$<BUILD_INTERFACE:${hardening}>")
target_link_options(kpfd_tool_flags INTERFACE "$<BUILD_INTERFACE:${hardening_link}>")

if(WIN32)
  # Everything in one file that needs nothing but Windows itself, at an address that nobody can guess, with no time in it.
  # What nothing calls is left out, as are the names of what is in it.
  target_compile_options(kpfd_tool_flags INTERFACE "$<BUILD_INTERFACE:-ffunction-sections;-fdata-sections>")
  # The linker's own script keeps the unwinding table of every function, and by it every function. In this one a function
  # keeps its entries, not the other way: those of what is left out are zero, and the table is sorted. What unwinding
  # needs (.xdata) is kept.
  execute_process(COMMAND "${CMAKE_LINKER}" --verbose OUTPUT_VARIABLE script COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX REPLACE "^.*\n=====+\n(.*)\n=====+.*$" "\\1" script "${script}")
  string(REPLACE "KEEP(*(.pdata*))" "*(.pdata*)" smaller "${script}")
  if(smaller STREQUAL script)
    message(FATAL_ERROR "${CMAKE_LINKER} has another script than the one that is known here: look at .pdata in it.")
  endif()
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/program.ld" CONTENT "${smaller}" @ONLY)
  target_link_options(
    kpfd_tool_flags INTERFACE
    "$<BUILD_INTERFACE:-static;-s;-fstack-protector-strong;-Wl,--gc-sections,--no-insert-timestamp,--dynamicbase,--high-entropy-va,--nxcompat>"
    "$<BUILD_INTERFACE:$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-Wl,-T,${PROJECT_BINARY_DIR}/program.ld>>")
  # A failed assertion of the standard library names file, line and condition; the function's name, with all its types, is
  # long.
  target_compile_definitions(kpfd_tool_flags INTERFACE "$<BUILD_INTERFACE:$<$<COMPILE_LANGUAGE:CXX>:__PRETTY_FUNCTION__=\"\">>")
  # Names of Windows 10.
  target_compile_definitions(kpfd_tool_flags INTERFACE "$<BUILD_INTERFACE:_WIN32_WINNT=0x0A00>")
endif()

# Fortified libc calls need the optimiser and would hide reports of the sanitizers; variables that start as zero
# would hide uninitialised reads from valgrind, so the debug build leaves them alone.
set(release_hardening "")
if(NOT EMSCRIPTEN AND NOT KPFD_SANITIZE)
  list(APPEND release_hardening -ftrivial-auto-var-init=zero)
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    list(APPEND release_hardening -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
  endif()
endif()
target_compile_options(kpfd_tool_flags INTERFACE "$<BUILD_INTERFACE:$<$<CONFIG:Release>:${release_hardening}>>")

# ---- sanitizers, coverage, fuzzing ----------------------------------------------------------------------------

if(KPFD_SANITIZE)
  set(sanitize -fsanitize=${KPFD_SANITIZE} -fno-sanitize-recover=all)
  target_compile_options(
    kpfd_flags INTERFACE "$<BUILD_INTERFACE:${sanitize};-fno-omit-frame-pointer;-O1;-g1>"
                         # g++ documents false reports of this warning under a sanitizer.
                         "$<BUILD_INTERFACE:$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>>")
  target_link_options(kpfd_flags INTERFACE "$<BUILD_INTERFACE:${sanitize}>")
endif()

if(KPFD_COVERAGE)
  if(NOT kpfd_is_clang OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
    message(FATAL_ERROR "KPFD_COVERAGE needs clang 19 or newer: use the preset 'coverage'.")
  endif()
  # Counters are put in before the optimiser, which only makes the exhaustive tests bearable.
  target_compile_options(
    kpfd_flags INTERFACE "$<BUILD_INTERFACE:-fprofile-instr-generate;-fcoverage-mapping;-fcoverage-mcdc;-O1;-g1>")
  target_link_options(kpfd_flags INTERFACE "$<BUILD_INTERFACE:-fprofile-instr-generate>")
endif()

if(KPFD_FUZZ)
  if(NOT kpfd_is_clang)
    message(FATAL_ERROR "KPFD_FUZZ needs clang: use the preset 'fuzz'.")
  endif()
  target_compile_options(kpfd_flags INTERFACE "$<BUILD_INTERFACE:-fsanitize=fuzzer-no-link>")
  target_compile_definitions(kpfd_flags INTERFACE "$<BUILD_INTERFACE:FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION>")
endif()

# ---- the guard ------------------------------------------------------------------------------------------------

function(kpfd_require_flags)
  set(folders "${PROJECT_SOURCE_DIR}")
  while(folders)
    list(POP_FRONT folders folder)
    get_property(below DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
    list(APPEND folders ${below})
    get_property(targets DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target IN LISTS targets)
      get_target_property(type ${target} TYPE)
      if(type MATCHES "^(EXECUTABLE|(STATIC|SHARED|MODULE|OBJECT)_LIBRARY)$")
        get_target_property(libraries ${target} LINK_LIBRARIES)
        if(NOT libraries MATCHES "kpfd_(tool_)?flags")
          message(FATAL_ERROR "${target} (${folder}) does not link kpfd_flags: its warnings and hardening are off.")
        endif()
      endif()
    endforeach()
  endwhile()
endfunction()
