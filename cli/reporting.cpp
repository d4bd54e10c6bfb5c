#include "cli/reporting.hpp"

#include <utility>

#include "kpfd/report/html_report.hpp"
#include "kpfd/report/json_report.hpp"
#include "kpfd/report/text_report.hpp"

namespace kpfd::cli {

std::unique_ptr<report::Report> make_report(const std::string& format, report::Output& output,
                                            const report::Catalogue& catalogue,
                                            report::ReportOptions options) {
  if (format == "jsonl") {
    return std::make_unique<report::JsonLinesReport>(output, catalogue, std::move(options));
  }
  if (format == "json") {
    return std::make_unique<report::JsonReport>(output, catalogue, std::move(options));
  }
  if (format == "html") {
    return std::make_unique<report::HtmlReport>(output, catalogue, std::move(options));
  }
  return std::make_unique<report::TextReport>(output, catalogue, std::move(options));
}

}  // namespace kpfd::cli
