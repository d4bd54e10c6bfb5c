#include "converters/ingest/cell_values.hpp"

#include <algorithm>
#include <cstring>

namespace kpfd::converters {

namespace {

/// What a byte of a record becomes at most, with its original beside it.
constexpr std::size_t growth = 16;
/// For the dates and months of a field.
constexpr std::size_t field_room = 32;

constexpr std::int64_t thousand = 1000;

}  // namespace

CellValues::CellValues(const IngestModel& model) : text_(model, Escapes{}), computer_(model) {
  std::size_t most_fields = 0;
  for (const RecordType* const type : model.records()) {
    most_fields = std::max(most_fields, type->fields.size());
  }
  numbers_.resize(most_fields);
}

/// The records of a type stand together: most often it is that of the record before.
const CellValues::Places& CellValues::places_of(const RecordType& type) {
  if (last_places_ < places_.size() && places_[last_places_].type == &type) {
    return places_[last_places_];
  }
  const auto known = std::find_if(places_.begin(), places_.end(),
                                  [&](const Places& places) { return places.type == &type; });
  last_places_ = static_cast<std::size_t>(known - places_.begin());
  if (known == places_.end()) {
    Places& places = places_.emplace_back();
    places.type = &type;
    for (const Field& field : type.fields) {
      places.values.push_back(places.count);
      places.count += field.secret ? 0 : 1 + field.texts_beside().size();
    }
  }
  return places_[last_places_];
}

void CellValues::put(std::size_t at, const char* begin, const char* end) {
  values_[at].given = true;
  values_[at].text = {begin, static_cast<std::size_t>(end - begin)};
}

void CellValues::read(const Binding& binding, const Row& row) {
  const RecordType& type = *binding.type;
  const std::size_t wanted =
      growth * row.text.size() + field_room * type.fields.size() + copy_padding;
  if (wanted > scratch_size_) {
    scratch_ = std::make_unique_for_overwrite<char[]>(wanted);
    scratch_size_ = wanted;
  }
  computer_.compute(binding, row, numbers_.data());
  const Places& places = places_of(type);
  values_.assign(places.count, Value{});
  char* to = scratch_.get();
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    const Field& field = type.fields[i];
    if (field.secret) {
      continue;
    }
    const std::size_t at = places.values[i];
    if (field.computed) {
      if (!numbers_[i].known()) {
        continue;
      }
      if (field.kind == Kind::month) {
        char* const end = put_iso_month(to, numbers_[i].value);
        put(at, to, end);
        to = end;
      } else {
        values_[at] = {true, true, numbers_[i].value, {}};
      }
      continue;
    }
    const Binding::Columns& columns = binding.fields[i];
    if (columns.given() && !row[columns.at[0]].empty()) {
      to = read_field(field, columns, row, at, to);
    }
  }
}

char* CellValues::read_field(const Field& field, const Binding::Columns& columns, const Row& row,
                             std::size_t at, char* to) {
  const std::string_view cell = row[columns.at[0]];
  char* const begin = to;
  const auto refuse = [&](bool good) {
    if (!good) {
      throw ValueError(row.line, field.key);
    }
  };
  switch (field.kind) {
    case Kind::wide:
      to = text_.put_wide(to, cell);
      put(at, begin, to);
      {
        char* const original = to;
        to = text_.put_text(to, cell);
        put(at + 1, original, to);
      }
      break;
    case Kind::yen:
    case Kind::integer:
    case Kind::flag: {
      const Number number = parse_digits(cell);
      refuse(number.known());
      values_[at] = {true, true, columns.thousands ? number.value * thousand : number.value, {}};
      break;
    }
    case Kind::code: {
      to = text_.put_text(to, cell);
      put(at, begin, to);
      const auto code = std::find_if(field.codes.begin(), field.codes.end(),
                                     [&](const Code& known) { return known.code == cell; });
      if (code != field.codes.end()) {
        values_[at + 1] = {true, false, 0, code->meaning};
      }
      break;
    }
    case Kind::date: {
      const std::string_view ymd = row[columns.at[1]];
      refuse(computer_.dates().put_day(to, cell, ymd));
      to += iso_day_size;
      put(at, begin, to);
      values_[at + 1] = {true, false, 0, cell};
      values_[at + 2] = {true, false, 0, ymd};
      break;
    }
    case Kind::month: {
      const std::string_view year = row[columns.at[1]];
      const std::string_view month = row[columns.at[2]];
      const Number number = computer_.dates().month(cell, year, month);
      refuse(number.known());
      to = put_iso_month(to, number.value);
      put(at, begin, to);
      std::memcpy(to, year.data(), 2);
      std::memcpy(to + 2, month.data(), 2);
      values_[at + 1] = {true, false, 0, cell};
      put(at + 2, to, to + 4);
      to += 4;
      break;
    }
    case Kind::day: {
      refuse(put_iso_day(to, cell));
      to += iso_day_size;
      put(at, begin, to);
      break;
    }
    case Kind::text:
    case Kind::time:
      to = text_.put_text(to, cell);
      put(at, begin, to);
      break;
  }
  return to;
}

}  // namespace kpfd::converters
