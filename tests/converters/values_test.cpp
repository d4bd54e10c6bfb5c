#include "converters/ingest/values.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace kpfd::converters {
namespace {

std::string decimal(std::int64_t number) {
  std::array<char, number_room> text{};
  return {text.data(), put_number(text.data(), number)};
}

BOOST_AUTO_TEST_SUITE(values)

BOOST_AUTO_TEST_CASE(numbers_are_written_as_the_standard_library_writes_them) {
  for (std::int64_t number = 0; number < 200'000; ++number) {
    BOOST_REQUIRE_EQUAL(decimal(number), std::to_string(number));
  }
  std::uint64_t random = 7;
  for (int i = 0; i < 200'000; ++i) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    const auto number = static_cast<std::int64_t>(random >> 37U);
    BOOST_REQUIRE_EQUAL(decimal(number), std::to_string(number));
  }
}

BOOST_AUTO_TEST_CASE(numbers_at_the_ends_of_a_word_are_written) {
  for (std::int64_t power = 1; power <= 1'000'000'000'000'000'000 / 10; power *= 10) {
    for (const std::int64_t number : {power - 1, power, power + 1, -power}) {
      BOOST_TEST(decimal(number) == std::to_string(number));
    }
  }
  for (const std::int64_t number :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    BOOST_TEST(decimal(number) == std::to_string(number));
  }
}

BOOST_AUTO_TEST_CASE(a_day_that_the_calendar_has_is_written) {
  std::array<char, iso_day_size> day{};
  BOOST_TEST(put_iso_day(day.data(), "20240229"));
  BOOST_TEST(std::string_view(day.data(), day.size()) == "2024-02-29");
}

BOOST_AUTO_TEST_CASE(a_day_that_the_calendar_does_not_have_is_refused) {
  std::array<char, iso_day_size> day{};
  for (const char* const wrong : {"20230229", "20240001", "20241301", "20240100", "2024013", ""}) {
    BOOST_TEST(!put_iso_day(day.data(), wrong), wrong);
  }
}

BOOST_AUTO_TEST_CASE(a_month_counted_from_year_0_is_written) {
  std::array<char, iso_month_size> month{};
  put_iso_month(month.data(), 2024 * 12 + 11);
  BOOST_TEST(std::string_view(month.data(), month.size()) == "2024-12");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kpfd::converters
