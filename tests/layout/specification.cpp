#include "tests/layout/specification.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "kpfd/layout/words.hpp"
#include "tests/layout/schema_files.hpp"

namespace kpfd_test {

using kpfd::CivilDate;
using kpfd::parse_iso_date;
using kpfd::layout::DateItems;
using kpfd::layout::Item;
using kpfd::layout::Layouts;
using kpfd::layout::Lengths;
using kpfd::layout::Need;
using kpfd::layout::Receiver;
using kpfd::layout::Record;
using kpfd::layout::RetiredForm;
using kpfd::layout::Scope;
using kpfd::layout::Separator;
using kpfd::layout::split;
using kpfd::layout::Table;
using kpfd::layout::Type;
using kpfd::layout::Unit;
using kpfd::layout::Values;

namespace {

/// Collects what is not the same.
class Differences {
 public:
  explicit Differences(std::vector<std::string>& found) : found_(found) {}

  void at(const std::string& place) { place_ = place; }

  template <typename Found, typename Expected>
  void same(const char* fact, const Found& found, const Expected& expected) {
    if (!(found == expected)) {
      found_.push_back(place_ + ": " + fact);
    }
  }

 private:
  std::vector<std::string>& found_;
  std::string place_;
};

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// A table of the specification: none of them quotes anything.
std::vector<Row> read_table(const std::string& name) {
  const std::string path = std::string(KPFD_SOURCE_DIR) + "/tests/reference/spec/" + name;
  std::ifstream file(path);
  if (!file) {
    throw std::runtime_error("cannot read " + path);
  }
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> keys = split(line, ',');
  std::vector<Row> rows;
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = split(line, ',');
    Row row;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      row[keys[i]] = i < cells.size() ? trimmed(cells[i]) : "";
    }
    // The last column, which is prose, may hold commas.
    for (std::size_t i = keys.size(); i < cells.size(); ++i) {
      row[keys.back()] += "," + cells[i];
    }
    rows.push_back(row);
  }
  if (rows.empty()) {
    throw std::runtime_error(name + " has no rows");
  }
  return rows;
}

std::string spelled(Type type) {
  switch (type) {
    case Type::digits:
      return "N";
    case Type::alphanumeric:
      return "AN";
    case Type::alnum_or_kana:
      return "AK";
    case Type::kana:
      return "K";
    case Type::half_width:
      return "AKS";
    case Type::full_width:
      return "J";
    case Type::any:
      break;
  }
  return "JM";
}

std::string code_of(Need need) {
  return need == Need::required ? "R" : need == Need::optional ? "O" : "C";
}

std::string name_of(Scope scope) {
  return scope == Scope::both ? "both" : scope == Scope::pension ? "pension" : "union";
}

/// `17..31`, `1|3`: all texts.
Texts expanded(const std::string& values) {
  Texts texts;
  if (values.empty()) {
    return texts;
  }
  for (const std::string& part : split(values, '|')) {
    const std::size_t dots = part.find("..");
    if (dots == std::string::npos) {
      texts.insert(part);
      continue;
    }
    const std::string low = part.substr(0, dots);
    for (int number = std::stoi(low); number <= std::stoi(part.substr(dots + 2)); ++number) {
      const std::string digits = std::to_string(number);
      texts.insert(std::string(low.size() - digits.size(), '0') + digits);
    }
  }
  return texts;
}

Texts expanded(const Values& values) { return expanded(values.text); }

/// `min` and `max` of the table: the lengths from 1 on, and whether the item may be empty.
std::set<std::size_t> spec_lengths(const std::string& least, const std::string& most) {
  std::set<std::size_t> lengths;
  const std::vector<std::string> alternatives = split(least, '|');
  const std::size_t last = std::stoul(most);
  if (alternatives.size() > 1) {
    for (const std::string& alternative : alternatives) {
      lengths.insert(std::stoul(alternative));
    }
    lengths.insert(last);
  } else {
    for (std::size_t bytes = std::stoul(least); bytes <= last; ++bytes) {
      lengths.insert(bytes);
    }
  }
  return lengths;
}

