#include "kpfd/check/record_checker.hpp"

#include <utility>

#include "kpfd/check/item_checks.hpp"

namespace kpfd::check {

namespace {

using layout::DateItems;

unsigned two_digits(const char* digits) {
  return static_cast<unsigned>(digits[0] - '0') * 10 + static_cast<unsigned>(digits[1] - '0');
}

/// YYMMDD of a day, in its era's years.
std::int64_t era_number(const Era& era, CivilDate day) {
  const YearMonthDay parts = parts_of(day);
  return (parts.year - era.first_year + 1) * 10000 + parts.month * 100 + parts.day;
}

constexpr std::int64_t no_last_day = 999'999;

/// MMDD, a bit each, of the days that every year has: only 29 February must be looked at closer.
constexpr std::array<std::uint64_t, 20> days_of_every_year = [] {
  constexpr int common_year = 2001;
  std::array<std::uint64_t, 20> days{};
  for (unsigned month = 1; month <= 12; ++month) {
    const auto last = static_cast<unsigned>(days_in_month(common_year, static_cast<int>(month)));
    for (unsigned day = 1; day <= last; ++day) {
      const unsigned number = month * 100 + day;
      days[number / 64] |= std::uint64_t{1} << (number % 64);
    }
  }
  return days;
}();

}  // namespace

RecordChecker::RecordChecker(const layout::Record& record, rules::RuleSet rules,
                             rules::QuickCode quick_code, const Eras& eras,
                             const RuleInfos& rule_infos)
    : record_(&record),
      eras_(&eras),
      fast_(record),
      hidden_(rules::hidden_columns(record)),
      words_((record.items.size() + 63) / 64),
      rules_(std::move(rules)),
      quick_code_(quick_code) {
  for (const layout::Item& item : record.items) {
    all_.set(item.column);
    if (item.need == layout::Need::required) {
      required_.set(item.column);
    }
  }
  for (const rules::Rule& rule : rules_.rules) {
    rule_infos_.push_back(rule_infos.at(rule.id));
  }
  for (const DateItems& date : record.dates) {
    FastDate fast;
    fast.day = date.day_date();
    fast.era = date.era;
    fast.first = fast.day ? date.ymd : date.year;
    fast.second = fast.day ? date.ymd : date.month;
    for (const std::uint16_t column : {fast.era, fast.first, fast.second}) {
      date_columns_.set(column);
    }
    dates_.push_back(fast);
  }
  for (const Era& era : eras.all()) {
    EraBounds& bounds = bounds_[static_cast<std::size_t>(era.code - '0')];
    bounds.first = era_number(era, era.from);
    bounds.last = era.to.known() ? era_number(era, era.to) : no_last_day;
    bounds.first_month = bounds.first / 100;
    bounds.last_month = bounds.last / 100;
  }
}

bool RecordChecker::holds(const LineContext& line) const {
  ColumnSet empty;
  ColumnSet suspects;
  std::array<std::int64_t, most_columns> numbers;
  fast_.look(line.cells, empty, suspects, numbers.data());
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
  ColumnSet empty;
  ColumnSet suspects;
  std::int64_t* const numbers = scratch.quick.numbers();
  fast_.look(line.cells, empty, suspects, numbers);
  const bool composed = line.transcoded != nullptr && !line.transcoded->composed.empty();
  std::uint64_t any_suspect = 0;
  for (std::size_t word = 0; word < words_; ++word) {
    if (composed) {
      suspects.words[word] = all_.words[word] & ~empty.words[word];
    }
    suspects.words[word] |= required_.words[word] & empty.words[word];
    any_suspect |= suspects.words[word];
  }
  const std::uint64_t slow_dates = doubtful_dates(numbers, empty, suspects);
  result.errors = {};
  result.clean = (any_suspect | slow_dates) == 0;
  if (result.clean) {
    if (rules_.rules.empty()) {
      return;
    }
    const rules::RuleBits doubts = doubtful_rules(empty, check_date, scratch);
    if (doubts.any() || rules_.rules.size() > rules::most_quick_rules) {
      result.clean = false;
      run_rules(line, empty, check_date, &doubts, scratch, findings, result);
    }
    return;
  }
  for (std::size_t word = 0; word < words_; ++word) {
    for (std::uint64_t rest = suspects.words[word]; rest != 0; rest &= rest - 1) {
      const std::size_t column = word * 64 + static_cast<unsigned>(__builtin_ctzll(rest));
      if (check_item(record_->items[column], line, findings)) {
        result.errors.set(column);
      }
    }
  }
  for (std::uint64_t rest = slow_dates; rest != 0; rest &= rest - 1) {
    check_date_items(record_->dates[static_cast<unsigned>(__builtin_ctzll(rest))], line, findings,
                     result);
  }
  if (!rules_.rules.empty()) {
    run_rules(line, empty, check_date, nullptr, scratch, findings, result);
  }
  for (std::uint64_t rest = slow_dates; rest != 0; rest &= rest - 1) {
    check_pair(record_->dates[static_cast<unsigned>(__builtin_ctzll(rest))], line, findings,
               result);
  }
}

/// The items have passed their own checks.
[[gnu::always_inline]] inline bool RecordChecker::date_passes(const FastDate& date,
                                                              const std::int64_t* numbers) const {
  const auto digit = static_cast<std::uint64_t>(numbers[date.era]);
  const EraBounds& bounds = bounds_.data()[digit <= 9 ? digit : 0];
  const std::int64_t number = numbers[date.first];
  if (!date.day) {
    const std::int64_t month = number * 100 + numbers[date.second];
    return number > 0 && month >= bounds.first_month && month <= bounds.last_month;
  }
  const std::uint32_t year = static_cast<std::uint32_t>(number) / 10'000;
  const std::uint32_t day = static_cast<std::uint32_t>(number) - year * 10'000;
  return year > 0 && number >= bounds.first && number <= bounds.last &&
         day < std::size(days_of_every_year) * 64 &&
         ((days_of_every_year.data()[day / 64] >> (day % 64)) & 1) != 0;
}

std::uint64_t RecordChecker::doubtful_dates(const std::int64_t* numbers, const ColumnSet& empty,
                                            const ColumnSet& suspects) const {
  std::uint64_t unclear = 0;
  for (std::size_t word = 0; word < words_; ++word) {
    unclear |=
        date_columns_.words.data()[word] & (empty.words.data()[word] | suspects.words.data()[word]);
  }
  std::uint64_t doubtful = 0;
  std::uint64_t bit = 1;
  for (const FastDate& date : dates_) {
    const bool passes = unclear == 0 ? date_passes(date, numbers)
                                     : pair_passes(date, empty, suspects) &&
                                           (empty[date.era] || date_passes(date, numbers));
    doubtful |= passes ? 0 : bit;
    bit <<= 1;
  }
  return doubtful;
}

/// All of a date's items are in order, and all are given or none is.
bool RecordChecker::pair_passes(const FastDate& date, const ColumnSet& empty,
                                const ColumnSet& suspects) {
  return !suspects[date.era] && !suspects[date.first] && !suspects[date.second] &&
         empty[date.era] == empty[date.first] && empty[date.era] == empty[date.second];
}

/// A date needs a readable era: without one nothing is said about its digits.
void RecordChecker::check_date_items(const DateItems& date, const LineContext& line,
                                     Collector& findings, RecordResult& result) const {
  if (hidden_[date.era] || result.errors[date.era]) {
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
  if (hidden_[date.ymd] || ymd.empty() || result.errors[date.ymd]) {
    return;
  }
  const layout::Item& item = record_->items[date.ymd];
  const int year = static_cast<int>(two_digits(ymd.data()));
  if (year == 0) {
    findings.add_item(Check::date_year_zero, line, item);
    result.errors.set(date.ymd);
    return;
  }
  const CivilDate day =
      make_date(gregorian_year(era, year), static_cast<int>(two_digits(ymd.data() + 2)),
                static_cast<int>(two_digits(ymd.data() + 4)));
  if (!day.known()) {
    findings.add_item(Check::date_exists, line, item);
    result.errors.set(date.ymd);
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
  if (hidden_[date.year] || year_text.empty() || result.errors[date.year]) {
    return;
  }
  const layout::Item& item = record_->items[date.year];
  const int year = static_cast<int>(two_digits(year_text.data()));
  if (year == 0) {
    findings.add_item(Check::date_year_zero, line, item);
    result.errors.set(date.year);
    return;
  }
  if (hidden_[date.month] || month_text.empty() || result.errors[date.month]) {
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

rules::RuleBits RecordChecker::doubtful_rules(const ColumnSet& empty, CivilDate check_date,
                                              RecordScratch& scratch) const {
  ColumnSet given;
  for (std::size_t word = 0; word < words_; ++word) {
    given.words.data()[word] =
        all_.words.data()[word] & ~empty.words.data()[word] & ~hidden_.words.data()[word];
  }
  if (quick_code_ != nullptr) {
    return quick_code_(rules_.quick, check_date, given.words.data(), scratch.quick.numbers());
  }
  return rules::look(rules_.quick, check_date, given, scratch.quick);
}

/// `doubts`: the rules that may fail; nullptr: all of them may.
void RecordChecker::run_rules(const LineContext& line, const ColumnSet& empty, CivilDate check_date,
                              const rules::RuleBits* doubts, RecordScratch& scratch,
                              Collector& findings, RecordResult& result) const {
  RecordView view;
  view.cells = line.cells;
  view.empty = &empty;
  view.errors = &result.errors;
  view.hidden = &hidden_;
  view.check_date = check_date;
  scratch.rules.begin(view);
  rules::Amounts amounts;
  bool found_errors = false;
  for (std::size_t i = 0; i < rules_.rules.size(); ++i) {
    const rules::Rule& rule = rules_.rules[i];
    const bool doubtful = doubts == nullptr || i >= rules::most_quick_rules || (*doubts)[i] ||
                          (found_errors && rule.asks_errors);
    if (!doubtful ||
        rules::run(rule.program, view, scratch.rules, amounts) != rules::Outcome::fail) {
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
      scratch.rules.note_error(item->column);
      found_errors = true;
    }
  }
}

}  // namespace kpfd::check
