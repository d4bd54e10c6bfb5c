// One line with a known layout => its findings.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/calendar/calendar.hpp"
#include "kpfd/check/collector.hpp"
#include "kpfd/check/definitions.hpp"
#include "kpfd/check/fast_items.hpp"
#include "kpfd/rules/compile.hpp"

namespace kpfd::check {

/// What is remembered from one record to the next, so that nothing is allocated for each.
struct RecordScratch {
  rules::QuickScratch quick;
  rules::Scratch rules;
};

/// What a record was found to be, for checks that need more than the record.
struct RecordResult {
  bool clean = false;  ///< nothing at all was found: the set below is empty
  ColumnSet errors;    ///< items with any error
};

/// The rules of the layouts by their ids.
using RuleInfos = std::map<std::string, const RuleInfo*, std::less<>>;

/// A layout made ready to check lines with. Immutable: any number of threads may use it.
class RecordChecker {
 public:
  /// Record, eras and `rule_infos`, which knows each of the rules by its id, outlive the checker.
  /// `quick_code` is that of the same rules; nullptr: there is none.
  RecordChecker(const layout::Record& record, rules::RuleSet rules, rules::QuickCode quick_code,
                const Eras& eras, const RuleInfos& rule_infos);

  /// Checks a line that has as many cells as the layout has items.
  void check(const LineContext& line, CivilDate check_date, RecordScratch& scratch,
             Collector& findings, RecordResult& result) const;

  const rules::RuleSet& rules() const { return rules_; }
  /// Whether the items marked `chosen` fit: the variant of a header holds.
  bool holds(const LineContext& line) const;

 private:
  /// A date of the layout with the bounds of each era, by its digit.
  struct EraBounds {
    std::int64_t first = 1;  ///< YYMMDD as a number; first > last: no such era
    std::int64_t last = 0;
    std::int64_t first_month = 1;  ///< the same without the day
    std::int64_t last_month = 0;
  };

  /// What a date of the layout is told by.
  struct FastDate {
    std::uint16_t era = 0;
    std::uint16_t first = 0;   ///< YYMMDD, or the year
    std::uint16_t second = 0;  ///< the month of a date without a day
    bool day = false;
  };

  /// The dates, a bit each, that may have something to say, or be given by halves.
  std::uint64_t doubtful_dates(const std::int64_t* numbers, const ColumnSet& empty,
                               const ColumnSet& suspects) const;
  static bool pair_passes(const FastDate& date, const ColumnSet& empty, const ColumnSet& suspects);
  bool date_passes(const FastDate& date, const std::int64_t* numbers) const;
  void check_date_items(const layout::DateItems& date, const LineContext& line, Collector& findings,
                        RecordResult& result) const;
  void check_day(const layout::DateItems& date, const Era& era, const LineContext& line,
                 Collector& findings, RecordResult& result) const;
  void check_month(const layout::DateItems& date, const Era& era, const LineContext& line,
                   Collector& findings, RecordResult& result) const;
  void check_pair(const layout::DateItems& date, const LineContext& line, Collector& findings,
                  RecordResult& result) const;
  /// The quick look at the rules of a record in which nothing was found so far.
  rules::RuleBits doubtful_rules(const ColumnSet& empty, CivilDate check_date,
                                 RecordScratch& scratch) const;
  void run_rules(const LineContext& line, const ColumnSet& empty, CivilDate check_date,
                 const rules::RuleBits* doubts, RecordScratch& scratch, Collector& findings,
                 RecordResult& result) const;

  const layout::Record* record_;
  const Eras* eras_;
  FastItems fast_;
  ColumnSet all_;
  ColumnSet required_;
  ColumnSet hidden_;
  std::size_t words_ = 1;
  std::array<EraBounds, 10> bounds_{};
  std::vector<FastDate> dates_;
  ColumnSet date_columns_;  ///< of all dates
  rules::RuleSet rules_;
  rules::QuickCode quick_code_;  ///< nullptr: the steps are run one by one
  std::vector<const RuleInfo*> rule_infos_;
};

/// A checker that is made when the first line asks for it: a filing needs few of the layouts, and
/// making one takes longer than checking many lines. Thread-safe.
class LazyChecker {
 public:
  /// All that is given outlives the checker. Rules that are not compiled yet are compiled from
  /// their texts.
  LazyChecker(const layout::Record& record, CompiledRules compiled_rules,
              const layout::Layouts& layouts, const Eras& eras, const RuleInfos& rule_infos)
      : record_(record),
        compiled_rules_(compiled_rules),
        layouts_(layouts),
        eras_(eras),
        rule_infos_(rule_infos) {}

  const layout::Record& record() const { return record_; }

  /// Throws layout::SchemaError the first time, and each time, if a rule is none.
  const RecordChecker& get() const {
    std::call_once(made_, [this] {
      checker_ = std::make_unique<RecordChecker>(record_,
                                                 compiled_rules_.bytes.empty()
                                                     ? rules::compile(record_, layouts_)
                                                     : read_compiled_rules(compiled_rules_.bytes),
                                                 compiled_rules_.code, eras_, rule_infos_);
    });
    return *checker_;
  }

 private:
  const layout::Record& record_;
  CompiledRules compiled_rules_;
  const layout::Layouts& layouts_;
  const Eras& eras_;
  const RuleInfos& rule_infos_;
  mutable std::once_flag made_;
  mutable std::unique_ptr<RecordChecker> checker_;
};

}  // namespace kpfd::check