std::set<std::size_t> lengths_of(const Lengths& lengths) {
  std::set<std::size_t> found;
  for (std::size_t bytes = 0; bytes <= 2 * kpfd::layout::longest_item; ++bytes) {
    if (lengths.holds(bytes)) {
      found.insert(bytes);
    }
  }
  return found;
}

/// The phrases of `checks`, each standing alone.
Texts phrases_of(const Row& row) {
  Texts phrases;
  for (const std::string& phrase : split(row.at("checks"), ';')) {
    if (!trimmed(phrase).empty()) {
      phrases.insert(trimmed(phrase));
    }
  }
  return phrases;
}

/// What `not …` refuses.
Texts refused_by(const Texts& phrases) {
  Texts refused;
  for (const std::string& phrase : phrases) {
    if (phrase == "not 00 and not 99") {
      refused.insert({"00", "99"});
    }
    for (const char* zeros : {"00", "000", "0000", "000000"}) {
      if (phrase == "not " + std::string(zeros)) {
        refused.insert(zeros);
      }
    }
  }
  return refused;
}

/// Values that a layout says in another way than the table does.
Texts spec_values(const std::string& form, const Row& row) {
  const std::string& key = row.at("key");
  // The milder range of short-time workers; that others need 17 days, a rule says.
  if (form == "2221700" && key.rfind("base_days_", 0) == 0) {
    return expanded("11..31");
  }
  // One or two of three months.
  if (form == "2225700" && key == "over_70_base_months") {
    Texts texts;
    for (const char* first : {"04", "05", "06"}) {
      texts.insert(first);
      for (const char* second : {"04", "05", "06"}) {
        texts.insert(std::string(first) + second);
      }
    }
    return texts;
  }
  return expanded(row.at("values"));
}

/// Section 4 speaks of yen at these, whether the table's phrase does or not.
bool is_amount(const Texts& phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [](const std::string& phrase) {
    return phrase == "yen" || phrase == "at least 1000" || phrase == "rule MONTH-SUM" ||
           phrase.rfind("rule SANTEI", 0) == 0 || phrase.rfind("rule GEPPEN", 0) == 0 ||
           phrase == "rule BONUS-TOTAL";
  });
}

bool is_day(const Record& record, const Item& item) {
  return std::any_of(record.dates.begin(), record.dates.end(),
                     [&](const DateItems& date) { return date.ymd == item.column; });
}

