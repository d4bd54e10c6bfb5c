// How programs run: masks, amounts, places, what a Scratch remembers.

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

#include "examples.hpp"
#include "tests/support/allocations.hpp"

using kpfd::layout::Record;
using kpfd::layout::RuleText;
using kpfd::rules::Amounts;
using kpfd::rules::Outcome;
using kpfd::rules::RuleSet;
using kpfd::rules::Scratch;
using kpfd_test::Filled;
using kpfd_test::let_text;
using kpfd_test::rule_text;

BOOST_TEST_DONT_PRINT_LOG_VALUE(Outcome)
BOOST_TEST_DONT_PRINT_LOG_VALUE(Amounts::Kind)

namespace {

// A record with one rule, ready to be asked.
struct Asked {
  explicit Asked(RuleText rule, std::string_view receiver = "SHFD")
      : record([&] {
          std::vector<RuleText> rules = kpfd_test::lets_of(kpfd_test::example(receiver));
          rules.push_back(std::move(rule));
          return kpfd_test::with_rules(kpfd_test::example(receiver), std::move(rules));
        }()),
        set(kpfd::rules::compile(record, kpfd_test::layouts())) {}

  Outcome operator()(std::string_view assignments) {
    Filled filled(record, assignments);
    return kpfd_test::outcome(set.rules.at(0).program, filled, amounts);
  }

  Record record;
  RuleSet set;
  Amounts amounts;
};

}  // namespace

BOOST_AUTO_TEST_CASE(at_an_item_with_an_error) {
  Asked asked(rule_text("total given implies cause given", "cause"));
  BOOST_TEST(asked("total=1") == Outcome::fail);
  BOOST_TEST(asked("total=1 cause!") == Outcome::silent);
}

BOOST_AUTO_TEST_CASE(when_is_an_implication) {
  Asked asked(rule_text("cause given", "cause", "total == 1"));
  BOOST_TEST(asked("total=1") == Outcome::fail);
  BOOST_TEST(asked("total=2") == Outcome::pass);
  BOOST_TEST(asked("total=1 cause=3") == Outcome::pass);
  BOOST_TEST(asked("total=1 total!") == Outcome::silent);
  BOOST_TEST(asked("") == Outcome::pass);
}

BOOST_AUTO_TEST_CASE(amounts_of_a_comparison) {
  Asked asked(rule_text("total == min(sum of sum where counted, 9999999)"));
  BOOST_TEST(asked("base_days_1=17 base_days_2=16 base_days_3=18 sum_1=1 sum_3=5 total=7") ==
             Outcome::fail);
  BOOST_TEST(asked.amounts.kind == Amounts::Kind::integers);
  BOOST_TEST(asked.amounts.found == 7);
  BOOST_TEST(asked.amounts.expected == 6);
}

BOOST_AUTO_TEST_CASE(amounts_of_dates) {
  Asked asked(rule_text("lost == left + 1 day", "lost_ymd", "cause in (4, 5)"));
  BOOST_TEST(asked("cause=4 left_era=9 left_ymd=060331 lost_era=9 lost_ymd=060331") ==
             Outcome::fail);
  BOOST_TEST(asked.amounts.kind == Amounts::Kind::dates);
  BOOST_TEST(asked.amounts.found == kpfd::make_date(2024, 3, 31).days);
  BOOST_TEST(asked.amounts.expected == kpfd::make_date(2024, 4, 1).days);
}

BOOST_AUTO_TEST_CASE(amounts_only_of_what_had_to_hold) {
  for (const char* text : {"not total == sum_1 + 0", "total == sum_1 + 0 or cause given",
                           "cause given", "total in (1, 2)", "total + 0 >= 1 implies cause given",
                           "total == sum_1 + 0 iff cause given"}) {
    Asked asked(rule_text(text));
    asked.amounts.kind = Amounts::Kind::dates;
    const bool same = std::string(text).find("not") == 0;
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(asked(same ? "total=4 sum_1=4"
                       : text == std::string("total == sum_1 + 0 iff cause given")
                           ? "total=4 sum_1=4"
                           : "total=4 sum_1=5") == Outcome::fail);
      BOOST_TEST(asked.amounts.kind == Amounts::Kind::none);
    }
  }
  Asked both(rule_text("cause given and total == sum_1 and average == sum_2"));
  BOOST_TEST(both("cause=1 total=4 sum_1=4 average=5 sum_2=6") == Outcome::fail);
  BOOST_TEST(both.amounts.found == 5);
  BOOST_TEST(both.amounts.expected == 6);
}

