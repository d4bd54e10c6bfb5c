#include "kpfd/rules/terms.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <utility>

#include "kpfd/layout/suggestion.hpp"
#include "kpfd/rules/compile.hpp"
#include "kpfd/rules/parser.hpp"

namespace kpfd::rules {
namespace {

// No number in a rule may leave these bounds, so that 64 bits always do.
constexpr std::int64_t largest = 9'000'000'000'000'000'000;

constexpr std::size_t most_digits = 18;
constexpr std::size_t most_terms = 50'000;
constexpr std::uint32_t deepest_term = 128;
constexpr std::size_t most_chosen = 8;
constexpr std::int64_t longest_shift = 100'000;  // days or years: no sum of them comes near a bound

// ---- needs ----

ColumnSet operator|(const ColumnSet& a, const ColumnSet& b) {
  ColumnSet both;
  for (std::size_t i = 0; i < both.words.size(); ++i) {
    both.words[i] = a.words[i] | b.words[i];
  }
  return both;
}

ColumnSet operator&(const ColumnSet& a, const ColumnSet& b) {
  ColumnSet common;
  for (std::size_t i = 0; i < common.words.size(); ++i) {
    common.words[i] = a.words[i] & b.words[i];
  }
  return common;
}

// Both have come to pass.
Needs both(const Needs& a, const Needs& b) {
  return {a.given | b.given, a.empty | b.empty, a.sound | b.sound, a.impossible || b.impossible};
}

// One of them has.
Needs either(const Needs& a, const Needs& b) {
  if (a.impossible) {
    return b;
  }
  if (b.impossible) {
    return a;
  }
  return {a.given & b.given, a.empty & b.empty, a.sound & b.sound, false};
}

Needs evaluated(const Term& term) { return either(term.when_true, term.when_false); }

ColumnSet only(std::size_t column) {
  ColumnSet set;
  set.set(column);
  return set;
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

// ---- words for messages ----

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

const char* article_name(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "true or false";
    case Kind::integer:
      return "a number";
    case Kind::date:
      break;
  }
  return "a date";
}

// The place of a byte of a text, counted in the file, where `<` is written `&lt;`.
layout::Place place_in(layout::Place place, const std::string& text,
                       const std::vector<layout::Written>& written, std::size_t offset) {
  auto other = written.begin();
  for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
    const bool in_other_words = other != written.end() && other->offset == i;
    if (in_other_words ? other->ends_line : text[i] == '\n') {
      ++place.line;
      place.column = 1;
    } else {
      place.column += in_other_words ? other->bytes : 1U;
    }
    if (in_other_words) {
      ++other;
    }
  }
  return place;
}

std::string title_of(const layout::RuleText& text) {
  if (text.let) {
    return "<let name=\"" + text.id + "\">: ";
  }
  return (text.reported_if_true ? "attachment " : "rule ") + text.id + ": ";
}

const layout::DateItems* date_named(const layout::Record& record, std::string_view key) {
  const auto found = std::find_if(record.dates.begin(), record.dates.end(),
                                  [&](const layout::DateItems& date) { return date.key == key; });
  return found == record.dates.end() ? nullptr : &*found;
}

const layout::Group* group_named(const layout::Record& record, std::string_view key) {
  const auto found = std::find_if(record.groups.begin(), record.groups.end(),
                                  [&](const layout::Group& group) { return group.key == key; });
  return found == record.groups.end() ? nullptr : &*found;
}

}  // namespace

void fail_at(const layout::RuleText& text, const std::string& reason) {
  throw layout::SchemaError(text.at_spot(text.element), title_of(text) + reason);
}

// ---- one text ----

// Turns the syntax tree of one text into terms.
class Terms::Reader {
 public:
  Reader(Terms& all, const layout::RuleText& text, bool when)
      : all_(all), text_(text), when_(when) {
    try {
      syntax_ = parse(when ? text.when : text.text);
    } catch (const ParseError& error) {
      fail(error.offset(), error.what());
    }
  }

  // The steps that the whole text goes through, 0 if it has one value.
  std::size_t steps() {
    Steps found;
    count_steps(syntax_.root, found);
    repeated_ = found.key;
    return found.count;
  }
  const std::string& repeated() const { return repeated_; }

  TermId read(int step) { return read(syntax_.root, step); }

  TermId read_condition(int step) { return read(syntax_.root, step, Kind::boolean, "a rule"); }

 private:
  struct Steps {
    std::size_t count = 0;
    std::string key;
  };

