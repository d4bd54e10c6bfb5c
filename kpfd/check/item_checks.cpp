#include "kpfd/check/item_checks.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "kpfd/text/repertoire.hpp"

namespace kpfd::check {

namespace {

using layout::Item;
using layout::Separator;
using layout::Type;
using text::CharClass;

constexpr std::size_t char_classes = static_cast<std::size_t>(CharClass::no_character) + 1;
constexpr std::uint16_t full_width_space = 0x8140;

/// The check that names a class of characters.
constexpr std::array<Check, char_classes> check_of_class = {Check::type,  // permitted: never asked
                                                            Check::char_nec_row13,
                                                            Check::char_nec_selected,
                                                            Check::char_ibm,
                                                            Check::char_user_defined,
                                                            Check::char_unassigned,
                                                            Check::char_control,
                                                            Check::char_not_in_shift_jis,
                                                            Check::byte_wrong_second,
                                                            Check::byte_truncated,
                                                            Check::byte_no_character};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_kana(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0xA6 && byte <= 0xDF;
}
bool is_kana_symbol(char c) {  // ｡｢｣､･
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0xA1 && byte <= 0xA5;
}

/// What the characters of a cell are, in one walk.
struct CellFacts {
  struct Class {
    std::uint32_t count = 0;
    std::uint32_t first = 0;      ///< position in the cell
    std::uint16_t character = 0;  ///< the first one's code
  };
  std::array<Class, char_classes> classes{};
  bool broken = false;
  bool unpermitted = false;  ///< whole, but not permitted
  std::uint32_t full_width = 0;
  std::uint32_t digits = 0;
  std::uint32_t letters = 0;
  std::uint32_t kana = 0;
  std::uint32_t kana_symbols = 0;
  std::uint32_t half_spaces = 0;
  std::uint32_t half_others = 0;            ///< half-width symbols
  std::optional<std::uint32_t> first_half;  ///< first half-width character that is no space
  std::optional<std::uint32_t> first_half_space;
  std::optional<std::uint32_t> first_full;
  std::optional<std::uint32_t> first_not_digit;
  std::optional<std::uint32_t> quote;
  std::optional<std::uint32_t> question_mark;
  bool full_width_digits = false;
  bool hyphen = false;
};

void note(std::optional<std::uint32_t>& first, std::uint32_t at) {
  if (!first) {
    first = at;
  }
}

CellFacts facts_of(std::string_view cell, bool transcoded) {
  CellFacts facts;
  const auto* const begin = reinterpret_cast<const unsigned char*>(cell.data());
  const auto* const end = begin + cell.size();
  for (const auto* p = begin; p < end;) {
    text::Character character = text::next_character(p, end);
    const auto at = static_cast<std::uint32_t>(p - begin);
    const auto code = static_cast<std::uint16_t>(character.bytes == 2 ? (p[0] << 8) | p[1] : p[0]);
    if (transcoded && character.bytes == 2 && cell.substr(at, 2) == text::missing_character) {
      character.cls = CharClass::not_in_shift_jis;
    }
    const char byte = cell[at];
    if (character.cls != CharClass::permitted) {
      (text::is_broken(character.cls) ? facts.broken : facts.unpermitted) = true;
      CellFacts::Class& entry = facts.classes[static_cast<std::size_t>(character.cls)];
      if (entry.count++ == 0) {
        entry.first = at;
        entry.character = code;
      }
    }
    if (character.bytes == 1 && is_digit(byte)) {
      ++facts.digits;
    } else {
      note(facts.first_not_digit, at);
    }
    if (character.bytes == 2) {
      ++facts.full_width;
      note(facts.first_full, at);
      facts.full_width_digits |= code >= 0x824F && code <= 0x8258;
      facts.hyphen |= code == 0x817C || code == 0x815B || code == 0x815D || code == 0x815C;
    } else if (byte == ' ') {
      ++facts.half_spaces;
      note(facts.first_half_space, at);
    } else {
      note(facts.first_half, at);
      if (is_letter(byte)) {
        ++facts.letters;
      } else if (is_kana(byte)) {
        ++facts.kana;
      } else if (is_kana_symbol(byte)) {
        ++facts.kana_symbols;
      } else if (!is_digit(byte)) {
        ++facts.half_others;
      }
      if (byte == '"') {
        note(facts.quote, at);
      }
      if (byte == '?') {
        note(facts.question_mark, at);
      }
      facts.hyphen |= byte == '-' || code == 0xB0;
    }
    p += character.bytes;
  }
  return facts;
}

/// Where the spaces of a text stand.
struct Spaces {
  std::optional<std::uint32_t> at_end;    ///< a space at either end
  std::optional<std::uint32_t> in_a_row;  ///< inside: the second of two
  std::optional<std::uint32_t> half;      ///< inside: the first of each width
  std::optional<std::uint32_t> full;
  bool anywhere_in_a_row = false;  ///< two together, the ends included
  std::uint32_t any_in_a_row = 0;
};

Spaces spaces_of(std::string_view cell) {
  Spaces spaces;
  const auto* const begin = reinterpret_cast<const unsigned char*>(cell.data());
  const auto* const end = begin + cell.size();
  // First the text between the outer spaces, then what stands inside.
  std::uint32_t first_text = static_cast<std::uint32_t>(cell.size());
  std::uint32_t behind_text = 0;
  const auto each = [&](auto visit) {
    for (const auto* p = begin; p < end;) {
      const text::Character character = text::next_character(p, end);
      const bool full = character.bytes == 2 && ((p[0] << 8) | p[1]) == full_width_space;
      const bool half = character.bytes == 1 && *p == ' ';
      visit(static_cast<std::uint32_t>(p - begin), half, full, character.bytes);
      p += character.bytes;
    }
  };
  bool before_was_space = false;
  each([&](std::uint32_t at, bool half, bool full, std::uint32_t bytes) {
    if (half || full) {
      if (before_was_space && !spaces.anywhere_in_a_row) {
        spaces.anywhere_in_a_row = true;
        spaces.any_in_a_row = at;
      }
    } else {
      if (first_text > at) {
        first_text = at;
      }
      behind_text = at + bytes;
    }
    before_was_space = half || full;
  });
  before_was_space = false;
  each([&](std::uint32_t at, bool half, bool full, std::uint32_t) {
    const bool space = half || full;
    if (space && (at < first_text || at >= behind_text)) {
      note(spaces.at_end, at);
    } else if (space) {
      if (before_was_space) {
        note(spaces.in_a_row, at);
      }
      note(half ? spaces.half : spaces.full, at);
    }
    before_was_space = space && at > first_text && at < behind_text;
  });
  return spaces;
}

std::int64_t number_of(std::string_view digits) {
  std::int64_t number = 0;
  for (const char c : digits) {
    number = number * 10 + (c - '0');
  }
  return number;
}

bool only_zeros(std::string_view cell) {
  return cell.find_first_not_of('0') == std::string_view::npos;
}

bool gregorian_day_exists(std::string_view digits) {
  return make_date(static_cast<int>(number_of(digits.substr(0, 4))),
                   static_cast<int>(number_of(digits.substr(4, 2))),
                   static_cast<int>(number_of(digits.substr(6, 2))))
      .known();
}

/// The checks of one cell, in the order of the specification.
class ItemCheck {
 public:
  ItemCheck(const Item& item, const LineContext& line, Collector& findings)
      : item_(item),
        line_(line),
        findings_(findings),
        cell_(line.cells[item.column]),
        facts_(facts_of(cell_, line.transcoded != nullptr)) {}

