// A file that nobody has looked at => what is said of it, by a confined process of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hooks/inbox/confined.hpp"
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
  /// Starts the process that waits; to be called before anything secret is in memory. Both outlive
  /// it. Throws SetupError.
  Examiner(const Intake& intake, const FileTypes& types);

  /// Throws WireError where the process that waits is gone.
  Examination examine(const Delivery& delivery, int descriptor);

 private:
  void work(std::string_view body, Descriptor file, int socket) const;
  Notice check_filing(const Delivery& delivery, Descriptor file, int socket) const;
  Notice check_document(const Delivery& delivery, Descriptor file) const;
  void check_offices(const Candidate& candidate, const Delivery& delivery, Summary& summary,
                     NoticeCollector& collector) const;
  Examination receive(int socket) const;

  const Intake& intake_;
  const FileTypes& types_;
  ConfinedWorkers workers_;
};

}  // namespace kpfd::hooks
