#include "tests/support/filings.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <stdexcept>

#include "kpfd/layout/words.hpp"
#include "kpfd/schemas.hpp"
#include "kpfd/text/repertoire.hpp"
#include "kpfd/text/utf8.hpp"
#include "tests/support/sources.hpp"

namespace kpfd_test {

using kpfd::layout::Item;
using kpfd::layout::Layouts;
using kpfd::layout::Receiver;
using kpfd::layout::Record;
using kpfd::layout::Scope;

namespace {

using Values = std::map<std::string, std::string>;

/// What stands in every record: the office and the person.
const Values& common_values() {
  static const Values values = {
      {"prefecture_code", "21"},
      {"district_code", "01"},
      {"office_symbol", "ｹｲﾄ"},
      {"office_number", "123"},
      {"insured_number", "12"},
      {"name_kana", "ｹﾝﾎﾟ ﾀﾛｳ"},
      {"name_kanji", "健保　太郎"},
      {"birth_era", "5"},
      {"birth_ymd", "600401"},
      {"union_office_number", "1001"},
      {"union_certificate_number", "12"},
  };
  return values;
}

/// Three months of pay; total and average count all of them.
const Values& months_of_300000() {
  static const Values values = {
      {"previous_health_standard", "0300"},
      {"previous_pension_standard", "0300"},
      {"previous_revision_era", "9"},
      {"previous_revision_year", "07"},
      {"previous_revision_month", "09"},
      {"pay_month_1", "04"},
      {"pay_month_2", "05"},
      {"pay_month_3", "06"},
      {"base_days_1", "30"},
      {"base_days_2", "31"},
      {"base_days_3", "30"},
      {"cash_1", "400000"},
      {"cash_2", "400000"},
      {"cash_3", "400000"},
      {"in_kind_1", "0"},
      {"in_kind_2", "0"},
      {"in_kind_3", "0"},
      {"sum_1", "400000"},
      {"sum_2", "400000"},
      {"sum_3", "400000"},
      {"total", "1200000"},
      {"average", "400000"},
  };
  return values;
}

Values values_of(const Record& record) {
  Values values = common_values();
  const auto add = [&](const Values& more) {
    for (const auto& [key, value] : more) {
      values[key] = value;
    }
  };
  values["form_code"] = record.form;
  if (record.form == "2225700") {
    add(months_of_300000());
    add({{"applied_era", "9"}, {"applied_year", "08"}, {"applied_month", "09"}});
  } else if (record.form == "2221700") {
    add(months_of_300000());
    add({{"revision_era", "9"},
         {"revision_year", "08"},
         {"revision_month", "07"},
         {"raise_month", "04"},
         {"raise_kind", "1"}});
  } else if (record.form == "2265700") {
    add({{"paid_era", "9"},
         {"paid_ymd", "080710"},
         {"cash", "500000"},
         {"in_kind", "0"},
         {"bonus_total", "500000"}});
  } else if (record.form == "2200700") {
    add({{"sex_class", "1"},
         {"acquisition_class", "1"},
         {"acquired_era", "9"},
         {"acquired_ymd", "060401"},
         {"has_dependents", "0"},
         {"cash", "300000"},
         {"in_kind", "0"},
         {"sum", "300000"},
         {"postal_parent", "105"},
         {"postal_child", "0001"},
         {"address_kana", "ﾐﾅﾄｸ 1-2"},
         {"address_kanji", "港区１－２"}});
  } else if (record.form == "2201700") {
    add({{"my_number", "123456789018"},
         {"lost_era", "9"},
         {"lost_ymd", "080401"},
         {"loss_cause", "4"},
         {"left_era", "9"},
         {"left_ymd", "080331"}});
  } else {
    throw std::runtime_error("no base record for form " + record.form);
  }
  return values;
}

std::string record_line(const Record& record, const Values& values) {
  std::vector<std::string> cells;
  for (const Item& item : record.items) {
    const auto found = values.find(item.key);
    const bool hidden = record.for_union && item.scope == Scope::pension;
    cells.push_back(found == values.end() || hidden ? "" : sjis(found->second));
  }
  return join(cells);
}

/// Keeps what the engine says.
class Keeper final : public kpfd::FindingSink {
 public:
  void finding(const kpfd::Finding& finding) override {
    Found found;
    found.line = finding.line;
    found.item = finding.item;
    found.severity = finding.severity;
    found.rule = finding.rule->id;
    found.form = finding.form;
    found.key = finding.item_name.key;
    found.hint = finding.hint;
    found.offset = finding.offset;
    found.length = finding.length;
    for (std::size_t i = 0; i < finding.parts.size; ++i) {
      const auto& entry = finding.parts.entries[i];
      if (entry.is_text) {
        found.texts.emplace_back(entry.text);
      } else {
        found.numbers.push_back(entry.number);
      }
    }
    findings.push_back(std::move(found));
  }
  std::vector<Found> findings;
};

}  // namespace

std::string sjis(std::string_view utf8) {
  kpfd::text::ShiftJisLine line;
  kpfd::text::to_shift_jis(utf8, line);
  return line.bytes;
}

std::string utf8(std::string_view shift_jis) {
  std::string out;
  kpfd::text::append_utf8(out, shift_jis);
  return out;
}

std::vector<std::string> split(std::string_view line) { return kpfd::layout::split(line, ','); }

std::string join(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) {
      line += ',';
    }
    line += cells[i];
  }
  return line;
}

