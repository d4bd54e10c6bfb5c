// Terms => steps of the quick look.

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "kpfd/rules/quick.hpp"

namespace kpfd::rules {

namespace {

// What several numbers are compared with one by one; a longer list is not looked at quickly.
constexpr std::size_t most_alternatives = 8;

// A code beyond it is looked up in the table's list.
constexpr std::int64_t largest_code_bit = 65'535;

// The places behind the columns: constants, what one rule computes, what several rules share, and
// what the routines compute on the way to that. A routine is entered from any rule, so its places
// are no other's.
constexpr std::size_t first_own_place = most_columns + 256;
constexpr std::size_t first_shared_place = first_own_place + 192;
constexpr std::size_t first_routine_place = first_shared_place + most_shared_results;
static_assert(first_routine_place + 256 <= quick_places);

constexpr std::size_t most_steps = 30'000;

using Place = std::uint16_t;

// A condition that may be called true too seldom, never too often.
struct Mask {
  Place place = 0;
  bool exact = true;
};

class Emitter {
 public:
  explicit Emitter(const Terms& terms) : terms_(terms), record_(terms.record()) {
    program_.words = static_cast<std::uint8_t>((record_.items.size() + 63) / 64);
    program_.steps.clear();
    no_ = constant(0);
    yes_ = constant(-1);
  }

  QuickProgram emit(const std::vector<QuickRule>& rules) {
    for (std::size_t i = 0; i < rules.size() && i < most_quick_rules; ++i) {
      rule(rules[i], static_cast<std::uint16_t>(i));
    }
    program_.steps.emplace_back();
    const std::size_t end = program_.steps.size();
    for (QuickStep& step : routines_) {
      step.to = static_cast<std::uint16_t>(jumps(step.op) ? step.to + end : step.to);
    }
    for (QuickStep& step : program_.steps) {
      step.to = static_cast<std::uint16_t>(step.op == QuickOp::recall ? step.to + end : step.to);
    }
    program_.steps.insert(program_.steps.end(), routines_.begin(), routines_.end());
    return std::move(program_);
  }

 private:
  // What the steps so far have computed, whatever way they were come by.
  struct Computed {
    std::map<TermId, std::optional<Place>> values;
    std::map<std::pair<TermId, bool>, Mask> masks;
  };

  // A result that several rules use; it stays in its place for the whole record.
  struct Shared {
    std::uint16_t number = 0;
    std::uint16_t routine = 0;  // its first step among the routines
    Mask mask;
  };

  // Any of these, and the rule has nothing to say.
  struct Ways {
    ColumnSet given;  // one of them is
    ColumnSet empty;
    std::vector<std::pair<QuickOp, ColumnSet>> sets;  // leave_if_all_given, leave_if_none_given
    std::vector<std::pair<TermId, bool>> conditions;  // or the opposite
  };

  void rule(const QuickRule& rule, std::uint16_t number) {
    next_place_ = first_own_place;
    computed_ = {};
    Ways ways;
    ways.given = rule.program->empty;
    ways.empty = rule.program->given;
    collect(rule.root, true, ways);

    if (ways.conditions.empty() && ways.sets.empty()) {
      program_.presences.push_back({only_seldom(ways.empty), ways.given, number});
      return;
    }
    std::vector<std::size_t> leaves;
    const auto leave = [&](QuickOp op, Place a, Place b) {
      leaves.push_back(program_.steps.size());
      program_.steps.push_back({op, a, b, 0, 0, 0});
    };
    if (const Place needed = set(only_seldom(ways.empty)); needed != set({}) || ways.given.any()) {
      leave(QuickOp::guard, needed, set(ways.given));
    }
    for (const auto& [op, columns] : ways.sets) {
      leave(op, set(columns), 0);
    }
    bool settled = false;
    // What the rule demands stands behind what it is about, and mostly holds.
    for (auto way = ways.conditions.rbegin(); way != ways.conditions.rend() && !settled; ++way) {
      const std::size_t begin = program_.steps.size();
      Computed before = computed_;
      const Mask mask = condition(way->first, way->second);
      if (mask.place == no_) {
        program_.steps.resize(begin);
        computed_ = std::move(before);
        continue;
      }
      if (mask.place == yes_) {
        settled = true;
        break;
      }
      leave_if(mask.place, begin, leaves);
    }
    if (!settled) {
      finish(leaves, number);
    }
    land(leaves);
  }

