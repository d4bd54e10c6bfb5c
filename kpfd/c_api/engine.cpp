#include "kpfd/c_api/engine.hpp"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "kpfd/c_api/errors.hpp"
#include "kpfd/c_api/structs.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/profile/load.hpp"
#include "kpfd/profile/roster.hpp"
#include "kpfd/schemas.hpp"
#ifdef KPFD_C_API_HAS_XSD
#include "kpfd/xsd/directory.hpp"
#include "kpfd/xsd/validator.hpp"
#endif

namespace kpfd::c_api {

namespace {

using layout::SchemaError;
using layout::SchemaFile;

SchemaFile view_of(const kpfd_file& file, const char* name) {
  if (file.name == nullptr) {
    throw Refusal(KPFD_E_ARGUMENT, std::string(name) + " has no name");
  }
  if (file.bytes == nullptr && file.size > 0) {
    throw Refusal(KPFD_E_ARGUMENT, std::string(name) + " has a size but no bytes");
  }
  return {file.name, {static_cast<const char*>(file.bytes), file.size}};
}

/// Files from outside are hostile input first: they are compared with their XSDs before anything
/// else looks at them, as the command does. A build without libxml2 has the loaders alone.
void admit_schemas([[maybe_unused]] const std::vector<SchemaFile>& files) {
#ifdef KPFD_C_API_HAS_XSD
  std::vector<SchemaFile> embedded;
  for (const Engine::SchemaFile& file : embedded_schemas()) {
    embedded.push_back({file.name, file.content});
  }
  xsd::check_schema_files(files, embedded);
#endif
}

void admit_profile([[maybe_unused]] const SchemaFile& file) {
#ifdef KPFD_C_API_HAS_XSD
  constexpr std::string_view profile_xsd = "profile.xsd";
  xsd::Validator(embedded_schema(profile_xsd), profile_xsd)
      .validate(file.content, std::string(file.name));
#endif
}

/// The schemas that an engine uses.
class SchemaSet {
 public:
  explicit SchemaSet(const kpfd_engine_options& options) {
    if (options.schemas == nullptr && options.schemas_count > 0) {
      throw Refusal(KPFD_E_ARGUMENT, "options->schemas is a null pointer");
    }
    std::vector<SchemaFile> outside;
    for (std::size_t i = 0; i < options.schemas_count; ++i) {
      outside.push_back(view_of(options.schemas[i], "a file of options->schemas"));
    }
    built_in_ = outside.empty();
    std::map<std::string_view, std::string_view> files;
    for (const Engine::SchemaFile& file : embedded_schemas()) {
      files[file.name] = file.content;
    }
    if (!built_in_) {
      admit_schemas(outside);
    }
    for (const SchemaFile& file : outside) {
      files[file.name] = file.content;
    }
    for (const auto& [name, content] : files) {
      files_.push_back({name, content});
    }
  }

  /// With all rules compiled, if some may have faults. Throws SchemaError.
  Engine make_engine(const profile::Profile* profile) const {
    Engine engine =
        built_in_ ? Engine(embedded_compiled_schemas(), profile) : Engine(files_, profile);
    if (!built_in_ || profile != nullptr) {
      engine.compile_rules();
    }
    return engine;
  }

  /// Throws SchemaError.
  report::Catalogue load_catalogue(const std::string& language) const {
    const std::string name = "messages/" + language + ".xml";
    for (const Engine::SchemaFile& file : files_) {
      if (file.name == name) {
        return built_in_ ? report::Catalogue::load_known(file.content, name)
                         : report::Catalogue::load(file.content, name);
      }
    }
    throw SchemaError({name, 0, 0}, "missing");
  }

