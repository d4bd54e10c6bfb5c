// What the standard library of Debian's emscripten lacks of C++20. The toolchain puts it before
// every source.
#pragma once

#if defined(__cplusplus)

#include <cstddef>
#include <memory>
#include <type_traits>

#if !defined(__cpp_lib_smart_ptr_for_overwrite)
// NOLINTNEXTLINE(cert-dcl58-cpp): it is the library's own name, in a library that has it not.
namespace std {
template <typename T>
unique_ptr<T> make_unique_for_overwrite(size_t size) {
  return unique_ptr<T>(new remove_extent_t<T>[size]);
}
}  // namespace std
#endif

#endif
