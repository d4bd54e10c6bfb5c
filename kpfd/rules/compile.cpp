#include "kpfd/rules/compile.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "kpfd/rules/terms.hpp"

namespace kpfd::rules {
namespace {

// The order that Emitter::relation relies on.
static_assert(static_cast<int>(What::at_least) - static_cast<int>(What::equal) == 5 &&
              static_cast<int>(Op::if_at_least) - static_cast<int>(Op::if_equal) == 5 &&
              static_cast<int>(Op::if_item_at_least) - static_cast<int>(Op::if_item_equal) == 5);

// ---- terms => instructions ----

// Conditions become jumps: each is told where to go on if it is true and if it is false, and which
// of the two places stands right behind it.
class Emitter {
 public:
  Emitter(const Terms& terms, const layout::RuleText& text) : terms_(terms), text_(text) {}

  Program emit(TermId root) {
    pass_ = new_label();
    fail_ = new_label();
    fail_integers_ = new_label();
    fail_dates_ = new_label();
    branch(root, pass_, fail_, pass_);
    end_with(pass_, Op::pass, true);
    end_with(fail_, Op::fail, false);
    end_with(fail_integers_, Op::fail_integers, false);
    end_with(fail_dates_, Op::fail_dates, false);
    // A routine may use names of its own, whose routines are then added behind it.
    for (std::size_t i = 0; i < routines_.size(); ++i) {
      const Routine routine = routines_[i];
      place(routine.label);
      base_ += deepest_;
      depth_ = 1;  // the place to go back to
      deepest_ = 1;
      const Term& named = terms_[routine.term];
      if (named.kind == Kind::boolean) {
        const Label yes = new_label();
        const Label no = new_label();
        branch(named.parts[0], yes, no, yes);
        place(yes);
        put(Op::store_true).index = named.index;
        place(no);
        put(Op::store_false).index = named.index;
      } else {
        value(named.parts[0]);
        put(Op::store).index = named.index;
      }
    }
    for (Instruction& instruction : program_.code) {
      if (has_target(instruction.op)) {
        instruction.target = static_cast<std::uint16_t>(labels_[instruction.target].place);
      }
      if (instruction.op == Op::if_recalled || instruction.op == Op::if_not_recalled) {
        const auto label = static_cast<std::size_t>(instruction.number);
        instruction.number = static_cast<std::int64_t>(labels_[label].place);
      }
    }
    return std::move(program_);
  }

 private:
  using Label = std::uint16_t;
  struct LabelState {
    std::size_t place = 0;
    bool used = false;
  };
  // The code that fills the slot of a named expression.
  struct Routine {
    TermId term = 0;
    Label label = 0;
  };
  static constexpr Label none = 0xFFFF;

  // ---- code ----

  [[noreturn]] void too_long() const {
    fail_at(text_, "more than " + std::to_string(longest_program) +
                       " steps when its repetitions are written out");
  }

  Instruction& put(Op op) {
    if (program_.code.size() == longest_program) {
      too_long();
    }
    program_.code.emplace_back();
    program_.code.back().op = op;
    return program_.code.back();
  }
  Instruction& put_jump(Op op, Label target) {
    labels_[target].used = true;
    Instruction& instruction = put(op);
    instruction.target = target;
    return instruction;
  }

  Label new_label() {
    if (labels_.size() == none) {
      too_long();
    }
    labels_.emplace_back();
    return static_cast<Label>(labels_.size() - 1);
  }
  void place(Label label) { labels_[label].place = program_.code.size(); }

  void end_with(Label label, Op op, bool always) {
    place(label);
    if (always || labels_[label].used) {
      put(op);
    }
  }

  // All routines may be under way at once, each within another: their depths are added.
  void pushed() {
    deepest_ = std::max(deepest_, ++depth_);
    if (base_ + deepest_ > deepest_stack) {
      fail_at(text_, "nested too deep");
    }
  }
  void popped(std::size_t count) { depth_ -= count; }

  // ---- values ----

