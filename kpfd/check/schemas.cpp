#include "kpfd/check/schemas.hpp"

#include <algorithm>
#include <pugixml.hpp>

#include "kpfd/digest/sha256.hpp"

namespace kpfd::check {

namespace {

constexpr std::string_view checks_file = "checks.xml";

[[noreturn]] void fail(const std::string& reason) {
  throw layout::SchemaError(layout::Place{std::string(checks_file), 0, 0}, reason);
}

/// Whether a file decides what is found, and is not only words for it or made-up examples.
bool decides(std::string_view name) {
  return name == checks_file || name.rfind("layouts/", 0) == 0 || name.rfind("tables/", 0) == 0;
}

/// The hash of a list of the files that decide, as sha256sum writes it: so it can be made by hand.
std::string hash_of_rules(std::vector<layout::SchemaFile> files) {
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  std::string list;
  for (const layout::SchemaFile& file : files) {
    if (!decides(file.name)) {
      continue;
    }
    list += file.sha256.empty() ? digest::sha256(file.content) : std::string(file.sha256);
    list += "  ";
    list += file.name;
    list += '\n';
  }
  return "sha256:" + digest::sha256(list);
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

Schemas::Schemas(const std::vector<layout::SchemaFile>& files)
    : layouts_(layout::load_layouts(files)), eras_(layouts_.eras) {
  load_checks(files);
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
        form = checks.forms.insert(checks.forms.end(), FormChecks{record.form, {}, {}});
      }
      EditionChecks edition{add(record), {}, 0, {}, std::to_string(record.items.size())};
      for (const std::string& key : receiver.office_key.items) {
        edition.office_key.push_back(static_cast<std::uint16_t>(record.column_of(key)));
      }
      edition.office_at = static_cast<std::uint16_t>(record.column_of(receiver.office_key.at));
      std::vector<std::uint16_t> compared = record.same_filing.columns;
      compared.insert(compared.end(), edition.office_key.begin(), edition.office_key.end());
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
  for (const layout::Record& record : layouts_.records) {
    editions_.push_back(record.edition);
  }
  std::sort(editions_.begin(), editions_.end());
  editions_.erase(std::unique(editions_.begin(), editions_.end()), editions_.end());
  rules_hash_ = hash_of_rules(files);
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
    info.scope = node.attribute("scope").value();
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
    if (rule.let || by_id_.count(rule.id) > 0) {
      continue;
    }
    if (std::find(check_ids.begin(), check_ids.end(), rule.id) != check_ids.end()) {
      throw layout::SchemaError(rule.at_spot(rule.element),
                                "rule `" + rule.id + "` has the id of a built-in check");
    }
    layout_rules_.push_back({rule.id, rule.severity, rule.source, rule.message, rule.message_en,
                             rule.condition(), rule.at.empty() ? "record" : "item"});
    by_id_.emplace(rule.id, &layout_rules_.back());
  }
}

const LazyChecker* Schemas::add(const layout::Record& record) {
  learn_rules(record);
  return &checkers_.emplace_back(record, layouts_, eras_, by_id_);
}

void Schemas::compile_all() const {
  for (const LazyChecker& checker : checkers_) {
    checker.get();
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
