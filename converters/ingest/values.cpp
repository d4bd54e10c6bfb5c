#include "converters/ingest/values.hpp"

#include <algorithm>
#include <cstring>

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

bool put_day(IsoDay& iso, int year, int month, int day) {
  if (year < 1 || year > 9999 || day < 1 || day > days_in_month(year, month)) {
    return false;
  }
  put_year(iso.data(), year);
  iso[4] = iso[7] = '-';
  put_two(iso.data() + 5, month);
  put_two(iso.data() + 8, day);
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

IsoMonth iso_month(std::int64_t month) {
  IsoMonth iso{};
  const auto number = static_cast<int>(month);
  put_year(iso.data(), number / 12);
  iso[4] = '-';
  put_two(iso.data() + 5, number % 12 + 1);
  return iso;
}

bool iso_day(std::string_view yyyymmdd, IsoDay& day) {
  if (yyyymmdd.size() != 8 || !are_digits(yyyymmdd)) {
    return false;
  }
  const char* const p = yyyymmdd.data();
  return put_day(day, two_digits(p) * 100 + two_digits(p + 2), two_digits(p + 4),
                 two_digits(p + 6));
}

EraDates::EraDates(const std::vector<Era>& eras) {
  year_zero_.fill(no_year);
  for (const Era& era : eras) {
    year_zero_[static_cast<unsigned char>(era.code)] = era.first_year - 1;
  }
}

bool EraDates::day(std::string_view era, std::string_view ymd, IsoDay& day) const {
  if (era.size() != 1 || ymd.size() != 6 || !are_digits(ymd)) {
    return false;
  }
  const int zero = year_zero_[static_cast<unsigned char>(era[0])];
  const char* const p = ymd.data();
  return zero != no_year &&
         put_day(day, zero + two_digits(p), two_digits(p + 2), two_digits(p + 4));
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

void Computer::compute(const Binding& binding, const Row& row, Number* numbers) {
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

Number Computer::apply(const Computation& computation, const Number* numbers) {
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

Number Computer::look_up(const Computation& computation, std::int64_t value) {
  Scheme& scheme = computation.pension ? pension_ : health_;
  const std::vector<Grade>& grades = scheme.grades;
  if (computation.function == Function::grade_of_standard) {
    const auto found = std::lower_bound(
        grades.begin(), grades.end(), value,
        [](const Grade& grade, std::int64_t standard) { return grade.standard < standard; });
    return found != grades.end() && found->standard == value ? Number{found->number} : Number{};
  }
  if (scheme.amount != value) {
    const auto found = std::upper_bound(
        grades.begin(), grades.end(), value,
        [](std::int64_t amount, const Grade& grade) { return amount < grade.below; });
    scheme.amount = value;
    scheme.found = static_cast<std::size_t>(found - grades.begin());
  }
  if (scheme.found == grades.size() || value < grades[scheme.found].from) {
    return {};
  }
  const Grade& grade = grades[scheme.found];
  return {computation.function == Function::standard ? grade.standard : grade.number};
}

}  // namespace kpfd::converters