  [[noreturn]] void fail(std::size_t offset, const std::string& reason) const {
    const layout::Place place =
        when_ ? place_in(text_.at_spot(text_.when_spot), text_.when, text_.when_written, offset)
              : place_in(text_.place, text_.text, text_.written, offset);
    throw layout::SchemaError(place, title_of(text_) + (when_ ? "in `when`: " : "") + reason);
  }
  [[noreturn]] void fail(const Expression& node, const std::string& reason) const {
    fail(node.offset, reason);
  }

  // ---- repeated items ----

  void count_steps(std::uint32_t index, Steps& found) {
    const Expression& node = syntax_[index];
    switch (node.form) {
      case Form::sum_of:
      case Form::count_where:
      case Form::any:
      case Form::all:
      case Form::some_choice:
        return;  // these go through their steps themselves
      case Form::chosen:
        if (choice_steps_ == 0) {
          chosen_nowhere(node);
        }
        join(node, choice_steps_, "chosen", found);
        return;
      case Form::key: {
        if (const layout::Group* const group = group_named(all_.record_, node.name)) {
          join(node, group->columns.size(), node.name, found);
        } else if (const auto let = all_.lets_.find(node.name); let != all_.lets_.end()) {
          join(node, let->second.steps, node.name, found);
        } else if (all_.record_.column_of(node.name) < 0 &&
                   date_named(all_.record_, node.name) == nullptr) {
          unknown(node);
        }
        return;
      }
      default:
        for (const std::uint32_t child : node.children) {
          count_steps(child, found);
        }
    }
  }

  void join(const Expression& node, std::size_t count, const std::string& key, Steps& found) {
    if (count == 0 || count == found.count) {
      return;
    }
    if (found.count != 0) {
      fail(node, quoted(found.key) + " has " + std::to_string(found.count) + " steps and " +
                     quoted(key) + " " + std::to_string(count) + ": they cannot go together");
    }
    found = {count, key};
  }

  std::size_t steps_over(const Expression& node) {
    Steps found;
    for (const std::uint32_t child : node.children) {
      count_steps(child, found);
    }
    if (found.count == 0) {
      fail(node, "no repeated item stands behind this");
    }
    return found.count;
  }

  // ---- terms ----

  Term& add(Term term) {
    for (const TermId part : term.parts) {
      term.changing = term.changing || all_[part].changing;
      term.chooses = term.chooses || all_[part].chooses;
      term.chosen = term.chosen || all_[part].chosen;
      term.depth = std::max(term.depth, all_[part].depth + 1);
    }
    if (all_.terms_.size() == most_terms || term.depth > deepest_term) {
      fail(0, "grows too large when its repetitions and names are written out");
    }
    all_.terms_.push_back(std::move(term));
    return all_.terms_.back();
  }
  TermId last() const { return static_cast<TermId>(all_.terms_.size() - 1); }

  // A term that has its value as soon as its parts have theirs.
  TermId strict(What what, Kind kind, std::vector<TermId> parts, std::int64_t low = 0,
                std::int64_t high = 0, std::int64_t number = 0, std::uint16_t index = 0) {
    Term term;
    term.what = what;
    term.kind = kind;
    for (const TermId part : parts) {
      term.when_true = both(term.when_true, evaluated(all_[part]));
    }
    term.when_false = term.when_true;
    term.parts = std::move(parts);
    term.low = low;
    term.high = high;
    term.number = number;
    term.index = index;
    add(std::move(term));
    return last();
  }

  TermId number(std::int64_t value) {
    return strict(What::number, Kind::integer, {}, value, value, value);
  }

  TermId truth(bool value) {
    Term term;
    term.number = value ? 1 : 0;
    (value ? term.when_false : term.when_true).impossible = true;
    add(std::move(term));
    return last();
  }

  // The value of an item that reads as empty: whatever needs it never has a value.
  TermId never(Kind kind) {
    Term term;
    term.what = What::never;
    term.kind = kind;
    term.when_true.impossible = true;
    term.when_false.impossible = true;
    add(std::move(term));
    return last();
  }

  bool is_truth(TermId id, bool value) const {
    return all_[id].what == What::truth && (all_[id].number != 0) == value;
  }

  TermId opposite(TermId part) {
    if (all_[part].what == What::truth) {
      return truth(all_[part].number == 0);
    }
    if (all_[part].what == What::negation) {
      return all_[part].parts[0];
    }
    Term term;
    term.what = What::negation;
    term.when_true = all_[part].when_false;
    term.when_false = all_[part].when_true;
    term.parts = {part};
    add(std::move(term));
    return last();
  }