  // No way has led out of the rule. The last one need not lead out: it can tell by itself.
  void finish(std::vector<std::size_t>& leaves, std::uint16_t number) {
    if (!leaves.empty() && leaves.back() + 1 == program_.steps.size()) {
      QuickStep& last = program_.steps.back();
      if (last.op == QuickOp::leave_if || last.op == QuickOp::leave_if_equal) {
        last = last.op == QuickOp::leave_if
                   ? QuickStep{QuickOp::require, last.a, number, 0, 0, 0}
                   : QuickStep{QuickOp::require_equal, last.a, last.b, number, 0, 0};
        leaves.pop_back();
        return;
      }
    }
    program_.steps.push_back({QuickOp::doubt, 0, number, 0, 0, 0});
  }

  // Items that must be given anyhow need not be asked for.
  ColumnSet only_seldom(ColumnSet columns) const {
    for (const layout::Item& item : record_.items) {
      if (!item.optional()) {
        columns.words[item.column / 64] &= ~(std::uint64_t{1} << (item.column % 64));
      }
    }
    return columns;
  }

  // The alternatives that a condition, or its opposite, is made of.
  void collect(TermId id, bool positive, Ways& ways) const {
    const Term& term = terms_[id];
    switch (term.what) {
      case What::negation:
        collect(term.parts[0], !positive, ways);
        return;
      case What::given:
        (positive ? ways.given : ways.empty).set(term.column);
        return;
      case What::shared:
        if (is_about_presence(term.parts[0])) {
          collect(term.parts[0], positive, ways);
          return;
        }
        break;
      case What::all_of:
      case What::any_of:
        if ((term.what == What::any_of) == positive) {
          for (const TermId part : term.parts) {
            collect(part, positive, ways);
          }
          return;
        }
        if (const auto columns = all_alike(term, positive)) {
          ways.sets.push_back(*columns);
          return;
        }
        break;
      default:
        break;
    }
    ways.conditions.emplace_back(id, positive);
  }

  // Whether nothing but the presence of items is asked.
  bool is_about_presence(TermId id) const {
    const Term& term = terms_[id];
    switch (term.what) {
      case What::given:
        return true;
      case What::negation:
      case What::all_of:
      case What::any_of:
        return std::all_of(term.parts.begin(), term.parts.end(),
                           [this](TermId part) { return is_about_presence(part); });
      default:
        return false;
    }
  }

  // A conjunction that asks only whether some items are all given, or all empty.
  std::optional<std::pair<QuickOp, ColumnSet>> all_alike(const Term& term, bool positive) const {
    ColumnSet given;
    ColumnSet empty;
    for (const TermId id : term.parts) {
      const bool negated = terms_[id].what == What::negation;
      const Term& part = negated ? terms_[terms_[id].parts[0]] : terms_[id];
      if (part.what != What::given) {
        return std::nullopt;
      }
      (negated != positive ? given : empty).set(part.column);
    }
    if (given.any() && empty.any()) {
      return std::nullopt;
    }
    return given.any() ? std::pair(QuickOp::leave_if_all_given, given)
                       : std::pair(QuickOp::leave_if_none_given, empty);
  }

  // ---- places ----

  Place constant(std::int64_t number) {
    const auto known = std::find(program_.constants.begin(), program_.constants.end(), number);
    const auto index = static_cast<std::size_t>(known - program_.constants.begin());
    if (known == program_.constants.end()) {
      program_.constants.push_back(number);
    }
    return static_cast<Place>(most_columns + index);
  }

  // Whether there is no room for what a term needs of its own: steps, places, constants.
  bool full() const {
    return next_place_ + 2 > place_limit_ ||
           most_columns + program_.constants.size() + 2 > first_own_place ||
           program_.steps.size() + routines_.size() > most_steps;
  }

  Place put(QuickOp op, Place a = 0, Place b = 0, Place c = 0) {
    const auto to = static_cast<Place>(next_place_++);
    program_.steps.push_back({op, a, b, c, to, 0});
    return to;
  }

  std::uint16_t set(const ColumnSet& columns) {
    const auto known =
        std::find_if(program_.sets.begin(), program_.sets.end(),
                     [&](const ColumnSet& other) { return other.words == columns.words; });
    const auto index = static_cast<std::uint16_t>(known - program_.sets.begin());
    if (known == program_.sets.end()) {
      program_.sets.push_back(columns);
    }
    return index;
  }

