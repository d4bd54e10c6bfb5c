// One line with a known layout => its findings.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "kpfd/calendar/calendar.hpp"
#include "kpfd/check/collector.hpp"
#include "kpfd/check/fast_items.hpp"
#include "kpfd/rules/compile.hpp"

namespace kpfd::check {

/// What is remembered from one record to the next, so that nothing is allocated for each.
struct RecordScratch {
  rules::Scratch rules;
};

/// What a record was found to be, for checks that need more than the record.
struct RecordResult {
  ColumnSet own_errors;  ///< items with an error of their own checks
  ColumnSet errors;      ///< items with any error
};

/// A layout made ready to check lines with. Immutable: any number of threads may use it.
class RecordChecker {
 public:
  /// `record` and `layouts` outlive the checker. `rule_infos` takes the rules of the record that it does not know yet.
  /// Throws layout::SchemaError for a rule that is none.
  RecordChecker(const layout::Record& record, const layout::Layouts& layouts, const Eras& eras);

  /// Checks a line that has as many cells as the layout has items. `rule_infos[i]` belongs to rule i of rules().
  void check(const LineContext& line, CivilDate check_date, RecordScratch& scratch,
             Collector& findings, RecordResult& result) const;

  const layout::Record& record() const { return *record_; }
  const rules::RuleSet& rules() const { return rules_; }

  /// Whether the items marked `chosen` fit: the variant of a header holds.
  bool holds(const LineContext& line) const;

  /// The layout as a whole without any finding about `line`'s own items: false if some item has an error.
  void set_rule_infos(std::vector<const RuleInfo*> infos) { rule_infos_ = std::move(infos); }

 private:
  /// A date of the layout with the bounds of each era, by its digit.
  struct EraBounds {
    std::uint32_t first = 1;  ///< YYMMDD as a number; first > last: no such era
    std::uint32_t last = 0;
    int first_year = 0;
  };

  bool dates_pass(const Cells& cells, const ColumnSet& empty) const;
  bool date_passes(const layout::DateItems& date, const Cells& cells) const;
  void check_date(const layout::DateItems& date, const LineContext& line, Collector& findings,
                  RecordResult& result) const;
  void check_day(const layout::DateItems& date, const Era& era, const LineContext& line,
                 Collector& findings, RecordResult& result) const;
  void check_month(const layout::DateItems& date, const Era& era, const LineContext& line,
                   Collector& findings, RecordResult& result) const;
  void check_pair(const layout::DateItems& date, const LineContext& line, Collector& findings,
                  RecordResult& result) const;
  void run_rules(const LineContext& line, CivilDate check_date, RecordScratch& scratch,
                 Collector& findings, RecordResult& result) const;

  const layout::Record* record_;
  const Eras* eras_;
  std::vector<FastItem> fast_;
  ColumnSet required_;
  ColumnSet all_;
  ColumnSet hidden_;
  std::size_t words_ = 1;
  std::array<EraBounds, 10> bounds_{};
  rules::RuleSet rules_;
  std::vector<const RuleInfo*> rule_infos_;
};

}  // namespace kpfd::check
