// Every item of every line, generated from the layouts so that none can be forgotten: a value that
// passes gives no finding of the item's own checks, and one that fails gives exactly the expected
// ones at exactly this item and its bytes. At the end each check that an item is asked must have
// had a filing in which nothing else was found.
#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd_test.hpp"
#include "tests/rules/vectors.hpp"
#include "tests/support/filings.hpp"

namespace {

using namespace kpfd_test;
using kpfd::Severity;
using kpfd::layout::Item;
using kpfd::layout::Need;
using kpfd::layout::Receiver;
using kpfd::layout::Record;
using kpfd::layout::Scope;
using kpfd::layout::Separator;
using kpfd::layout::Table;
using kpfd::layout::Type;
using kpfd::layout::ValueRange;
using namespace std::string_literals;

using Rules = std::vector<std::string>;

/// A line of a layout within a filing that has nothing wrong with it.
struct Place {
  const Record* record = nullptr;
  Filing filing;
  std::size_t line = 0;

  /// The checks of the item that have failed alone so far.
  mutable Rules alone = {};
};

Place place_of(const Record& record) {
  if (!record.form.empty()) {
    return {&record, filing_of(record), 5};
  }
  Place place{&record, filing_for(record.receiver.empty() ? "KPFD" : record.receiver), 0};
  if (record.key == "office") {
    place.line = 3;
  }
  if (record.key == "count") {
    place.line = 2;
  }
  if (record.variant == "attorney") {
    place.filing.lines[0] = ",,12345678,001,20260710,22223";
  }
  return place;
}

/// In a KPFD file a pension item has rules of its own.
bool is_hidden(const Record& record, const Item& item) {
  return record.for_union && item.scope == Scope::pension;
}

/// What decides which layout a line has cannot be wrong by itself: see the tests of the structure.
bool decides_layout(const Record& record, const Item& item) {
  return item.chosen || (!record.form.empty() && item.column == 0);
}

/// The checks that an item makes by itself, without looking at another one.
bool is_own(const std::string& rule, const Item& item) {
  static const std::set<std::string> own = {"NEED",
                                            "CHAR-NEC-ROW13",
                                            "CHAR-NEC-SELECTED",
                                            "CHAR-IBM",
                                            "CHAR-USER-DEFINED",
                                            "CHAR-UNASSIGNED",
                                            "CHAR-CONTROL",
                                            "CHAR-NOT-IN-SHIFT-JIS",
                                            "BYTE-WRONG-SECOND",
                                            "BYTE-TRUNCATED",
                                            "BYTE-NO-CHARACTER",
                                            "CHAR-COMPOSED",
                                            "QUOTE",
                                            "LENGTH",
                                            "TYPE",
                                            "TYPE-HALF-WIDTH",
                                            "TYPE-KANA-SYMBOL",
                                            "VALUES",
                                            "VALUES-REFUSED",
                                            "VALUES-DOUBTFUL",
                                            "ZEROS",
                                            "LEAST",
                                            "TABLE",
                                            "SEPARATOR-MISSING",
                                            "SEPARATOR-WIDTH",
                                            "SPACES-DOUBLE",
                                            "SPACES-END",
                                            "SPACE-HALF-WIDTH",
                                            "LOST-CHARACTER",
                                            "MY-NUMBER-DIGIT",
                                            "PENSION-GIVEN",
                                            "PENSION-REFUSED"};
  return own.count(rule) != 0 || (item.gregorian && rule == "DATE-EXISTS");
}

std::string rule_of(const std::string& severity_and_rule) {
  return severity_and_rule.substr(severity_and_rule.find(' ') + 1);
}

bool has_error(const Rules& rules) {
  return std::any_of(rules.begin(), rules.end(),
                     [](const std::string& rule) { return rule.rfind("error", 0) == 0; });
}

std::string visible(std::string_view value) {
  std::string text;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7F) {
      text += c;
    } else {
      const char* const digits = "0123456789ABCDEF";
      text += '\\';
      text += digits[byte >> 4];
      text += digits[byte & 15];
    }
  }
  return text;
}

/// Checks about characters stand at the character, the others at the whole item.
bool is_about_a_character(const std::string& rule) {
  return rule.rfind("CHAR-", 0) == 0 || rule.rfind("BYTE-", 0) == 0 || rule == "QUOTE" ||
         rule == "LOST-CHARACTER";
}

/// The findings at an item stand at its bytes.
void check_place(const Filing& filing, std::size_t line, const Item& item, const Found& found) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < line; ++i) {
    begin += filing.lines[i].size() + filing.end.size();
  }
  const std::vector<std::string> cells = split(filing.lines[line]);
  for (std::size_t column = 0; column < item.column; ++column) {
    begin += cells[column].size() + 1;
  }
  const std::size_t length = cells[item.column].size();
  const bool right = is_about_a_character(found.rule)
                         ? found.length > 0 && found.offset >= begin &&
                               found.offset + found.length <= begin + length
                         : found.offset == begin && found.length == length;
  if (!right || found.key != item.key) {
    BOOST_ERROR("item " << item.number << " " << item.key << ": " << found
                        << ", but the item is at byte " << begin << ", " << length << " bytes");
  }
}

