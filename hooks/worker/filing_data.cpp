#include "hooks/worker/filing_data.hpp"

#include <array>
#include <limits>

#include "kpfd/layout/model.hpp"

namespace kpfd::hooks {

namespace {

using converters::Filing;
using converters::IngestModel;
using converters::IngestWriter;
using converters::Row;
using converters::RowKind;

constexpr std::uint16_t no_layout = std::numeric_limits<std::uint16_t>::max();

/// The buffer of cells may be read so far beyond its end.
constexpr std::size_t padding = 64;

[[noreturn]] void malformed(const char* what) { throw WireError(WireError::Kind::malformed, what); }

void append_texts(ValueWriter& values, const std::vector<std::string>& texts) {
  values.number(texts.size());
  for (const std::string& text : texts) {
    values.text(text);
  }
}

std::vector<std::string> read_texts(ValueReader& values, std::size_t expected) {
  if (values.number() != expected) {
    malformed("a worker with other fields");
  }
  std::vector<std::string> texts;
  texts.reserve(expected);
  for (std::size_t i = 0; i < expected; ++i) {
    texts.emplace_back(values.text());
  }
  return texts;
}

/// Whether a text is whole characters of Shift_JIS: what the decoders behind take for granted.
bool is_whole(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const bool single = lead < 0x80 || (lead >= 0xA1 && lead <= 0xDF);
    if (single) {
      continue;
    }
    if (lead == 0x80 || lead == 0xA0 || lead > 0xFC || ++i == text.size()) {
      return false;
    }
    const auto trail = static_cast<unsigned char>(text[i]);
    if (trail < 0x40 || trail == 0x7F || trail > 0xFC) {
      return false;
    }
  }
  return true;
}

/// Takes lines out of their pieces, one after the other.
class RowReader {
 public:
  RowReader(const FilingData& data, const IngestModel& model) : values_(data.rows), model_(model) {}

  bool next(Row& row) {
    if (values_.at_end()) {
      return false;
    }
    const std::uint16_t kind = values_.small();
    if (kind > static_cast<std::uint16_t>(RowKind::record)) {
      malformed("a line of no kind");
    }
    row = Row{};
    row.kind = static_cast<RowKind>(kind);
    const std::uint16_t layout = values_.small();
    row.line = values_.number();
    const std::string_view text = values_.text();
    if (!is_whole(text)) {
      malformed("a line that is no Shift_JIS");
    }
    buffer_.assign(text);
    buffer_.append(padding, '\0');
    row.text = std::string_view(buffer_).substr(0, text.size());
    row.original = row.text;
    read_cells(text.size());
    row.cells = {buffer_.data(), 0, ends_.data() + 1, count_};
    const bool marker = row.kind == RowKind::offices_marker || row.kind == RowKind::data_marker;
    if (marker != (layout == no_layout)) {
      malformed("a line without its layout");
    }
    if (!marker) {
      if (layout >= model_.bindings().size()) {
        malformed("an unknown layout");
      }
      row.record = model_.bindings()[layout].record;
      if (row.record->items.size() != count_ ||
          (row.kind == RowKind::record) == row.record->form.empty()) {
        malformed("a line that its layout does not fit");
      }
    }
    return true;
  }

 private:
  /// The ends of the cells: in order, with one byte between two, and the last one at the line's
  /// end. The place before the first one is what Cells wants there.
  void read_cells(std::size_t size) {
    count_ = values_.small();
    if (count_ > most_columns) {
      malformed("too many cells");
    }
    ends_[0] = std::numeric_limits<std::uint32_t>::max();
    for (std::uint32_t i = 0; i < count_; ++i) {
      const std::uint32_t end = values_.small();
      const std::uint32_t begin = ends_[i] + 1;
      if (end < begin || end > size) {
        malformed("cells out of their line");
      }
      ends_[i + 1] = end;
    }
  }

  ValueReader values_;
  const IngestModel& model_;
  std::string buffer_;
  std::array<std::uint32_t, 1 + most_columns + cells_padding> ends_{};
  std::uint32_t count_ = 0;
};

}  // namespace

void append_facts(std::string& to, const FilingData& data) {
  ValueWriter values(to);
  append_texts(values, data.filing.facts);
  values.text(data.receiver);
  values.number(data.records);
  values.number(data.findings.size());
  for (const converters::FindingFacts& finding : data.findings) {
    append_texts(values, finding);
  }
}

void read_facts(std::string_view body, const IngestModel& model, FilingData& data) {
  ValueReader values(body);
  data.filing.facts = read_texts(values, model.filing().fields.size());
  data.receiver = values.text();
  data.records = values.number();
  const std::uint64_t findings = values.number();
  data.findings.clear();
  for (std::uint64_t i = 0; i < findings; ++i) {
    data.findings.push_back(read_texts(values, model.finding().fields.size()));
  }
}

void append_row(std::string& to, const IngestModel& model, const Row& row) {
  if (row.text.size() >= no_layout) {
    malformed("a line that is too long");
  }
  ValueWriter values(to);
  values.small(static_cast<std::uint16_t>(row.kind));
  values.small(row.record == nullptr ? no_layout
                                     : static_cast<std::uint16_t>(model.index_of(*row.record)));
  values.number(row.line);
  values.text(row.text);
  const std::uint32_t count = row.record == nullptr ? 0 : row.cells.count;
  values.small(static_cast<std::uint16_t>(count));
  for (std::uint32_t i = 0; i < count; ++i) {
    values.small(static_cast<std::uint16_t>(row.cells.ends[i] - row.cells.begin));
  }
}

void replay(const FilingData& data, const IngestModel& model, IngestWriter& writer) {
  RowReader rows(data, model);
  Row row;
  std::uint64_t offices = 0;
  std::uint64_t records = 0;
  while (rows.next(row)) {
    switch (row.kind) {
      case RowKind::media:
      case RowKind::count:
        writer.row(row, 0);
        break;
      case RowKind::office:
        writer.row(row, ++offices);
        break;
      case RowKind::record:
        writer.row(row, ++records);
        break;
      case RowKind::offices_marker:
      case RowKind::data_marker:
        break;
    }
  }
  if (records != data.records) {
    malformed("records are missing");
  }
}

converters::Identity identify(const FilingData& data, const IngestModel& model,
                              std::string_view key) {
  converters::Identifier identifier(key, data.receiver);
  RowReader rows(data, model);
  Row row;
  while (rows.next(row)) {
    identifier.line(row.text);
  }
  return identifier.finish();
}

converters::Stored load(const FilingData& data, const IngestModel& model,
                        converters::IngestStore& store) {
  const converters::Identity identity = identify(data, model, store.key());
  Filing filing = data.filing;
  filing.receipt = identity.receipt;
  filing.set(model, "receipt", identity.receipt);
  filing.set(model, "fingerprint", identity.fingerprint);
  return store.load(filing, [&](IngestWriter& writer) {
    for (const converters::FindingFacts& finding : data.findings) {
      writer.finding(finding);
    }
    replay(data, model, writer);
  });
}

}  // namespace kpfd::hooks
