#include "converters/ingest/values.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <numeric>

namespace kpfd::converters {

namespace {

constexpr std::size_t longest_number = 18;
constexpr std::int64_t thousand = 1000;

int two_digits(const char* p) { return (p[0] - '0') * 10 + (p[1] - '0'); }

bool are_digits(std::string_view text) {
  bool all = true;
  for (const char c : text) {
    all &= static_cast<unsigned char>(c - '0') < 10;
  }
  return all;
}

/// `00` to `99`.
constexpr std::array<char, 200> digit_pairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

void put_two(char* to, int number) {
  std::memcpy(to, digit_pairs.data() + 2 * static_cast<std::size_t>(number), 2);
}

void put_year(char* to, int year) {
  put_two(to, year / 100);
  put_two(to + 2, year % 100);
}

bool put_civil_day(char* to, int year, int month, int day) {
  if (year < 1 || year > 9999 || day < 1 || day > days_in_month(year, month)) {
    return false;
  }
  put_year(to, year);
  to[4] = to[7] = '-';
  put_two(to + 5, month);
  put_two(to + 8, day);
  return true;
}

}  // namespace

ValueError::ValueError(std::uint64_t line, const std::string& key)
    : std::runtime_error("line " + std::to_string(line) + ", item " + key +
                         ": an ingest record cannot hold what stands here; the check has let it "
                         "pass because of a profile or of schemas from outside") {}

Number parse_digits(std::string_view digits) {
  if (digits.empty() || digits.size() > longest_number) {
    return {};
  }
  std::int64_t number = 0;
  bool all = true;
  for (const char c : digits) {
    const unsigned digit = static_cast<unsigned char>(c - '0');
    all &= digit < 10;
    number = number * 10 + digit;
  }
  return all ? Number{number} : Number{};
}

char* put_number(char* to, std::int64_t number) {
  constexpr std::int64_t eight_digits = 100'000'000;
  if (number < 0 || number >= eight_digits) {
    return std::to_chars(to, to + number_room, number).ptr;
  }
  // Nearly all numbers of a record: the eight digits are made side by side in one word. Lanes of
  // four digits, of two, of one; the multiplications divide by 100 and by 10, exactly for numbers
  // this small.
  static_assert(std::endian::native == std::endian::little);
  const auto value = static_cast<std::uint64_t>(number);
  const std::uint64_t fours = value / 10'000 | (value % 10'000) << 32U;
  const std::uint64_t hundreds = (fours * 10'486 >> 20U) & 0x0000'007F'0000'007F;
  const std::uint64_t twos = hundreds | (fours - hundreds * 100) << 16U;
  const std::uint64_t tens = (twos * 103 >> 10U) & 0x000F'000F'000F'000F;
  const std::uint64_t ones = tens | (twos - tens * 10) << 8U;
  // The last digit stays, also where it is 0.
  const auto leading = static_cast<unsigned>(std::countr_zero(ones | std::uint64_t{1} << 56U)) / 8;
  const std::uint64_t digits = (ones | 0x3030'3030'3030'3030) >> (8 * leading);
  std::memcpy(to, &digits, sizeof digits);
  return to + sizeof digits - leading;
}

char* put_iso_month(char* to, std::int64_t month) {
  const auto number = static_cast<unsigned>(month);
  put_year(to, static_cast<int>(number / 12));
  to[4] = '-';
  put_two(to + 5, static_cast<int>(number % 12) + 1);
  return to + iso_month_size;
}

bool put_iso_day(char* to, std::string_view yyyymmdd) {
  if (yyyymmdd.size() != 8 || !are_digits(yyyymmdd)) {
    return false;
  }
  const char* const p = yyyymmdd.data();
  return put_civil_day(to, two_digits(p) * 100 + two_digits(p + 2), two_digits(p + 4),
                       two_digits(p + 6));
}

EraDates::EraDates(const std::vector<Era>& eras) {
  year_zero_.fill(no_year);
  for (const Era& era : eras) {
    year_zero_[static_cast<unsigned char>(era.code)] = era.first_year - 1;
  }
}

bool EraDates::put_day(char* to, std::string_view era, std::string_view ymd) const {
  if (era.size() != 1 || ymd.size() != 6 || !are_digits(ymd)) {
    return false;
  }
  const int zero = year_zero_[static_cast<unsigned char>(era[0])];
  const char* const p = ymd.data();
  return zero != no_year &&
         put_civil_day(to, zero + two_digits(p), two_digits(p + 2), two_digits(p + 4));
}

Number EraDates::month(std::string_view era, std::string_view year, std::string_view month) const {
  if (era.size() != 1 || year.size() != 2 || month.size() != 2 || !are_digits(year) ||
      !are_digits(month)) {
    return {};
  }
  const int zero = year_zero_[static_cast<unsigned char>(era[0])];
  const int number = two_digits(month.data());
  if (zero == no_year || number < 1 || number > 12) {
    return {};
  }
  return {(zero + two_digits(year.data())) * std::int64_t{12} + number - 1};
}

Computer::Computer(const IngestModel& model) : dates_(model.layouts().eras) {
  for (const layout::Table::Row& row : model.grades().rows) {
    const std::int64_t below =
        row.below == 0 ? std::numeric_limits<std::int64_t>::max() : row.below;
    health_.grades.push_back({row.from, below, row.number * thousand, row.grade});
    if (row.pension_grade != 0) {
      pension_.grades.push_back({row.from, below, row.number * thousand, row.pension_grade});
    }
  }
  // The lowest pension grade has no lower bound, the highest no upper one.
  if (!pension_.grades.empty()) {
    pension_.grades.front().from = 0;
    pension_.grades.back().below = std::numeric_limits<std::int64_t>::max();
  }
  health_.index();
  pension_.index();
  for (const RecordType* const type : model.records()) {
    Needs& needs = needs_[type];
    const auto need = [&](std::uint16_t field) {
      const bool known =
          std::find(needs.fields.begin(), needs.fields.end(), field) != needs.fields.end();
      if (!known && !type->fields[field].computed) {
        needs.fields.push_back(field);
      }
    };
    for (const Computation& computation : type->computations) {
      std::for_each(computation.operands.begin(), computation.operands.end(), need);
      if (computation.unless >= 0) {
        need(static_cast<std::uint16_t>(computation.unless));
      }
    }
  }
}

Number Computer::number_of(const Field& field, const Binding::Columns& columns,
                           const Row& row) const {
  if (!columns.given() || row[columns.at[0]].empty()) {
    return {};
  }
  const std::string_view cell = row[columns.at[0]];
  Number number;
  switch (field.kind) {
    case Kind::date: {
      const std::string_view ymd = row[columns.at[1]];
      if (ymd.size() != 6) {
        break;
      }
      number = dates_.month(cell, ymd.substr(0, 2), ymd.substr(2, 2));
      break;
    }
    case Kind::month:
      number = dates_.month(cell, row[columns.at[1]], row[columns.at[2]]);
      break;
    case Kind::yen:
    case Kind::integer:
    case Kind::flag:
      number = parse_digits(cell);
      if (number.known() && columns.thousands) {
        number.value *= thousand;
      }
      break;
    default:
      return {};
  }
  if (!number.known()) {
    throw ValueError(row.line, field.key);
  }
  return number;
}

void Computer::compute(const Binding& binding, const Row& row, Number* numbers) const {
  const RecordType& type = *binding.type;
  const auto needs = needs_.find(&type);
  if (needs == needs_.end()) {
    return;
  }
  for (const std::uint16_t field : needs->second.fields) {
    numbers[field] = number_of(type.fields[field], binding.fields[field], row);
  }
  for (const Computation& computation : type.computations) {
    const bool left_out =
        computation.unless >= 0 && numbers[static_cast<std::size_t>(computation.unless)].known();
    numbers[computation.field] = left_out ? Number{} : apply(computation, numbers);
  }
}

Number Computer::apply(const Computation& computation, const Number* numbers) const {
  const Number one = numbers[computation.operands[0]];
  switch (computation.function) {
    case Function::first:
      for (const std::uint16_t field : computation.operands) {
        if (numbers[field].known() && numbers[field].value != 0) {
          return numbers[field];
        }
      }
      return {};
    case Function::sum: {
      Number sum;
      for (const std::uint16_t field : computation.operands) {
        if (numbers[field].known()) {
          sum.value = numbers[field].value + (sum.known() ? sum.value : 0);
        }
      }
      if (sum.known() && computation.most != 0) {
        sum.value = std::min(sum.value, computation.most);
      }
      return sum;
    }
    case Function::round_down:
      if (!one.known()) {
        return {};
      }
      return {computation.most != 0
                  ? std::min(one.value / computation.step * computation.step, computation.most)
                  : one.value / computation.step * computation.step};
    case Function::month:
      return one;
    case Function::grade:
    case Function::standard:
    case Function::grade_of_standard:
      return one.known() ? look_up(computation, one.value) : Number{};
    case Function::difference: {
      const Number two = numbers[computation.operands[1]];
      return one.known() && two.known() ? Number{one.value - two.value} : Number{};
    }
  }
  return {};
}

void Computer::Scheme::index() {
  constexpr std::int64_t most_entries = 1 << 14;
  std::int64_t step = 0;
  for (const Grade& grade : grades) {
    step = std::gcd(step, grade.from);
    if (&grade != &grades.back()) {
      step = std::gcd(step, grade.below);
    }
  }
  if (step == 0 || grades.size() > std::numeric_limits<std::uint8_t>::max() ||
      grades.back().from / step >= most_entries) {
    return;
  }
  const auto entries = static_cast<std::size_t>(grades.back().from / step) + 1;
  for (std::size_t i = 0; i < entries; ++i) {
    first_.push_back(static_cast<std::uint8_t>(grade_of(static_cast<std::int64_t>(i) * step)));
  }
  step_ = step;
}

std::size_t Computer::Scheme::grade_of(std::int64_t amount) const {
  if (step_ != 0 && amount >= 0 && amount < grades.back().below) {
    return first_[std::min(static_cast<std::size_t>(amount / step_), first_.size() - 1)];
  }
  const auto found = std::upper_bound(
      grades.begin(), grades.end(), amount,
      [](std::int64_t wanted, const Grade& grade) { return wanted < grade.below; });
  return static_cast<std::size_t>(found - grades.begin());
}

Number Computer::look_up(const Computation& computation, std::int64_t value) const {
  const Scheme& scheme = computation.pension ? pension_ : health_;
  const std::vector<Grade>& grades = scheme.grades;
  if (computation.function == Function::grade_of_standard) {
    const auto found = std::lower_bound(
        grades.begin(), grades.end(), value,
        [](const Grade& grade, std::int64_t standard) { return grade.standard < standard; });
    return found != grades.end() && found->standard == value ? Number{found->number} : Number{};
  }
  const std::size_t at = scheme.grade_of(value);
  if (at == grades.size() || value < grades[at].from) {
    return {};
  }
  const Grade& grade = grades[at];
  return {computation.function == Function::standard ? grade.standard : grade.number};
}

}  // namespace kpfd::converters