  bool run() {
    if (line_.record != nullptr && line_.record->for_union &&
        item_.scope == layout::Scope::pension) {
      check_pension_item();
      return error_;
    }
    check_characters();
    if (line_.transcoded != nullptr) {
      warn_of_composition();
    }
    if (facts_.quote) {
      at(add(Check::quote), *facts_.quote);
    }
    if (facts_.broken) {
      return error_;
    }
    check_length();
    const bool length_good = item_.lengths.holds(cell_.size());
    if (!facts_.unpermitted) {
      check_type();
    }
    bool half_spaces_named = false;
    if (length_good && !type_error_) {
      half_spaces_named = check_separators();
    }
    if (!facts_.unpermitted) {
      warn_of_widths(half_spaces_named);
    }
    if (!error_) {
      check_value();
    }
    return error_;
  }

 private:
  Finding& add(Check check) { return add(check, findings_.rule(check).severity); }

  Finding& add(Check check, Severity severity) {
    Finding& finding = findings_.add_item(check, line_, item_);
    finding.severity = severity;
    if (severity == Severity::error) {
      error_ = true;
    }
    return finding;
  }

  Finding& at(Finding& finding, std::uint32_t position) {
    finding.parts.add(Part::position, static_cast<std::int64_t>(position) + 1);
    return finding;
  }