  // All of them (`value` true) or any of them, from left to right.
  TermId joined(bool value, const std::vector<TermId>& operands) {
    const What what = value ? What::all_of : What::any_of;
    std::vector<TermId> parts;
    for (const TermId operand : operands) {
      if (is_truth(operand, value)) {
        continue;
      }
      if (all_[operand].what == what) {
        parts.insert(parts.end(), all_[operand].parts.begin(), all_[operand].parts.end());
      } else {
        parts.push_back(operand);
      }
      if (is_truth(operand, !value)) {
        break;  // what stands behind it is never looked at
      }
    }
    if (parts.empty()) {
      return truth(value);
    }
    if (parts.size() == 1) {
      return parts[0];
    }
    // It ends at the first part that decides, or goes through all.
    Term term;
    term.what = what;
    Needs through;
    Needs decided;
    decided.impossible = true;
    for (const TermId part : parts) {
      const Needs& on = value ? all_[part].when_true : all_[part].when_false;
      const Needs& off = value ? all_[part].when_false : all_[part].when_true;
      decided = either(decided, both(through, off));
      through = both(through, on);
    }
    term.when_true = value ? through : decided;
    term.when_false = value ? decided : through;
    term.parts = std::move(parts);
    add(std::move(term));
    return last();
  }

  TermId read(std::uint32_t index, int step, Kind wanted, const std::string& whom) {
    const TermId term = read(index, step);
    if (all_[term].kind != wanted) {
      fail(place_of(index), whom + " needs " + wanted_name(wanted) + ", and this is " +
                                article_name(all_[term].kind));
    }
    return term;
  }

  static const char* wanted_name(Kind kind) {
    return kind == Kind::boolean ? "a condition" : article_name(kind);
  }

  // Where an expression begins, which is where its first operand does.
  std::size_t place_of(std::uint32_t index) const {
    std::size_t offset = syntax_[index].offset;
    while (!syntax_[index].children.empty()) {
      index = syntax_[index].children[0];
      offset = std::min<std::size_t>(offset, syntax_[index].offset);
    }
    return offset;
  }

  TermId read(std::uint32_t index, int step) {
    const Expression& node = syntax_[index];
    const auto child = [&](std::size_t i) { return node.children[i]; };
    const auto condition = [&](std::size_t i, const char* whom) {
      return read(child(i), step, Kind::boolean, whom);
    };
    switch (node.form) {
      case Form::number:
        return number(node.number);
      case Form::key:
        return read_key(node, step);
      case Form::check_date:
        return strict(What::check_date, Kind::date, {});
      case Form::add:
        return arithmetic(node, What::add, "`+`", step);
      case Form::subtract:
        return arithmetic(node, What::subtract, "`-`", step);
      case Form::multiply:
        return arithmetic(node, What::multiply, "`*`", step);
      case Form::divide:
        return arithmetic(node, What::divide, "`/`", step);
      case Form::modulo:
        return arithmetic(node, What::modulo, "`mod`", step);
      case Form::negate: {
        const TermId part = read(child(0), step, Kind::integer, "`-`");
        return calculated(node, What::subtract, number(0), part);
      }
      case Form::minimum:
        return extreme(node, What::minimum, "`min`", step);
      case Form::maximum:
        return extreme(node, What::maximum, "`max`", step);
      case Form::add_years:
        return shifted(node, What::add_years, step);
      case Form::add_days:
        return shifted(node, What::add_number, step);
      case Form::month_after: {
        const TermId part = read(child(0), step, Kind::integer, "`month after`");
        const TermId before = calculated(node, What::modulo, part, number(12));
        return calculated(node, What::add, before, number(1));
      }
      case Form::grade_of_code:
        return grade(node, What::grade_of_code, step);
      case Form::grade_of_amount:
        return grade(node, What::grade_of_amount, step);
      case Form::sum_of:
        return sum_of(node);
      case Form::count_where:
        return count_where(node);
      case Form::any:
        return every_step(node, false);
      case Form::all:
        return every_step(node, true);
      case Form::some_choice:
        return choice(node);
      case Form::chosen:
        return read_chosen(node, step);
      case Form::equal:
        return comparison(node, What::equal, step);
      case Form::unequal:
        return comparison(node, What::unequal, step);
      case Form::less:
        return comparison(node, What::less, step);
      case Form::at_most:
        return comparison(node, What::at_most, step);
      case Form::greater:
        return comparison(node, What::greater, step);
      case Form::at_least:
        return comparison(node, What::at_least, step);
      case Form::one_of:
        return one_of(node, step);
      case Form::in_table:
        return in_table(node, step);
      case Form::given:
        return told(node, What::given, "given", step);
      case Form::empty:
        return opposite(told(node, What::given, "empty", step));
      case Form::no_error:
        return told(node, What::no_error, "has no error", step);
      case Form::negation:
        return opposite(condition(0, "`not`"));
      case Form::conjunction: {
        const TermId left = condition(0, "`and`");
        return joined(true, {left, condition(1, "`and`")});
      }
      case Form::disjunction: {
        const TermId left = condition(0, "`or`");
        return joined(false, {left, condition(1, "`or`")});
      }
      case Form::implication: {
        const TermId left = opposite(condition(0, "`implies`"));
        return joined(false, {left, condition(1, "`implies`")});
      }
      case Form::equivalence: {
        const TermId left = condition(0, "`iff`");
        return equivalence(left, condition(1, "`iff`"));
      }
      case Form::conditional:
        return conditional(node, step);
    }
    fail(node, "not understood");
  }