const kpfd::Engine& engine() {
  static const kpfd::Engine made(kpfd::embedded_schemas());
  return made;
}

const Record& record_of(std::string_view form, std::string_view receiver,
                        std::string_view edition) {
  const Record* last = nullptr;
  for (const Record& record : engine().layouts().records) {
    const bool wanted = edition.empty() || record.edition == edition;
    if (record.form == form && record.receiver == receiver && wanted) {
      if (last == nullptr || record.edition > last->edition) {
        last = &record;
      }
    }
  }
  if (last == nullptr) {
    throw std::runtime_error("no layout of form " + std::string(form));
  }
  return *last;
}

std::vector<const Record*> all_lines() {
  const Layouts& layouts = engine().layouts();
  std::vector<const Record*> all;
  for (const Record& record : layouts.records) {
    all.push_back(&record);
  }
  for (const Receiver& receiver : layouts.receivers) {
    for (const Record& record : receiver.media) {
      all.push_back(&record);
    }
    all.push_back(&receiver.office);
  }
  all.push_back(&layouts.count);
  return all;
}

std::string title_of(const Record& record) {
  if (!record.form.empty()) {
    return record.form + " " + record.edition + " " + record.receiver;
  }
  std::string title = record.receiver.empty() ? record.key : record.receiver + " " + record.key;
  if (!record.variant.empty()) {
    title += " " + record.variant;
  }
  return title;
}

std::string Filing::text() const {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += lines[i] + (i + 1 == lines.size() ? last_end : end);
  }
  return text;
}

std::string Filing::cell(std::size_t line, std::size_t column) const {
  return split(lines.at(line)).at(column);
}

Filing& Filing::set(std::size_t line, std::size_t column, std::string_view value) {
  std::vector<std::string> cells = split(lines.at(line));
  cells.at(column) = value;
  lines[line] = join(cells);
  return *this;
}

Filing& Filing::set(std::string_view key, std::string_view value) {
  const std::vector<std::string> cells = split(lines.at(5));
  for (const Record& record : engine().layouts().records) {
    if (record.form != cells[0] || record.receiver != receiver ||
        record.items.size() != cells.size()) {
      continue;
    }
    const int column = record.column_of(key);
    if (column >= 0) {
      return set(5, static_cast<std::size_t>(column), value);
    }
  }
  throw std::runtime_error("no item " + std::string(key));
}

Filing filing_of(const Record& record) {
  Filing filing;
  filing.receiver = record.receiver;
  // An edition that has ended is filed while it holds.
  const std::string day = record.valid_to.known() ? "20240710" : "20260710";
  const std::string place =
      "100,0000,東京都千代田区霞が関１－２－２,健保サービス株式会社,健保　良一,03,1234,5678";
  if (record.for_union) {
    filing.lines.push_back("1001,001," + day + ",,,,,");
  } else {
    filing.lines.push_back(sjis("21,01,ｹｲﾄ,001," + day + ",22223"));
  }
  filing.lines.emplace_back("[kanri]");
  filing.lines.emplace_back(",001");
  filing.lines.push_back(sjis((record.for_union ? "1001," : "21,01,ｹｲﾄ,123,") + place));
  filing.lines.emplace_back("[data]");
  filing.lines.push_back(record_line(record, values_of(record)));
  return filing;
}