  /// The union ignores what is meant for the pension office alone; only its bytes must be readable.
  void check_pension_item() {
    if (facts_.broken || facts_.unpermitted) {
      check_characters();
    } else if (!item_.refused_by_union.empty() && cell_ == item_.refused_by_union) {
      add(Check::pension_refused);
    } else {
      add(Check::pension_given);
    }
  }

  void check_characters() {
    for (std::size_t cls = 1; cls < char_classes; ++cls) {
      const CellFacts::Class& entry = facts_.classes[cls];
      if (entry.count == 0) {
        continue;
      }
      Finding& finding = at(add(check_of_class[cls]), entry.first);
      const std::uint32_t begin = line_.cells.begin_of(item_.column) + entry.first;
      const std::uint32_t bytes = entry.character > 0xFF ? 2 : 1;
      finding.offset = line_.file_offset(begin);
      finding.length = line_.file_offset(begin + bytes) - finding.offset;
      finding.parts.add(Part::count, entry.count);
      if (static_cast<CharClass>(cls) != CharClass::not_in_shift_jis) {
        finding.parts.add(Part::character, entry.character);
        const std::string_view substitute = text::substitute(entry.character);
        if (!substitute.empty()) {
          finding.parts.add(Part::substitute, substitute);
        }
      }
    }
  }

  void warn_of_composition() {
    const std::uint32_t begin = line_.cells.begin_of(item_.column);
    for (const std::uint32_t in_line : line_.transcoded->composed) {
      const std::uint32_t position = line_.cells.begin + in_line;
      if (position < begin || position >= line_.cells.ends[item_.column]) {
        continue;
      }
      at(add(Check::char_composed), position - begin);
      return;
    }
  }

  void check_length() {
    if (item_.lengths.holds(cell_.size())) {
      return;
    }
    Finding& finding = add(Check::length);
    finding.parts.add(Part::found, static_cast<std::int64_t>(cell_.size()));
    finding.parts.add(Part::expected_text, item_.lengths.text);
    finding.hint = cause_of_digits();
  }

  /// Why an item of digits holds something else, where the damage has a known look.
  std::string_view cause_of_digits() const {
    if (item_.type != Type::digits) {
      return {};
    }
    if (facts_.full_width == 0 && !facts_.first_not_digit) {
      return lost_zeros_would_pass() ? std::string_view("excel-zeros") : std::string_view{};
    }
    const std::size_t exponent = cell_.find("E+");
    if (exponent != std::string_view::npos && exponent > 0 && exponent + 2 < cell_.size() &&
        is_digit(cell_[exponent - 1]) && is_digit(cell_[exponent + 2])) {
      return "excel-exponent";
    }
    if (looks_like_a_date()) {
      return "excel-date";
    }
    if (facts_.full_width_digits) {
      return "full-width-digits";
    }
    if (facts_.hyphen && facts_.digits > 0) {
      return "hyphens";
    }
    return {};
  }

