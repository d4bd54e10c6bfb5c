// The layouts hold exactly what the tables of the specification say, item by item.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd_test.hpp"
#include "tests/layout/schema_files.hpp"

namespace {

using namespace kpfd_test;
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
using kpfd::layout::Table;
using kpfd::layout::Type;
using kpfd::layout::Unit;
using kpfd::layout::Values;
using Texts = std::set<std::string>;
using Row = std::map<std::string, std::string>;

const Layouts& layouts() {
  static const Layouts loaded = load(own_files());
  return loaded;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string trimmed(std::string text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// A table of the specification: none of them quotes anything.
std::vector<Row> spec_table(const std::string& name) {
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

const char* const form_codes[] = {"2225700", "2221700", "2265700", "2200700", "2201700"};

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

bool is_day(const Record& record, const Item& item) {
  return std::any_of(record.dates.begin(), record.dates.end(),
                     [&](const DateItems& date) { return date.ymd == item.column; });
}

void compare_item(const Record& record, const Item& item, const Row& row) {
  const Texts phrases = phrases_of(row);
  BOOST_TEST(std::to_string(item.number) == row.at("no"));
  BOOST_TEST(item.key == row.at("key"));
  BOOST_TEST(item.name == row.at("name_ja"));
  BOOST_TEST(spelled(item.type) == row.at("type"));
  BOOST_TEST(lengths_of(item.lengths) == spec_lengths(row.at("min"), row.at("max")),
             boost::test_tools::per_element());
  BOOST_TEST(code_of(item.need) == row.at("need"));
  BOOST_TEST(name_of(item.scope) == row.at("scope"));
  BOOST_TEST(expanded(item.values) == spec_values(record.form, row),
             boost::test_tools::per_element());

  BOOST_TEST(expanded(item.refused) == refused_by(phrases), boost::test_tools::per_element());
  BOOST_TEST(item.zeros_refused == (phrases.count("not all zeros") != 0));
  BOOST_TEST((item.least == 1000) == (phrases.count("at least 1000") != 0));
  BOOST_TEST((item.least == 0 || item.least == 1000));
  const bool prefecture = phrases.count("prefecture list -> warning") != 0;
  BOOST_TEST((item.among != nullptr) == prefecture);
  if (prefecture && item.among != nullptr) {
    BOOST_TEST(item.among->key == "prefectures");
  }
  BOOST_TEST((item.separator == Separator::half) ==
             (phrases.count("name separator half width") != 0));
  BOOST_TEST((item.separator == Separator::full) ==
             (phrases.count("name separator full width") != 0));
  if (item.separator != Separator::none) {
    BOOST_TEST((item.separator_severity == kpfd::Severity::error));
  }
  BOOST_TEST(item.single_spaces == (phrases.count("no two spaces in a row") != 0 ||
                                    phrases.count("no two full width spaces in a row") != 0));
  BOOST_TEST(item.half_space_refused == (phrases.count("no half width space") != 0));
  BOOST_TEST(item.my_number == (phrases.count("check digit -> warning") != 0));
  BOOST_TEST(is_day(record, item) == (phrases.count("existing date") != 0));
  if (phrases.count("yen") != 0) {
    BOOST_TEST((item.unit == Unit::yen));
  }
  BOOST_TEST((item.unit == Unit::thousand_yen) == (phrases.count("thousand yen") != 0));
  const bool repeated = phrases.count("two or four digits: one or two months of 04 05 06") != 0;
  BOOST_TEST(!item.doubtful.empty() == repeated);
  if (repeated) {
    BOOST_TEST(expanded(item.doubtful) == (Texts{"0404", "0505", "0606"}),
               boost::test_tools::per_element());
  }
  // Section 4: a lost character, in names and addresses that permit it.
  const Texts lost = {"name_kanji", "address_kana", "address_kanji"};
  BOOST_TEST(item.lost_marks == (lost.count(item.key) != 0));
  // Section 5.
  BOOST_TEST(item.refused_by_union == (item.key == "over_70_only" ? "1" : ""));
  BOOST_TEST(!item.gregorian);
  BOOST_TEST(!item.chosen);
  BOOST_TEST(item.role == "");
  BOOST_TEST(!item.source.empty());
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

const Record* find_record(const std::string& form, const std::string& edition,
                          const std::string& receiver) {
  for (const Record& record : layouts().records) {
    if (record.form == form && record.edition == edition && record.receiver == receiver) {
      return &record;
    }
  }
  return nullptr;
}

CivilDate day_of(const std::string& yyyymmdd) {
  if (yyyymmdd.empty()) {
    return kpfd::no_date;
  }
  return parse_iso_date(yyyymmdd.substr(0, 4) + "-" + yyyymmdd.substr(4, 2) + "-" +
                        yyyymmdd.substr(6));
}

void compare_record(const Row& edition, const std::string& receiver) {
  const std::string& form = edition.at("form_code");
  const Record* const record = find_record(form, edition.at("edition"), receiver);
  BOOST_TEST_REQUIRE(record != nullptr);
  BOOST_TEST((record->valid_from == day_of(edition.at("valid_from"))));
  // `valid_to` of the table is the last day.
  BOOST_TEST((record->valid_to == day_of(edition.at("valid_to"))));
  BOOST_TEST(record->for_union == (receiver == "KPFD"));
  const std::size_t columns = std::stoul(edition.at("pension_items")) +
                              (receiver == "KPFD" ? std::stoul(edition.at("union_items")) : 0);
  BOOST_TEST(record->items.size() == columns);
  const std::vector<Row> rows = rows_of(form, edition.at("edition"), receiver);
  BOOST_TEST_REQUIRE(record->items.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    BOOST_TEST_CONTEXT("item " << rows[i].at("no") << " " << rows[i].at("key")) {
      BOOST_TEST(record->items[i].column == i);
      compare_item(*record, record->items[i], rows[i]);
    }
  }
  BOOST_TEST(record->column_of("form_code") == 0);
  BOOST_TEST(record->column_of("no_such_item") == -1);
}

const bool registered = kpfd_test::at_start([] {
  using namespace boost::unit_test;
  auto* const suite = BOOST_TEST_SUITE("layouts");
  for (const Row& edition : spec_table("editions.csv")) {
    if (edition.at("edition") == "old") {
      continue;
    }
    for (const char* receiver : {"KPFD", "SHFD"}) {
      suite->add(
          make_test_case([edition, receiver] { compare_record(edition, receiver); },
                         edition.at("form_code") + " " + edition.at("edition") + " " + receiver,
                         __FILE__, __LINE__));
    }
  }
  framework::master_test_suite().add(suite);
});

BOOST_AUTO_TEST_SUITE(specification)

BOOST_AUTO_TEST_CASE(there_are_the_five_forms_in_their_editions_and_no_others) {
  BOOST_TEST(registered);
  std::set<std::string> expected;
  for (const Row& edition : spec_table("editions.csv")) {
    if (edition.at("edition") == "old") {
      continue;
    }
    for (const char* receiver : {"KPFD", "SHFD"}) {
      expected.insert(edition.at("form_code") + " " + edition.at("edition") + " " + receiver);
    }
  }
  BOOST_TEST(expected.size() == 12U);
  std::set<std::string> found;
  for (const Record& record : layouts().records) {
    BOOST_TEST(found.insert(record.form + " " + record.edition + " " + record.receiver).second);
  }
  BOOST_TEST(found == expected, boost::test_tools::per_element());
  std::set<std::string> forms;
  for (const Record& record : layouts().records) {
    forms.insert(record.form);
  }
  BOOST_TEST(forms == Texts(std::begin(form_codes), std::end(form_codes)),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(retired_forms_name_their_successors) {
  std::size_t old = 0;
  for (const Row& edition : spec_table("editions.csv")) {
    if (edition.at("edition") != "old") {
      continue;
    }
    ++old;
    const auto& retired = layouts().retired;
    const auto found = std::find_if(retired.begin(), retired.end(), [&](const RetiredForm& form) {
      return form.form == edition.at("form_code");
    });
    BOOST_TEST_REQUIRE((found != retired.end()));
    const std::string replaced = "replaced by ";
    const std::size_t at = edition.at("note").find(replaced);
    const std::string successor =
        at == std::string::npos ? "" : edition.at("note").substr(at + replaced.size(), 7);
    BOOST_TEST(found->successor == successor);
  }
  BOOST_TEST(layouts().retired.size() == old);
}

const Table& table_of(const std::string& key) {
  for (const Table& table : layouts().tables) {
    if (table.key == key) {
      return table;
    }
  }
  throw std::runtime_error("no table " + key);
}

BOOST_AUTO_TEST_CASE(the_prefectures_are_complete) {
  const Table& table = table_of("prefectures");
  const std::vector<Row> rows = spec_table("prefectures.csv");
  BOOST_TEST_REQUIRE(table.rows.size() == rows.size());
  BOOST_TEST(rows.size() == 47U);
  BOOST_TEST(!table.numeric);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    BOOST_TEST(table.rows[i].code == rows[i].at("code"));
    BOOST_TEST(table.rows[i].name == rows[i].at("name"));
    BOOST_TEST(table.find(rows[i].at("code")) == &table.rows[i]);
  }
  for (const char* code : {"00", "13", "20", "99", "1", "021", ""}) {
    BOOST_TEST(table.find(code) == nullptr);
  }
}

std::int64_t number(const std::string& digits) { return digits.empty() ? 0 : std::stoll(digits); }

BOOST_AUTO_TEST_CASE(the_grades_are_complete) {
  const Table& table = table_of("health_grades");
  const std::vector<Row> rows = spec_table("grades.csv");
  BOOST_TEST_REQUIRE(table.rows.size() == rows.size());
  BOOST_TEST(rows.size() == 50U);
  BOOST_TEST(table.numeric);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Table::Row& row = table.rows[i];
    BOOST_TEST_CONTEXT("grade " << rows[i].at("health_grade")) {
      BOOST_TEST(row.code == rows[i].at("standard_thousand_yen"));
      BOOST_TEST(row.number == number(rows[i].at("standard_thousand_yen")));
      BOOST_TEST(row.grade == number(rows[i].at("health_grade")));
      BOOST_TEST(row.pension_grade == number(rows[i].at("pension_grade")));
      BOOST_TEST(row.from == number(rows[i].at("from_yen")));
      BOOST_TEST(row.below == number(rows[i].at("below_yen")));
      const std::string wide = std::string(4 - row.code.size(), '0') + row.code;
      BOOST_TEST(table.find(wide) == &row);
    }
  }
  for (const char* code : {"0000", "0059", "1391", "9999"}) {
    BOOST_TEST(table.find(code) == nullptr);
  }
}

BOOST_AUTO_TEST_CASE(the_eras_are_those_of_section_3) {
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
  BOOST_TEST_REQUIRE(layouts().eras.size() == eras.size());
  for (std::size_t i = 0; i < eras.size(); ++i) {
    const kpfd::Era& era = layouts().eras[i];
    BOOST_TEST(era.code == eras[i].code);
    BOOST_TEST(era.key == eras[i].key);
    BOOST_TEST((era.from == parse_iso_date(eras[i].from)));
    BOOST_TEST((era.to == parse_iso_date(eras[i].to)));
    BOOST_TEST(era.first_year == eras[i].first_year);
  }
}

// --- section 1: the file around the records ------------------------------------------

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
    if (item.lost_marks) {
      text += " lost";
    }
    items.push_back(text);
    BOOST_TEST(item.number == item.column + 1);
  }
  return items;
}

const Receiver& receiver_of(const char* key) {
  const Receiver* const receiver = layouts().receiver(key);
  if (receiver == nullptr) {
    throw std::runtime_error("no receiver");
  }
  return *receiver;
}

using Items = std::vector<std::string>;

const Items office_place = {"N 3 R",
                            "N 4 R",
                            "J 1..75 R lost",
                            "J 1..50 R lost",
                            "J 1..25 R separated as-warning lost",
                            "N 2..5 R",
                            "N 1..4 R",
                            "N 4..5 R"};

Items joined(Items head, const Items& tail) {
  head.insert(head.end(), tail.begin(), tail.end());
  return head;
}

BOOST_AUTO_TEST_CASE(media_records_are_those_of_section_1) {
  const Items number = {"N 3 R 001..999", "N 8 R gregorian"};
  const Items symbol = {"N 2 R among prefectures", "N 2 R not 00|99", "AK 1..4 R not-zeros"};
  const Receiver& pension = receiver_of("SHFD");
  BOOST_TEST_REQUIRE(pension.media.size() == 2U);
  BOOST_TEST(pension.media[0].variant == "attorney");
  BOOST_TEST(pension.media[1].variant == "");
  BOOST_TEST(described(pension.media[1]) == joined(joined(symbol, number), {"N 5 R 22223"}),
             boost::test_tools::per_element());
  BOOST_TEST(described(pension.media[0]) ==
                 joined(joined({"N 0 O", "N 0 O", "N 8 R"}, number), {"N 5 R 22223"}),
             boost::test_tools::per_element());
  const Receiver& union_receiver = receiver_of("KPFD");
  BOOST_TEST_REQUIRE(union_receiver.media.size() == 1U);
  BOOST_TEST(described(union_receiver.media[0]) ==
                 joined(joined({"AN 1..10 R"}, number), Items(5, "JM 0..10 O")),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(office_records_are_those_of_section_1) {
  BOOST_TEST(
      described(receiver_of("SHFD").office) == joined({"N 2 R among prefectures", "N 2 R not 00|99",
                                                       "AK 1..4 R not-zeros", "N 1..5 R not-zeros"},
                                                      office_place),
      boost::test_tools::per_element());
  BOOST_TEST(described(receiver_of("KPFD").office) == joined({"AN 1..10 R"}, office_place),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_count_the_markers_the_names_and_the_limits) {
  BOOST_TEST(described(layouts().count) == (Items{"J 0..25 O", "N 1..3 R"}),
             boost::test_tools::per_element());
  BOOST_TEST(layouts().count.items[1].role == "office-count");
  BOOST_TEST(layouts().offices_marker == "[kanri]");
  BOOST_TEST(layouts().data_marker == "[data]");
  BOOST_TEST(layouts().receivers.size() == 2U);
  BOOST_TEST(receiver_of("SHFD").file == "SHFD0006.CSV");
  BOOST_TEST(receiver_of("KPFD").file == "KPFD0006.CSV");
  BOOST_TEST(receiver_of("KPFD").is_union);
  BOOST_TEST(!receiver_of("SHFD").is_union);
  BOOST_TEST_REQUIRE(layouts().refused.size() == 1U);
  BOOST_TEST(layouts().refused[0].key == "KNFD");
  BOOST_TEST(layouts().refused[0].file == "KNFD0006.CSV");
  BOOST_TEST_REQUIRE(layouts().sizes.size() == 1U);
  BOOST_TEST(layouts().sizes[0].check == "SIZE-KX");
  BOOST_TEST(layouts().sizes[0].from == 20971521U);
  BOOST_TEST((layouts().sizes[0].severity == kpfd::Severity::error));
  BOOST_TEST_REQUIRE(receiver_of("SHFD").sizes.size() == 1U);
  BOOST_TEST(receiver_of("SHFD").sizes[0].from == 4500000U);
  BOOST_TEST((receiver_of("SHFD").sizes[0].severity == kpfd::Severity::warning));
  BOOST_TEST(receiver_of("KPFD").sizes.empty());
}

BOOST_AUTO_TEST_CASE(the_items_that_name_an_office) {
  using Keys = std::vector<std::string>;
  BOOST_TEST(receiver_of("SHFD").office_key.items ==
                 (Keys{"prefecture_code", "district_code", "office_symbol"}),
             boost::test_tools::per_element());
  BOOST_TEST(receiver_of("SHFD").office_key.at == "office_symbol");
  BOOST_TEST(receiver_of("KPFD").office_key.items == (Keys{"union_office_number"}),
             boost::test_tools::per_element());
  BOOST_TEST(receiver_of("KPFD").office_key.at == "union_office_number");
}

// --- dates ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(every_era_belongs_to_a_date_and_every_existing_date_has_its_era) {
  for (const Record& record : layouts().records) {
    std::set<std::uint16_t> eras;
    for (const DateItems& date : record.dates) {
      const Item& era = record.items.at(date.era);
      BOOST_TEST(eras.insert(date.era).second);
      BOOST_TEST(era.key == date.key + "_era");
      if (date.day_date()) {
        BOOST_TEST(record.items.at(date.ymd).key == date.key + "_ymd");
      } else {
        BOOST_TEST(record.items.at(date.year).key == date.key + "_year");
        BOOST_TEST(record.items.at(date.month).key == date.key + "_month");
      }
    }
    for (const Item& item : record.items) {
      const bool is_era = item.key.size() > 4 && item.key.substr(item.key.size() - 4) == "_era";
      BOOST_TEST(is_era == (eras.count(item.column) != 0), item.key);
    }
  }
}

BOOST_AUTO_TEST_CASE(two_filings_are_the_same_by_the_date_of_their_form) {
  const std::map<std::string, Texts> dates = {
      {"2225700", {"applied_era", "applied_year", "applied_month"}},
      {"2221700", {"revision_era", "revision_year", "revision_month"}},
      {"2265700", {"paid_era", "paid_ymd"}},
      {"2200700", {"acquired_era", "acquired_ymd"}},
      {"2201700", {"lost_era", "lost_ymd"}}};
  for (const Record& record : layouts().records) {
    Texts expected = dates.at(record.form);
    expected.insert({"birth_era", "birth_ymd", "name_kana"});
    Texts found;
    for (const std::uint16_t column : record.same_filing.columns) {
      found.insert(record.items.at(column).key);
    }
    BOOST_TEST(found == expected, boost::test_tools::per_element());
    BOOST_TEST_REQUIRE(record.same_filing.number >= 0);
    BOOST_TEST(record.items.at(static_cast<std::size_t>(record.same_filing.number)).key ==
               "insured_number");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
