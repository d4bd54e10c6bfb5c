#include "naive.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <vector>

#include "kpfd/calendar/calendar.hpp"
#include "kpfd/rules/parser.hpp"

namespace kpfd_test {

using kpfd::CivilDate;
using kpfd::rules::Expression;
using kpfd::rules::Form;
using kpfd::rules::Outcome;
using kpfd::rules::Syntax;

namespace {

struct Silence {};

}  // namespace

// One question to one record.
class Walk {
 public:
  Walk(const Naive& rules, const kpfd::RecordView& view)
      : rules_(rules), record_(rules.record_), view_(view) {}

  std::int64_t value(const Syntax& syntax, std::uint32_t index, int step) {
    const Expression& node = syntax[index];
    const auto child = [&](std::size_t i) { return value(syntax, node.children[i], step); };
    switch (node.form) {
      case Form::number:
        return node.number;
      case Form::key:
        return key(node.name, step);
      case Form::check_date:
        return view_.check_date.days;
      case Form::add:
        return child(0) + child(1);
      case Form::subtract: {
        const std::int64_t left = child(0);
        return left - child(1);
      }
      case Form::multiply:
        return child(0) * child(1);
      case Form::divide: {
        const std::int64_t left = child(0);
        const std::int64_t right = child(1);
        if (right == 0) {
          throw Silence{};
        }
        return (left - modulo(left, right)) / right;
      }
      case Form::modulo: {
        const std::int64_t left = child(0);
        const std::int64_t right = child(1);
        if (right == 0) {
          throw Silence{};
        }
        return modulo(left, right);
      }
      case Form::negate:
        return -child(0);
      case Form::minimum:
      case Form::maximum: {
        std::int64_t result = child(0);
        for (std::size_t i = 1; i < node.children.size(); ++i) {
          const std::int64_t next = child(i);
          if ((next < result) == (node.form == Form::minimum)) {
            result = next;
          }
        }
        return result;
      }
      case Form::add_days:
        return child(0) + node.number;
      case Form::add_years: {
        const CivilDate day{static_cast<std::int32_t>(child(0))};
        if (day < kpfd::make_date(1, 1, 1) || day > kpfd::make_date(9999, 12, 31)) {
          throw Silence{};
        }
        const kpfd::YearMonthDay parts = kpfd::parts_of(day);
        const int year = parts.year + static_cast<int>(node.number);
        CivilDate moved = kpfd::make_date(year, parts.month, parts.day);
        if (!moved.known()) {
          moved = kpfd::make_date(year, 2, 28);
        }
        if (!moved.known()) {
          throw Silence{};
        }
        return moved.days;
      }
      case Form::month_after:
        return modulo(child(0), 12) + 1;
      case Form::grade_of_code:
      case Form::grade_of_amount: {
        const std::int64_t wanted = child(0);
        for (const auto& row : table(node.name).rows) {
          const bool fits = node.form == Form::grade_of_code
                                ? row.number == wanted
                                : wanted >= row.from && (row.below == 0 || wanted < row.below);
          if (fits && row.grade != 0) {
            return row.grade;
          }
        }
        throw Silence{};
      }
      case Form::sum_of: {
        std::int64_t total = 0;
        for (int i = 0; i < steps(syntax, node); ++i) {
          if (node.children.size() < 2 || value(syntax, node.children[1], i) != 0) {
            total += value(syntax, node.children[0], i);
          }
        }
        return total;
      }
      case Form::count_where: {
        std::int64_t count = 0;
        for (int i = 0; i < steps(syntax, node); ++i) {
          count += value(syntax, node.children[0], i);
        }
        return count;
      }
      case Form::any:
      case Form::all: {
        const bool all = node.form == Form::all;
        for (int i = 0; i < steps(syntax, node); ++i) {
          if ((value(syntax, node.children[0], i) != 0) != all) {
            return all ? 0 : 1;
          }
        }
        return all ? 1 : 0;
      }
      case Form::some_choice:
        return some_choice(syntax, node);
      case Form::chosen:
        return (*chosen_)[static_cast<std::size_t>(step)] ? 1 : 0;
      case Form::equal:
      case Form::unequal: {
        const bool wanted = node.form == Form::equal;
        for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
          const auto column = item(syntax, node.children[side], step);
          const auto number = literal(syntax, node.children[1 - side]);
          if (column && number) {
            return says(*column, {*number}) == wanted ? 1 : 0;
          }
        }
        const std::int64_t left = child(0);
        return (left == child(1)) == wanted ? 1 : 0;
      }
      case Form::less:
        return child(0) < child(1) ? 1 : 0;
      case Form::at_most:
        return child(0) <= child(1) ? 1 : 0;
      case Form::greater:
        return child(0) > child(1) ? 1 : 0;
      case Form::at_least:
        return child(0) >= child(1) ? 1 : 0;
      case Form::one_of: {
        std::vector<std::int64_t> numbers;
        for (std::size_t i = 1; i < node.children.size(); ++i) {
          numbers.push_back(syntax[node.children[i]].number);
        }
        if (const auto column = item(syntax, node.children[0], step)) {
          return says(*column, numbers) ? 1 : 0;
        }
        const std::int64_t found = child(0);
        return std::find(numbers.begin(), numbers.end(), found) != numbers.end() ? 1 : 0;
      }
      case Form::in_table: {
        const std::int64_t wanted = child(0);
        const auto& rows = table(node.name).rows;
        return std::any_of(rows.begin(), rows.end(),
                           [&](const auto& row) { return row.number == wanted; })
                   ? 1
                   : 0;
      }
      case Form::given:
        return view_.text(*item(syntax, node.children[0], step)).empty() ? 0 : 1;
      case Form::empty:
        return view_.text(*item(syntax, node.children[0], step)).empty() ? 1 : 0;
      case Form::no_error: {
        const std::size_t column = *item(syntax, node.children[0], step);
        return (*view_.errors)[column] && !(*view_.hidden)[column] ? 0 : 1;
      }
      case Form::negation:
        return child(0) == 0 ? 1 : 0;
      case Form::conjunction:
        return child(0) != 0 && child(1) != 0 ? 1 : 0;
      case Form::disjunction:
        return child(0) != 0 || child(1) != 0 ? 1 : 0;
      case Form::implication:
        return child(0) == 0 || child(1) != 0 ? 1 : 0;
      case Form::equivalence: {
        const bool left = child(0) != 0;
        return left == (child(1) != 0) ? 1 : 0;
      }
      case Form::conditional:
        return child(0) != 0 ? child(1) : child(2);
    }
    std::abort();
  }

