// Keys and receipts of the programs that take filings in.
#pragma once

#include <string>
#include <string_view>

namespace kpfd::hooks {

/// A key from a file that is its owner's alone. Throws SetupError, in this language.
std::string read_key(const std::string& path, std::string_view language);

/// A receipt id that was never given before. Throws SetupError.
std::string random_receipt();

}  // namespace kpfd::hooks
