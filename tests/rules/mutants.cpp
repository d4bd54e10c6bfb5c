#include "mutants.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "kpfd/rules/parser.hpp"

namespace kpfd_test {

using kpfd::layout::Record;
using kpfd::layout::RuleText;
using kpfd::rules::Expression;
using kpfd::rules::Form;
using kpfd::rules::Syntax;

namespace {

using Texts = std::vector<std::string>;

/// Always true, and needs no item.
const std::string truth = "(check_date == check_date)";

const std::map<Form, std::string>& operators() {
  static const std::map<Form, std::string> texts = {
      {Form::add, " + "},           {Form::subtract, " - "},
      {Form::multiply, " * "},      {Form::divide, " / "},
      {Form::modulo, " mod "},      {Form::equal, " == "},
      {Form::unequal, " != "},      {Form::less, " < "},
      {Form::at_most, " <= "},      {Form::greater, " > "},
      {Form::at_least, " >= "},     {Form::conjunction, " and "},
      {Form::disjunction, " or "},  {Form::implication, " implies "},
      {Form::equivalence, " iff "},
  };
  return texts;
}

bool is_comparison(Form form) { return form >= Form::equal && form <= Form::at_least; }

/// Prints a tree; one node of it as another text, if asked for.
class Printer {
 public:
  explicit Printer(const Syntax& syntax) : syntax_(syntax) {}
  Printer(const Syntax& syntax, std::uint32_t replaced, std::string text)
      : syntax_(syntax), replaced_(replaced), text_(std::move(text)), replaces_(true) {}

  std::string operator()(std::uint32_t index) const {
    if (replaces_ && index == replaced_) {
      return text_;
    }
    const Expression& node = syntax_[index];
    const auto part = [&](std::size_t i) { return (*this)(node.children[i]); };
    if (const auto found = operators().find(node.form); found != operators().end()) {
      return "(" + part(0) + found->second + part(1) + ")";
    }
    switch (node.form) {
      case Form::number:
        return std::to_string(node.number);
      case Form::key:
        return node.name;
      case Form::check_date:
        return "check_date";
      case Form::negate:
        return "(-" + part(0) + ")";
      case Form::minimum:
        return "min(" + list(node, 0) + ")";
      case Form::maximum:
        return "max(" + list(node, 0) + ")";
      case Form::add_years:
        return moved(part(0), node.number, "years");
      case Form::add_days:
        return moved(part(0), node.number, "days");
      case Form::month_after:
        return "(month after " + part(0) + ")";
      case Form::grade_of_code:
        return "(grade of code " + part(0) + " in " + node.name + ")";
      case Form::grade_of_amount:
        return "(grade of amount " + part(0) + " in " + node.name + ")";
      case Form::sum_of:
        return "(sum of " + part(0) + (node.children.size() > 1 ? " where " + part(1) : "") + ")";
      case Form::count_where:
        return "(count where " + part(0) + ")";
      case Form::any:
        return "(any " + in_parentheses(part(0)) + ")";
      case Form::all:
        return "(all " + in_parentheses(part(0)) + ")";
      case Form::some_choice:
        return "(some choice where " + part(0) + " satisfies " + part(1) + ")";
      case Form::chosen:
        return "chosen";
      case Form::one_of:
        return "(" + part(0) + " in (" + list(node, 1) + "))";
      case Form::in_table:
        return "(" + part(0) + " in " + node.name + ")";
      case Form::given:
        return "(" + part(0) + " given)";
      case Form::empty:
        return "(" + part(0) + " empty)";
      case Form::no_error:
        return "(" + part(0) + " has no error)";
      case Form::negation:
        return "(not " + in_parentheses(part(0)) + ")";
      case Form::conditional:
        return "(if " + part(0) + " then " + part(1) + " else " + part(2) + ")";
      default:
        return "";  // an operator
    }
  }

  static std::string moved(const std::string& date, std::int64_t number, const char* unit) {
    return "(" + date + (number < 0 ? " - " : " + ") +
           std::to_string(number < 0 ? -number : number) + " " + unit + ")";
  }

 private:
  static std::string in_parentheses(const std::string& text) {
    return text.front() == '(' ? text : "(" + text + ")";
  }

  std::string list(const Expression& node, std::size_t first) const {
    std::string text;
    for (std::size_t i = first; i < node.children.size(); ++i) {
      text += (i == first ? "" : ", ") + (*this)(node.children[i]);
    }
    return text;
  }

  const Syntax& syntax_;
  std::uint32_t replaced_ = 0;
  std::string text_;
  bool replaces_ = false;
};

/// The nodes that can be reached: a parser may have left others.
void reach(const Syntax& syntax, std::uint32_t index, std::vector<std::uint32_t>& nodes) {
  nodes.push_back(index);
  for (const std::uint32_t child : syntax[index].children) {
    reach(syntax, child, nodes);
  }
}

/// What may stand in the place of a name.
class Names {
 public:
  explicit Names(const Record& record) : record_(record) {}

