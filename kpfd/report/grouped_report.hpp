// What the reports that people keep have in common: findings grouped by rule, with true totals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/report/report.hpp"

namespace kpfd::report {

/// A finding with its words, as it stays behind when the check goes on. UTF-8, as the catalogue
/// says it: nothing is escaped, but nothing in it steers a terminal.
struct KeptFinding {
  std::size_t rule = 0;  ///< index in FileFindings::rules
  Severity severity = Severity::error;
  std::uint64_t line = 0;
  std::uint32_t item = 0;
  std::string form;
  std::string form_name;
  std::string key;
  std::string item_name;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::string text;
  std::string why;
  std::string fix;
  std::string value;  ///< "": not asked for, or none
  std::string reason;
};

/// All findings of a rule with one severity.
struct RuleFindings {
  std::string id;
  std::string title;
  std::string source;
  Severity severity = Severity::error;
  std::uint64_t count = 0;  ///< the true total
  std::uint64_t kept = 0;
};

/// A file that has been checked, or could not be.
struct FileFindings {
  std::string name;  ///< as it was given: any bytes
  std::uint64_t size = 0;
  std::vector<RuleFindings> rules;    ///< errors first, then by the total
  std::vector<KeptFinding> findings;  ///< in the order of the lines, as they came within one
  std::uint64_t count = 0;            ///< the true total of findings
};

/// Keeps examples of each rule until the file ends, and counts all: memory is bounded by the number
/// of rules, whatever there is to find. A finding that is not kept costs no memory and few steps.
///
/// Asked for nothing, a file keeps so many findings of a rule and a run so many in all as Limits
/// says, but always the first of a rule; asked for `max_findings`, just the first so many of the
/// run.
class GroupedReport : public Report {
 public:
  struct Limits {
    std::uint64_t of_rule = 50;  ///< in a file
    std::uint64_t of_run = 1000;
  };

  void begin_file(std::string_view name, std::uint64_t size) final;
  void finding(const Finding& finding) final;
  void end_file(const Summary& summary) final;

 protected:
  GroupedReport(const Catalogue& catalogue, ReportOptions options, Limits limits);

  /// A file has ended.
  virtual void file(const FileFindings& file, const Summary& summary) = 0;

  /// A phrase of the catalogue, as it is.
  std::string words(std::string_view id,
                    std::initializer_list<Catalogue::Argument> arguments = {}) const;

  /// The name of a form in the report's language; "": it has none.
  std::string_view name_of_form(std::string_view code) const;

  /// `6行目　賞与支払届（様式コード2265700）`: where a finding is, without its item.
  std::string place_of(const KeptFinding& finding) const;

  /// The check date in words; "": not known.
  std::string check_date() const;

  const Catalogue& catalogue() const { return catalogue_; }
  const ReportOptions& options() const { return options_; }

 private:
  RuleFindings& rule_of(const Finding& finding);
  bool keeps(const RuleFindings& rule) const;
  void sort();

  const Catalogue& catalogue_;
  ReportOptions options_;
  Limits limits_;
  FileFindings file_;
  /// Finds a rule's place in file_.rules without making a string.
  std::map<Severity, std::map<std::string, std::size_t, std::less<>>> places_;
  std::uint64_t kept_ = 0;  ///< in the run
};

/// What is said of a verdict, as every report for people says it: one word, and what follows.
struct VerdictWords {
  std::string word;    ///< 送信できます
  std::string advice;  ///< what to do now
};
VerdictWords verdict_words(const Catalogue& catalogue, const Summary& summary);

/// The last part of a path, of whatever system.
std::string_view last_part(std::string_view path);

/// The phrase that names a severity.
std::string_view severity_phrase(Severity severity);

}  // namespace kpfd::report
