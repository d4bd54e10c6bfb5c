// Each rule is changed a little in every way that a slip of the hand could (mutants.hpp), and run
// on all records of which it is known what is to be found in them: vectors.txt, the samples, and
// the `good` and `bad` of the rules themselves. A change that nobody notices is a record that is
// missing here, unless equivalent_mutants.txt says why it means the same.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "examples.hpp"
#include "kpfd/rules/parser.hpp"
#include "mutants.hpp"
#include "vectors.hpp"

namespace {

using kpfd::Severity;
using kpfd::layout::Record;
using kpfd::layout::RuleText;
using kpfd::rules::Outcome;
using kpfd::rules::RuleSet;
using kpfd_test::Expected;
using kpfd_test::Filled;
using kpfd_test::Mutant;
using kpfd_test::Vector;

/// A record that is ready to be asked again and again.
struct Question {
  std::unique_ptr<Filled> filled;
  kpfd::RecordView view;
  std::string title;
  Expected expected;
};

/// `good` or `bad` of a rule: only what this rule says is known.
struct Example {
  std::unique_ptr<Filled> filled;
  kpfd::RecordView view;
  std::size_t rule = 0;
  Expected expected;
};

std::string finding_of(const Record& record, const kpfd::rules::Rule& rule) {
  const std::string at =
      rule.at_column < 0 ? "" : "@" + record.items[static_cast<std::size_t>(rule.at_column)].key;
  return std::string(kpfd::name_of(rule.severity)) + " " + rule.id + at;
}

/// All findings of the rules, in the order in which they are run; of the text with the number
/// `only` if there is one.
Expected findings_of(const Record& record, const RuleSet& set, Filled& filled,
                     const kpfd::RecordView& view, std::optional<std::size_t> only = std::nullopt) {
  static kpfd::rules::Scratch scratch;
  Expected found;
  // What the rules find is forgotten in the end: the record is asked again.
  const kpfd::ColumnSet before = filled.errors;
  scratch.begin(view);
  // As in a check: the quick look comes first, so that it is put to the test with each mutant, too.
  const bool clean = !before.any();
  const kpfd::rules::RuleBits doubts =
      clean ? kpfd_test::doubts_of(set, filled, view) : kpfd::rules::RuleBits{};
  for (std::size_t i = 0; i < set.rules.size(); ++i) {
    const auto& rule = set.rules[i];
    const bool doubtful = !clean || doubts[i] || (rule.asks_errors && filled.errors.any());
    kpfd::rules::Amounts amounts;
    if ((only && rule.text != *only) || !doubtful ||
        run(rule.program, view, scratch, amounts) != Outcome::fail) {
      continue;
    }
    found.insert(finding_of(record, rule));
    if (rule.severity == Severity::error && rule.at_column >= 0) {
      filled.errors.set(static_cast<std::size_t>(rule.at_column));
      scratch.note_error(static_cast<std::size_t>(rule.at_column));
    }
  }
  filled.errors = before;
  return found;
}

/// A layout for one receiver, and everything that is known about records of it.
class Bench {
 public:
  explicit Bench(const Record& record) : record_(record) {
    for (std::size_t i = 0; i < record.rules.size(); ++i) {
      const RuleText& rule = record.rules[i];
      if (!rule.let && (rule.receivers.empty() || rule.receivers == record.receiver) &&
          !is_hidden(rule.at)) {
        add_example(i, rule.good, {});
        const std::string at = record.column_of(rule.at) < 0 ? rule.at + "_1" : rule.at;
        add_example(i, rule.bad,
                    {std::string(kpfd::name_of(rule.severity)) + " " + rule.id + "@" + at});
      }
    }
  }

  const Record& record() const { return record_; }
  const std::vector<Question>& questions() const { return questions_; }

