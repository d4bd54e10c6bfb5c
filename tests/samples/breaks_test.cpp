// Filings with one fault: a test case a rule, and one for each place that a layout's rule stands
// at.

#include "samples/maker/breaks.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "findings.hpp"
#include "kpfd/check/builtin.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/rules/compile.hpp"
#include "kpfd/schemas.hpp"
#include "kpfd_test.hpp"

namespace kpfd::samples_test {

namespace {

using samples::BreakNotes;
using samples::BrokenFiling;
using samples::Fault;
using samples::Kitchen;
using samples::SampleError;
using samples::SampleOptions;

const Kitchen& kitchen() {
  static const Kitchen made(engine().layouts(), embedded_schemas());
  return made;
}

const BreakNotes& notes() {
  static const BreakNotes loaded = samples::load_break_notes(embedded_schemas());
  return loaded;
}

BrokenFiling broken(const SampleOptions& options, const std::string& fault) {
  return samples::Breaker(engine(), kitchen(), notes()).make(options, Fault::parse(fault));
}

/// The rule once, and only what comes with it.
void check_broken(const BrokenFiling& filing, const std::string& rule) {
  const auto companions = notes().companions.find(rule);
  const Checked checked = check(filing.bytes, filing.file_name, filing.as_of);
  int times = 0;
  for (const std::string& finding : checked.findings) {
    const std::string found = finding.substr(finding.rfind(' ') + 1);
    if (found == rule) {
      ++times;
      continue;
    }
    const bool comes_with_it = companions != notes().companions.end() &&
                               std::find(companions->second.begin(), companions->second.end(),
                                         found) != companions->second.end();
    BOOST_TEST(comes_with_it, finding);
  }
  BOOST_TEST(times == 1);
}

/// Many seeds make many people and amounts to break the rule with, for each receiver that has it.
constexpr std::uint64_t seeds = 4;

/// Whether a rule can be broken in a receiver's file at all, by what the schemas say.
bool is_for(const std::string& rule, const layout::Receiver& receiver) {
  const std::vector<layout::SizeLimit>& sizes = receiver.sizes;
  const bool limits = std::any_of(sizes.begin(), sizes.end(), [&](const layout::SizeLimit& size) {
    return size.check == rule;
  });
  if (rule.rfind("PENSION-", 0) == 0) {
    return receiver.is_union;
  }
  if (rule == "SIZE-PENSION") {
    return limits;
  }
  // Of each date that a union looks at, another rule or the item itself wants both halves or none:
  // one of them alone is that one's finding.
  if (rule == "DATE-PAIR") {
    return !receiver.is_union;
  }
  const auto& ids = check::check_ids;
  if (std::find(ids.begin(), ids.end(), rule) != ids.end()) {
    return true;
  }
  for (const layout::Record& record : engine().layouts().records) {
    if (record.receiver != receiver.key) {
      continue;
    }
    for (const auto& compiled : rules::compile(record, engine().layouts()).rules) {
      const auto& code = compiled.program.code;
      if (compiled.id == rule && std::any_of(code.begin(), code.end(), [](const auto& step) {
            return step.op == rules::Op::fail || step.op == rules::Op::fail_integers ||
                   step.op == rules::Op::fail_dates;
          })) {
        return true;
      }
    }
  }
  return false;
}

void check_rule(const std::string& rule) {
  for (const layout::Receiver& receiver : engine().layouts().receivers) {
    SampleOptions options;
    options.records = 3;
    options.receiver = receiver.key;
    if (!is_for(rule, receiver)) {
      BOOST_CHECK_THROW(broken(options, rule), SampleError);
      continue;
    }
    for (options.seed = 1; options.seed <= seeds; ++options.seed) {
      BOOST_TEST_CONTEXT(receiver.key << ", seed " << options.seed) {
        check_broken(broken(options, rule), rule);
      }
      if (rule.rfind("SIZE-", 0) == 0) {
        break;  // megabytes each
      }
    }
  }
}

/// A rule at one item of one form, for the first receiver that it can fail for.
void check_place(const layout::Record& record, const std::string& rule, const std::string& item) {
  SampleOptions options;
  options.forms = {record.form};
  options.receiver = record.receiver;
  options.records = 3;
  const BrokenFiling filing = broken(options, rule + "@" + item);
  check_broken(filing, rule);
  // The finding stands in the last record, at this item and at its bytes.
  const auto at = static_cast<std::size_t>(record.column_of(item));
  const Checked checked = check(filing.bytes, filing.file_name, filing.as_of);
  const auto lines = std::count(filing.bytes.begin(), filing.bytes.end(), '\n');
  const std::string place =
      std::to_string(lines) + " " + std::to_string(record.items[at].number) + " ";
  const bool there = std::any_of(
      checked.findings.begin(), checked.findings.end(), [&](const std::string& finding) {
        return finding.rfind(place, 0) == 0 && finding.substr(finding.rfind(' ') + 1) == rule;
      });
  BOOST_TEST(there, listing(checked.findings));
}

/// `sum` => sum_1, sum_2, sum_3
std::vector<std::string> items_at(const layout::Record& record, const std::string& at) {
  for (const layout::Group& group : record.groups) {
    if (group.key != at) {
      continue;
    }
    std::vector<std::string> items;
    items.reserve(group.columns.size());
    for (const std::uint16_t column : group.columns) {
      items.push_back(record.items[column].key);
    }
    return items;
  }
  return {at};
}

const bool registered = kpfd_test::at_start([] {
  using namespace boost::unit_test;
  auto* const rules = BOOST_TEST_SUITE("rules");
  for (const RuleInfo* rule : engine().rules()) {
    if (notes().impossible.count(rule->id) > 0) {
      continue;
    }
    rules->add(make_test_case([id = rule->id] { check_rule(id); }, rule->id, __FILE__, __LINE__));
  }
  framework::master_test_suite().add(rules);

  // What only one receiver's records can break is asked of that one; the rest of the pension
  // office's, which have all items.
  auto* const places = BOOST_TEST_SUITE("places");
  std::set<std::string> names;
  for (const layout::Record& record : engine().layouts().records) {
    for (const layout::RuleText& rule : record.rules) {
      const bool for_this =
          rule.receivers.empty() ? !record.for_union : rule.receivers == record.receiver;
      if (rule.let || !for_this) {
        continue;
      }
      for (const std::string& item : items_at(record, rule.at)) {
        const std::string name = record.key + " " + rule.id + " " + item;
        if (!names.insert(name).second) {
          continue;
        }
        places->add(make_test_case([&record, id = rule.id, item] { check_place(record, id, item); },
                                   name, __FILE__, __LINE__));
      }
    }
  }
  framework::master_test_suite().add(places);
});

BOOST_AUTO_TEST_CASE(a_fault_is_a_rule_and_perhaps_an_item) {
  const Fault anywhere = Fault::parse("MONTH-SUM");
  BOOST_TEST(anywhere.rule == "MONTH-SUM");
  BOOST_TEST(anywhere.item == "");
  const Fault there = Fault::parse("MONTH-SUM@sum_2");
  BOOST_TEST(there.rule == "MONTH-SUM");
  BOOST_TEST(there.item == "sum_2");
}

BOOST_AUTO_TEST_CASE(an_item_is_named_by_key_or_number) {
  SampleOptions options;
  options.forms = {"standard_remuneration"};
  const auto place_of = [&options](const std::string& fault) {
    const BrokenFiling filing = broken(options, fault);
    return *check(filing.bytes, filing.file_name, filing.as_of).findings.begin();
  };
  BOOST_TEST(place_of("MONTH-SUM@sum_2") == place_of("MONTH-SUM@35"));
}

BOOST_AUTO_TEST_CASE(the_fault_stands_in_the_last_of_many_records) {
  SampleOptions options;
  options.records = 500;
  options.offices = 2;
  const BrokenFiling filing = broken(options, "NEED@name_kana");
  const Checked checked = check(filing.bytes, filing.file_name, filing.as_of);
  BOOST_TEST(checked.summary.errors == 1U);
  BOOST_TEST(checked.summary.warnings == 1U);  // two offices
  BOOST_TEST(checked.summary.data_records == 500U);
}

BOOST_AUTO_TEST_CASE(the_same_seed_breaks_in_the_same_way) {
  const SampleOptions options;
  BOOST_TEST((broken(options, "DATE-ERA").bytes == broken(options, "DATE-ERA").bytes));
}

BOOST_AUTO_TEST_CASE(the_twin_in_utf8_is_broken_too) {
  SampleOptions options;
  for (const char* rule :
       {"NEED", "MONTH-SUM", "CHAR-NEC-ROW13", "LINE-BLANK", "SEPARATOR-WIDTH"}) {
    options.encoding = samples::Encoding::shift_jis;
    const BrokenFiling filing = broken(options, rule);
    options.encoding = samples::Encoding::utf8;
    const BrokenFiling twin = broken(options, rule);
    std::multiset<std::string> expected =
        check(filing.bytes, filing.file_name, filing.as_of).findings;
    expected.insert("0 0 error FILE-UTF8");
    BOOST_TEST(listing(check(twin.bytes, twin.file_name, twin.as_of).findings) ==
               listing(expected));
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_broken_is_said) {
  SampleOptions options;
  BOOST_CHECK_THROW(broken(options, "NO-SUCH-RULE"), SampleError);
  BOOST_CHECK_THROW(broken(options, "MONTH-SUM@name_kana"), SampleError);
  options.receiver = "KPFD";
  BOOST_CHECK_THROW(broken(options, "SIZE-PENSION"), SampleError);
}

BOOST_AUTO_TEST_CASE(only_findings_of_a_file_name_need_it) {
  const SampleOptions options;
  BOOST_TEST(broken(options, "FILE-NAME").name_matters);
  BOOST_TEST(!broken(options, "NEED").name_matters);
}

}  // namespace

}  // namespace kpfd::samples_test
