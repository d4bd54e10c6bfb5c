// A report for people that stands by itself: to look at, to print, to keep.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kpfd/report/buffer.hpp"
#include "kpfd/report/grouped_report.hpp"

namespace kpfd::report {

/// One HTML document for all files of a run: verdict, what the file has, findings by rule and by
/// line. It is valid HTML 5 that is XML, too, holds no script, asks for nothing from elsewhere, and
/// prints on A4. It is written at the end of the run.
class HtmlReport final : public GroupedReport {
 public:
  HtmlReport(Output& output, const Catalogue& catalogue, ReportOptions options);

  void finish() override;

 protected:
  void file(const FileFindings& file, const Summary& summary) override;

 private:
  /// A file's row in the table above all files.
  struct Row {
    std::string name;
    Verdict verdict = Verdict::unchecked;
    std::string word;
    std::uint64_t errors = 0;
    std::uint64_t warnings = 0;
  };

  void element(std::string_view tag, std::string_view text, std::string_view attributes = {});
  void fact(std::string_view label, std::string_view text);
  void verdict(const Summary& summary, const VerdictWords& words);
  void facts(const FileFindings& file, const Summary& summary);
  void profile(const ProfileUse& profile);
  void rules(const FileFindings& file);
  void findings(const FileFindings& file);
  void finding_block(const FileFindings& file, const KeptFinding& finding);
  void begin_document(std::string& out) const;
  void overview(std::string& out) const;

  Output& output_;
  std::string files_;  ///< the sections of the files until now
  std::vector<Row> rows_;
};

}  // namespace kpfd::report
