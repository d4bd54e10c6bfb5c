// SQLite where it is in the program itself: sqlite_library.cpp is for systems that have it as a
// library.

#include "converters/store/sqlite_library.hpp"

namespace kpfd::converters {

const SqliteLibrary& sqlite_library() {
  static const SqliteLibrary linked = [] {
    SqliteLibrary functions;
#define KPFD_SQLITE_TAKE(function) functions.function = &::function;
    KPFD_SQLITE_FUNCTIONS(KPFD_SQLITE_TAKE)
#undef KPFD_SQLITE_TAKE
    return functions;
  }();
  return linked;
}

}  // namespace kpfd::converters
