// What the files under schemas/layouts/ and schemas/tables/ say, as plain data.
//
// Nothing here knows the name of a form or of an item: a layout is whatever its XML says. A
// `Record` is a layout made ready for one receiver (KPFD or SHFD): its columns are the columns of
// the file.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/calendar/calendar.hpp"
#include "kpfd/finding.hpp"

namespace kpfd::layout {

/// Where a declaration stands, for messages about the schemas themselves.
struct Place {
  std::string file;
  std::uint32_t line = 0;    ///< from 1
  std::uint32_t column = 0;  ///< from 1, in bytes
};

/// The item types of the specification, by the characters that they take.
enum class Type : std::uint8_t {
  digits,         ///< N
  alphanumeric,   ///< AN
  alnum_or_kana,  ///< AK: only digits and Latin letters, or only half-width kana
  kana,           ///< K: half-width kana and the half-width space
  half_width,     ///< AKS: half-width letters, digits, kana, symbols, spaces
  full_width,     ///< J
  any,            ///< JM
};

inline constexpr std::array all_types = {Type::digits, Type::alphanumeric, Type::alnum_or_kana,
                                         Type::kana,   Type::half_width,   Type::full_width,
                                         Type::any};

/// The code by which the specification calls a type: `AKS`.
constexpr std::string_view code_of(Type type) {
  constexpr std::array<std::string_view, all_types.size()> codes = {"N",   "AN", "AK", "K",
                                                                    "AKS", "J",  "JM"};
  return codes[static_cast<std::size_t>(type)];
}

enum class Need : std::uint8_t { required, optional, conditional };

/// For whom a column is meant.
enum class Scope : std::uint8_t { both, pension, union_only };

enum class Separator : std::uint8_t { none, half, full };
enum class Unit : std::uint8_t { none, yen, thousand_yen };

/// Longest length, in bytes, that an item may be declared with.
inline constexpr std::size_t longest_item = 127;

/// The lengths an item may have, in Shift_JIS bytes, beside 0 of an item that may be left empty.
struct Lengths {
  std::bitset<longest_item + 1> allowed;
  std::uint16_t least =
      0;  ///< the smallest allowed length above 0; 0 for an item that is always empty
  std::uint16_t most = 0;
  std::string text;  ///< as declared: `1..7`, `0|2|4`

  bool holds(std::size_t bytes) const { return bytes <= longest_item && allowed[bytes]; }
  bool fixed() const { return least == most; }
};

/// One alternative of `values`: the texts from `low` to `high`, all of one width; low == high for a
/// single value.
struct ValueRange {
  std::string low;
  std::string high;
};

struct Values {
  std::vector<ValueRange> ranges;
  std::string text;  ///< as declared: `17..31`, `1|3|5`

  bool empty() const { return ranges.empty(); }
  bool holds(std::string_view cell) const;
};

/// A table such as the prefectures: what `among` compares with.
struct Table {
  std::string key;
  bool numeric = false;  ///< compare as numbers (`0058` is `58`), else as text
  struct Row {
    std::string code;
    std::string name;
    std::int64_t number = 0;         ///< code as a number, where numeric
    std::int64_t grade = 0;          ///< 0: the table has no grades
    std::int64_t pension_grade = 0;  ///< 0: none
    std::int64_t from = 0;
    std::int64_t below = 0;  ///< 0: no upper bound
  };
  std::vector<Row> rows;

  const Row* find(std::string_view cell) const;
};

/// One item (項番) of a record.
struct Item {
  std::string key;
  std::string name;          ///< Japanese
  std::string name_en;       ///< from the key where the XML says nothing
  std::uint16_t number = 0;  ///< 項番, from 1
  std::uint16_t column = 0;  ///< from 0, in the file
  Type type = Type::any;
  Lengths lengths;
  Need need = Need::optional;
  Scope scope = Scope::both;
  Values values;
  Values refused;   ///< values that are errors: `not`
  Values doubtful;  ///< values that deserve a warning
  bool zeros_refused = false;
  std::int64_t least = 0;        ///< smallest amount allowed; 0: none
  const Table* among = nullptr;  ///< a value outside it is a warning; not owned
  Separator separator = Separator::none;
  Severity separator_severity = Severity::error;
  bool single_spaces = false;  ///< no two spaces in a row
  bool half_space_refused = false;
  bool gregorian = false;   ///< YYYYMMDD, an existing day
  bool my_number = false;   ///< carries My Number's check digit
  bool lost_marks = false;  ///< `?` stands where a character was lost
  bool chosen = false;      ///< decides whether a variant of a header holds
  Unit unit = Unit::none;
  bool open_to_profile = false;  ///< a union's profile may say what it means and how it is checked
  std::string refused_by_union;  ///< in a KPFD file this text in a pension item is an error
  std::string role;  ///< what the file structure uses it for: `office-count`, `creation-date`,
                     ///< `media-number`
  std::string source;
  std::string meaning;  ///< what the codes mean, `1 昇給|2 降給`; empty: nothing to say

