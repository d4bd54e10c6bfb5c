#include "kpfd/rules/quick_code.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace kpfd::rules {

namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string bits_text(std::uint64_t value) { return "UINT64_C(" + number(value) + ")"; }

std::string literal(std::int64_t value) {
  // The least number has no literal: its digits alone are too large.
  if (value == std::numeric_limits<std::int64_t>::min()) {
    return "std::numeric_limits<std::int64_t>::min()";
  }
  return "INT64_C(" + std::to_string(value) + ")";
}

bool jumps(QuickOp op) {
  return op == QuickOp::guard || (op >= QuickOp::leave_if_all_given && op <= QuickOp::jump);
}

bool gives_result(QuickOp op) { return op >= QuickOp::add; }

/// Items that a presence rule asks about, told from the first of them: the same for neighbours.
struct Pattern {
  std::vector<std::pair<unsigned, bool>> items;  ///< how far away; whether it is to be given

  bool operator<(const Pattern& other) const { return items < other.items; }
};

class Writer {
 public:
  Writer(const QuickProgram& program, std::string name)
      : program_(program), name_(std::move(name)) {
    const auto is_end = [](const QuickStep& step) { return step.op == QuickOp::end; };
    end_ = static_cast<std::size_t>(
        std::find_if(program.steps.begin(), program.steps.end(), is_end) - program.steps.begin());
  }

  std::string write() {
    find_kept();
    std::string routines;
    for (std::size_t begin = end_ + 1; begin < program_.steps.size();) {
      std::size_t store = begin;
      while (program_.steps[store].op != QuickOp::store) {
        ++store;
      }
      routines +=
          function("[[maybe_unused]] void " + routine(begin) + "(" + state() + "& s) noexcept",
                   begin, store, {});
      begin = store + 1;
    }
    const std::string main = function(
        "RuleBits " + name_ +
            "(const QuickProgram& program, CivilDate check_date, const std::uint64_t* given,\n"
            "    const std::int64_t* numbers) noexcept",
        0, end_, presences());
    return state_text() + routines + main;
  }

 private:
  std::string state() const { return name_ + "_state"; }
  std::string routine(std::size_t begin) const { return name_ + "_" + number(begin); }

  /// Places that a routine and others use are kept for them; all others are a function's own.
  void find_kept() {
    std::map<std::uint16_t, std::size_t> users;
    std::size_t function = 0;
    for (const QuickStep& step : program_.steps) {
      used_.clear();
      statement(step);
      for (const std::uint16_t place : used_) {
        const auto known = users.emplace(place, function).first;
        if (known->second != function) {
          kept_.insert(place);
        }
      }
      function += step.op == QuickOp::end || step.op == QuickOp::store ? 1 : 0;
    }
  }

  /// What the routines know and leave behind.
  std::string state_text() const {
    std::string text = "struct " + state() +
                       " {\n"
                       "  const QuickProgram& program;\n"
                       "  const CivilDate check_date;\n"
                       "  const std::uint64_t* const g;\n"
                       "  const std::int64_t* const n;\n"
                       "  RuleBits doubts{};\n"
                       "  std::uint64_t stored = 0;\n";
    for (const std::uint16_t place : kept_) {
      text += "  std::int64_t p" + number(place) + " = 0;\n";
    }
    return text + "};\n\n";
  }

  /// The steps from `begin` on, without the one at `end`, which others may go on at.
  std::string function(const std::string& head, std::size_t begin, std::size_t end,
                       const std::string& first) {
    std::set<std::size_t> targets;
    std::set<std::uint16_t> own;
    for (std::size_t i = begin; i < end; ++i) {
      const QuickStep& step = program_.steps[i];
      if (jumps(step.op)) {
        targets.insert(step.to);
      }
      if (gives_result(step.op) && kept_.count(step.to) == 0) {
        own.insert(step.to);
      }
    }
    const bool is_main = begin == 0;
    std::string text = head + " {\n";
    if (is_main) {
      text += "  " + state() + " s{program, check_date, given, numbers};\n";
    }
    for (const std::uint16_t place : own) {
      text += "  [[maybe_unused]] std::int64_t p" + number(place) + " = 0;\n";
    }
    text += first;
    for (std::size_t i = begin; i < end; ++i) {
      text += label(targets, i) + "  " + statement(program_.steps[i]) + "\n";
    }
    text += label(targets, end);
    return text + (is_main ? "  return s.doubts;\n}\n\n" : "  return;\n}\n\n");
  }

  static std::string label(const std::set<std::size_t>& targets, std::size_t step) {
    return targets.count(step) == 0 ? "" : "l" + number(step) + ":\n";
  }

  // ---- the presence of items ----

