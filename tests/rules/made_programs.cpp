#include "made_programs.hpp"

#include <limits>
#include <utility>

#include "tests/support/random.hpp"

namespace kpfd_test {

namespace {

using kpfd::ColumnSet;
using kpfd::most_columns;
using kpfd::rules::QuickOp;
using kpfd::rules::QuickProgram;
using kpfd::rules::QuickStep;

constexpr std::size_t programs = 48;
constexpr std::uint32_t main_steps = 120;
constexpr std::uint32_t routine_steps = 12;
constexpr std::uint16_t routines = 4;
constexpr std::uint32_t rules = 90;
constexpr std::uint32_t results = 40;  // places behind the constants
constexpr std::size_t first_result = most_columns + 256;

class Maker {
 public:
  explicit Maker(std::uint32_t seed) : random_(seed) {}

  QuickProgram make(std::size_t columns) {
    columns_ = static_cast<std::uint32_t>(columns);
    program_ = {};
    program_.words = static_cast<std::uint8_t>((columns + 63) / 64);
    program_.steps.clear();
    program_.era_years = {0, 0, 0, 0, 0, 1925, 0, 1988, 0, 2018};
    for (int i = 0; i < 12; ++i) {
      program_.constants.push_back(some_number(below(1000)) % 1'000'000'000 * 13 +
                                   i);  // each another one
      program_.sets.push_back(some_set());
    }
    program_.tables = {table(false), table(true)};
    for (std::uint16_t i = 0; i < 20; ++i) {
      program_.presences.push_back({some_set(), some_set(), rule()});
    }
    // No step asks for what no other has made.
    for (std::uint16_t i = 0; i < results; ++i) {
      QuickStep copy;
      copy.op = QuickOp::copy;
      copy.a = static_cast<std::uint16_t>(below(columns_));
      copy.to = static_cast<std::uint16_t>(first_result + i);
      program_.steps.push_back(copy);
    }
    // Where the routines will begin is known when all steps in front of them are there.
    std::vector<std::size_t> calls;
    add_steps(main_steps, routines, calls);
    program_.steps.emplace_back();
    std::vector<std::uint16_t> begins;
    for (std::uint16_t i = 0; i < routines; ++i) {
      begins.push_back(static_cast<std::uint16_t>(program_.steps.size()));
      add_steps(routine_steps, i, calls);
      QuickStep store;
      store.op = QuickOp::store;
      store.a = i;
      program_.steps.push_back(store);
    }
    for (const std::size_t call : calls) {
      program_.steps[call].to = begins[program_.steps[call].a];
    }
    return std::move(program_);
  }

 private:
  std::uint32_t below(std::uint32_t bound) { return random_.below(bound); }
  std::uint16_t rule() { return static_cast<std::uint16_t>(below(rules)); }
  std::uint16_t set() {
    return static_cast<std::uint16_t>(below(static_cast<std::uint32_t>(program_.sets.size())));
  }

  ColumnSet some_set() {
    ColumnSet set;
    for (std::uint32_t left = below(3); left > 0; --left) {
      set.set(below(columns_));
    }
    return set;
  }

  static QuickProgram::Table table(bool with_bits) {
    QuickProgram::Table table;
    for (std::int64_t i = 1; i <= 47; ++i) {
      table.grades.by_code.push_back({i * 2, 0, i});
      table.grades.by_amount.push_back({i * 10'000, (i + 1) * 10'000, i});
    }
    if (with_bits) {
      table.codes.resize(2);
      for (const auto& row : table.grades.by_code) {
        table.codes[static_cast<std::size_t>(row.key / 64)] |= std::uint64_t{1} << (row.key % 64);
      }
    }
    return table;
  }

  std::uint16_t place() {
    switch (below(4)) {
      case 0:
        return static_cast<std::uint16_t>(most_columns + below(12));
      case 1:
        return static_cast<std::uint16_t>(first_result + below(results));
      default:
        return static_cast<std::uint16_t>(below(columns_));
    }
  }

  /// Steps that may call routines below `callable`; a jump goes on within them or behind the last.
  void add_steps(std::uint32_t count, std::uint16_t callable, std::vector<std::size_t>& calls) {
    const std::size_t begin = program_.steps.size();
    for (std::uint32_t i = 0; i < count; ++i) {
      QuickStep step;
      do {
        step.op = static_cast<QuickOp>(1 + below(static_cast<std::uint32_t>(QuickOp::check_date)));
      } while (step.op == QuickOp::store || (step.op == QuickOp::recall && callable == 0));
      fill(step);
      const bool leaves = step.op == QuickOp::guard ||
                          (step.op >= QuickOp::leave_if_all_given && step.op <= QuickOp::jump);
      if (leaves) {
        const std::uint32_t far = 1 + below(count - i < 6 ? count - i : 6);
        step.to = static_cast<std::uint16_t>(begin + i + far);
      }
      if (step.op == QuickOp::recall) {
        step.a = static_cast<std::uint16_t>(below(callable));
        calls.push_back(program_.steps.size());
      }
      program_.steps.push_back(step);
    }
  }

  void fill(QuickStep& step) {
    step.a = place();
    do {
      step.b = place();
    } while (step.b == step.a);  // a compiler warns of what is compared with itself
    step.c = place();
    step.to = static_cast<std::uint16_t>(first_result + below(results));
    switch (step.op) {
      case QuickOp::guard:
        step.a = set();
        step.b = set();
        break;
      case QuickOp::leave_if_all_given:
      case QuickOp::leave_if_none_given:
      case QuickOp::all_given:
      case QuickOp::any_given:
      case QuickOp::none_given:
      case QuickOp::any_empty:
        step.a = set();
        break;
      case QuickOp::require:
      case QuickOp::doubt:
        step.b = rule();
        break;
      case QuickOp::require_equal:
        step.c = rule();
        break;
      case QuickOp::in_table:
      case QuickOp::grade_of_code:
      case QuickOp::grade_of_amount:
        step.b = static_cast<std::uint16_t>(below(2));
        break;
      case QuickOp::sum_where:
      case QuickOp::count_where:
      case QuickOp::any_at_least:
      case QuickOp::none_at_least:
        step.a = static_cast<std::uint16_t>(most_columns + below(12));
        step.count = static_cast<std::uint16_t>(2 + below(5));
        step.b = static_cast<std::uint16_t>(below(columns_ - 7));
        step.c = static_cast<std::uint16_t>(below(columns_ - 7));
        break;
      default:
        break;
    }
  }

  Random random_;
  std::uint32_t columns_ = 0;
  QuickProgram program_;
};

}  // namespace

std::int64_t some_number(std::uint64_t chance) {
  constexpr std::int64_t special[] = {0,
                                      -1,
                                      1,
                                      2,
                                      3,
                                      5,
                                      7,
                                      9,
                                      17,
                                      60'401,
                                      10'501,
                                      990'229,
                                      240'229,
                                      738'000,
                                      999'999,
                                      9'999'999,
                                      58'000,
                                      300,
                                      std::numeric_limits<std::int64_t>::min(),
                                      std::numeric_limits<std::int64_t>::max()};
  constexpr std::uint64_t count = std::size(special);
  return chance % 3 != 0 ? special[chance / 3 % count] : static_cast<std::int64_t>(chance / 3);
}

std::vector<QuickProgram> made_programs() {
  std::vector<QuickProgram> made;
  for (std::uint32_t seed = 1; seed <= programs; ++seed) {
    made.push_back(Maker(seed).make(seed % 2 == 0 ? made_columns : 40));
  }
  return made;
}

}  // namespace kpfd_test
