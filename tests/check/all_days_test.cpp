// All texts that a date can have, and a great many My Numbers, in whole filings: what the check
// says of them against the calendar of ICU with the eras of the specification, and against the
// check digit written down in another way.
#include <unicode/gregocal.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kpfd/calendar/calendar.hpp"
#include "tests/support/filings.hpp"
#include "tests/support/random.hpp"

namespace {

using namespace kpfd_test;
using kpfd::layout::Record;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int step = 97;  // every so many of the texts
#else
constexpr int step = 1;
#endif

/// So many records make a file that is small enough to be sent.
constexpr int records_a_file = 100'000;

// --- ICU ----------------------------------------------------------------------------------------

class Icu {
 public:
  Icu() : calendar_(make()) {
    for (int year = first_year; year <= last_year; ++year) {
      for (int month = 0; month <= 99; ++month) {
        for (int day = 0; day <= 99; ++day) {
          exists_[index(year, month, day)] = ask(year, month, day);
        }
      }
    }
  }

  /// Meiji 1 to Reiwa 99.
  static constexpr int first_year = 1868;
  static constexpr int last_year = 2117;

  bool exists(int year, int month, int day) const { return exists_[index(year, month, day)]; }

  int last_day_of(int year, int month) const {
    int last = 0;
    for (int day = 1; day <= 99; ++day) {
      last = exists(year, month, day) ? day : last;
    }
    return last;
  }

  /// YYYYMMDD so many years later.
  int years_later(int year, int month, int day, int years) {
    UErrorCode status = U_ZERO_ERROR;
    calendar_->clear();
    calendar_->set(year, month - 1, day);
    calendar_->add(UCAL_YEAR, years, status);
    const int number = calendar_->get(UCAL_EXTENDED_YEAR, status) * 10000 +
                       (calendar_->get(UCAL_MONTH, status) + 1) * 100 +
                       calendar_->get(UCAL_DATE, status);
    BOOST_TEST_REQUIRE(U_SUCCESS(status));
    return number;
  }

 private:
  static std::unique_ptr<icu::GregorianCalendar> make() {
    UErrorCode status = U_ZERO_ERROR;
    auto calendar = std::make_unique<icu::GregorianCalendar>(*icu::TimeZone::getGMT(), status);
    calendar->setGregorianChange(-std::numeric_limits<double>::max(), status);
    calendar->setLenient(false);
    BOOST_TEST_REQUIRE(U_SUCCESS(status));
    return calendar;
  }

  static std::size_t index(int year, int month, int day) {
    return static_cast<std::size_t>(year - first_year) * 10'000 +
           static_cast<std::size_t>(month) * 100 + static_cast<std::size_t>(day);
  }

  bool ask(int year, int month, int day) {
    UErrorCode status = U_ZERO_ERROR;
    calendar_->clear();
    calendar_->set(year, month - 1, day);
    calendar_->getTime(status);
    return U_SUCCESS(status);
  }

  std::unique_ptr<icu::GregorianCalendar> calendar_;
  std::vector<bool> exists_ =
      std::vector<bool>(static_cast<std::size_t>(last_year - first_year + 1) * 10'000);
};

Icu& calendar() {
  static Icu made;
  return made;
}

// --- section 3
// ------------------------------------------------------------------------------------

struct SpecEra {
  char code;
  const char* name;
  int first_year;
  int from;
  int to;
};
constexpr std::array<SpecEra, 5> spec_eras = {{{'1', "明治", 1868, 18680125, 19120729},
                                               {'3', "大正", 1912, 19120730, 19261224},
                                               {'5', "昭和", 1926, 19261225, 19890107},
                                               {'7', "平成", 1989, 19890108, 20190430},
                                               {'9', "令和", 2019, 20190501, 99991231}}};

const SpecEra* era_of(char code) {
  for (const SpecEra& era : spec_eras) {
    if (era.code == code) {
      return &era;
    }
  }
  return nullptr;
}

/// `warning DATE-ERA 令和 1`: with the era and the year that a day belongs to.
std::string outside(int day) {
  for (const SpecEra& era : spec_eras) {
    if (day >= era.from && day <= era.to) {
      return std::string("@ warning DATE-ERA ") + era.name + " " +
             std::to_string(day / 10000 - era.first_year + 1);
    }
  }
  return "@ warning DATE-ERA";
}

/// What is found at the items of a day: `ymd@ error DATE-EXISTS`.
std::string expected_of_day(char code, int yy, int month, int day) {
  const SpecEra* const era = era_of(code);
  if (era == nullptr) {
    return "era@ error VALUES;";
  }
  if (yy == 0) {
    return "ymd@ error DATE-YEAR-ZERO;";
  }
  const int year = era->first_year + yy - 1;
  if (!calendar().exists(year, month, day)) {
    return "ymd@ error DATE-EXISTS;";
  }
  const int number = year * 10000 + month * 100 + day;
  return number >= era->from && number <= era->to ? "" : "ymd" + outside(number) + ";";
}

/// The same of an era, a year and a month, at an item that takes Heisei and Reiwa and the months 01
/// to 12.
std::string expected_of_month(char code, int yy, int month) {
  std::string expected;
  const SpecEra* const era = code == '7' || code == '9' ? era_of(code) : nullptr;
  if (era == nullptr) {
    expected += "era@ error VALUES;";
  } else if (yy == 0) {
    expected += "year@ error DATE-YEAR-ZERO;";
  }
  if (month < 1 || month > 12) {
    return expected + "month@ error VALUES;";
  }
  if (!expected.empty()) {
    return expected;
  }
  const int year = era->first_year + yy - 1;
  const int first = year * 10000 + month * 100 + 1;
  const int last = first - 1 + calendar().last_day_of(year, month);
  return last >= era->from && first <= era->to ? "" : "year" + outside(last) + ";";
}

// --- many records
// ---------------------------------------------------------------------------------

/// What is found in each record of a file, as `expected_of_…` writes it.
class Lines final : public kpfd::FindingSink {
 public:
  Lines(std::size_t records, std::size_t first_line, std::string date)
      : found(records), first_line_(first_line), date_(std::move(date)) {}