bool is_alone(const Filing& filing, const std::string& finding) {
  const Checked checked = check_filing(filing);
  return checked.findings.size() == 1 && checked.findings[0].place() == finding;
}

/// What names an office stands in its record and in the data record alike: the finding comes in
/// both, and nowhere else.
bool is_alone_with_its_office(const Place& place, const Item& item, std::string_view value,
                              const std::string& rule) {
  const Receiver* const receiver = engine().layouts().receiver(place.filing.receiver);
  const auto& keys = receiver->office_key.items;
  const Record& record = record_of(split(place.filing.lines[5])[0], receiver->key);
  const int in_office = receiver->office.column_of(item.key);
  const int in_record = record.column_of(item.key);
  if (std::count(keys.begin(), keys.end(), item.key) == 0 || place.line < 3) {
    return false;
  }
  Filing filing = place.filing;
  filing.set(3, static_cast<std::size_t>(in_office), value);
  filing.set(5, static_cast<std::size_t>(in_record), value);
  const std::vector<std::string> places = check_filing(filing).places();
  return places ==
         std::vector<std::string>{
             "4 " + std::to_string(in_office + 1) + " " + rule,
             "6 " + std::to_string(record.items[static_cast<std::size_t>(in_record)].number) + " " +
                 rule};
}

/// Remembers a finding that came alone. Where the item cannot have a fault alone in the usual
/// record, the records of vectors.txt that pass are tried.
void remember(const Place& place, const Item& item, std::string_view value, const Filing& filing,
              const std::string& rule) {
  if (std::count(place.alone.begin(), place.alone.end(), rule) != 0) {
    return;
  }
  const std::string finding =
      std::to_string(place.line + 1) + " " + std::to_string(item.number) + " " + rule;
  bool alone = is_alone(filing, finding);
  if (!alone && place.line == 5) {
    for (const Vector& vector : written_vectors()) {
      if (alone || vector.record != place.record || !vector.expected.empty() ||
          vector.check_date != check_date) {
        continue;
      }
      Filing other = place.filing;
      other.lines[5] = join(cells_of(vector));
      alone = is_alone(other.set(5, item.column, value), finding);
    }
  }
  if (alone || is_alone_with_its_office(place, item, value, rule)) {
    place.alone.push_back(rule);
  }
}

/// Puts `value` into the item: these are the findings of its own checks. With an error nothing else
/// stands at the item, and nothing follows from it in other items but that it is given or not.
void probe(const Place& place, const Item& item, std::string_view value, Rules expected) {
  Filing filing = place.filing;
  filing.set(place.line, item.column, value);
  const Checked checked = check_filing(filing);
  const std::uint64_t line = place.line + 1;

  Rules found;
  for (const std::string& rule : checked.at(line, item.number)) {
    if (has_error(expected) || is_own(rule_of(rule), item)) {
      found.push_back(rule);
    }
  }
  std::sort(found.begin(), found.end());
  std::sort(expected.begin(), expected.end());
  if (found != expected) {
    BOOST_ERROR("item " << item.number << " " << item.key << " with <" << visible(value)
                        << ">\nfound:\n  " << listed(found) << "\nexpected:\n  "
                        << listed(expected));
    return;
  }
  if (expected.size() == 1) {
    remember(place, item, value, filing, expected.front());
  }
  for (const Found& other : checked.findings) {
    if (other.line == line && other.item == item.number) {
      check_place(filing, place.line, item, other);
      continue;
    }
    const bool date = other.rule.rfind("DATE-", 0) == 0 && other.rule != "DATE-FUTURE";
    if (is_own(other.rule, item) || (has_error(expected) && date)) {
      BOOST_ERROR("item " << item.number << " " << item.key << " with <" << visible(value)
                          << "> gives " << other << " elsewhere");
      return;
    }
  }
  BOOST_TEST(true);
}

std::string severity_of_separator(const Item& item) {
  return item.separator_severity == Severity::error ? "error" : "warning";
}

std::int64_t number_of(std::string_view digits) {
  std::int64_t number = 0;
  for (const char c : digits) {
    number = number * 10 + (c - '0');
  }
  return number;
}

std::string repeat(std::string_view text, std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) {
    out += text;
  }
  out.resize(bytes);
  return out;
}

/// A value, and what the item's own checks have to say about it.
struct Sample {
  std::string value;
  Rules expected;
};

