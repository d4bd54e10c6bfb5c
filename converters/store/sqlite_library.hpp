// SQLite by the names of its functions. No header of another folder includes it.
#pragma once

#include <sqlite3.h>

namespace kpfd::converters {

/// Every function of SQLite that is called.
// clang-format off
#define KPFD_SQLITE_FUNCTIONS(X) \
  X(sqlite3_bind_blob)           \
  X(sqlite3_bind_int64)          \
  X(sqlite3_bind_null)           \
  X(sqlite3_bind_text)           \
  X(sqlite3_busy_timeout)        \
  X(sqlite3_clear_bindings)      \
  X(sqlite3_close)               \
  X(sqlite3_column_blob)         \
  X(sqlite3_column_bytes)        \
  X(sqlite3_column_int64)        \
  X(sqlite3_column_text)         \
  X(sqlite3_errmsg)              \
  X(sqlite3_errstr)              \
  X(sqlite3_exec)                \
  X(sqlite3_extended_errcode)    \
  X(sqlite3_finalize)            \
  X(sqlite3_last_insert_rowid)   \
  X(sqlite3_libversion_number)   \
  X(sqlite3_open_v2)             \
  X(sqlite3_prepare_v2)          \
  X(sqlite3_reset)               \
  X(sqlite3_step)
// clang-format on

/// The program is not linked with it: most runs take no filing into a store.
struct SqliteLibrary {
// The names are SQLite's. NOLINTBEGIN(readability-identifier-naming,bugprone-*)
#define KPFD_SQLITE_MEMBER(function) decltype(&::function) function = nullptr;
  KPFD_SQLITE_FUNCTIONS(KPFD_SQLITE_MEMBER)
#undef KPFD_SQLITE_MEMBER
  // NOLINTEND(readability-identifier-naming,bugprone-*)
};

/// Loaded by the first call. Throws StoreError. Thread-safe.
const SqliteLibrary& sqlite_library();

}  // namespace kpfd::converters
