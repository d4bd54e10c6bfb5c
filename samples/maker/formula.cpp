#include "samples/maker/formula.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "kpfd/date.hpp"

namespace kpfd::samples {

namespace {

/// Most values that wait for their operator at once.
constexpr std::size_t deepest_stack = 64;

/// Deepest nesting of a formula.
constexpr int deepest_nesting = 32;

enum class Kind : std::uint8_t { end, number, word, symbol };

struct Token {
  Kind kind = Kind::end;
  std::string_view text;
  std::size_t offset = 0;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

/// The token at the beginning of text[at...], blanks before it skipped.
Token token_at(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n')) {
    ++at;
  }
  std::size_t end = at;
  if (at == text.size()) {
    return {Kind::end, {}, at};
  }
  if (is_digit(text[at])) {
    while (end < text.size() && is_digit(text[end])) {
      ++end;
    }
    return {Kind::number, text.substr(at, end - at), at};
  }
  if (is_word(text[at])) {
    while (end < text.size() && (is_word(text[end]) || is_digit(text[end]))) {
      ++end;
    }
    return {Kind::word, text.substr(at, end - at), at};
  }
  const std::string_view two = text.substr(at, 2);
  const bool double_sign = two == "==" || two == "!=" || two == "<=" || two == ">=";
  return {Kind::symbol, text.substr(at, double_sign ? 2 : 1), at};
}

constexpr std::array<std::string_view, 8> keywords = {"if", "then", "else",    "and",
                                                      "or", "not",  "nothing", "size"};

bool is_keyword(std::string_view word) {
  return std::find(keywords.begin(), keywords.end(), word) != keywords.end();
}

struct Function {
  std::string_view name;
  Op op;
  int arguments;
};

constexpr std::array functions = {
    Function{"given", Op::given, 1},         Function{"min", Op::minimum, 2},
    Function{"max", Op::maximum, 2},         Function{"random", Op::random, 2},
    Function{"chance", Op::chance, 1},       Function{"hash", Op::hash, 1},
    Function{"date", Op::date, 3},           Function{"year", Op::year, 1},
    Function{"month", Op::month, 1},         Function{"day", Op::day, 1},
    Function{"add_years", Op::add_years, 2}, Function{"add_months", Op::add_months, 2},
    Function{"gregorian", Op::gregorian, 1}, Function{"era", Op::era, 1},
    Function{"era_year", Op::era_year, 1},   Function{"era_ymd", Op::era_ymd, 1},
    Function{"my_number", Op::my_number, 1},
};

class Compiler {
 public:
  Compiler(std::string_view text, const layout::Place& place, const Recipes& recipes,
           const Slots& slots, Program& program)
      : text_(text), place_(place), recipes_(recipes), slots_(slots), program_(program) {
    next();
  }

  /// The formula's value goes to a slot.
  void run(std::uint32_t slot) {
    expression();
    if (token_.kind != Kind::end) {
      fail("`" + std::string(token_.text) + "` is one word too many");
    }
    emit(Op::store, 1, 0, slot);
  }

 private:
  [[noreturn]] void fail(const std::string& reason) const {
    throw layout::SchemaError(place_, "`" + std::string(text_) + "`, byte " +
                                          std::to_string(token_.offset + 1) + ": " + reason);
  }

  void next() {
    token_ = token_at(text_, at_);
    at_ = token_.offset + token_.text.size();
  }

  bool take(std::string_view text) {
    if (token_.kind == Kind::end || token_.kind == Kind::number || token_.text != text) {
      return false;
    }
    next();
    return true;
  }

  void expect(std::string_view text) {
    if (!take(text)) {
      fail("`" + std::string(text) + "` is awaited");
    }
  }

  void push(Operand operand, std::int64_t number) {
    if (++depth_ > static_cast<int>(deepest_stack)) {
      fail("the formula is too deep");
    }
    program_.code.push_back({Op::push, operand, 0, number});
  }

  /// Appends an instruction that takes `takes` values and leaves `leaves`. A value that was pushed
  /// just before becomes its operand.
  std::size_t emit(Op op, int takes, int leaves, std::uint32_t index = 0) {
    depth_ += leaves - takes;
    if (depth_ > static_cast<int>(deepest_stack)) {
      fail("the formula is too deep");
    }
    std::vector<Instruction>& code = program_.code;
    const bool joins =
        takes > 0 && !code.empty() && code.back().op == Op::push && last_landing_ != code.size();
    if (joins) {
      code.back().op = op;
      code.back().index = index;
    } else {
      code.push_back({op, Operand::top, index, 0});
    }
    return code.size() - 1;
  }

  /// Leaves a branch that has its value; the other branch pushes it again.
  std::size_t leave() {
    const std::size_t jump = emit(Op::jump, 0, 0);
    --depth_;
    return jump;
  }