 private:
  static std::int64_t modulo(std::int64_t a, std::int64_t b) {
    std::int64_t rest = a % b;
    if (rest != 0 && (rest < 0) != (b < 0)) {
      rest += b;
    }
    return rest;
  }

  const kpfd::layout::Table& table(const std::string& name) const {
    const auto& tables = layouts().tables;
    return *std::find_if(tables.begin(), tables.end(),
                         [&](const auto& known) { return known.key == name; });
  }

  const kpfd::layout::Group* group(const std::string& name) const {
    for (const auto& known : record_.groups) {
      if (known.key == name) {
        return &known;
      }
    }
    return nullptr;
  }

  // The column, if the expression is nothing but an item or the name of one.
  std::optional<std::size_t> item(const Syntax& syntax, std::uint32_t index, int step) const {
    const Expression& node = syntax[index];
    if (node.form != Form::key) {
      return std::nullopt;
    }
    if (const auto let = rules_.lets_.find(node.name); let != rules_.lets_.end()) {
      return item(let->second, let->second.root, step);
    }
    if (const int column = record_.column_of(node.name); column >= 0) {
      return static_cast<std::size_t>(column);
    }
    if (const auto* repeated = group(node.name)) {
      return repeated->columns[static_cast<std::size_t>(step)];
    }
    return std::nullopt;
  }

  std::optional<std::int64_t> literal(const Syntax& syntax, std::uint32_t index) const {
    const Expression& node = syntax[index];
    if (node.form == Form::number) {
      return node.number;
    }
    if (node.form != Form::key) {
      return std::nullopt;
    }
    const auto let = rules_.lets_.find(node.name);
    if (let == rules_.lets_.end()) {
      return std::nullopt;
    }
    return literal(let->second, let->second.root);
  }

  std::int64_t number_at(std::size_t column) const {
    if ((*view_.hidden)[column] || (*view_.errors)[column] || view_.text(column).empty()) {
      throw Silence{};
    }
    return std::stoll(std::string(view_.text(column)));
  }

  bool says(std::size_t column, const std::vector<std::int64_t>& numbers) const {
    if ((*view_.hidden)[column]) {
      return false;
    }
    if ((*view_.errors)[column]) {
      throw Silence{};
    }
    if (view_.text(column).empty()) {
      return false;
    }
    return std::find(numbers.begin(), numbers.end(), number_at(column)) != numbers.end();
  }

