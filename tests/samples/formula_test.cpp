// The formulas of the recipes.

#include "samples/maker/formula.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "findings.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/schemas.hpp"

namespace kpfd::samples_test {

namespace {

using samples::Machine;
using samples::Program;
using samples::Random;
using samples::Recipes;
using samples::Slots;

const Recipes& recipes() {
  static const Recipes loaded = samples::load_recipes(embedded_schemas(), engine().layouts());
  return loaded;
}

/// The value of a formula where seven is 7 and lacking is nothing.
std::int64_t value_of(const std::string& formula) {
  const Slots slots = {{"seven", 0}, {"lacking", 1}};
  Program program;
  program.slots = 3;
  samples::compile_formula(formula, {"test", 1, 1}, recipes(), slots, 2, program);
  const Eras eras(engine().layouts().eras);
  Machine machine(eras, program.slots);
  machine[0] = 7;
  machine[1] = samples::nothing;
  Random random(1, 1);
  machine.run(program, random);
  return machine[2];
}

BOOST_AUTO_TEST_CASE(numbers_and_operators) {
  BOOST_TEST(value_of("2 + 3 * 4") == 14);
  BOOST_TEST(value_of("(2 + 3) * 4 - 1") == 19);
  BOOST_TEST(value_of("seven / 2") == 3);
  BOOST_TEST(value_of("seven % 4") == 3);
  BOOST_TEST(value_of("seven / 0") == 0);
  BOOST_TEST(value_of("-3 + seven") == 4);
  BOOST_TEST(value_of("min(seven, 3) + max(seven, 3)") == 10);
}

BOOST_AUTO_TEST_CASE(conditions) {
  BOOST_TEST(value_of("seven == 7 and not seven < 7") == 1);
  BOOST_TEST(value_of("seven > 7 or seven >= 7") == 1);
  BOOST_TEST(value_of("seven != 7 or seven <= 6") == 0);
  BOOST_TEST(value_of("if seven == 7 then 1 else 2") == 1);
  BOOST_TEST(value_of("if seven != 7 then 1 else 2") == 2);
  BOOST_TEST(value_of("1 + (if seven == 7 then 10 else 20) + 100") == 111);
  BOOST_TEST(value_of("(if seven == 7 then 10 else 20) * 3") == 30);
  BOOST_TEST(value_of("5 * (if seven != 7 then 10 else 20)") == 100);
  BOOST_TEST(value_of("if given(lacking) then 1 else if given(seven) then 2 else 3") == 2);
  BOOST_TEST(value_of("nothing") == samples::nothing);
}

BOOST_AUTO_TEST_CASE(days) {
  BOOST_TEST(value_of("gregorian(date(2026, 7, 10) + 30)") == 20260809);
  BOOST_TEST(value_of("gregorian(add_years(date(2024, 2, 29), 1))") == 20250228);
  BOOST_TEST(value_of("gregorian(add_months(date(2026, 1, 31), -1))") == 20251201);
  BOOST_TEST(value_of("era(date(2019, 4, 30))") == 7);
  BOOST_TEST(value_of("era_ymd(date(2019, 5, 1))") == 10501);
  BOOST_TEST(value_of("era_year(date(1989, 1, 7))") == 64);
  BOOST_TEST(
      value_of("year(date(2026, 7, 10)) + month(date(2026, 7, 10)) + day(date(2026, 7, 10))") ==
      2043);
}

BOOST_AUTO_TEST_CASE(pools_and_tables) {
  BOOST_TEST(value_of("health_grades.code[0]") == 58);
  BOOST_TEST(value_of("health_grades.code[size(health_grades)]") == 58);  // the list begins again
  BOOST_TEST(value_of("row_of(health_grades, 62999)") == 0);
  BOOST_TEST(value_of("row_of(health_grades, 63000)") == 1);
  BOOST_TEST(value_of("row_of(health_grades, 9999999)") == 49);
}

BOOST_AUTO_TEST_CASE(chance) {
  BOOST_TEST(value_of("chance(0)") == 0);
  BOOST_TEST(value_of("chance(1000)") == 1);
  BOOST_TEST(value_of("random(5, 5)") == 5);
  BOOST_TEST(value_of("pick(4)") == 4);
  const std::int64_t drawn = value_of("random(10, 20)");
  BOOST_TEST(drawn >= 10);
  BOOST_TEST(drawn <= 20);
  BOOST_TEST(value_of("hash(3)") == value_of("hash(3)"));
}

BOOST_AUTO_TEST_CASE(my_number_has_its_check_digit) {
  BOOST_TEST(value_of("my_number(12345678901)") == 123456789018);
}

BOOST_AUTO_TEST_CASE(what_is_no_formula_is_refused) {
  for (const char* formula :
       {"", "1 +", "(1", "1 2", "unknown", "unknown(1)", "min(1)", "if 1 then 2", "towns.kanji[0]",
        "size(nowhere)", "pick(seven)", "row_of(towns, 1)", "9999999999999999", "$"}) {
    BOOST_CHECK_THROW(value_of(formula), layout::SchemaError);
  }
  std::string deep;
  for (int i = 0; i < 1000; ++i) {
    deep += '(';
  }
  BOOST_CHECK_THROW(value_of(deep + "1"), layout::SchemaError);
}

BOOST_AUTO_TEST_CASE(names_are_those_of_values) {
  const std::vector<std::string> names =
      samples::names_in("if cash_1 > min(pay, 3) then towns.kana[town] else size(towns)");
  const std::vector<std::string> expected = {"cash_1", "pay", "town", "towns"};
  BOOST_TEST(names == expected, boost::test_tools::per_element());
}

}  // namespace

}  // namespace kpfd::samples_test
