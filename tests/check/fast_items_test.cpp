// The quick look at a record never passes an item about which the thorough one has anything to say.
#include "kpfd/check/fast_items.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/check/item_checks.hpp"
#include "kpfd/grammar/lines.hpp"
#include "kpfd/layout/words.hpp"
#include "kpfd_test.hpp"
#include "own_schemas.hpp"
#include "tests/support/filings.hpp"
#include "tests/support/random.hpp"
#include "tests/support/sources.hpp"

namespace {

using namespace kpfd_test;
using kpfd::Cells;
using kpfd::ColumnSet;
using kpfd::check::Collector;
using kpfd::check::FastItems;
using kpfd::check::LineContext;
using kpfd::grammar::VectorUnits;
using kpfd::layout::Item;
using kpfd::layout::Record;
using kpfd::layout::Type;
using kpfd::layout::ValueRange;
using namespace std::string_literals;

class Counter final : public kpfd::FindingSink {
 public:
  void finding(const kpfd::Finding& finding) override { rules.push_back(finding.rule->id); }
  std::vector<std::string> rules;
};

/// What check_item() says of one cell.
std::vector<std::string> thorough(const Item& item, const LineContext& context) {
  Counter counter;
  Collector findings(own_schemas().checks(), counter);
  kpfd::check::check_item(item, context, findings);
  findings.flush();
  return counter.rules;
}

std::string visible(std::string_view value) {
  std::string text;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    const char* const digits = "0123456789ABCDEF";
    if (byte > 0x20 && byte < 0x7F) {
      text += c;
    } else {
      (text += '\\') += digits[byte >> 4];
      text += digits[byte & 15];
    }
  }
  return text;
}

/// A record's way of looking, and how often it was content.
class Look {
 public:
  explicit Look(const Record& record)
      : record_(record),
        best_(record),
        lower_{FastItems(record, VectorUnits::avx2), FastItems(record, VectorUnits::none)} {}

  void check(const std::vector<std::string>& cells) {
    const std::string text = join(cells) + "\r\n";
    ExactSource source(text);
    kpfd::grammar::LineReader reader(source, 0, text.size());
    kpfd::grammar::Line line;
    if (!reader.next(line) || line.cells.count != record_.items.size()) {
      BOOST_FAIL("a cell holds a separator");
    }
    LineContext context;
    context.number = line.number;
    context.cells = line.cells;
    context.record = &record_;
    ColumnSet empty;
    ColumnSet suspects;
    // Of exactly the size that is asked for, so that a sanitizer sees what is written beyond.
    std::vector<std::int64_t> numbers(line.cells.count);
    best_.look(line.cells, empty, suspects, numbers.data());
    for (const FastItems& lower : lower_) {
      check_way(lower, line.cells, {empty, suspects}, numbers, text);
    }
    for (std::size_t i = 0; i < record_.items.size(); ++i) {
      const Item& item = record_.items[i];
      if (empty[i] != cells[i].empty()) {
        BOOST_ERROR(item.key << " is taken for " << (empty[i] ? "empty" : "given"));
      }
      if (cells[i].empty() || suspects[i]) {
        continue;
      }
      const Item& number = record_.items[i];
      if (number.type == Type::digits && number.lengths.most <= kpfd::most_number_digits &&
          numbers[i] != std::stoll(cells[i])) {
        BOOST_ERROR(number.key << " has another number than it says");
      }
      ++passed_[i];
      const std::vector<std::string> rules = thorough(item, context);
      if (!rules.empty()) {
        BOOST_ERROR("item " << item.number << " " << item.key << " passes with <"
                            << visible(cells[i]) << "> in spite of " << rules[0]);
      }
    }
    for (std::size_t i = record_.items.size(); i < kpfd::most_columns; ++i) {
      if (empty[i] || suspects[i]) {
        BOOST_ERROR("a column behind the last one is told");
      }
    }
  }

  std::uint64_t passed() const {
    std::uint64_t sum = 0;
    for (const auto& [column, count] : passed_) {
      sum += count;
    }
    return sum;
  }

 private:
  struct Sets {
    const ColumnSet& empty;
    const ColumnSet& suspects;
  };