  // ---- items, dates, names ----

  bool hidden(std::size_t column) const {
    return all_.record_.for_union && all_.record_.items[column].scope == layout::Scope::pension;
  }

  // The column that a key means at a step, or -1 if it means none.
  int column_of(const Expression& node, int step) const {
    if (const int column = all_.record_.column_of(node.name); column >= 0) {
      return column;
    }
    const layout::Group* const group = group_named(all_.record_, node.name);
    if (group == nullptr) {
      return -1;
    }
    if (step < 0) {
      no_step(node, node.name, group->columns.size());
    }
    const auto at = static_cast<std::size_t>(step);
    if (at >= group->columns.size()) {
      fail(node,
           quoted(node.name) + " has only " + std::to_string(group->columns.size()) + " steps");
    }
    return group->columns[at];
  }

  [[noreturn]] void no_step(const Expression& node, std::string_view name,
                            std::size_t steps) const {
    fail(node,
         quoted(name) + " is repeated " + std::to_string(steps) +
             " times: say which, or go over all with `sum of`, `count where`, `any` or `all`");
  }

  [[noreturn]] void chosen_nowhere(const Expression& node) const {
    fail(node, "`chosen` has a meaning only behind `satisfies`");
  }

  [[noreturn]] void unknown(const Expression& node) const {
    fail(node, "nothing is called " + quoted(node.name) + all_.suggestion(node.name, true));
  }

  TermId read_key(const Expression& node, int step) {
    if (const auto found = all_.lets_.find(node.name); found != all_.lets_.end()) {
      const Let& let = found->second;
      if (let.steps == 0) {
        return let.terms[0];
      }
      if (step < 0) {
        no_step(node, node.name, let.steps);
      }
      const auto at = static_cast<std::size_t>(step);
      if (at >= let.terms.size()) {
        fail(node, quoted(node.name) + " has only " + std::to_string(let.steps) + " steps");
      }
      return let.terms[at];
    }
    const int column = column_of(node, step);
    if (column >= 0) {
      return item(node, static_cast<std::size_t>(column));
    }
    if (const layout::DateItems* const date = date_named(all_.record_, node.name)) {
      return read_date(node, *date);
    }
    unknown(node);
  }

  TermId item(const Expression& node, std::size_t column) {
    const layout::Item& item = all_.record_.items[column];
    if (item.type != layout::Type::digits || item.lengths.most > most_digits) {
      fail(node, quoted(item.key) +
                     " is text: a rule can ask whether it is given or empty, not what it says");
    }
    if (hidden(column)) {
      return never(Kind::integer);
    }
    Term term;
    term.what = What::item;
    term.kind = Kind::integer;
    term.column = static_cast<std::uint16_t>(column);
    term.when_true.given = only(column);
    term.when_true.sound = only(column);
    term.when_false = term.when_true;
    term.high = 1;
    for (std::uint16_t i = 0; i < item.lengths.most; ++i) {
      term.high *= 10;
    }
    --term.high;
    add(std::move(term));
    return last();
  }

  TermId read_date(const Expression& node, const layout::DateItems& date) {
    if (!date.day_date()) {
      fail(node, quoted(date.key) + " has no day: only dates with an era and YYMMDD have a value");
    }
    if (hidden(date.era) || hidden(date.ymd)) {
      return never(Kind::date);
    }
    Term term;
    term.what = What::date;
    term.kind = Kind::date;
    term.index = static_cast<std::uint16_t>(&date - all_.record_.dates.data());
    term.when_true.given = only(date.era) | only(date.ymd);
    term.when_true.sound = term.when_true.given;
    term.when_false = term.when_true;
    add(std::move(term));
    return last();
  }