BOOST_AUTO_TEST_CASE(a_rule_at_a_repeated_item) {
  Asked asked(rule_text("sum == cash + in_kind", "sum", "base_days_2 given"));
  BOOST_TEST_REQUIRE(asked.set.rules.size() == 3U);
  Filled filled(
      asked.record,
      "base_days_2=1 cash_1=1 in_kind_1=2 sum_1=3 cash_2=1 in_kind_2=2 sum_2=4 cash_3=1 sum_3=9");
  const Outcome expected[] = {Outcome::pass, Outcome::fail, Outcome::silent};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& rule = asked.set.rules[i];
    BOOST_TEST(rule.id == "TEST");
    BOOST_TEST(asked.record.items[static_cast<std::size_t>(rule.at_column)].key ==
               "sum_" + std::to_string(i + 1));
    kpfd::rules::Program bare = rule.program;
    bare.given = bare.sound = {};
    BOOST_TEST(kpfd_test::outcome(bare, filled) == expected[i]);
  }
}

BOOST_AUTO_TEST_CASE(rules_that_cannot_fail_are_left_out) {
  for (const char* text : {"over_70_only == 1 implies cause given", "over_70_month == total",
                           "over_70_only empty", "over_70_only has no error",
                           "not over_70_month in (4, 5)", "cause given or over_70_only empty"}) {
    BOOST_TEST(Asked(rule_text(text), "KPFD").set.rules.empty(), text);
    BOOST_TEST(Asked(rule_text(text), "SHFD").set.rules.size() == 1U, text);
  }
  BOOST_TEST(Asked(rule_text("over_70_only given", "over_70_only"), "KPFD").set.rules.empty());
  BOOST_TEST(Asked(rule_text("over_70_only given", "over_70_month"), "KPFD").set.rules.empty());
  BOOST_TEST(Asked(rule_text("over_70_only given"), "KPFD").set.rules.size() == 1U);
}

BOOST_AUTO_TEST_CASE(masks_tell_most_records) {
  const auto masks = [](const char* text, const char* when = "") {
    const Asked asked(rule_text(text, "", when));
    const std::string listing =
        kpfd::rules::disassemble(asked.set.rules.at(0).program, asked.record);
    return listing.substr(0, listing.find("0  "));
  };
  BOOST_TEST(masks("cause empty", "short_time_worker == 1") ==
             "given cause short_time_worker\nsound short_time_worker\n");
  BOOST_TEST(masks("left_era given", "cause empty") == "empty left_era cause\n");
  BOOST_TEST(masks("total == 1 or cause given") == "empty cause\nsound total\n");
  BOOST_TEST(masks("sum_1 == cash_1 + in_kind_1") ==
             "given cash_1 in_kind_1 sum_1\nsound cash_1 in_kind_1 sum_1\n");
  BOOST_TEST(masks("lost <= check_date") == "given lost_era lost_ymd\nsound lost_era lost_ymd\n");
  BOOST_TEST(masks("left_era given and left_ymd given") == "");
}

BOOST_AUTO_TEST_CASE(listing_of_a_program) {
  const Asked asked(rule_text("sum_1 == min(cash_1 + in_kind_1, 9999999)"));
  BOOST_TEST(kpfd::rules::disassemble(asked.set.rules[0].program, asked.record) ==
             "given cash_1 in_kind_1 sum_1\n"
             "sound cash_1 in_kind_1 sum_1\n"
             "0  item cash_1\n"
             "1  add_item in_kind_1\n"
             "2  minimum_number 9999999\n"
             "3  if_item_unequal sum_1 -> 5\n"
             "4  pass\n"
             "5  fail_integers\n");
}

