// The findings of one line, gathered so that they come out in the order of the items.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "kpfd/check/builtin.hpp"
#include "kpfd/check/profile_checks.hpp"
#include "kpfd/finding.hpp"
#include "kpfd/grammar/cells.hpp"
#include "kpfd/grammar/lines.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/text/utf8.hpp"

namespace kpfd::check {

/// The line that is being checked: from places in its cells to places in the file.
struct LineContext {
  std::uint64_t number = 0;
  std::uint64_t offset = 0;  ///< of the line, in the file
  Cells cells;               ///< in Shift_JIS
  const text::ShiftJisLine* transcoded =
      nullptr;  ///< of a UTF-8 file; nullptr: the cells are the file's bytes
  const layout::Record* record = nullptr;  ///< nullptr: not known (yet)

  /// Place in the file of a byte of the cells' buffer.
  std::uint64_t file_offset(std::uint32_t position) const {
    const std::uint32_t in_line = position - cells.begin;
    return offset + (transcoded != nullptr ? transcoded->origin[in_line] : in_line);
  }
};

/// What has been found, in numbers.
struct Tally {
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  ProfileChecks::Counts profile;  ///< what the profile took away and asked for; empty without one
};

/// Collects, sorts by item, hands on. Its memory is bounded by what one line can give rise to.
class Collector {
 public:
  Collector(const std::vector<RuleInfo>& rules, FindingSink& sink) : rules_(rules), sink_(sink) {}

  /// A finding about the file as a whole or about no line's items.
  Finding& add_plain(Check check, std::uint64_t line);

  /// A finding about the line as a whole: item 0.
  Finding& add_line(Check check, const LineContext& line);
  /// The same of a line whose form is not known.
  Finding& add_line(Check check, const grammar::Line& line);

  /// A finding about an item; `check` gives id and severity.
  Finding& add_item(Check check, const LineContext& line, const layout::Item& item);

  /// The same by the rule itself, with its own severity.
  Finding& add_rule(const RuleInfo& rule, const LineContext& line, const layout::Item* item);

  /// A finding made earlier, when its place was at hand.
  Finding& add(const Finding& finding) { return findings_.emplace_back(finding); }

  /// A finding about an item that may have to be added later. Its `value` lives as long as the
  /// line.
  Finding make_item(Check check, const LineContext& line, const layout::Item& item) const;

  /// From now on the profile, which outlives the collector, decides on severities.
  void obey(const ProfileChecks& profile);

  const Tally& tally() const { return tally_; }
  /// Adds what another collector has handed on.
  void add(const Tally& tally);

  /// Hands the collected findings to the sink, in the order of their items, and forgets them.
  void flush() {
    if (!findings_.empty()) {
      hand_on();
    }
  }

  const RuleInfo& rule(Check check) const { return rules_[static_cast<std::size_t>(check)]; }

 private:
  void hand_on();
  static void fill(Finding& finding, const RuleInfo& rule, const LineContext& line,
                   const layout::Item* item);

  const std::vector<RuleInfo>& rules_;
  FindingSink& sink_;
  const ProfileChecks* profile_ = nullptr;
  std::vector<Finding> findings_;
  Tally tally_;
};

}  // namespace kpfd::check