  // `X given`, `X has no error`: about an item itself, not about its value.
  TermId told(const Expression& node, What what, const char* words, int step) {
    const Expression& of = syntax_[node.children[0]];
    if (of.form != Form::key) {
      fail(place_of(node.children[0]), "`" + std::string(words) + "` is said of an item");
    }
    const int found = column_of(of, step);
    if (found < 0) {
      if (const layout::DateItems* const date = date_named(all_.record_, of.name)) {
        const auto& items = all_.record_.items;
        fail(of, quoted(of.name) + " is a date: say " + quoted(items[date->era].key) + " or " +
                     quoted(items[date->day_date() ? date->ymd : date->year].key));
      }
      if (all_.lets_.find(of.name) != all_.lets_.end()) {
        fail(of, "`" + std::string(words) + "` is said of an item, and " + quoted(of.name) +
                     " is a named expression");
      }
      unknown(of);
    }
    const auto column = static_cast<std::size_t>(found);
    if (hidden(column)) {
      return truth(what == What::no_error);
    }
    Term term;
    term.what = what;
    term.column = static_cast<std::uint16_t>(column);
    if (what == What::given) {
      term.when_true.given = only(column);
      term.when_false.empty = only(column);
    } else {
      term.changing = true;
    }
    add(std::move(term));
    return last();
  }

  // ---- numbers and dates ----

  TermId calculated(const Expression& node, What what, TermId left, TermId right) {
    const std::int64_t a = all_[left].low;
    const std::int64_t b = all_[left].high;
    const std::int64_t c = all_[right].low;
    const std::int64_t d = all_[right].high;
    std::int64_t low = 0;
    std::int64_t high = 0;
    bool overflow = false;
    switch (what) {
      case What::add:
        overflow = __builtin_add_overflow(a, c, &low) || __builtin_add_overflow(b, d, &high);
        break;
      case What::subtract:
        overflow = __builtin_sub_overflow(a, d, &low) || __builtin_sub_overflow(b, c, &high);
        break;
      case What::multiply: {
        std::int64_t corners[4] = {0, 0, 0, 0};
        overflow = __builtin_mul_overflow(a, c, &corners[0]) ||
                   __builtin_mul_overflow(a, d, &corners[1]) ||
                   __builtin_mul_overflow(b, c, &corners[2]) ||
                   __builtin_mul_overflow(b, d, &corners[3]);
        low = *std::min_element(corners, corners + 4);
        high = *std::max_element(corners, corners + 4);
        break;
      }
      case What::divide:
      case What::modulo:
        if (c == 0 && d == 0) {
          fail(node, "division by zero");
        }
        if (what == What::divide && c > 0) {
          low = floor_divide(a, a < 0 ? c : d);
          high = floor_divide(b, b < 0 ? d : c);
        } else if (what == What::divide) {
          high = std::max(std::abs(a), std::abs(b));
          low = -high;
        } else {
          low = std::min<std::int64_t>(0, c + 1);
          high = std::max<std::int64_t>(0, d - 1);
        }
        break;
      case What::minimum:
        low = std::min(a, c);
        high = std::min(b, d);
        break;
      default:
        low = std::max(a, c);
        high = std::max(b, d);
    }
    if (overflow || low < -largest || high > largest) {
      fail(node, "the number could grow beyond " + std::to_string(largest));
    }
    if (what == What::add && all_[right].what == What::number) {
      return strict(What::add_number, Kind::integer, {left}, low, high, all_[right].number);
    }
    return strict(what, Kind::integer, {left, right}, low, high);
  }

  TermId arithmetic(const Expression& node, What what, const char* sign, int step) {
    const TermId left = read(node.children[0], step);
    const TermId right = read(node.children[1], step);
    if (all_[left].kind == Kind::date || all_[right].kind == Kind::date) {
      fail(node, "only days and years, as in `+ 1 day` or `- 2 years`, are added to a date");
    }
    for (std::size_t i = 0; i < 2; ++i) {
      const Kind kind = all_[i == 0 ? left : right].kind;
      if (kind != Kind::integer) {
        fail(place_of(node.children[i]),
             std::string(sign) + " needs a number, and this is " + article_name(kind));
      }
    }
    return calculated(node, what, left, right);
  }

