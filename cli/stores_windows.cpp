// A file alone: no office's machine has a server of databases.

#include "cli/stores.hpp"
#include "converters/store/sqlite_store.hpp"

namespace kpfd::cli {

std::vector<std::string> store_formats() { return {"sqlite"}; }

std::unique_ptr<converters::IngestStore> open_store(const StorePlace& place,
                                                    const converters::IngestModel& model) {
  converters::SqliteOptions options;
  options.with_my_number = place.with_my_number;
  return converters::open_sqlite_store(place.path, model, options);
}

}  // namespace kpfd::cli
