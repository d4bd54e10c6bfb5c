# What the program for Windows has in it, as Windows does not: libxml2 with nothing but what checks XML against its XSD, and
# SQLite.

include_guard(GLOBAL)

# ---- libxml2 ----------------------------------------------------------------------------------------------------

set(libxml2 "${KPFD_SOURCES_DIR}/libxml2")
if(NOT EXISTS "${libxml2}")
  message(FATAL_ERROR "The sources of libxml2 are not in ${libxml2}: run `scripts/sources libxml2`.")
endif()
file(READ "${libxml2}/configure.ac" configure)
set(VERSION "")
set(LIBXML_VERSION_NUMBER 0)
foreach(part IN ITEMS MAJOR MINOR MICRO)
  if(NOT configure MATCHES "\\[${part}_VERSION\\], *([0-9]+)")
    message(FATAL_ERROR "${libxml2}/configure.ac does not say which version it is.")
  endif()
  string(APPEND VERSION ".${CMAKE_MATCH_1}")
  math(EXPR LIBXML_VERSION_NUMBER "${LIBXML_VERSION_NUMBER} * 100 + ${CMAKE_MATCH_1}")
endforeach()
string(SUBSTRING "${VERSION}" 1 -1 VERSION)
set(LIBXML_VERSION_EXTRA "")
set(MODULE_EXTENSION ".dll")
foreach(
  part IN
  ITEMS TRIO
        THREAD_ALLOC
        PUSH
        READER
        WRITER
        FTP
        HTTP
        VALID
        HTML
        LEGACY
        C14N
        CATALOG
        DOCB
        XPATH
        XPTR
        XINCLUDE
        ICONV
        ICU
        ISO8859X
        DEBUG
        MEM_DEBUG
        RUN_DEBUG
        SCHEMATRON
        MODULES
        ZLIB
        LZMA)
  set(WITH_${part} 0)
endforeach()
foreach(part IN ITEMS THREADS TREE OUTPUT PATTERN SAX1 REGEXPS SCHEMAS)
  set(WITH_${part} 1)
endforeach()
configure_file("${libxml2}/include/libxml/xmlversion.h.in" "${PROJECT_BINARY_DIR}/libxml2/libxml/xmlversion.h" @ONLY)
# Its own for this compiler; the name is what its sources ask for.
configure_file("${libxml2}/include/win32config.h" "${PROJECT_BINARY_DIR}/libxml2/config.h" COPYONLY)
kpfd_foreign_library(
  kpfd_libxml2 libxml2
  INCLUDES "${PROJECT_BINARY_DIR}/libxml2" include
  DEFINITIONS LIBXML_STATIC
  SOURCES SAX.c
          SAX2.c
          buf.c
          chvalid.c
          dict.c
          encoding.c
          entities.c
          error.c
          globals.c
          hash.c
          list.c
          parser.c
          parserInternals.c
          pattern.c
          relaxng.c
          threads.c
          tree.c
          uri.c
          valid.c
          xmlIO.c
          xmlmemory.c
          xmlregexp.c
          xmlsave.c
          xmlschemas.c
          xmlschemastypes.c
          xmlstring.c
          xmlunicode.c
          xpath.c)
target_compile_definitions(kpfd_libxml2 INTERFACE LIBXML_STATIC)

# ---- SQLite -----------------------------------------------------------------------------------------------------

# Its makers' own way to one file, with what this machine has.
set(sqlite "${KPFD_SOURCES_DIR}/sqlite3")
set(joined "${PROJECT_BINARY_DIR}/sqlite")
if(NOT EXISTS "${sqlite}")
  message(FATAL_ERROR "The sources of sqlite3 are not in ${sqlite}: run `scripts/sources sqlite3`.")
endif()
find_program(KPFD_TCLSH tclsh REQUIRED)
file(MAKE_DIRECTORY "${joined}")
add_custom_command(
  OUTPUT "${joined}/sqlite3.c" "${joined}/sqlite3.h"
  COMMAND sh -c "env -u CC -u CFLAGS '${sqlite}/configure' >configure.log && make sqlite3.c >make.log"
  WORKING_DIRECTORY "${joined}"
  COMMENT "Joining SQLite into one file"
  VERBATIM)
add_library(kpfd_sqlite STATIC "${joined}/sqlite3.c")
target_compile_options(kpfd_sqlite PRIVATE -w)
target_compile_definitions(
  kpfd_sqlite
  PRIVATE SQLITE_DEFAULT_MEMSTATUS=0
          SQLITE_DQS=0
          SQLITE_LIKE_DOESNT_MATCH_BLOBS
          SQLITE_MAX_EXPR_DEPTH=0
          SQLITE_OMIT_AUTHORIZATION
          SQLITE_OMIT_COMPILEOPTION_DIAGS
          SQLITE_OMIT_DECLTYPE
          SQLITE_OMIT_DEPRECATED
          SQLITE_OMIT_DESERIALIZE
          SQLITE_OMIT_INCRBLOB
          SQLITE_OMIT_JSON
          SQLITE_OMIT_LOAD_EXTENSION
          SQLITE_OMIT_PROGRESS_CALLBACK
          SQLITE_OMIT_SHARED_CACHE
          SQLITE_OMIT_TCL_VARIABLE
          SQLITE_OMIT_TRACE
          SQLITE_OMIT_UTF16
          SQLITE_THREADSAFE=1)
target_include_directories(kpfd_sqlite SYSTEM PUBLIC "${joined}")
target_link_libraries(kpfd_sqlite PRIVATE kpfd_flags)