  void land(std::size_t jump) {
    last_landing_ = program_.code.size();
    program_.code[jump].index = static_cast<std::uint32_t>(last_landing_);
  }

  std::uint32_t add_numbers(std::vector<std::int64_t> numbers) {
    program_.numbers.push_back(std::move(numbers));
    return static_cast<std::uint32_t>(program_.numbers.size() - 1);
  }

  void expression() {
    if (++nesting_ > deepest_nesting) {
      fail("the formula is too deep");
    }
    if (take("if")) {
      expression();
      const std::size_t to_else = emit(Op::jump_if_zero, 1, 0);
      expect("then");
      expression();
      const std::size_t to_end = leave();
      expect("else");
      land(to_else);
      expression();
      land(to_end);
    } else {
      disjunction();
    }
    --nesting_;
  }

  void disjunction() {
    conjunction();
    while (take("or")) {
      const std::size_t to_second = emit(Op::jump_if_zero, 1, 0);
      push(Operand::literal, 1);
      const std::size_t to_end = leave();
      land(to_second);
      conjunction();
      land(to_end);
    }
  }

  void conjunction() {
    comparison();
    while (take("and")) {
      const std::size_t to_false = emit(Op::jump_if_zero, 1, 0);
      comparison();
      const std::size_t to_end = leave();
      land(to_false);
      push(Operand::literal, 0);
      land(to_end);
    }
  }

  void comparison() {
    if (take("not")) {
      if (++nesting_ > deepest_nesting) {
        fail("the formula is too deep");
      }
      comparison();
      --nesting_;
      emit(Op::negation, 1, 1);
      return;
    }
    sum();
    static constexpr std::array<std::pair<std::string_view, Op>, 6> signs = {{
        {"==", Op::equal},
        {"!=", Op::unequal},
        {"<", Op::less},
        {"<=", Op::at_most},
        {">", Op::greater},
        {">=", Op::at_least},
    }};
    for (const auto& [sign, op] : signs) {
      if (!take(sign)) {
        continue;
      }
      sum();
      emit(op, 2, 1);
      return;
    }
  }

  void sum() {
    product();
    while (true) {
      const Op op = token_.text == "+" ? Op::add : Op::subtract;
      if (!take("+") && !take("-")) {
        return;
      }
      product();
      emit(op, 2, 1);
    }
  }

  void product() {
    atom();
    while (true) {
      const Op op = token_.text == "*"   ? Op::multiply
                    : token_.text == "/" ? Op::divide
                                         : Op::modulo;
      if (!take("*") && !take("/") && !take("%")) {
        return;
      }
      atom();
      emit(op, 2, 1);
    }
  }

  std::int64_t number() {
    const bool negative = take("-");
    if (token_.kind != Kind::number || token_.text.size() > 15) {
      fail("a number is awaited");
    }
    std::int64_t value = 0;
    for (const char c : token_.text) {
      value = value * 10 + (c - '0');
    }
    next();
    return negative ? -value : value;
  }

  void atom() {
    if (take("(")) {
      expression();
      expect(")");
    } else if (token_.kind == Kind::number || token_.text == "-") {
      push(Operand::literal, number());
    } else if (token_.kind == Kind::word) {
      word();
    } else {
      fail("a value is awaited");
    }
  }

  void word() {
    const std::string_view name = token_.text;
    next();
    if (name == "nothing") {
      push(Operand::literal, nothing);
    } else if (take("(")) {
      call(name);
    } else if (take(".")) {
      number_of_pool(name);
    } else {
      const auto slot = slots_.find(name);
      if (slot == slots_.end()) {
        fail("no item and no value is called `" + std::string(name) + "`");
      }
      push(Operand::slot, slot->second);
    }
  }

  const Pool& pool(std::string_view key) const {
    const Pool* const found = recipes_.pool(key);
    if (found == nullptr) {
      fail("no pool and no table is called `" + std::string(key) + "`");
    }
    return *found;
  }

  std::string_view pool_key() {
    if (token_.kind != Kind::word) {
      fail("the name of a pool is awaited");
    }
    const std::string_view key = token_.text;
    next();
    return key;
  }

  /// `pool.column[place]`
  void number_of_pool(std::string_view key) {
    const Pool::Column* const column = pool(key).column(pool_key());
    if (column == nullptr || column->numbers.empty()) {
      fail("this is no column of numbers");
    }
    expect("[");
    expression();
    expect("]");
    emit(Op::number_at, 1, 1, add_numbers(column->numbers));
  }