  /// A way that asks less of the processor says the same.
  void check_way(const FastItems& way, const Cells& cells, Sets best,
                 const std::vector<std::int64_t>& best_numbers, const std::string& text) const {
    ColumnSet empty;
    ColumnSet suspects;
    std::vector<std::int64_t> numbers(cells.count);
    way.look(cells, empty, suspects, numbers.data());
    if (best.empty.words != empty.words || best.suspects.words != suspects.words) {
      BOOST_ERROR("the ways differ on " << visible(text));
    }
    for (std::size_t i = 0; i < record_.items.size(); ++i) {
      const Item& item = record_.items[i];
      if (!empty[i] && !suspects[i] && item.type == Type::digits &&
          item.lengths.most <= kpfd::most_number_digits && numbers[i] != best_numbers[i]) {
        BOOST_ERROR(item.key << " has another number by another way");
      }
    }
  }

  const Record& record_;
  FastItems best_;
  std::array<FastItems, 2> lower_;  ///< for processors that have less
  std::map<std::size_t, std::uint64_t> passed_;
};

/// Texts that are right, nearly right and wrong, for one item.
class Texts {
 public:
  Texts(const Item& item, std::uint32_t seed) : item_(item), random_(seed) {}

  std::string next() {
    std::string text = base();
    for (std::uint32_t i = random_.below(4); i > 0; --i) {
      mutate(text);
    }
    for (char& c : text) {
      if (c == ',' || c == '\r' || c == '\n') {
        c = '.';
      }
    }
    return text;
  }

 private:
  std::string base() {
    if (!item_.values.empty() && !random_.one_in(3)) {
      const ValueRange& range = random_.of(item_.values.ranges);
      return random_.one_in(2) ? range.low : range.high;
    }
    if (item_.among != nullptr && !random_.one_in(3)) {
      return random_.of(item_.among->rows).code;
    }
    if (item_.my_number && random_.one_in(2)) {
      return "123456789018";
    }
    std::size_t size = random_.below(item_.lengths.most + 3U);
    if (random_.one_in(2)) {
      size = item_.lengths.most;
    }
    if (random_.one_in(8)) {
      size = item_.lengths.least;
    }
    static const std::vector<std::string_view> half = {"0",    "1", "9", "A", "z",    "-",
                                                       "\xB1", " ", "?", "(", "\xA2", "\xDF"};
    static const std::vector<std::string_view> kana = {"\xA6", "\xB1", "\xDF", "\xB1", " "};
    static const std::vector<std::string_view> full = {"\x82\xA0", "\x88\x9F", "\x81\x40",
                                                       "\x95\x5C", "\xEA\xA4", "\x84\xBE"};
    static const std::vector<std::string_view> digits = {"0", "0", "1", "2", "9"};
    const std::vector<std::string_view>* alphabet = &half;
    switch (item_.type) {
      case Type::digits:
        alphabet = &digits;
        break;
      case Type::kana:
        alphabet = &kana;
        break;
      case Type::full_width:
        alphabet = &full;
        break;
      case Type::alnum_or_kana:
        alphabet = random_.one_in(2) ? &kana : &half;
        break;
      default:
        break;
    }
    if (random_.one_in(12)) {
      alphabet = random_.one_in(2) ? &half : &full;
    }
    std::string text;
    while (text.size() < size) {
      text += random_.of(*alphabet);
    }
    return text;
  }

  void mutate(std::string& text) {
    static const std::vector<std::string_view> odd = {
        "\x80", "\xA0", "\xFD",     "\x83",     "\x87\x40", "\xFB\xFC", "\xF0\x40", "\"",
        "?",    " ",    "\x81\x40", "\x81\xAD", "\xA1",     "\x01",     "\x7F",     "\x1A"};
    const std::size_t at = random_.below(text.size() + 1);
    switch (random_.below(6)) {
      case 0:
        text.insert(at, random_.of(odd));
        break;
      case 1:
        text.insert(at, 1, random_.byte());
        break;
      case 2:
        if (at < text.size()) {
          text[at] = random_.byte();
        }
        break;
      case 3:
        if (at < text.size()) {
          text.erase(at, 1);
        }
        break;
      case 4:
        if (at < text.size()) {
          text[at] = static_cast<char>(text[at] ^ (1 << random_.below(8)));
        }
        break;
      default:
        text.insert(at, random_.one_in(2) ? " " : "\x81\x40");
        break;
    }
  }

  const Item& item_;
  Random random_;
};

