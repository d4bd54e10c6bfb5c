#include "cli/files.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "cli/context.hpp"
#include "kpfd/system/paths.hpp"

namespace kpfd::cli {

namespace {

bool is_csv(const std::filesystem::path& path) {
  std::string ending = system::name_of(path.extension());
  std::transform(ending.begin(), ending.end(), ending.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return ending == ".csv";
}

}  // namespace

std::vector<std::string> expand_paths(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    const std::filesystem::path place = system::path_of(path);
    if (path == "-" || !std::filesystem::is_directory(place, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    std::filesystem::recursive_directory_iterator entry(place, error);
    for (; !error && entry != std::filesystem::recursive_directory_iterator();
         entry.increment(error)) {
      std::error_code ignored;
      if (is_csv(entry->path()) && !entry->is_directory(ignored)) {
        found.push_back(system::name_of(entry->path()));
      }
    }
    if (error) {
      throw CommandError(path + ": " + error.message());
    }
    if (found.empty()) {
      throw CommandError(path + ": no *.csv in this folder");
    }
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

}  // namespace kpfd::cli
