#include "kpfd/rules/program.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "kpfd/calendar/calendar.hpp"

namespace kpfd::rules {
namespace {

// The days of the years 1 to 9999: only these have parts.
constexpr std::int64_t first_day = make_date(1, 1, 1).days;
constexpr std::int64_t last_day = make_date(9999, 12, 31).days;

std::uint64_t load_eight(const char* text) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, text, sizeof bytes);
  return bytes;
}

// Eight bytes, the first one the lowest, of which the first `size` (1 to 8) are digits => their
// number. The shift throws away what stands behind them and puts zeros before them.
std::int64_t number_of(std::uint64_t bytes, std::size_t size) {
  bytes = (bytes - 0x3030303030303030) << (64 - 8 * size);
  bytes = bytes * 10 + (bytes >> 8);
  bytes = ((bytes & 0x000000FF000000FF) * 0x000F424000000064 +
           ((bytes >> 16) & 0x000000FF000000FF) * 0x0000271000000001) >>
          32;
  return static_cast<std::int64_t>(bytes);
}

// 9 to 18 digits. Reads up to 7 bytes beyond them, which Cells permits.
std::int64_t long_number_of(const char* digits, std::size_t size) {
  std::int64_t number = 0;
  for (; size > 8; size -= 8, digits += 8) {
    number = number * 100'000'000 + number_of(load_eight(digits), 8);
  }
  for (std::size_t i = 0; i < size; ++i) {
    number *= 10;
  }
  return number + number_of(load_eight(digits), size);
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

// Four numbers that are worked on at once, by a vector unit where the machine has one.
using Four = std::uint32_t __attribute__((vector_size(16)));

Four load_four(const std::uint32_t* numbers) {
  Four four;
  std::memcpy(&four, numbers, sizeof four);
  return four;
}

}  // namespace

void Scratch::begin(const RecordView& view) noexcept {
  stored_ = 0;
  const std::uint32_t* const ends = view.cells.ends;
  const std::size_t count = std::min<std::size_t>(view.cells.count, most_columns);
  for (std::size_t first = 0; first < count; first += 64) {
    const std::size_t end = std::min(count, first + 64);
    std::uint64_t given = 0;
    for (std::size_t half = first; half < end; half += 32) {
      // A cell is empty if it ends right behind its separator. What lies beyond the last cell is
      // cut off below.
      const std::size_t half_end = std::min(end, half + 32);
      Four bit = {1, 2, 4, 8};
      Four bits = {0, 0, 0, 0};
      for (std::size_t column = half; column < half_end; column += 4) {
        bits |= Four(load_four(ends + column) != load_four(ends + column - 1) + 1) & bit;
        bit <<= 4;
      }
      given |= std::uint64_t{bits[0] | bits[1] | bits[2] | bits[3]} << (half - first);
    }
    given = given << (64 - (end - first)) >> (64 - (end - first));
    const std::size_t word = first / 64;
    given_.words[word] = given & ~view.hidden->words[word];
    readable_.words[word] = given_.words[word] & ~view.errors->words[word];
    loaded_.words[word] = 0;
  }
}

// Runs one program. The values that wait for their operators live in the scratch: a local array
// would have to be cleared for every rule.
class Runner {
 public:
  Runner(const Program& program, const RecordView& view, Scratch& scratch)
      : program_(program), view_(view), scratch_(scratch) {}

