#include "converters/ingest/writer.hpp"

#include "kpfd/grammar/batches.hpp"
#include "kpfd/threads/in_order.hpp"

namespace kpfd::converters {

void Filing::set(const IngestModel& model, std::string_view key, std::string value) {
  facts.resize(model.filing().fields.size());
  const int field = model.filing().field_of(key);
  if (field >= 0) {
    facts[static_cast<std::size_t>(field)] = std::move(value);
  }
}

const std::string& Filing::fact(const IngestModel& model, std::string_view key) const {
  static const std::string unknown;
  const int field = model.filing().field_of(key);
  return field < 0 ? unknown : facts[static_cast<std::size_t>(field)];
}

void IngestWriter::records(const RecordPart&) {}

namespace {

/// Some records, and what became of them.
struct PartOfFiling {
  grammar::Batch lines;
  std::unique_ptr<RecordPart> records;
};

/// Hands the rows of a filing on, numbered.
class HandOver {
 public:
  HandOver(const layout::Layouts& layouts, const Summary& summary, Source& source,
           IngestWriter& writer)
      : layouts_(layouts), summary_(summary), source_(source), writer_(writer) {}

  std::uint64_t run(unsigned threads) {
    FilingReader head(layouts_, summary_, source_);
    Row row;
    while (head.next(row)) {
      hand_on(row);
      if (row.kind == RowKind::data_marker && threads > 1 &&
          // Otherwise a blank line stands somewhere, and the line does not tell the record.
          row.line + summary_.data_records == summary_.lines) {
        const RecordsPlace records = head.rest();
        const grammar::BatchReader rest = hand_on_parts(records, threads);
        FilingReader reader(layouts_, summary_, source_,
                            {rest.position(), rest.line(), records.end});
        while (reader.next(row)) {
          hand_on(row);
        }
        break;
      }
    }
    return records_;
  }

 private:
  void hand_on(const Row& row) {
    switch (row.kind) {
      case RowKind::media:
      case RowKind::count:
        writer_.row(row, 0);
        break;
      case RowKind::office:
        writer_.row(row, ++offices_);
        break;
      case RowKind::record:
        writer_.row(row, ++records_);
        break;
      case RowKind::offices_marker:
      case RowKind::data_marker:
        break;
    }
  }

  /// Returns where the parts end.
  grammar::BatchReader hand_on_parts(RecordsPlace begin, unsigned threads) {
    grammar::BatchReader reader(source_, begin.offset, begin.end, begin.line);
    if (writer_.make_part() == nullptr) {
      return reader;
    }
    threads::InOrder<PartOfFiling> team(threads, [&](PartOfFiling& part, std::size_t) {
      make_ready(part, part.lines.first_line - begin.line);
    });
    bool more = true;
    while (true) {
      while (PartOfFiling* const part = more ? team.free() : nullptr) {
        more = reader.next(part->lines);
        if (more) {
          if (part->records == nullptr) {
            part->records = writer_.make_part();
          }
          team.give();
        }
      }
      const PartOfFiling* const part = team.take();
      if (part == nullptr) {
        return reader;
      }
      writer_.records(*part->records);
      records_ += part->lines.lines;
      team.release();
    }
  }

  void make_ready(PartOfFiling& part, std::uint64_t before) const {
    grammar::BatchSource source(part.lines);
    FilingReader reader(layouts_, summary_, source,
                        {part.lines.offset, part.lines.first_line, part.lines.end()});
    part.records->clear();
    std::uint64_t ordinal = before;
    Row row;
    while (reader.next(row)) {
      part.records->row(row, ++ordinal);
    }
    if (ordinal - before != part.lines.lines) {
      throw SourceError("the file is not the one that was checked: it has changed meanwhile");
    }
  }

  const layout::Layouts& layouts_;
  const Summary& summary_;
  Source& source_;
  IngestWriter& writer_;
  std::uint64_t offices_ = 0;
  std::uint64_t records_ = 0;
};

}  // namespace

std::uint64_t hand_over(const layout::Layouts& layouts, const Summary& summary, Source& source,
                        IngestWriter& writer, unsigned threads) {
  return HandOver(layouts, summary, source, writer).run(threads);
}

std::vector<Column> columns_of(const RecordType& type) {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    const Field& field = type.fields[i];
    if (field.secret) {
      continue;
    }
    const std::string name = (field.computed ? "computed_" : "") + field.key;
    const bool number =
        field.kind == Kind::yen || field.kind == Kind::integer || field.kind == Kind::flag;
    columns.push_back({name, static_cast<std::uint16_t>(i), 0, number});
    std::uint16_t part = 0;
    for (const Beside& beside : field.texts_beside()) {
      columns.push_back(
          {name + '_' + std::string(beside.name), static_cast<std::uint16_t>(i), ++part, false});
    }
  }
  return columns;
}

}  // namespace kpfd::converters
