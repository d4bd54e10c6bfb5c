#include "kpfd/rules/quick.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include "kpfd/calendar/calendar.hpp"

namespace kpfd::rules {

namespace {

constexpr std::int64_t first_day = make_date(1, 1, 1).days;
constexpr std::int64_t last_day = make_date(9999, 12, 31).days;

// Numbers that mean nothing may be of any size: what leaves 64 bits comes round again.
std::int64_t wrapped(std::uint64_t number) { return static_cast<std::int64_t>(number); }
std::uint64_t bits(std::int64_t number) { return static_cast<std::uint64_t>(number); }

std::int64_t truth(bool condition) { return condition ? -1 : 0; }

bool cannot_divide(std::int64_t a, std::int64_t b) {
  return b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min());
}

std::int64_t quotient(std::int64_t a, std::int64_t b) {
  if (cannot_divide(a, b)) {
    return 0;
  }
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

std::int64_t rest_of(std::int64_t a, std::int64_t b) {
  return wrapped(bits(a) - bits(quotient(a, b)) * bits(b));
}

bool has_code(const QuickProgram::Table& table, std::int64_t code) {
  if (table.codes.empty()) {
    return table.grades.has(code);
  }
  const std::uint64_t word = bits(code) / 64;
  return word < table.codes.size() && ((table.codes[word] >> (bits(code) % 64)) & 1) != 0;
}

std::int64_t count_of(const std::int64_t* tested, std::int64_t least, unsigned count) {
  std::int64_t found = 0;
  for (unsigned i = 0; i < count; ++i) {
    found += tested[i] >= least ? 1 : 0;
  }
  return found;
}

std::int64_t sum_of(const std::int64_t* tested, const std::int64_t* summed, std::int64_t least,
                    unsigned count) {
  std::uint64_t sum = 0;
  for (unsigned i = 0; i < count; ++i) {
    sum += bits(summed[i] & truth(tested[i] >= least));
  }
  return wrapped(sum);
}

std::int64_t day_of(const QuickProgram& program, std::int64_t era, std::int64_t ymd) {
  if (bits(era) > 9 || bits(ymd) > 999'999) {
    return 0;
  }
  const int year_before = program.era_years[static_cast<std::size_t>(era)];
  const int digits = static_cast<int>(ymd);
  return make_date(year_before + digits / 10000, digits / 100 % 100, digits % 100).days;
}

std::int64_t years_later(std::int64_t day, std::int64_t years) {
  if (day < first_day || day > last_day) {
    return 0;
  }
  return add_years(CivilDate{static_cast<std::int32_t>(day)}, static_cast<int>(years)).days;
}

// Asks sets of columns; one word is enough for most layouts.
template <bool OneWord>
class Columns {
 public:
  Columns(const QuickProgram& program, const ColumnSet& given)
      : sets_(program.sets.data()), words_(program.words), given_(given.words.data()) {}

  bool all_given(std::size_t set) const { return has_all(sets_[set]); }
  bool any_given(std::size_t set) const { return has_any(sets_[set]); }

  bool has_all(const ColumnSet& set) const {
    const std::uint64_t* const wanted = set.words.data();
    std::uint64_t missing = wanted[0] & ~given_[0];
    for (std::size_t i = 1; !OneWord && i < words_; ++i) {
      missing |= wanted[i] & ~given_[i];
    }
    return missing == 0;
  }
  bool has_any(const ColumnSet& set) const {
    const std::uint64_t* const wanted = set.words.data();
    std::uint64_t found = wanted[0] & given_[0];
    for (std::size_t i = 1; !OneWord && i < words_; ++i) {
      found |= wanted[i] & given_[i];
    }
    return found != 0;
  }

 private:
  const ColumnSet* sets_;
  std::size_t words_;
  const std::uint64_t* given_;
};

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
  const Columns<OneWord> columns(program, given);
  for (const QuickProgram::Presence& presence : program.presences) {
    const bool doubt = columns.has_all(presence.given) && !columns.has_any(presence.empty);
    doubt_words[presence.rule / 64] |= std::uint64_t{doubt} << (presence.rule % 64);
  }
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
