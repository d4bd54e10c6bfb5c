// A report for build servers and other programs that know tests.
#pragma once

#include <string>
#include <string_view>

#include "kpfd/report/buffer.hpp"
#include "kpfd/report/grouped_report.hpp"

namespace kpfd::report {

/// JUnit XML: a suite a file, a test a rule. A rule with an error has failed, with the true number
/// of findings and the first of them; warnings stand in the suite's output. A file that could not
/// be checked is a suite with one test that could not be run, and nothing in it has passed.
class JunitReport final : public GroupedReport {
 public:
  JunitReport(Output& output, const Catalogue& catalogue, ReportOptions options);

  void finish() override;

 protected:
  void file(const FileFindings& file, const Summary& summary) override;

 private:
  void test(std::string_view file, std::string_view rule);
  void failure(const FileFindings& file, const RuleFindings& rule);
  void finding_lines(const FileFindings& file, const RuleFindings& rule);

  Buffer out_;
  std::uint64_t suites_ = 0;
};

}  // namespace kpfd::report