  std::uint16_t table(std::uint16_t index) {
    const layout::Table& source = terms_.layouts().tables[index];
    for (std::size_t i = 0; i < program_.tables.size(); ++i) {
      if (program_.tables[i].grades.key == source.key) {
        return static_cast<std::uint16_t>(i);
      }
    }
    QuickProgram::Table made;
    made.grades = grades_of(source);
    const auto& codes = made.grades.by_code;
    if (!codes.empty() && codes.front().key >= 0 && codes.back().key <= largest_code_bit) {
      made.codes.resize(static_cast<std::size_t>(codes.back().key) / 64 + 1);
      for (const Program::Grades::Row& row : codes) {
        made.codes[static_cast<std::size_t>(row.key) / 64] |= std::uint64_t{1} << (row.key % 64);
      }
    }
    program_.tables.push_back(std::move(made));
    return static_cast<std::uint16_t>(program_.tables.size() - 1);
  }

  // ---- what several rules use ----

  // A routine gives the result that `make` says how to compute, the first time it is asked for.
  template <typename Make>
  Mask shared(TermId id, bool positive, Make make) {
    auto known = shared_.find({id, positive});
    if (known == shared_.end()) {
      if (shared_.size() == most_shared_results) {
        return make();
      }
      // Its steps must not rely on what has been computed on the way to here.
      const Computed outer = std::exchange(computed_, {});
      std::vector<QuickStep> outer_steps = std::exchange(program_.steps, {});
      // A routine within a routine has other places than this one, whichever is entered first.
      const std::size_t outer_place =
          std::exchange(next_place_, std::max(next_routine_place_, next_place_));
      const std::size_t outer_limit = std::exchange(place_limit_, quick_places);
      const auto number = static_cast<std::uint16_t>(shared_.size());
      Shared result{number, 0, {static_cast<Place>(first_shared_place + number), true}};
      known = shared_.emplace(std::pair(id, positive), result).first;
      const Mask made = make();
      known->second.mask.exact = made.exact;
      if (made.place == no_ || made.place == yes_) {
        known->second.mask.place = made.place;
      } else {
        // Behind the routines that it uses itself.
        const std::size_t result_begin = routines_.size();
        known->second.routine = static_cast<std::uint16_t>(result_begin);
        give(made.place, known->second.mask.place, 0);
        program_.steps.push_back({QuickOp::store, number, 0, 0, 0, 0});
        for (QuickStep& step : program_.steps) {
          const bool within = jumps(step.op) && step.op != QuickOp::recall;
          step.to = static_cast<std::uint16_t>(within ? step.to + result_begin : step.to);
        }
        routines_.insert(routines_.end(), program_.steps.begin(), program_.steps.end());
      }
      computed_ = outer;
      program_.steps = std::move(outer_steps);
      next_routine_place_ = std::max(next_routine_place_, next_place_);
      next_place_ = outer_limit == quick_places ? next_routine_place_ : outer_place;
      place_limit_ = outer_limit;
    }
    const Shared& result = known->second;
    if (result.mask.place != no_ && result.mask.place != yes_) {
      program_.steps.push_back({QuickOp::recall, result.number, 0, 0, result.routine, 0});
    }
    return result.mask;
  }

  // Whether `to` is a step, and whether it is a place.
  static bool jumps(QuickOp op) {
    return op == QuickOp::guard || op == QuickOp::recall ||
           (op >= QuickOp::leave_if_all_given && op <= QuickOp::jump);
  }
  static bool gives_result(QuickOp op) { return op >= QuickOp::add; }

  // Whether a term is computed in one step from items and what is kept.
  bool is_light(TermId id) const {
    const auto& parts = terms_[id].parts;
    return parts.size() <= 2 && std::all_of(parts.begin(), parts.end(), [this](TermId part) {
             const What what = terms_[part].what;
             return what == What::item || what == What::number || what == What::shared;
           });
  }

  // ---- values ----