/// A text of so many bytes in the item's characters, and right in everything else that it can be
/// right in.
Sample sample(const Item& item, std::size_t bytes) {
  if (!item.values.empty()) {
    for (const ValueRange& range : item.values.ranges) {
      for (const std::string& value : {range.low, range.high}) {
        if (value.size() == bytes && !item.doubtful.holds(value)) {
          return {value, {}};
        }
      }
    }
  }
  if (item.among != nullptr) {
    for (const Table::Row& row : item.among->rows) {
      if (row.code.size() == bytes) {
        return {row.code, {}};
      }
    }
  }
  if (item.my_number && bytes == 12) {
    return {"123456789018", {}};
  }
  if (item.gregorian && bytes == 8) {
    return {"20240229", {}};
  }
  Sample made;
  switch (item.type) {
    case Type::digits: {
      made.value = repeat("1", bytes);
      if (item.lengths.holds(bytes) && number_of(made.value) < item.least) {
        made.expected = {"error LEAST"};
      }
      break;
    }
    case Type::alphanumeric:
    case Type::alnum_or_kana:
    case Type::half_width:
      made.value = repeat("1Az", bytes);
      break;
    case Type::kana:
      made.value = repeat("\xB1", bytes);
      if (item.separator == Separator::half) {
        if (bytes >= 3) {
          made.value[bytes / 2] = ' ';
        } else {
          made.expected = {severity_of_separator(item) + " SEPARATOR-MISSING"};
        }
      }
      break;
    case Type::full_width:
      made.value = repeat("\x82\xA0", bytes / 2 * 2);
      if (item.separator == Separator::full) {
        if (bytes >= 6) {
          made.value.replace(2, 2, "\x81\x40");
        } else {
          made.expected = {severity_of_separator(item) + " SEPARATOR-MISSING"};
        }
      }
      if (bytes % 2 == 1) {
        made.value += 'A';
        made.expected.emplace_back("warning TYPE-HALF-WIDTH");
      }
      break;
    case Type::any:
      made.value = repeat("1-a", bytes);
      break;
  }
  return made;
}

// --- need --------------------------------------------------------------------

void need_is_as_declared(const Place& place, const Item& item) {
  probe(place, item, "", item.need == Need::required ? Rules{"error NEED"} : Rules{});
}

// --- length ------------------------------------------------------------------

void lengths_are_as_declared(const Place& place, const Item& item) {
  for (std::size_t bytes = 1; bytes <= item.lengths.most + 3U; ++bytes) {
    Sample made = sample(item, bytes);
    if (!item.lengths.holds(bytes)) {
      // Type and length are both told; what a check asks beyond is not.
      Rules expected = {"error LENGTH"};
      if (item.type == Type::full_width && bytes % 2 == 1) {
        expected.emplace_back("warning TYPE-HALF-WIDTH");
      }
      made.expected = expected;
    }
    probe(place, item, made.value, made.expected);
  }
  probe(place, item, sample(item, 1000).value, {"error LENGTH"});
}

// --- type --------------------------------------------------------------------

enum class Character : std::uint8_t { digit, letter, symbol, space, kana, kana_symbol, full };

