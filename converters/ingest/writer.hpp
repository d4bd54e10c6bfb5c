// One interface for all that ingest records are written to.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "converters/ingest/model.hpp"
#include "converters/source/filing_reader.hpp"

namespace kpfd::converters {

/// What is told of a filing as a whole.
struct Filing {
  std::string receipt;
  std::vector<std::string> facts;  ///< by field of IngestModel::filing(), in UTF-8; "": not known

  /// Sets a fact by its key; one that the model does not have is left out.
  void set(const IngestModel& model, std::string_view key, std::string value);
  const std::string& fact(const IngestModel& model, std::string_view key) const;
};

/// A finding that travels with the records: by field of IngestModel::finding().
using FindingFacts = std::vector<std::string>;

/// Records of a filing made ready for a writer, apart from it: several threads do it at once, each
/// with parts of its own.
class RecordPart {
 public:
  virtual ~RecordPart() = default;
  /// As IngestWriter::row(), for records alone. Throws ValueError.
  virtual void row(const Row& row, std::uint64_t ordinal) = 0;
  /// Forgets the rows.
  virtual void clear() = 0;

 protected:
  RecordPart() = default;
  RecordPart(const RecordPart&) = default;
  RecordPart& operator=(const RecordPart&) = default;
};

/// Takes filings: begin, findings, then the lines in their order, end. What a writer has taken
/// counts only when the caller has published it (a file) or end() has returned (a store).
class IngestWriter {
 public:
  virtual ~IngestWriter() = default;

  virtual void begin(const Filing& filing) = 0;
  virtual void finding(const FindingFacts& finding) = 0;
  /// `ordinal`: from 1 among the offices, or among the data records, of the filing; 0 of other
  /// lines. Markers are not told.
  virtual void row(const Row& row, std::uint64_t ordinal) = 0;
  virtual void end() = 0;

  /// A part for records of the filing that has begun; nullptr: the writer takes rows only. The
  /// writer outlives it.
  virtual std::unique_ptr<RecordPart> make_part() const { return nullptr; }
  /// In place of row(): the records of one of its parts, of which there is one at least.
  virtual void records(const RecordPart& part);

  /// After the last filing.
  virtual void finish() = 0;

 protected:
  IngestWriter() = default;
  IngestWriter(const IngestWriter&) = default;
  IngestWriter& operator=(const IngestWriter&) = default;
};

/// Reads an accepted filing and hands its lines to a writer; returns the data records. `threads`
/// make records ready at a time, where the writer lets them; what is written does not depend on it.
/// Findings are the caller's to tell between begin() and this. `summary` is what the check has said
/// of the same bytes with the same layouts. Throws SourceError, ValueError, OutputError.
std::uint64_t hand_over(const layout::Layouts& layouts, const Summary& summary, Source& source,
                        IngestWriter& writer, unsigned threads = 1);

/// A column of a record type where everything stands in tables: fields and what stands beside
/// their values.
struct Column {
  std::string name;
  std::uint16_t field = 0;
  std::uint16_t part = 0;  ///< 0: the value; from 1 on the texts beside it
  bool is_number = false;
};

/// The columns of a record type, without My Numbers: a computed field's begins with `computed_`.
std::vector<Column> columns_of(const RecordType& type);

}  // namespace kpfd::converters