// A name is worked out once a record, whichever rule asks first, and never for the next record.
BOOST_AUTO_TEST_CASE(scratch_remembers_one_record) {
  const Record record = kpfd_test::with_rules(
      kpfd_test::example(), {let_text("twice", "total * 2"), rule_text("average == twice"),
                             rule_text("sum_1 == twice"), rule_text("lost > left")});
  const RuleSet set = kpfd::rules::compile(record, kpfd_test::layouts());
  Scratch scratch;
  Amounts amounts;
  const auto ask = [&](std::size_t rule, Filled& filled, bool begin) {
    const kpfd::RecordView& view = filled.view();
    if (begin) {
      scratch.begin(view);
    }
    return kpfd::rules::run(set.rules[rule].program, view, scratch, amounts);
  };
  Filled first(record,
               "total=2 average=4 sum_1=5 left_era=9 left_ymd=060331 lost_era=9 lost_ymd=060401");
  BOOST_TEST(ask(0, first, true) == Outcome::pass);
  BOOST_TEST(ask(1, first, false) == Outcome::fail);
  BOOST_TEST(amounts.expected == 4);
  BOOST_TEST(ask(2, first, false) == Outcome::pass);
  Filled second(record,
                "total=3 average=4 sum_1=6 left_era=9 left_ymd=060331 lost_era=9 lost_ymd=060331");
  BOOST_TEST(ask(1, second, true) == Outcome::pass);
  BOOST_TEST(ask(0, second, false) == Outcome::fail);
  BOOST_TEST(amounts.expected == 6);
  BOOST_TEST(ask(2, second, false) == Outcome::fail);
  Filled third(record, "total=3 total! average=4");
  BOOST_TEST(ask(0, third, true) == Outcome::silent);
}

BOOST_AUTO_TEST_CASE(a_rule_sees_what_was_found_before) {
  Asked asked(rule_text("cause given", "cause", "total has no error"));
  Filled filled(asked.record);
  Scratch scratch;
  Amounts amounts;
  const kpfd::RecordView& view = filled.view();
  scratch.begin(view);
  BOOST_TEST(kpfd::rules::run(asked.set.rules[0].program, view, scratch, amounts) == Outcome::fail);
  const auto total = static_cast<std::size_t>(asked.record.column_of("total"));
  filled.errors.set(total);
  scratch.note_error(total);
  BOOST_TEST(kpfd::rules::run(asked.set.rules[0].program, view, scratch, amounts) == Outcome::pass);
}

// What was worked out before a rule found an error at an item has no value behind it: neither the
// item, nor a name, nor a date made of it. Each rule has two ways to fail, so that its masks do not
// tell.
BOOST_AUTO_TEST_CASE(an_error_takes_values_away) {
  const Record record = kpfd_test::with_rules(
      kpfd_test::example(),
      {let_text("twice", "total * 2"), let_text("large", "twice > 100"),
       rule_text("if cause empty then average == twice else lost > left"),
       rule_text("if cause empty then not large else lost > left"),
       rule_text("if cause empty then lost > left else total == 60"),
       rule_text("if cause empty then total != 60 else lost > left"),
       rule_text("sum_1 given", "sum_1"), rule_text("average + 0 == 120 implies sum_2 given")});
  const RuleSet set = kpfd::rules::compile(record, kpfd_test::layouts());
  Filled filled(record, "total=60 average=3 left_era=9 left_ymd=060331 lost_era=9 lost_ymd=060331");
  Scratch scratch;
  Amounts amounts;
  const kpfd::RecordView& view = filled.view();
  scratch.begin(view);
  const auto outcomes = [&] {
    std::string all;
    for (const auto& rule : set.rules) {
      all += std::string(all.empty() ? "" : " ") +
             kpfd_test::name_of(kpfd::rules::run(rule.program, view, scratch, amounts));
    }
    return all;
  };
  const auto find = [&](const char* key) {
    const auto column = static_cast<std::size_t>(record.column_of(key));
    filled.errors.set(column);
    scratch.note_error(column);
  };
  BOOST_TEST(outcomes() == "fails fails fails fails fails holds");
  find("total");
  BOOST_TEST(outcomes() == "silent silent fails silent fails holds");
  find("left_era");
  find("sum_1");
  BOOST_TEST(outcomes() == "silent silent silent silent silent holds");
  find("average");
  BOOST_TEST(outcomes() == "silent silent silent silent silent silent");
  // The next record knows nothing of it.
  filled.errors = {};
  scratch.begin(view);
  BOOST_TEST(outcomes() == "fails fails fails fails fails holds");
}