  void value(TermId id) {
    const Term& term = terms_[id];
    switch (term.what) {
      case What::number:
        put(Op::constant).number = term.number;
        pushed();
        return;
      case What::item:
        put(Op::item).column = term.column;
        pushed();
        return;
      case What::date:
        put(Op::date).index = date(term.index);
        pushed();
        return;
      case What::check_date:
        put(Op::check_date);
        pushed();
        return;
      case What::never:
        put(Op::silent);
        pushed();
        return;
      case What::add:
        if (const Term& right = terms_[term.parts[1]]; right.what == What::item) {
          value(term.parts[0]);
          put(Op::add_item).column = right.column;
          return;
        }
        two(Op::add, term);
        return;
      case What::subtract:
        two(Op::subtract, term);
        return;
      case What::multiply:
        two(Op::multiply, term);
        return;
      case What::divide:
        two(Op::divide, term);
        return;
      case What::modulo:
        two(Op::modulo, term);
        return;
      case What::minimum:
        if (const Term& right = terms_[term.parts[1]]; right.what == What::number) {
          value(term.parts[0]);
          put(Op::minimum_number).number = right.number;
          return;
        }
        two(Op::minimum, term);
        return;
      case What::maximum:
        two(Op::maximum, term);
        return;
      case What::add_number:
        value(term.parts[0]);
        put(Op::add_number).number = term.number;
        return;
      case What::add_years:
        value(term.parts[0]);
        put(Op::add_years).number = term.number;
        return;
      case What::grade_of_code:
      case What::grade_of_amount:
        value(term.parts[0]);
        put(term.what == What::grade_of_code ? Op::grade_of_code : Op::grade_of_amount).index =
            table(term.index);
        return;
      case What::sum_if:
        sum_if(term);
        return;
      case What::conditional: {
        const Label first = new_label();
        const Label second = new_label();
        const Label end = new_label();
        branch(term.parts[0], first, second, first);
        place(first);
        value(term.parts[1]);
        popped(1);  // one of the two values is pushed, not both
        put_jump(Op::jump, end);
        place(second);
        value(term.parts[2]);
        place(end);
        return;
      }
      case What::shared:
        put_jump(Op::recall, routine(id)).index = term.index;
        pushed();
        return;
      default:
        break;  // a condition: it has no value, it goes one way or the other
    }
  }

  Label routine(TermId id) {
    for (const Routine& known : routines_) {
      if (known.term == id) {
        return known.label;
      }
    }
    routines_.push_back({id, new_label()});
    return routines_.back().label;
  }

  void two(Op op, const Term& term) {
    value(term.parts[0]);
    value(term.parts[1]);
    put(op);
    popped(1);
  }

  void sum_if(const Term& term) {
    bool first = true;
    for (std::size_t i = 0; i < term.parts.size(); i += 2) {
      const Term& test = terms_[term.parts[i]];
      const bool always = test.what == What::truth && test.number != 0;
      if (test.what == What::truth && !always) {
        continue;
      }
      if (first && !always) {
        put(Op::constant).number = 0;
        pushed();
      }
      const Label yes = new_label();
      const Label no = new_label();
      if (!always) {
        branch(term.parts[i], yes, no, yes);
      }
      place(yes);
      const Term& summand = terms_[term.parts[i + 1]];
      if (first && always) {
        value(term.parts[i + 1]);
      } else if (summand.what == What::number) {
        put(Op::add_number).number = summand.number;
      } else if (summand.what == What::item) {
        put(Op::add_item).column = summand.column;
      } else {
        value(term.parts[i + 1]);
        put(Op::add);
        popped(1);
      }
      place(no);
      first = false;
    }
    if (first) {
      put(Op::constant).number = 0;
      pushed();
    }
  }

  // ---- conditions ----

  // Jumps to `yes` by `op`; goes to `no` otherwise.
  Instruction& test(Op op, Op opposite, Label yes, Label no, Label next) {
    if (next == yes) {
      return put_jump(opposite, no);
    }
    put_jump(op, yes);
    const std::size_t at = program_.code.size() - 1;
    if (next != no) {
      put_jump(Op::jump, no);
    }
    return program_.code[at];
  }

  // The same for a test that has no opposite.
  Instruction& test(Op op, Label yes, Label no, Label next) {
    put_jump(op, yes);
    const std::size_t at = program_.code.size() - 1;
    if (next != no) {
      put_jump(Op::jump, no);
    }
    return program_.code[at];
  }

  // `equal` to `at_least` stand in the same order as the instructions for them.
  static Op relation(What what, Op equal) {
    const int distance = static_cast<int>(what) - static_cast<int>(What::equal);
    return static_cast<Op>(static_cast<int>(equal) + distance);
  }
  static What opposite_of(What what) {
    switch (what) {
      case What::equal:
        return What::unequal;
      case What::unequal:
        return What::equal;
      case What::less:
        return What::at_least;
      case What::at_least:
        return What::less;
      case What::at_most:
        return What::greater;
      default:
        return What::at_most;
    }
  }

  void compare(const Term& term, Label yes, Label no, Label next) {
    const Term& left = terms_[term.parts[0]];
    const bool item = left.what == What::item;
    if (!item) {
      value(term.parts[0]);
    }
    value(term.parts[1]);
    popped(item ? 1 : 2);
    // Only here are the two sides still known: so this is where the amounts of a finding come from.
    if (no == fail_) {
      no = left.kind == Kind::date ? fail_dates_ : fail_integers_;
    }
    const Op equal = item ? Op::if_item_equal : Op::if_equal;
    Instruction& instruction =
        test(relation(term.what, equal), relation(opposite_of(term.what), equal), yes, no, next);
    instruction.column = left.column;
  }