Character kind_of(unsigned char byte) {
  if (byte >= '0' && byte <= '9') {
    return Character::digit;
  }
  if ((byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z')) {
    return Character::letter;
  }
  if (byte == ' ') {
    return Character::space;
  }
  if (byte < 0x7F) {
    return Character::symbol;
  }
  return byte <= 0xA5 ? Character::kana_symbol : Character::kana;
}

/// What the item's type says of a text that has one such character among its own ones.
Rules said_by_type(Type type, Character character) {
  const Rules error = {"error TYPE"};
  switch (type) {
    case Type::digits:
      return character == Character::digit ? Rules{} : error;
    case Type::alphanumeric:
    case Type::alnum_or_kana:  // among letters and digits
      return character == Character::digit || character == Character::letter ? Rules{} : error;
    case Type::kana:
      if (character == Character::kana_symbol) {
        return {"warning TYPE-KANA-SYMBOL"};
      }
      return character == Character::kana || character == Character::space ? Rules{} : error;
    case Type::half_width:
      return character == Character::full ? error : Rules{};
    case Type::full_width:
      return character == Character::full ? Rules{} : Rules{"warning TYPE-HALF-WIDTH"};
    case Type::any:
      break;
  }
  return {};
}

/// A text around the character that is right in everything but it, and has one of the item's
/// lengths where that can be.
std::string around(const Item& item, std::string_view character) {
  const bool full = item.type == Type::full_width;
  std::string filler = "1";
  if (item.type == Type::kana) {
    filler = "\xB1";
  }
  if (full) {
    filler = "\x82\xA0";
  }
  std::string head;
  if (item.separator == Separator::half) {
    head = "\xB1 \xB1";
  }
  if (item.separator == Separator::full) {
    head = "\x82\xA0\x81\x40\x82\xA0";
  }
  for (std::size_t bytes = item.lengths.most; bytes >= head.size() + character.size(); --bytes) {
    if (!item.lengths.holds(bytes)) {
      continue;
    }
    const std::size_t left = bytes - head.size() - character.size();
    if (full && left % 2 != 0) {
      continue;
    }
    const std::size_t behind = left >= filler.size() ? filler.size() : 0;
    return head + repeat(filler, left - behind) + std::string(character) + repeat(filler, behind);
  }
  return head + std::string(character);
}

/// Adds what the wrong length says, and takes what is asked only of a sound text out of the game.
Rules with_length(const Item& item, std::string_view value, Rules rules) {
  if (!item.lengths.holds(value.size())) {
    rules.emplace_back("error LENGTH");
  }
  return rules;
}

void every_permitted_half_width_character_is_judged_by_the_type(const Place& place,
                                                                const Item& item) {
  for (unsigned byte = 0x20; byte <= 0xDF; ++byte) {
    const bool permitted = byte < 0x7F || byte >= 0xA1;
    if (!permitted || byte == ',' || byte == '"' || byte == '?') {
      continue;
    }
    const Character character = kind_of(static_cast<unsigned char>(byte));
    const std::string value = around(item, std::string(1, static_cast<char>(byte)));
    Rules expected = with_length(item, value, said_by_type(item.type, character));
    if (item.half_space_refused && byte == ' ') {
      expected = {"error SPACE-HALF-WIDTH"};
    }
    if (!has_error(expected)) {
      // Digits in place of digits may still be another value than the allowed ones: tested below.
      if (item.type == Type::digits) {
        continue;
      }
      // The separator of a kana name at its place; one more beside it is tested below.
      if (byte == ' ' && item.separator == Separator::half) {
        continue;
      }
    }
    probe(place, item, value, expected);
  }
}

void full_width_characters_are_judged_by_the_type(const Place& place, const Item& item) {
  for (const std::string_view character :
       {"\x82\xA0", "\x82\x50", "\x82\x60", "\x83\x41", "\x88\xB1", "\x83\x5C", "\x95\x5C",
        "\x81\x5B", "\x81\x7C", "\x81\x40", "\xEA\xA4"}) {
    const bool space = character == "\x81\x40";
    const std::string value = around(item, character);
    Rules expected = with_length(item, value, said_by_type(item.type, Character::full));
    if (space && !has_error(expected) && value.substr(value.size() - 2) == character &&
        item.separator == Separator::full) {
      continue;
    }
    probe(place, item, value, expected);
  }
}

void letters_and_kana_do_not_mix(const Place& place, const Item& item) {
  if (item.type != Type::alnum_or_kana) {
    return;
  }
  probe(place, item, "\xB1\xB2\xDE\xDF", {});
  probe(place, item, "AZ09", {});
  probe(place, item, "az", {});
  probe(place, item,
        "\xB1"
        "1",
        {"error TYPE"});
  probe(place, item, "A\xB1", {"error TYPE"});
  probe(place, item, "\xB1 \xB1", {"error TYPE"});
  for (unsigned byte = 0xA1; byte <= 0xA5; ++byte) {
    const std::string symbol(1, static_cast<char>(byte));
    probe(place, item, "\xB1" + symbol, {"warning TYPE-KANA-SYMBOL"});
    probe(place, item, symbol, {"warning TYPE-KANA-SYMBOL"});
    probe(place, item, "A" + symbol, {"error TYPE"});
  }
}

// --- bytes -------------------------------------------------------------------

void control_characters_are_errors(const Place& place, const Item& item) {
  for (unsigned byte = 0; byte <= 0x7F; ++byte) {
    if ((byte >= 0x20 && byte != 0x7F) || byte == '\r' || byte == '\n') {
      continue;
    }
    if (byte == 0x1B) {
      continue;  // may begin an escape sequence: see the encodings
    }
    const std::string value = around(item, std::string(1, static_cast<char>(byte)));
    probe(place, item, value, with_length(item, value, {"error CHAR-CONTROL"}));
  }
}

void characters_that_are_not_permitted_are_named(const Place& place, const Item& item) {
  struct Named {
    std::string_view bytes;
    std::string_view rule;
  };
  static constexpr std::array<Named, 16> all = {{
      {"\x87\x40", "CHAR-NEC-ROW13"},
      {"\x87\x8A", "CHAR-NEC-ROW13"},
      {"\x87\x9C", "CHAR-NEC-ROW13"},
      {"\xED\x40", "CHAR-NEC-SELECTED"},
      {"\xEE\xFC", "CHAR-NEC-SELECTED"},
      {"\xFA\x40", "CHAR-IBM"},
      {"\xFB\xFC", "CHAR-IBM"},
      {"\xFC\x4B", "CHAR-IBM"},
      {"\xF0\x40", "CHAR-USER-DEFINED"},
      {"\xF9\xFC", "CHAR-USER-DEFINED"},
      {"\x81\xAD", "CHAR-UNASSIGNED"},
      {"\x85\x40", "CHAR-UNASSIGNED"},
      {"\x88\x9E", "CHAR-UNASSIGNED"},
      {"\x98\x73", "CHAR-UNASSIGNED"},
      {"\xEA\xA5", "CHAR-UNASSIGNED"},
      {"\xFC\x4C", "CHAR-UNASSIGNED"},
  }};
  for (const Named& named : all) {
    const std::string value = around(item, named.bytes);
    probe(place, item, value, with_length(item, value, {"error " + std::string(named.rule)}));
  }
}

void broken_bytes_stop_the_item(const Place& place, const Item& item) {
  // Neither length nor type nor separator is told beside them, whatever stands around.
  const std::string long_text(200, '1');
  probe(place, item,
        "\x83"
        "1",
        {"error BYTE-WRONG-SECOND"});
  probe(place, item, "\x83 ", {"error BYTE-WRONG-SECOND"});
  probe(place, item, "\xE0\x7F", {"error BYTE-WRONG-SECOND", "error CHAR-CONTROL"});
  probe(place, item, "\x83\xFD", {"error BYTE-WRONG-SECOND", "error BYTE-NO-CHARACTER"});
  probe(place, item,
        long_text +
            "\x83"
            "1",
        {"error BYTE-WRONG-SECOND"});
  for (const char* lead : {"\x81", "\x88", "\x9F", "\xE0", "\xEA", "\xFC"}) {
    probe(place, item, lead, {"error BYTE-TRUNCATED"});
    probe(place, item, "1"s + lead, {"error BYTE-TRUNCATED"});
    probe(place, item, "\x88\xB1"s + lead, {"error BYTE-TRUNCATED"});
  }
  for (const char* byte : {"\x80", "\xA0", "\xFD", "\xFE", "\xFF"}) {
    probe(place, item, byte, {"error BYTE-NO-CHARACTER"});
    probe(place, item, "1"s + byte + "1", {"error BYTE-NO-CHARACTER"});
  }
  probe(place, item,
        "\x80"
        "1\x83",
        {"error BYTE-NO-CHARACTER", "error BYTE-TRUNCATED"});
}

void quotes_are_told_once_an_item(const Place& place, const Item& item) {
  Rules expected = said_by_type(item.type, Character::symbol);
  expected.emplace_back("warning QUOTE");
  const std::string one = around(item, "\"");
  probe(place, item, one, with_length(item, one, expected));
  const std::string two = around(item, "\"\"");
  probe(place, item, two, with_length(item, two, expected));
}

// --- values ------------------------------------------------------------------

/// All texts of digits of one of the item's lengths, where these are few.
std::vector<std::string> all_short_texts(const Item& item) {
  std::vector<std::string> texts;
  for (std::size_t bytes = 1; bytes <= 4; ++bytes) {
    if (!item.lengths.holds(bytes)) {
      continue;
    }
    int count = 1;
    for (std::size_t i = 0; i < bytes; ++i) {
      count *= 10;
    }
    for (int number = 0; number < count; ++number) {
      std::string text = std::to_string(number);
      texts.push_back(std::string(bytes - text.size(), '0') + text);
    }
  }
  return texts;
}

bool is_one_of(const kpfd::layout::Values& values, const std::string& text) {
  return std::any_of(values.ranges.begin(), values.ranges.end(), [&](const ValueRange& range) {
    return range.low.size() == text.size() && range.low <= text && text <= range.high;
  });
}

void values_are_those_declared_and_no_others(const Place& place, const Item& item) {
  if (item.values.empty() && item.refused.empty() && item.doubtful.empty()) {
    return;
  }
  std::vector<std::string> texts = all_short_texts(item);
  // Four digits: not all ten thousand of them, but every neighbour of a value.
  for (const auto* values : {&item.values, &item.refused, &item.doubtful}) {
    for (const ValueRange& range : values->ranges) {
      for (const std::string& end : {range.low, range.high}) {
        texts.push_back(end);
        for (std::size_t at = 0; at < end.size(); ++at) {
          for (const int step : {-1, 1}) {
            std::string neighbour = end;
            neighbour[at] = static_cast<char>((end[at] - '0' + 10 + step) % 10 + '0');
            texts.push_back(neighbour);
          }
        }
      }
    }
  }
  if (std::any_of(texts.begin(), texts.end(), [](const auto& text) { return text.size() == 4; })) {
    texts.erase(std::remove_if(texts.begin(), texts.end(),
                               [&, n = 0](const std::string& text) mutable {
                                 return text.size() == 4 && ++n % 37 != 0 && n < 10000;
                               }),
                texts.end());
  }
  for (const std::string& text : texts) {
    Rules expected;
    if (!item.values.empty() && !is_one_of(item.values, text)) {
      expected.emplace_back("error VALUES");
    }
    if (is_one_of(item.refused, text)) {
      expected.emplace_back("error VALUES-REFUSED");
    }
    if (is_one_of(item.doubtful, text)) {
      expected.emplace_back("warning VALUES-DOUBTFUL");
    }
    probe(place, item, text, expected);
  }
}

void nothing_but_zeros_is_refused_where_declared(const Place& place, const Item& item) {
  if (item.type != Type::digits && item.type != Type::alnum_or_kana) {
    return;
  }
  if (!item.values.empty() || !item.refused.empty() || item.among != nullptr) {
    return;
  }
  if (item.least > 0 || item.my_number || item.gregorian) {
    return;
  }
  for (std::size_t bytes = 1; bytes <= item.lengths.most; ++bytes) {
    if (!item.lengths.holds(bytes)) {
      continue;
    }
    const std::string zeros(bytes, '0');
    probe(place, item, zeros, item.zeros_refused ? Rules{"error ZEROS"} : Rules{});
    for (std::size_t at = 0; at < bytes; ++at) {
      std::string one = zeros;
      one[at] = '1';
      probe(place, item, one, {});
    }
  }
}

void the_least_amount_is_the_declared_one(const Place& place, const Item& item) {
  if (item.least == 0) {
    return;
  }
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{1}, item.least - 1, item.least,
                                    item.least + 1, std::int64_t{9999999}}) {
    const std::string text = std::to_string(number);
    const Rules expected = number < item.least ? Rules{"error LEAST"} : Rules{};
    probe(place, item, text, expected);
    probe(place, item, std::string(item.lengths.most - text.size(), '0') + text, expected);
  }
}

