#include "kpfd/check/schemas.hpp"

#include <algorithm>
#include <optional>
#include <pugixml.hpp>

#include "kpfd/profile/apply.hpp"

namespace kpfd::check {

namespace {

constexpr std::string_view checks_file = "checks.xml";

[[noreturn]] void fail(const std::string& reason) {
  throw layout::SchemaError(layout::Place{std::string(checks_file), 0, 0}, reason);
}

Subject subject_of(const std::string& id, std::string_view scope) {
  if (scope == "file") {
    return Subject::file;
  }
  if (scope == "line") {
    return Subject::line;
  }
  if (scope == "structure") {
    return Subject::structure;
  }
  if (scope == "record") {
    return Subject::record;
  }
  if (scope == "item") {
    return Subject::item;
  }
  fail("check `" + id + "`: no scope `" + std::string(scope) + "`");
}

/// A short name for the words of the schemas: when they change, it changes. FNV-1a; nothing secret
/// depends on it.
std::string fingerprint(std::vector<layout::SchemaFile> files) {
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  std::uint64_t hash = 0xCBF29CE484222325;
  const auto add = [&hash](std::string_view bytes) {
    for (const char c : bytes) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x00000100000001B3;
    }
    hash = (hash ^ 0xFF) * 0x00000100000001B3;
  };
  for (const layout::SchemaFile& file : files) {
    const bool decides = file.name == checks_file || file.name.rfind("layouts/", 0) == 0 ||
                         file.name.rfind("tables/", 0) == 0;
    if (!decides) {
      continue;
    }
    add(file.name);
    add(file.content);
  }
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) {
    text += "0123456789abcdef"[(hash >> shift) & 15];
  }
  return text;
}

/// The compiler leaves out what can never give a finding. Of a profile's wishes that is a slip.
void refuse_idle_attachments(const layout::Record& record, const rules::RuleSet& rules) {
  for (const layout::RuleText& text : record.rules) {
    const auto is_of_text = [&text](const rules::Rule& rule) { return rule.text == &text; };
    if (text.reported_if_true && std::none_of(rules.rules.begin(), rules.rules.end(), is_of_text)) {
      throw layout::SchemaError(text.when_place,
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

Schemas::Schemas(const std::vector<layout::SchemaFile>& files, const profile::Profile* profile)
    : profile_(profile == nullptr ? nullptr : std::make_unique<profile::Profile>(*profile)),
      layouts_(layout::load_layouts(files)),
      eras_(layouts_.eras) {
  load_checks(files);
  if (profile_ != nullptr) {
    profile::apply(*profile_, layouts_);
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
        form->taken = profile_ == nullptr || !receiver.is_union || profile_->takes(record.form);
      }
      EditionChecks edition{add(record), {}, 0, {}};
      for (const std::string& key : receiver.office_key.items) {
        edition.office_key.push_back(static_cast<std::uint16_t>(record.column_of(key)));
      }
      edition.office_at = static_cast<std::uint16_t>(record.column_of(receiver.office_key.at));
      std::vector<std::uint16_t> compared = record.same_filing.columns;
      compared.insert(compared.end(), edition.office_key.begin(), edition.office_key.end());
      edition.same_runs = runs_of(std::move(compared));
      form->editions.push_back(std::move(edition));
      if (!form->possible_columns.empty()) {
        form->possible_columns += ", ";
      }
      form->possible_columns += std::to_string(record.items.size());
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
  std::string newest;
  for (const layout::Record& record : layouts_.records) {
    newest = std::max(newest, record.edition);
  }
  edition_ = newest + '-' + fingerprint(files);
}

void Schemas::load_checks(const std::vector<layout::SchemaFile>& files) {
  const auto file = std::find_if(files.begin(), files.end(), [](const layout::SchemaFile& known) {
    return known.name == checks_file;
  });
  if (file == files.end()) {
    fail("missing");
  }
  pugi::xml_document document;
  const pugi::xml_parse_result result =
      document.load_buffer(file->content.data(), file->content.size());
  if (!result) {
    fail(std::string("no XML: ") + result.description());
  }
  std::map<std::string, RuleInfo> known;
  for (const pugi::xml_node& node : document.document_element().children("check")) {
    RuleInfo info;
    info.id = node.attribute("id").value();
    info.source = node.attribute("source").value();
    const std::string severity = node.attribute("severity").value();
    if (severity == "error") {
      info.severity = Severity::error;
    } else if (severity == "warning") {
      info.severity = Severity::warning;
    } else if (severity == "info") {
      info.severity = Severity::info;
    } else {
      fail("check `" + info.id + "`: no severity `" + severity + "`");
    }
    info.subject = subject_of(info.id, node.attribute("scope").value());
    info.fixed = node.attribute("fixed").as_bool();
    const std::string id = info.id;
    if (!known.emplace(id, std::move(info)).second) {
      fail("check `" + id + "` is said twice");
    }
  }
  for (const std::string_view id : check_ids) {
    const auto entry = known.find(std::string(id));
    if (entry == known.end()) {
      fail("check `" + std::string(id) + "` is missing");
    }
    checks_.push_back(std::move(entry->second));
    known.erase(entry);
  }
  if (!known.empty()) {
    fail("no check is called `" + known.begin()->first + "`");
  }
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
      throw layout::SchemaError(rule.place,
                                "rule `" + rule.id + "` has the id of a built-in check");
    }
    RuleInfo& info = layout_rules_.emplace_back();
    info.id = rule.id;
    info.severity = rule.severity;
    info.source = rule.source;
    by_id_.emplace(rule.id, &info);
  }
}

/// All attachments have the id of one check; which one it is, their key says.
void Schemas::learn_attachment(const layout::RuleText& rule) {
  const auto known = by_id_.find(rule.id);
  if (known != by_id_.end()) {
    if (known->second->attachment == nullptr) {
      throw layout::SchemaError(rule.when_place,
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
  info.attachment = &text->attachment;
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
  return &checkers_.emplace_back(record, layouts_, eras_, by_id_);
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