  [[gnu::always_inline]] Outcome run(Amounts& amounts) {
    const Instruction* const code = program_.code.data();
    const Instruction* at = code;
    std::int64_t* top =
        scratch_.stack_.data();  // the value pushed last; the lowest place is never used
    const std::int64_t* const values = scratch_.values_.data();
    std::int64_t left = 0;
    std::int64_t right = 0;
    std::uint64_t allowed = 0;
    std::uint64_t chosen = 0;
    const auto compare = [&] {
      right = top[0];
      left = top[-1];
      top -= 2;
    };
    const auto compare_item = [&] {
      right = *top--;
      left = values[at->column];
    };
    const auto go_on = [&](bool jump) { at = jump ? code + at->target : at + 1; };
    const auto has_slot = [&](std::uint64_t slots) { return ((slots >> at->index) & 1) != 0; };
    // A routine comes back to the instruction that missed its slot, which then finds it.
    const auto call = [&](std::int64_t routine) {
      *++top = at - code;
      at = code + routine;
    };

    for (;;) {
      switch (at->op) {
        case Op::pass:
          return Outcome::pass;
        case Op::silent:
          return Outcome::silent;
        case Op::fail:
          amounts = {};
          return Outcome::fail;
        case Op::fail_integers:
          amounts = {Amounts::Kind::integers, left, right};
          return Outcome::fail;
        case Op::fail_dates:
          amounts = {Amounts::Kind::dates, left, right};
          return Outcome::fail;
        case Op::jump:
          go_on(true);
          break;

        case Op::constant:
          *++top = at->number;
          ++at;
          break;
        case Op::item:
          if (!load(at->column)) {
            return Outcome::silent;
          }
          *++top = values[at->column];
          ++at;
          break;
        case Op::date: {
          const CivilDate day = date(program_, view_, scratch_, at->index);
          if (!day.known()) {
            return Outcome::silent;
          }
          *++top = day.days;
          ++at;
          break;
        }
        case Op::check_date:
          if (!view_.check_date.known()) {
            return Outcome::silent;
          }
          *++top = view_.check_date.days;
          ++at;
          break;

        case Op::add:
          --top;
          top[0] += top[1];
          ++at;
          break;
        case Op::subtract:
          --top;
          top[0] -= top[1];
          ++at;
          break;
        case Op::multiply:
          --top;
          top[0] *= top[1];
          ++at;
          break;
        case Op::divide:
          --top;
          if (top[1] == 0) {
            return Outcome::silent;
          }
          top[0] = floor_divide(top[0], top[1]);
          ++at;
          break;
        case Op::modulo:
          --top;
          if (top[1] == 0) {
            return Outcome::silent;
          }
          top[0] -= floor_divide(top[0], top[1]) * top[1];
          ++at;
          break;
        case Op::minimum:
          --top;
          top[0] = std::min(top[0], top[1]);
          ++at;
          break;
        case Op::maximum:
          --top;
          top[0] = std::max(top[0], top[1]);
          ++at;
          break;

        case Op::add_number:
          *top += at->number;
          ++at;
          break;
        case Op::add_item:
          if (!load(at->column)) {
            return Outcome::silent;
          }
          *top += values[at->column];
          ++at;
          break;
        case Op::minimum_number:
          *top = std::min(*top, at->number);
          ++at;
          break;
        case Op::add_years:
          if (*top < first_day || *top > last_day) {
            return Outcome::silent;
          }
          *top = add_years(CivilDate{static_cast<std::int32_t>(*top)}, static_cast<int>(at->number))
                     .days;
          if (*top == no_date.days) {
            return Outcome::silent;
          }
          ++at;
          break;
        case Op::grade_of_code:
          *top = program_.tables[at->index].of_code(*top);
          if (*top == 0) {
            return Outcome::silent;
          }
          ++at;
          break;
        case Op::grade_of_amount:
          *top = program_.tables[at->index].of_amount(*top);
          if (*top == 0) {
            return Outcome::silent;
          }
          ++at;
          break;

        case Op::if_equal:
          compare();
          go_on(left == right);
          break;
        case Op::if_unequal:
          compare();
          go_on(left != right);
          break;
        case Op::if_less:
          compare();
          go_on(left < right);
          break;
        case Op::if_at_most:
          compare();
          go_on(left <= right);
          break;
        case Op::if_greater:
          compare();
          go_on(left > right);
          break;
        case Op::if_at_least:
          compare();
          go_on(left >= right);
          break;
        case Op::if_item_equal:
          if (!load(at->column)) {
            return Outcome::silent;
          }
          compare_item();
          go_on(left == right);
          break;
        case Op::if_item_unequal:
          if (!load(at->column)) {
            return Outcome::silent;
          }
          compare_item();
          go_on(left != right);
          break;
        case Op::if_item_less:
          if (!load(at->column)) {
            return Outcome::silent;
          }
          compare_item();
          go_on(left < right);
          break;
        case Op::if_item_at_most:
          if (!load(at->column)) {
            return Outcome::silent;
          }
          compare_item();
          go_on(left <= right);
          break;
        case Op::if_item_greater:
          if (!load(at->column)) {
            return Outcome::silent;
          }
          compare_item();
          go_on(left > right);
          break;
        case Op::if_item_at_least:
          if (!load(at->column)) {
            return Outcome::silent;
          }
          compare_item();
          go_on(left >= right);
          break;

        case Op::if_given:
          go_on(scratch_.given_[at->column]);
          break;
        case Op::if_empty:
          go_on(!scratch_.given_[at->column]);
          break;
        case Op::if_error:
          go_on((*view_.errors)[at->column]);
          break;
        case Op::if_no_error:
          go_on(!(*view_.errors)[at->column]);
          break;
        case Op::if_says:
        case Op::if_says_not:
        case Op::if_says_one_of: {
          bool says = false;
          if (scratch_.given_[at->column]) {
            if (!load(at->column)) {
              return Outcome::silent;
            }
            const std::int64_t value = values[at->column];
            says =
                at->op == Op::if_says_one_of ? in_set(program_, *at, value) : value == at->number;
          } else if ((*view_.errors)[at->column]) {
            return Outcome::silent;
          }
          go_on(says == (at->op != Op::if_says_not));
          break;
        }
        case Op::if_one_of:
          --top;
          go_on(in_set(program_, *at, top[1]));
          break;
        case Op::if_in_table:
          --top;
          go_on(program_.tables[at->index].has(top[1]));
          break;

        case Op::recall:
          if (!has_slot(scratch_.stored_)) {
            call(at->target);
          } else {
            *++top = scratch_.slots_[at->index];
            ++at;
          }
          break;
        case Op::if_recalled:
          if (!has_slot(scratch_.stored_)) {
            call(at->number);
          } else {
            go_on(has_slot(scratch_.true_));
          }
          break;
        case Op::if_not_recalled:
          if (!has_slot(scratch_.stored_)) {
            call(at->number);
          } else {
            go_on(!has_slot(scratch_.true_));
          }
          break;
        case Op::store:
          scratch_.slots_[at->index] = *top--;
          scratch_.stored_ |= std::uint64_t{1} << at->index;
          at = code + *top--;
          break;
        case Op::store_true:
          scratch_.true_ |= std::uint64_t{1} << at->index;
          scratch_.stored_ |= std::uint64_t{1} << at->index;
          at = code + *top--;
          break;
        case Op::store_false:
          scratch_.true_ &= ~(std::uint64_t{1} << at->index);
          scratch_.stored_ |= std::uint64_t{1} << at->index;
          at = code + *top--;
          break;

        case Op::choice_clear:
          allowed = 0;
          ++at;
          break;
        case Op::choice_allow:
          allowed |= std::uint64_t{1} << at->index;
          ++at;
          break;
        case Op::choice_first:
          chosen = allowed;
          go_on(chosen == 0);
          break;
        case Op::choice_next:
          chosen = (chosen - 1) & allowed;
          go_on(chosen != 0);
          break;
        case Op::if_chosen:
          go_on(has_slot(chosen));
          break;
        case Op::if_not_chosen:
          go_on(!has_slot(chosen));
          break;
        default:
          __builtin_unreachable();  // spares the range check of every instruction
      }
    }
  }