Filing filing_for(std::string_view receiver, std::string_view form) {
  return filing_of(record_of(form, receiver));
}

std::string Found::place() const {
  return std::to_string(line) + " " + std::to_string(item) + " " +
         std::string(kpfd::name_of(severity)) + " " + rule;
}

bool Found::operator==(const Found& other) const {
  return line == other.line && item == other.item && severity == other.severity &&
         rule == other.rule && form == other.form && key == other.key && hint == other.hint &&
         offset == other.offset && length == other.length && texts == other.texts &&
         numbers == other.numbers;
}

std::ostream& operator<<(std::ostream& out, const Found& found) {
  return out << found.place() << " at byte " << found.offset << ", " << found.length << " bytes";
}

std::vector<std::string> Checked::places() const {
  std::vector<std::string> places;
  for (const Found& found : findings) {
    places.push_back(found.place());
  }
  return places;
}

std::vector<std::string> Checked::at(std::uint64_t line, std::uint32_t item) const {
  std::vector<std::string> rules;
  for (const Found& found : findings) {
    if (found.line == line && found.item == item) {
      rules.push_back(std::string(kpfd::name_of(found.severity)) + " " + found.rule);
    }
  }
  return rules;
}

Checked check_source(kpfd::Source& source, const CheckArguments& arguments,
                     const kpfd::Engine& with) {
  Keeper keeper;
  kpfd::CheckOptions options;
  options.file_name = arguments.name;
  options.check_date = arguments.date;
  options.read_size = arguments.read_size;
  options.threads = arguments.threads;
  options.edition = arguments.edition;
  Checked checked;
  checked.summary = with.check(source, options, keeper);
  checked.findings = std::move(keeper.findings);
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  for (const Found& found : checked.findings) {
    errors += found.severity == kpfd::Severity::error ? 1U : 0U;
    warnings += found.severity == kpfd::Severity::warning ? 1U : 0U;
  }
  const bool done = checked.summary.verdict != kpfd::Verdict::unchecked;
  if (done && (checked.summary.errors != errors || checked.summary.warnings != warnings)) {
    BOOST_ERROR("the summary counts " << checked.summary.errors << " errors and "
                                      << checked.summary.warnings << " warnings, found were "
                                      << errors << " and " << warnings);
  }
  if (done && (checked.summary.verdict == kpfd::Verdict::reject) != (errors > 0)) {
    BOOST_ERROR("the verdict is " << kpfd::name_of(checked.summary.verdict) << " with " << errors
                                  << " errors");
  }
  return checked;
}

Checked check_text(std::string_view text, const CheckArguments& arguments,
                   const kpfd::Engine& with) {
  ExactSource source(text);
  Checked checked = check_source(source, arguments, with);
  if (checked.summary.verdict == kpfd::Verdict::unchecked) {
    BOOST_ERROR("could not be checked: " << checked.summary.reason);
  }
  if (checked.summary.bytes != text.size()) {
    BOOST_ERROR("the summary has " << checked.summary.bytes << " bytes instead of " << text.size());
  }
  return checked;
}

Checked check_filing(const Filing& filing) {
  return check_text(filing.text(), {filing.name(), check_date, 0});
}

namespace {

void expect_same(const std::vector<std::string>& found, const std::vector<std::string>& places) {
  if (found != places) {
    BOOST_ERROR("found:\n  " << listed(found) << "\nexpected:\n  " << listed(places));
  } else {
    BOOST_TEST(true);
  }
}

}  // namespace

void expect(const Checked& checked, const std::vector<std::string>& places) {
  expect_same(checked.places(), places);
}

void expect(const Filing& filing, const std::vector<std::string>& places) {
  expect(check_filing(filing), places);
}

void expect_all(const Checked& checked, std::vector<std::string> places) {
  std::vector<std::string> found = checked.places();
  std::sort(found.begin(), found.end());
  std::sort(places.begin(), places.end());
  expect_same(found, places);
}

void expect_all(const Filing& filing, const std::vector<std::string>& places) {
  expect_all(check_filing(filing), places);
}

std::string listed(const std::vector<std::string>& texts) {
  if (texts.empty()) {
    return "(nothing)";
  }
  std::string list;
  for (const std::string& text : texts) {
    list += (list.empty() ? "" : "\n  ") + text;
  }
  return list;
}

}  // namespace kpfd_test
