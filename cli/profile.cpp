#include "cli/profile.hpp"

#include <CLI/CLI.hpp>

namespace kpfd::cli {

void add_profile_option(CLI::App& command, std::string& path, const Common& common) {
  command
      .add_option("--profile", path,
                  std::string(common.words("健康保険組合のプロファイル（XML）",
                                           "profile of a health insurance union (XML)")))
      ->option_text("FILE");
}

}  // namespace kpfd::cli
