// One file on its way: claimed, looked at, and put where it belongs.
//
//   FOLDER/NAME, NAME.json  --claim-->  FOLDER/work/NAME/{NAME, NAME.json, .tries}
//   --the answer is written beside-->  FOLDER/work/NAME/{…, NAME.notice.html, …}
//   --one rename of the folder-->  FOLDER/accepted/NAME/ or rejected/NAME/ or parked/NAME/
//
// Who holds the lock of work/NAME/ is the only one who touches it. Whatever ends the process, the
// next one finds the folder in work/ and goes on: each step can be done again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hooks/folder/folder.hpp"

namespace kpfd::hooks {

/// Behind a file's name: what the server says of it.
inline constexpr std::string_view sidecar_ending = ".json";

/// How often a file may kill the process that checks it, and how often the work on it may be cut
/// off, before it is parked.
inline constexpr std::uint64_t most_deaths = 3;
inline constexpr std::uint64_t most_begins = 10;

class Job {
 public:
  /// Claims a file of the folder if it is complete, or takes up what lies in `work` under this
  /// name. None: somebody else has it, or there is nothing. Throws FolderError.
  static std::optional<Job> claim(const Folder& folder, const Folder& work, const std::string& name,
                                  bool complete);

  const std::string& name() const { return name_; }
  const Folder& folder() const { return own_; }
  bool has_file() const { return own_.file(name_).has_value(); }
  bool has_sidecar() const { return own_.file(sidecar_name()).has_value(); }
  std::string sidecar_name() const { return name_ + std::string(sidecar_ending); }

  struct Tries {
    std::uint64_t begins = 0;   ///< all of them
    std::uint64_t excused = 0;  ///< of these, the ones that the file was not to blame for
    std::uint64_t deaths = 0;
  };
  Tries tries() const;
  /// A try begins, or its process has died: it is on the disk when this returns. Throws
  /// FolderError.
  void note_begin() { note('b'); }
  void note_death() { note('d'); }
  /// The file is not to blame for the tries so far.
  void excuse();

  /// Writes a file beside the job's own, whole and on the disk. Throws OutputError.
  void put(const std::string& ending, std::string_view content) const;

  /// Gives the whole folder its last place, under a name that is free there; the name. Throws
  /// FolderError.
  std::string finish(const Folder& work, const Folder& place);

 private:
  Job(std::string name, Folder own) : name_(std::move(name)), own_(std::move(own)) {}
  void note(char what);

  std::string name_;
  Folder own_;
};

}  // namespace kpfd::hooks