/// A cell of each item; one in six is empty.
std::vector<std::string> some_cells(std::vector<Texts>& texts, Random& random) {
  std::vector<std::string> cells;
  for (Texts& text : texts) {
    cells.push_back(random.one_in(6) ? "" : text.next());
  }
  return cells;
}

std::vector<std::string> right_cells(const Record& record) {
  if (!record.form.empty()) {
    return split(filing_of(record).lines[5]);
  }
  const Filing filing = filing_for(record.receiver.empty() ? "KPFD" : record.receiver);
  if (record.key == "office") {
    return split(filing.lines[3]);
  }
  if (record.key == "count") {
    return split(filing.lines[2]);
  }
  return record.variant.empty() ? split(filing.lines[0]) : split(",,12345678,001,20260710,22223");
}

void check_record(const Record& record) {
  Look look(record);
  const std::vector<std::string> right = right_cells(record);
  look.check(right);
  // One item at a time, so that each stands beside right ones.
  for (std::size_t i = 0; i < record.items.size(); ++i) {
    Texts texts(record.items[i], static_cast<std::uint32_t>(i));
    std::vector<std::string> cells = right;
    for (int round = 0; round < 600; ++round) {
      cells[i] = texts.next();
      look.check(cells);
    }
    // Every single byte, by itself and behind others.
    for (int byte = 0; byte < 256; ++byte) {
      if (byte == ',' || byte == '\r' || byte == '\n') {
        continue;
      }
      cells[i] = std::string(1, static_cast<char>(byte));
      look.check(cells);
      cells[i] = right[i] + static_cast<char>(byte);
      look.check(cells);
    }
  }
  // All of them at once.
  Random random(99);
  std::vector<Texts> texts;
  for (const Item& item : record.items) {
    texts.emplace_back(item, random.below(1000000));
  }
  for (int round = 0; round < 1500; ++round) {
    look.check(some_cells(texts, random));
  }
  // If nothing ever passed, nothing was tested.
  BOOST_TEST(look.passed() > 1000U);
}

/// Short texts of digits, all of them.
void check_digits(const Record& record) {
  Look look(record);
  const std::vector<std::string> right = right_cells(record);
  std::vector<std::string> cells = right;
  for (std::size_t size = 1; size <= 4; ++size) {
    int count = 1;
    for (std::size_t i = 0; i < size; ++i) {
      count *= 10;
    }
    for (int number = 0; number < count; number += size == 4 ? 7 : 1) {
      std::string text = std::to_string(number);
      text.insert(0, size - text.size(), '0');
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (record.items[i].type == Type::digits) {
          cells[i] = text;
        }
      }
      look.check(cells);
    }
  }
}

/// An item as some union's schemas may declare it one day: what today's do not combine, too.
Item made_up_item(Random& random, const kpfd::layout::Table& table) {
  Item item;
  item.key = "made_up";
  item.name = "made up";
  item.need = kpfd::layout::Need::optional;
  item.type =
      random.of(std::vector<Type>(kpfd::layout::all_types.begin(), kpfd::layout::all_types.end()));
  static const std::vector<std::string> lengths = {"1",    "2",      "4",     "8",     "9",
                                                   "1..2", "1..40",  "0|2|4", "0..8",  "2..6",
                                                   "12",   "1..127", "1..18", "20..40"};
  item.lengths = kpfd::layout::parse_lengths(random.of(lengths));
  const bool digits = item.type == Type::digits;
  const auto range = [&] {
    static const std::vector<std::string> ranges = {
        "0..7", "1",         "9",    "00..31", "01|07|40", "0..9", "00|99",
        "A..C", "0000|0005", "0000", "05",     "33|35",    "ab",   "17..31"};
    return kpfd::layout::parse_values(random.of(ranges));
  };
  if (random.one_in(3)) {
    item.values = range();
  }
  if (random.one_in(4)) {
    item.refused = range();
  }
  if (random.one_in(6)) {
    item.doubtful = range();
  }
  if (random.one_in(8) && item.lengths.most <= 18) {
    item.among = &table;
  }
  item.zeros_refused = random.one_in(4);
  item.single_spaces = random.one_in(4);
  item.half_space_refused = random.one_in(6);
  item.lost_marks = random.one_in(3);
  if (random.one_in(3)) {
    item.separator =
        random.one_in(2) ? kpfd::layout::Separator::half : kpfd::layout::Separator::full;
  }
  if (digits && item.lengths.most <= 18 && random.one_in(4)) {
    item.least = random.one_in(2) ? 1 : 1000;
  }
  if (digits && item.lengths.most == 12 && item.lengths.fixed()) {
    item.my_number = random.one_in(2);
  }
  if (digits && item.lengths.most == 8 && item.lengths.fixed()) {
    item.gregorian = random.one_in(3);
  }
  return item;
}