  TermId extreme(const Expression& node, What what, const char* name, int step) {
    TermId result = read(node.children[0], step, Kind::integer, name);
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      result = calculated(node, what, result, read(node.children[i], step, Kind::integer, name));
    }
    return result;
  }

  TermId shifted(const Expression& node, What what, int step) {
    const TermId part =
        read(node.children[0], step, Kind::date, what == What::add_years ? "`years`" : "`days`");
    if (std::abs(node.number) > longest_shift) {
      fail(node, "at most " + std::to_string(longest_shift) + " days or years");
    }
    return strict(what, Kind::date, {part}, 0, 0, node.number);
  }

  // ---- tables ----

  std::uint16_t table(const Expression& node) const {
    const auto& tables = all_.layouts_.tables;
    const auto found = std::find_if(tables.begin(), tables.end(), [&](const layout::Table& known) {
      return known.key == node.name;
    });
    if (found == tables.end()) {
      std::vector<std::string_view> known;
      known.reserve(tables.size());
      for (const layout::Table& other : tables) {
        known.emplace_back(other.key);
      }
      fail(node, "no table is called " + quoted(node.name) + layout::suggestion(node.name, known));
    }
    if (!found->numeric) {
      fail(node, "table " + quoted(node.name) + " compares texts, not numbers");
    }
    return static_cast<std::uint16_t>(found - tables.begin());
  }

  TermId grade(const Expression& node, What what, int step) {
    const TermId part = read(node.children[0], step, Kind::integer, "`grade of`");
    const std::uint16_t index = table(node);
    std::int64_t low = largest;
    std::int64_t high = 0;
    bool bounded = false;
    for (const layout::Table::Row& row : all_.layouts_.tables[index].rows) {
      if (row.grade == 0) {
        continue;
      }
      low = std::min(low, row.grade);
      high = std::max(high, row.grade);
      bounded = bounded || row.below != 0;
    }
    if (high == 0) {
      fail(node, "table " + quoted(node.name) + " has no grades");
    }
    if (what == What::grade_of_amount && !bounded) {
      fail(node, "table " + quoted(node.name) + " has no amounts");
    }
    return strict(what, Kind::integer, {part}, low, high, 0, index);
  }

  TermId in_table(const Expression& node, int step) {
    const TermId part = read(node.children[0], step, Kind::integer, "`in`");
    return strict(What::in_table, Kind::boolean, {part}, 0, 0, 0, table(node));
  }

  // ---- comparisons ----

  // What an item says: an item that says nothing does not say this number.
  TermId says(TermId item, std::vector<std::int64_t> numbers) {
    Term term;
    term.what = numbers.size() == 1 ? What::says : What::says_one_of;
    term.column = all_[item].column;
    term.number = numbers[0];
    term.when_true = all_[item].when_true;
    term.when_false.sound = term.when_true.sound;
    term.numbers = std::move(numbers);
    add(std::move(term));
    return last();
  }

  bool is_hidden_item(TermId id) const {
    return all_[id].what == What::never && all_[id].kind == Kind::integer;
  }

  TermId comparison(const Expression& node, What what, int step) {
    const TermId left = read(node.children[0], step);
    const TermId right = read(node.children[1], step);
    const Kind kind = all_[left].kind;
    if (kind != all_[right].kind) {
      fail(node, std::string(article_name(kind)) + " cannot be compared with " +
                     article_name(all_[right].kind));
    }
    if (kind == Kind::boolean) {
      fail(node, "conditions are compared with `iff`");
    }
    if (what == What::equal || what == What::unequal) {
      for (const auto& [item, constant] : {std::pair(left, right), std::pair(right, left)}) {
        if (all_[constant].what != What::number) {
          continue;
        }
        TermId same = 0;
        if (all_[item].what == What::item) {
          same = says(item, {all_[constant].number});
        } else if (is_hidden_item(item)) {
          same = truth(false);
        } else {
          continue;
        }
        return what == What::equal ? same : opposite(same);
      }
    }
    return strict(what, Kind::boolean, {left, right});
  }

  TermId one_of(const Expression& node, int step) {
    const TermId part = read(node.children[0], step, Kind::integer, "`in`");
    std::vector<std::int64_t> numbers;
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      numbers.push_back(syntax_[node.children[i]].number);
    }
    if (numbers.size() > 255) {
      fail(node, "at most 255 numbers");
    }
    if (all_[part].what == What::item) {
      return says(part, std::move(numbers));
    }
    if (is_hidden_item(part)) {
      return truth(false);
    }
    const TermId term = strict(What::one_of, Kind::boolean, {part});
    all_.terms_[term].numbers = std::move(numbers);
    return term;
  }

  // ---- conditions ----

  TermId equivalence(TermId left, TermId right) {
    if (all_[left].what == What::truth) {
      return all_[left].number != 0 ? right : opposite(right);
    }
    if (all_[right].what == What::truth) {
      // The left side is looked at first, and may silence the rule.
      return all_[right].number != 0 ? left : opposite(left);
    }
    const Term& a = all_[left];
    const Term& b = all_[right];
    Term term;
    term.what = What::equivalence;
    term.when_true = either(both(a.when_true, b.when_true), both(a.when_false, b.when_false));
    term.when_false = either(both(a.when_true, b.when_false), both(a.when_false, b.when_true));
    term.parts = {left, right};
    add(std::move(term));
    return last();
  }

  TermId conditional(const Expression& node, int step) {
    const TermId test = read(node.children[0], step, Kind::boolean, "`if`");
    const TermId first = read(node.children[1], step);
    const TermId second = read(node.children[2], step);
    if (all_[first].kind != all_[second].kind) {
      fail(node, std::string("behind `then` stands ") + article_name(all_[first].kind) +
                     ", behind `else` " + article_name(all_[second].kind));
    }
    // Not of values: `(if ... then cash else sum) == 0` asks for a value, not for what `cash` says.
    if (all_[test].what == What::truth && all_[first].kind == Kind::boolean) {
      return all_[test].number != 0 ? first : second;
    }
    const Term& a = all_[first];
    const Term& b = all_[second];
    Term term;
    term.what = What::conditional;
    term.kind = a.kind;
    term.low = std::min(a.low, b.low);
    term.high = std::max(a.high, b.high);
    term.when_true =
        either(both(all_[test].when_true, a.when_true), both(all_[test].when_false, b.when_true));
    term.when_false =
        either(both(all_[test].when_true, a.when_false), both(all_[test].when_false, b.when_false));
    term.parts = {test, first, second};
    add(std::move(term));
    return last();
  }

  // ---- steps ----

  TermId sum_of(const Expression& node) {
    const std::size_t steps = steps_over(node);
    std::vector<TermId> parts;
    for (std::size_t i = 0; i < steps; ++i) {
      const int step = static_cast<int>(i);
      parts.push_back(node.children.size() > 1
                          ? read(node.children[1], step, Kind::boolean, "`where`")
                          : truth(true));
      parts.push_back(read(node.children[0], step, Kind::integer, "`sum of`"));
    }
    return sum_if(node, std::move(parts));
  }

  TermId count_where(const Expression& node) {
    const std::size_t steps = steps_over(node);
    std::vector<TermId> parts;
    for (std::size_t i = 0; i < steps; ++i) {
      parts.push_back(read(node.children[0], static_cast<int>(i), Kind::boolean, "`count where`"));
      parts.push_back(number(1));
    }
    return sum_if(node, std::move(parts));
  }

  TermId sum_if(const Expression& node, std::vector<TermId> parts) {
    Term term;
    term.what = What::sum_if;
    term.kind = Kind::integer;
    for (std::size_t i = 0; i < parts.size(); i += 2) {
      const Term& test = all_[parts[i]];
      const Term& value = all_[parts[i + 1]];
      if (__builtin_add_overflow(term.low, std::min<std::int64_t>(0, value.low), &term.low) ||
          __builtin_add_overflow(term.high, std::max<std::int64_t>(0, value.high), &term.high) ||
          term.low < -largest || term.high > largest) {
        fail(node, "the number could grow beyond " + std::to_string(largest));
      }
      // A step counts, and then its value is needed, or it does not.
      term.when_true =
          both(term.when_true, either(both(test.when_true, value.when_true), test.when_false));
    }
    term.when_false = term.when_true;
    term.parts = std::move(parts);
    add(std::move(term));
    return last();
  }

  TermId every_step(const Expression& node, bool all) {
    const std::size_t steps = steps_over(node);
    std::vector<TermId> parts;
    for (std::size_t i = 0; i < steps; ++i) {
      parts.push_back(
          read(node.children[0], static_cast<int>(i), Kind::boolean, all ? "`all`" : "`any`"));
    }
    return joined(all, parts);
  }

  TermId choice(const Expression& node) {
    Steps found;
    count_steps(node.children[0], found);
    if (found.count == 0) {
      fail(node, "no repeated item stands behind `where`");
    }
    if (found.count > most_chosen) {
      fail(node, "a choice is made of at most " + std::to_string(most_chosen) + " steps, and " +
                     quoted(found.key) + " has " + std::to_string(found.count));
    }
    Term term;
    term.what = What::choice;
    term.chooses = true;
    for (std::size_t i = 0; i < found.count; ++i) {
      term.parts.push_back(read(node.children[0], static_cast<int>(i), Kind::boolean, "`where`"));
      term.when_true = both(term.when_true, evaluated(all_[term.parts.back()]));
    }
    term.when_false = term.when_true;
    const std::size_t outer = std::exchange(choice_steps_, found.count);
    term.parts.push_back(read(node.children[1], -1, Kind::boolean, "`satisfies`"));
    choice_steps_ = outer;
    for (const TermId part : term.parts) {
      if (all_[part].chooses) {
        fail(node, "a choice within a choice");
      }
    }
    add(std::move(term));
    all_.terms_.back().chosen = false;  // it has tried all of them
    return last();
  }

  TermId read_chosen(const Expression& node, int step) {
    // Outside of a choice, count_steps() has refused it.
    if (step < 0) {
      no_step(node, "chosen", choice_steps_);
    }
    Term term;
    term.what = What::chosen;
    term.chosen = true;
    term.index = static_cast<std::uint16_t>(step);
    add(std::move(term));
    return last();
  }

  Terms& all_;
  const layout::RuleText& text_;
  bool when_;
  Syntax syntax_;
  std::string repeated_;
  std::size_t choice_steps_ = 0;

  friend class Terms;
};