 private:
  // Puts the value of an item into its place; false if it has none.
  [[gnu::always_inline]] bool load(std::size_t column) {
    return scratch_.loaded_[column] || read(view_, scratch_, column);
  }

  // An item without an error has nothing but digits, as many as its layout allows.
  // Static, so that a runner's members can stay in registers.
  [[gnu::noinline]] static bool read(const RecordView& view, Scratch& scratch, std::size_t column) {
    if (!scratch.readable_[column]) {
      return false;
    }
    const std::uint32_t begin = view.cells.begin_of(column);
    const std::size_t size = view.cells.ends[column] - begin;
    if (size > 8) {
      return read_long(view, scratch, column);
    }
    scratch.loaded_.set(column);
    scratch.values_[column] = number_of(load_eight(view.cells.buffer + begin), size);
    return true;
  }

  [[gnu::noinline]] static bool read_long(const RecordView& view, Scratch& scratch,
                                          std::size_t column) {
    const std::string_view digits = view.cells[column];
    if (digits.size() > 18) {
      return false;
    }
    scratch.loaded_.set(column);
    scratch.values_[column] = long_number_of(digits.data(), digits.size());
    return true;
  }

  [[gnu::noinline]] static CivilDate date(const Program& program, const RecordView& view,
                                          Scratch& scratch, std::size_t index) {
    const Program::DateSource& source = program.dates[index];
    const bool shared = source.slot != Program::no_slot;
    if (shared && ((scratch.stored_ >> source.slot) & 1) != 0) {
      return CivilDate{static_cast<std::int32_t>(scratch.slots_[source.slot])};
    }
    const CivilDate day = read_date(program, view, scratch, source);
    if (shared) {
      scratch.slots_[source.slot] = day.days;
      scratch.stored_ |= std::uint64_t{1} << source.slot;
    }
    return day;
  }

