// A file that nobody has looked at => what is said of it: in a process of its own that can do
// nothing else.
//
//   Examiner  --forks, before anything secret is in memory-->  a process that waits
//     examine: the file's descriptor  -->  that process forks a confined one, which checks the file
//     and answers over a socket of its own; whatever becomes of it, the others live on
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "hooks/intake/intake.hpp"
#include "hooks/notice/notice.hpp"
#include "hooks/precheck/file_types.hpp"
#include "hooks/worker/filing_data.hpp"
#include "hooks/worker/wire.hpp"

namespace kpfd::hooks {

/// A file and what the server says of it.
struct Delivery {
  std::string name;
  std::uint64_t size = 0;
  bool document = false;  ///< no filing
  std::string received_at;
  std::vector<std::string> offices;  ///< that the sender may file for
};

/// What was found.
struct Examination {
  bool answered = false;  ///< false: the process has died over it, or was too slow
  Notice notice;
  std::optional<FilingData> filing;  ///< of an accepted one
};

class Examiner {
 public:
  struct Options {
    std::uint64_t memory = std::uint64_t{1} << 30;
    std::uint32_t processor_seconds = 20;
    std::chrono::seconds longest{60};
  };

  /// Starts the process that waits. Both outlive it. Throws SetupError.
  Examiner(const Intake& intake, const FileTypes& types, const Options& options);
  ~Examiner();
  Examiner(const Examiner&) = delete;
  Examiner& operator=(const Examiner&) = delete;

  /// Throws WireError where the process that waits is gone.
  Examination examine(const Delivery& delivery, int descriptor);

 private:
  [[noreturn]] void wait_for_work(int owner) const;
  [[noreturn]] void work(const Delivery& delivery, Descriptor file, int socket) const;
  Notice check_filing(const Delivery& delivery, Descriptor file, int socket) const;
  Notice check_document(const Delivery& delivery, Descriptor file) const;
  void check_offices(const Candidate& candidate, const Delivery& delivery, Summary& summary,
                     NoticeCollector& collector) const;
  Examination receive(int socket) const;

  const Intake& intake_;
  const FileTypes& types_;
  Options options_;
  Descriptor socket_;
  pid_t process_ = -1;
};

}  // namespace kpfd::hooks