  Texts instead_of(const std::string& name) const {
    Texts texts;
    if (const int column = record_.column_of(name); column >= 0) {
      return neighbours(static_cast<std::size_t>(column));
    }
    for (std::size_t i = 0; i < record_.groups.size(); ++i) {
      if (record_.groups[i].key == name) {
        for (const std::size_t other : {i + record_.groups.size() - 1, i + 1}) {
          texts.push_back(record_.groups[other % record_.groups.size()].key);
        }
      }
    }
    const auto& dates = record_.dates;
    const bool is_date =
        std::any_of(dates.begin(), dates.end(), [&](const auto& date) { return date.key == name; });
    for (const auto& date : dates) {
      if (is_date && date.day_date()) {
        texts.push_back(date.key);
      }
    }
    const auto& rules = record_.rules;
    const bool is_let = std::any_of(rules.begin(), rules.end(),
                                    [&](const auto& rule) { return rule.let && rule.id == name; });
    for (const auto& rule : rules) {
      if (is_let && rule.let) {
        texts.push_back(rule.id);
      }
    }
    texts.erase(std::remove(texts.begin(), texts.end(), name), texts.end());
    return texts;
  }

  /// The nearest items of the same type before and behind it.
  Texts neighbours(std::size_t column) const {
    Texts texts;
    const auto& items = record_.items;
    for (std::size_t i = column; i-- > 0;) {
      if (items[i].type == items[column].type) {
        texts.push_back(items[i].key);
        break;
      }
    }
    for (std::size_t i = column + 1; i < items.size(); ++i) {
      if (items[i].type == items[column].type) {
        texts.push_back(items[i].key);
        break;
      }
    }
    return texts;
  }

 private:
  const Record& record_;
};

/// What may stand in the place of one node.
Texts instead_of(const Syntax& syntax, std::uint32_t index, const Names& names) {
  const Expression& node = syntax[index];
  const Printer print(syntax);
  const auto part = [&](std::size_t i) { return print(node.children[i]); };
  Texts texts;
  const auto negated = [&] { texts.push_back("(not " + print(index) + ")"); };
  const auto operands = [&] {
    texts.push_back(part(0));
    texts.push_back(part(1));
  };
  const auto joined = [&](const char* word) {
    texts.push_back("(" + part(0) + word + part(1) + ")");
  };
  if (is_comparison(node.form)) {
    for (const auto& [form, text] : operators()) {
      if (is_comparison(form) && form != node.form) {
        texts.push_back("(" + part(0) + text + part(1) + ")");
      }
    }
    // A written number is changed by itself.
    if (syntax[node.children[1]].form != Form::number) {
      for (const char* shift : {" + 1)", " - 1)", " + 1 days)", " - 1 days)"}) {
        texts.push_back("(" + part(0) + operators().at(node.form) + "(" + part(1) + shift + ")");
      }
    }
    return texts;
  }
  switch (node.form) {
    case Form::number:
      texts.push_back(std::to_string(node.number + 1));
      if (node.number > 0) {
        texts.push_back(std::to_string(node.number - 1));
      }
      break;
    case Form::key:
      texts = names.instead_of(node.name);
      negated();
      break;
    case Form::chosen:
      negated();
      break;
    case Form::check_date:
      texts = {"(check_date + 1 days)", "(check_date - 1 days)"};
      break;
    case Form::add:
      joined(" - ");
      operands();
      break;
    case Form::subtract:
      joined(" + ");
      operands();
      break;
    case Form::multiply:
      joined(" / ");
      operands();
      break;
    case Form::divide:
    case Form::modulo:
      joined(" * ");
      operands();
      break;
    case Form::negate:
    case Form::month_after:
      texts.push_back(part(0));
      break;
    case Form::minimum:
    case Form::maximum: {
      std::string all;
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        all += (i == 0 ? "" : ", ") + part(i);
        texts.push_back(part(i));
      }
      texts.push_back((node.form == Form::minimum ? "max(" : "min(") + all + ")");
      break;
    }
    case Form::add_years:
    case Form::add_days:
      texts.push_back(part(0));
      for (const int change : {1, -1, 7}) {
        texts.push_back(Printer::moved(part(0), node.number + change,
                                       node.form == Form::add_years ? "years" : "days"));
      }
      break;
    case Form::grade_of_code:
      texts.push_back("(grade of amount " + part(0) + " in " + node.name + ")");
      break;
    case Form::grade_of_amount:
      texts.push_back("(grade of code " + part(0) + " in " + node.name + ")");
      break;
    case Form::sum_of:
      if (node.children.size() > 1) {
        texts.push_back("(sum of " + part(0) + ")");
        texts.push_back("(count where " + part(1) + ")");
      } else {
        // One step fewer.
        for (const char* step : {"_1", "_2", "_3"}) {
          texts.push_back("(" + print(index) + " - " + part(0) + step + ")");
        }
      }
      break;
    case Form::count_where:
      texts.push_back("(" + print(index) + " + 1)");
      break;
    case Form::any:
      texts.push_back("(all (" + part(0) + "))");
      negated();
      break;
    case Form::all:
      texts.push_back("(any (" + part(0) + "))");
      texts.push_back(truth);
      negated();
      break;
    case Form::some_choice:
      texts.push_back("(some choice where (" + part(0) + " or not (" + part(0) + ")) satisfies " +
                      part(1) + ")");
      negated();
      break;
    case Form::one_of:
      for (std::size_t left_out = 1; left_out < node.children.size(); ++left_out) {
        std::string others;
        for (std::size_t i = 1; i < node.children.size(); ++i) {
          if (i != left_out) {
            others += (others.empty() ? "" : ", ") + part(i);
          }
        }
        if (!others.empty()) {
          texts.push_back("(" + part(0) + " in (" + others + "))");
        }
      }
      negated();
      break;
    case Form::in_table:
      negated();
      break;
    case Form::given:
      texts.push_back("(" + part(0) + " empty)");
      break;
    case Form::empty:
      texts.push_back("(" + part(0) + " given)");
      break;
    case Form::no_error:
      texts.push_back(truth);
      negated();
      break;
    case Form::negation:
      texts.push_back(part(0));
      break;
    case Form::conjunction:
      joined(" or ");
      operands();
      negated();
      break;
    case Form::disjunction:
      joined(" and ");
      operands();
      negated();
      break;
    case Form::implication:
      joined(" and ");
      joined(" iff ");
      texts.push_back("(" + part(1) + " implies " + part(0) + ")");
      texts.push_back("(not (" + part(0) + "))");
      texts.push_back(part(1));
      negated();
      break;
    case Form::equivalence:
      joined(" implies ");
      texts.push_back("(" + part(1) + " implies " + part(0) + ")");
      negated();
      break;
    case Form::conditional:
      texts.push_back("(if " + part(0) + " then " + part(2) + " else " + part(1) + ")");
      texts.push_back(part(1));
      texts.push_back(part(2));
      break;
    default:
      break;
  }
  return texts;
}

class Maker {
 public:
  explicit Maker(const Record& record) : record_(record), names_(record) {}