  void branch(TermId id, Label yes, Label no, Label next) {
    const Term& term = terms_[id];
    switch (term.what) {
      case What::truth: {
        const Label target = term.number != 0 ? yes : no;
        if (target != next) {
          put_jump(Op::jump, target);
        }
        return;
      }
      case What::equal:
      case What::unequal:
      case What::less:
      case What::at_most:
      case What::greater:
      case What::at_least:
        compare(term, yes, no, next);
        return;
      case What::says: {
        Instruction& instruction = test(Op::if_says, Op::if_says_not, yes, no, next);
        instruction.column = term.column;
        instruction.number = term.number;
        return;
      }
      case What::says_one_of: {
        const std::uint16_t set = set_of(term);
        Instruction& instruction = test(Op::if_says_one_of, yes, no, next);
        instruction.column = term.column;
        instruction.index = set;
        instruction.length = static_cast<std::uint8_t>(term.numbers.size());
        return;
      }
      case What::one_of: {
        value(term.parts[0]);
        popped(1);
        const std::uint16_t set = set_of(term);
        Instruction& instruction = test(Op::if_one_of, yes, no, next);
        instruction.index = set;
        instruction.length = static_cast<std::uint8_t>(term.numbers.size());
        return;
      }
      case What::in_table:
        value(term.parts[0]);
        popped(1);
        test(Op::if_in_table, yes, no, next).index = table(term.index);
        return;
      case What::given:
        test(Op::if_given, Op::if_empty, yes, no, next).column = term.column;
        return;
      case What::no_error:
        test(Op::if_no_error, Op::if_error, yes, no, next).column = term.column;
        return;
      case What::chosen:
        test(Op::if_chosen, Op::if_not_chosen, yes, no, next).index = term.index;
        return;
      case What::negation:
        branch(term.parts[0], no, yes, next);
        return;
      case What::all_of:
      case What::any_of: {
        const bool all = term.what == What::all_of;
        for (std::size_t i = 0; i + 1 < term.parts.size(); ++i) {
          const Label go_on = new_label();
          branch(term.parts[i], all ? go_on : yes, all ? no : go_on, go_on);
          place(go_on);
        }
        branch(term.parts.back(), yes, no, next);
        return;
      }
      case What::equivalence:
      case What::conditional: {
        const Label first = new_label();
        const Label second = new_label();
        branch(term.parts[0], first, second, first);
        place(first);
        branch(term.parts[1], yes, no, none);
        place(second);
        if (term.what == What::conditional) {
          branch(term.parts[2], yes, no, next);
        } else {
          branch(term.parts[1], no, yes, next);
        }
        return;
      }
      case What::choice:
        choice(term, yes, no, next);
        return;
      case What::never:
        put(Op::silent);
        return;
      case What::shared: {
        const Label fill = routine(id);
        Instruction& instruction = test(Op::if_recalled, Op::if_not_recalled, yes, no, next);
        instruction.index = term.index;
        instruction.number = fill;
        return;
      }
      default:
        break;  // a value
    }
  }

  void choice(const Term& term, Label yes, Label no, Label next) {
    put(Op::choice_clear);
    for (std::size_t i = 0; i + 1 < term.parts.size(); ++i) {
      const Label allowed = new_label();
      const Label refused = new_label();
      branch(term.parts[i], allowed, refused, allowed);
      place(allowed);
      put(Op::choice_allow).index = static_cast<std::uint16_t>(i);
      place(refused);
    }
    const Label body = new_label();
    const Label another = new_label();
    put_jump(Op::choice_first, no);
    place(body);
    branch(term.parts.back(), yes, another, another);
    place(another);
    put_jump(Op::choice_next, body);
    if (next != no) {
      put_jump(Op::jump, no);
    }
  }

  // ---- what instructions point to ----

  std::uint16_t set_of(const Term& term) {
    const auto begin = static_cast<std::uint16_t>(program_.sets.size());
    if (program_.sets.size() + term.numbers.size() > std::numeric_limits<std::uint16_t>::max()) {
      too_long();
    }
    program_.sets.insert(program_.sets.end(), term.numbers.begin(), term.numbers.end());
    return begin;
  }

  std::uint16_t date(std::uint16_t index) {
    const layout::DateItems& items = terms_.record().dates[index];
    for (std::size_t i = 0; i < program_.dates.size(); ++i) {
      if (program_.dates[i].ymd == items.ymd) {
        return static_cast<std::uint16_t>(i);
      }
    }
    for (const Era& era : terms_.layouts().eras) {
      program_.era_years[static_cast<std::size_t>(era.code - '0')] =
          static_cast<std::int16_t>(gregorian_year(era, 0));
    }
    program_.dates.push_back({items.era, items.ymd, terms_.date_slot(index)});
    return static_cast<std::uint16_t>(program_.dates.size() - 1);
  }

