// What the commands that check have in common: the day, the form of the report, and its options.
#pragma once

#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "kpfd/report/report.hpp"

namespace kpfd::cli {

/// `--as-of`, or today in Japan where it is "". Throws CommandError.
CivilDate check_date_of(const std::string& as_of, const Common& common);

/// What every report of a run says of the schemas it was made with.
report::ReportOptions report_options_of(const Engine& engine);

/// `--format`: text, jsonl or json.
std::unique_ptr<report::Report> make_report(const std::string& format, report::Output& output,
                                            const report::Catalogue& catalogue,
                                            report::ReportOptions options);

}  // namespace kpfd::cli
