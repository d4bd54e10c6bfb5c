// Compiled programs against the naive evaluator: the rules of the layouts and made-up expressions,
// on made-up records.

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "comparison.hpp"
#include "examples.hpp"

namespace {

using kpfd::layout::Item;
using kpfd::layout::Record;
using kpfd::layout::RuleText;
using kpfd_test::Comparison;
using kpfd_test::Filled;
using kpfd_test::Tally;

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return engine_() % bound; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <typename T>
  const T& of(const std::vector<T>& values) {
    return values[below(values.size())];
  }

 private:
  std::mt19937 engine_;
};

// A cell that rules have something to say about: small numbers, days of the present, and now and
// then a large one.
std::string some_text(const Item& item, Chance& chance) {
  if (item.type != kpfd::layout::Type::digits) {
    return chance.one_in(2) ? "" : "A";
  }
  if (item.optional() && !chance.one_in(3)) {
    return "";
  }
  if (chance.one_in(12)) {
    return "";
  }
  std::size_t width = item.lengths.most;
  std::string text;
  if (!item.values.empty() && !chance.one_in(8)) {
    const auto& range = chance.of(item.values.ranges);
    return chance.one_in(2) ? range.low : range.high;
  }
  if (width == 6 && item.lengths.least == 6) {
    static const std::vector<std::string> days = {"060331", "060401", "060229",
                                                  "310430", "010501", "240229"};
    return chance.of(days);
  }
  if (width == 4) {
    static const std::vector<std::string> codes = {"0058", "0068", "0300", "0301",
                                                   "1330", "1390", "1234"};
    return chance.of(codes);
  }
  if (item.lengths.least < width) {
    width = 1 + chance.below(width);
  }
  static const std::vector<std::string> ends = {"9999999", "9999000", "000001", "3",
                                                "17",      "16",      "15",     "12"};
  if (chance.one_in(2)) {
    const std::string& end = chance.of(ends);
    if (end.size() <= width) {
      return std::string(item.lengths.fixed() ? width - end.size() : 0, '0') + end;
    }
  }
  for (std::size_t i = 0; i < width; ++i) {
    text += static_cast<char>('0' + chance.below(i == 0 ? 3 : 10));
  }
  return text;
}

void fill(const Record& record, Filled& filled, Chance& chance) {
  filled.errors = {};
  const bool clean = chance.one_in(2);
  for (const Item& item : record.items) {
    filled.set(item.column, some_text(item, chance));
    if (clean) {
      continue;
    }
    if (chance.one_in(20)) {
      filled.errors.set(item.column);
      if (chance.one_in(2)) {
        filled.set(item.column, "x");
      }
    }
  }
  // Totals that fit now and then, so that rules about them do not fail always.
  const auto put = [&](const char* key, const std::string& text) {
    if (const int column = record.column_of(key); column >= 0 && chance.one_in(2)) {
      filled.set(static_cast<std::size_t>(column), text);
    }
  };
  if (record.column_of("total") >= 0 && chance.one_in(2)) {
    std::int64_t total = 0;
    std::int64_t months = 0;
    for (const char* key : {"sum_1", "sum_2", "sum_3"}) {
      const auto column = static_cast<std::size_t>(record.column_of(key));
      if (filled.errors[column] || filled.value(column).empty() || chance.one_in(3)) {
        continue;
      }
      total += std::stoll(filled.value(column));
      ++months;
    }
    put("total", std::to_string(total));
    if (months > 0) {
      put("average", std::to_string(total / months));
    }
  }
}

// Asks all rules of records that are made up one after the other; false at the first difference,
// which is reported.
bool compare(const Comparison& rules, int records, Chance& chance, Tally& tally) {
  Filled filled(rules.record());
  for (int i = 0; i < records; ++i) {
    fill(rules.record(), filled, chance);
    const std::string difference = rules.difference(filled, tally);
    BOOST_TEST(difference == "");
    if (!difference.empty()) {
      return false;
    }
  }
  return true;
}

// Texts of random expressions over the example record; not all of them are typed rightly or small
// enough.
class Author {
 public:
  explicit Author(Chance& chance) : chance_(chance) {}