void codes_are_those_of_the_table(const Place& place, const Item& item) {
  if (item.among == nullptr) {
    return;
  }
  for (const std::string& text : all_short_texts(item)) {
    const auto& rows = item.among->rows;
    const bool known = std::any_of(rows.begin(), rows.end(), [&](const Table::Row& row) {
      return item.among->numeric ? row.number == number_of(text) : row.code == text;
    });
    probe(place, item, text, known ? Rules{} : Rules{"warning TABLE"});
  }
}

void my_numbers_carry_their_check_digit(const Place& place, const Item& item) {
  if (!item.my_number) {
    return;
  }
  for (char digit = '0'; digit <= '9'; ++digit) {
    probe(place, item, "12345678901"s + digit,
          digit == '8' ? Rules{} : Rules{"warning MY-NUMBER-DIGIT"});
    // The remainders 0 and 1 both give the digit 0.
    probe(place, item, "00000000000"s + digit,
          digit == '0' ? Rules{} : Rules{"warning MY-NUMBER-DIGIT"});
  }
}

void days_of_the_gregorian_calendar_exist(const Place& place, const Item& item) {
  if (!item.gregorian) {
    return;
  }
  for (const char* day : {"20260710", "20240229", "20000229", "20261231", "20260101"}) {
    probe(place, item, day, {});
  }
  for (const char* day : {"20260230", "20250229", "19000229", "20261301", "20260001", "20260100",
                          "20260132", "20260431", "00000000", "99999999"}) {
    probe(place, item, day, {"error DATE-EXISTS"});
  }
}

