// What every way of checking files has in common.
#pragma once

#include <string>
#include <string_view>

#include "cli/progress.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/report/report.hpp"

namespace kpfd::cli {

/// Checks one file. Whatever goes wrong with it is its verdict `unchecked`; the other files are
/// still checked.
Summary check_file(const Engine& engine, const std::string& path, CheckOptions options,
                   std::string_view language, Progress& progress, report::Report& report);

}  // namespace kpfd::cli
