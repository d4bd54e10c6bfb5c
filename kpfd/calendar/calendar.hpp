// Japanese eras over the Gregorian calendar, and the arithmetic that the rules need.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kpfd/date.hpp"

namespace kpfd {

/// An era of the layouts, told by one digit in a filing.
struct Era {
  char code = '0';        ///< `1` Meiji ... `9` Reiwa
  std::string key;        ///< `meiji`
  std::string name;       ///< 明治
  std::string name_en{};  ///< Meiji; empty: none is said
  CivilDate from;
  CivilDate to;        ///< last day; no_date: the era goes on
  int first_year = 0;  ///< Gregorian year of the era's year 1

  bool holds(CivilDate day) const { return day >= from && (!to.known() || day <= to); }
};

/// An era and a year in it.
struct EraYear {
  const Era* era = nullptr;  ///< nullptr: before the first era
  int year = 0;
};

/// The eras in use, oldest first. `code` finds an era in constant time.
class Eras {
 public:
  Eras() = default;
  explicit Eras(const std::vector<Era>& eras);

  /// The era with this digit, or nullptr.
  const Era* find(char code) const;

  /// The era that a day lies in.
  EraYear of(CivilDate day) const;

  const std::vector<Era>& all() const { return eras_; }

 private:
  std::vector<Era> eras_;
  std::int8_t by_digit_[10] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
};

/// The same day so many years later; 29 February becomes 28 February where there is no 29th.
CivilDate add_years(CivilDate date, int years);

/// Whole years lived on a day by someone born on `birth`, by the calendar of birthdays.
int years_between(CivilDate birth, CivilDate day);

/// The Gregorian year of an era's year: Heisei 1 => 1989.
inline int gregorian_year(const Era& era, int year) { return era.first_year + year - 1; }

}  // namespace kpfd