  static CivilDate read_date(const Program& program, const RecordView& view, Scratch& scratch,
                             const Program::DateSource& source) {
    if (!read(view, scratch, source.era) || !read(view, scratch, source.ymd)) {
      return no_date;
    }
    const std::int64_t era = scratch.values_[source.era];
    const int year_before =
        era <= 9 ? program.era_years[static_cast<std::size_t>(era)] : std::int16_t{0};
    if (year_before == 0) {
      return no_date;
    }
    const std::int64_t ymd = scratch.values_[source.ymd];
    if (ymd > 999'999) {
      return no_date;
    }
    const int digits = static_cast<int>(ymd);
    return make_date(year_before + digits / 10000, digits / 100 % 100, digits % 100);
  }

  static bool in_set(const Program& program, const Instruction& instruction, std::int64_t value) {
    const std::int64_t* const set = program.sets.data() + instruction.index;
    for (std::size_t i = 0; i < instruction.length; ++i) {
      if (set[i] == value) {
        return true;
      }
    }
    return false;
  }

  const Program& program_;
  const RecordView& view_;
  Scratch& scratch_;
};

Outcome run_on(const Program& program, const RecordView& view, Scratch& scratch,
               Amounts& amounts) noexcept {
  if ((program.sound.words[0] & view.errors->words[0]) != 0) {
    return Outcome::silent;
  }
  for (std::size_t i = 1; i < program.words; ++i) {
    const std::uint64_t given = scratch.given_.words[i];
    if (((program.given.words[i] & ~given) | (program.empty.words[i] & given)) != 0) {
      return Outcome::pass;
    }
    if ((program.sound.words[i] & view.errors->words[i]) != 0) {
      return Outcome::silent;
    }
  }
  return Runner(program, view, scratch).run(amounts);
}

namespace {

const Program::Grades::Row* find_at_most(const std::vector<Program::Grades::Row>& rows,
                                         std::int64_t key) {
  const auto after = std::upper_bound(
      rows.begin(), rows.end(), key,
      [](std::int64_t value, const Program::Grades::Row& row) { return value < row.key; });
  return after == rows.begin() ? nullptr : &*(after - 1);
}

}  // namespace