  void add(const Vector& vector) {
    Question question;
    question.title = vector.title;
    question.expected = kpfd_test::of_rules(record_, vector.expected);
    question.filled = std::make_unique<Filled>(record_);
    const std::vector<std::string> cells = kpfd_test::cells_of(vector);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      question.filled->set(i, cells[i]);
    }
    for (const std::string& key : kpfd_test::verdicts_of(vector).own_errors) {
      question.filled->assign(key + "!");
    }
    question.view = question.filled->view();
    question.view.check_date = vector.check_date;
    questions_.push_back(std::move(question));
  }

  /// The rules as they stand say what is expected of them.
  void check_as_it_stands() const {
    const RuleSet set = kpfd::rules::compile(record_, kpfd_test::layouts());
    for (const Question& question : questions_) {
      const Expected found = findings_of(record_, set, *question.filled, question.view);
      BOOST_TEST((found == question.expected), question.title);
    }
  }

  enum class Fate : std::uint8_t { killed, survives, no_rule };

  /// What becomes of a record with one of its rules changed.
  Fate fate_of(const Mutant& mutant) const {
    std::vector<RuleText> rules = record_.rules;
    if (mutant.removed) {
      // Kept in its place, but for nobody: the others keep theirs.
      rules[mutant.rule].receivers = "nobody";
    } else {
      rules[mutant.rule] = mutant.changed;
    }
    const Record changed = kpfd_test::with_rules(record_, std::move(rules));
    RuleSet set;
    try {
      set = kpfd::rules::compile(changed, kpfd_test::layouts());
    } catch (const kpfd::layout::SchemaError&) {
      return Fate::no_rule;
    }
    const bool is_noticed =
        std::any_of(examples_.begin(), examples_.end(),
                    [&](const Example& example) {
                      return (example.rule == mutant.rule || record_.rules[mutant.rule].let) &&
                             findings_of(record_, set, *example.filled, example.view,
                                         example.rule) != example.expected;
                    }) ||
        std::any_of(questions_.begin(), questions_.end(), [&](const Question& question) {
          return findings_of(record_, set, *question.filled, question.view) != question.expected;
        });
    return is_noticed ? Fate::killed : Fate::survives;
  }

 private:
  bool is_hidden(const std::string& at) const {
    const int column = record_.column_of(at);
    return column >= 0 && kpfd::rules::hidden_columns(record_)[static_cast<std::size_t>(column)];
  }

  void add_example(std::size_t rule, const std::string& text, Expected expected) {
    Example example;
    example.rule = rule;
    // Items that the receiver ignores read as empty: there the example is another one.
    std::string assignments = text;
    for (const auto& item : record_.items) {
      if (kpfd::rules::hidden_columns(record_)[item.column] &&
          (" " + assignments).find(" " + item.key + "=") != std::string::npos) {
        return;
      }
    }
    example.filled = std::make_unique<Filled>(record_, assignments);
    example.view = example.filled->view();
    example.expected = std::move(expected);
    examples_.push_back(std::move(example));
  }

  const Record& record_;
  std::vector<Question> questions_;
  std::vector<Example> examples_;
};

/// `*` stands for any text.
bool matches(const std::string& pattern, const std::string& text) {
  std::size_t at = 0;
  for (std::size_t begin = 0;;) {
    const std::size_t star = pattern.find('*', begin);
    if (star == std::string::npos) {
      const std::string last = pattern.substr(begin);
      return begin == 0 ? text == last
                        : text.size() >= at + last.size() &&
                              text.compare(text.size() - last.size(), last.size(), last) == 0;
    }
    const std::string piece = pattern.substr(begin, star - begin);
    const std::size_t found = text.find(piece, at);
    if (found == std::string::npos || (begin == 0 && found != 0)) {
      return false;
    }
    at = found + piece.size();
    begin = star + 1;
  }
}

/// One line of equivalent_mutants.txt.
struct Equivalent {
  std::size_t line = 0;
  std::string pattern;
  std::string reason;
  std::size_t used = 0;
};