const bool registered = kpfd_test::at_start([] {
  using namespace boost::unit_test;
  auto* const suite = BOOST_TEST_SUITE("fast_items");
  const kpfd::layout::Layouts& layouts = own_schemas().layouts();
  std::vector<const Record*> all;
  for (const Record& record : layouts.records) {
    all.push_back(&record);
  }
  for (const auto& receiver : layouts.receivers) {
    for (const Record& record : receiver.media) {
      all.push_back(&record);
    }
    all.push_back(&receiver.office);
  }
  all.push_back(&layouts.count);
  for (const Record* record : all) {
    suite->add(make_test_case([record] { check_record(*record); }, title_of(*record) + " texts",
                              __FILE__, __LINE__));
    suite->add(make_test_case([record] { check_digits(*record); }, title_of(*record) + " digits",
                              __FILE__, __LINE__));
  }
  framework::master_test_suite().add(suite);
});

BOOST_AUTO_TEST_SUITE(fast_items_once)

BOOST_AUTO_TEST_CASE(the_cases_above_are_registered) { BOOST_TEST(registered); }

/// The quick look once took digits that were to have a separator.
BOOST_AUTO_TEST_CASE(digits_that_are_to_have_a_separator_are_looked_at) {
  Record record;
  for (std::uint16_t column = 0; column < 9; ++column) {
    Item item;
    item.key = "digits";
    item.type = Type::digits;
    item.lengths = kpfd::layout::parse_lengths("1..4");
    item.separator = kpfd::layout::Separator::half;
    item.number = static_cast<std::uint16_t>(column + 1);
    item.column = column;
    record.items.push_back(item);
  }
  Look look(record);
  look.check({"1", "12", "123", "1234", "0", "00", "9", "99", "999"});
  BOOST_TEST(look.passed() == 0U);
}

/// Whatever schemas declare: the quick look asks all of it, or leaves the item to the thorough one.
BOOST_AUTO_TEST_CASE(items_of_made_up_layouts) {
  kpfd::layout::Table table;
  table.key = "numbers";
  table.numeric = true;
  for (const int number : {0, 5, 7, 40}) {
    kpfd::layout::Table::Row row;
    row.code = std::to_string(number);
    row.number = number;
    table.rows.push_back(row);
  }
  Random random(2026);
  std::uint64_t passed = 0;
  for (int layout = 0; layout < 400; ++layout) {
    Record record;
    const std::size_t count = 1 + random.below(random.one_in(8) ? 90 : 12);
    for (std::size_t i = 0; i < count; ++i) {
      record.items.push_back(made_up_item(random, table));
      record.items.back().number = static_cast<std::uint16_t>(i + 1);
      record.items.back().column = static_cast<std::uint16_t>(i);
    }
    Look look(record);
    std::vector<Texts> texts;
    for (const Item& item : record.items) {
      texts.emplace_back(item, random.below(1000000));
    }
    for (int round = 0; round < 40; ++round) {
      const std::vector<std::string> cells = some_cells(texts, random);
      // A line of one empty cell is a blank line.
      if (count > 1 || !cells[0].empty()) {
        look.check(cells);
      }
    }
    passed += look.passed();
  }
  BOOST_TEST(passed > 1000U);
}

/// A finding is the same whether or not other items of the record sent it to the thorough path.
BOOST_AUTO_TEST_CASE(an_items_findings_do_not_depend_on_the_other_items) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    Filing filing = filing_for(receiver, "2225700");
    filing.set("remarks", "\x80");
    const std::vector<std::string> alone = {"6 52 error BYTE-NO-CHARACTER"};
    expect(filing, alone);
    filing.set("cash_1", "A").set("name_kanji", sjis("健保太郎"));
    expect(filing,
           {"6 7 error SEPARATOR-MISSING", "6 28 error TYPE", "6 52 error BYTE-NO-CHARACTER"});
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
