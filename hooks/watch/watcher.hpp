// A folder on somebody's desk: what is saved there is checked, and its verdict told at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hooks/intake/words.hpp"
#include "hooks/precheck/file_types.hpp"
#include "hooks/watch/desk_folder.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/report/catalogue.hpp"
#include "kpfd/report/report.hpp"

namespace kpfd::hooks {

/// A file that has been checked.
struct Watched {
  std::string name;       ///< in the folder
  std::string reference;  ///< made of its content with a key; says nothing to others
  std::string report;     ///< path of its report; "": none
  Summary summary;
  std::uint64_t bytes = 0;
  bool was_there = false;  ///< before the watch began
  /// What it is, where it is no filing and may go with the other menu (電子申請以外).
  const FileType* document = nullptr;
};

/// Whether a file of that name is one that somebody has saved: not hidden, not a temporary file of
/// Excel (`~$…`), of browsers, editors or sync programs, not a report of ours.
bool is_saved_name(std::string_view name);

class Watcher {
 public:
  struct Options {
    std::string folder;
    std::string language = "ja";
    std::string as_of;    ///< the check date; "": the day in Japan when a file is checked
    std::string reports;  ///< folder for reports; "": none are made
    std::string key;      ///< for references
    bool show_values = false;
    std::chrono::milliseconds settle{1'000};  ///< unchanged for so long, a file is whole
    std::chrono::milliseconds poll{2'000};
    /// Told of each file that was checked.
    std::function<void(const Watched&)> told;
    /// Told when the folder goes away, and when it is back.
    std::function<void(bool there)> folder_moved;
    /// Told what people should know; no value of a record.
    std::function<void(const std::string&)> say;
    /// Asked often: whether to stop.
    std::function<bool()> stop;
    /// Files that are never looked at, such as the log.
    std::vector<std::string> skipped;
  };

  /// Engine, types and catalogue outlive it. Throws FolderError.
  Watcher(Options options, const Engine& engine, const FileTypes& types,
          const report::Catalogue& catalogue);

  /// `once`: until everything that is there has been checked; else until it is asked to stop.
  /// False: something could not be done. Throws FolderError where `once` finds no folder.
  bool run(bool once);

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    DeskFile state;
    Clock::time_point since;
    bool was_there = false;   ///< before the watch began
    bool done = false;        ///< checked in this state, or found to be what it was
    std::string reference{};  ///< of what was checked last
  };

  bool look(bool first);
  bool check(const std::string& name, Known& known);
  std::string reference_of(const std::string& name, CivilDate date) const;
  Summary check_file(const std::string& name, CivilDate date, report::Report* report,
                     Watched& watched) const;
  Summary check_with_report(const std::string& name, CivilDate date, Watched& watched) const;
  const FileType* document_of(const std::string& name) const;
  void wait_for_folder();
  std::string in(Words words) const { return std::string(words.in(options_.language)); }

  Options options_;
  const Engine& engine_;
  const FileTypes& types_;
  const report::Catalogue& catalogue_;
  DeskFolder folder_;
  std::map<std::string, Known> known_;
  bool failed_ = false;
};

}  // namespace kpfd::hooks
