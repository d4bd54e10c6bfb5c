// A filing that has been checked and accepted, line by line once more: its cells by item, in
// Shift_JIS whatever the file is written in, each line with its layout.
//
// It decides nothing about right and wrong; the check has done that. What does not fit any more
// means that the file has changed since, and is a SourceError.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/grammar/lines.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/source.hpp"
#include "kpfd/summary.hpp"
#include "kpfd/text/survey.hpp"
#include "kpfd/text/utf8.hpp"

namespace kpfd::converters {

/// What a line of a filing is.
enum class RowKind : std::uint8_t { media, offices_marker, count, office, data_marker, record };

/// A line of a filing. It lives until the next one is asked for.
struct Row {
  RowKind kind = RowKind::media;
  std::uint64_t line = 0;                  ///< from 1, in the file
  std::uint64_t offset = 0;                ///< of the line's first byte, in the file
  const layout::Record* record = nullptr;  ///< form and edition, or header; nullptr: a marker
  Cells cells;                             ///< in Shift_JIS
  std::string_view text;                   ///< the line in Shift_JIS, without its end
  std::string_view original;               ///< the line as it stands in the file, without its end

  std::string_view operator[](std::size_t column) const { return cells[column]; }

  /// The item's text in Shift_JIS; "" where the layout has no such item. Whoever asks for each
  /// record takes the column from the layout once instead.
  std::string_view item(std::string_view key) const;
};

/// The encoding that a summary names: `UTF-8-BOM` => utf8_bom.
text::Encoding encoding_of(const Summary& summary);

/// A record's text in Shift_JIS => UTF-8, appended.
void append_decoded(std::string& out, std::string_view shift_jis);

/// Where records stand.
struct RecordsPlace {
  std::uint64_t offset = 0;  ///< of the first one, in the file
  std::uint64_t line = 0;    ///< its number
  std::uint64_t end = 0;     ///< behind the last one
};

/// Reads a filing from its first line to its last; in constant memory, allocating nothing for each
/// record. Make another one to read it again.
class FilingReader {
 public:
  /// `summary` is what the check has said of the same bytes with the same layouts. Throws
  /// SourceError for one that tells no receiver.
  FilingReader(const layout::Layouts& layouts, const Summary& summary, Source& source);

  /// The same for some of its records.
  FilingReader(const layout::Layouts& layouts, const Summary& summary, Source& source,
               RecordsPlace records);

  const layout::Receiver& receiver() const { return *receiver_; }
  text::Encoding encoding() const { return encoding_; }

  /// The next line, blank ones left out; false at the end. Throws SourceError.
  bool next(Row& row);

  /// Behind the [data] line: where the records that have not been read stand.
  RecordsPlace rest() const { return {lines_.next_offset(), line_ + 1, end_}; }

 private:
  /// A form's code and number of columns tell its record.
  struct Form {
    std::string_view code;
    std::size_t columns = 0;
    const layout::Record* record = nullptr;
  };

  const layout::Record& media_record(const Row& row) const;
  const layout::Record& data_record(const Row& row);
  void transcode(Row& row);
  void recognise(Row& row);

  const layout::Layouts& layouts_;
  const layout::Receiver* receiver_;
  text::Encoding encoding_;
  std::vector<Form> forms_;
  const Form* last_form_ = nullptr;
  std::uint64_t end_;  ///< of the text
  grammar::LineReader lines_;
  std::uint64_t line_ = 0;  ///< number of the last line
  RowKind expected_;
  text::ShiftJisLine transcoded_;
  std::vector<std::uint32_t> transcoded_ends_;
};

}  // namespace kpfd::converters
