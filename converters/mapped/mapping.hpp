// A core system's own record layout, told by a mapping: XML => Mapping.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "converters/ingest/model.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/text/survey.hpp"

namespace kpfd::converters {

/// One field of a line.
struct MappedField {
  /// Where its value comes from.
  enum class Origin : std::uint8_t {
    text,
    column,
    receipt,
    number,
    line,
    edition,
    record,
    written_count,  ///< of a trailer: lines of this filing's records
  };
  Origin origin = Origin::text;
  std::size_t column = 0;  ///< of Origin::column: among columns_of() the record type
  std::string text;        ///< of Origin::text
  std::string name;
  std::string date;  ///< `YYYYMMDD`; "": as it is
  std::string fallback;
  std::size_t width = 0;
  bool right = false;
  std::string pad;  ///< one character, in UTF-8
  bool cut = false;
  std::map<std::string, std::string, std::less<>> codes;
  layout::Place place;
};

struct Mapping {
  std::string name;
  bool fixed = false;  ///< else CSV
  text::Encoding encoding = text::Encoding::utf8;
  std::string line_end;
  char separator = ',';
  bool quote_all = false;
  std::vector<MappedField> header;  ///< empty: none
  std::vector<MappedField> trailer;
  std::map<const RecordType*, std::vector<MappedField>> records;
};

/// Reads a mapping that its XSD has passed. Throws layout::SchemaError with the place for records
/// and columns that do not exist, My Numbers, widths that are missing, dates of what is none, and
/// texts of its own that its encoding or its widths have no place for.
Mapping load_mapping(const layout::SchemaFile& file, const IngestModel& model);

}  // namespace kpfd::converters