  /// Leading zeros are what Excel takes away: would the item pass with them?
  bool lost_zeros_would_pass() const {
    if (!item_.lengths.fixed() || cell_.size() >= item_.lengths.least) {
      return false;
    }
    std::string padded(item_.lengths.least - cell_.size(), '0');
    padded += cell_;
    return (item_.values.empty() || item_.values.holds(padded)) && !item_.refused.holds(padded) &&
           (!item_.zeros_refused || !only_zeros(padded)) &&
           (!item_.gregorian || gregorian_day_exists(padded)) &&
           (item_.least == 0 || number_of(padded) >= item_.least) &&
           (!is_day_of_a_date() || era_day_may_exist(padded));
  }

  /// Whether the item is the YYMMDD of a date.
  bool is_day_of_a_date() const {
    if (line_.record == nullptr) {
      return false;
    }
    const auto& dates = line_.record->dates;
    return std::any_of(dates.begin(), dates.end(),
                       [this](const layout::DateItems& date) { return date.ymd == item_.column; });
  }

  /// In some era's year there is such a day.
  static bool era_day_may_exist(std::string_view ymd) {
    constexpr int leap_year = 2000;
    return number_of(ymd.substr(0, 2)) > 0 && number_of(ymd.substr(4, 2)) > 0 &&
           number_of(ymd.substr(4, 2)) <=
               days_in_month(leap_year, static_cast<int>(number_of(ymd.substr(2, 2))));
  }

  /// `4月1日`, `2026/7/10`
  bool looks_like_a_date() const {
    if (facts_.digits == 0) {
      return false;
    }
    if (cell_.find('/') != std::string_view::npos) {
      return true;
    }
    constexpr std::string_view month = "\x8C\x8E";
    constexpr std::string_view day = "\x93\xFA";
    return cell_.find(month) != std::string_view::npos && cell_.find(day) != std::string_view::npos;
  }

  void check_type() {
    const std::uint32_t others = facts_.half_others + facts_.half_spaces +
                                 facts_.full_width;  // neither letter, digit nor kana
    std::optional<std::uint32_t> wrong;
    switch (item_.type) {
      case Type::digits:
        wrong = facts_.first_not_digit;
        break;
      case Type::alphanumeric:
        if (facts_.kana + facts_.kana_symbols + others > 0) {
          wrong = first_place([](char c) { return is_digit(c) || is_letter(c); });
        }
        break;
      case Type::alnum_or_kana:
        if (others > 0 ||
            (facts_.digits + facts_.letters > 0 && facts_.kana + facts_.kana_symbols > 0)) {
          const bool kana = is_kana(cell_.front()) || is_kana_symbol(cell_.front());
          wrong = first_place([kana](char c) {
            return kana ? is_kana(c) || is_kana_symbol(c) : is_digit(c) || is_letter(c);
          });
        }
        break;
      case Type::kana:
        if (facts_.digits + facts_.letters + facts_.half_others + facts_.full_width > 0) {
          wrong = first_place([](char c) { return is_kana(c) || is_kana_symbol(c) || c == ' '; });
        }
        break;
      case Type::half_width:
        wrong = facts_.first_full;
        break;
      case Type::full_width:
      case Type::any:
        break;
    }
    if (!wrong) {
      return;
    }
    type_error_ = true;
    Finding& finding = at(add(Check::type), *wrong);
    finding.parts.add(Part::expected_text, code_of(item_.type));
    finding.hint = item_.type == Type::kana && facts_.full_width > 0
                       ? std::string_view("full-width-kana")
                       : cause_of_digits();
  }

  template <typename Good>
  std::uint32_t first_place(Good good) const {
    std::uint32_t at = 0;
    while (at < cell_.size() && good(cell_[at])) {
      ++at;
    }
    return at;
  }

