# kpfd_embed(<target> <symbol> <base folder> [PACKED] <file>...)
#
# Compiles the bytes of the files into <target>. Its sources get the header embedded_<symbol>.hpp:
#
#   namespace kpfd::embedded {
#   struct File { std::string_view name, content; };
#   extern const File* const <symbol>;
#   extern const std::size_t <symbol>_count;
#   }
#
# With PACKED it is `PackedFile`s, whose bytes packing.hpp unpacks.
#
# `name` is the path relative to the base folder, with '/'; the table is sorted by name, byte by byte. Content is
# byte exact. An edited file is embedded again by the next build; files found by a pattern need
# file(GLOB ... CONFIGURE_DEPENDS ...).

include_guard(GLOBAL)

kpfd_add_host_tool(
  kpfd_embedder
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/support/embedder.cpp"
  INCLUDES "${CMAKE_CURRENT_LIST_DIR}/support")
set_property(GLOBAL PROPERTY KPFD_SUPPORT_DIR "${CMAKE_CURRENT_LIST_DIR}/support")

function(kpfd_embed target symbol base)
  if(NOT symbol MATCHES "^[a-z][a-z0-9_]*$")
    message(FATAL_ERROR "kpfd_embed: '${symbol}' is not a lower-case identifier")
  endif()
  cmake_parse_arguments(PARSE_ARGV 3 embed "PACKED" "" "")
  if(NOT embed_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "kpfd_embed(${target} ${symbol}): no file given")
  endif()
  cmake_path(ABSOLUTE_PATH base NORMALIZE)

  set(files "")
  set(manifest "")
  foreach(file IN LISTS embed_UNPARSED_ARGUMENTS)
    cmake_path(ABSOLUTE_PATH file NORMALIZE)
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY "${base}" OUTPUT_VARIABLE name)
    if(name MATCHES "^\\.\\.")
      message(FATAL_ERROR "kpfd_embed(${target} ${symbol}): ${file} is not below ${base}")
    endif()
    list(APPEND files "${file}")
    string(APPEND manifest "${name}\n${file}\n")
  endforeach()

  get_property(support GLOBAL PROPERTY KPFD_SUPPORT_DIR)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/embedded")
  set(manifest_file "${folder}/${symbol}.manifest")
  file(CONFIGURE OUTPUT "${manifest_file}" CONTENT "${manifest}" @ONLY) # left alone when nothing changed

  add_custom_command(
    OUTPUT "${folder}/embedded_${symbol}.cpp" "${folder}/embedded_${symbol}.hpp"
    COMMAND kpfd_embedder "$<$<BOOL:${embed_PACKED}>:--packed>" "${symbol}" "${manifest_file}" "${folder}/embedded_${symbol}.cpp"
            "${folder}/embedded_${symbol}.hpp"
    DEPENDS kpfd_embedder "${manifest_file}" ${files}
    COMMENT "Embedding ${symbol}"
    COMMAND_EXPAND_LISTS VERBATIM)
  target_sources(${target} PRIVATE "${folder}/embedded_${symbol}.cpp" "${folder}/embedded_${symbol}.hpp")
  target_include_directories(${target} PRIVATE "$<BUILD_INTERFACE:${folder}>" "$<BUILD_INTERFACE:${support}>")
endfunction()