  /// Nearly always none of these rules is in doubt: that is told for many of them at once, and
  /// only if it does not hold each is asked by itself.
  std::string presences() const {
    std::map<std::pair<std::size_t, Pattern>, std::uint64_t> alike;
    std::string others;
    for (const QuickProgram::Presence& presence : program_.presences) {
      const FoundPattern found = pattern_of(presence);
      if (found.in_one_word) {
        alike[{found.word, found.pattern}] |= std::uint64_t{1} << found.first;
      } else {
        others += "  any |= std::uint64_t{" + is_empty(presence.given, presence.empty) + "};\n";
      }
    }
    if (program_.presences.empty()) {
      return {};
    }
    std::string text = "  std::uint64_t any = 0;\n";
    for (const auto& [where, firsts] : alike) {
      text += "  any |= " + bits_text(firsts);
      for (const auto& [distance, given] : where.second.items) {
        text += std::string(" & ") + (given ? "" : "~") + "(s.g[" + number(where.first) + "] >> " +
                number(distance) + ")";
      }
      text += ";\n";
    }
    return text + others +
           "  if (any != 0) {\n"
           "    add_presence_doubts(program, Columns<false>(program, given), s.doubts);\n"
           "  }\n";
  }

  struct FoundPattern {
    bool in_one_word = false;  ///< false: the rule asks about items of two words, or of none
    std::size_t word = 0;
    unsigned first = 0;
    Pattern pattern;
  };

  static FoundPattern pattern_of(const QuickProgram::Presence& presence) {
    FoundPattern found;
    for (std::size_t word = 0; word < presence.given.words.size(); ++word) {
      const std::uint64_t given = presence.given.words[word];
      const std::uint64_t all = given | presence.empty.words[word];
      if (all == 0) {
        continue;
      }
      if (found.in_one_word) {
        return {};
      }
      found.in_one_word = true;
      found.word = word;
      found.first = static_cast<unsigned>(__builtin_ctzll(all));
      for (unsigned bit = found.first; bit < 64; ++bit) {
        if (((all >> bit) & 1) != 0) {
          found.pattern.items.emplace_back(bit - found.first, ((given >> bit) & 1) != 0);
        }
      }
    }
    return found;
  }

  /// A condition: all of one set are given and none of the other is.
  std::string is_empty(const ColumnSet& given, const ColumnSet& empty) const {
    std::string text;
    for (std::size_t word = 0; word < program_.words; ++word) {
      const std::string items = "s.g[" + number(word) + "]";
      if (given.words[word] != 0) {
        text += (text.empty() ? "" : " | ") + ("(~" + items + " & ") +
                bits_text(given.words[word]) + ")";
      }
      if (empty.words[word] != 0) {
        text += (text.empty() ? "" : " | ") + ("(" + items + " & ") + bits_text(empty.words[word]) +
                ")";
      }
    }
    return text.empty() ? "true" : "(" + text + ") == 0";
  }
  std::string all_given(std::size_t set) const { return is_empty(program_.sets[set], {}); }
  std::string none_given(std::size_t set) const { return is_empty({}, program_.sets[set]); }

  // ---- numbers ----

  std::string at(std::uint16_t place) const {
    if (place < most_columns) {
      return "s.n[" + number(place) + "]";
    }
    const std::size_t index = place - most_columns;
    if (index < program_.constants.size()) {
      return literal(program_.constants[index]);
    }
    used_.insert(place);
    return (kept_.count(place) == 0 ? "p" : "s.p") + number(place);
  }

  std::string sum(std::uint16_t a, std::uint16_t b) const {
    return "wrapped(bits(" + at(a) + ") + bits(" + at(b) + "))";
  }

  static std::string call(const char* function, const std::string& a, const std::string& b) {
    return std::string(function) + "(" + a + ", " + b + ")";
  }

  std::string compared(const QuickStep& step, const char* sign) const {
    return "truth(" + at(step.a) + " " + sign + " " + at(step.b) + ")";
  }

  static std::string table(std::uint16_t index) {
    return "s.program.tables.data()[" + number(index) + "]";
  }

  /// Of neighbouring places, those that are as large as `a` at least.
  std::string many(const QuickStep& step, bool summed) const {
    std::string text = "wrapped(0";
    for (std::uint16_t i = 0; i < step.count; ++i) {
      const std::string large =
          "truth(" + at(static_cast<std::uint16_t>(step.b + i)) + " >= " + at(step.a) + ")";
      text += " + bits(";
      text += summed ? at(static_cast<std::uint16_t>(step.c + i)) + " & " + large : large + " & 1";
      text += ")";
    }
    return text + ")";
  }

