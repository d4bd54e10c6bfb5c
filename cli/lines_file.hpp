// A file that lines are added to, such as a log. How it is opened stands in a file of each system.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kpfd::cli {

/// A file that is only appended to, whoever else appends to it.
class LinesFile {
 public:
  /// Opens it, or makes one: for its owner alone, on Windows with the rights of its folder.
  /// `option` is what a fault is said of. Throws CommandError.
  LinesFile(std::string_view option, const std::string& path);
  ~LinesFile();
  LinesFile(const LinesFile&) = delete;
  LinesFile& operator=(const LinesFile&) = delete;

  /// Adds a line in one call, so that it is whole or not there. False: the disk did not take it.
  bool add(std::string line) const;

 private:
  std::intptr_t file_;  ///< a descriptor, or a handle
};

}  // namespace kpfd::cli
