#include "kpfd/check/places.hpp"

#include <algorithm>

namespace kpfd::check {

namespace {

using layout::DateItems;
using layout::Item;
using layout::Record;
using layout::Separator;
using layout::Type;

template <typename Test>
bool some_date(const Record& line, Test test) {
  return std::any_of(line.dates.begin(), line.dates.end(), test);
}

/// The item that carries a date's day, or the year of one without days.
bool carries_date(const Item& item, const Record& line) {
  return some_date(line, [&](const DateItems& date) {
    return (date.day_date() ? date.ymd : date.year) == item.column;
  });
}

/// Checks that each item has whose text is looked at.
bool is_of_text(Check check) {
  switch (check) {
    case Check::char_nec_row13:
    case Check::char_nec_selected:
    case Check::char_ibm:
    case Check::char_user_defined:
    case Check::char_unassigned:
    case Check::char_control:
    case Check::char_not_in_shift_jis:
    case Check::byte_wrong_second:
    case Check::byte_truncated:
    case Check::byte_no_character:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool may_stand_at(Check check, const Item& item, const Record& line) {
  if (is_of_text(check)) {
    return true;
  }
  const bool ignored = line.for_union && item.scope == layout::Scope::pension;
  if (check == Check::pension_given) {
    return ignored;
  }
  if (check == Check::pension_refused) {
    return ignored && !item.refused_by_union.empty();
  }
  if (check == Check::char_composed) {
    return true;
  }
  if (ignored) {
    return false;
  }
  switch (check) {
    case Check::need:
      return item.need == layout::Need::required;
    case Check::quote:
    case Check::length:
      return true;
    case Check::type:
      return item.type != Type::full_width && item.type != Type::any;
    case Check::type_half:
      return item.type == Type::full_width;
    case Check::type_symbol:
      return item.type == Type::kana || item.type == Type::alnum_or_kana;
    case Check::values:
      return !item.values.empty();
    case Check::values_refused:
      return !item.refused.empty();
    case Check::values_doubtful:
      return !item.doubtful.empty();
    case Check::zeros:
      return item.zeros_refused;
    case Check::least:
      return item.least > 0;
    case Check::table:
      return item.among != nullptr;
    case Check::separator_missing:
    case Check::separator_width:
    case Check::spaces_end:
      return item.separator != Separator::none;
    case Check::spaces_double:
      return item.separator != Separator::none || item.single_spaces;
    case Check::space_half:
      return item.half_space_refused;
    case Check::lost_character:
      return item.lost_marks;
    case Check::my_number_digit:
      return item.my_number;
    case Check::date_exists:
      return item.gregorian || some_date(line, [&](const DateItems& date) {
               return date.day_date() && date.ymd == item.column;
             });
    case Check::date_year_zero:
    case Check::date_era:
      return carries_date(item, line);
    case Check::date_pair:
      return some_date(line, [&](const DateItems& date) {
        return date.era == item.column || date.ymd == item.column || date.year == item.column ||
               date.month == item.column;
      });
    case Check::office_count:
    case Check::office_count_zero:
    case Check::office_count_many:
      return item.role == "office-count";
    default:
      return false;
  }
}

bool may_stand_at_record(Check check, const Record& record) {
  switch (check) {
    case Check::columns:
      return true;
    case Check::edition:
      return record.valid_from.known() || record.valid_to.known();
    case Check::double_filing:
      return !record.same_filing.columns.empty();
    default:
      return false;
  }
}

}  // namespace kpfd::check
