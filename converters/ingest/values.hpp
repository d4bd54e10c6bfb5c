// A cell's text => a value.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "converters/ingest/model.hpp"
#include "converters/source/filing_reader.hpp"
#include "kpfd/calendar/calendar.hpp"

namespace kpfd::converters {

/// An accepted record has a value that no ingest record can hold: somebody has made the check let
/// it pass, with schemas or a profile of their own. what() tells line and item, never the value.
class ValueError : public std::runtime_error {
 public:
  ValueError(std::uint64_t line, const std::string& key);
};

/// A number that may be missing.
struct Number {
  static constexpr std::int64_t none = std::numeric_limits<std::int64_t>::min();
  std::int64_t value = none;
  bool known() const { return value != none; }
};

/// Digits, 18 at most => their number; unknown for anything else.
Number parse_digits(std::string_view digits);

/// Room that put_number() wants, in bytes.
inline constexpr std::size_t number_room = 24;
/// A number in decimal; returns its end. Up to number_room bytes are written.
char* put_number(char* to, std::int64_t number);

/// The size of a day as ISO writes it, `2024-04-01`, in bytes.
inline constexpr std::size_t iso_day_size = 10;
/// That of a month, `2024-04`.
inline constexpr std::size_t iso_month_size = 7;

/// Writes a month, which is counted from year 0, where it is to stand; returns its end.
char* put_iso_month(char* to, std::int64_t month);
/// YYYYMMDD => the day as ISO writes it, where it is to stand; false, and nothing that counts is
/// written, where the calendar has no such day.
bool put_iso_day(char* to, std::string_view yyyymmdd);

/// Days and months of eras as ISO writes them.
class EraDates {
 public:
  explicit EraDates(const std::vector<Era>& eras);

  /// Writes the day where it is to stand; false where the calendar has no such day, or there is no
  /// such era.
  bool put_day(char* to, std::string_view era, std::string_view ymd) const;
  /// The month counted from year 0; unknown likewise.
  Number month(std::string_view era, std::string_view year, std::string_view month) const;

 private:
  static constexpr int no_year = -1;
  /// The Gregorian year of an era's year 0.
  std::array<int, 256> year_zero_{};
};

/// Computes the values of a record type, in the order of its computations.
class Computer {
 public:
  explicit Computer(const IngestModel& model);

  /// The numbers of the record's fields: amounts in yen, numbers, the months of dates, and what is
  /// computed. Others are unknown. `numbers` has room for every field of the type. Throws
  /// ValueError.
  void compute(const Binding& binding, const Row& row, Number* numbers) const;

  const EraDates& dates() const { return dates_; }

 private:
  /// A grade of one scheme, in yen.
  struct Grade {
    std::int64_t from;
    std::int64_t below;
    std::int64_t standard;
    std::int64_t number;
  };

  /// What of a type's fields is looked at, so that not all of them are.
  struct Needs {
    std::vector<std::uint16_t> fields;
  };

  Number number_of(const Field& field, const Binding::Columns& columns, const Row& row) const;
  Number apply(const Computation& computation, const Number* numbers) const;
  Number look_up(const Computation& computation, std::int64_t value) const;

  EraDates dates_;
  std::map<const RecordType*, Needs> needs_;
  /// The grades of a scheme, lowest first.
  class Scheme {
   public:
    /// Where the bounds of all grades are multiples of one amount, the grade of an amount stands in
    /// a table.
    void index();
    /// The grade that an amount falls into; the end where it is above all of them.
    std::size_t grade_of(std::int64_t amount) const;

    std::vector<Grade> grades;

   private:
    std::int64_t step_ = 0;            ///< what all bounds are multiples of; 0: there is no table
    std::vector<std::uint8_t> first_;  ///< by amount / step: the grade
  };

  Scheme health_;
  Scheme pension_;
};

}  // namespace kpfd::converters