void compare_item(const Record& record, const Item& item, const Row& row, Differences& out) {
  const Texts phrases = phrases_of(row);
  const auto says = [&](const char* phrase) { return phrases.count(phrase) != 0; };
  out.same("number", std::to_string(item.number), row.at("no"));
  out.same("key", item.key, row.at("key"));
  out.same("name", item.name, row.at("name_ja"));
  out.same("type", spelled(item.type), row.at("type"));
  out.same("lengths", lengths_of(item.lengths), spec_lengths(row.at("min"), row.at("max")));
  out.same("need", code_of(item.need), row.at("need"));
  out.same("scope", name_of(item.scope), row.at("scope"));
  out.same("values", expanded(item.values), spec_values(record.form, row));
  out.same("not", expanded(item.refused), refused_by(phrases));
  out.same("zeros", item.zeros_refused, says("not all zeros"));
  out.same("least", item.least, std::int64_t{says("at least 1000") ? 1000 : 0});
  out.same("among", item.among == nullptr ? "" : item.among->key,
           says("prefecture list -> warning") ? "prefectures" : "");
  out.same("half-width separator", item.separator == Separator::half,
           says("name separator half width"));
  out.same("full-width separator", item.separator == Separator::full,
           says("name separator full width"));
  out.same("severity of the separator", item.separator_severity, kpfd::Severity::error);
  out.same("spaces", item.single_spaces,
           says("no two spaces in a row") || says("no two full width spaces in a row"));
  out.same("half-width space", item.half_space_refused, says("no half width space"));
  out.same("check digit", item.my_number, says("check digit -> warning"));
  out.same("existing date", is_day(record, item), says("existing date"));
  out.same("unit", item.unit,
           says("thousand yen") ? Unit::thousand_yen
           : is_amount(phrases) ? Unit::yen
                                : Unit::none);
  out.same("doubtful", expanded(item.doubtful),
           says("two or four digits: one or two months of 04 05 06") ? Texts{"0404", "0505", "0606"}
                                                                     : Texts{});
  // Section 4: a lost character, in names and addresses that permit it.
  const Texts lost = {"name_kanji", "address_kana", "address_kanji"};
  out.same("lost characters", item.lost_marks, lost.count(item.key) != 0);
  // Section 5.
  out.same("refused by a union", item.refused_by_union,
           std::string(item.key == "over_70_only" ? "1" : ""));
  // A union's own items, but for the number that names the office.
  out.same("open to a profile", item.open_to_profile,
           row.at("scope") == "union" && item.key != "union_office_number");
  out.same("gregorian", item.gregorian, false);
  out.same("chosen", item.chosen, false);
  out.same("role", item.role, std::string());
  out.same("source", item.source.empty(), false);
}

/// The rows of a form's table that an edition has a column for.
std::vector<Row> rows_of(const std::string& form, const std::string& edition,
                         const std::string& receiver) {
  std::vector<Row> rows;
  for (const Row& row : spec_table(form + ".csv")) {
    bool absent = receiver == "SHFD" && row.at("scope") == "union";
    for (const std::string& phrase : phrases_of(row)) {
      const std::string before = "absent from editions before ";
      if (phrase.rfind(before, 0) == 0 && edition < phrase.substr(before.size())) {
        absent = true;
      }
    }
    if (!absent) {
      rows.push_back(row);
    }
  }
  return rows;
}

CivilDate day_of(const std::string& yyyymmdd) {
  if (yyyymmdd.empty()) {
    return kpfd::no_date;
  }
  return parse_iso_date(yyyymmdd.substr(0, 4) + "-" + yyyymmdd.substr(4, 2) + "-" +
                        yyyymmdd.substr(6));
}

/// `key type lengths need values`, item by item.
std::vector<std::string> described(const Record& record) {
  std::vector<std::string> items;
  for (const Item& item : record.items) {
    std::string text = spelled(item.type) + " " + item.lengths.text + " " + code_of(item.need);
    if (!item.values.empty()) {
      text += " " + item.values.text;
    }
    if (!item.refused.empty()) {
      text += " not " + item.refused.text;
    }
    if (item.zeros_refused) {
      text += " not-zeros";
    }
    if (item.among != nullptr) {
      text += " among " + item.among->key;
    }
    if (item.gregorian) {
      text += " gregorian";
    }
    if (item.separator == Separator::full) {
      text += " separated";
    }
    if (item.separator_severity == kpfd::Severity::warning) {
      text += " as-warning";
    }
    if (item.least != 0) {
      text += " least " + std::to_string(item.least);
    }
    if (!item.doubtful.empty()) {
      text += " doubtful " + item.doubtful.text;
    }
    if (item.separator == Separator::half) {
      text += " separated-half";
    }
    if (item.single_spaces) {
      text += " single-spaces";
    }
    if (item.half_space_refused) {
      text += " no-half-space";
    }
    if (item.my_number) {
      text += " my-number";
    }
    if (item.chosen) {
      text += " chosen";
    }
    if (item.unit != Unit::none) {
      text += " unit";
    }
    if (!item.role.empty()) {
      text += " role " + item.role;
    }
    if (item.open_to_profile) {
      text += " open";
    }
    if (item.source.empty()) {
      text += " without source";
    }
    if (item.lost_marks) {
      text += " lost";
    }
    text += item.number == item.column + 1 ? "" : " misnumbered";
    items.push_back(text);
  }
  return items;
}