// --- spaces ------------------------------------------------------------------

void names_have_a_half_width_separator(const Place& place, const Item& item) {
  if (item.separator != Separator::half) {
    return;
  }
  const std::string severity = severity_of_separator(item);
  const auto check = [&](std::string_view text, const Rules& expected) {
    probe(place, item, sjis(text), expected);
  };
  check("ｹﾝﾎﾟ ﾀﾛｳ", {});
  check("ｹ ﾀ", {});
  check("ｹﾝﾎﾟ ﾀ ﾛｳ", {});  // one at least
  check("ｹﾝﾎﾟﾀﾛｳ", {severity + " SEPARATOR-MISSING"});
  check("ｹ", {severity + " SEPARATOR-MISSING"});
  check("ｹﾝﾎﾟ  ﾀﾛｳ", {"error SPACES-DOUBLE"});
  check("ｹﾝﾎﾟ ﾀ  ﾛｳ", {"error SPACES-DOUBLE"});
  check("ｹﾝﾎﾟ    ﾀﾛｳ", {"error SPACES-DOUBLE"});
  check(" ｹﾝﾎﾟ ﾀﾛｳ", {"warning SPACES-END"});
  check("ｹﾝﾎﾟ ﾀﾛｳ ", {"warning SPACES-END"});
  check("   ｹﾝﾎﾟ ﾀﾛｳ  ", {"warning SPACES-END"});
  check(" ｹﾝﾎﾟﾀﾛｳ", {severity + " SEPARATOR-MISSING", "warning SPACES-END"});
  check("ｹﾝﾎﾟﾀﾛｳ  ", {severity + " SEPARATOR-MISSING", "warning SPACES-END"});
  check("ｹﾝﾎﾟ  ﾀﾛｳ ", {"error SPACES-DOUBLE", "warning SPACES-END"});
  // A full-width space in a kana name is no character of the type.
  check("ｹﾝﾎﾟ　ﾀﾛｳ", {"error TYPE"});
}

void names_have_a_full_width_separator(const Place& place, const Item& item) {
  if (item.separator != Separator::full) {
    return;
  }
  const std::string severity = severity_of_separator(item);
  const auto check = [&](std::string_view text, const Rules& expected) {
    probe(place, item, sjis(text), expected);
  };
  check("健保　太郎", {});
  check("健　太", {});
  check("健保　太　郎", {});
  check("健保太郎", {severity + " SEPARATOR-MISSING"});
  check("健", {severity + " SEPARATOR-MISSING"});
  check("健保　　太郎", {"error SPACES-DOUBLE"});
  check("健保　太　　郎", {"error SPACES-DOUBLE"});
  check("　健保　太郎", {"warning SPACES-END"});
  check("健保　太郎　", {"warning SPACES-END"});
  check("　　健保　太郎　　", {"warning SPACES-END"});
  check("健保太郎　", {severity + " SEPARATOR-MISSING", "warning SPACES-END"});
  check("　健保太郎", {severity + " SEPARATOR-MISSING", "warning SPACES-END"});
  // Of the wrong width: the same error, named as such, and nothing about the half-width character.
  if (severity == "error") {
    check("健保 太郎", {"error SEPARATOR-WIDTH"});
    check("健 保 太郎", {"error SEPARATOR-WIDTH"});
  } else {
    // Left out only where the separator is an error.
    check("健保 太郎", {"warning SEPARATOR-WIDTH", "warning TYPE-HALF-WIDTH"});
  }
  // Two in a row counts either width.
  check("健保  太郎", severity == "error"
                          ? Rules{"error SEPARATOR-WIDTH", "error SPACES-DOUBLE"}
                          : Rules{"warning SEPARATOR-WIDTH", "error SPACES-DOUBLE"});
  check("健保　 太郎", {"error SPACES-DOUBLE"});
  check("健保 　太郎", {"error SPACES-DOUBLE"});
  check("健保　太 　郎", {"error SPACES-DOUBLE"});
  // Beside a proper separator a half-width space is only the warning about half-width characters.
  check("健保　太 郎", {"warning TYPE-HALF-WIDTH"});
  check("健 保　太郎", {"warning TYPE-HALF-WIDTH"});
  // A character that is whole but not permitted does not stop the check of the separator.
  probe(place, item, "\xFB\xFC" + sjis("橋太郎"),
        {"error CHAR-IBM", severity + " SEPARATOR-MISSING"});
  probe(place, item, "\xFB\xFC" + sjis("橋　　太"), {"error CHAR-IBM", "error SPACES-DOUBLE"});
  probe(place, item, "\xFB\xFC" + sjis("橋　太郎"), {"error CHAR-IBM"});
}

