#include "samples/maker/damage.hpp"

#include <algorithm>
#include <string_view>

#include "kpfd/calendar/calendar.hpp"
#include "kpfd/layout/words.hpp"
#include "kpfd/text/utf8.hpp"

namespace kpfd::samples {

namespace {

using layout::DateItems;
using layout::Item;
using layout::Type;

constexpr std::string_view full_space = "\x81\x40";

/// 見本, whose second byte of 見 is no ASCII.
constexpr std::string_view two_kanji = "\x8C\xA9\x96\x7B";

/// Characters and bytes that a filing must not hold, one of each kind, and what stands for a lost
/// one.
constexpr std::string_view strange[] = {
    "\x87\x40",  // NEC row 13
    "\xEE\xE0",  // IBM's extensions at NEC's place
    "\xFB\xFC",  // IBM's extensions
    "\xF0\x40",  // user-defined
    "\x85\x40",  // unassigned
    "\x09",      // a control character
    "\x83\x20",  // a lead byte, and what cannot be the second one
    "\x83",      // a lead byte and nothing behind it
    "\x80",      // no character
    "\"",        // a quote
    "?",
    text::missing_character,  // in UTF-8 a character that Shift_JIS lacks
    "\x82\xAA",               // が, which UTF-8 may write as two
};

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 15 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::int64_t number_of(std::string_view digits) {
  std::int64_t number = 0;
  for (const char c : digits) {
    number = number * 10 + (c - '0');
  }
  return number;
}

/// A number in at least so many digits.
std::string padded(std::int64_t number, std::size_t width) {
  std::string digits = std::to_string(std::max<std::int64_t>(number, 0));
  if (digits.size() < width) {
    digits.insert(0, width - digits.size(), '0');
  }
  return digits;
}

void replace_first(std::string text, std::string_view from, std::string_view to,
                   std::vector<std::string>& texts) {
  const std::size_t at = text.find(from);
  if (at != std::string::npos) {
    texts.push_back(text.replace(at, from.size(), to));
  }
}

/// Texts of the item's own kind, the nearest ones first.
void add_mild(const Item& item, const std::string& cell, std::vector<std::string>& texts) {
  const std::size_t width = item.lengths.fixed() ? item.lengths.most : 0;
  if (is_number(cell) && item.type == Type::digits) {
    for (const int distance : {1, -1, 2, -2}) {
      texts.push_back(padded(number_of(cell) + distance, width));
    }
  }
  texts.emplace_back();
  texts.push_back(filling_text(item));
  for (const layout::Values* values : {&item.values, &item.refused, &item.doubtful}) {
    for (const layout::ValueRange& range : values->ranges) {
      texts.push_back(range.low);
      texts.push_back(range.high);
    }
  }
  if (item.among != nullptr) {
    for (const layout::Table::Row& row : item.among->rows) {
      texts.push_back(is_number(row.code) ? padded(number_of(row.code), width) : row.code);
    }
  }
  if (item.type != Type::digits) {
    return;
  }
  const std::int64_t number = number_of(is_number(cell) ? cell : filling_text(item));
  std::vector<std::int64_t> numbers = {number / 2, number * 2, 0, 1, 2, 9};
  if (item.least > 0) {
    numbers.insert(numbers.end(), {item.least, item.least - 1});
  }
  if (item.unit == layout::Unit::yen) {
    numbers.insert(numbers.end(), {999, 1000, 60'000, 300'000, 9'999'000, 9'999'999});
  }
  if (item.unit == layout::Unit::thousand_yen) {
    numbers.insert(numbers.end(), {58, 98, 200, 201, 300, 320, 500, 650, 1390});
  }
  for (const std::int64_t other : numbers) {
    texts.push_back(padded(other, width));
  }
}

/// Texts that no item of the kind may hold.
void add_wild(const Item& item, const std::string& cell, std::vector<std::string>& texts) {
  const std::string text = cell.empty() ? filling_text(item) : cell;
  if (item.type == Type::digits) {
    texts.push_back(std::string(item.lengths.most, '0'));
    texts.push_back(std::string(item.lengths.most, '9'));
    texts.push_back(padded(0, 1));
    texts.push_back(std::string(item.lengths.most + std::size_t{1}, '1'));
    if (item.lengths.least > 1) {
      texts.push_back(std::string(item.lengths.least - std::size_t{1}, '1'));
    }
    texts.push_back(text.substr(0, text.size() - 1) + 'A');
    std::string other_digit = text;
    if (is_number(other_digit)) {
      other_digit.back() =
          other_digit.back() == '9' ? '0' : static_cast<char>(other_digit.back() + 1);
      texts.push_back(other_digit);
    }
  } else {
    const bool wide = item.type == Type::full_width || item.type == Type::any;
    std::string longer = text;
    while (longer.size() <= item.lengths.most) {
      longer += wide ? two_kanji : std::string_view("1");
    }
    texts.push_back(longer);
    texts.push_back("00");
    texts.push_back(text + "A");
    texts.push_back(text + "\xB1");
    texts.push_back(text + "\xA5");
    texts.emplace_back("\xD0\xA5");
    texts.push_back(text + std::string(two_kanji));
    texts.emplace_back("A\xB1");
  }
  for (const std::string_view space : {std::string_view(" "), full_space}) {
    const std::string doubled = std::string(space) + std::string(space);
    replace_first(text, space, "", texts);
    replace_first(text, space, space == " " ? full_space : std::string_view(" "), texts);
    replace_first(text, space, doubled, texts);
    texts.push_back(text + std::string(space));
    texts.push_back(text.substr(0, text.size() / 4 * 2) + std::string(space) +
                    text.substr(text.size() / 4 * 2));
    texts.push_back(text + doubled + text);
  }
  for (const std::string_view bytes : strange) {
    texts.push_back(text + std::string(bytes));
    texts.push_back(std::string(bytes) + text);
    texts.emplace_back(bytes);
  }
}

std::vector<std::string> without_repetition(const std::vector<std::string>& texts,
                                            const std::string& cell) {
  std::vector<std::string> once;
  for (const std::string& text : texts) {
    if (text != cell && std::find(once.begin(), once.end(), text) == once.end()) {
      once.push_back(text);
    }
  }
  return once;
}

std::string era_ymd(const Era& era, CivilDate day, int years) {
  const YearMonthDay parts = parts_of(day);
  return padded(parts.year - era.first_year + 1 + years, 2) + padded(parts.month, 2) +
         padded(parts.day, 2);
}

CivilDate day_in(const DateItems& date, const CellTexts& cells, const Eras& eras) {
  if (!date.day_date()) {
    return no_date;
  }
  const std::string& ymd = cells[date.ymd];
  const Era* const era = cells[date.era].size() == 1 ? eras.find(cells[date.era][0]) : nullptr;
  if (era == nullptr || ymd.size() != 6 || !is_number(ymd)) {
    return no_date;
  }
  const auto number = static_cast<int>(number_of(ymd));
  return make_date(gregorian_year(*era, number / 10000), number / 100 % 100, number % 100);
}

/// Days that rules compare with.
std::vector<CivilDate> days_near(const layout::Record& record, const CellTexts& cells,
                                 const Eras& eras, CivilDate as_of) {
  std::vector<CivilDate> days;
  const auto add = [&days](CivilDate day) {
    for (const int distance : {0, 1, -1, 2, -2}) {
      days.push_back({day.days + distance});
    }
  };
  for (const DateItems& date : record.dates) {
    const CivilDate day = day_in(date, cells, eras);
    if (!day.known()) {
      continue;
    }
    add(day);
    for (const int years : {70, 75, -70, -75}) {
      const CivilDate other = add_years(day, years);
      add(other);
      days.push_back({other.days + 40});
      days.push_back({other.days - 40});
    }
  }
  add(as_of);
  days.push_back({as_of.days + 30});
  return days;
}

void add_day_dates(const DateItems& date, const layout::Record& record, const CellTexts& cells,
                   const Eras& eras, CivilDate as_of, std::vector<Change>& changes) {
  for (const CivilDate day : days_near(record, cells, eras, as_of)) {
    const EraYear in = eras.of(day);
    if (in.era == nullptr) {
      continue;
    }
    changes.push_back(
        {{date.era, std::string(1, in.era->code)}, {date.ymd, era_ymd(*in.era, day, 0)}});
  }
  const CivilDate day = day_in(date, cells, eras);
  if (!day.known()) {
    return;
  }
  for (const Era& era : eras.all()) {
    const std::string ymd = era_ymd(era, day, 0);
    if (ymd.size() == 6 && parts_of(day).year >= era.first_year) {
      changes.push_back({{date.era, std::string(1, era.code)}, {date.ymd, ymd}});
    }
  }
  const std::string& ymd = cells[date.ymd];
  changes.push_back({{date.ymd, "00" + ymd.substr(2)}});
  changes.push_back({{date.ymd, ymd.substr(0, 2) + "1301"}});
  changes.push_back({{date.ymd, ymd.substr(0, 2) + "0230"}});
}

}  // namespace

std::string filling_text(const Item& item) {
  if (!item.values.empty()) {
    return item.values.ranges.front().low;
  }
  const std::size_t length = std::max<std::size_t>(item.lengths.most, 1);
  switch (item.type) {
    case Type::digits:
      return std::string(std::min<std::size_t>(length, 12), '1');
    case Type::kana:
      return "\xD0\xCE\xDD \xC0\xDB\xB3";
    case Type::full_width:
      return std::string(two_kanji);
    case Type::alphanumeric:
    case Type::alnum_or_kana:
    case Type::half_width:
    case Type::any:
      break;
  }
  return "A1";
}

std::vector<std::string> damaged_texts(const Item& item, const std::string& cell) {
  std::vector<std::string> texts;
  add_mild(item, cell, texts);
  add_wild(item, cell, texts);
  return without_repetition(texts, cell);
}

std::size_t mild_texts(const Item& item, const std::string& cell) {
  std::vector<std::string> texts;
  add_mild(item, cell, texts);
  return without_repetition(texts, cell).size();
}

std::vector<Change> damaged_dates(const DateItems& date, const layout::Record& record,
                                  const CellTexts& cells, const Eras& eras, CivilDate as_of) {
  std::vector<Change> changes;
  if (date.day_date()) {
    changes.push_back({{date.era, ""}, {date.ymd, ""}});
    add_day_dates(date, record, cells, eras, as_of, changes);
    return changes;
  }
  changes.push_back({{date.year, "00"}});
  for (const Era& era : eras.all()) {
    changes.push_back({{date.era, std::string(1, era.code)}});
  }
  changes.push_back({{date.year, "99"}});
  changes.push_back({{date.era, ""}, {date.year, ""}, {date.month, ""}});
  return changes;
}

CellTexts split_cells(const std::string& line) { return layout::split(line, ','); }

std::string join_cells(const CellTexts& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) {
      line += ',';
    }
    line += cells[i];
  }
  return line;
}

}  // namespace kpfd::samples
