// The default store: one file of SQLite.
//
// A filing is one transaction; SQLite's write-ahead log is synchronised before it counts, so a
// filing that has its answer survives the loss of power. Deleted pages are overwritten. My Numbers
// stand in a file of their own beside it, `<store>.my-numbers`.
#pragma once

#include <memory>
#include <string>

#include "converters/store/store.hpp"

namespace kpfd::converters {

struct SqliteOptions {
  bool with_my_number = false;
  /// How long to wait for another process that writes, in milliseconds.
  int patience = 60'000;
};

/// Opens a store, or makes it. Throws StoreError. The model outlives the store.
std::unique_ptr<IngestStore> open_sqlite_store(const std::string& path, const IngestModel& model,
                                               const SqliteOptions& options);

}  // namespace kpfd::converters
