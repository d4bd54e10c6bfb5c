#include "kpfd/check/profile_checks.hpp"

#include <algorithm>
#include <set>

#include "kpfd/layout/load.hpp"
#include "kpfd/layout/suggestion.hpp"
#include "kpfd/profile/apply.hpp"

namespace kpfd::check {

namespace {

using layout::Item;
using layout::Record;
using profile::Override;
using profile::Profile;

std::string quoted(std::string_view word) { return "`" + std::string(word) + "`"; }

[[noreturn]] void fail(const Override& change, const std::string& reason) {
  throw layout::SchemaError(change.place, "<severity>: " + reason);
}

const RuleInfo& rule_of(const Override& change, const std::vector<const RuleInfo*>& rules) {
  std::vector<std::string_view> known;
  for (const RuleInfo* rule : rules) {
    if (rule->id == change.rule) {
      return *rule;
    }
    known.emplace_back(rule->id);
  }
  fail(change, "no check or rule is called " + quoted(change.rule) +
                   layout::suggestion(change.rule, known));
}

bool has_item(const Record& record, std::string_view key) { return record.column_of(key) >= 0; }

/// Whether a finding of a rule that stands at `at` can stand at the item: `sum` is sum_1, sum_2 ...
bool stands_at(const Record& record, const std::string& at, const std::string& key) {
  if (at == key) {
    return true;
  }
  for (const layout::Group& group : record.groups) {
    if (group.key == at) {
      return std::any_of(group.columns.begin(), group.columns.end(),
                         [&](std::uint16_t column) { return record.items[column].key == key; });
    }
  }
  return false;
}

/// The lines of a union's file that an override may be about.
std::vector<const Record*> lines_for(const Override& change, const Profile& profile,
                                     const layout::Layouts& layouts) {
  std::vector<const Record*> lines;
  for (const Record& record : layouts.records) {
    if (record.for_union && profile::is_for(profile, change.forms, record.form)) {
      lines.push_back(&record);
    }
  }
  if (!change.forms.empty()) {
    return lines;
  }
  lines.push_back(&layouts.count);
  for (const layout::Receiver& receiver : layouts.receivers) {
    if (!receiver.is_union) {
      continue;
    }
    lines.push_back(&receiver.office);
    for (const Record& media : receiver.media) {
      lines.push_back(&media);
    }
  }
  return lines;
}

/// Refuses an override that could never change a finding: it would be a wish that is silently
/// forgotten.
void refuse_idle(const Override& change, const RuleInfo& rule, const Profile& profile,
                 const layout::Layouts& layouts) {
  const std::vector<const Record*> lines = lines_for(change, profile, layouts);
  if (!change.item.empty()) {
    bool found = false;
    std::vector<std::string_view> known;
    for (const Record* line : lines) {
      found = found || has_item(*line, change.item);
      for (const Item& item : line->items) {
        known.emplace_back(item.key);
      }
    }
    if (!found) {
      fail(change, "no item is called " + quoted(change.item) +
                       (change.forms.empty() ? "" : " in these forms") +
                       layout::suggestion(change.item, known));
    }
  }
  const bool about_records = rule.subject == Subject::record || rule.subject == Subject::item;
  if (!about_records && !change.forms.empty()) {
    fail(change, "a finding of " + quoted(rule.id) + " belongs to no form: leave `forms` out");
  }
  const bool about_file = rule.subject == Subject::file || rule.subject == Subject::line;
  if (about_file && !change.item.empty()) {
    fail(change, "a finding of " + quoted(rule.id) + " stands at no item: leave `item` out");
  }
}

/// The same for a rule across items, whose places the layouts say.
void refuse_idle_rule(const Override& change, const Profile& profile,
                      const layout::Layouts& layouts) {
  std::set<std::string> without(change.forms.begin(), change.forms.end());
  bool found = false;
  for (const Record* line : lines_for(change, profile, layouts)) {
    for (const layout::RuleText& text : line->rules) {
      const bool here = !text.let && text.id == change.rule &&
                        (text.receivers.empty() || text.receivers == line->receiver);
      if (here && (change.item.empty() || stands_at(*line, text.at, change.item))) {
        found = true;
        without.erase(line->form);
      }
    }
  }
  const std::string where = change.item.empty() ? "" : " at item " + quoted(change.item);
  if (!found) {
    fail(change, "rule " + quoted(change.rule) + " never stands" +
                     (where.empty() ? " in a form that the profile takes" : where));
  }
  if (!without.empty()) {
    fail(change,
         "form " + quoted(*without.begin()) + " has no rule " + quoted(change.rule) + where);
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text.append(text.empty() ? "" : " ").append(word);
  }
  return text;
}

}  // namespace

void ProfileChecks::Counts::add(const Counts& other) {
  std::transform(off.begin(), off.end(), other.off.begin(), off.begin(), std::plus<>());
  std::transform(attachments.begin(), attachments.end(), other.attachments.begin(),
                 attachments.begin(), std::plus<>());
}

ProfileChecks::ProfileChecks(const Profile& profile, const layout::Layouts& layouts,
                             const std::vector<const RuleInfo*>& rules)
    : profile_(profile) {
  std::set<std::string> across_items;
  for (const Record& record : layouts.records) {
    for (const layout::RuleText& text : record.rules) {
      if (!text.let) {
        across_items.insert(text.id);
      }
    }
  }
  for (const Override& change : profile.overrides) {
    const RuleInfo& rule = rule_of(change, rules);
    if (rule.fixed) {
      fail(change, "the severity of " + quoted(rule.id) +
                       " cannot be changed: behind such a finding something stays unchecked, or "
                       "the profile says its severity elsewhere");
    }
    profile::require_forms(profile, change.forms, change.place, "severity", layouts);
    refuse_idle(change, rule, profile, layouts);
    if (across_items.count(rule.id) > 0) {
      refuse_idle_rule(change, profile, layouts);
    }
    if (!change.to) {
      off_.push_back(&change);
    }
    changes_[&rule].push_back({&change, off_.empty() ? 0 : off_.size() - 1});
  }
  for (auto& [rule, changes] : changes_) {
    std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
      return a.said->conditions() > b.said->conditions();
    });
  }
  for (const profile::Text& text : profile.texts) {
    if (text.attachment.index == attachments_.size() && !text.rule.let) {
      attachments_.push_back(&text.attachment);
    }
  }
}

