// `kpfd convert` from filing to filing: encoding, receiver, edition, split, merge.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace kpfd::cli {

struct RefileArguments {
  std::string encoding;
  std::string destination;
  std::string edition;
  std::vector<std::string> tables;
  std::vector<std::string> settings;
  std::optional<std::uint32_t> media_number;
  bool split = false;
  bool merge = false;

  /// Whether any of it was asked for.
  bool asked() const {
    return !encoding.empty() || !destination.empty() || !edition.empty() || !tables.empty() ||
           !settings.empty() || media_number || split || merge;
  }
};

/// What every conversion has.
struct ConversionFiles {
  std::vector<std::string> paths;
  std::string output;
  std::string as_of;
  std::string profile;
  bool replace = false;
  unsigned threads = 1;
};

/// Adds the options that a conversion from filing to filing has of its own.
void add_refile_options(CLI::App& command, RefileArguments& arguments, const Common& common);

/// Runs it. Returns the exit status; throws CommandError.
int run_refile(const RefileArguments& arguments, const ConversionFiles& files,
               const Common& common);

}  // namespace kpfd::cli