BOOST_AUTO_TEST_CASE(numbers_of_every_length) {
  Asked asked(rule_text("long_number - 1 == 0"));
  std::string digits;
  for (int length = 1; length <= 18; ++length) {
    digits += static_cast<char>('0' + length % 10);
    BOOST_TEST(asked("long_number=" + digits) == (digits == "1" ? Outcome::pass : Outcome::fail));
    if (digits != "1") {
      BOOST_TEST(asked.amounts.found == std::stoll(digits) - 1);
    }
  }
  BOOST_TEST(asked("long_number=000000000000000001") == Outcome::pass);
  BOOST_TEST(asked("long_number=999999999999999999") == Outcome::fail);
  BOOST_TEST(asked.amounts.found == 999'999'999'999'999'998);
}

BOOST_AUTO_TEST_CASE(dates_at_the_ends_of_the_calendar) {
  Asked forward(rule_text("check_date + 7000 years > lost"));
  BOOST_TEST(forward("lost_era=9 lost_ymd=060401") == Outcome::pass);
  Asked beyond(rule_text("check_date + 8000 years > lost"));
  BOOST_TEST(beyond("lost_era=9 lost_ymd=060401") == Outcome::silent);
  Asked far(rule_text("lost - 100000 years + 100000 days > lost"));
  BOOST_TEST(far("lost_era=9 lost_ymd=060401") == Outcome::silent);
  // No day: the item's own check has said so; the rule must not invent one.
  Asked no_day(rule_text("lost > birth"));
  BOOST_TEST(no_day("birth_era=9 birth_ymd=060230 lost_era=9 lost_ymd=060401") == Outcome::silent);
  BOOST_TEST(no_day("birth_era=2 birth_ymd=060228 lost_era=9 lost_ymd=060401") == Outcome::silent);
}

BOOST_AUTO_TEST_CASE(no_check_date_no_answer) {
  Asked asked(rule_text("lost <= check_date"));
  Filled filled(asked.record, "lost_era=9 lost_ymd=990401");
  kpfd::RecordView view = filled.view();
  view.check_date = kpfd::no_date;
  Scratch scratch;
  Amounts amounts;
  scratch.begin(view);
  BOOST_TEST(kpfd::rules::run(asked.set.rules[0].program, view, scratch, amounts) ==
             Outcome::silent);
}

BOOST_AUTO_TEST_CASE(running_allocates_nothing) {
  for (const Record& record : kpfd_test::layouts().records) {
    const RuleSet set = kpfd::rules::compile(record, kpfd_test::layouts());
    Filled filled(record);
    for (const auto& item : record.items) {
      filled.set(item.column, std::string(item.lengths.most, '1'));
    }
    const kpfd::RecordView& view = filled.view();
    Scratch scratch;
    Amounts amounts;
    const std::size_t before = kpfd_test::allocations();
    scratch.begin(view);
    for (const auto& rule : set.rules) {
      static_cast<void>(run(rule.program, view, scratch, amounts));
    }
    BOOST_TEST(kpfd_test::allocations() == before);
  }
}

// A record of the most columns: every word of the sets is used.
BOOST_AUTO_TEST_CASE(wide_records) {
  Record record = kpfd_test::example();
  kpfd::layout::Item item = record.items[static_cast<std::size_t>(record.column_of("cause"))];
  while (record.items.size() < kpfd::most_columns) {
    item.key = "wide_" + std::to_string(record.items.size());
    item.column = static_cast<std::uint16_t>(record.items.size());
    record.items.push_back(item);
  }
  record.rules = {rule_text("wide_255 == wide_127 + wide_190", "wide_100", "wide_200 empty")};
  const RuleSet set = kpfd::rules::compile(record, kpfd_test::layouts());
  const auto ask = [&](const char* assignments) {
    Filled filled(record, assignments);
    return kpfd_test::outcome(set.rules.at(0).program, filled);
  };
  BOOST_TEST(ask("wide_255=9 wide_127=4 wide_190=5") == Outcome::pass);
  BOOST_TEST(ask("wide_255=9 wide_127=4 wide_190=6") == Outcome::fail);
  BOOST_TEST(ask("wide_255=9 wide_127=4 wide_190=6 wide_200=1") == Outcome::pass);
  BOOST_TEST(ask("wide_255=9 wide_127=4 wide_190=6 wide_190!") == Outcome::silent);
  BOOST_TEST(ask("wide_255=9 wide_127=4 wide_190=6 wide_100!") == Outcome::silent);
  item.key = "too_wide";
  item.column = static_cast<std::uint16_t>(kpfd::most_columns);
  record.items.push_back(item);
  BOOST_CHECK_THROW(static_cast<void>(kpfd::rules::compile(record, kpfd_test::layouts())),
                    kpfd::layout::SchemaError);
}