ProfileChecks::Counts ProfileChecks::no_counts() const {
  return {std::vector<std::uint64_t>(off_.size()), std::vector<std::uint64_t>(attachments_.size())};
}

bool ProfileChecks::settle(Finding& finding, Counts& counts) const {
  if (!finding.rule->attachment.key.empty()) {
    ++counts.attachments[finding.rule->attachment.index];
    return true;
  }
  const auto changes = changes_.find(finding.rule);
  if (changes == changes_.end()) {
    return true;
  }
  for (const Change& change : changes->second) {
    const Override& said = *change.said;
    const bool here = (said.item.empty() || finding.item_name.key == said.item) &&
                      (said.forms.empty() || std::find(said.forms.begin(), said.forms.end(),
                                                       finding.form) != said.forms.end());
    if (!here) {
      continue;
    }
    if (!said.to) {
      ++counts.off[change.off];
      return false;
    }
    finding.severity = *said.to;
    finding.reason = said.reason;
    finding.reason_en = said.reason_en;
    return true;
  }
  return true;
}

ProfileUse ProfileChecks::use(bool applied, const Counts& counts) const {
  ProfileUse use;
  use.key = profile_.key;
  use.edition = profile_.edition;
  use.sha256 = profile_.sha256;
  use.number = profile_.number;
  use.name = profile_.name;
  use.name_en = profile_.name_en;
  use.applied = applied;
  for (std::size_t i = 0; i < off_.size() && applied; ++i) {
    const Override& off = *off_[i];
    use.off.push_back(
        {off.rule, joined(off.forms), off.item, off.reason, off.reason_en, counts.off[i]});
  }
  for (std::size_t i = 0; i < attachments_.size() && applied; ++i) {
    if (counts.attachments[i] > 0) {
      const Attachment& needed = *attachments_[i];
      use.attachments.push_back({needed.key, needed.name, needed.name_en, counts.attachments[i]});
    }
  }
  return use;
}

}  // namespace kpfd::check