std::vector<Equivalent> equivalents() {
  std::ifstream file(std::string(KPFD_SOURCE_DIR) + "/tests/rules/equivalent_mutants.txt");
  BOOST_TEST_REQUIRE(file.good());
  std::vector<Equivalent> all;
  std::size_t number = 0;
  std::string pattern;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line[0] == '#') {
      continue;
    }
    if (line.rfind("  ", 0) == 0) {
      // The reason of the patterns above it.
      for (auto other = all.rbegin(); other != all.rend() && other->reason.empty(); ++other) {
        other->reason = line.substr(2);
      }
    } else {
      all.push_back({number, line, "", 0});
    }
  }
  return all;
}

/// The benches of one layout file: one a receiver.
using Layout = std::vector<Bench>;

std::map<std::string, Layout> layouts_with_vectors() {
  std::map<std::string, Layout> layouts;
  std::map<const Record*, Bench*> by_record;
  for (const Record& record : kpfd_test::layouts().records) {
    if (record.key != "example") {
      layouts[record.form + " " + record.edition].emplace_back(record);
    }
  }
  std::map<std::string, Bench*> benches;
  for (auto& [name, layout] : layouts) {
    for (Bench& bench : layout) {
      benches[name + " " + bench.record().receiver] = &bench;
    }
  }
  const auto add = [&](const Vector& vector) {
    benches.at(vector.record->form + " " + vector.record->edition + " " + vector.record->receiver)
        ->add(vector);
  };
  const std::vector<Vector> samples = kpfd_test::sample_vectors();
  BOOST_TEST(samples.size() > 100U);
  std::for_each(kpfd_test::written_vectors().begin(), kpfd_test::written_vectors().end(), add);
  std::for_each(samples.begin(), samples.end(), add);
  return layouts;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_tree_is_printed_as_a_text_with_the_same_tree) {
  for (const Record& record : kpfd_test::layouts().records) {
    for (const RuleText& rule : record.rules) {
      for (const std::string& text : {rule.text, rule.when}) {
        if (!text.empty()) {
          const std::string once = kpfd_test::printed(kpfd::rules::parse(text));
          BOOST_TEST(kpfd_test::printed(kpfd::rules::parse(once)) == once);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_change_of_a_rule_is_noticed) {
  std::map<std::string, Layout> layouts = layouts_with_vectors();
  std::vector<Equivalent> known = equivalents();
  for (const Equivalent& equivalent : known) {
    BOOST_TEST(equivalent.reason.size() > 20U,
               "equivalent_mutants.txt:" << equivalent.line << ": no reason");
  }
  std::size_t killed = 0;
  std::size_t equivalent = 0;
  std::size_t refused = 0;
  for (auto& [name, layout] : layouts) {
    for (const Bench& bench : layout) {
      bench.check_as_it_stands();
    }
    for (const Mutant& mutant : kpfd_test::mutants_of(layout.front().record())) {
      bool is_rule = false;
      bool is_killed = false;
      for (const Bench& bench : layout) {
        const Bench::Fate fate = is_killed ? Bench::Fate::killed : bench.fate_of(mutant);
        is_rule = is_rule || fate != Bench::Fate::no_rule;
        is_killed = is_killed || fate == Bench::Fate::killed;
      }
      const std::string title = name + " " + mutant.title;
      for (Equivalent& entry : known) {
        if (!is_rule || !matches(entry.pattern, title)) {
          continue;
        }
        ++entry.used;
        BOOST_TEST(!is_killed,
                   "equivalent_mutants.txt:" << entry.line << ": is noticed: " << title);
      }
      const bool is_known = std::any_of(known.begin(), known.end(), [&](const Equivalent& entry) {
        return matches(entry.pattern, title);
      });
      BOOST_TEST((!is_rule || is_killed || is_known), "survives: " << title);
      ++(is_killed ? killed : is_rule ? equivalent : refused);
    }
  }
  for (const Equivalent& entry : known) {
    BOOST_TEST(entry.used > 0U, "equivalent_mutants.txt:" << entry.line << ": no such mutant");
  }
  BOOST_TEST_MESSAGE(killed << " killed, " << equivalent << " equivalent, " << refused
                            << " refused by the compiler");
  BOOST_TEST(killed > 2500U);
}
