# A build for browsers and Node.js on Debian, with its package of emscripten. The libraries of the package's cache are
# enough; the cache itself is the machine's and is left alone.
include(/usr/share/emscripten/cmake/Modules/Platform/Emscripten.cmake)

# SIMD128 and native exceptions: in Chrome and Edge since 95, Firefox since 100, Safari since 16.4, Node.js since 17.
set(CMAKE_C_FLAGS_INIT "-fwasm-exceptions -msimd128")
set(CMAKE_CXX_FLAGS_INIT "${CMAKE_C_FLAGS_INIT} -include ${CMAKE_CURRENT_LIST_DIR}/../support/browser_library.hpp")
