// A record's typed values, one a column of its table: for stores that take values, not text.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "converters/ingest/rendering.hpp"
#include "converters/ingest/values.hpp"
#include "converters/ingest/writer.hpp"

namespace kpfd::converters {

class CellValues {
 public:
  struct Value {
    bool given = false;
    bool is_number = false;  ///< and given
    std::int64_t number = 0;
    std::string_view text;  ///< in UTF-8
  };

  explicit CellValues(const IngestModel& model);

  /// Reads a record; values() are its until the next. Throws ValueError.
  void read(const Binding& binding, const Row& row);

  /// By column of columns_of() of the binding's type.
  const std::vector<Value>& values() const { return values_; }

 private:
  /// Where a type's fields have their values.
  struct Places {
    const RecordType* type = nullptr;
    std::vector<std::size_t> values;  ///< by field
    std::size_t count = 0;            ///< of all values
  };

  const Places& places_of(const RecordType& type);
  void put(std::size_t at, const char* begin, const char* end);
  char* read_field(const Field& field, const Binding::Columns& columns, const Row& row,
                   std::size_t at, char* to);

  std::vector<Places> places_;
  std::size_t last_places_ = 0;
  Renderer text_;
  Computer computer_;
  std::vector<Number> numbers_;
  std::vector<Value> values_;
  std::unique_ptr<char[]> scratch_;
  std::size_t scratch_size_ = 0;
};

}  // namespace kpfd::converters
