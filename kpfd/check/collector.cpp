#include "kpfd/check/collector.hpp"

#include <utility>

namespace kpfd::check {

Finding& Collector::add_plain(Check check, std::uint64_t line) {
  Finding& finding = findings_.emplace_back();
  finding.rule = &rule(check);
  finding.severity = finding.rule->severity;
  finding.line = line;
  return finding;
}

Finding& Collector::add_line(Check check, const LineContext& line) {
  return add_rule(rule(check), line, nullptr);
}

Finding& Collector::add_line(Check check, const grammar::Line& line) {
  Finding& finding = add_plain(check, line.number);
  finding.offset = line.offset;
  finding.length = line.size;
  return finding;
}

void Collector::add(const Tally& tally) {
  tally_.errors += tally.errors;
  tally_.warnings += tally.warnings;
  tally_.profile.add(tally.profile);
}

Finding& Collector::add_item(Check check, const LineContext& line, const layout::Item& item) {
  return add_rule(rule(check), line, &item);
}

Finding& Collector::add_rule(const RuleInfo& rule, const LineContext& line,
                             const layout::Item* item) {
  Finding& finding = findings_.emplace_back();
  fill(finding, rule, line, item);
  return finding;
}

Finding Collector::make_item(Check check, const LineContext& line, const layout::Item& item) const {
  Finding finding;
  fill(finding, rule(check), line, &item);
  return finding;
}

void Collector::fill(Finding& finding, const RuleInfo& rule, const LineContext& line,
                     const layout::Item* item) {
  finding.rule = &rule;
  finding.severity = rule.severity;
  if (!rule.attachment.key.empty()) {
    finding.parts.add(Part::name, rule.attachment.name).add(Part::name2, rule.attachment.name_en);
  }
  finding.line = line.number;
  if (line.record != nullptr) {
    finding.form = line.record->form;
    finding.form_name = line.record->name;
    finding.form_name_en = line.record->name_en;
  }
  if (item == nullptr) {
    const std::uint32_t end = line.cells.ends[line.cells.count - 1];
    finding.offset = line.offset;
    finding.length = line.file_offset(end) - line.offset;
    return;
  }
  finding.item = item->number;
  finding.item_name = {item->key, item->name, item->name_en, item->my_number};
  finding.offset = line.file_offset(line.cells.begin_of(item->column));
  finding.length = line.file_offset(line.cells.ends[item->column]) - finding.offset;
  finding.value = line.cells[item->column];
}

void Collector::obey(const ProfileChecks& profile) {
  profile_ = &profile;
  tally_.profile = profile.no_counts();
}

void Collector::hand_on() {
  // Insertion: there are few, nearly in order already, and nothing is allocated.
  for (std::size_t i = 1; i < findings_.size(); ++i) {
    for (std::size_t k = i; k > 0 && findings_[k].item < findings_[k - 1].item; --k) {
      std::swap(findings_[k], findings_[k - 1]);
    }
  }
  for (Finding& finding : findings_) {
    if (profile_ != nullptr && !profile_->settle(finding, tally_.profile)) {
      continue;
    }
    if (finding.severity == Severity::error) {
      ++tally_.errors;
    }
    if (finding.severity == Severity::warning) {
      ++tally_.warnings;
    }
    sink_.finding(finding);
  }
  findings_.clear();
}

}  // namespace kpfd::check
