# kpfd_add_host_tool(<name> SOURCES <file>... [LIBRARIES <target>...] [INCLUDES <folder>...])
#
# A program that runs during the build, for example one that generates a table. It is built without sanitizers.
# In a cross build it comes ready made from a native build of the same version: give that build's folder of tools,
# <native build>/host_tools, as KPFD_HOST_TOOLS_DIR. Use it in add_custom_command as COMMAND <name>, and name
# <name> in DEPENDS too.

include_guard(GLOBAL)

set(KPFD_HOST_TOOLS_DIR "" CACHE PATH "In a cross build: the folder host_tools of a native build")

function(kpfd_add_host_tool name)
  cmake_parse_arguments(PARSE_ARGV 1 tool "" "" "SOURCES;LIBRARIES;INCLUDES")
  if(tool_UNPARSED_ARGUMENTS OR NOT tool_SOURCES)
    message(FATAL_ERROR "kpfd_add_host_tool(${name}): give SOURCES and nothing unknown (${tool_UNPARSED_ARGUMENTS})")
  endif()
  if(CMAKE_CROSSCOMPILING)
    find_program(KPFD_TOOL_${name} ${name} HINTS "${KPFD_HOST_TOOLS_DIR}" NO_CMAKE_FIND_ROOT_PATH)
    if(NOT KPFD_TOOL_${name})
      message(FATAL_ERROR "${name} runs during the build: build natively first and set KPFD_HOST_TOOLS_DIR "
                          "to that build's host_tools folder.")
    endif()
    add_executable(${name} IMPORTED GLOBAL)
    set_target_properties(${name} PROPERTIES IMPORTED_LOCATION "${KPFD_TOOL_${name}}")
  else()
    add_executable(${name} ${tool_SOURCES})
    target_link_libraries(${name} PRIVATE kpfd_tool_flags ${tool_LIBRARIES})
    target_include_directories(${name} PRIVATE ${tool_INCLUDES})
    target_compile_features(${name} PRIVATE cxx_std_20)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/host_tools")
  endif()
endfunction()
