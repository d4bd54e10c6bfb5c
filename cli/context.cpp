#include "cli/context.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "kpfd/layout/load.hpp"
#include "kpfd/schemas.hpp"

namespace kpfd::cli {

std::string language_of_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') {
      continue;
    }
    const std::string_view locale = value;
    // C and POSIX name no language.
    const bool says_nothing = locale == "C" || locale == "POSIX" || locale.rfind("C.", 0) == 0;
    return says_nothing || locale.rfind("ja", 0) == 0 ? "ja" : "en";
  }
  return "ja";
}

CivilDate today_in_japan() {
  constexpr std::int64_t hour = 3600;
  constexpr std::int64_t day = 24 * hour;
  const std::int64_t seconds = static_cast<std::int64_t>(std::time(nullptr)) + 9 * hour;
  return CivilDate{static_cast<std::int32_t>((seconds - (seconds < 0 ? day - 1 : 0)) / day)};
}

std::string now_in_japan() {
  constexpr std::time_t nine_hours = std::time_t{9} * 3600;
  const std::time_t now = std::time(nullptr) + nine_hours;
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return std::string(text.data(), size) + "+09:00";
}

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
    throw CommandError(error.what());
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
    throw CommandError(described(error));
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
      throw CommandError(described(error));
    }
  }
  throw CommandError(name + ": missing");
}

}  // namespace kpfd::cli
