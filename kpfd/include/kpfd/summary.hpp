// What a file was found to be, and whether it may be sent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kpfd {

/// `unchecked`: the check could not be done. It is never said of a file that was read to its end.
enum class Verdict : std::uint8_t { accept, reject, unchecked };

/// `accept`, `reject`, `unchecked`.
constexpr std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept:
      return "accept";
    case Verdict::reject:
      return "reject";
    case Verdict::unchecked:
      break;
  }
  return "unchecked";
}

/// What a union's profile did to a file.
struct ProfileUse {
  /// Findings that the profile turned off: one entry for each `off` that it says, found or not.
  struct Off {
    std::string rule;
    std::string forms;  ///< form codes with a space between them; "": all
    std::string item;   ///< key; "": all
    std::string reason;
    std::string reason_en;
    std::uint64_t count = 0;
  };
  /// A document that the filing needs, and for how many records.
  struct Needed {
    std::string key;
    std::string name;
    std::string name_en;
    std::uint64_t count = 0;
  };
  std::string key;
  std::string edition;
  std::string sha256;  ///< of the profile and its roster (kpfd/profile/model.hpp)
  std::string number;  ///< of the union
  std::string name;
  std::string name_en;
  bool applied =
      false;  ///< false: the file is not for a union, or it cannot be told for whom it is
  std::vector<Off> off;
  std::vector<Needed> attachments;  ///< only those that are needed
};

struct Summary {
  Verdict verdict = Verdict::unchecked;
  std::string reason;    ///< of `unchecked`: why, for people, as the source said it; else empty
  std::string kind;      ///< `KPFD`, `SHFD`, `KNFD`, or "" where it cannot be told
  std::string encoding;  ///< `Shift_JIS`, `UTF-8`, `UTF-8-BOM`, or "" for what is no text
  /// The edition asked for, or else the newest one that holds on the check date.
  std::string edition;
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;
  std::uint64_t offices = 0;                     ///< office records, good and bad
  std::uint64_t data_records = 0;                ///< lines behind [data], good and bad
  std::map<std::string, std::uint64_t> records;  ///< by form code
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  std::optional<ProfileUse> profile;  ///< of the engine that checked; none: it has no profile
};

}  // namespace kpfd