  // The place of a number or a date; none if it cannot be looked at quickly.
  std::optional<Place> value(TermId id) {
    const Term& term = terms_[id];
    if (term.what == What::number) {
      return full() ? std::nullopt : std::optional(constant(term.number));
    }
    if (term.what == What::item) {
      const bool has_number = record_.items[term.column].lengths.most <= most_number_digits;
      return has_number ? std::optional<Place>(term.column) : std::nullopt;
    }
    if (const auto known = computed_.values.find(id); known != computed_.values.end()) {
      return known->second;
    }
    std::optional<Place> place;
    if (term.what == What::shared) {
      place = shared_value(id);
    } else if (!full()) {
      place = compute(term);
    }
    computed_.values.emplace(id, place);
    return place;
  }

  std::optional<Place> shared_value(TermId id) {
    const TermId part = terms_[id].parts[0];
    if (is_light(part)) {
      return value(part);
    }
    const Mask place = shared(id, true, [&] {
      const auto made = value(part);
      return made ? Mask{*made, true} : unknown();
    });
    return place.exact ? std::optional(place.place) : std::nullopt;
  }

  std::optional<Place> compute(const Term& term) {
    switch (term.what) {
      case What::add:
        return two(QuickOp::add, term);
      case What::subtract:
        return two(QuickOp::subtract, term);
      case What::multiply:
        return two(QuickOp::multiply, term);
      case What::divide:
        return two(QuickOp::divide, term);
      case What::modulo:
        return two(QuickOp::modulo, term);
      case What::minimum:
        return two(QuickOp::minimum, term);
      case What::maximum:
        return two(QuickOp::maximum, term);
      case What::add_number:
      case What::add_years: {
        const auto part = value(term.parts[0]);
        if (!part) {
          return std::nullopt;
        }
        return put(term.what == What::add_years ? QuickOp::add_years : QuickOp::add, *part,
                   constant(term.number));
      }
      case What::grade_of_code:
      case What::grade_of_amount: {
        const auto part = value(term.parts[0]);
        if (!part) {
          return std::nullopt;
        }
        return put(
            term.what == What::grade_of_code ? QuickOp::grade_of_code : QuickOp::grade_of_amount,
            *part, table(term.index));
      }
      case What::date: {
        const layout::DateItems& date = record_.dates[term.index];
        for (const Era& era : terms_.layouts().eras) {
          program_.era_years[static_cast<std::size_t>(era.code - '0')] =
              static_cast<std::int16_t>(gregorian_year(era, 0));
        }
        return put(QuickOp::date, date.era, date.ymd);
      }
      case What::check_date:
        return put(QuickOp::check_date);
      case What::sum_if:
        return sum_if(term);
      case What::conditional: {
        const auto to = static_cast<Place>(next_place_++);
        return choose(term, to) ? std::optional(to) : std::nullopt;
      }
      default:
        return std::nullopt;
    }
  }

  std::optional<Place> two(QuickOp op, const Term& term) {
    const auto left = value(term.parts[0]);
    const auto right = value(term.parts[1]);
    if (!left || !right) {
      return std::nullopt;
    }
    return put(op, *left, *right);
  }

  // One of two values, whichever is the one, into a place; false if that cannot be looked at
  // quickly. Only the steps of that one are taken.
  bool choose(const Term& term, Place to) {
    std::vector<std::size_t> to_second;
    if (full() || !leave_unless(term.parts[0], true, to_second)) {
      return false;
    }
    const Computed before = computed_;
    if (!value_into(term.parts[1], to)) {
      return false;
    }
    const std::size_t to_end = program_.steps.size();
    program_.steps.push_back({QuickOp::jump, 0, 0, 0, 0, 0});
    land(to_second);
    computed_ = before;
    if (!value_into(term.parts[2], to)) {
      return false;
    }
    land({to_end});
    computed_ = before;
    return true;
  }

  bool value_into(TermId id, Place to) {
    if (terms_[id].what == What::conditional) {
      return choose(terms_[id], to);
    }
    const std::size_t begin = program_.steps.size();
    const auto made = value(id);
    if (made) {
      give(*made, to, begin);
    }
    return made.has_value();
  }

  // Has a result in the place where it is wanted: the steps from `begin` on put it there, if its
  // last one is among them. Nothing else of these steps may be relied on afterwards.
  void give(Place made, Place to, std::size_t begin) {
    const auto makes = [made](const QuickStep& step) {
      return gives_result(step.op) && step.to == made;
    };
    if (made < first_own_place || program_.steps.size() == begin || !makes(program_.steps.back())) {
      program_.steps.push_back({QuickOp::copy, made, 0, 0, to, 0});
      return;
    }
    for (std::size_t i = begin; i < program_.steps.size(); ++i) {
      QuickStep& step = program_.steps[i];
      step.to = makes(step) ? to : step.to;
    }
  }