void spaces_in_addresses_stand_alone(const Place& place, const Item& item) {
  if (!item.single_spaces) {
    return;
  }
  if (item.type == Type::half_width) {
    probe(place, item, "A B C", {});
    probe(place, item, "A  B", {"error SPACES-DOUBLE"});
    probe(place, item, "A   B  C", {"error SPACES-DOUBLE"});
    probe(place, item, "A B", {});
  } else {
    probe(place, item, sjis("港区　芝浦　１"), {});
    probe(place, item, sjis("港区　　芝浦"), {"error SPACES-DOUBLE"});
  }
}

void half_width_spaces_are_refused_where_declared(const Place& place, const Item& item) {
  if (!item.half_space_refused) {
    return;
  }
  probe(place, item, sjis("港区 芝浦"), {"error SPACE-HALF-WIDTH"});
  probe(place, item, sjis("港区芝浦 "), {"error SPACE-HALF-WIDTH"});
  probe(place, item, sjis("港区芝浦A"), {"warning TYPE-HALF-WIDTH"});
  probe(place, item, sjis("港区 芝浦A"), {"error SPACE-HALF-WIDTH", "warning TYPE-HALF-WIDTH"});
}

void lost_characters_are_told_where_declared(const Place& place, const Item& item) {
  const std::string value = around(item, "?");
  Rules expected = said_by_type(item.type, Character::symbol);
  if (item.lost_marks) {
    expected.emplace_back("warning LOST-CHARACTER");
  }
  probe(place, item, value, with_length(item, value, expected));
  if (item.lost_marks && item.type == Type::full_width) {
    // Only the half-width one.
    const std::string full = around(item, "\x81\x48");
    probe(place, item, full, with_length(item, full, {}));
  }
}

// --- pension items in a file for a union -------------------------------------

void a_pension_item_in_a_union_file_is_one_warning(const Place& place, const Item& item) {
  probe(place, item, "", {});
  const Rules given = {"warning PENSION-GIVEN"};
  for (const char* value : {"0", "2", "12", "123456789012345", "ABC", "\xB1\xB2", "\x82\xA0", " ",
                            "\"", "123456789018", "123456789010", "0000", "000000", "999999"}) {
    probe(place, item, value, given);
  }
  const bool refused = !item.refused_by_union.empty();
  probe(place, item, "1", refused ? Rules{"error PENSION-REFUSED"} : given);
  BOOST_TEST(refused == (item.key == "over_70_only"));
  // Broken or unpermitted bytes stay errors, without the warning.
  probe(place, item, "\x80", {"error BYTE-NO-CHARACTER"});
  probe(place, item, "1\x83", {"error BYTE-TRUNCATED"});
  probe(place, item,
        "\x83"
        "1",
        {"error BYTE-WRONG-SECOND"});
  probe(place, item, "\x87\x40", {"error CHAR-NEC-ROW13"});
  probe(place, item, "\xFB\xFC", {"error CHAR-IBM"});
  probe(place, item, "\x01", {"error CHAR-CONTROL"});
}

// --- the table ----------------------------------------------------------------

