// What the steps of the quick look compute: said once for those that run them (quick.cpp) and for
// those that the build makes code of (quick_code.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "kpfd/calendar/calendar.hpp"
#include "kpfd/rules/quick.hpp"

namespace kpfd::rules::steps {

inline constexpr std::int64_t first_day = make_date(1, 1, 1).days;
inline constexpr std::int64_t last_day = make_date(9999, 12, 31).days;

// Numbers that mean nothing may be of any size: what leaves 64 bits comes round again.
inline std::int64_t wrapped(std::uint64_t number) { return static_cast<std::int64_t>(number); }
inline std::uint64_t bits(std::int64_t number) { return static_cast<std::uint64_t>(number); }

inline std::int64_t truth(bool condition) { return condition ? -1 : 0; }

inline bool cannot_divide(std::int64_t a, std::int64_t b) {
  return b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min());
}

inline std::int64_t quotient(std::int64_t a, std::int64_t b) {
  if (cannot_divide(a, b)) {
    return 0;
  }
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

inline std::int64_t rest_of(std::int64_t a, std::int64_t b) {
  return wrapped(bits(a) - bits(quotient(a, b)) * bits(b));
}

inline bool has_code(const QuickProgram::Table& table, std::int64_t code) {
  if (table.codes.empty()) {
    return table.grades.has(code);
  }
  const std::uint64_t word = bits(code) / 64;
  return word < table.codes.size() &&
         ((table.codes[static_cast<std::size_t>(word)] >> (bits(code) % 64)) & 1) != 0;
}

inline std::int64_t count_of(const std::int64_t* tested, std::int64_t least, unsigned count) {
  std::int64_t found = 0;
  for (unsigned i = 0; i < count; ++i) {
    found += tested[i] >= least ? 1 : 0;
  }
  return found;
}

inline std::int64_t sum_of(const std::int64_t* tested, const std::int64_t* summed,
                           std::int64_t least, unsigned count) {
  std::uint64_t sum = 0;
  for (unsigned i = 0; i < count; ++i) {
    sum += bits(summed[i] & truth(tested[i] >= least));
  }
  return wrapped(sum);
}

inline std::int64_t day_of(const QuickProgram& program, std::int64_t era, std::int64_t ymd) {
  if (bits(era) > 9 || bits(ymd) > 999'999) {
    return 0;
  }
  const int year_before = program.era_years[static_cast<std::size_t>(era)];
  const int digits = static_cast<int>(ymd);
  return make_date(year_before + digits / 10000, digits / 100 % 100, digits % 100).days;
}

inline std::int64_t years_later(std::int64_t day, std::int64_t years) {
  if (day < first_day || day > last_day) {
    return 0;
  }
  return add_years(CivilDate{static_cast<std::int32_t>(day)}, static_cast<int>(years)).days;
}

/// Asks sets of columns; one word is enough for most layouts.
template <bool OneWord>
class Columns {
 public:
  Columns(const QuickProgram& program, const std::uint64_t* given)
      : sets_(program.sets.data()), words_(program.words), given_(given) {}

  bool all_given(std::size_t set) const { return has_all(sets_[set]); }
  bool any_given(std::size_t set) const { return has_any(sets_[set]); }

  bool has_all(const ColumnSet& set) const {
    const std::uint64_t* const wanted = set.words.data();
    std::uint64_t missing = wanted[0] & ~given_[0];
    for (std::size_t i = 1; !OneWord && i < words_; ++i) {
      missing |= wanted[i] & ~given_[i];
    }
    return missing == 0;
  }
  bool has_any(const ColumnSet& set) const {
    const std::uint64_t* const wanted = set.words.data();
    std::uint64_t found = wanted[0] & given_[0];
    for (std::size_t i = 1; !OneWord && i < words_; ++i) {
      found |= wanted[i] & given_[i];
    }
    return found != 0;
  }

 private:
  const ColumnSet* sets_;
  std::size_t words_;
  const std::uint64_t* given_;
};

/// The rules that ask nothing but which items are given.
template <bool OneWord>
void add_presence_doubts(const QuickProgram& program, const Columns<OneWord>& columns,
                         RuleBits& doubts) {
  for (const QuickProgram::Presence& presence : program.presences) {
    const bool doubt = columns.has_all(presence.given) && !columns.has_any(presence.empty);
    doubts.words.data()[presence.rule / 64] |= std::uint64_t{doubt} << (presence.rule % 64);
  }
}

}  // namespace kpfd::rules::steps