  std::vector<Mutant> make() {
    for (rule_ = 0; rule_ < record_.rules.size(); ++rule_) {
      const RuleText& rule = record_.rules[rule_];
      if (!rule.let) {
        whole(rule);
        if (!rule.when.empty()) {
          add("when dropped", [](RuleText& changed) { changed.when.clear(); });
          expression("when", rule.when, &RuleText::when);
        }
      }
      expression("text", rule.text, &RuleText::text);
    }
    return std::move(mutants_);
  }

 private:
  void add(const std::string& what, const std::function<void(RuleText&)>& change) {
    const RuleText& rule = record_.rules[rule_];
    Mutant mutant;
    mutant.rule = rule_;
    mutant.changed = rule;
    mutant.title = (rule.let ? "let " + rule.id : rule.id + "@" + rule.at) + " " + what;
    // The same change twice in a rule: told apart by a number.
    if (const int times = ++titles_[mutant.title]; times > 1) {
      mutant.title += " #" + std::to_string(times);
    }
    change(mutant.changed);
    mutants_.push_back(std::move(mutant));
  }

  void whole(const RuleText& rule) {
    add("removed", [](RuleText&) {});
    mutants_.back().removed = true;
    add("other severity", [](RuleText& changed) {
      changed.severity = changed.severity == kpfd::Severity::error ? kpfd::Severity::warning
                                                                   : kpfd::Severity::error;
    });
    for (const char* receivers : {"", "KPFD", "SHFD"}) {
      if (rule.receivers != receivers) {
        add(std::string("for ") + (*receivers == '\0' ? "both" : receivers),
            [&](RuleText& changed) { changed.receivers = receivers; });
      }
    }
    const int column = record_.column_of(rule.at);
    const Texts places = column < 0 ? names_.instead_of(rule.at)
                                    : names_.neighbours(static_cast<std::size_t>(column));
    for (const std::string& place : places) {
      add("at " + place, [&](RuleText& changed) { changed.at = place; });
    }
  }

  void expression(const char* name, const std::string& text, std::string RuleText::*member) {
    const Syntax syntax = kpfd::rules::parse(text);
    const Printer print(syntax);
    std::vector<std::uint32_t> nodes;
    reach(syntax, syntax.root, nodes);
    for (const std::uint32_t node : nodes) {
      for (const std::string& other : instead_of(syntax, node, names_)) {
        const std::string before = print(node);
        std::string what = name;
        what.append(": ").append(before).append(" -> ").append(other);
        add(what, [&](RuleText& changed) {
          changed.*member = Printer(syntax, node, other)(syntax.root);
        });
      }
    }
  }

  const Record& record_;
  Names names_;
  std::size_t rule_ = 0;
  std::map<std::string, int> titles_;
  std::vector<Mutant> mutants_;
};

}  // namespace

std::string printed(const Syntax& syntax) { return Printer(syntax)(syntax.root); }

std::vector<Mutant> mutants_of(const Record& record) { return Maker(record).make(); }

}  // namespace kpfd_test