  bool optional() const { return need != Need::required; }
};

/// A date told by several items: an era digit and YYMMDD, or era, year and month.
struct DateItems {
  static constexpr std::uint16_t none = 0xFFFF;
  std::string key;
  std::uint16_t era = none;   ///< columns
  std::uint16_t year = none;  ///< `year` and `month` of a year-and-month date, else none
  std::uint16_t month = none;
  std::uint16_t ymd = none;  ///< of a day date, else none
  bool day_date() const { return ymd != none; }
};

/// Most dates that a record may declare.
inline constexpr std::size_t most_dates = 64;

/// A run of items said once with `<repeat>`: `cash` stands for `cash_1`, `cash_2`, `cash_3`.
struct Group {
  std::string key;
  std::vector<std::uint16_t> columns;
};

/// A place in a file that is known.
struct Spot {
  std::uint32_t line = 0;    ///< from 1
  std::uint32_t column = 0;  ///< from 1, in bytes
};

/// A character of a rule's text that the file says in another way: `<` as `&lt;`.
struct Written {
  std::uint32_t offset = 0;  ///< in the text
  std::uint32_t bytes = 1;   ///< in the file
  bool ends_line = false;    ///< there it is the end of a line
};

/// Lines of a text => one line, with one space between its words.
std::string one_line(std::string_view lines);

/// The text of a rule or of a named expression, not yet understood; the rule language does that.
struct RuleText {
  std::string id;  ///< of a rule; the name of a `<let>`
  bool let = false;
  Severity severity = Severity::error;
  std::string at;  ///< key of the item that a finding is reported at; empty: item 0
  std::string text;
  std::string when;       ///< attribute `when`; empty: always
  std::string receivers;  ///< `KPFD`, `SHFD`; empty: both
  std::string good;       ///< example texts for people and for the maker of samples
  std::string bad;
  std::string source;
  std::string message;            ///< what a finding says where the catalogues know no such rule
  std::string message_en;         ///< the same in English
  bool reported_if_true = false;  ///< the finding comes where the text holds, not where it fails
  Place place;                    ///< of the first character of `text`
  Spot when_spot;                 ///< of the first character of `when`
  Spot element;
  std::vector<Written> written;  ///< characters of `text` that are longer in the file
  std::vector<Written> when_written;

  /// A place in the file of the rule.
  Place at_spot(Spot spot) const { return {place.file, spot.line, spot.column}; }

  /// What must hold, in one line: `(when) implies (text)`, `not (text)` if it is reported if true.
  std::string condition() const;
};

/// What makes two records of a form the same filing of the same person; the office belongs to it,
/// too.
struct SameFiling {
  std::vector<std::uint16_t> columns;  ///< equal texts in all of these
  int number = -1;                     ///< and in this column, where both have text; -1: not asked
};

/// A line's layout for one receiver: a data record, or a header line.
struct Record {
  std::string form;     ///< form code; "" for a header line
  std::string key;      ///< `bonus`, `media`, `office`, `count`
  std::string variant;  ///< of a header: `attorney`
  std::string name;
  std::string name_en;
  std::string edition;
  std::string receiver;    ///< `KPFD`, `SHFD`; "" for a header of both
  bool for_union = false;  ///< pension items are to be left empty
  CivilDate valid_from;    ///< no_date: always
  CivilDate valid_to;
  std::vector<Item> items;  ///< by column
  std::vector<DateItems> dates;
  std::vector<Group> groups;
  SameFiling same_filing;       ///< no columns: not asked
  std::vector<RuleText> rules;  ///< and lets, in the order of the file
  Place place;

  /// Column of an item's key, or -1.
  int column_of(std::string_view item_key) const;
};

struct RetiredForm {
  std::string form;
  std::string name;
  std::string name_en;
  std::string successor;  ///< form code; "": not one of the forms taken
};

struct OfficeKey {
  std::vector<std::string> items;
  std::string at;  ///< where a record that names no office is reported
};

struct SizeLimit {
  std::string check;
  Severity severity = Severity::error;
  std::uint64_t from = 0;  ///< bytes: a finding from this size on
};

/// Who a file is for.
struct Receiver {
  std::string key;   ///< KPFD, SHFD
  std::string file;  ///< the exact file name, compared without case
  std::string name;
  std::string name_en;
  bool is_union = false;
  std::vector<Record> media;  ///< variants first, the ordinary record last
  Record office;
  OfficeKey office_key;
  std::vector<SizeLimit> sizes;
};

/// A kind of file that is recognised by its name and refused.
struct RefusedKind {
  std::string key;
  std::string file;
  std::string name;
  std::string name_en;
};

/// All that schemas/layouts and schemas/tables say.
struct Layouts {
  /// First, as items point into it: it never grows after loading, and the compiled form reads it
  /// before any item.
  std::vector<Table> tables;
  std::vector<Era> eras;
  std::string offices_marker;  ///< `[kanri]`
  std::string data_marker;     ///< `[data]`
  Record count;
  std::vector<Receiver> receivers;
  std::vector<RefusedKind> refused;
  std::vector<RetiredForm> retired;
  std::vector<SizeLimit> sizes;
  std::vector<Record> records;  ///< every form and edition for every receiver

  const Receiver* receiver(std::string_view key) const;
};

}  // namespace kpfd::layout