  std::string condition(int depth, bool step) {
    const bool leaf = depth <= 0;
    switch (chance_.below(leaf ? 6 : 18)) {
      case 0:
        return item(step) + " given";
      case 1:
        return item(step) + " empty";
      case 2:
        return item(step) + (chance_.one_in(2) ? " == " : " != ") + small();
      case 3:
        return item(step) + " in (" + small() + ", " + small() + ")";
      case 4:
        return item(step) + " has no error";
      case 5:
        return step && chosen_ && chance_.one_in(2)
                   ? "chosen"
                   : number(0, step) + relation() + number(0, step);
      case 6:
        return "not (" + condition(depth - 1, step) + ")";
      case 7:
      case 8:
        return "(" + condition(depth - 1, step) + ") and (" + condition(depth - 1, step) + ")";
      case 9:
      case 10:
        return "(" + condition(depth - 1, step) + ") or (" + condition(depth - 1, step) + ")";
      case 11:
        return "(" + condition(depth - 1, step) + ") implies (" + condition(depth - 1, step) + ")";
      case 12:
        return "(" + condition(depth - 1, step) + ") iff (" + condition(depth - 1, step) + ")";
      case 13:
        return number(depth - 1, step) + relation() + number(depth - 1, step);
      case 14:
        return date(depth - 1) + relation() + date(depth - 1);
      case 15:
        return (chance_.one_in(2) ? "any (" : "all (") + condition(depth - 1, true) + ")";
      case 16:
        if (!chosen_ && !step) {
          const std::string where = condition(depth - 1, true);
          chosen_ = true;
          const std::string body = condition(depth - 1, false);
          chosen_ = false;
          return "(some choice where base_days >= 15 and (" + where + ") satisfies (" + body + "))";
        }
        return number(depth - 1, step) + " in (0, " + small() + ")";
      default:
        return "(if " + condition(depth - 1, step) + " then " + condition(depth - 1, step) +
               " else " + condition(depth - 1, step) + ")";
    }
  }

  std::string number(int depth, bool step) {
    switch (chance_.below(depth <= 0 ? 4 : 13)) {
      case 0:
        return small();
      case 1:
      case 2:
        return item(step);
      case 3:
        return step && chance_.one_in(2) ? "twice" : "threshold";
      case 4:
        return "(" + number(depth - 1, step) + " + " + number(depth - 1, step) + ")";
      case 5:
        return "(" + number(depth - 1, step) + " - " + number(depth - 1, step) + ")";
      case 6:
        return "(" + number(depth - 1, step) + " * " + small() + ")";
      case 7:
        return "(" + number(depth - 1, step) + " / " + number(depth - 1, step) + ")";
      case 8:
        return "(" + number(depth - 1, step) + " mod " + number(depth - 1, step) + ")";
      case 9:
        return (chance_.one_in(2) ? "min(" : "max(") + number(depth - 1, step) + ", " +
               number(depth - 1, step) + ")";
      case 10:
        return "(sum of " + number(0, true) + " where (" + condition(depth - 1, true) + "))";
      case 11:
        return "(count where (" + condition(depth - 1, true) + "))";
      default:
        return "(if " + condition(depth - 1, step) + " then " + number(depth - 1, step) + " else " +
               number(depth - 1, step) + ")";
    }
  }

  std::string date(int depth) {
    static const std::vector<std::string> dates = {"birth", "left", "lost", "check_date", "next"};
    if (depth <= 0) {
      return chance_.of(dates);
    }
    switch (chance_.below(4)) {
      case 0:
        return date(depth - 1) + " + " + distance() + " days";
      case 1:
        return date(depth - 1) + " - " + distance() + " years";
      case 2:
        return "(if " + condition(depth - 1, false) + " then " + date(depth - 1) + " else " +
               date(depth - 1) + ")";
      default:
        return chance_.of(dates);
    }
  }

 private:
  std::string item(bool step) {
    static const std::vector<std::string> single = {
        "cause",        "short_time_worker", "total", "average", "left_era",
        "over_70_only", "over_70_month",     "sum_2", "standard"};
    static const std::vector<std::string> repeated = {"base_days", "cash", "sum", "in_kind"};
    return step && !chance_.one_in(3) ? chance_.of(repeated) : chance_.of(single);
  }
  std::string small() {
    static const std::vector<std::string> numbers = {"0", "1", "4", "15", "17", "9999999"};
    return chance_.of(numbers);
  }
  std::string distance() {
    static const std::vector<std::string> distances = {"0", "1", "70", "8000", "100000"};
    return chance_.of(distances);
  }
  std::string relation() {
    static const std::vector<std::string> relations = {" == ", " != ", " < ",
                                                       " <= ", " > ",  " >= "};
    return chance_.of(relations);
  }

  Chance& chance_;
  bool chosen_ = false;
};

}  // namespace

BOOST_AUTO_TEST_CASE(rules_of_the_layouts) {
  Chance chance(20260731);
  Tally tally;
  for (const Record& record : kpfd_test::layouts().records) {
    if (!compare(Comparison(record), 600, chance, tally)) {
      return;
    }
  }
  BOOST_TEST(tally.pass > 1000U);
  BOOST_TEST(tally.fail > 1000U);
  BOOST_TEST(tally.silent > 1000U);
  BOOST_TEST(tally.looked > 1000U);
  // A quick look that doubts everything would miss nothing, and be of no use.
  BOOST_TEST(tally.doubted * 2 < tally.looked);
}

