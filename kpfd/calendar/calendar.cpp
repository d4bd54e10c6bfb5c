#include "kpfd/calendar/calendar.hpp"

namespace kpfd {

Eras::Eras(const std::vector<Era>& eras) : eras_(eras) {
  for (std::size_t i = 0; i < eras_.size(); ++i) {
    const char code = eras_[i].code;
    if (code >= '0' && code <= '9') {
      by_digit_[code - '0'] = static_cast<std::int8_t>(i);
    }
  }
}

const Era* Eras::find(char code) const {
  if (code < '0' || code > '9') {
    return nullptr;
  }
  const std::int8_t index = by_digit_[code - '0'];
  return index < 0 ? nullptr : &eras_[static_cast<std::size_t>(index)];
}

EraYear Eras::of(CivilDate day) const {
  for (const Era& era : eras_) {
    if (era.holds(day)) {
      return {&era, parts_of(day).year - era.first_year + 1};
    }
  }
  return {};
}

CivilDate add_years(CivilDate date, int years) {
  const YearMonthDay parts = parts_of(date);
  const int year = parts.year + years;
  const int last = days_in_month(year, parts.month);
  return make_date(year, parts.month, parts.day < last ? parts.day : last);
}

int years_between(CivilDate birth, CivilDate day) {
  int years = parts_of(day).year - parts_of(birth).year;
  if (add_years(birth, years) > day) {
    --years;
  }
  return years;
}

}  // namespace kpfd
