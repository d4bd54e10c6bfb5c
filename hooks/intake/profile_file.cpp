#include "hooks/intake/profile_file.hpp"

#include <filesystem>
#include <system_error>

#include "hooks/intake/words.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/profile/load.hpp"
#include "kpfd/profile/roster.hpp"
#include "kpfd/schemas.hpp"
#include "kpfd/system/paths.hpp"
#include "kpfd/xsd/files.hpp"
#include "kpfd/xsd/validator.hpp"

namespace kpfd::hooks {

namespace {

namespace fs = std::filesystem;
using layout::SchemaError;

constexpr std::string_view profile_xsd = "profile.xsd";

/// A file of the user's, whatever links lead to it.
fs::path canonical(const std::string& path) {
  std::error_code error;
  fs::path found = fs::canonical(system::path_of(path), error);
  if (error) {
    throw SchemaError({path, 0, 0}, error.message());
  }
  return found;
}

/// A file that an element of the profile names lies next to the profile: a profile from outside
/// must not make us read, and speak of, other files of this machine.
std::string read_beside(const fs::path& folder, std::string_view element, const std::string& name,
                        const layout::Place& place, std::size_t most_bytes) {
  const auto fail = [&](const std::string& reason) {
    throw SchemaError(place, "<" + std::string(element) + ">: file `" + name + "`: " + reason);
  };
  std::error_code error;
  const fs::path target = fs::canonical(folder / system::path_of(name), error);
  if (error) {
    fail(error.message());
  }
  if (!xsd::is_below(target, folder)) {
    fail("a link that leads out of the profile's folder is not followed");
  }
  std::string bytes;
  const std::string reason = xsd::read_regular_file(target, most_bytes, bytes);
  if (!reason.empty()) {
    fail(reason);
  }
  return bytes;
}

profile::Profile read_profile(const std::string& path) {
  const fs::path file = canonical(path);
  std::string content;
  const std::string reason = xsd::read_regular_file(file, xsd::Limits{}.bytes, content);
  if (!reason.empty()) {
    throw SchemaError({path, 0, 0}, reason);
  }
  xsd::Validator(embedded_schema(profile_xsd), profile_xsd).validate(content, path);
  profile::Profile profile = profile::load_profile({path, content});
  if (profile.roster) {
    const std::string name = profile.roster->file;
    const std::string roster = read_beside(file.parent_path(), "roster", name,
                                           profile.roster->place, profile::most_roster_bytes);
    profile::read_roster(roster, name, profile);
  }
  return profile;
}

/// All that is wrong with a profile ends the command before a file is checked.
SetupError refusal(std::string_view language, const std::exception& error) {
  return SetupError(
      std::string(
          Words{"プロファイルを使えません。\n", "the profile cannot be used:\n"}.in(language)) +
      error.what());
}

}  // namespace

std::optional<profile::Profile> load_profile(const std::string& path, std::string_view language) {
  if (path.empty()) {
    return std::nullopt;
  }
  try {
    return read_profile(path);
  } catch (const xsd::XmlError& error) {
    throw refusal(language, error);
  } catch (const SchemaError& error) {
    throw refusal(language, error);
  }
}

std::vector<NamedBytes> read_tables(const profile::Profile& profile, std::size_t most_bytes,
                                    std::string_view language) {
  std::vector<NamedBytes> tables;
  try {
    const fs::path folder = canonical(profile.file).parent_path();
    for (const profile::TableFile& table : profile.tables) {
      tables.push_back(
          {table.file, read_beside(folder, "table", table.file, table.place, most_bytes)});
    }
  } catch (const SchemaError& error) {
    throw refusal(language, error);
  }
  return tables;
}

std::optional<NamedBytes> read_senders(const profile::Profile& profile, std::size_t most_bytes,
                                       std::string_view language) {
  if (!profile.senders) {
    return std::nullopt;
  }
  try {
    const fs::path folder = canonical(profile.file).parent_path();
    const auto& [file, place] = *profile.senders;
    return NamedBytes{file, read_beside(folder, "senders", file, place, most_bytes)};
  } catch (const SchemaError& error) {
    throw refusal(language, error);
  }
}

std::unique_ptr<Engine> make_engine(const SchemaSet& schemas,
                                    const std::optional<profile::Profile>& profile,
                                    std::string_view language) {
  if (!profile) {
    return schemas.make_engine();
  }
  try {
    return schemas.make_engine(&*profile);
  } catch (const SchemaError& error) {
    // The schemas' own faults are told as such, without a word about the profile.
    static_cast<void>(schemas.make_engine());
    throw refusal(language, error);
  }
}

}  // namespace kpfd::hooks
