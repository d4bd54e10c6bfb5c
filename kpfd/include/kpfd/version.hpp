// The version of the library.
#pragma once

#include <string_view>

namespace kpfd {

/// `0.1.0`
constexpr std::string_view version() { return "0.1.0"; }

}  // namespace kpfd
