// A folder on a desk as the watch sees it: who lies in it, in which state, and that something has
// changed. How a system is asked stands in a file of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hooks/folder/folder_error.hpp"

namespace kpfd::hooks {

/// A regular file, as it was when it was looked at.
struct DeskFile {
  std::uint64_t size = 0;
  std::uint64_t number = 0;  ///< which file it is, as converters::FileIdentity has it
  std::int64_t written = 0;  ///< when, in the system's own count
  std::int64_t changed = 0;  ///< the same for what is no content, where that tells of writing
  friend bool operator==(const DeskFile& a, const DeskFile& b) {
    return a.size == b.size && a.number == b.number && a.written == b.written &&
           a.changed == b.changed;
  }
};

/// A folder that is held open; or closed, when nothing but waiting is left of it.
class DeskFolder {
 public:
  DeskFolder();
  /// The folder at a path. Throws FolderError.
  explicit DeskFolder(const std::string& path);
  DeskFolder(DeskFolder&& other) noexcept;
  DeskFolder& operator=(DeskFolder&& other) noexcept;
  ~DeskFolder();

  const std::string& path() const { return path_; }
  /// The path of an entry.
  std::string path_of(const std::string& name) const;

  /// Names, sorted. Throws FolderError.
  std::vector<std::string> names() const;

  /// A regular file that has this one name and is not hidden by an attribute; no link, no pipe, no
  /// folder.
  std::optional<DeskFile> file(const std::string& name) const;

  /// Whether its path still leads to it: it may have been moved, taken away or replaced.
  bool is_there() const;

  /// Whether nobody has a file open to write to it, as far as the system can tell: true where it
  /// cannot.
  bool is_closed(const std::string& name) const;

  /// Whether the system tells of changes; else they are seen when the folder is looked at.
  bool is_told() const;

  /// Waits until something has changed, somebody has asked the process to stop, or the time is
  /// over.
  void wait(std::chrono::milliseconds most);

 private:
  struct System;

  std::string path_;
  std::unique_ptr<System> system_;  ///< none: it is closed
};

}  // namespace kpfd::hooks