bool Program::Grades::has(std::int64_t wanted) const {
  const Row* const row = find_at_most(by_code, wanted);
  return row != nullptr && row->key == wanted;
}

std::int64_t Program::Grades::of_code(std::int64_t wanted) const {
  const Row* const row = find_at_most(by_code, wanted);
  return row != nullptr && row->key == wanted ? row->grade : 0;
}

std::int64_t Program::Grades::of_amount(std::int64_t amount) const {
  const Row* const row = find_at_most(by_amount, amount);
  return row != nullptr && (row->below == 0 || amount < row->below) ? row->grade : 0;
}

const char* name_of(Op op) {
  switch (op) {
    case Op::pass:
      return "pass";
    case Op::fail:
      return "fail";
    case Op::fail_integers:
      return "fail_integers";
    case Op::fail_dates:
      return "fail_dates";
    case Op::silent:
      return "silent";
    case Op::jump:
      return "jump";
    case Op::constant:
      return "constant";
    case Op::item:
      return "item";
    case Op::date:
      return "date";
    case Op::check_date:
      return "check_date";
    case Op::add:
      return "add";
    case Op::subtract:
      return "subtract";
    case Op::multiply:
      return "multiply";
    case Op::divide:
      return "divide";
    case Op::modulo:
      return "modulo";
    case Op::minimum:
      return "minimum";
    case Op::maximum:
      return "maximum";
    case Op::add_number:
      return "add_number";
    case Op::add_item:
      return "add_item";
    case Op::minimum_number:
      return "minimum_number";
    case Op::add_years:
      return "add_years";
    case Op::grade_of_code:
      return "grade_of_code";
    case Op::grade_of_amount:
      return "grade_of_amount";
    case Op::if_equal:
      return "if_equal";
    case Op::if_item_equal:
      return "if_item_equal";
    case Op::if_unequal:
      return "if_unequal";
    case Op::if_item_unequal:
      return "if_item_unequal";
    case Op::if_less:
      return "if_less";
    case Op::if_item_less:
      return "if_item_less";
    case Op::if_at_most:
      return "if_at_most";
    case Op::if_item_at_most:
      return "if_item_at_most";
    case Op::if_greater:
      return "if_greater";
    case Op::if_item_greater:
      return "if_item_greater";
    case Op::if_at_least:
      return "if_at_least";
    case Op::if_item_at_least:
      return "if_item_at_least";
    case Op::if_given:
      return "if_given";
    case Op::if_empty:
      return "if_empty";
    case Op::if_error:
      return "if_error";
    case Op::if_no_error:
      return "if_no_error";
    case Op::if_says:
      return "if_says";
    case Op::if_says_not:
      return "if_says_not";
    case Op::if_says_one_of:
      return "if_says_one_of";
    case Op::if_one_of:
      return "if_one_of";
    case Op::if_in_table:
      return "if_in_table";
    case Op::recall:
      return "recall";
    case Op::if_recalled:
      return "if_recalled";
    case Op::if_not_recalled:
      return "if_not_recalled";
    case Op::store:
      return "store";
    case Op::store_true:
      return "store_true";
    case Op::store_false:
      return "store_false";
    case Op::choice_clear:
      return "choice_clear";
    case Op::choice_allow:
      return "choice_allow";
    case Op::choice_first:
      return "choice_first";
    case Op::choice_next:
      return "choice_next";
    case Op::if_chosen:
      return "if_chosen";
    case Op::if_not_chosen:
      return "if_not_chosen";
  }
  return "?";
}

