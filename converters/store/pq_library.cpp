#include "converters/store/pq_library.hpp"

#include <dlfcn.h>

#include "converters/store/store.hpp"

namespace kpfd::converters {

namespace {

PqLibrary load() {
  const auto fail = [] {
    const char* const reason = ::dlerror();
    throw StoreError(StoreFault::no_library, "libpq", reason == nullptr ? KPFD_PQ_SONAME : reason);
  };
  void* const library = ::dlopen(KPFD_PQ_SONAME, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    fail();
  }
  PqLibrary functions;
  const auto find = [&]<typename Function>(const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (function == nullptr) {
      fail();
    }
  };
#define KPFD_PQ_FIND(function) find(#function, functions.function);
  KPFD_PQ_FUNCTIONS(KPFD_PQ_FIND)
#undef KPFD_PQ_FIND
  return functions;
}

}  // namespace

const PqLibrary& pq_library() {
  static const PqLibrary loaded = load();
  return loaded;
}

}  // namespace kpfd::converters