using Items = std::vector<std::string>;

Items joined(Items head, const Items& tail) {
  head.insert(head.end(), tail.begin(), tail.end());
  return head;
}

/// Section 1.
void compare_headers(const Layouts& layouts, Differences& out) {
  const Items office_place = {"N 3 R",
                              "N 4 R",
                              "J 1..75 R lost",
                              "J 1..50 R lost",
                              "J 1..25 R separated as-warning lost",
                              "N 2..5 R",
                              "N 1..4 R",
                              "N 4..5 R"};
  const Items number = {"N 3 R 001..999 role media-number", "N 8 R gregorian role creation-date"};
  const Items symbol = {"N 2 R among prefectures", "N 2 R not 00|99", "AK 1..4 R not-zeros"};
  out.at("structure");
  out.same("receivers", layouts.receivers.size(), 2U);
  const Receiver* const pension = layouts.receiver("SHFD");
  const Receiver* const for_union = layouts.receiver("KPFD");
  if (pension == nullptr || for_union == nullptr || pension->media.size() != 2 ||
      for_union->media.size() != 1) {
    out.same("receivers and media records", false, true);
    return;
  }
  out.same("SHFD attorney", pension->media[0].variant, std::string("attorney"));
  out.same(
      "SHFD media of an attorney", described(pension->media[0]),
      joined(joined({"N 0 O chosen", "N 0 O chosen", "N 8 R chosen"}, number), {"N 5 R 22223"}));
  out.same("SHFD variant", pension->media[1].variant, std::string());
  out.same("SHFD media", described(pension->media[1]),
           joined(joined(symbol, number), {"N 5 R 22223"}));
  out.same("KPFD media", described(for_union->media[0]),
           joined(joined({"AN 1..10 R"}, number), Items(5, "JM 0..10 O open")));
  out.same("SHFD office", described(pension->office),
           joined(joined(symbol, {"N 1..5 R not-zeros"}), office_place));
  out.same("KPFD office", described(for_union->office), joined({"AN 1..10 R"}, office_place));
  out.same("count", described(layouts.count), Items{"J 0..25 O", "N 1..3 R role office-count"});
  out.same("marker of the offices", layouts.offices_marker, std::string("[kanri]"));
  out.same("marker of the data", layouts.data_marker, std::string("[data]"));
  out.same("file for SHFD", pension->file, std::string("SHFD0006.CSV"));
  out.same("file for KPFD", for_union->file, std::string("KPFD0006.CSV"));
  out.same("KPFD is for a union", for_union->is_union && !pension->is_union, true);
  const bool refused = layouts.refused.size() == 1 && layouts.refused[0].key == "KNFD" &&
                       layouts.refused[0].file == "KNFD0006.CSV";
  out.same("refused kinds", refused, true);
  const auto limit = [](const std::vector<kpfd::layout::SizeLimit>& sizes, const char* check,
                        kpfd::Severity severity, std::uint64_t from) {
    return sizes.size() == 1 && sizes[0].check == check && sizes[0].severity == severity &&
           sizes[0].from == from;
  };
  out.same("limit of KX",
           limit(layouts.sizes, "SIZE-KX", kpfd::Severity::error, std::uint64_t{20'971'521}), true);
  out.same("limit of the pension office",
           limit(pension->sizes, "SIZE-PENSION", kpfd::Severity::warning, std::uint64_t{4'500'000}),
           true);
  out.same("limits of a union", for_union->sizes.empty(), true);
  out.same("office key of SHFD", pension->office_key.items,
           Items{"prefecture_code", "district_code", "office_symbol"});
  out.same("place of the office key of SHFD", pension->office_key.at, std::string("office_symbol"));
  out.same("office key of KPFD", for_union->office_key.items, Items{"union_office_number"});
  out.same("place of the office key of KPFD", for_union->office_key.at,
           std::string("union_office_number"));
}

