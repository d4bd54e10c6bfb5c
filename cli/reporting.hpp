// What the commands that check have in common: the form of the report.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "kpfd/report/report.hpp"

namespace kpfd::cli {

/// Where a report goes: standard output as it is made, a file whole or not at all.
class ReportTarget : public report::Output {
 public:
  /// All bytes have been written. Throws OutputError.
  virtual void publish() = 0;
};

/// `-`: standard output. A file among `inputs` is never written to. Throws OutputError.
std::unique_ptr<ReportTarget> open_report(const std::string& path, bool replace,
                                          const std::vector<std::string>& inputs);

/// `--output` and `--replace`.
void add_report_options(CLI::App& command, std::string& output, bool& replace,
                        const Common& common);

/// What `--format` takes.
const std::vector<std::string>& report_formats();

/// A report of one of report_formats().
std::unique_ptr<report::Report> make_report(const std::string& format, report::Output& output,
                                            const report::Catalogue& catalogue,
                                            report::ReportOptions options);

}  // namespace kpfd::cli
