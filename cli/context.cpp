#include "cli/context.hpp"

#include <cstdlib>
#include <string_view>

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

}  // namespace kpfd::cli
