// The stores that this program can write to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "converters/store/store.hpp"

namespace kpfd::cli {

/// Their names, as `--to` takes them.
std::vector<std::string> store_formats();

/// Where a store is.
struct StorePlace {
  std::string format;
  std::string path;      ///< of a file
  std::string database;  ///< of a server
  bool with_my_number = false;
};

/// Opens one. Throws converters::StoreError.
std::unique_ptr<converters::IngestStore> open_store(const StorePlace& place,
                                                    const converters::IngestModel& model);

}  // namespace kpfd::cli