  /// Names: something between family and given name. Returns whether half-width spaces have been
  /// named as an error.
  bool check_separators() {
    const bool separated = item_.separator != Separator::none;
    if (!separated && !item_.single_spaces && !item_.half_space_refused) {
      return false;
    }
    const Spaces spaces = spaces_of(cell_);
    bool named = false;
    if (separated) {
      if (spaces.at_end) {
        at(add(Check::spaces_end), *spaces.at_end);
      }
      if (spaces.in_a_row) {
        at(add(Check::spaces_double), *spaces.in_a_row);
        named = true;
      }
      const bool full = item_.separator == Separator::full;
      const auto& right = full ? spaces.full : spaces.half;
      const auto& wrong = full ? spaces.half : spaces.full;
      if (!right) {
        Finding& finding = add(wrong ? Check::separator_width : Check::separator_missing,
                               item_.separator_severity);
        if (wrong) {
          at(finding, *wrong);
        }
        if (finding.severity == Severity::error) {
          named = true;
        }
      }
    }
    if (item_.single_spaces && spaces.anywhere_in_a_row && !facts_.unpermitted) {
      at(add(Check::spaces_double), spaces.any_in_a_row);
      named = true;
    }
    if (item_.half_space_refused && facts_.first_half_space && !facts_.unpermitted) {
      at(add(Check::space_half), *facts_.first_half_space);
      named = true;
    }
    return named;
  }

  /// Characters that are taken, but are likely not what is meant.
  void warn_of_widths(bool half_spaces_named) {
    if (type_error_) {
      return;
    }
    const bool kana_type = item_.type == Type::kana || item_.type == Type::alnum_or_kana;
    if (kana_type && facts_.kana_symbols > 0) {
      at(add(Check::type_symbol), first_place([](char c) { return !is_kana_symbol(c); }));
    }
    if (item_.type != Type::full_width) {
      return;
    }
    if (facts_.first_half) {
      at(add(Check::type_half), *facts_.first_half);
    } else if (facts_.first_half_space && !half_spaces_named) {
      at(add(Check::type_half), *facts_.first_half_space);
    }
  }

  void check_value() {
    if (!item_.values.empty() && !item_.values.holds(cell_)) {
      add(Check::values).parts.add(Part::expected_text, item_.values.text);
      return;
    }
    if (item_.refused.holds(cell_)) {
      add(Check::values_refused).parts.add(Part::expected_text, item_.refused.text);
    }
    if (item_.zeros_refused && only_zeros(cell_)) {
      add(Check::zeros);
    }
    if (item_.least > 0 && number_of(cell_) < item_.least) {
      add(Check::least).parts.add(Part::limit, item_.least);
    }
    if (item_.gregorian && !gregorian_day_exists(cell_)) {
      add(Check::date_exists);
    }
    if (item_.doubtful.holds(cell_)) {
      add(Check::values_doubtful).parts.add(Part::expected_text, item_.doubtful.text);
    }
    if (item_.among != nullptr && item_.among->find(cell_) == nullptr) {
      add(Check::table).parts.add(Part::name, item_.among->key);
    }
    if (item_.my_number && !my_number_digit_fits(cell_)) {
      add(Check::my_number_digit);
    }
    if (item_.lost_marks && facts_.question_mark) {
      at(add(Check::lost_character), *facts_.question_mark);
    }
  }

  const Item& item_;
  const LineContext& line_;
  Collector& findings_;
  const std::string_view cell_;
  const CellFacts facts_;
  bool error_ = false;
  bool type_error_ = false;
};

}  // namespace

bool check_item(const Item& item, const LineContext& line, Collector& findings) {
  if (line.cells.size_of(item.column) == 0) {
    if (item.need != layout::Need::required) {
      return false;
    }
    findings.add_item(Check::need, line, item);
    return true;
  }
  return ItemCheck(item, line, findings).run();
}

bool my_number_digit_fits(std::string_view digits) {
  int sum = 0;
  for (int n = 1; n <= 11; ++n) {
    sum += (digits[static_cast<std::size_t>(11 - n)] - '0') * (n <= 6 ? n + 1 : n - 5);
  }
  const int rest = sum % 11;
  return digits[11] - '0' == (rest <= 1 ? 0 : 11 - rest);
}

}  // namespace kpfd::check
