// The code that the build makes of a program doubts the same rules as its steps, run one by one.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <vector>

#include "kpfd/check/definitions.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/rules/quick_code.hpp"
#include "kpfd/schemas.hpp"
#include "made_programs.hpp"
#include "tests/support/random.hpp"

namespace kpfd_test {

extern const kpfd::rules::QuickCodes made_codes;

}  // namespace kpfd_test

namespace {

using kpfd::CivilDate;
using kpfd::ColumnSet;
using kpfd::rules::QuickCode;
using kpfd::rules::QuickProgram;
using kpfd::rules::QuickScratch;
using kpfd::rules::RuleBits;

struct Tally {
  std::size_t records = 0;
  std::size_t doubtful = 0;
};

/// Compares both on made-up records; `usual` gives one item's number.
template <typename Usual>
void compare(const QuickProgram& program, QuickCode code, std::size_t columns, int records,
             std::uint32_t seed, Usual usual, Tally& tally) {
  kpfd_test::Random random(seed);
  for (int record = 0; record < records; ++record) {
    QuickScratch scratch;
    ColumnSet given;
    // From records with hardly an item to full ones.
    const std::uint32_t fullness = random.below(9);
    for (std::size_t column = 0; column < columns; ++column) {
      const bool is_given = random.below(8) < fullness;
      scratch.numbers()[column] = is_given ? usual(column, random) : kpfd::no_number;
      if (is_given) {
        given.set(column);
      }
    }
    const CivilDate check_date = kpfd::make_date(2026, 7, 31);
    // The code first: the steps leave their results behind the numbers.
    const RuleBits by_code = code(program, check_date, given.words.data(), scratch.numbers());
    const RuleBits by_steps = look(program, check_date, given, scratch);
    ++tally.records;
    tally.doubtful += by_steps.any() ? 1U : 0U;
    if (by_code.words != by_steps.words) {
      BOOST_FAIL("record " << record << " of seed " << seed);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(codes)

BOOST_AUTO_TEST_CASE(made_up_programs) {
  const std::vector<QuickProgram> programs = kpfd_test::made_programs();
  BOOST_REQUIRE(programs.size() == kpfd_test::made_codes.count);
  Tally tally;
  const auto usual = [](std::size_t, kpfd_test::Random& random) {
    return kpfd_test::some_number(random.below(3000));
  };
  std::vector<bool> run_ops(static_cast<std::size_t>(kpfd::rules::QuickOp::check_date) + 1);
  for (std::size_t i = 0; i < programs.size(); ++i) {
    BOOST_TEST_CONTEXT("program " << i) {
      compare(programs[i], kpfd_test::made_codes.codes[i], kpfd_test::made_columns, 400,
              static_cast<std::uint32_t>(i), usual, tally);
    }
    for (const auto& step : programs[i].steps) {
      run_ops[static_cast<std::size_t>(step.op)] = true;
    }
  }
  BOOST_TEST((std::count(run_ops.begin(), run_ops.end(), false) == 0),
             "each kind of step is there");
  BOOST_TEST(tally.doubtful > tally.records / 2);
}

BOOST_AUTO_TEST_CASE(the_built_in_rules) {
  const kpfd::CompiledSchemas schemas = kpfd::embedded_compiled_schemas();
  BOOST_REQUIRE(schemas.codes != nullptr);
  const kpfd::check::Definitions definitions =
      kpfd::check::read_compiled(schemas.bytes, schemas.codes);
  const auto records = kpfd::check::records_of(definitions.layouts);
  BOOST_REQUIRE(records.size() == definitions.compiled_rules.size());
  Tally tally;
  std::size_t with_code = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& compiled = definitions.compiled_rules[i];
    const kpfd::rules::RuleSet rules = kpfd::check::read_compiled_rules(compiled.bytes);
    BOOST_TEST((compiled.code != nullptr) == !rules.rules.empty());
    if (compiled.code == nullptr) {
      continue;
    }
    ++with_code;
    const auto& items = records[i]->items;
    // Numbers as the items take them, so that conditions behind others are come to, too.
    const auto usual = [&items](std::size_t column, kpfd_test::Random& random) -> std::int64_t {
      const std::size_t digits = items[column].lengths.most;
      constexpr std::int64_t bounds[] = {1, 10, 100, 1000, 10'000, 100'000, 1'000'000, 10'000'000};
      if (digits == 6) {
        return 10'101 + 10'000 * random.below(30) + 100 * random.below(12) + random.below(28);
      }
      if (digits == 1) {
        return random.below(3) == 0 ? 5 + 2 * random.below(3) : 1 + random.below(4);
      }
      return random.below(static_cast<std::uint32_t>(bounds[digits < 7 ? digits : 7]));
    };
    BOOST_TEST_CONTEXT(records[i]->form << " " << records[i]->receiver << " "
                                        << records[i]->edition) {
      compare(rules.quick, compiled.code, items.size(), 20'000, static_cast<std::uint32_t>(i),
              usual, tally);
    }
  }
  BOOST_TEST(with_code > 10U);
  BOOST_TEST(tally.doubtful > tally.records / 20);
}

BOOST_AUTO_TEST_CASE(codes_of_other_schemas_are_refused) {
  const kpfd::CompiledSchemas schemas = kpfd::embedded_compiled_schemas();
  const kpfd::rules::QuickCodes fewer{schemas.codes->codes, schemas.codes->count - 1};
  BOOST_CHECK_THROW(kpfd::check::read_compiled(schemas.bytes, &fewer), kpfd::layout::SchemaError);
}

BOOST_AUTO_TEST_SUITE_END()