  void finding(const kpfd::Finding& finding) override {
    if (finding.line < first_line_ || finding.line >= first_line_ + found.size()) {
      ++elsewhere;
      return;
    }
    std::string key(finding.item_name.key);
    if (key.rfind(date_, 0) == 0) {
      key = key.substr(date_.size());
    }
    std::string text =
        key + "@ " + std::string(kpfd::name_of(finding.severity)) + " " + finding.rule->id;
    for (std::size_t i = 0; i < finding.parts.size; ++i) {
      const auto& part = finding.parts.entries[i];
      if (part.part == kpfd::Part::era) {
        text += " " + std::string(part.text);
      }
      if (part.part == kpfd::Part::year) {
        text += " " + std::to_string(part.number);
      }
    }
    found[finding.line - first_line_] += text + ";";
  }

  std::vector<std::string> found;
  std::size_t elsewhere = 0;

 private:
  std::size_t first_line_;
  std::string date_;
};

/// Writes a text over items that follow each other, over the commas between them.
struct Field {
  std::size_t begin = 0;
  std::vector<std::size_t> widths;

  void put(char* line, std::string_view digits) const {
    std::size_t at = begin;
    for (const std::size_t width : widths) {
      digits.copy(line + at, width);
      digits.remove_prefix(width);
      at += width + 1;
    }
  }
};

/// Where items stand in the record of a filing; their cells are as wide as what will be put there.
Field field_of(const Filing& filing, const Record& record, const std::vector<std::string>& keys) {
  Field field;
  const std::vector<std::string> cells = split(filing.lines[5]);
  const auto first = static_cast<std::size_t>(record.column_of(keys.front()));
  for (std::size_t i = 0; i < first; ++i) {
    field.begin += cells[i].size() + 1;
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    BOOST_TEST_REQUIRE(record.items.at(first + i).key == keys[i]);
    field.widths.push_back(cells[first + i].size());
  }
  return field;
}

/// Checks a filing with its record `count` times, each changed by `change(number, line)`; what is
/// found in record n is `expected(n)`.
void check_many(const Filing& filing, int count, const std::string& date,
                const std::function<void(int, char*)>& change,
                const std::function<std::string(int)>& expected) {
  std::string head;
  for (std::size_t i = 0; i < 5; ++i) {
    head += filing.lines[i] + "\r\n";
  }
  const std::string line = filing.lines[5] + "\r\n";
  std::string text = head;
  text.reserve(head.size() + line.size() * static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    text += line;
    change(i, &text[text.size() - line.size()]);
  }
  kpfd::MemorySource source(text);
  kpfd::CheckOptions options;
  const std::string name = filing.name();
  options.file_name = name;
  options.check_date = check_date;
  Lines lines(static_cast<std::size_t>(count), 6, date);
  const kpfd::Summary summary = engine().check(source, options, lines);
  BOOST_TEST_REQUIRE(summary.data_records == static_cast<std::uint64_t>(count));
  BOOST_TEST(lines.elsewhere == 0U);
  for (int i = 0; i < count; ++i) {
    const std::string& found = lines.found[static_cast<std::size_t>(i)];
    const std::string wanted = expected(i);
    if (found != wanted) {
      const std::size_t at = head.size() + line.size() * static_cast<std::size_t>(i);
      BOOST_FAIL(text.substr(at, line.size()) << "found: " << found << "\nexpected: " << wanted);
    }
  }
}

std::string padded(int number, std::size_t width) {
  const std::string digits = std::to_string(number);
  return std::string(width - digits.size(), '0') + digits;
}

BOOST_AUTO_TEST_SUITE(all_texts)

BOOST_AUTO_TEST_CASE(ten_million_days_are_those_of_the_calendar) {
  const Record& record = record_of("2265700", "KPFD");
  const Filing filing = filing_of(record);
  const Field field = field_of(filing, record, {"birth_era", "birth_ymd"});
  for (char era = '0'; era <= '9'; ++era) {
    for (int first = 0; first < 1'000'000; first += records_a_file * step) {
      const int count = std::min(records_a_file, (1'000'000 - first + step - 1) / step);
      const auto ymd = [first](int i) { return first + i * step; };
      check_many(
          filing, count, "birth_",
          [&](int i, char* line) { field.put(line, era + padded(ymd(i), 6)); },
          [&](int i) {
            return expected_of_day(era, ymd(i) / 10000, ymd(i) / 100 % 100, ymd(i) % 100);
          });
    }
  }
}

BOOST_AUTO_TEST_CASE(all_years_and_months_are_those_of_the_calendar) {
  const Record& record = record_of("2221700", "KPFD");
  Filing filing = filing_of(record);
  filing.set("insured_number", "000001");
  const Field number = field_of(filing, record, {"insured_number"});
  const Field field =
      field_of(filing, record,
               {"previous_revision_era", "previous_revision_year", "previous_revision_month"});
  check_many(
      filing, 100'000 / step, "previous_revision_",
      [&](int i, char* line) {
        number.put(line, padded(i + 1, 6));
        field.put(line, padded(i * step, 5));
      },
      [&](int i) {
        const int text = i * step;
        return expected_of_month(static_cast<char>('0' + text / 10000), text / 100 % 100,
                                 text % 100);
      });
}

BOOST_AUTO_TEST_CASE(years_are_added_as_icu_adds_them) {
  for (const int years : {-1, 1, 4, 70, 75}) {
    for (int year = Icu::first_year; year <= 2100; ++year) {
      for (int month = 1; month <= 12; ++month) {
        // All of February, and the ends of the other months.
        for (int day = 1; day <= 31; day += month == 2 || day >= 27 ? 1 : 26) {
          if (!calendar().exists(year, month, day)) {
            continue;
          }
          const int later = calendar().years_later(year, month, day, years);
          const kpfd::CivilDate date =
              kpfd::make_date(later / 10000, later / 100 % 100, later % 100);
          if (kpfd::add_years(kpfd::make_date(year, month, day), years) != date) {
            BOOST_FAIL(year << "-" << month << "-" << day << " and " << years << " years");
          }
        }
      }
    }
  }
}

/// The digits from the left with the weights 6 5 4 3 2 7 6 5 4 3 2; what makes the sum a multiple
/// of 11, or 0 where that is no digit.
char check_digit(const std::string& eleven) {
  constexpr std::array<int, 11> weights = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += (eleven[i] - '0') * weights[i];
  }
  const int missing = (11 - sum % 11) % 11;
  return missing > 9 || sum % 11 == 0 ? '0' : static_cast<char>('0' + missing);
}

void check_my_numbers(const std::vector<std::string>& numbers) {
  const Record& record = record_of("2201700", "SHFD");
  Filing filing = filing_of(record);
  filing.set("insured_number", "000001");
  const Field insured = field_of(filing, record, {"insured_number"});
  const Field field = field_of(filing, record, {"my_number"});
  for (std::size_t first = 0; first < numbers.size(); first += records_a_file / 4) {
    const std::size_t count = std::min<std::size_t>(records_a_file / 4, numbers.size() - first);
    check_many(
        filing, static_cast<int>(count), "",
        [&](int i, char* line) {
          insured.put(line, padded(i + 1, 6));
          field.put(line, numbers[first + static_cast<std::size_t>(i)]);
        },
        [&](int i) {
          const std::string& number = numbers[first + static_cast<std::size_t>(i)];
          return check_digit(number.substr(0, 11)) == number[11]
                     ? ""
                     : "my_number@ warning MY-NUMBER-DIGIT;";
        });
  }
}

BOOST_AUTO_TEST_CASE(every_change_of_one_digit_of_a_my_number) {
  Random random(7);
  std::vector<std::string> numbers;
  // Sums that leave 0, 1, 2 … 10: of 0 and 1 the check digit is 0 for both.
  std::map<int, int> remainders;
  for (int i = 0; i < (step == 1 ? 4000 : 400); ++i) {
    std::string number = random.text(11, "0123456789");
    number += check_digit(number);
    constexpr std::array<int, 11> weights = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
    int sum = 0;
    for (std::size_t at = 0; at < 11; ++at) {
      sum += (number[at] - '0') * weights[at];
    }
    ++remainders[sum % 11];
    numbers.push_back(number);
    for (std::size_t at = 0; at < 12; ++at) {
      for (char digit = '0'; digit <= '9'; ++digit) {
        std::string other = number;
        other[at] = digit;
        if (other != number) {
          numbers.push_back(other);
        }
      }
    }
  }
  BOOST_TEST(remainders.size() == 11U);
  check_my_numbers(numbers);
}

BOOST_AUTO_TEST_CASE(a_million_my_numbers) {
  Random random(8);
  std::vector<std::string> numbers;
  for (int i = 0; i < 1'000'000 / step; ++i) {
    numbers.push_back(random.text(12, "0123456789"));
    // Half of them with the right digit.
    if (i % 2 == 0) {
      numbers.back()[11] = check_digit(numbers.back().substr(0, 11));
    }
  }
  check_my_numbers(numbers);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