/// The checks that an item is asked, by what the layout says of it, and that can be found alone.
Rules asked_of(const Record& record, const Item& item) {
  Rules rules = {"error CHAR-CONTROL", "error BYTE-TRUNCATED", "error BYTE-NO-CHARACTER"};
  const auto add = [&](bool asked, const std::string& rule) {
    if (asked) {
      rules.push_back(rule);
    }
  };
  const bool hidden = is_hidden(record, item);
  add(hidden, "warning PENSION-GIVEN");
  add(hidden && !item.refused_by_union.empty(), "error PENSION-REFUSED");
  // Of two bytes, which an item of one byte has no room for.
  const bool roomy = hidden || item.lengths.most >= 2;
  add(roomy, "error CHAR-NEC-ROW13");
  add(roomy, "error CHAR-IBM");
  add(roomy, "error BYTE-WRONG-SECOND");
  add(roomy && !hidden, "error CHAR-NEC-SELECTED");
  add(roomy && !hidden, "error CHAR-USER-DEFINED");
  add(roomy && !hidden, "error CHAR-UNASSIGNED");
  if (hidden) {
    return rules;
  }
  const std::string severity = severity_of_separator(item);
  const bool separated = item.separator != Separator::none;
  add(item.need == Need::required, "error NEED");
  add(true, "error LENGTH");
  add(item.type != Type::full_width && item.type != Type::any, "error TYPE");
  add(item.type == Type::full_width, "warning TYPE-HALF-WIDTH");
  add(item.type == Type::kana || item.type == Type::alnum_or_kana, "warning TYPE-KANA-SYMBOL");
  add(item.type == Type::any || item.type == Type::half_width, "warning QUOTE");
  add(!item.values.empty(), "error VALUES");
  add(!item.refused.empty(), "error VALUES-REFUSED");
  add(!item.doubtful.empty(), "warning VALUES-DOUBTFUL");
  add(item.zeros_refused, "error ZEROS");
  add(item.least > 0, "error LEAST");
  add(item.among != nullptr, "warning TABLE");
  add(item.gregorian, "error DATE-EXISTS");
  add(item.my_number, "warning MY-NUMBER-DIGIT");
  add(separated, severity + " SEPARATOR-MISSING");
  add(item.separator == Separator::full && severity == "error", "error SEPARATOR-WIDTH");
  add(separated || item.single_spaces, "error SPACES-DOUBLE");
  add(separated, "warning SPACES-END");
  add(item.half_space_refused, "error SPACE-HALF-WIDTH");
  add(item.lost_marks && item.type == Type::half_width, "warning LOST-CHARACTER");
  return rules;
}

void no_check_lacks_a_filing(const Place& place, const Item& item) {
  BOOST_TEST(check_filing(place.filing).findings.empty(), "no filing passes");
  for (const std::string& rule : asked_of(*place.record, item)) {
    BOOST_TEST(std::count(place.alone.begin(), place.alone.end(), rule) == 1,
               "no filing fails with " << rule << " alone");
  }
}

// --- one case for each item --------------------------------------------------

using Test = void (*)(const Place&, const Item&);

struct NamedTest {
  const char* name;
  Test run;
};

constexpr std::array<NamedTest, 20> tests = {{
    {"need", need_is_as_declared},
    {"lengths", lengths_are_as_declared},
    {"half-width characters", every_permitted_half_width_character_is_judged_by_the_type},
    {"full-width characters", full_width_characters_are_judged_by_the_type},
    {"letters and kana", letters_and_kana_do_not_mix},
    {"control characters", control_characters_are_errors},
    {"characters not permitted", characters_that_are_not_permitted_are_named},
    {"broken bytes", broken_bytes_stop_the_item},
    {"quotes", quotes_are_told_once_an_item},
    {"values", values_are_those_declared_and_no_others},
    {"zeros", nothing_but_zeros_is_refused_where_declared},
    {"least", the_least_amount_is_the_declared_one},
    {"table", codes_are_those_of_the_table},
    {"My Number", my_numbers_carry_their_check_digit},
    {"Gregorian days", days_of_the_gregorian_calendar_exist},
    {"half-width separator", names_have_a_half_width_separator},
    {"full-width separator", names_have_a_full_width_separator},
    {"spaces in addresses", spaces_in_addresses_stand_alone},
    {"half-width spaces", half_width_spaces_are_refused_where_declared},
    {"lost characters", lost_characters_are_told_where_declared},
}};

void check_item_of(const Record& record, const Item& item) {
  const Place place = place_of(record);
  if (is_hidden(record, item)) {
    a_pension_item_in_a_union_file_is_one_warning(place, item);
    no_check_lacks_a_filing(place, item);
    return;
  }
  for (const NamedTest& test : tests) {
    if (test.run == nullptr) {
      continue;
    }
    BOOST_TEST_CONTEXT(test.name) test.run(place, item);
  }
  no_check_lacks_a_filing(place, item);
}

const bool registered = kpfd_test::at_start([] {
  using namespace boost::unit_test;
  auto* const suite = BOOST_TEST_SUITE("items");
  for (const Record* record : all_lines()) {
    for (const Item& item : record->items) {
      if (decides_layout(*record, item)) {
        continue;
      }
      suite->add(
          make_test_case([record, &item] { check_item_of(*record, item); },
                         title_of(*record) + " " + std::to_string(item.number) + " " + item.key,
                         __FILE__, __LINE__));
    }
  }
  framework::master_test_suite().add(suite);
});

BOOST_AUTO_TEST_SUITE(items_once)

BOOST_AUTO_TEST_CASE(the_cases_above_are_made_for_every_item_of_every_line) {
  BOOST_TEST(registered);
  std::size_t items = 0;
  for (const Record* record : all_lines()) {
    for (const Item& item : record->items) {
      items += decides_layout(*record, item) ? 0U : 1U;
    }
  }
  // Five forms, one of them in two editions, in SHFD (53 49 21 33 34 27) and in KPFD (with three
  // more each), without their codes; media 6 + 6 - 3 + 8, offices 12 + 9, count 2.
  BOOST_TEST(items == 217U - 6U + 217U + 18U - 6U + 17U + 21U + 2U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
