// A report for programs that show the findings of analysers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/report/buffer.hpp"
#include "kpfd/report/grouped_report.hpp"

namespace kpfd::report {

/// SARIF 2.1.0: one run for all files, the rules that have found something with their help, a
/// result a finding. A file that could not be checked makes the run unsuccessful. The true totals
/// stand in the properties of each artifact.
class SarifReport final : public GroupedReport {
 public:
  /// Viewers take some thousand results and no more.
  static constexpr Limits limits{500, 5000};

  SarifReport(Output& output, const Catalogue& catalogue, ReportOptions options);

  void finish() override;

 protected:
  void file(const FileFindings& file, const Summary& summary) override;

 private:
  struct Rule {
    std::string id;
    std::string title;
    std::string source;
    Severity severity = Severity::error;
  };

  std::size_t index_of(const RuleFindings& rule);
  void result(const FileFindings& file, const KeptFinding& finding);
  void artifact(const FileFindings& file, const Summary& summary);
  void notification(std::string_view level, std::string_view text);
  void rule(const Rule& rule);

  Buffer out_;
  std::map<std::string, std::size_t> places_;  ///< of rules, by their ids
  std::vector<Rule> rules_;
  std::string artifacts_;
  std::string notifications_;
  std::string uri_;
  std::uint64_t files_ = 0;
  bool first_result_ = true;
  Verdict worst_ = Verdict::accept;
};

}  // namespace kpfd::report
