// The union's folder: what the server drops there is checked, loaded once or sent back.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "converters/store/store.hpp"
#include "hooks/folder/folder.hpp"
#include "hooks/inbox/decryption.hpp"
#include "hooks/inbox/examination.hpp"
#include "hooks/inbox/job.hpp"
#include "hooks/inbox/senders.hpp"
#include "hooks/inbox/sidecar.hpp"
#include "hooks/intake/words.hpp"

namespace kpfd::hooks {

/// Where a file has come to.
enum class Place : std::uint8_t { accepted, rejected, parked };
constexpr std::string_view name_of(Place place) {
  switch (place) {
    case Place::accepted:
      return "accepted";
    case Place::rejected:
      return "rejected";
    case Place::parked:
      break;
  }
  return "parked";
}

/// A file that is done with.
struct Done {
  std::string name;  ///< of the file
  std::string as;    ///< name of the folder that it lies in now
  Place place = Place::parked;
  std::string receipt;
  bool duplicate = false;
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  std::string reason;  ///< of a parked one
};

class Inbox {
 public:
  struct Options {
    std::string folder;
    std::string language = "ja";
    std::chrono::milliseconds settle{2'000};  ///< unchanged for so long, a file is complete
    std::chrono::milliseconds poll{5'000};
    std::chrono::seconds stale{3'600};  ///< after so long what waits for its other half is told
    /// Told of each file that is done with.
    std::function<void(const Done&)> done;
    /// Told what people should know; no value of a record.
    std::function<void(const std::string&)> say;
    /// Asked between files: whether to stop.
    std::function<bool()> stop;
  };

  /// All but the options outlive it. Without a decryptor (nullptr) OpenPGP files are parked. Throws
  /// FolderError.
  Inbox(Options options, const Intake& intake, Examiner& examiner, Decryptor* decryptor,
        converters::IngestStore& store, const Senders& senders);

  /// Handles what is there, and what comes while it does. `once`: until nothing is left that can be
  /// handled; else until it is asked to stop. True: nothing was left behind in work/.
  /// Throws FolderError, OutputError, WireError.
  bool run(bool once);

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    FileState state;
    Clock::time_point since;
  };
  enum class Outcome : std::uint8_t { done, again, later };

  /// By name: whether a complete file of it lies in the folder.
  std::map<std::string, bool> ready_names(bool& waiting, bool& left);
  enum class State : std::uint8_t { complete, settling, too_short };
  State state_of(const std::string& name, const FileState& state);
  void forget_missing(const std::vector<std::string>& names);
  void tell_stale(const std::string& name, Words words);
  bool handle_all(const std::map<std::string, bool>& names, bool& left);
  Outcome handle(Job& job);
  Outcome open(Job& job, const Sidecar& sidecar, const FileState& state);
  Outcome examine(Job& job, const Sidecar& sidecar, const Delivery& delivery, int descriptor);
  Outcome die(Job& job);
  Outcome load(Job& job, const FilingData& filing, Done& done);
  void answer(Job& job, const Notice& notice, const Sidecar& sidecar, const std::string& name,
              const Done& done) const;
  void park(Job& job, const std::string& reason);
  void close(Job& job, Done done);
  void say(const std::string& text) const { options_.say(text); }
  std::string in(Words words) const { return std::string(words.in(options_.language)); }

  Options options_;
  const Intake& intake_;
  Examiner& examiner_;
  Decryptor* decryptor_;
  converters::IngestStore& store_;
  const Senders& senders_;
  Folder folder_;
  Folder work_;
  std::map<Place, Folder> places_;
  std::map<std::string, Waiting> waiting_;  ///< files that may still be written
  std::map<std::string, Clock::time_point>
      lonely_;                  ///< since when a half has been without the other
  std::set<std::string> told_;  ///< of those, the ones that were told
};

}  // namespace kpfd::hooks
