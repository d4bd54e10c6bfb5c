// A report for people at a terminal or in a text file.
#pragma once

#include "kpfd/report/buffer.hpp"
#include "kpfd/report/report.hpp"

namespace kpfd::report {

/// Findings below a heading for each record, then the file's totals; the last line says whether the
/// file may be sent. Names of files and values are made harmless to a terminal.
class TextReport final : public Report {
 public:
  TextReport(Output& output, const Catalogue& catalogue, ReportOptions options);

  void begin_file(std::string_view name, std::uint64_t size) override;
  void finding(const Finding& finding) override;
  void end_file(const Summary& summary) override;
  void finish() override;

 private:
  void heading(const Finding& finding);
  void labelled(std::string_view label, std::string_view text);
  void form_counts(const Summary& summary);
  void profile(const ProfileUse& profile);
  void verdict(const Summary& summary);
  void phrase(std::string_view id, std::initializer_list<Catalogue::Argument> arguments = {});
  void colour_on(std::string_view sequence);
  void colour_off();

  Buffer out_;
  const Catalogue& catalogue_;
  ReportOptions options_;
  std::uint64_t most_;
  std::uint64_t shown_ = 0;      ///< in the run
  std::uint64_t not_shown_ = 0;  ///< of the file
  std::uint64_t files_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t rejected_ = 0;
  bool in_record_ = false;         ///< a heading of the file was written
  std::uint64_t record_line_ = 0;  ///< the line of that heading
  std::string text_;               ///< of one part of a message; kept for its capacity
};

}  // namespace kpfd::report
