// Filings to measure with, made once and kept in memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kpfd/engine.hpp"

namespace kpfd_bench {

/// Records in each filing.
inline constexpr std::uint64_t records = 5000;

/// An engine of the embedded schemas, its rules compiled.
const kpfd::Engine& engine();

/// A filing of one form, by its key, or of all of them (`mix`), without errors.
const std::string& filing(const std::string& form);

/// All forms, with text that no item may hold in ten items of each record.
const std::string& bad_filing();

/// The day it is checked on.
kpfd::CivilDate check_date();

}  // namespace kpfd_bench