/// Section 3, and which items belong to a date.
void compare_dates(const Record& record, Differences& out) {
  std::set<std::uint16_t> eras;
  for (const DateItems& date : record.dates) {
    out.same("era of one date", eras.insert(date.era).second, true);
    out.same("era of a date", record.items.at(date.era).key, date.key + "_era");
    if (date.day_date()) {
      out.same("day of a date", record.items.at(date.ymd).key, date.key + "_ymd");
    } else {
      out.same("year of a date", record.items.at(date.year).key, date.key + "_year");
      out.same("month of a date", record.items.at(date.month).key, date.key + "_month");
    }
  }
  for (const Item& item : record.items) {
    const bool is_era = item.key.size() > 4 && item.key.substr(item.key.size() - 4) == "_era";
    out.same("era without a date", is_era, eras.count(item.column) != 0);
  }
}

void compare_same_filing(const Record& record, Differences& out) {
  const std::map<std::string, Texts> dates = {
      {"2225700", {"applied_era", "applied_year", "applied_month"}},
      {"2221700", {"revision_era", "revision_year", "revision_month"}},
      {"2265700", {"paid_era", "paid_ymd"}},
      {"2200700", {"acquired_era", "acquired_ymd"}},
      {"2201700", {"lost_era", "lost_ymd"}}};
  Texts expected = dates.at(record.form);
  expected.insert({"birth_era", "birth_ymd", "name_kana"});
  Texts found;
  for (const std::uint16_t column : record.same_filing.columns) {
    found.insert(record.items.at(column).key);
  }
  out.same("same filing", found, expected);
  const int number = record.same_filing.number;
  out.same("same filing: number",
           number < 0 ? "" : record.items.at(static_cast<std::size_t>(number)).key,
           std::string("insured_number"));
}

void compare_eras(const Layouts& layouts, Differences& out) {
  out.at("eras");
  struct SpecEra {
    char code;
    const char* key;
    const char* from;
    const char* to;
    int first_year;
  };
  const std::vector<SpecEra> eras = {{'1', "meiji", "1868-01-25", "1912-07-29", 1868},
                                     {'3', "taisho", "1912-07-30", "1926-12-24", 1912},
                                     {'5', "showa", "1926-12-25", "1989-01-07", 1926},
                                     {'7', "heisei", "1989-01-08", "2019-04-30", 1989},
                                     {'9', "reiwa", "2019-05-01", "", 2019}};
  out.same("their number", layouts.eras.size(), eras.size());
  for (std::size_t i = 0; i < std::min(eras.size(), layouts.eras.size()); ++i) {
    const kpfd::Era& era = layouts.eras[i];
    out.same("code", era.code, eras[i].code);
    out.same("key", era.key, std::string(eras[i].key));
    out.same("first day", era.from, parse_iso_date(eras[i].from));
    out.same("last day", era.to, parse_iso_date(eras[i].to));
    out.same("first year", era.first_year, eras[i].first_year);
  }
}

void compare_retired(const Layouts& layouts, Differences& out) {
  out.at("retired forms");
  std::size_t old = 0;
  for (const Row& edition : spec_table("editions.csv")) {
    if (edition.at("edition") != "old") {
      continue;
    }
    ++old;
    const auto& retired = layouts.retired;
    const auto found = std::find_if(retired.begin(), retired.end(), [&](const RetiredForm& form) {
      return form.form == edition.at("form_code");
    });
    const std::string replaced = "replaced by ";
    const std::size_t at = edition.at("note").find(replaced);
    const std::string successor =
        at == std::string::npos ? "" : edition.at("note").substr(at + replaced.size(), 7);
    out.same("successor", found == retired.end() ? "none" : found->successor, successor);
  }
  out.same("their number", layouts.retired.size(), old);
}