  // Steps that go elsewhere unless the condition holds; false if it cannot be told exactly.
  bool leave_unless(TermId id, bool positive, std::vector<std::size_t>& leaves) {
    const Term& term = terms_[id];
    if (term.what == What::negation) {
      return leave_unless(term.parts[0], !positive, leaves);
    }
    const std::size_t begin = program_.steps.size();
    if (term.what == What::any_of && !positive && !full()) {
      const Computed before = computed_;
      if (const auto run = run_of(term.parts)) {
        leave_if(put_run(QuickOp::any_at_least, *run), begin, leaves);
        return true;
      }
      program_.steps.resize(begin);
      computed_ = before;
    }
    if (term.what == (positive ? What::all_of : What::any_of)) {
      return std::all_of(term.parts.begin(), term.parts.end(),
                         [&](TermId part) { return leave_unless(part, positive, leaves); });
    }
    const Mask opposite = condition(id, !positive);
    if (!opposite.exact || full()) {
      return false;
    }
    leave_if(opposite.place, begin, leaves);
    return true;
  }

  // Goes elsewhere if a condition, whose steps begin at `begin`, holds.
  void leave_if(Place mask, std::size_t begin, std::vector<std::size_t>& leaves) {
    const auto is_comparison = [](QuickOp op) {
      return op == QuickOp::equal || op == QuickOp::unequal;
    };
    if (program_.steps.size() > begin && program_.steps.back().to == mask &&
        is_comparison(program_.steps.back().op)) {
      QuickStep& last = program_.steps.back();
      const bool equal = last.op == QuickOp::equal;
      last = {equal ? QuickOp::leave_if_equal : QuickOp::leave_if_unequal, last.a, last.b, 0, 0, 0};
      std::erase_if(computed_.masks, [&](const auto& known) { return known.second.place == mask; });
    } else {
      program_.steps.push_back({QuickOp::leave_if, mask, 0, 0, 0, 0});
    }
    leaves.push_back(program_.steps.size() - 1);
  }

  // The steps that leave go on here.
  void land(const std::vector<std::size_t>& leaves) {
    for (const std::size_t leaf : leaves) {
      program_.steps[leaf].to = static_cast<std::uint16_t>(program_.steps.size());
    }
  }

  // Neighbouring items of a repeated one, each compared with the same number.
  struct Run {
    Place least = 0;
    Place first = 0;
    std::uint16_t count = 0;
  };

  // The conditions `item >= number`, if that is what they are.
  std::optional<Run> run_of(const std::vector<TermId>& conditions) {
    Run run;
    for (TermId id : conditions) {
      while (terms_[id].what == What::shared) {
        id = terms_[id].parts[0];
      }
      const Term& test = terms_[id];
      if (test.what != What::at_least || terms_[test.parts[0]].what != What::item) {
        return std::nullopt;
      }
      const auto item = value(test.parts[0]);
      const auto least = value(test.parts[1]);
      const bool goes_on = run.count == 0 || (least == run.least && item == run.first + run.count);
      if (!item || !least || !goes_on) {
        return std::nullopt;
      }
      run.first = run.count == 0 ? *item : run.first;
      run.least = *least;
      ++run.count;
    }
    return run.count > 1 ? std::optional(run) : std::nullopt;
  }

  Place put_run(QuickOp op, const Run& run, Place summed = 0) {
    const Place to = put(op, run.least, run.first, summed);
    program_.steps.back().count = run.count;
    return to;
  }

  // A sum or a number of steps that are told apart by a run.
  std::optional<Place> sum_of_run(const Term& term) {
    std::vector<TermId> conditions;
    bool ones = true;
    bool neighbours = true;
    Place first = 0;
    for (std::size_t i = 0; i < term.parts.size(); i += 2) {
      conditions.push_back(term.parts[i]);
      const Term& summand = terms_[term.parts[i + 1]];
      ones = ones && summand.what == What::number && summand.number == 1;
      neighbours = neighbours && summand.what == What::item;
      if (neighbours) {
        const Place place = value(term.parts[i + 1]).value_or(no_);
        first = i == 0 ? place : first;
        neighbours = place != no_ && place == first + i / 2;
      }
    }
    if (full() || (!ones && !neighbours)) {
      return std::nullopt;
    }
    const std::size_t begin = program_.steps.size();
    const Computed before = computed_;
    if (const auto run = run_of(conditions)) {
      return ones ? put_run(QuickOp::count_where, *run) : put_run(QuickOp::sum_where, *run, first);
    }
    program_.steps.resize(begin);
    computed_ = before;
    return std::nullopt;
  }