// As attachments are compiled: each rule beside itself, reported where its text holds.
BOOST_AUTO_TEST_CASE(rules_of_the_layouts_that_are_reported_if_true) {
  Chance chance(20260801);
  Tally tally;
  for (const Record& layout : kpfd_test::layouts().records) {
    std::vector<RuleText> rules = layout.rules;
    for (const RuleText& rule : layout.rules) {
      if (!rule.let) {
        rules.push_back(rule);
        rules.back().reported_if_true = true;
      }
    }
    const Record record = kpfd_test::with_rules(layout, std::move(rules));
    if (!compare(Comparison(record), 200, chance, tally)) {
      return;
    }
  }
  BOOST_TEST(tally.pass > 1000U);
  BOOST_TEST(tally.fail > 1000U);
  BOOST_TEST(tally.silent > 1000U);
  BOOST_TEST(tally.looked > 1000U);
  BOOST_TEST(tally.doubted * 2 < tally.looked);
}

// What several rules share may need something else that is shared, and has its own places while it
// waits for it.
BOOST_AUTO_TEST_CASE(a_shared_result_that_needs_another) {
  const Record& example = kpfd_test::example("SHFD");
  std::vector<RuleText> rules;
  rules.push_back(kpfd_test::let_text("next", "left + 1 day"));
  rules.push_back(kpfd_test::let_text("later", "left_era given iff check_date < next"));
  rules.push_back(kpfd_test::rule_text("later or total == 7"));
  rules.push_back(kpfd_test::rule_text("later or total == 8"));
  rules.push_back(kpfd_test::rule_text("next + 1 day > lost"));
  const Record record = kpfd_test::with_rules(example, std::move(rules));
  const Comparison compiled(record);
  Tally tally;
  for (const char* left : {"left_era=9 left_ymd=010501", "left_era=9 left_ymd=080731",
                           "left_era=9 left_ymd=080801", "left_era=9 left_ymd=300101"}) {
    for (const char* others : {" total=1", " total=7 lost_era=9 lost_ymd=400101"}) {
      Filled filled(record, std::string(left) + others);
      BOOST_TEST(compiled.difference(filled, tally) == "");
    }
  }
  BOOST_TEST(tally.pass > 0U);
  BOOST_TEST(tally.fail > 0U);
}

BOOST_AUTO_TEST_CASE(made_up_rules) {
  Chance chance(4711);
  Tally tally;
  std::size_t refused = 0;
  for (int round = 0; round < 1500; ++round) {
    const Record& example = kpfd_test::example(chance.one_in(2) ? "KPFD" : "SHFD");
    std::vector<RuleText> rules = kpfd_test::lets_of(example);
    rules.push_back(kpfd_test::let_text("twice", "sum + cash"));
    rules.push_back(kpfd_test::let_text("next", "left + 1 day"));
    Author author(chance);
    rules.push_back(kpfd_test::let_text("once", author.condition(2, false)));
    rules.push_back(
        kpfd_test::rule_text(author.condition(3, false), "", chance.one_in(2) ? "once" : ""));
    rules.push_back(kpfd_test::rule_text("(" + author.condition(2, true) + ") or once", "sum"));
    rules.push_back(kpfd_test::rule_text(author.condition(3, false), "total"));
    rules.back().reported_if_true = true;
    const Record record = kpfd_test::with_rules(example, std::move(rules));
    std::optional<Comparison> compiled;
    try {
      compiled.emplace(record);
    } catch (const kpfd::layout::SchemaError& error) {
      ++refused;
      const std::string reason = error.what();
      // The author knows the grammar, the names and most kinds.
      BOOST_TEST_REQUIRE((reason.find("no repeated item") != std::string::npos ||
                          reason.find("cannot go together") != std::string::npos ||
                          reason.find("division by zero") != std::string::npos ||
                          reason.find("could grow beyond") != std::string::npos ||
                          reason.find("a choice within a choice") != std::string::npos ||
                          reason.find("grows too large") != std::string::npos),
                         reason);
      continue;
    }
    if (!compare(*compiled, 40, chance, tally)) {
      return;
    }
  }
  BOOST_TEST(refused < 700U);
  BOOST_TEST(tally.pass > 5000U);
  BOOST_TEST(tally.fail > 5000U);
  BOOST_TEST(tally.silent > 5000U);
  BOOST_TEST(tally.looked > 5000U);
}
