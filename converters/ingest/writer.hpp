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

  /// After the last filing.
  virtual void finish() = 0;

 protected:
  IngestWriter() = default;
  IngestWriter(const IngestWriter&) = default;
  IngestWriter& operator=(const IngestWriter&) = default;
};

/// Reads an accepted filing and hands its lines to a writer; returns the data records. Findings are
/// the caller's to tell between begin() and this. Throws SourceError, ValueError, OutputError.
std::uint64_t hand_over(FilingReader& reader, IngestWriter& writer);

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
