#include "hooks/intake/schema_set.hpp"

#include <algorithm>
#include <filesystem>

#include "hooks/intake/words.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/schemas.hpp"

namespace kpfd::hooks {

SchemaSet::SchemaSet(const std::string& folder) : folder_(folder) {
  files_ = embedded_schemas();
  if (folder.empty()) {
    return;
  }
  std::vector<layout::SchemaFile> embedded;
  std::vector<layout::SchemaFile> xsds;
  for (const Engine::SchemaFile& file : files_) {
    const bool xsd = file.name.size() > 4 && file.name.substr(file.name.size() - 4) == ".xsd";
    (xsd ? xsds : embedded).push_back({file.name, file.content});
  }
  try {
    outside_ = xsd::load_schema_directory(folder, xsds);
  } catch (const std::exception& error) {
    throw SetupError(error.what());
  }
  files_.clear();
  for (const layout::SchemaFile& file : xsd::overlay(embedded, outside_)) {
    files_.push_back({file.name, file.content});
  }
}

std::string SchemaSet::described(const layout::SchemaError& error) const {
  const auto& files = outside_.files;
  const bool from_outside = std::any_of(
      files.begin(), files.end(),
      [&](const xsd::SchemaDirectory::File& file) { return file.name == error.place().file; });
  return from_outside ? (std::filesystem::path(folder_) / error.what()).string() : error.what();
}

std::unique_ptr<Engine> SchemaSet::make_engine(const profile::Profile* profile) const {
  const bool known = outside_.files.empty();
  auto engine = known ? std::make_unique<Engine>(embedded_compiled_schemas(), profile)
                      : std::make_unique<Engine>(files_, profile);
  if (!known || profile != nullptr) {
    engine->compile_rules();
  }
  return engine;
}

std::unique_ptr<Engine> SchemaSet::make_engine() const {
  try {
    return make_engine(nullptr);
  } catch (const layout::SchemaError& error) {
    throw SetupError(described(error));
  }
}

report::Catalogue SchemaSet::load_catalogue(const std::string& language) const {
  const std::string name = "messages/" + language + ".xml";
  for (const Engine::SchemaFile& file : files_) {
    if (file.name != name) {
      continue;
    }
    try {
      const bool known = outside_.files.empty();
      return known ? report::Catalogue::load_known(file.content, name)
                   : report::Catalogue::load(file.content, name);
    } catch (const layout::SchemaError& error) {
      throw SetupError(described(error));
    }
  }
  throw SetupError(name + ": missing");
}

report::ReportOptions report_options_of(const Engine& engine) {
  report::ReportOptions options;
  options.schemas = engine.schemas_edition();
  options.rules = engine.rules_hash();
  options.all_rules = engine.rules();
  options.forms.reserve(engine.layouts().records.size());
  for (const layout::Record& record : engine.layouts().records) {
    options.forms.push_back({record.form, record.name, record.name_en});
  }
  return options;
}

}  // namespace kpfd::hooks