  std::optional<Place> sum_if(const Term& term) {
    if (const auto place = sum_of_run(term)) {
      return place;
    }
    Place sum = no_;
    for (std::size_t i = 0; i < term.parts.size(); i += 2) {
      const Mask test = condition(term.parts[i], true);
      const auto summand = value(term.parts[i + 1]);
      if (!test.exact || !summand) {
        return std::nullopt;
      }
      if (test.place == no_) {
        continue;
      }
      if (full()) {
        return std::nullopt;
      }
      if (test.place == yes_) {
        sum = sum == no_ ? *summand : put(QuickOp::add, sum, *summand);
      } else if (sum == no_) {
        sum = put(QuickOp::both, *summand, test.place);
      } else {
        sum = put(QuickOp::add_if, *summand, test.place, sum);
      }
    }
    return sum;
  }

  // ---- conditions ----

  Mask unknown() const { return {no_, false}; }
  Mask known(bool truth) const { return {truth ? yes_ : no_, true}; }

  // The term, or its opposite if not `positive`.
  Mask condition(TermId id, bool positive) {
    const Term& term = terms_[id];
    if (term.what == What::truth) {
      return known((term.number != 0) == positive);
    }
    if (term.what == What::negation) {
      return condition(term.parts[0], !positive);
    }
    const auto key = std::pair(id, positive);
    if (const auto known = computed_.masks.find(key); known != computed_.masks.end()) {
      return known->second;
    }
    Mask mask = unknown();
    if (term.what == What::shared) {
      const auto make = [&] { return condition(term.parts[0], positive); };
      mask = is_light(term.parts[0]) ? make() : shared(id, positive, make);
    } else if (!full()) {
      mask = ask(term, positive);
    }
    computed_.masks.emplace(key, mask);
    return mask;
  }

  Mask ask(const Term& term, bool positive) {
    switch (term.what) {
      case What::equal:
        return compare(positive ? QuickOp::equal : QuickOp::unequal, term, false);
      case What::unequal:
        return compare(positive ? QuickOp::unequal : QuickOp::equal, term, false);
      case What::less:
        return compare(positive ? QuickOp::less : QuickOp::at_most, term, !positive);
      case What::at_most:
        return compare(positive ? QuickOp::at_most : QuickOp::less, term, !positive);
      case What::greater:
        return compare(positive ? QuickOp::less : QuickOp::at_most, term, positive);
      case What::at_least:
        return compare(positive ? QuickOp::at_most : QuickOp::less, term, positive);
      case What::says:
      case What::says_one_of: {
        const bool has_number = record_.items[term.column].lengths.most <= most_number_digits;
        return has_number ? one_of(term.column, term.numbers, positive) : unknown();
      }
      case What::one_of: {
        const auto part = value(term.parts[0]);
        return part ? one_of(*part, term.numbers, positive) : unknown();
      }
      case What::in_table: {
        const auto part = value(term.parts[0]);
        if (!part) {
          return unknown();
        }
        const Place found = put(QuickOp::in_table, *part, table(term.index));
        return {positive ? found : put(QuickOp::opposite, found), true};
      }
      case What::no_error:
        return known(positive);
      case What::given:
      case What::all_of:
      case What::any_of:
        return joined(term, positive);
      case What::equivalence: {
        const Mask both_true =
            conjunction(condition(term.parts[0], true), condition(term.parts[1], positive));
        const Mask both_false =
            conjunction(condition(term.parts[0], false), condition(term.parts[1], !positive));
        return disjunction(both_true, both_false);
      }
      case What::conditional: {
        const Mask first =
            conjunction(condition(term.parts[0], true), condition(term.parts[1], positive));
        const Mask second =
            conjunction(condition(term.parts[0], false), condition(term.parts[2], positive));
        return disjunction(first, second);
      }
      default:
        return unknown();
    }
  }

