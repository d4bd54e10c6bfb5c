// Profiles of invented unions, and engines that check with them.
#pragma once

#include <string>
#include <string_view>

#include "kpfd/engine.hpp"
#include "kpfd/profile/load.hpp"
#include "kpfd/profile/roster.hpp"
#include "kpfd/schemas.hpp"
#include "tests/support/exact.hpp"

namespace kpfd_test {

/// Elements => the text of a profile that has them from its second line on.
inline std::string profile_text(std::string_view elements) {
  std::string text = R"(<profile key="example" edition="2026-04" number="06999999" )"
                     R"(name="見本健康保険組合" name-en="Example Union">)";
  text += '\n';
  text += elements;
  return text + "\n</profile>\n";
}

inline kpfd::profile::Profile load_profile(std::string_view text) {
  const Exact exact(text);
  return kpfd::profile::load_profile({"profile.xml", exact.view()});
}

/// The profile with these elements, and with the bytes of its roster if it names one.
inline kpfd::profile::Profile profile_with(std::string_view elements,
                                           std::string_view roster = "1001\n") {
  kpfd::profile::Profile profile = load_profile(profile_text(elements));
  if (profile.roster) {
    const Exact exact(roster);
    kpfd::profile::read_roster(exact.view(), profile.roster->file, profile);
  }
  return profile;
}

/// The schemas of the build, as programs have them, with a profile, all rules compiled.
inline kpfd::Engine engine_with(const kpfd::profile::Profile& profile) {
  kpfd::Engine made(kpfd::embedded_compiled_schemas(), &profile);
  made.compile_rules();
  return made;
}
inline kpfd::Engine engine_with(std::string_view elements, std::string_view roster = "1001\n") {
  return engine_with(profile_with(elements, roster));
}

}  // namespace kpfd_test
