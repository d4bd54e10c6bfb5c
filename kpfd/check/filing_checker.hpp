// A whole file: its skeleton line by line, its offices, its records.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "kpfd/check/data_checker.hpp"
#include "kpfd/check/line_context.hpp"
#include "kpfd/check/record_batches.hpp"
#include "kpfd/check/schemas.hpp"
#include "kpfd/check/seen_filings.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/grammar/lines.hpp"
#include "kpfd/text/survey.hpp"

namespace kpfd::check {

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

  Summary finish(const std::function<void()>& check);
  void check_surveyed();
  void survey();
  void meet_survey();
  bool refuse_foreign();
  /// Finds the receiver; false if the file is refused by its name.
  bool find_receiver();
  const ReceiverChecks* receiver_by_first_record();
  void check_file_facts();
  void check_lines();
  /// Reads lines until `until()` holds behind one; returns the offset of the next.
  template <typename Until>
  std::uint64_t read_lines(grammar::LineReader& reader, Until until);
  /// Checks the records behind `begin` by several threads; returns where it ends.
  std::uint64_t check_batches(std::uint64_t begin);
  void take_in(RecordBatch& batch);
  void tell_progress(std::uint64_t done);
  void check_line_end(const grammar::Line& line);
  void check_end();

  void read_line(const grammar::Line& line);
  /// One step of the skeleton; true if the line is used up.
  bool step(const grammar::Line& line, const LineShape& shape);
  void fail(Check check, const grammar::Line& line);
  void use_up_long_line(const grammar::Line& line);

  void meet_profile();
  /// The union's own conditions on the number of an office, if it has no error yet.
  void check_office_number(const LineContext& context, bool in_media_record);

  void check_media(const grammar::Line& line);
  void check_count(const grammar::Line& line);
  void check_office(const grammar::Line& line);
  void finish_offices();

  const Schemas& schemas_;
  Source& source_;
  const CheckOptions& options_;
  FindingSink& sink_;
  Collector findings_;
  Summary summary_;
  text::Survey survey_;
  std::string small_file_;  ///< the whole file, if it was read in one piece
  MemorySource memory_{std::string_view{}};
  Source* content_ = nullptr;

  bool cancelled_ = false;

  Expected expected_ = Expected::media;
  bool failed_here_ = false;  ///< one error for several failed expectations at one line
  bool line_end_named_ = false;
  std::uint64_t last_line_ = 0;
  bool last_line_ended_ = true;

  bool has_count_ = false;
  std::int64_t office_count_ = 0;
  Finding count_place_;  ///< where the number of offices stands
  std::string count_text_;

  Head head_;
  SeenFilings seen_{0};
  std::unique_ptr<DataChecker> records_;  ///< there as soon as the receiver is known

  LineContexts contexts_;
  std::string key_;
  RecordScratch scratch_;
  RecordResult result_;
};

}  // namespace kpfd::check
