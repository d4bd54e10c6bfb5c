#include "converters/source/filing_reader.hpp"

#include <algorithm>
#include <array>

#include "converters/source/text_end.hpp"
#include "kpfd/grammar/markers.hpp"
#include "kpfd/grammar/separators.hpp"
#include "kpfd/text/repertoire.hpp"

namespace kpfd::converters {

namespace {

[[noreturn]] void changed() {
  throw SourceError("the file is not the one that was checked: it has changed meanwhile");
}

const layout::Receiver* receiver_of(const layout::Layouts& layouts, const Summary& summary) {
  const layout::Receiver* const receiver = layouts.receiver(summary.kind);
  if (receiver == nullptr) {
    throw SourceError("the file does not say for whom it is");
  }
  return receiver;
}

std::uint64_t text_begin(text::Encoding encoding) {
  return encoding == text::Encoding::utf8_bom ? 3 : 0;
}

/// Whether a media record's chosen items have the lengths that this variant wants.
bool fits(const layout::Record& variant, const Row& row) {
  return std::all_of(variant.items.begin(), variant.items.end(), [&](const layout::Item& item) {
    const std::string_view cell = row[item.column];
    return !item.chosen || (cell.empty() ? item.optional() : item.lengths.holds(cell.size()));
  });
}

}  // namespace

std::string_view Row::item(std::string_view key) const {
  const int column = record == nullptr ? -1 : record->column_of(key);
  return column < 0 ? std::string_view{} : cells[static_cast<std::size_t>(column)];
}

text::Encoding encoding_of(const Summary& summary) {
  if (summary.encoding == "UTF-8") {
    return text::Encoding::utf8;
  }
  return summary.encoding == "UTF-8-BOM" ? text::Encoding::utf8_bom : text::Encoding::shift_jis;
}

void append_decoded(std::string& out, std::string_view shift_jis) {
  text::append_utf8(out, shift_jis);
}

FilingReader::FilingReader(const layout::Layouts& layouts, const Summary& summary, Source& source)
    : FilingReader(layouts, summary, source,
                   {text_begin(encoding_of(summary)), 1,
                    text_end(source, text_begin(encoding_of(summary)), summary.bytes)}) {
  expected_ = RowKind::media;
}

FilingReader::FilingReader(const layout::Layouts& layouts, const Summary& summary, Source& source,
                           RecordsPlace records)
    : layouts_(layouts),
      receiver_(receiver_of(layouts, summary)),
      encoding_(encoding_of(summary)),
      end_(records.end),
      lines_(source, records.offset, records.end, grammar::usual_read_size, records.line),
      expected_(RowKind::record) {
  for (const layout::Record& record : layouts.records) {
    if (record.receiver == receiver_->key) {
      forms_.push_back({record.form, record.items.size(), &record});
    }
  }
}

bool FilingReader::next(Row& row) {
  grammar::Line line;
  do {
    if (!lines_.next(line)) {
      if (expected_ != RowKind::record) {
        changed();
      }
      return false;
    }
  } while (line.size == 0);
  if (line.too_long) {
    changed();
  }
  row.line = line_ = line.number;
  row.offset = line.offset;
  row.cells = line.cells;
  row.text = row.original = line.text();
  if (encoding_ != text::Encoding::shift_jis) {
    transcode(row);
  }
  recognise(row);
  return true;
}

/// What the line is follows from those before it; the check has seen that it is.
void FilingReader::recognise(Row& row) {
  row.kind = expected_;
  switch (expected_) {
    case RowKind::media:
      row.record = &media_record(row);
      expected_ = RowKind::offices_marker;
      return;
    case RowKind::offices_marker:
      row.record = nullptr;
      expected_ = RowKind::count;
      return;
    case RowKind::count:
      row.record = &layouts_.count;
      expected_ = RowKind::office;
      break;
    case RowKind::office:
    case RowKind::data_marker:
      if (grammar::match_marker(row.text, layouts_.data_marker) != grammar::Marker::none) {
        row.kind = RowKind::data_marker;
        row.record = nullptr;
        expected_ = RowKind::record;
        return;
      }
      row.record = &receiver_->office;
      break;
    case RowKind::record:
      row.record = &data_record(row);
      return;
  }
  if (row.cells.count != row.record->items.size()) {
    changed();
  }
}

const layout::Record& FilingReader::media_record(const Row& row) const {
  for (const layout::Record& media : receiver_->media) {
    if (row.cells.count != media.items.size()) {
      changed();
    }
    if (media.variant.empty() || fits(media, row)) {
      return media;
    }
  }
  return receiver_->media.back();
}

/// The records of a form stand together: most often it is that of the record before.
const layout::Record& FilingReader::data_record(const Row& row) {
  const std::string_view code = row[0];
  const auto is_it = [&](const Form& form) {
    return form.columns == row.cells.count && form.code == code;
  };
  if (last_form_ == nullptr || !is_it(*last_form_)) {
    const auto found = std::find_if(forms_.begin(), forms_.end(), is_it);
    if (found == forms_.end()) {
      changed();
    }
    last_form_ = &*found;
  }
  return *last_form_->record;
}

void FilingReader::transcode(Row& row) {
  text::to_shift_jis(row.original, transcoded_);
  const std::size_t size = transcoded_.bytes.size();
  row.cells = grammar::cells_of(transcoded_.bytes, transcoded_ends_);
  row.text = {transcoded_.bytes.data(), size};
}

}  // namespace kpfd::converters
