// What becomes of each item of a filing: schemas/ingest/model.xml and the layouts => the fields of
// the ingest records.
//
// Nothing here knows a form or an item by name. An item of a layout becomes a field by itself: its
// type, unit and values tell the field's kind, and model.xml says only what no layout does.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/engine.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::converters {

/// What a field holds.
enum class Kind : std::uint8_t {
  text,     ///< as it stands, decoded
  wide,     ///< full-width, and beside it the original
  yen,      ///< an amount
  integer,  ///< a number
  flag,     ///< `1` or nothing
  code,     ///< a code, and beside it its meaning
  date,     ///< a day, and beside it era and YYMMDD
  month,    ///< year and month, and beside it era and YYMM
  day,      ///< a day without an era
  time,     ///< date and time with an offset
};

/// Another text beside the value of a field: a column, an attribute or a member of its own.
struct Beside {
  std::string_view name;   ///< `original`, `meaning`, `era`, `ymd`, `ym`
  std::string_view label;  ///< in Japanese
  std::string_view label_en;
};

/// What stands beside the value of a field of this kind, in order.
const std::vector<Beside>& beside(Kind kind);

/// The name of the value itself where it stands in an object: `date`, `code`, `text`; "" where it
/// stands alone.
std::string_view value_name(Kind kind);

struct Code {
  std::string code;
  std::string meaning;
};

struct Field {
  std::string key;
  Kind kind = Kind::text;
  std::string name;
  std::string name_en;
  std::string unit;         ///< `yen`, `days`; "": none
  std::vector<Code> codes;  ///< meanings; a code that is not among them has none
  std::string source;       ///< the clause that the item comes from; of a computed one how
  bool computed = false;
  bool secret = false;    ///< a My Number: never in the same document as the rest
  bool required = false;  ///< in every record

  /// Whether texts stand beside the value: those of kind() do, except for a computed month.
  const std::vector<Beside>& texts_beside() const;
};

/// How a computed value follows from others.
enum class Function : std::uint8_t {
  first,              ///< the first operand that is given and not 0
  sum,                ///< of all operands, those missing counting 0; at most `most`
  round_down,         ///< to whole `step`s, then at most `most`
  month,              ///< of a date
  grade,              ///< of an amount
  standard,           ///< of an amount
  grade_of_standard,  ///< of a standard monthly remuneration
  difference,         ///< first less second
};

struct Computation {
  Function function = Function::first;
  bool pension = false;                 ///< of grades: the pension's, else health insurance's
  std::vector<std::uint16_t> operands;  ///< fields of the record type
  int unless = -1;                      ///< field: nothing is computed where it is given
  std::int64_t step = 1;
  std::int64_t most = 0;  ///< 0: no limit
  std::uint16_t field = 0;
};

/// One kind of record: a data record's form, a header line, or facts about a filing.
struct RecordType {
  std::string form;  ///< form code; "": no data record
  std::string name;  ///< `StandardRemuneration`
  std::string key;   ///< `standard_remuneration`: of tables and files
  std::string title;
  std::string title_en;
  std::vector<Field> fields;  ///< computed ones last
  std::vector<Computation> computations;

  int field_of(std::string_view field_key) const;
  std::size_t first_computed() const;
  bool has_secrets() const;
};

/// Where the fields of a record type stand in the lines of one layout.
struct Binding {
  static constexpr std::uint16_t none = 0xFFFF;
  struct Columns {
    /// The value's, and those that make it up: of a date era and ymd, of a month era, year, month.
    std::array<std::uint16_t, 3> at = {none, none, none};
    bool thousands = false;  ///< the item tells thousands of yen
    bool given() const { return at[0] != none; }
  };
  const layout::Record* record = nullptr;
  const RecordType* type = nullptr;
  std::vector<Columns> fields;  ///< by field of the type
};

/// The whole model. Immutable once made; the layouts outlive it.
class IngestModel {
 public:
  /// Reads `ingest/model.xml` among the files. Throws layout::SchemaError.
  IngestModel(const std::vector<Engine::SchemaFile>& files, const layout::Layouts& layouts);
  IngestModel(const IngestModel&) = delete;
  IngestModel& operator=(const IngestModel&) = delete;

  const std::string& version() const { return version_; }
  const layout::Layouts& layouts() const { return layouts_; }
  const layout::Table& grades() const { return *grades_; }

  /// Whether a finding of this check, though an error, does not keep a filing out.
  bool tolerates(std::string_view check) const;

  const RecordType& filing() const { return filing_; }
  const RecordType& finding() const { return finding_; }
  const RecordType& media() const { return *lines_.at("media"); }
  const RecordType& count() const { return *lines_.at("count"); }
  const RecordType& office() const { return *lines_.at("office"); }
  const std::vector<const RecordType*>& records() const { return records_; }

  /// Every line's layout has one.
  const std::vector<Binding>& bindings() const { return bindings_; }
  const Binding& binding_of(const layout::Record& record) const {
    return bindings_[by_record_.at(&record)];
  }
  /// Its place among bindings().
  std::size_t index_of(const layout::Record& record) const { return by_record_.at(&record); }

 private:
  friend class ModelLoader;

  const layout::Layouts& layouts_;
  std::string version_;
  std::vector<std::string> tolerated_;
  const layout::Table* grades_ = nullptr;
  RecordType filing_;
  RecordType finding_;
  std::deque<RecordType> types_;  ///< a deque: pointers into it stay good
  std::map<std::string, const RecordType*, std::less<>> lines_;
  std::vector<const RecordType*> records_;
  std::vector<Binding> bindings_;
  std::map<const layout::Record*, std::size_t> by_record_;
};

}  // namespace kpfd::converters
