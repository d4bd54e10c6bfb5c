// The vectors: each is judged as it says, and no rule lacks a record that passes and one that
// fails.
#include "vectors.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <string>

#include "comparison.hpp"
#include "examples.hpp"
#include "kpfd/schemas.hpp"
#include "kpfd_test.hpp"
#include "naive.hpp"
#include "samples/maker/breaks.hpp"

namespace {

using kpfd::layout::Record;
using kpfd::layout::RuleText;
using kpfd::rules::Op;
using kpfd::rules::Outcome;
using kpfd::rules::Rule;
using kpfd_test::Expected;
using kpfd_test::Filled;
using kpfd_test::Vector;
using kpfd_test::Verdicts;

std::string listed(const Expected& findings) {
  std::string text;
  for (const std::string& finding : findings) {
    text += "\n  " + finding;
  }
  return text.empty() ? "\n  (nothing)" : text;
}

void check_vector(const Vector& vector) {
  const Verdicts verdicts = kpfd_test::verdicts_of(vector);
  BOOST_TEST((verdicts.of_record == vector.expected),
             "found:" << listed(verdicts.of_record) << "\nexpected:" << listed(vector.expected));
  BOOST_TEST((verdicts.elsewhere.empty()), "in other lines:" << listed(verdicts.elsewhere));
  // Line and item are part of `expected`; the bytes of a rule's finding are the item's.
  const Expected misplaced(verdicts.misplaced.begin(), verdicts.misplaced.end());
  BOOST_TEST(misplaced.empty(), "at the wrong bytes:" << listed(misplaced));
}

const bool registered = kpfd_test::at_start([] {
  using namespace boost::unit_test;
  auto* const suite = BOOST_TEST_SUITE("vectors");
  for (const Vector& vector : kpfd_test::written_vectors()) {
    suite->add(
        make_test_case([&vector] { check_vector(vector); }, vector.title, __FILE__, __LINE__));
  }
  framework::master_test_suite().add(suite);
});

const Record& same_layout(const Record& record) {
  for (const Record& other : kpfd_test::layouts().records) {
    if (other.form == record.form && other.edition == record.edition &&
        other.receiver == record.receiver) {
      return other;
    }
  }
  throw std::runtime_error("no such layout");
}

/// Whether a rule can fail at all in this record: it may ask for an item that the receiver ignores.
bool can_fail(const Rule& rule) {
  return std::any_of(rule.program.code.begin(), rule.program.code.end(), [](const auto& step) {
    return step.op == Op::fail || step.op == Op::fail_integers || step.op == Op::fail_dates;
  });
}

/// One rule at one item of one layout.
struct Proof {
  bool passes = false;
  bool fails = false;
};

class Table {
 public:
  Table() : notes_(kpfd::samples::load_break_notes(kpfd::embedded_schemas())) {}

  void look(const Record& record, const std::vector<Rule>& rules) {
    std::map<const Rule*, Proof> proofs;
    const kpfd_test::Naive naive(record);
    for (const Vector& vector : kpfd_test::written_vectors()) {
      if (&same_layout(*vector.record) != &record) {
        continue;
      }
      const Verdicts verdicts = kpfd_test::verdicts_of(vector);
      Filled filled(record);
      const std::vector<std::string> cells = kpfd_test::cells_of(vector);
      for (std::size_t i = 0; i < cells.size(); ++i) {
        filled.set(i, cells[i]);
      }
      for (const std::string& key : verdicts.own_errors) {
        filled.assign(key + "!");
      }
      kpfd::RecordView view = filled.view();
      view.check_date = vector.check_date;
      for (const Rule& rule : rules) {
        Proof& proof = proofs[&rule];
        proof.passes = proof.passes || is_asked_and_holds(record, rule, naive, view);
        proof.fails = proof.fails || fails_alone(record, rule, vector.expected);
      }
    }
    for (const Rule& rule : rules) {
      if (!can_fail(rule)) {
        continue;
      }
      const auto at = static_cast<std::size_t>(rule.at_column);
      BOOST_TEST_CONTEXT(record.form << " " << record.edition << " " << record.receiver << " "
                                     << rule.id << "@" << record.items[at].key) {
        BOOST_TEST(proofs[&rule].passes, "no record of vectors.txt is asked and passes");
        BOOST_TEST(proofs[&rule].fails, "no record of vectors.txt fails with this finding alone");
      }
      ++rules_;
    }
  }

  std::size_t rules() const { return rules_; }

 private:
  static bool is_asked_and_holds(const Record& record, const Rule& rule,
                                 const kpfd_test::Naive& naive, const kpfd::RecordView& view) {
    const int step = kpfd_test::step_of(record, rule);
    const RuleText& text = record.rules[rule.text];
    RuleText when = text;
    when.text = when.when;
    when.when.clear();
    const bool asked =
        when.text.empty() || naive.ask(when, rule.at_column, step, view) == Outcome::pass;
    return asked && naive.ask(text, rule.at_column, step, view) == Outcome::pass;
  }

  bool fails_alone(const Record& record, const Rule& rule, const Expected& expected) const {
    const std::string key = record.items[static_cast<std::size_t>(rule.at_column)].key;
    const std::string wanted =
        (rule.severity == kpfd::Severity::error ? "error " : "warning ") + rule.id + "@" + key;
    const auto companions = notes_.companions.find(rule.id);
    return expected.count(wanted) == 1 &&
           std::all_of(expected.begin(), expected.end(), [&](const std::string& finding) {
             const std::size_t begin = finding.find(' ') + 1;
             const std::string id = finding.substr(begin, finding.find('@') - begin);
             return finding == wanted ||
                    (companions != notes_.companions.end() &&
                     std::count(companions->second.begin(), companions->second.end(), id) > 0);
           });
  }

  kpfd::samples::BreakNotes notes_;
  std::size_t rules_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(no_rule_lacks_a_record_that_passes_or_one_that_fails) {
  BOOST_TEST(registered);
  Table table;
  for (const Record& record : kpfd_test::layouts().records) {
    if (record.key != "example") {
      table.look(record, kpfd::rules::compile(record, kpfd_test::layouts()).rules);
    }
  }
  BOOST_TEST(table.rules() > 200U);
}
