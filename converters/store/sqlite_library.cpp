#include "converters/store/sqlite_library.hpp"

#include <dlfcn.h>

#include "converters/store/store.hpp"

namespace kpfd::converters {

namespace {

SqliteLibrary load() {
  const auto fail = [] {
    const char* const reason = ::dlerror();
    throw StoreError(StoreFault::no_library, "SQLite",
                     reason == nullptr ? KPFD_SQLITE_SONAME : reason);
  };
  void* const library = ::dlopen(KPFD_SQLITE_SONAME, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    fail();
  }
  SqliteLibrary functions;
  const auto find = [&]<typename Function>(const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (function == nullptr) {
      fail();
    }
  };
#define KPFD_SQLITE_FIND(function) find(#function, functions.function);
  KPFD_SQLITE_FUNCTIONS(KPFD_SQLITE_FIND)
#undef KPFD_SQLITE_FIND
  // STRICT tables came with 3.37.
  if (functions.sqlite3_libversion_number() < 3037000) {
    throw StoreError(StoreFault::no_library, "SQLite", "older than 3.37");
  }
  return functions;
}

}  // namespace

const SqliteLibrary& sqlite_library() {
  static const SqliteLibrary loaded = load();
  return loaded;
}

}  // namespace kpfd::converters
