#include "cli/stores.hpp"
#include "converters/store/postgresql_store.hpp"
#include "converters/store/sqlite_store.hpp"

namespace kpfd::cli {

std::vector<std::string> store_formats() { return {"sqlite", "postgresql"}; }

std::unique_ptr<converters::IngestStore> open_store(const StorePlace& place,
                                                    const converters::IngestModel& model) {
  if (place.format == "postgresql") {
    converters::PostgresqlOptions options;
    options.with_my_number = place.with_my_number;
    return converters::open_postgresql_store(place.database, model, options);
  }
  converters::SqliteOptions options;
  options.with_my_number = place.with_my_number;
  return converters::open_sqlite_store(place.path, model, options);
}

}  // namespace kpfd::cli
