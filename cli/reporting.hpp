// What the commands that check have in common: the form of the report.
#pragma once

#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "kpfd/report/report.hpp"

namespace kpfd::cli {

/// `--format`: text, jsonl or json.
std::unique_ptr<report::Report> make_report(const std::string& format, report::Output& output,
                                            const report::Catalogue& catalogue,
                                            report::ReportOptions options);

}  // namespace kpfd::cli
