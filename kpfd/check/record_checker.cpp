#include "kpfd/check/record_checker.hpp"

#include "kpfd/check/item_checks.hpp"

namespace kpfd::check {

namespace {

using layout::DateItems;

unsigned two_digits(const char* digits) {
  return static_cast<unsigned>(digits[0] - '0') * 10 + static_cast<unsigned>(digits[1] - '0');
}

/// YYMMDD of a day, in its era's years.
std::uint32_t era_number(const Era& era, CivilDate day) {
  const YearMonthDay parts = parts_of(day);
  return static_cast<std::uint32_t>((parts.year - era.first_year + 1) * 10000 + parts.month * 100 +
                                    parts.day);
}

constexpr std::uint32_t no_last_day = 999'999;

}  // namespace

RecordChecker::RecordChecker(const layout::Record& record, const layout::Layouts& layouts,
                             const Eras& eras, const RuleInfos& rule_infos)
    : record_(&record),
      eras_(&eras),
      fast_(record),
      hidden_(rules::hidden_columns(record)),
      words_((record.items.size() + 63) / 64),
      rules_(rules::compile(record, layouts)) {
  for (const layout::Item& item : record.items) {
    all_.set(item.column);
    if (item.need == layout::Need::required) {
      required_.set(item.column);
    }
  }
  for (const rules::Rule& rule : rules_.rules) {
    rule_infos_.push_back(rule_infos.at(rule.id));
  }
  for (const Era& era : eras.all()) {
    EraBounds& bounds = bounds_[static_cast<std::size_t>(era.code - '0')];
    bounds.first = era_number(era, era.from);
    bounds.last = era.to.known() ? era_number(era, era.to) : no_last_day;
    bounds.first_year = era.first_year;
  }
}

bool RecordChecker::holds(const LineContext& line) const {
  ColumnSet empty;
  ColumnSet suspects;
  fast_.look(line.cells, empty, suspects);
  for (const layout::Item& item : record_->items) {
    if (!item.chosen) {
      continue;
    }
    if (empty[item.column] ? item.need == layout::Need::required : suspects[item.column]) {
      return false;
    }
  }
  return true;
}

void RecordChecker::check(const LineContext& line, CivilDate check_date, RecordScratch& scratch,
                          Collector& findings, RecordResult& result) const {
  const Cells& cells = line.cells;
  ColumnSet empty;
  ColumnSet suspects;
  fast_.look(cells, empty, suspects);
  const bool composed = line.transcoded != nullptr && !line.transcoded->composed.empty();
  result.own_errors = {};
  for (std::size_t word = 0; word < words_; ++word) {
    if (composed) {
      suspects.words[word] = all_.words[word] & ~empty.words[word];
    }
    suspects.words[word] |= required_.words[word] & empty.words[word];
    for (std::uint64_t rest = suspects.words[word]; rest != 0; rest &= rest - 1) {
      const std::size_t column = word * 64 + static_cast<unsigned>(__builtin_ctzll(rest));
      if (check_item(record_->items[column], line, findings)) {
        result.own_errors.set(column);
      }
    }
  }
  std::uint64_t slow_dates = 0;
  for (std::size_t i = 0; i < record_->dates.size(); ++i) {
    const DateItems& date = record_->dates[i];
    if (date_passes(date, cells, empty, suspects)) {
      continue;
    }
    slow_dates |= std::uint64_t{1} << i;
    this->check_date(date, line, findings, result);
  }
  result.errors = result.own_errors;
  if (!rules_.rules.empty()) {
    run_rules(line, empty, check_date, scratch, findings, result);
  }
  for (; slow_dates != 0; slow_dates &= slow_dates - 1) {
    const auto i = static_cast<std::size_t>(__builtin_ctzll(slow_dates));
    check_pair(record_->dates[i], line, findings, result);
  }
}

bool RecordChecker::date_passes(const DateItems& date, const Cells& cells, const ColumnSet& empty,
                                const ColumnSet& suspects) const {
  const std::uint16_t other = date.day_date() ? date.ymd : date.year;
  if (suspects[date.era] || suspects[other] || empty[date.era] != empty[other]) {
    return false;
  }
  if (!date.day_date() && (suspects[date.month] || empty[date.era] != empty[date.month])) {
    return false;
  }
  return empty[date.era] || date_passes(date, cells);
}

/// The items have passed their own checks.
bool RecordChecker::date_passes(const DateItems& date, const Cells& cells) const {
  const auto digit = static_cast<unsigned>(cells.buffer[cells.begin_of(date.era)] - '0');
  const EraBounds& bounds = bounds_[digit <= 9 ? digit : 0];
  if (!date.day_date()) {
    const unsigned year = two_digits(cells.buffer + cells.begin_of(date.year));
    const unsigned month = two_digits(cells.buffer + cells.begin_of(date.month));
    const std::uint32_t number = year * 100 + month;
    return year > 0 && number >= bounds.first / 100 && number <= bounds.last / 100;
  }
  const char* const ymd = cells.buffer + cells.begin_of(date.ymd);
  const unsigned year = two_digits(ymd);
  const unsigned month = two_digits(ymd + 2);
  const unsigned day = two_digits(ymd + 4);
  const std::uint32_t number = year * 10000 + month * 100 + day;
  if (year == 0 || number < bounds.first || number > bounds.last || day == 0) {
    return false;
  }
  if (day <= 28) {
    return month >= 1 && month <= 12;
  }
  return static_cast<int>(day) <=
         days_in_month(bounds.first_year + static_cast<int>(year) - 1, static_cast<int>(month));
}

/// A date needs a readable era: without one nothing is said about its digits.
void RecordChecker::check_date(const DateItems& date, const LineContext& line, Collector& findings,
                               RecordResult& result) const {
  if (hidden_[date.era] || result.own_errors[date.era]) {
    return;
  }
  const std::string_view code = line.cells[date.era];
  const Era* const era = code.size() == 1 ? eras_->find(code[0]) : nullptr;
  if (era == nullptr) {
    return;
  }
  if (date.day_date()) {
    check_day(date, *era, line, findings, result);
  } else {
    check_month(date, *era, line, findings, result);
  }
}

void RecordChecker::check_day(const DateItems& date, const Era& era, const LineContext& line,
                              Collector& findings, RecordResult& result) const {
  const std::string_view ymd = line.cells[date.ymd];
  if (hidden_[date.ymd] || ymd.empty() || result.own_errors[date.ymd]) {
    return;
  }
  const layout::Item& item = record_->items[date.ymd];
  const int year = static_cast<int>(two_digits(ymd.data()));
  if (year == 0) {
    findings.add_item(Check::date_year_zero, line, item);
    result.own_errors.set(date.ymd);
    return;
  }
  const CivilDate day =
      make_date(gregorian_year(era, year), static_cast<int>(two_digits(ymd.data() + 2)),
                static_cast<int>(two_digits(ymd.data() + 4)));
  if (!day.known()) {
    findings.add_item(Check::date_exists, line, item);
    result.own_errors.set(date.ymd);
  } else if (!era.holds(day)) {
    Finding& finding = findings.add_item(Check::date_era, line, item);
    const EraYear right = eras_->of(day);
    if (right.era != nullptr) {
      finding.parts.add(Part::era, right.era->name, right.era->name_en).add(Part::year, right.year);
    }
  }
}

void RecordChecker::check_month(const DateItems& date, const Era& era, const LineContext& line,
                                Collector& findings, RecordResult& result) const {
  const std::string_view year_text = line.cells[date.year];
  const std::string_view month_text = line.cells[date.month];
  if (hidden_[date.year] || year_text.empty() || result.own_errors[date.year]) {
    return;
  }
  const layout::Item& item = record_->items[date.year];
  const int year = static_cast<int>(two_digits(year_text.data()));
  if (year == 0) {
    findings.add_item(Check::date_year_zero, line, item);
    result.own_errors.set(date.year);
    return;
  }
  if (hidden_[date.month] || month_text.empty() || result.own_errors[date.month]) {
    return;
  }
  const int month = static_cast<int>(two_digits(month_text.data()));
  const int gregorian = gregorian_year(era, year);
  const CivilDate first = make_date(gregorian, month, 1);
  if (!first.known()) {
    return;
  }
  const CivilDate last = make_date(gregorian, month, days_in_month(gregorian, month));
  if (last >= era.from && (!era.to.known() || first <= era.to)) {
    return;
  }
  Finding& finding = findings.add_item(Check::date_era, line, item);
  const EraYear right = eras_->of(last);
  if (right.era != nullptr) {
    finding.parts.add(Part::era, right.era->name, right.era->name_en).add(Part::year, right.year);
  }
}

/// An era and its date are given together or not at all; silent where something else was found
/// wrong with either.
void RecordChecker::check_pair(const DateItems& date, const LineContext& line, Collector& findings,
                               RecordResult& result) const {
  std::uint16_t parts[3] = {date.era, date.day_date() ? date.ymd : date.year,
                            date.day_date() ? date.era : date.month};
  int given = 0;
  const std::uint16_t* first_empty = nullptr;
  for (const std::uint16_t& column : parts) {
    if (hidden_[column] || result.errors[column]) {
      return;
    }
    if (line.cells.size_of(column) > 0) {
      ++given;
    } else if (first_empty == nullptr) {
      first_empty = &column;
    }
  }
  if (given == 0 || first_empty == nullptr) {
    return;
  }
  findings.add_item(Check::date_pair, line, record_->items[*first_empty]);
  result.errors.set(*first_empty);
}

void RecordChecker::run_rules(const LineContext& line, const ColumnSet& empty, CivilDate check_date,
                              RecordScratch& scratch, Collector& findings,
                              RecordResult& result) const {
  RecordView view;
  view.cells = line.cells;
  view.empty = &empty;
  view.own_errors = &result.own_errors;
  view.errors = &result.errors;
  view.hidden = &hidden_;
  view.check_date = check_date;
  scratch.rules.begin(view);
  rules::Amounts amounts;
  for (std::size_t i = 0; i < rules_.rules.size(); ++i) {
    const rules::Rule& rule = rules_.rules[i];
    if (rules::run(rule.program, view, scratch.rules, amounts) != rules::Outcome::fail) {
      continue;
    }
    const layout::Item* const item =
        rule.at_column < 0 ? nullptr : &record_->items[static_cast<std::size_t>(rule.at_column)];
    Finding& finding = findings.add_rule(*rule_infos_[i], line, item);
    finding.severity = rule.severity;
    if (amounts.kind != rules::Amounts::Kind::none) {
      finding.parts.add(Part::found, amounts.found).add(Part::expected, amounts.expected);
    }
    if (item != nullptr && rule.severity == Severity::error) {
      result.errors.set(item->column);
    }
  }
}

}  // namespace kpfd::check