namespace {

// What an instruction uses beside the values that wait.
enum Uses : unsigned {
  uses_column = 1,
  uses_index = 2,
  uses_number = 4,
  uses_target = 8,
  uses_set = 16,
  uses_routine = 32
};

unsigned uses_of(Op op) {
  switch (op) {
    case Op::constant:
    case Op::add_number:
    case Op::minimum_number:
    case Op::add_years:
      return uses_number;
    case Op::item:
    case Op::add_item:
      return uses_column;
    case Op::date:
    case Op::grade_of_code:
    case Op::grade_of_amount:
    case Op::store:
    case Op::store_true:
    case Op::store_false:
    case Op::choice_allow:
      return uses_index;
    case Op::jump:
    case Op::if_equal:
    case Op::if_unequal:
    case Op::if_less:
    case Op::if_at_most:
    case Op::if_greater:
    case Op::if_at_least:
    case Op::choice_first:
    case Op::choice_next:
      return uses_target;
    case Op::if_item_equal:
    case Op::if_item_unequal:
    case Op::if_item_less:
    case Op::if_item_at_most:
    case Op::if_item_greater:
    case Op::if_item_at_least:
    case Op::if_given:
    case Op::if_empty:
    case Op::if_error:
    case Op::if_no_error:
      return uses_column | uses_target;
    case Op::if_says:
    case Op::if_says_not:
      return uses_column | uses_number | uses_target;
    case Op::if_says_one_of:
      return uses_column | uses_set | uses_target;
    case Op::if_one_of:
      return uses_set | uses_target;
    case Op::if_in_table:
    case Op::recall:
    case Op::if_chosen:
    case Op::if_not_chosen:
      return uses_index | uses_target;
    case Op::if_recalled:
    case Op::if_not_recalled:
      return uses_index | uses_target | uses_routine;
    default:
      return 0;
  }
}

}  // namespace

bool has_target(Op op) { return (uses_of(op) & uses_target) != 0; }

namespace {

std::string key_of(const layout::Record& record, std::size_t column) {
  return column < record.items.size() ? record.items[column].key : std::to_string(column);
}

void list_columns(const char* title, const ColumnSet& columns, const layout::Record& record,
                  std::string& text) {
  if (!columns.any()) {
    return;
  }
  text += title;
  for (std::size_t column = 0; column < most_columns; ++column) {
    if (columns[column]) {
      text.append(" ").append(key_of(record, column));
    }
  }
  text += "\n";
}

}  // namespace

std::string disassemble(const Program& program, const layout::Record& record) {
  std::string text;
  list_columns("given", program.given, record, text);
  list_columns("empty", program.empty, record, text);
  list_columns("sound", program.sound, record, text);
  for (std::size_t i = 0; i < program.code.size(); ++i) {
    const Instruction& instruction = program.code[i];
    const unsigned uses = uses_of(instruction.op);
    text += std::to_string(i);
    text.append("  ").append(name_of(instruction.op));
    if ((uses & uses_column) != 0) {
      text.append(" ").append(key_of(record, instruction.column));
    }
    if ((uses & uses_index) != 0) {
      text += " ";
      if (instruction.op == Op::date) {
        const Program::DateSource& source = program.dates[instruction.index];
        text.append(key_of(record, source.era)).append("+").append(key_of(record, source.ymd));
      } else if (instruction.op == Op::grade_of_code || instruction.op == Op::grade_of_amount ||
                 instruction.op == Op::if_in_table) {
        text += program.tables[instruction.index].key;
      } else {
        text.append("#").append(std::to_string(instruction.index));
      }
    }
    if ((uses & uses_number) != 0) {
      text.append(" ").append(std::to_string(instruction.number));
    }
    if ((uses & uses_set) != 0) {
      for (std::size_t n = 0; n < instruction.length; ++n) {
        text.append(n == 0 ? " (" : ", ")
            .append(std::to_string(program.sets[instruction.index + n]));
      }
      text += ")";
    }
    if ((uses & uses_routine) != 0) {
      text.append(" by ").append(std::to_string(instruction.number));
    }
    if ((uses & uses_target) != 0) {
      text.append(" -> ").append(std::to_string(instruction.target));
    }
    text += "\n";
  }
  return text;
}

}  // namespace kpfd::rules
