// The file that a store is in.
#pragma once

#include <string>

namespace kpfd::converters {

/// Makes the file of a store unless it is there. Filings are about persons: it is its owner's alone
/// from its first byte on, and so are the log and the index beside it, which SQLite makes with the
/// same permissions. Throws StoreError.
void make_store_file(const std::string& path);

}  // namespace kpfd::converters
