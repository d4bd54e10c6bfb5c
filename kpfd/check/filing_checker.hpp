// A whole file: its skeleton line by line, its offices, its records.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "kpfd/check/last_text.hpp"
#include "kpfd/check/schemas.hpp"
#include "kpfd/check/seen_filings.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/grammar/lines.hpp"
#include "kpfd/text/survey.hpp"

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

/// Checks one file, once.
class FilingChecker {
 public:
  FilingChecker(const Schemas& schemas, Source& source, const CheckOptions& options,
                FindingSink& sink);

  /// A source that fails, and a caller who cancels, give Verdict::unchecked and what was counted
  /// until then.
  Summary run();

  /// The same for a source of which the survey is known, or taken for granted: the caller sees to
  /// it that it is right.
  Summary run_as(const text::Survey& survey);

  /// Whether the caller's CheckOptions::progress has stopped the check.
  bool cancelled() const { return cancelled_; }

 private:
  /// What the next line is to be.
  enum class Expected : std::uint8_t { media, offices_marker, count, office, record, anything };

  /// What a line is, whatever is expected.
  struct Shape {
    bool offices_marker = false;
    bool data_marker = false;
    bool exact = false;
    bool form = false;  ///< begins with a form code
  };

  Summary finish(const std::function<void()>& check);
  void check_surveyed();
  void survey();
  bool refuse_foreign();
  /// Finds the receiver; false if the file is refused by its name.
  bool find_receiver();
  const ReceiverChecks* receiver_by_first_record();
  void check_file_facts();
  void check_lines();
  void check_line_end(const grammar::Line& line);
  void check_end();
  Shape shape_of(const grammar::Line& line) const;

  void read_line(const grammar::Line& line);
  /// One step of the skeleton; true if the line is used up.
  bool step(const grammar::Line& line, const Shape& shape);
  void fail(Check check, const grammar::Line& line);
  void use_up_long_line(const grammar::Line& line);

  void meet_profile();
  /// The union's own conditions on the number of an office, if it has no error yet.
  void check_office_number(const LineContext& context, bool in_media_record);
  /// False: the union's profile leaves the form out, and nothing more is said of the record.
  bool take_form(const grammar::Line& line, const FormChecks& form);

  void check_media(const grammar::Line& line);
  void check_count(const grammar::Line& line);
  void check_office(const grammar::Line& line);
  void check_record(const grammar::Line& line);
  void refuse_record(const grammar::Line& line, std::string_view code);
  /// The edition of a record: the number of columns picks it, unless the caller has.
  const EditionChecks* edition_of(const FormChecks& form, std::size_t columns) const;
  void refuse_columns(const grammar::Line& line, const FormChecks& form);
  /// Whether an edition is in force on the day when the filing was made.
  bool holds(const layout::Record& record) const;
  void report_edition(const LineContext& context, const FormChecks& form);
  void check_office_known(const LineContext& context, const EditionChecks& edition);
  void check_seen(const LineContext& context, const EditionChecks& edition, const Fingerprint& key);
  void finish_offices();

  LineContext context_of(const grammar::Line& line, const layout::Record* record);
  std::string_view key_of(const Cells& cells, const std::vector<std::uint16_t>& columns);
  Finding& add_line(Check check, const grammar::Line& line);

  const Schemas& schemas_;
  Source& source_;
  const CheckOptions& options_;
  Collector findings_;
  Summary summary_;
  text::Survey survey_;
  std::string small_file_;  ///< the whole file, if it was read in one piece
  MemorySource memory_{std::string_view{}};
  Source* content_ = nullptr;

  bool cancelled_ = false;

  const ReceiverChecks* receiver_ = nullptr;
  const ProfileChecks* profile_ = nullptr;  ///< of a file that it is applied to
  Expected expected_ = Expected::media;
  bool failed_here_ = false;  ///< one error for several failed expectations at one line
  bool line_end_named_ = false;
  std::uint64_t last_line_ = 0;
  bool last_line_ended_ = true;

  CivilDate creation_date_;
  bool has_count_ = false;
  std::int64_t office_count_ = 0;
  Finding count_place_;  ///< where the number of offices stands
  std::string count_text_;
  std::unordered_set<std::string, KeyHash, std::equal_to<>> offices_;
  bool offices_known_ = true;  ///< false silences the check of the records' offices
  LastText last_office_;       ///< that of the record before, as it stands

  LastText last_code_;
  const FormChecks* last_form_ = nullptr;        ///< of the record before
  const EditionChecks* last_edition_ = nullptr;  ///< likewise; nullptr: to be found
  const RecordChecker* last_checker_ = nullptr;
  std::uint64_t* last_count_ = nullptr;  ///< of the form, in records_
  std::uint32_t last_columns_ = 0;
  bool last_edition_holds_ = true;
  std::vector<std::uint64_t> records_;  ///< by form of the receiver

  SeenFilings seen_{0};

  text::ShiftJisLine transcoded_;
  std::vector<std::uint32_t> transcoded_ends_;
  std::string key_;
  RecordScratch scratch_;
  RecordResult result_;
};

}  // namespace kpfd::check
