#include "hooks/intake/profile_file.hpp"

#include <filesystem>
#include <system_error>

#include "hooks/intake/words.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/profile/load.hpp"
#include "kpfd/profile/roster.hpp"
#include "kpfd/schemas.hpp"
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
  fs::path found = fs::canonical(path, error);
  if (error) {
    throw SchemaError({path, 0, 0}, error.message());
  }
  return found;
}

/// The roster lies next to the profile: a profile from outside must not make us read, and speak
/// of, other files of this machine.
void read_roster_beside(const fs::path& folder, profile::Profile& profile) {
  if (!profile.roster) {
    return;
  }
  const std::string name = profile.roster->file;
  const auto fail = [&name, place = profile.roster->place](const std::string& reason) {
    throw SchemaError(place, "<roster>: file `" + name + "`: " + reason);
  };
  std::error_code error;
  const fs::path target = fs::canonical(folder / name, error);
  if (error) {
    fail(error.message());
  }
  if (!xsd::is_below(target, folder)) {
    fail("a link that leads out of the profile's folder is not followed");
  }
  std::string bytes;
  const std::string reason = xsd::read_regular_file(target, profile::most_roster_bytes, bytes);
  if (!reason.empty()) {
    fail(reason);
  }
  profile::read_roster(bytes, name, profile);
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
  read_roster_beside(file.parent_path(), profile);
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