  Mask compare(QuickOp op, const Term& term, bool swapped) {
    // Where such a value is asked for, the rule is silent, whatever is said here.
    if (terms_[term.parts[0]].what == What::never || terms_[term.parts[1]].what == What::never) {
      return known(true);
    }
    const auto left = value(term.parts[0]);
    const auto right = value(term.parts[1]);
    if (!left || !right) {
      return unknown();
    }
    return {swapped ? put(op, *right, *left) : put(op, *left, *right), true};
  }

  // An empty item has a number that no rule asks for.
  Mask one_of(Place place, const std::vector<std::int64_t>& numbers, bool positive) {
    if (numbers.size() > most_alternatives) {
      return unknown();
    }
    Mask mask = known(!positive);
    for (const std::int64_t number : numbers) {
      if (full()) {
        return unknown();
      }
      const Mask same =
          place < most_columns && number < 0
              ? known(!positive)
              : Mask{put(positive ? QuickOp::equal : QuickOp::unequal, place, constant(number)),
                     true};
      mask = positive ? disjunction(mask, same) : conjunction(mask, same);
    }
    return mask;
  }

  // `all_of` and `any_of`, with what they ask of the presence of items as sets.
  Mask joined(const Term& term, bool positive) {
    const bool single = term.what == What::given;
    const bool all = single || (term.what == What::all_of) == positive;
    ColumnSet given;
    ColumnSet empty;
    std::vector<TermId> others;
    if (single) {
      (positive ? given : empty).set(term.column);
    }
    for (const TermId id : term.parts) {
      const bool negated = terms_[id].what == What::negation;
      const Term& part = negated ? terms_[terms_[id].parts[0]] : terms_[id];
      if (part.what == What::given) {
        (negated != positive ? given : empty).set(part.column);
      } else {
        others.push_back(id);
      }
    }
    Mask mask = known(all);
    const auto add = [&](const Mask& part) {
      mask = all ? conjunction(mask, part) : disjunction(mask, part);
    };
    const auto add_set = [&](const ColumnSet& columns, QuickOp every, QuickOp some) {
      if (columns.any()) {
        add(full() ? unknown() : Mask{put(all ? every : some, set(columns)), true});
      }
    };
    add_set(given, QuickOp::all_given, QuickOp::any_given);
    add_set(empty, QuickOp::none_given, QuickOp::any_empty);
    if (term.what == What::any_of && others.size() > 1 && !full()) {
      const std::size_t begin = program_.steps.size();
      const Computed before = computed_;
      if (const auto run = run_of(others)) {
        add({put_run(positive ? QuickOp::any_at_least : QuickOp::none_at_least, *run), true});
        return mask;
      }
      program_.steps.resize(begin);
      computed_ = before;
    }
    for (const TermId id : others) {
      add(condition(id, positive));
    }
    return mask;
  }

  Mask conjunction(const Mask& a, const Mask& b) {
    const bool exact = a.exact && b.exact;
    if (a.place == yes_ || a.place == b.place) {
      return {b.place, exact};
    }
    if (b.place == yes_) {
      return {a.place, exact};
    }
    if (a.place == no_ || b.place == no_) {
      return {no_, exact};
    }
    return full() ? unknown() : Mask{put(QuickOp::both, a.place, b.place), exact};
  }

  Mask disjunction(const Mask& a, const Mask& b) {
    const bool exact = a.exact && b.exact;
    if (a.place == no_ || a.place == b.place) {
      return {b.place, exact};
    }
    if (b.place == no_) {
      return {a.place, exact};
    }
    if (a.place == yes_ || b.place == yes_) {
      return {yes_, exact};
    }
    return full() ? unknown() : Mask{put(QuickOp::either, a.place, b.place), exact};
  }

  const Terms& terms_;
  const layout::Record& record_;
  QuickProgram program_;
  std::vector<QuickStep> routines_;
  std::map<std::pair<TermId, bool>, Shared> shared_;
  Computed computed_;
  std::size_t next_place_ = first_own_place;
  std::size_t place_limit_ = first_shared_place;
  std::size_t next_routine_place_ = first_routine_place;
  Place no_ = 0;
  Place yes_ = 0;
};

}  // namespace

QuickProgram make_quick(const Terms& terms, const std::vector<QuickRule>& rules) {
  return Emitter(terms).emit(rules);
}

}  // namespace kpfd::rules
