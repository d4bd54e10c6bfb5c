// An ingest record as bytes of a text format: a plan of pieces that is made once for each layout,
// and what runs it for each record.
//
// All text formats are the same work: literal text, then a value, then literal text. What a format
// is (XML, JSON, CSV, PostgreSQL's COPY) stands in its plans and in its table of escapes; the loop
// that writes records knows none of them and allocates nothing.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "converters/ingest/model.hpp"
#include "converters/ingest/values.hpp"
#include "converters/output/output_file.hpp"

namespace kpfd::converters {

/// How a format writes characters that mean something else to it.
struct Escapes {
  /// For each byte below 0x80 what stands for it; "": itself.
  std::array<std::string, 128> ascii;
  /// A value that begins with one of these is written behind `guard`: spreadsheets would take it
  /// for a formula. In Unicode.
  std::u32string guarded;
  std::string guard;
};

/// UTF-8 text with a format's escapes, appended.
void append_escaped(std::string& out, std::string_view utf8, const Escapes& escapes);

/// One step of a plan.
struct Step {
  enum class Op : std::uint8_t {
    literal,    ///< only `before`
    text,       ///< column 0, decoded
    wide,       ///< column 0 made full-width, and as it stands
    number,     ///< column 0, without leading zeros
    thousands,  ///< column 0, with three zeros behind it
    flag,       ///< only `before`, where column 0 is given
    code,       ///< column 0, by its code
    date,       ///< columns era and ymd
    month,      ///< columns era, year and month
    day,        ///< column 0, YYYYMMDD
    computed,   ///< the number of a field
    computed_month,
    receipt,  ///< that of the filing
    ordinal,  ///< the record's number in the filing
    line,     ///< its line in the file
    close,    ///< takes a trailing comma away
  };
  Op op = Op::literal;
  bool value_first = true;  ///< of several texts: the value before those beside it
  std::array<std::uint16_t, 3> columns = {Binding::none, Binding::none, Binding::none};
  std::uint16_t field = 0;
  std::uint32_t codes = 0;  ///< of Op::code: index into Plan::codes
  std::string_view before;
  std::string_view between;
  std::string_view between2;
  std::string_view after;
  std::string_view empty;  ///< in place of it all where there is no value
};

/// Texts of an item's codes, ready to be written.
struct CodeTexts {
  std::vector<std::pair<std::string, std::string_view>> texts;
  std::size_t last = 0;  ///< the one of the record before, which is most often that of the next
};

/// The steps for records of one layout.
class Plan {
 public:
  explicit Plan(const Binding& binding) : binding_(&binding) {}

  const Binding& binding() const { return *binding_; }
  std::vector<Step> steps;
  std::vector<CodeTexts> codes;

  /// Keeps a text for the steps. It can be read up to copy_padding bytes beyond its end.
  std::string_view keep(std::string_view text);
  /// Adds a literal; two in a row become one.
  void literal(std::string_view text);
  /// Adds a step with what stands around its value.
  void add(Step::Op op, std::string_view before, std::string_view after);
  /// How many bytes a record takes at most, beside those that its own bytes become.
  std::size_t fixed_size() const { return fixed_size_; }
  /// After the last step.
  void finish();
  /// The columns of My Numbers; a record where all of them are empty has nothing to write.
  std::vector<std::uint16_t> secrets;

 private:
  const Binding* binding_;
  std::vector<std::unique_ptr<char[]>> kept_;
  std::size_t fixed_size_ = 0;
};

inline constexpr std::size_t copy_padding = 64;

/// Bytes on their way to a sink, or kept in memory.
class RecordBuffer {
 public:
  RecordBuffer() = default;  ///< keeps all, and grows
  explicit RecordBuffer(ByteSink& sink);

  /// Room for so many bytes at the end; flushes or grows first where there is not enough.
  char* room(std::size_t bytes);
  void advance(const char* end) { size_ = static_cast<std::size_t>(end - bytes_.get()); }
  void append(std::string_view text);
  void flush();

  /// What is not flushed.
  std::string_view text() const { return {bytes_.get(), size_}; }
  void clear() { size_ = 0; }

 private:
  void reserve(std::size_t bytes);

  ByteSink* sink_ = nullptr;
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

/// What a record is told beside its own cells.
struct RecordPlace {
  std::string_view receipt;
  std::uint64_t ordinal = 0;  ///< from 1
};

/// Runs plans in one format. Not for two threads at a time.
class Renderer {
 public:
  Renderer(const IngestModel& model, const Escapes& escapes);

  /// Throws ValueError, OutputError.
  void write(Plan& plan, const Row& row, const RecordPlace& place, RecordBuffer& out);

  /// A cell in UTF-8 with the format's escapes, as it stands or full-width; returns the end. At
  /// most eight bytes for each of the cell's are written, and some more behind them.
  char* put_text(char* to, std::string_view cell) const;
  char* put_wide(char* to, std::string_view cell) const;

 private:
  struct Glyph {
    std::array<char, 3> bytes;
    std::uint8_t size;
  };
  /// What one byte becomes, escaped.
  struct Escaped {
    std::array<char, 7> bytes;
    std::uint8_t size;
  };

  /// The guard where the cell, which is not empty, begins with what is guarded.
  char* put_guard(char* to, std::string_view cell) const;
  static const Glyph* pairs();
  const Glyph& glyph_of(unsigned lead, unsigned trail) const;

  Computer computer_;
  const Glyph* glyphs_;
  std::array<Escaped, 256> single_;
  std::array<Escaped, 256> wide_;  ///< the same made full-width, where no sound mark follows
  std::array<bool, 256> plain_{};
  bool digits_stand_for_themselves_ = false;
  std::string guard_;
  std::array<bool, 256> guarded_single_{};
  std::vector<std::uint16_t> guarded_pairs_;
  std::vector<Number> numbers_;
};

}  // namespace kpfd::converters
