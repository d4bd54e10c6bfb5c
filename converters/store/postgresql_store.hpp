// A store on a PostgreSQL server.
//
// One transaction copies the records into temporary tables (COPY) and takes them over with the
// filing: a server that stops at any moment has all of a filing or nothing. Everything stands
// in the schema `kpfd`; My Numbers in the schema `kpfd_private`, which nobody but its owner may
// use.
#pragma once

#include <memory>
#include <string>

#include "converters/store/store.hpp"

namespace kpfd::converters {

struct PostgresqlOptions {
  bool with_my_number = false;
};

/// Connects and makes the tables where they are missing. `connection` is what libpq takes:
/// `host=… dbname=…` or `postgresql://…`; passwords are better kept in ~/.pgpass. Throws
/// StoreError. The model outlives the store.
std::unique_ptr<IngestStore> open_postgresql_store(const std::string& connection,
                                                   const IngestModel& model,
                                                   const PostgresqlOptions& options);

}  // namespace kpfd::converters
