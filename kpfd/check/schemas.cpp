#include "kpfd/check/schemas.hpp"

#include <algorithm>
#include <utility>

#include "kpfd/check/builtin.hpp"
#include "kpfd/profile/apply.hpp"

namespace kpfd::check {

namespace {

/// The compiler leaves out what can never give a finding. Of a profile's wishes that is a slip.
void refuse_idle_attachments(const layout::Record& record, const rules::RuleSet& rules) {
  for (std::size_t i = 0; i < record.rules.size(); ++i) {
    const layout::RuleText& text = record.rules[i];
    const auto is_of_text = [i](const rules::Rule& rule) { return rule.text == i; };
    if (text.reported_if_true && std::none_of(rules.rules.begin(), rules.rules.end(), is_of_text)) {
      throw layout::SchemaError(text.at_spot(text.element),
                                "attachment " + text.id + ": it can never be needed");
    }
  }
}

}  // namespace

std::vector<ColumnRun> runs_of(std::vector<std::uint16_t> columns) {
  std::sort(columns.begin(), columns.end());
  std::vector<ColumnRun> runs;
  for (const std::uint16_t column : columns) {
    if (!runs.empty() && column <= runs.back().last + 1) {
      runs.back().last = column;
    } else {
      runs.push_back({column, column});
    }
  }
  return runs;
}

Schemas::Schemas(const std::vector<layout::SchemaFile>& files) : Schemas(read_definitions(files)) {}

Schemas::Schemas(Definitions definitions, const profile::Profile* profile)
    : profile_(profile == nullptr ? nullptr : std::make_unique<profile::Profile>(*profile)),
      layouts_(std::move(definitions.layouts)),
      eras_(layouts_.eras),
      checks_(std::move(definitions.checks)),
      rules_hash_(std::move(definitions.rules_hash)) {
  if (!definitions.compiled_rules.empty()) {
    const std::vector<const layout::Record*> records = records_of(layouts_);
    for (std::size_t i = 0; i < records.size(); ++i) {
      compiled_rules_.emplace(records[i], definitions.compiled_rules.at(i));
    }
  }
  if (profile_ != nullptr) {
    for (const layout::Record* const changed : profile::apply(*profile_, layouts_)) {
      compiled_rules_.erase(changed);
    }
    set_profile_severities();
  }
  count_ = add(layouts_.count);
  for (const layout::Receiver& receiver : layouts_.receivers) {
    ReceiverChecks checks;
    checks.receiver = &receiver;
    for (const layout::Record& media : receiver.media) {
      checks.media.push_back(add(media));
    }
    checks.office = add(receiver.office);
    for (const std::string& key : receiver.office_key.items) {
      checks.office_key.push_back(static_cast<std::uint16_t>(receiver.office.column_of(key)));
    }
    for (const layout::Record& record : layouts_.records) {
      if (record.receiver != receiver.key) {
        continue;
      }
      auto form = std::find_if(checks.forms.begin(), checks.forms.end(),
                               [&](const FormChecks& known) { return known.form == record.form; });
      if (form == checks.forms.end()) {
        form = checks.forms.insert(checks.forms.end(), FormChecks{record.form, {}, {}, true});
        name_form(record, checks);
        form->taken = profile_ == nullptr || !receiver.is_union || profile_->takes(record.form);
      }
      EditionChecks edition;
      edition.checker = add(record);
      edition.columns = std::to_string(record.items.size());
      for (const std::string& key : receiver.office_key.items) {
        edition.office_key.push_back(static_cast<std::uint16_t>(record.column_of(key)));
        edition.office_columns.set(edition.office_key.back());
      }
      edition.office_runs = runs_of(edition.office_key);
      edition.office_at = static_cast<std::uint16_t>(record.column_of(receiver.office_key.at));
      std::vector<std::uint16_t> compared = record.same_filing.columns;
      compared.insert(compared.end(), edition.office_key.begin(), edition.office_key.end());
      for (const std::uint16_t column : compared) {
        edition.same_columns.set(column);
      }
      if (record.same_filing.number >= 0) {
        edition.same_columns.set(static_cast<std::size_t>(record.same_filing.number));
      }
      edition.same_runs = runs_of(std::move(compared));
      if (!form->possible_columns.empty()) {
        form->possible_columns += ", ";
      }
      form->possible_columns += edition.columns;
      form->editions.push_back(std::move(edition));
    }
    if (!media_columns_.empty()) {
      media_columns_ += ", ";
    }
    media_columns_ += std::to_string(checks.media_columns());
    receivers_.push_back(std::move(checks));
  }
  for (const RuleInfo& check : checks_) {
    rules_.push_back(&check);
  }
  for (const RuleInfo& rule : layout_rules_) {
    rules_.push_back(&rule);
  }
  if (profile_ != nullptr) {
    profile_checks_ = std::make_unique<ProfileChecks>(*profile_, layouts_, rules_);
  }
  for (const layout::Record& record : layouts_.records) {
    editions_.push_back(record.edition);
  }
  std::sort(editions_.begin(), editions_.end());
  editions_.erase(std::unique(editions_.begin(), editions_.end()), editions_.end());
}

void Schemas::name_form(const layout::Record& record, ReceiverChecks& checks) {
  const auto add = [&record](std::string& names, const char* separator, const std::string& name) {
    if (!names.empty()) {
      names += separator;
    }
    names += record.form + ' ' + name;
  };
  add(checks.form_names, "、", record.name);
  add(checks.form_names_en, ", ", record.name_en.empty() ? record.name : record.name_en);
}

void Schemas::learn_rules(const layout::Record& record) {
  for (const layout::RuleText& rule : record.rules) {
    if (rule.let) {
      continue;
    }
    if (rule.reported_if_true) {
      learn_attachment(rule);
      continue;
    }
    if (by_id_.count(rule.id) > 0) {
      continue;
    }
    if (std::find(check_ids.begin(), check_ids.end(), rule.id) != check_ids.end()) {
      throw layout::SchemaError(rule.at_spot(rule.element),
                                "rule `" + rule.id + "` has the id of a built-in check");
    }
    RuleInfo& info = layout_rules_.emplace_back();
    info.id = rule.id;
    info.severity = rule.severity;
    info.source = rule.source;
    info.message = rule.message;
    info.message_en = rule.message_en;
    info.condition = rule.condition();
    info.subject = rule.at.empty() ? Subject::record : Subject::item;
    by_id_.emplace(rule.id, &info);
  }
}

/// All attachments have the id of one check; which one it is, their key says.
void Schemas::learn_attachment(const layout::RuleText& rule) {
  const auto known = by_id_.find(rule.id);
  if (known != by_id_.end()) {
    if (known->second->attachment.key.empty()) {
      throw layout::SchemaError(rule.at_spot(rule.element),
                                "attachment `" + rule.id + "`: a rule has this id");
    }
    return;
  }
  const auto& texts = profile_->texts;
  const auto text = std::find_if(texts.begin(), texts.end(), [&rule](const profile::Text& said) {
    return !said.rule.let && said.rule.id == rule.id;
  });
  RuleInfo& info =
      attachments_.emplace_back(checks_[static_cast<std::size_t>(Check::profile_attachment)]);
  info.severity = rule.severity;
  info.attachment = text->attachment;
  by_id_.emplace(rule.id, &info);
}

void Schemas::set_profile_severities() {
  const auto set = [this](Check check, const auto& element, auto severity) {
    if (element) {
      RuleInfo& info = checks_[static_cast<std::size_t>(check)];
      info.severity = ((*element).*severity).value_or(info.severity);
    }
  };
  set(Check::profile_office_format, profile_->office_number, &profile::OfficeNumber::severity);
  set(Check::profile_office_roster, profile_->roster, &profile::Roster::severity);
  set(Check::profile_form, profile_->taken, &profile::TakenForms::others);
}

const LazyChecker* Schemas::add(const layout::Record& record) {
  learn_rules(record);
  const auto compiled = compiled_rules_.find(&record);
  return &checkers_.emplace_back(
      record, compiled == compiled_rules_.end() ? CompiledRules() : compiled->second, layouts_,
      eras_, by_id_);
}

void Schemas::compile_all() const {
  for (const LazyChecker& checker : checkers_) {
    try {
      refuse_idle_attachments(checker.record(), checker.get().rules());
    } catch (const layout::SchemaError& error) {
      if (profile_ == nullptr || error.place().file != profile_->file) {
        throw;
      }
      // One expression is for many forms: the place alone does not tell which one lacks the item.
      throw layout::SchemaError(error.place(), error.reason() + " (in form " +
                                                   checker.record().form + ", edition " +
                                                   checker.record().edition + ")");
    }
  }
}

bool Schemas::is_form_code(std::string_view code) const {
  for (const ReceiverChecks& receiver : receivers_) {
    if (receiver.form(code) != nullptr) {
      return true;
    }
  }
  return retired(code) != nullptr;
}

const layout::RetiredForm* Schemas::retired(std::string_view code) const {
  for (const layout::RetiredForm& form : layouts_.retired) {
    if (form.form == code) {
      return &form;
    }
  }
  return nullptr;
}

const std::string& Schemas::edition_on(CivilDate day) const {
  const std::string* newest = &editions_.front();
  for (const layout::Record& record : layouts_.records) {
    const bool early = record.valid_from.known() && day < record.valid_from;
    const bool late = record.valid_to.known() && day > record.valid_to;
    if (!early && !late && *newest < record.edition) {
      newest = &record.edition;
    }
  }
  return *newest;
}

Check Schemas::check_named(const std::string& id) const {
  for (std::size_t i = 0; i < check_ids.size(); ++i) {
    if (check_ids[i] == id) {
      return static_cast<Check>(i);
    }
  }
  throw layout::SchemaError(layout::Place{"layouts/structure.xml", 0, 0},
                            "no check is called `" + id + "`");
}

}  // namespace kpfd::check
