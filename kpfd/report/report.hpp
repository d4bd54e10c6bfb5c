// What every report has in common: findings and summaries in, bytes out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/date.hpp"
#include "kpfd/finding.hpp"
#include "kpfd/report/catalogue.hpp"
#include "kpfd/summary.hpp"

namespace kpfd::report {

/// Where a report goes; the caller's. What it throws passes through the report.
class Output {
 public:
  virtual ~Output() = default;
  virtual void write(std::string_view bytes) = 0;

 protected:
  Output() = default;
  Output(const Output&) = default;
  Output& operator=(const Output&) = default;
};

/// A form's name for the totals of the text report.
struct FormName {
  std::string code;
  std::string name;
  std::string name_en;  ///< empty: as `name`
};

struct ReportOptions {
  /// Values of items, amounts and dates are shown. A secret item never is.
  bool show_values = false;

  /// Text only: colours by terminal escape sequences.
  bool colour = false;

  /// At most so many findings are shown in a run, over all files; how many were cut is said for
  /// each file. Without a value: all of them as JSON, text_findings as text, and what
  /// GroupedReport says where findings are grouped.
  std::optional<std::uint64_t> max_findings;

  /// The edition of the schemas that the check was made with, and the hash of their rules.
  std::string schemas;
  std::string rules;

  /// The day that 'not after the check date' means, for reports that people keep.
  CivilDate check_date;

  /// All checks and rules, for reports that also tell what nothing is wrong with. They outlive the
  /// report.
  std::vector<const RuleInfo*> all_rules;

  /// For reports to people. A form that is not named here is shown by its code.
  std::vector<FormName> forms;
};

/// Findings that the text report shows unasked.
inline constexpr std::uint64_t text_findings = 200;

/// Takes the findings of one file after another. A report writes at the end of each file at the
/// latest, and keeps no finding. The output and the catalogue outlive it.
class Report : public FindingSink {
 public:
  /// `name` may be any bytes; what is no UTF-8 in it is shown as U+FFFD. `size` in bytes.
  virtual void begin_file(std::string_view name, std::uint64_t size) = 0;
  void finding(const Finding& finding) override = 0;
  virtual void end_file(const Summary& summary) = 0;

  /// The end of the run: once, behind the last file. There may have been none.
  virtual void finish() = 0;
};

}  // namespace kpfd::report
