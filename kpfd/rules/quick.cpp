#include "kpfd/rules/quick.hpp"

#include <algorithm>

#include "kpfd/rules/quick_steps.hpp"

namespace kpfd::rules {

namespace {

using steps::bits;
using steps::Columns;
using steps::count_of;
using steps::day_of;
using steps::has_code;
using steps::quotient;
using steps::rest_of;
using steps::sum_of;
using steps::truth;
using steps::wrapped;
using steps::years_later;

template <bool OneWord>
RuleBits run(const QuickProgram& program, CivilDate check_date, const ColumnSet& given,
             std::int64_t* at, const QuickStep** back) noexcept {
  RuleBits doubts;
  std::uint64_t* const doubt_words = doubts.words.data();
  std::uint64_t stored = 0;
  const Columns<OneWord> columns(program, given.words.data());
  steps::add_presence_doubts(program, columns, doubts);
  const QuickStep* const first = program.steps.data();
  const QuickStep* step = first;
  while (true) {
    const QuickStep& now = *step++;
    switch (now.op) {
      case QuickOp::end:
        return doubts;
      case QuickOp::guard:
        if (!columns.all_given(now.a) || columns.any_given(now.b)) {
          step = first + now.to;
        }
        break;
      case QuickOp::leave_if_all_given:
        if (columns.all_given(now.a)) {
          step = first + now.to;
        }
        break;
      case QuickOp::leave_if_none_given:
        if (!columns.any_given(now.a)) {
          step = first + now.to;
        }
        break;
      case QuickOp::leave_if:
        if (at[now.a] != 0) {
          step = first + now.to;
        }
        break;
      case QuickOp::leave_if_equal:
        if (at[now.a] == at[now.b]) {
          step = first + now.to;
        }
        break;
      case QuickOp::leave_if_unequal:
        if (at[now.a] != at[now.b]) {
          step = first + now.to;
        }
        break;
      case QuickOp::jump:
        step = first + now.to;
        break;
      case QuickOp::require:
        doubt_words[now.b / 64] |= std::uint64_t{at[now.a] == 0} << (now.b % 64);
        break;
      case QuickOp::require_equal:
        doubt_words[now.c / 64] |= std::uint64_t{at[now.a] != at[now.b]} << (now.c % 64);
        break;
      case QuickOp::doubt:
        doubt_words[now.b / 64] |= std::uint64_t{1} << (now.b % 64);
        break;
      case QuickOp::recall:
        if (((stored >> now.a) & 1) == 0) {
          back[now.a] = step;
          step = first + now.to;
        }
        break;
      case QuickOp::store:
        stored |= std::uint64_t{1} << now.a;
        step = back[now.a];
        break;
      case QuickOp::add:
        at[now.to] = wrapped(bits(at[now.a]) + bits(at[now.b]));
        break;
      case QuickOp::subtract:
        at[now.to] = wrapped(bits(at[now.a]) - bits(at[now.b]));
        break;
      case QuickOp::multiply:
        at[now.to] = wrapped(bits(at[now.a]) * bits(at[now.b]));
        break;
      case QuickOp::divide:
        at[now.to] = quotient(at[now.a], at[now.b]);
        break;
      case QuickOp::modulo:
        at[now.to] = rest_of(at[now.a], at[now.b]);
        break;
      case QuickOp::minimum:
        at[now.to] = std::min(at[now.a], at[now.b]);
        break;
      case QuickOp::maximum:
        at[now.to] = std::max(at[now.a], at[now.b]);
        break;
      case QuickOp::add_if:
        at[now.to] = wrapped(bits(at[now.c]) + bits(at[now.a] & at[now.b]));
        break;
      case QuickOp::sum_where:
        at[now.to] = sum_of(at + now.b, at + now.c, at[now.a], now.count);
        break;
      case QuickOp::count_where:
        at[now.to] = count_of(at + now.b, at[now.a], now.count);
        break;
      case QuickOp::any_at_least:
        at[now.to] = truth(count_of(at + now.b, at[now.a], now.count) != 0);
        break;
      case QuickOp::none_at_least:
        at[now.to] = truth(count_of(at + now.b, at[now.a], now.count) == 0);
        break;
      case QuickOp::equal:
        at[now.to] = truth(at[now.a] == at[now.b]);
        break;
      case QuickOp::unequal:
        at[now.to] = truth(at[now.a] != at[now.b]);
        break;
      case QuickOp::less:
        at[now.to] = truth(at[now.a] < at[now.b]);
        break;
      case QuickOp::at_most:
        at[now.to] = truth(at[now.a] <= at[now.b]);
        break;
      case QuickOp::both:
        at[now.to] = at[now.a] & at[now.b];
        break;
      case QuickOp::either:
        at[now.to] = at[now.a] | at[now.b];
        break;
      case QuickOp::opposite:
        at[now.to] = ~at[now.a];
        break;
      case QuickOp::copy:
        at[now.to] = at[now.a];
        break;
      case QuickOp::all_given:
        at[now.to] = truth(columns.all_given(now.a));
        break;
      case QuickOp::any_given:
        at[now.to] = truth(columns.any_given(now.a));
        break;
      case QuickOp::none_given:
        at[now.to] = truth(!columns.any_given(now.a));
        break;
      case QuickOp::any_empty:
        at[now.to] = truth(!columns.all_given(now.a));
        break;
      case QuickOp::in_table:
        at[now.to] = truth(has_code(program.tables[now.b], at[now.a]));
        break;
      case QuickOp::grade_of_code:
        at[now.to] = program.tables[now.b].grades.of_code(at[now.a]);
        break;
      case QuickOp::grade_of_amount:
        at[now.to] = program.tables[now.b].grades.of_amount(at[now.a]);
        break;
      case QuickOp::date:
        at[now.to] = day_of(program, at[now.a], at[now.b]);
        break;
      case QuickOp::add_years:
        at[now.to] = years_later(at[now.a], at[now.b]);
        break;
      case QuickOp::check_date:
        at[now.to] = check_date.days;
        break;
    }
  }
}

}  // namespace

RuleBits look(const QuickProgram& program, CivilDate check_date, const ColumnSet& given,
              QuickScratch& scratch) noexcept {
  std::int64_t* const at = scratch.places_.data();
  std::copy(program.constants.begin(), program.constants.end(), at + most_columns);
  return program.words == 1 ? run<true>(program, check_date, given, at, scratch.back_.data())
                            : run<false>(program, check_date, given, at, scratch.back_.data());
}

}  // namespace kpfd::rules