// ---- all texts of a record ----

Terms::Terms(const layout::Record& record, const layout::Layouts& layouts)
    : record_(record), layouts_(layouts), date_slots_(record.dates.size(), Program::no_slot) {
  for (std::size_t i = 0; i < record.dates.size() && next_slot_ < shared_slots; ++i) {
    if (record.dates[i].day_date()) {
      date_slots_[i] = next_slot_++;
    }
  }
}

void Terms::define(const layout::RuleText& let) {
  if (is_reserved(let.id)) {
    fail_at(let, quoted(let.id) + " is a word of the rule language");
  }
  if (record_.column_of(let.id) >= 0 || group_named(record_, let.id) != nullptr ||
      date_named(record_, let.id) != nullptr || lets_.find(let.id) != lets_.end()) {
    fail_at(let, quoted(let.id) + " already is the name of something else");
  }
  Reader reader(*this, let, false);
  Let known;
  known.steps = reader.steps();
  for (std::size_t i = 0; i < std::max<std::size_t>(known.steps, 1); ++i) {
    TermId term = reader.read(known.steps == 0 ? -1 : static_cast<int>(i));
    if (!terms_[term].changing && !terms_[term].chosen && terms_[term].depth > 1 &&
        next_slot_ < shared_slots) {
      Term shared;
      shared.what = What::shared;
      shared.kind = terms_[term].kind;
      shared.depth = terms_[term].depth + 1;
      shared.chooses = terms_[term].chooses;
      shared.low = terms_[term].low;
      shared.high = terms_[term].high;
      shared.when_true = terms_[term].when_true;
      shared.when_false = terms_[term].when_false;
      shared.index = next_slot_++;
      shared.parts = {term};
      terms_.push_back(std::move(shared));
      term = static_cast<TermId>(terms_.size() - 1);
    }
    known.terms.push_back(term);
  }
  lets_.emplace(let.id, std::move(known));
}