  std::uint16_t table(std::uint16_t index) {
    const layout::Table& source = terms_.layouts().tables[index];
    for (std::size_t i = 0; i < program_.tables.size(); ++i) {
      if (program_.tables[i].key == source.key) {
        return static_cast<std::uint16_t>(i);
      }
    }
    program_.tables.push_back(grades_of(source));
    return static_cast<std::uint16_t>(program_.tables.size() - 1);
  }

  const Terms& terms_;
  const layout::RuleText& text_;
  Program program_;
  std::vector<LabelState> labels_;
  std::vector<Routine> routines_;
  std::size_t depth_ = 0;    // values that wait, in the routine under way
  std::size_t deepest_ = 0;  // most of them so far
  std::size_t base_ = 0;     // most in all the code before
  Label pass_ = none;
  Label fail_ = none;
  Label fail_integers_ = none;
  Label fail_dates_ = none;
};

// The columns that a rule's findings stand at, and whether they are the steps of a repeated item.
struct Stand {
  std::vector<int> columns;
  bool repeated = false;
};

Stand stand_of(const layout::RuleText& text, const layout::Record& record, const Terms& terms) {
  if (text.at.empty()) {
    return {{-1}, false};
  }
  if (const int column = record.column_of(text.at); column >= 0) {
    return {{column}, false};
  }
  for (const layout::Group& group : record.groups) {
    if (group.key == text.at) {
      return {{group.columns.begin(), group.columns.end()}, true};
    }
  }
  fail_at(text, "`at`: no item is called `" + text.at + "`" + terms.suggestion(text.at, false));
}

}  // namespace

Program::Grades grades_of(const layout::Table& source) {
  Program::Grades grades;
  grades.key = source.key;
  const auto by_key = [](const Program::Grades::Row& a, const Program::Grades::Row& b) {
    return a.key < b.key;
  };
  for (const layout::Table::Row& row : source.rows) {
    grades.by_code.push_back({row.number, 0, row.grade});
    if (row.grade != 0) {
      grades.by_amount.push_back({row.from, row.below, row.grade});
    }
  }
  std::stable_sort(grades.by_code.begin(), grades.by_code.end(), by_key);
  std::stable_sort(grades.by_amount.begin(), grades.by_amount.end(), by_key);
  return grades;
}

ColumnSet hidden_columns(const layout::Record& record) {
  ColumnSet hidden;
  for (const layout::Item& item : record.items) {
    if (record.for_union && item.scope == layout::Scope::pension) {
      hidden.set(item.column);
    }
  }
  return hidden;
}

RuleSet compile(const layout::Record& record, const layout::Layouts& layouts) {
  if (record.items.size() > most_columns) {
    throw layout::SchemaError(record.place, "more than " + std::to_string(most_columns) + " items");
  }
  const ColumnSet hidden = hidden_columns(record);
  Terms terms(record, layouts);
  RuleSet set;
  std::vector<TermId> roots;
  for (const layout::RuleText& text : record.rules) {
    if (text.let) {
      terms.define(text);
      continue;
    }
    if (!text.receivers.empty() && !record.receiver.empty() && text.receivers != record.receiver) {
      continue;
    }
    const Stand stand = stand_of(text, record, terms);
    for (std::size_t i = 0; i < stand.columns.size(); ++i) {
      const TermId root = terms.rule(text, stand.repeated ? static_cast<int>(i) : -1,
                                     stand.repeated ? stand.columns.size() : 0);
      const int column = stand.columns[i];
      const Needs& needs = terms[root].when_false;
      if (needs.impossible || (column >= 0 && hidden[static_cast<std::size_t>(column)])) {
        continue;
      }
      Rule rule;
      rule.id = text.id;
      rule.severity = text.severity;
      rule.at_column = column;
      rule.text = static_cast<std::uint32_t>(&text - record.rules.data());
      rule.asks_errors = terms[root].changing;
      rule.program = Emitter(terms, text).emit(root);
      rule.program.at_column = column;
      rule.program.given = needs.given;
      rule.program.empty = needs.empty;
      rule.program.sound = needs.sound;
      if (column >= 0) {
        rule.program.sound.set(static_cast<std::size_t>(column));
      }
      rule.program.words = static_cast<std::uint8_t>((record.items.size() + 63) / 64);
      set.rules.push_back(std::move(rule));
      roots.push_back(root);
    }
  }
  std::vector<QuickRule> quick;
  for (std::size_t i = 0; i < roots.size(); ++i) {
    quick.push_back({roots[i], &set.rules[i].program});
  }
  set.quick = make_quick(terms, quick);
  return set;
}

}  // namespace kpfd::rules
