#include "converters/ingest/writer.hpp"

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

std::uint64_t hand_over(FilingReader& reader, IngestWriter& writer) {
  std::uint64_t offices = 0;
  std::uint64_t records = 0;
  Row row;
  while (reader.next(row)) {
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
  return records;
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
