#include "kpfd/rules/quick.hpp"

#include <algorithm>
#include <iterator>

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

// A step goes on to the next one by itself: one place to jump from for all of them takes half as
// many instructions again, and processors foresee it worse. Hence labels as values, which g++ and
// clang have both, for Windows and WebAssembly, too.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"

// NOLINTBEGIN(cppcoreguidelines-macro-usage)
#define KPFD_NEXT                                 \
  do {                                            \
    now = step++;                                 \
    goto* labels[static_cast<unsigned>(now->op)]; \
  } while (false)
#define KPFD_LEAVE_IF(condition) \
  do {                           \
    if (condition) {             \
      step = first + now->to;    \
    }                            \
    KPFD_NEXT;                   \
  } while (false)
#define KPFD_GIVES(number)  \
  do {                      \
    at[now->to] = (number); \
    KPFD_NEXT;              \
  } while (false)
// NOLINTEND(cppcoreguidelines-macro-usage)

template <bool OneWord>
RuleBits run(const QuickProgram& program, CivilDate check_date, const ColumnSet& given,
             std::int64_t* at, const QuickStep** back) noexcept {
  // In the order of QuickOp.
  static constexpr const void* labels[] = {&&end,
                                           &&guard,
                                           &&leave_if_all_given,
                                           &&leave_if_none_given,
                                           &&leave_if,
                                           &&leave_if_equal,
                                           &&leave_if_unequal,
                                           &&jump,
                                           &&require,
                                           &&require_equal,
                                           &&require_in_table,
                                           &&require_capped_sum,
                                           &&doubt,
                                           &&recall,
                                           &&store,
                                           &&add,
                                           &&add_capped,
                                           &&subtract,
                                           &&multiply,
                                           &&divide,
                                           &&modulo,
                                           &&minimum,
                                           &&maximum,
                                           &&add_if,
                                           &&sum_where,
                                           &&count_where,
                                           &&any_at_least,
                                           &&none_at_least,
                                           &&equal,
                                           &&unequal,
                                           &&less,
                                           &&at_most,
                                           &&both,
                                           &&either,
                                           &&opposite,
                                           &&copy,
                                           &&all_given,
                                           &&any_given,
                                           &&none_given,
                                           &&any_empty,
                                           &&in_table,
                                           &&grade_of_code,
                                           &&grade_of_amount,
                                           &&date,
                                           &&years,
                                           &&today};
  static_assert(std::size(labels) == static_cast<std::size_t>(QuickOp::check_date) + 1);

  RuleBits doubts;
  std::uint64_t* const doubt_words = doubts.words.data();
  std::uint64_t stored = 0;
  const Columns<OneWord> columns(program, given.words.data());
  steps::add_presence_doubts(program, columns, doubts);
  const QuickStep* const first = program.steps.data();
  const QuickStep* step = first;
  const QuickStep* now = step;
  KPFD_NEXT;

end:
  return doubts;
guard:
  KPFD_LEAVE_IF(!columns.all_given(now->a) || columns.any_given(now->b));
leave_if_all_given:
  KPFD_LEAVE_IF(columns.all_given(now->a));
leave_if_none_given:
  KPFD_LEAVE_IF(!columns.any_given(now->a));
leave_if:
  KPFD_LEAVE_IF(at[now->a] != 0);
leave_if_equal:
  KPFD_LEAVE_IF(at[now->a] == at[now->b]);
leave_if_unequal:
  KPFD_LEAVE_IF(at[now->a] != at[now->b]);
jump:
  step = first + now->to;
  KPFD_NEXT;
require:
  doubt_words[now->b / 64] |= std::uint64_t{at[now->a] == 0} << (now->b % 64);
  KPFD_NEXT;
require_equal:
  doubt_words[now->c / 64] |= std::uint64_t{at[now->a] != at[now->b]} << (now->c % 64);
  KPFD_NEXT;
require_in_table:
  doubt_words[now->c / 64] |= std::uint64_t{!has_code(program.tables.data()[now->b], at[now->a])}
                              << (now->c % 64);
  KPFD_NEXT;
require_capped_sum : {
  const std::int64_t cap = at[now->c];
  for (unsigned i = 0; i < now->run; ++i) {
    const std::int64_t sum = std::min(wrapped(bits(at[now->a + i]) + bits(at[now->b + i])), cap);
    const unsigned rule = now->count + i;
    doubt_words[rule / 64] |= std::uint64_t{sum != at[now->to + i]} << (rule % 64);
  }
  KPFD_NEXT;
}
doubt:
  doubt_words[now->b / 64] |= std::uint64_t{1} << (now->b % 64);
  KPFD_NEXT;
recall:
  if (((stored >> now->a) & 1) == 0) {
    back[now->a] = step;
    step = first + now->to;
  }
  KPFD_NEXT;
store:
  stored |= std::uint64_t{1} << now->a;
  step = back[now->a];
  KPFD_NEXT;
add:
  KPFD_GIVES(wrapped(bits(at[now->a]) + bits(at[now->b])));
add_capped:
  KPFD_GIVES(std::min(wrapped(bits(at[now->a]) + bits(at[now->b])), at[now->c]));
subtract:
  KPFD_GIVES(wrapped(bits(at[now->a]) - bits(at[now->b])));
multiply:
  KPFD_GIVES(wrapped(bits(at[now->a]) * bits(at[now->b])));
divide:
  KPFD_GIVES(quotient(at[now->a], at[now->b]));
modulo:
  KPFD_GIVES(rest_of(at[now->a], at[now->b]));
minimum:
  KPFD_GIVES(std::min(at[now->a], at[now->b]));
maximum:
  KPFD_GIVES(std::max(at[now->a], at[now->b]));
add_if:
  KPFD_GIVES(wrapped(bits(at[now->c]) + bits(at[now->a] & at[now->b])));
sum_where:
  KPFD_GIVES(sum_of(at + now->b, at + now->c, at[now->a], now->count));
count_where:
  KPFD_GIVES(count_of(at + now->b, at[now->a], now->count));
any_at_least:
  KPFD_GIVES(truth(count_of(at + now->b, at[now->a], now->count) != 0));
none_at_least:
  KPFD_GIVES(truth(count_of(at + now->b, at[now->a], now->count) == 0));
equal:
  KPFD_GIVES(truth(at[now->a] == at[now->b]));
unequal:
  KPFD_GIVES(truth(at[now->a] != at[now->b]));
less:
  KPFD_GIVES(truth(at[now->a] < at[now->b]));
at_most:
  KPFD_GIVES(truth(at[now->a] <= at[now->b]));
both:
  KPFD_GIVES(at[now->a] & at[now->b]);
either:
  KPFD_GIVES(at[now->a] | at[now->b]);
opposite:
  KPFD_GIVES(~at[now->a]);
copy:
  KPFD_GIVES(at[now->a]);
all_given:
  KPFD_GIVES(truth(columns.all_given(now->a)));
any_given:
  KPFD_GIVES(truth(columns.any_given(now->a)));
none_given:
  KPFD_GIVES(truth(!columns.any_given(now->a)));
any_empty:
  KPFD_GIVES(truth(!columns.all_given(now->a)));
in_table:
  KPFD_GIVES(truth(has_code(program.tables[now->b], at[now->a])));
grade_of_code:
  KPFD_GIVES(program.tables[now->b].grades.of_code(at[now->a]));
grade_of_amount:
  KPFD_GIVES(program.tables[now->b].grades.of_amount(at[now->a]));
date:
  KPFD_GIVES(day_of(program, at[now->a], at[now->b]));
years:
  KPFD_GIVES(years_later(at[now->a], at[now->b]));
today:
  KPFD_GIVES(check_date.days);
}

#undef KPFD_NEXT
#undef KPFD_LEAVE_IF
#undef KPFD_GIVES
#pragma GCC diagnostic pop

}  // namespace

RuleBits look(const QuickProgram& program, CivilDate check_date, const ColumnSet& given,
              QuickScratch& scratch) noexcept {
  std::int64_t* const at = scratch.places_.data();
  std::copy(program.constants.begin(), program.constants.end(), at + most_columns);
  return program.words == 1 ? run<true>(program, check_date, given, at, scratch.back_.data())
                            : run<false>(program, check_date, given, at, scratch.back_.data());
}

}  // namespace kpfd::rules
