#include "cli/reporting.hpp"

#include <utility>

#include "kpfd/layout/model.hpp"
#include "kpfd/report/json_report.hpp"
#include "kpfd/report/text_report.hpp"

namespace kpfd::cli {

CivilDate check_date_of(const std::string& as_of, const Common& common) {
  if (as_of.empty()) {
    return today_in_japan();
  }
  const CivilDate date = parse_iso_date(as_of);
  if (!date.known()) {
    throw CommandError("--as-of: " +
                       std::string(common.words("YYYY-MM-DD の日付を指定してください",
                                                "give an existing date as YYYY-MM-DD")));
  }
  return date;
}

report::ReportOptions report_options_of(const Engine& engine) {
  report::ReportOptions options;
  options.schemas = engine.schemas_edition();
  options.rules = engine.rules_hash();
  options.forms.reserve(engine.layouts().records.size());
  for (const layout::Record& record : engine.layouts().records) {
    options.forms.push_back({record.form, record.name, record.name_en});
  }
  return options;
}

std::unique_ptr<report::Report> make_report(const std::string& format, report::Output& output,
                                            const report::Catalogue& catalogue,
                                            report::ReportOptions options) {
  if (format == "jsonl") {
    return std::make_unique<report::JsonLinesReport>(output, catalogue, std::move(options));
  }
  if (format == "json") {
    return std::make_unique<report::JsonReport>(output, catalogue, std::move(options));
  }
  return std::make_unique<report::TextReport>(output, catalogue, std::move(options));
}

}  // namespace kpfd::cli
