// Folders as the inbox and the watch need them: held open, nothing in them followed, renames that
// never replace.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hooks/folder/folder_error.hpp"
#include "hooks/worker/wire.hpp"

namespace kpfd::hooks {

/// A regular file, as it was when it was looked at.
struct FileState {
  std::uint64_t size = 0;
  std::uint64_t number = 0;  ///< inode
  std::int64_t written = 0;  ///< nanoseconds
  std::int64_t changed = 0;
  friend bool operator==(const FileState& a, const FileState& b) {
    return a.size == b.size && a.number == b.number && a.written == b.written &&
           a.changed == b.changed;
  }
};

/// A folder that is held open.
class Folder {
 public:
  Folder() = default;
  /// The folder at a path. Throws FolderError.
  static Folder open(const std::string& path);
  /// A folder in this one, made where it is missing. Throws FolderError.
  Folder make(const std::string& name) const;
  /// A folder in this one; closed where there is none, or something else.
  Folder look(const std::string& name) const;

  bool is_open() const { return descriptor_.open(); }
  int get() const { return descriptor_.get(); }
  const std::string& path() const { return path_; }

  /// Names, sorted; `.` and `..` are left out. Throws FolderError.
  std::vector<std::string> names() const;

  /// A regular file that has this one name; no link, no pipe, no folder.
  std::optional<FileState> file(const std::string& name) const;
  /// Opens it for reading.
  Descriptor open_file(const std::string& name) const;
  /// All bytes of a small file; none: it is not there, or longer.
  std::optional<std::string> read(const std::string& name, std::size_t most) const;

  /// Gives an entry another place, where nothing has the name yet: at once, or not at all. False:
  /// the name is taken, or there is no such entry. Throws FolderError.
  bool move(const std::string& name, const Folder& to, const std::string& new_name) const;

  /// Takes an empty folder away; false: it is not empty, or not there.
  bool remove_folder(const std::string& name) const;

  /// Whether its path still leads to it: it may have been moved, taken away or replaced.
  bool is_there() const;

  /// Whether nobody has a file open to write to it, as far as the system can tell: true where it
  /// cannot. SIGIO is ignored in the process that asks.
  bool is_closed(const std::string& name) const;

  /// Whether an entry of that name is the folder `other`.
  bool is(const std::string& name, const Folder& other) const;

  /// What was done to the entries is on the disk. Throws FolderError.
  void sync() const;

  /// Takes the lock of the folder for as long as it is open; false: somebody else has it.
  bool lock() const;

 private:
  [[noreturn]] void fail(const std::string& name) const;

  Descriptor descriptor_;
  std::string path_;
};

/// Wakes when something appears in a folder, where the system can tell that.
class Watch {
 public:
  /// `poll`: look every so often in any case.
  Watch(const Folder& folder, std::chrono::milliseconds poll);

  /// Waits until something appeared, a signal came, or the time is over.
  void wait(std::chrono::milliseconds most);

  bool is_told() const { return descriptor_.open(); }

 private:
  Descriptor descriptor_;
  std::chrono::milliseconds poll_;
};

}  // namespace kpfd::hooks