  void call(std::string_view name) {
    if (name == "size") {
      push(Operand::literal, static_cast<std::int64_t>(pool(pool_key()).rows));
    } else if (name == "pick") {
      std::vector<std::int64_t> numbers = {number()};
      while (take(",")) {
        numbers.push_back(number());
      }
      emit(Op::choice, 0, 1, add_numbers(std::move(numbers)));
    } else if (name == "row_of") {
      const Pool& table = pool(pool_key());
      if (table.from.empty()) {
        fail("the table has no grades");
      }
      expect(",");
      expression();
      emit(Op::row_of, 1, 1, add_numbers(table.from));
    } else {
      const auto* const function =
          std::find_if(functions.begin(), functions.end(),
                       [&](const Function& other) { return other.name == name; });
      if (function == functions.end()) {
        fail("no function is called `" + std::string(name) + "`");
      }
      for (int i = 0; i < function->arguments; ++i) {
        if (i > 0) {
          expect(",");
        }
        expression();
      }
      emit(function->op, function->arguments, 1);
    }
    expect(")");
  }

  std::string_view text_;
  const layout::Place& place_;
  const Recipes& recipes_;
  const Slots& slots_;
  Program& program_;
  std::size_t at_ = 0;
  Token token_;
  std::size_t last_landing_ = std::numeric_limits<std::size_t>::max();
  int depth_ = 0;
  int nesting_ = 0;
};

using Value = std::int64_t;

constexpr Value low_half = 0xFFFFFFFF;

CivilDate day_of(Value days) { return {static_cast<std::int32_t>(days)}; }

/// Division of 32 bits takes a fraction of the time of 64.
Value quotient(Value a, Value b) {
  if ((a | b) >= 0 && (a | b) <= low_half && b != 0) {
    return static_cast<std::uint32_t>(a) / static_cast<std::uint32_t>(b);
  }
  return b == 0 ? 0 : a / b;
}

Value remainder(Value a, Value b) {
  if ((a | b) >= 0 && (a | b) <= low_half && b != 0) {
    return static_cast<std::uint32_t>(a) % static_cast<std::uint32_t>(b);
  }
  return b == 0 ? 0 : a % b;
}

/// A place in a list, whatever the number is.
std::size_t place_in(Value number, std::size_t size) {
  return static_cast<std::uint32_t>(number) % static_cast<std::uint32_t>(size);
}

Value random_between(Value low, Value high, Random& random) {
  if (high <= low) {
    return low;
  }
  const auto span = static_cast<std::uint64_t>(high - low) + 1;
  if (span <= static_cast<std::uint64_t>(low_half)) {
    return low + random.below(static_cast<std::uint32_t>(span));
  }
  return low + static_cast<Value>(random.next() % span);
}

/// Eleven digits => twelve. The check digit is the specification's, section 7.
Value with_check_digit(Value body) {
  Value sum = 0;
  Value rest = body;
  for (int n = 1; n <= 11; ++n) {
    sum += (rest % 10) * (n <= 6 ? n + 1 : n - 5);
    rest /= 10;
  }
  const Value remainder_of_11 = sum % 11;
  return body * 10 + (remainder_of_11 <= 1 ? 0 : 11 - remainder_of_11);
}

Value first_of_later_month(Value day, Value months) {
  const YearMonthDay parts = parts_of(day_of(day));
  const Value month = parts.year * Value{12} + parts.month - 1 + months;
  return make_date(static_cast<int>(month / 12), static_cast<int>(month % 12) + 1, 1).days;
}

}  // namespace

std::vector<std::string> names_in(std::string_view formula) {
  std::vector<std::string> names;
  bool behind_dot = false;
  Token token = token_at(formula, 0);
  while (token.kind != Kind::end) {
    const Token next = token_at(formula, token.offset + token.text.size());
    const bool of_slot = next.text != "(" && next.text != "." && !behind_dot;
    if (token.kind == Kind::word && of_slot && !is_keyword(token.text)) {
      names.emplace_back(token.text);
    }
    behind_dot = token.text == ".";
    token = next;
  }
  return names;
}

void compile_formula(std::string_view formula, const layout::Place& place, const Recipes& recipes,
                     const Slots& slots, std::uint32_t slot, Program& program) {
  Compiler(formula, place, recipes, slots, program).run(slot);
}

void Machine::run(const Program& program, Random& random) {
  std::int64_t* const slots = slots_.data();
  std::array<std::int64_t, deepest_stack + 1> values;  // [0] is there to be pointed to
  std::int64_t* top = values.data();
  const Instruction* const begin = program.code.data();
  const Instruction* const end = begin + program.code.size();
  for (const Instruction* step = begin; step != end; ++step) {
    std::int64_t last = step->number;
    if (step->operand == Operand::slot) {
      last = slots[step->number];
    }
    // An operator of one value leaves its result on the stack, one of two values in place of the
    // lower one.
    const auto unary = [&](auto&& result) {
      if (step->operand == Operand::top) {
        *top = result(*top);
      } else {
        *++top = result(last);
      }
    };
    const auto binary = [&](auto&& result) {
      if (step->operand == Operand::top) {
        last = *top--;
      }
      *top = result(*top, last);
    };
    switch (step->op) {
      case Op::push:
        *++top = last;
        break;
      case Op::store:
        if (step->operand == Operand::top) {
          last = *top--;
        }
        slots[step->index] = last;
        break;
      case Op::jump:
        step = begin + step->index - 1;
        break;
      case Op::jump_if_zero:
        if (step->operand == Operand::top) {
          last = *top--;
        }
        if (last == 0) {
          step = begin + step->index - 1;
        }
        break;
      case Op::given:
        unary([](Value a) { return Value{a != nothing}; });
        break;
      case Op::negation:
        unary([](Value a) { return Value{a == 0}; });
        break;
      case Op::add:
        binary([](Value a, Value b) { return a + b; });
        break;
      case Op::subtract:
        binary([](Value a, Value b) { return a - b; });
        break;
      case Op::multiply:
        binary([](Value a, Value b) { return a * b; });
        break;
      case Op::divide:
        binary(quotient);
        break;
      case Op::modulo:
        binary(remainder);
        break;
      case Op::equal:
        binary([](Value a, Value b) { return Value{a == b}; });
        break;
      case Op::unequal:
        binary([](Value a, Value b) { return Value{a != b}; });
        break;
      case Op::less:
        binary([](Value a, Value b) { return Value{a < b}; });
        break;
      case Op::at_most:
        binary([](Value a, Value b) { return Value{a <= b}; });
        break;
      case Op::greater:
        binary([](Value a, Value b) { return Value{a > b}; });
        break;
      case Op::at_least:
        binary([](Value a, Value b) { return Value{a >= b}; });
        break;
      case Op::minimum:
        binary([](Value a, Value b) { return a < b ? a : b; });
        break;
      case Op::maximum:
        binary([](Value a, Value b) { return a > b ? a : b; });
        break;
      case Op::random:
        binary([&](Value low, Value high) { return random_between(low, high, random); });
        break;
      case Op::chance:
        unary([&](Value a) { return Value{random.below(1000) < a}; });
        break;
      case Op::hash:
        unary([](Value a) {
          return static_cast<Value>(mix(static_cast<std::uint64_t>(a) + 1) >> 33);
        });
        break;
      case Op::number_at:
        unary([&](Value a) {
          const std::vector<Value>& numbers = program.numbers[step->index];
          return numbers[place_in(a, numbers.size())];
        });
        break;
      case Op::choice: {
        const std::vector<Value>& numbers = program.numbers[step->index];
        *++top = numbers[random.below(static_cast<std::uint32_t>(numbers.size()))];
        break;
      }
      case Op::row_of:
        unary([&](Value a) {
          const std::vector<Value>& from = program.numbers[step->index];
          const auto above = std::upper_bound(from.begin(), from.end(), a);
          return above == from.begin() ? Value{0} : Value{above - from.begin() - 1};
        });
        break;
      case Op::date:
        if (step->operand == Operand::top) {
          last = *top--;
        }
        --top;
        *top = make_date(static_cast<int>(top[0]), static_cast<int>(top[1]), static_cast<int>(last))
                   .days;
        break;
      case Op::year:
        unary([](Value a) { return Value{parts_of(day_of(a)).year}; });
        break;
      case Op::month:
        unary([](Value a) { return Value{parts_of(day_of(a)).month}; });
        break;
      case Op::day:
        unary([](Value a) { return Value{parts_of(day_of(a)).day}; });
        break;
      case Op::add_years:
        binary([](Value day, Value years) {
          return Value{kpfd::add_years(day_of(day), static_cast<int>(years)).days};
        });
        break;
      case Op::add_months:
        binary(first_of_later_month);
        break;
      case Op::gregorian:
        unary([](Value a) {
          const YearMonthDay parts = parts_of(day_of(a));
          return parts.year * Value{10000} + parts.month * 100 + parts.day;
        });
        break;
      case Op::era:
        unary([&](Value a) {
          const EraYear found = eras_->of(day_of(a));
          return found.era == nullptr ? nothing : Value{found.era->code - '0'};
        });
        break;
      case Op::era_year:
        unary([&](Value a) { return Value{eras_->of(day_of(a)).year}; });
        break;
      case Op::era_ymd:
        unary([&](Value a) {
          const YearMonthDay parts = parts_of(day_of(a));
          return eras_->of(day_of(a)).year * Value{10000} + parts.month * 100 + parts.day;
        });
        break;
      case Op::my_number:
        unary(with_check_digit);
        break;
    }
  }
}

}  // namespace kpfd::samples