 private:
  bool built_in_ = true;
  std::vector<Engine::SchemaFile> files_;
};

std::string read_language(const char* text) {
  std::string language = text == nullptr ? "ja" : text;
  if (language != "ja" && language != "en") {
    throw Refusal(KPFD_E_ARGUMENT, "options->language is neither \"ja\" nor \"en\"");
  }
  return language;
}

/// Throws SchemaError and XmlError for what is wrong with the files.
std::optional<profile::Profile> read_profile(const kpfd_engine_options& options) {
  if (options.profile == nullptr) {
    if (options.roster != nullptr) {
      throw Refusal(KPFD_E_ARGUMENT, "options->roster is given without options->profile");
    }
    return std::nullopt;
  }
  const SchemaFile file = view_of(*options.profile, "options->profile");
  admit_profile(file);
  profile::Profile profile = profile::load_profile(file);
  if (profile.roster && options.roster == nullptr) {
    throw SchemaError(profile.roster->place,
                      "<roster>: file `" + profile.roster->file + "`: give it as options->roster");
  }
  if (options.roster != nullptr) {
    const SchemaFile roster = view_of(*options.roster, "options->roster");
    if (!profile.roster) {
      throw SchemaError(profile.place, "options->roster is given, but the profile names no roster");
    }
    profile::read_roster(roster.content, roster.name, profile);
  }
  return profile;
}

/// Runs `body`; what is wrong with files becomes a refusal with this status and heading.
template <typename Body>
auto refuse_as(kpfd_status status, std::string_view heading, Body body) {
  const auto refusal = [&](const std::exception& error) {
    return Refusal(status, std::string(heading).append(error.what()));
  };
  try {
    return body();
  } catch (const SchemaError& error) {
    throw refusal(error);
#ifdef KPFD_C_API_HAS_XSD
  } catch (const xsd::XmlError& error) {
    throw refusal(error);
#endif
  }
}

}  // namespace

CivilDate read_check_date(const char* text, const char* name) {
  if (text == nullptr) {
    return no_date;
  }
  const CivilDate date = parse_iso_date(text);
  if (!date.known()) {
    throw Refusal(KPFD_E_ARGUMENT,
                  std::string(name) + "->check_date: give an existing date as " + "\"YYYY-MM-DD\"");
  }
  return date;
}

std::shared_ptr<const EngineState> make_engine_state(const kpfd_engine_options& options) {
  std::string language = read_language(options.language);
  const CivilDate date = read_check_date(options.check_date, "options");
  constexpr Words bad_schemas = {"様式定義を使えません。\n", "the schemas cannot be used:\n"};
  constexpr Words bad_profile = {"プロファイルを使えません。\n", "the profile cannot be used:\n"};
  const std::string_view schemas_heading = bad_schemas.in(language);
  const std::string_view profile_heading = bad_profile.in(language);

  const SchemaSet schemas =
      refuse_as(KPFD_E_SCHEMAS, schemas_heading, [&] { return SchemaSet(options); });
  const std::optional<profile::Profile> profile =
      refuse_as(KPFD_E_PROFILE, profile_heading, [&] { return read_profile(options); });
  if (profile && options.schemas_count > 0) {
    // The schemas' own faults are told as such, without a word about the profile.
    refuse_as(KPFD_E_SCHEMAS, schemas_heading, [&] { return schemas.make_engine(nullptr); });
  }
  Engine engine = refuse_as(profile ? KPFD_E_PROFILE : KPFD_E_SCHEMAS,
                            profile ? profile_heading : schemas_heading,
                            [&] { return schemas.make_engine(profile ? &*profile : nullptr); });
  report::Catalogue catalogue =
      refuse_as(KPFD_E_SCHEMAS, schemas_heading, [&] { return schemas.load_catalogue(language); });
  return std::make_shared<const EngineState>(
      EngineState{std::move(language), date, std::move(engine), std::move(catalogue)});
}

}  // namespace kpfd::c_api

using namespace kpfd::c_api;

kpfd_status kpfd_engine_open(const kpfd_engine_options* options, kpfd_engine** engine) {
  return guarded([&] {
    require(engine, "engine");
    *engine = nullptr;
    auto made = std::make_unique<kpfd_engine>();
    made->state = make_engine_state(read_struct<kpfd_engine_options>(options, "options"));
    *engine = made.release();
  });
}

const char* kpfd_engine_edition(const kpfd_engine* engine) {
  const kpfd_status status = guarded([&] { require(engine, "engine"); });
  return status == KPFD_OK ? engine->state->engine.schemas_edition().c_str() : "";
}

const char* kpfd_engine_rules_hash(const kpfd_engine* engine) {
  const kpfd_status status = guarded([&] { require(engine, "engine"); });
  return status == KPFD_OK ? engine->state->engine.rules_hash().c_str() : "";
}

void kpfd_engine_free(kpfd_engine* engine) { delete engine; }
