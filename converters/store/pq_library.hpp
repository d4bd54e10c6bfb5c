// PostgreSQL's client library by the names of its functions. No header of another folder includes
// it.
#pragma once

#include <libpq-fe.h>

namespace kpfd::converters {

/// Every function of libpq that is called.
// clang-format off
#define KPFD_PQ_FUNCTIONS(X) \
  X(PQclear)                 \
  X(PQconnectdb)             \
  X(PQerrorMessage)          \
  X(PQexec)                  \
  X(PQexecParams)            \
  X(PQfinish)                \
  X(PQgetResult)             \
  X(PQgetvalue)              \
  X(PQntuples)               \
  X(PQputCopyData)           \
  X(PQputCopyEnd)            \
  X(PQresultErrorField)      \
  X(PQresultStatus)          \
  X(PQstatus)
// clang-format on

/// The program is not linked with it: most runs know no server.
struct PqLibrary {
// The names are libpq's. NOLINTBEGIN(readability-identifier-naming,bugprone-*)
#define KPFD_PQ_MEMBER(function) decltype(&::function) function = nullptr;
  KPFD_PQ_FUNCTIONS(KPFD_PQ_MEMBER)
#undef KPFD_PQ_MEMBER
  // NOLINTEND(readability-identifier-naming,bugprone-*)
};

/// Loaded by the first call. Throws StoreError. Thread-safe.
const PqLibrary& pq_library();

}  // namespace kpfd::converters
