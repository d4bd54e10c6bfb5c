#include "comparison.hpp"

#include <algorithm>

#include "kpfd/rules/program.hpp"

namespace kpfd_test {

using kpfd::layout::Item;
using kpfd::layout::Record;
using kpfd::rules::Outcome;
using kpfd::rules::RuleSet;
using kpfd::rules::Scratch;

namespace {

/// The same rules with nothing told by their masks; only the place of a finding stays in them.
RuleSet without_masks(RuleSet set) {
  for (kpfd::rules::Rule& rule : set.rules) {
    rule.program.given = rule.program.empty = rule.program.sound = {};
    // A rule is silent where its own item has an error: only this mask says so.
    if (rule.at_column >= 0) {
      rule.program.sound.set(static_cast<std::size_t>(rule.at_column));
    }
  }
  return set;
}

void count(Outcome outcome, Tally& tally) {
  ++(outcome == Outcome::pass ? tally.pass : outcome == Outcome::fail ? tally.fail : tally.silent);
}

std::string cells_of(const Filled& filled) {
  std::string cells;
  for (const Item& item : filled.record().items) {
    if (!filled.value(item.column).empty()) {
      cells += item.key + "=" + filled.value(item.column) + " ";
    }
    if (filled.errors[item.column]) {
      cells += item.key + "! ";
    }
  }
  return cells;
}

}  // namespace

int step_of(const Record& record, const kpfd::rules::Rule& rule) {
  for (const auto& group : record.groups) {
    const auto& columns = group.columns;
    const auto found = std::find(columns.begin(), columns.end(), rule.at_column);
    if (group.key == record.rules[rule.text].at && found != columns.end()) {
      return static_cast<int>(found - columns.begin());
    }
  }
  return -1;
}

Comparison::Comparison(const Record& record)
    : record_(record),
      set_(kpfd::rules::compile(record, layouts())),
      bare_(without_masks(set_)),
      naive_(record) {}

std::string Comparison::difference(Filled& filled, Tally& tally) const {
  const kpfd::RecordView& view = filled.view();
  const kpfd::rules::RuleBits doubts = doubts_of(set_, filled, view);
  const bool clean = !filled.errors.any();
  Scratch scratch;
  Scratch bare_scratch;
  scratch.begin(view);
  bare_scratch.begin(view);
  for (std::size_t i = 0; i < set_.rules.size(); ++i) {
    const kpfd::rules::Rule& rule = set_.rules[i];
    const kpfd::layout::RuleText& text = record_.rules[rule.text];
    kpfd::rules::Amounts amounts;
    const Outcome expected = naive_.ask(text, rule.at_column, step_of(record_, rule), view);
    const Outcome masked = run(rule.program, view, scratch, amounts);
    const Outcome unmasked = run(bare_.rules[i].program, view, bare_scratch, amounts);
    count(expected, tally);
    // What was told of a clean record stays true when other rules have failed, unless they are
    // asked for.
    const bool told = clean && !(rule.asks_errors && filled.errors.any());
    const bool missed = told && expected == Outcome::fail && !doubts[i];
    if (told) {
      ++tally.looked;
      tally.doubted += doubts[i] && expected != Outcome::fail ? 1U : 0U;
    }
    if (missed || unmasked != expected ||
        (masked == Outcome::fail) != (expected == Outcome::fail)) {
      return rule.id + " when " + text.when + ": " + text.text + "\n" + cells_of(filled) +
             "\nnaive " + name_of(expected) + ", masked " + name_of(masked) + ", without masks " +
             name_of(unmasked) + (missed ? ", missed by the quick look" : "") + "\n" +
             disassemble(rule.program, record_);
    }
    if (expected == Outcome::fail && rule.severity == kpfd::Severity::error &&
        rule.at_column >= 0) {
      const auto column = static_cast<std::size_t>(rule.at_column);
      filled.errors.set(column);
      scratch.note_error(column);
      bare_scratch.note_error(column);
    }
  }
  return {};
}

}  // namespace kpfd_test