  std::int64_t key(const std::string& name, int step) {
    if (const auto let = rules_.lets_.find(name); let != rules_.lets_.end()) {
      return value(let->second, let->second.root, step);
    }
    for (const auto& date : record_.dates) {
      if (date.key != name) {
        continue;
      }
      const std::int64_t era = number_at(date.era);
      const std::int64_t ymd = number_at(date.ymd);
      for (const kpfd::Era& known : layouts().eras) {
        if (known.code - '0' != era) {
          continue;
        }
        const CivilDate day =
            kpfd::make_date(kpfd::gregorian_year(known, static_cast<int>(ymd / 10000)),
                            static_cast<int>(ymd / 100 % 100), static_cast<int>(ymd % 100));
        if (day.known()) {
          return day.days;
        }
      }
      throw Silence{};
    }
    const int column = record_.column_of(name);
    return number_at(column >= 0 ? static_cast<std::size_t>(column)
                                 : group(name)->columns[static_cast<std::size_t>(step)]);
  }

  int steps(const Syntax& syntax, const Expression& node) const {
    std::size_t most = 0;
    for (const std::uint32_t child : node.children) {
      const Expression& part = syntax[child];
      switch (part.form) {
        case Form::sum_of:
        case Form::count_where:
        case Form::any:
        case Form::all:
        case Form::some_choice:
          continue;
        case Form::chosen:
          most = std::max(most, chosen_->size());
          continue;
        case Form::key:
          if (const auto* repeated = group(part.name)) {
            most = std::max(most, repeated->columns.size());
          } else if (const auto let = rules_.lets_.find(part.name); let != rules_.lets_.end()) {
            Expression whole;
            whole.children = {let->second.root};
            most = std::max(most, static_cast<std::size_t>(steps(let->second, whole)));
          }
          continue;
        default:
          most = std::max(most, static_cast<std::size_t>(steps(syntax, part)));
      }
    }
    return static_cast<int>(most);
  }

  std::int64_t some_choice(const Syntax& syntax, const Expression& node) {
    Expression where;
    where.children = {node.children[0]};
    const auto count = static_cast<std::size_t>(steps(syntax, where));
    std::vector<bool> allowed;
    for (std::size_t i = 0; i < count; ++i) {
      allowed.push_back(value(syntax, node.children[0], static_cast<int>(i)) != 0);
    }
    // From all of them down: the order decides whether a silence or a fitting choice comes first.
    for (std::size_t bits = (std::size_t{1} << count) - 1; bits > 0; --bits) {
      std::vector<bool> chosen;
      bool possible = true;
      for (std::size_t i = 0; i < count; ++i) {
        chosen.push_back(((bits >> i) & 1) != 0);
        possible = possible && (!chosen[i] || allowed[i]);
      }
      if (!possible) {
        continue;
      }
      chosen_ = &chosen;
      const bool fits = value(syntax, node.children[1], -1) != 0;
      chosen_ = nullptr;
      if (fits) {
        return 1;
      }
    }
    return 0;
  }

  const Naive& rules_;
  const kpfd::layout::Record& record_;
  const kpfd::RecordView& view_;
  const std::vector<bool>* chosen_ = nullptr;
};

Naive::Naive(const kpfd::layout::Record& record) : record_(record) {
  for (const auto& rule : record.rules) {
    if (rule.let) {
      lets_.emplace(rule.id, kpfd::rules::parse(rule.text));
    }
  }
}

const Syntax& Naive::parsed(const std::string& text) const {
  const auto known = parsed_.find(text);
  return known != parsed_.end() ? known->second
                                : parsed_.emplace(text, kpfd::rules::parse(text)).first->second;
}

Outcome Naive::ask(const kpfd::layout::RuleText& rule, int at, int step,
                   const kpfd::RecordView& view) const {
  if (at >= 0 && (*view.errors)[static_cast<std::size_t>(at)]) {
    return Outcome::silent;
  }
  Walk walk(*this, view);
  try {
    if (!rule.when.empty()) {
      const Syntax& when = parsed(rule.when);
      if (walk.value(when, when.root, step) == 0) {
        return Outcome::pass;
      }
    }
    const Syntax& text = parsed(rule.text);
    const bool holds = walk.value(text, text.root, step) != 0;
    return holds != rule.reported_if_true ? Outcome::pass : Outcome::fail;
  } catch (const Silence&) {
    return Outcome::silent;
  }
}

}  // namespace kpfd_test
