// A report for spreadsheets.
#pragma once

#include <string_view>

#include "kpfd/report/buffer.hpp"
#include "kpfd/report/report.hpp"

namespace kpfd::report {

/// RFC 4180 with a byte order mark, so that spreadsheets see UTF-8; a row for each finding as they
/// come, and for each file one with its verdict: it is told from `type`, as in JsonLinesReport. No
/// cell becomes a formula.
class CsvReport final : public Report {
 public:
  CsvReport(Output& output, const Catalogue& catalogue, ReportOptions options);

  void begin_file(std::string_view name, std::uint64_t size) override;
  void finding(const Finding& finding) override;
  void end_file(const Summary& summary) override;
  void finish() override;

 private:
  void begin_row(std::string_view type);
  void text(std::string_view cell);
  void number(std::uint64_t cell);
  void empty(int cells);
  void end_row();

  Buffer out_;
  const Catalogue& catalogue_;
  ReportOptions options_;
  std::uint64_t most_;
  std::uint64_t shown_ = 0;      ///< in the run
  std::uint64_t not_shown_ = 0;  ///< of the file
  std::string file_;
  std::string cell_;  ///< kept for its capacity
};

}  // namespace kpfd::report