TermId Terms::rule(const layout::RuleText& text, int step, std::size_t steps) {
  const auto read = [&](bool when) {
    Reader reader(*this, text, when);
    const std::size_t own = reader.steps();
    if (steps != 0 && own != 0 && own != steps) {
      fail_at(text, quoted(text.at) + " has " + std::to_string(steps) + " steps and " +
                        quoted(reader.repeated()) + " " + std::to_string(own));
    }
    return std::pair(reader.read_condition(step), std::move(reader));
  };
  auto [body, reader] = read(false);
  if (text.reported_if_true) {
    body = reader.opposite(body);
  }
  if (text.when.empty()) {
    return body;
  }
  const TermId when = read(true).first;
  return reader.joined(false, {reader.opposite(when), body});
}

std::string Terms::suggestion(std::string_view name, bool lets) const {
  std::vector<std::string_view> known;
  known.reserve(record_.items.size());
  for (const layout::Item& item : record_.items) {
    known.emplace_back(item.key);
  }
  for (const layout::Group& group : record_.groups) {
    known.emplace_back(group.key);
  }
  if (lets) {
    known.emplace_back("check_date");
    for (const layout::DateItems& date : record_.dates) {
      known.emplace_back(date.key);
    }
    for (const auto& [let, unused] : lets_) {
      known.emplace_back(let);
    }
  }
  return layout::suggestion(name, known);
}

}  // namespace kpfd::rules
