// The command line described once => manual pages and the completion of shells.
#pragma once

#include <string>

// The library's name. NOLINTNEXTLINE(readability-identifier-naming)
namespace CLI {
class App;
}

namespace kpfd::cli {

/// The command line in both languages.
struct DescribedApps {
  const CLI::App& ja;
  const CLI::App& en;
};

/// Writes below a folder, for the build:
///
///     man/man1/kpfd.1, man/man1/kpfd-check.1, …       in English, a page a command
///     man/ja/man1/kpfd.1, …                           in Japanese
///     bash/kpfd, zsh/_kpfd                            completion
///
/// What is there is replaced. Throws CommandError.
void write_manuals(const std::string& folder, const DescribedApps& apps);

}  // namespace kpfd::cli