std::int64_t number_of(const std::string& digits) {
  return digits.empty() ? 0 : std::stoll(digits);
}

void compare_tables(const Layouts& layouts, Differences& out) {
  for (const Table& table : layouts.tables) {
    out.at("table " + table.key);
    const bool grades = table.key == "health_grades";
    if (!grades && table.key != "prefectures") {
      out.same("key", table.key, std::string("prefectures"));
      continue;
    }
    const std::vector<Row>& rows = spec_table(grades ? "grades.csv" : "prefectures.csv");
    out.same("number of rows", table.rows.size(), rows.size());
    out.same("comparison", table.numeric, grades);
    for (std::size_t i = 0; i < std::min(rows.size(), table.rows.size()); ++i) {
      const Table::Row& row = table.rows[i];
      out.same("code", row.code, rows[i].at(grades ? "standard_thousand_yen" : "code"));
      if (!grades) {
        out.same("name", row.name, rows[i].at("name"));
        continue;
      }
      out.same("number", row.number, number_of(rows[i].at("standard_thousand_yen")));
      out.same("grade", row.grade, number_of(rows[i].at("health_grade")));
      out.same("pension grade", row.pension_grade, number_of(rows[i].at("pension_grade")));
      out.same("from", row.from, number_of(rows[i].at("from_yen")));
      out.same("below", row.below, number_of(rows[i].at("below_yen")));
    }
  }
}

void compare_record(const Layouts& layouts, const Row& edition, const std::string& receiver,
                    Differences& out) {
  const std::string& form = edition.at("form_code");
  const std::string title = form + " " + edition.at("edition") + " " + receiver;
  out.at(title);
  const auto record =
      std::find_if(layouts.records.begin(), layouts.records.end(), [&](const Record& other) {
        return other.form == form && other.edition == edition.at("edition") &&
               other.receiver == receiver;
      });
  out.same("layout", record == layouts.records.end(), false);
  if (record == layouts.records.end()) {
    return;
  }
  out.same("first day", record->valid_from, day_of(edition.at("valid_from")));
  out.same("last day", record->valid_to, day_of(edition.at("valid_to")));
  out.same("for a union", record->for_union, receiver == "KPFD");
  const std::size_t columns = std::stoul(edition.at("pension_items")) +
                              (receiver == "KPFD" ? std::stoul(edition.at("union_items")) : 0);
  out.same("number of columns", record->items.size(), columns);
  const std::vector<Row> rows = rows_of(form, edition.at("edition"), receiver);
  out.same("number of items", record->items.size(), rows.size());
  for (std::size_t i = 0; i < std::min(rows.size(), record->items.size()); ++i) {
    out.at(title + " item " + rows[i].at("no") + " " + rows[i].at("key"));
    out.same("column", std::size_t{record->items[i].column}, i);
    compare_item(*record, record->items[i], rows[i], out);
  }
  out.at(title);
  compare_dates(*record, out);
  compare_same_filing(*record, out);
}

}  // namespace

const std::vector<Row>& spec_table(const std::string& name) {
  static std::map<std::string, std::vector<Row>> tables;
  const auto known = tables.find(name);
  return known != tables.end() ? known->second
                               : tables.emplace(name, read_table(name)).first->second;
}

std::vector<std::string> differences(const Layouts& layouts) {
  std::vector<std::string> found;
  Differences out(found);
  out.at("forms");
  std::size_t expected = 0;
  for (const Row& edition : spec_table("editions.csv")) {
    if (edition.at("edition") == "old") {
      continue;
    }
    for (const char* receiver : {"KPFD", "SHFD"}) {
      compare_record(layouts, edition, receiver, out);
      ++expected;
    }
  }
  out.at("forms");
  out.same("their number", layouts.records.size(), expected);
  compare_headers(layouts, out);
  compare_eras(layouts, out);
  compare_retired(layouts, out);
  compare_tables(layouts, out);
  return found;
}

}  // namespace kpfd_test