  std::string result(const QuickStep& step) const {
    const std::string a = gives_set(step.op) ? "" : at(step.a);
    switch (step.op) {
      case QuickOp::add:
        return sum(step.a, step.b);
      case QuickOp::subtract:
        return "wrapped(bits(" + a + ") - bits(" + at(step.b) + "))";
      case QuickOp::multiply:
        return "wrapped(bits(" + a + ") * bits(" + at(step.b) + "))";
      case QuickOp::divide:
        return call("quotient", a, at(step.b));
      case QuickOp::modulo:
        return call("rest_of", a, at(step.b));
      case QuickOp::minimum:
        return call("std::min", a, at(step.b));
      case QuickOp::maximum:
        return call("std::max", a, at(step.b));
      case QuickOp::add_if:
        return "wrapped(bits(" + at(step.c) + ") + bits(" + a + " & " + at(step.b) + "))";
      case QuickOp::sum_where:
        return many(step, true);
      case QuickOp::count_where:
        return many(step, false);
      case QuickOp::any_at_least:
        return "truth(" + many(step, false) + " != 0)";
      case QuickOp::none_at_least:
        return "truth(" + many(step, false) + " == 0)";
      case QuickOp::equal:
        return compared(step, "==");
      case QuickOp::unequal:
        return compared(step, "!=");
      case QuickOp::less:
        return compared(step, "<");
      case QuickOp::at_most:
        return compared(step, "<=");
      case QuickOp::both:
        return a + " & " + at(step.b);
      case QuickOp::either:
        return a + " | " + at(step.b);
      case QuickOp::opposite:
        return "~" + a;
      case QuickOp::all_given:
        return "truth(" + all_given(step.a) + ")";
      case QuickOp::any_given:
        return "~truth(" + none_given(step.a) + ")";
      case QuickOp::none_given:
        return "truth(" + none_given(step.a) + ")";
      case QuickOp::any_empty:
        return "~truth(" + all_given(step.a) + ")";
      case QuickOp::in_table:
        return "truth(" + call("has_code", table(step.b), a) + ")";
      case QuickOp::grade_of_code:
        return table(step.b) + ".grades.of_code(" + a + ")";
      case QuickOp::grade_of_amount:
        return table(step.b) + ".grades.of_amount(" + a + ")";
      case QuickOp::date:
        return "day_of(s.program, " + a + ", " + at(step.b) + ")";
      case QuickOp::add_years:
        return call("years_later", a, at(step.b));
      case QuickOp::check_date:
        return "s.check_date.days";
      default:
        break;
    }
    return at(step.a);
  }

  static bool gives_set(QuickOp op) { return op >= QuickOp::all_given && op <= QuickOp::any_empty; }

  // ---- statements ----

  static std::string doubt_if(const std::string& condition, std::uint16_t rule) {
    return "s.doubts.words[" + number(rule / 64U) + "] |= std::uint64_t{" + condition + "} << " +
           number(rule % 64U) + ";";
  }

  static std::string leave_if(const std::string& condition, const QuickStep& step) {
    return "if (" + condition + ") { goto l" + number(step.to) + "; }";
  }

  std::string statement(const QuickStep& step) const {
    switch (step.op) {
      case QuickOp::guard:
        return leave_if("!(" + is_empty(program_.sets[step.a], program_.sets[step.b]) + ")", step);
      case QuickOp::leave_if_all_given:
        return leave_if(all_given(step.a), step);
      case QuickOp::leave_if_none_given:
        return leave_if(none_given(step.a), step);
      case QuickOp::leave_if:
        return leave_if(at(step.a) + " != 0", step);
      case QuickOp::leave_if_equal:
        return leave_if(at(step.a) + " == " + at(step.b), step);
      case QuickOp::leave_if_unequal:
        return leave_if(at(step.a) + " != " + at(step.b), step);
      case QuickOp::jump:
        return "goto l" + number(step.to) + ";";
      case QuickOp::require:
        return doubt_if(at(step.a) + " == 0", step.b);
      case QuickOp::require_equal:
        return doubt_if(at(step.a) + " != " + at(step.b), step.c);
      case QuickOp::doubt:
        return doubt_if("true", step.b);
      case QuickOp::recall:
        return "if (((s.stored >> " + number(step.a) +
               ") & 1) == 0) { s.stored |= " + bits_text(std::uint64_t{1} << step.a) + "; " +
               routine(step.to) + "(s); }";
      default:
        return at(step.to) + " = " + result(step) + ";";
    }
  }

  const QuickProgram& program_;
  std::string name_;
  std::size_t end_ = 0;           ///< behind it are the routines
  std::set<std::uint16_t> kept_;  ///< places of the state
  mutable std::set<std::uint16_t>
      used_;  ///< places that have been written out since it was cleared
};

}  // namespace

std::string source_of(const QuickProgram& program, const std::string& name) {
  return Writer(program, name).write();
}

}  // namespace kpfd::rules
