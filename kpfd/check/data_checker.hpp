// The lines behind [data]: records, one by one, and what they have to do with each other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "kpfd/check/last_text.hpp"
#include "kpfd/check/line_context.hpp"
#include "kpfd/check/schemas.hpp"
#include "kpfd/check/seen_filings.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/grammar/lines.hpp"

namespace kpfd::check {

/// Finds offices by a view of their key.
struct KeyHash {
  // The standard library asks for this name. NOLINTNEXTLINE(readability-identifier-naming)
  using is_transparent = void;
  std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
};

/// Most offices that records are compared with. A filing counts its offices with three digits; a
/// file with more of them has an error anyhow, and memory must not grow with it.
inline constexpr std::size_t most_offices = 1U << 16;

/// What stands before the records, as far as they are checked with it. Behind [data] it does not
/// change any more: several threads may check with one.
struct Head {
  text::Encoding encoding = text::Encoding::shift_jis;
  const ReceiverChecks* receiver = nullptr;
  const ProfileChecks* profile = nullptr;  ///< of a file that it is applied to
  CivilDate creation_date;
  std::unordered_set<std::string, KeyHash, std::equal_to<>> offices;  ///< by key_of()
  bool offices_known = true;  ///< false silences the check of the records' offices
};

/// The cells of the columns as one text, written to `key`.
std::string_view key_of(const Cells& cells, const std::vector<std::uint16_t>& columns,
                        std::string& key);

/// How many records there were.
struct DataCounts {
  std::uint64_t lines = 0;             ///< behind [data], good and bad
  std::vector<std::uint64_t> records;  ///< by form of the receiver

  void add(const DataCounts& other);
};

/// A record that may have been filed before, for somebody else to ask.
struct SeenLater {
  SeenKey key;
  std::uint64_t line = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  const layout::Record* record = nullptr;
};

/// Checks records in the order of their lines.
class DataChecker {
 public:
  /// All that is given outlives the checker; of the head, the receiver must be known when it is
  /// made, the rest when the first line comes. Filings are compared with those in `seen`.
  DataChecker(const Schemas& schemas, const CheckOptions& options, const Head& head,
              Collector& findings, SeenFilings& seen)
      : DataChecker(schemas, options, head, findings, &seen, nullptr) {}

  /// The same for a part of the lines: filings that are to be compared go to `later`, in order.
  DataChecker(const Schemas& schemas, const CheckOptions& options, const Head& head,
              Collector& findings, std::vector<SeenLater>& later)
      : DataChecker(schemas, options, head, findings, nullptr, &later) {}

  /// Its findings are in the collector afterwards.
  void check(const grammar::Line& line);

  /// A line that is too long to be looked at is one all the same.
  void count_line() { ++counts_.lines; }

  const DataCounts& counts() const { return counts_; }
  /// Adds what another checker has counted.
  void add(const DataCounts& counts) { counts_.add(counts); }

 private:
  DataChecker(const Schemas& schemas, const CheckOptions& options, const Head& head,
              Collector& findings, SeenFilings* seen, std::vector<SeenLater>* later);

  /// False: the union's profile leaves the form out, and nothing more is said of the record.
  bool take_form(const grammar::Line& line, const FormChecks& form);
  void refuse_record(const grammar::Line& line, std::string_view code);
  /// The edition of a record: the number of columns picks it, unless the caller has.
  const EditionChecks* edition_of(const FormChecks& form, std::size_t columns) const;
  void refuse_columns(const grammar::Line& line, const FormChecks& form);
  /// Whether an edition is in force on the day when the filing was made.
  bool holds(const layout::Record& record) const;
  void report_edition(const LineContext& context, const FormChecks& form);
  void check_office_known(const LineContext& context, const EditionChecks& edition);
  void check_seen(const LineContext& context, const EditionChecks& edition, const Fingerprint& key);

  const Schemas& schemas_;
  const CheckOptions& options_;
  const Head& head_;
  Collector& findings_;
  SeenFilings* seen_;  ///< nullptr: later_ is there
  std::vector<SeenLater>* later_;

  LineContexts contexts_;
  DataCounts counts_;
  LastText last_office_;  ///< that of the record before, as it stands
  LastText last_code_;
  const FormChecks* last_form_ = nullptr;        ///< of the record before
  const EditionChecks* last_edition_ = nullptr;  ///< likewise; nullptr: to be found
  const RecordChecker* last_checker_ = nullptr;
  std::uint64_t* last_count_ = nullptr;  ///< of the form, in counts_
  std::uint32_t last_columns_ = 0;
  bool last_edition_holds_ = true;
  std::string key_;
  RecordScratch scratch_;
  RecordResult result_;
};

}  // namespace kpfd::check
