// Repairs of filings that are made up, broken and mended: what can be repaired is, what is right
// stays as it is, and nothing becomes worse.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "converters/repair/repairer.hpp"
#include "kpfd/schemas.hpp"
#include "kpfd/text/widths.hpp"
#include "samples/maker/breaks.hpp"
#include "samples/maker/maker.hpp"
#include "tests/support/filings.hpp"

namespace {

using namespace kpfd;
using namespace kpfd::converters;
using kpfd_test::engine;
using kpfd_test::filing_for;
using kpfd_test::sjis;

const RepairBook& book() {
  static const RepairBook loaded = RepairBook::load(embedded_schemas());
  return loaded;
}

const samples::Kitchen& kitchen() {
  static const samples::Kitchen made(engine().layouts(), embedded_schemas());
  return made;
}

const samples::Breaker& breaker() {
  static const samples::BreakNotes notes = samples::load_break_notes(embedded_schemas());
  static const samples::Breaker made(engine(), kitchen(), notes);
  return made;
}

/// Every rule that asks.
std::set<std::string, std::less<>> all_rules() {
  std::set<std::string, std::less<>> rules;
  for (const auto& [rule, repairs] : book().all()) {
    rules.insert(rule);
  }
  return rules;
}

class Rules final : public FindingSink {
 public:
  void finding(const Finding& finding) override { ids.insert(finding.rule->id); }
  std::multiset<std::string> ids;
};

class Changes final : public ChangeSink {
 public:
  void change(const Change& change) override {
    BOOST_TEST(change.line >= last_line);
    last_line = change.line;
    list.push_back(std::to_string(change.line) + ' ' +
                   (change.item == nullptr ? std::string("-") : change.item->key) + ' ' +
                   std::string(change.rule) + ' ' +
                   std::string(method_keys.at(static_cast<std::size_t>(change.method))));
  }
  std::vector<std::string> list;
  std::uint64_t last_line = 0;
};

struct Outcome {
  RepairResult result;
  std::string bytes;
  std::vector<std::string> changes;
  Verdict verdict = Verdict::unchecked;
  std::multiset<std::string> rules;  ///< that still have something to say
};

Outcome repaired(const std::string& bytes, const std::set<std::string, std::less<>>& accepted = {},
                 const std::string& name = "", CivilDate as_of = kpfd_test::check_date) {
  RepairOptions options;
  options.check.check_date = as_of;
  options.check.file_name = name;
  options.accepted = accepted;
  MemorySource source(bytes);
  StringSink output;
  Changes changes;
  Outcome outcome;
  outcome.result = repair(engine(), book(), source, options, output, changes);
  outcome.bytes = output.text;
  outcome.changes = changes.list;
  BOOST_TEST(outcome.result.changes == changes.list.size());
  MemorySource written(outcome.bytes);
  Rules rules;
  outcome.verdict = engine().check(written, options.check, rules).verdict;
  outcome.rules = rules.ids;
  return outcome;
}

using Strings = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(repairs)

BOOST_AUTO_TEST_CASE(what_is_right_stays_byte_by_byte) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      samples::SampleOptions options;
      options.receiver = receiver;
      options.records = 40;
      options.offices = static_cast<std::uint32_t>(seed % 3 + 1);
      options.seed = seed;
      samples::Filing filing(kitchen(), options);
      std::string bytes;
      filing.append_head(bytes);
      filing.append_records(0, filing.records(), bytes);
      const Outcome outcome = repaired(bytes, all_rules());
      BOOST_TEST(outcome.result.before.errors == 0U);
      BOOST_TEST(outcome.bytes == bytes);
      BOOST_TEST(outcome.changes.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(each_rule_with_a_safe_repair_is_repaired) {
  // Where the sample of a rule is one that no repair can know: a letter among digits.
  const std::set<std::string> unknowable = {"TYPE"};
  int tried = 0;
  for (const auto& [rule, repairs] : book().all()) {
    const bool safe = std::any_of(repairs.begin(), repairs.end(),
                                  [](const Repair& repair) { return !repair.ask; });
    if (!safe || unknowable.count(rule) > 0) {
      continue;
    }
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      samples::SampleOptions options;
      options.records = 12;
      options.seed = seed;
      options.as_of = kpfd_test::check_date;
      const samples::BrokenFiling broken = breaker().make(options, samples::Fault{rule, ""});
      const Outcome outcome = repaired(broken.bytes, {}, broken.file_name, broken.as_of);
      BOOST_TEST_CONTEXT(rule << " seed " << seed) {
        BOOST_TEST((outcome.verdict == Verdict::accept));
        BOOST_TEST(outcome.rules.count(rule) == 0U);
        BOOST_TEST(!outcome.changes.empty());
        // Once more changes nothing.
        const Outcome again = repaired(outcome.bytes, {}, broken.file_name, broken.as_of);
        BOOST_TEST(again.bytes == outcome.bytes);
        BOOST_TEST(again.changes.empty());
        ++tried;
      }
    }
  }
  BOOST_TEST(tried >= 3 * 15);
}

BOOST_AUTO_TEST_CASE(rules_that_ask_are_repaired_only_when_accepted) {
  // Their samples have characters without a known substitute, or stand where no text helps.
  const std::set<std::string> unknowable = {"CHAR-IBM", "CHAR-NEC-SELECTED",
                                            "CHAR-NOT-IN-SHIFT-JIS", "QUOTE"};
  int tried = 0;
  for (const auto& [rule, repairs] : book().all()) {
    const bool asks = std::all_of(repairs.begin(), repairs.end(),
                                  [](const Repair& repair) { return repair.ask; });
    if (!asks || unknowable.count(rule) > 0) {
      continue;
    }
    samples::SampleOptions options;
    options.records = 12;
    options.as_of = kpfd_test::check_date;
    const samples::BrokenFiling broken = breaker().make(options, samples::Fault{rule, ""});
    BOOST_TEST_CONTEXT(rule) {
      const Outcome kept = repaired(broken.bytes, {}, broken.file_name, broken.as_of);
      BOOST_TEST(kept.rules.count(rule) == 1U);
      BOOST_TEST(kept.bytes == broken.bytes);
      const Outcome outcome = repaired(broken.bytes, {rule}, broken.file_name, broken.as_of);
      BOOST_TEST((outcome.verdict == Verdict::accept));
      BOOST_TEST(outcome.rules.count(rule) == 0U);
      ++tried;
    }
  }
  BOOST_TEST(tried >= 10);
}

BOOST_AUTO_TEST_CASE(everything_at_once_comes_back_to_the_filing_that_it_was) {
  const kpfd_test::Filing good = filing_for("KPFD");
  kpfd_test::Filing bad = good;
  bad.lines[1] = "[KANRI],,,";
  bad.lines[4] = " [data]";
  bad.set("name_kanji", sjis("健保 太郎"));
  const std::string digits = good.cell(5, 1);
  bad.set(5, 1, sjis(digits == "21" ? "２１" : "１３"));
  bad.end = "\n";
  bad.last_end = "";
  const std::string expected_digits = digits == "21" ? "21" : "13";
  kpfd_test::Filing expected = good;
  expected.set("name_kanji", sjis("健保　太郎")).set(5, 1, expected_digits);
  const Outcome outcome = repaired("\xEF\xBB\xBF" + kpfd_test::utf8(bad.text()) + "\x1A\x1A");
  BOOST_TEST(outcome.bytes == expected.text());
  const Strings changes = {"0 - FILE-UTF8 encode",
                           "1 - LINE-END line-end",
                           "2 - KANRI-DAMAGED marker",
                           "5 - DATA-DAMAGED marker",
                           "6 prefecture_code TYPE half-width",
                           "6 name_kanji SEPARATOR-WIDTH space-width",
                           "6 - LINE-END-LAST last-line-end",
                           "6 - LINE-END-MARK end-mark"};
  Strings sorted = outcome.changes;
  Strings wanted = changes;
  std::sort(sorted.begin(), sorted.end());
  std::sort(wanted.begin(), wanted.end());
  BOOST_TEST(sorted == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_change_that_does_not_help_is_taken_back) {
  // Half-width it would still be no number, or one that the item does not take.
  for (const char* value : {"Ａ１", "９９", "００"}) {
    kpfd_test::Filing filing = filing_for("KPFD");
    filing.set("district_code", sjis(value));
    const Outcome outcome = repaired(filing.text());
    BOOST_TEST(outcome.bytes == filing.text());
    BOOST_TEST(outcome.changes.empty());
  }
}

BOOST_AUTO_TEST_CASE(an_item_before_the_data_is_repaired_by_itself) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    const kpfd_test::Filing good = filing_for(receiver);
    kpfd_test::Filing filing = good;
    const std::size_t postal = std::string(receiver) == "KPFD" ? 1 : 4;
    std::string full;
    kpfd::text::append_full_width(full, good.cell(3, postal));
    filing.set(3, postal, full);
    const Outcome outcome = repaired(filing.text());
    BOOST_TEST(outcome.bytes == good.text());
    BOOST_TEST(outcome.changes == Strings{"4 postal_parent TYPE half-width"},
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_spreadsheet_that_took_zeros_and_added_commas_everywhere_is_undone) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  int accepted = 0;
  for (const char* receiver : {"KPFD", "SHFD"}) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      samples::SampleOptions options;
      options.receiver = receiver;
      options.records = 30;
      options.offices = static_cast<std::uint32_t>(seed % 3 + 1);
      options.seed = seed;
      options.as_of = kpfd_test::check_date;
      std::vector<std::vector<std::string>> rows;
      std::size_t widest = 0;
      std::string rest = samples::Filing(kitchen(), options).text();
      for (std::size_t end = rest.find("\r\n"); end != std::string::npos; end = rest.find("\r\n")) {
        rows.push_back(kpfd_test::split(rest.substr(0, end)));
        widest = std::max(widest, rows.back().size());
        rest.erase(0, end + 2);
      }
      std::string damaged;
      for (std::vector<std::string>& cells : rows) {
        cells.resize(widest);
        for (std::size_t i = 0; i < cells.size(); ++i) {
          std::string& cell = cells[i];
          while (cell.size() > 1 && cell[0] == '0' &&
                 std::all_of(cell.begin(), cell.end(), is_digit)) {
            cell.erase(0, 1);
          }
          damaged += (i == 0 ? "" : ",") + cell;
        }
        damaged += "\r\n";
      }
      // By any name: the file itself tells whom it is for.
      for (const std::string& name : {std::string(), std::string(receiver) + "0006.CSV"}) {
        const Outcome outcome = repaired(damaged, {}, name);
        BOOST_TEST_CONTEXT(receiver << " seed " << seed << " name " << name) {
          for (const std::string& rule : outcome.rules) {
            // An area code of two digits is one digit now, and nothing tells that it was two.
            BOOST_TEST((rule == "OFFICE-COUNT-MANY" || rule == "LENGTH"), rule);
          }
          BOOST_TEST(outcome.rules.count("LENGTH") <= options.offices);
          accepted += outcome.verdict == Verdict::accept ? 1 : 0;
        }
      }
    }
  }
  BOOST_TEST(accepted > 24);
}

BOOST_AUTO_TEST_CASE(a_first_line_that_no_receiver_wants_stays) {
  kpfd_test::Filing filing = filing_for("KPFD");
  filing.lines[0].erase(0, filing.lines[0].find(',') + 1);
  const Outcome outcome = repaired(filing.text());
  BOOST_TEST(outcome.bytes == filing.text());
}

BOOST_AUTO_TEST_CASE(sums_follow_each_other_when_accepted) {
  kpfd_test::Filing filing = filing_for("KPFD", "2225700");
  const kpfd_test::Filing good = filing;
  filing.set("sum_1", "1").set("total", "2").set("average", "3");
  const Outcome asked = repaired(filing.text());
  BOOST_TEST(asked.bytes == filing.text());
  const Outcome outcome = repaired(filing.text(), {"MONTH-SUM", "SANTEI-TOTAL", "SANTEI-AVERAGE"});
  BOOST_TEST(outcome.bytes == good.text());
  const Strings changes = {"6 sum_1 MONTH-SUM expected", "6 total SANTEI-TOTAL expected",
                           "6 average SANTEI-AVERAGE expected"};
  BOOST_TEST(outcome.changes == changes, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_excel_does_to_a_record_is_undone) {
  kpfd_test::Filing filing = filing_for("KPFD");
  const kpfd_test::Filing good = filing;
  filing.lines[0] += ",,,,";
  filing.lines[1] += ",,,,";
  filing.lines[2] += ",,";
  filing.lines[3] += ",,,";
  filing.lines[4] += ",";
  filing.lines[5] += ",,,";
  const Outcome outcome = repaired(filing.text());
  BOOST_TEST(outcome.bytes == good.text());
  BOOST_TEST((outcome.verdict == Verdict::accept));
}

BOOST_AUTO_TEST_CASE(a_character_that_shift_jis_lacks_keeps_the_file_utf8_unless_accepted) {
  kpfd_test::Filing filing = filing_for("KPFD");
  filing.set("name_kanji", sjis("健保 太郎"));
  std::string text = kpfd_test::utf8(filing.text());
  const std::string name = "健保 太郎";
  text.replace(text.find(name), name.size(), "𠮷保 太郎");
  text.erase(text.size() - 2);
  const Outcome kept = repaired(text);
  BOOST_TEST(kept.bytes == text + "\r\n");
  BOOST_TEST(kept.rules.count("FILE-UTF8") == 1U);
  const Outcome outcome = repaired(text, {"CHAR-NOT-IN-SHIFT-JIS"});
  BOOST_TEST((outcome.verdict == Verdict::accept));
  BOOST_TEST(kpfd_test::utf8(outcome.bytes).find("〓保　太郎") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_filing_is_left_alone) {
  for (const std::string& text :
       {std::string("PK\x03\x04 whatever"), std::string(), std::string("\xFF\xFEk\0p\0", 6)}) {
    const Outcome outcome = repaired(text, all_rules());
    BOOST_TEST(!outcome.result.is_filing);
    BOOST_TEST(outcome.bytes.empty());
  }
}

BOOST_AUTO_TEST_CASE(many_lines_are_mended_as_one_is) {
  kpfd_test::Filing filing = filing_for("KPFD");
  const std::string good = filing.lines[5];
  filing.set("name_kanji", sjis("健保 太郎"));
  const std::string bad = filing.lines[5];
  filing.set("name_kanji", sjis("健保　太郎"));
  const std::string mended = filing.lines[5];
  kpfd_test::Filing expected = filing;
  filing.lines.pop_back();
  expected.lines.pop_back();
  for (int i = 0; i < 5000; ++i) {
    filing.lines.push_back(i % 7 == 0 ? bad : good);
    expected.lines.push_back(i % 7 == 0 ? mended : good);
    if (i % 1000 == 999) {
      filing.lines.emplace_back();
    }
  }
  const Outcome outcome = repaired(filing.text());
  BOOST_TEST((outcome.bytes == expected.text()));
  BOOST_TEST(outcome.changes.size() == 715U + 5U);
}

/// Whatever the bytes are: no crash, nothing worse, and once is enough.
BOOST_AUTO_TEST_CASE(random_damage_never_becomes_worse) {
  std::mt19937 random(20260731);  // NOLINT(cert-msc51-cpp): the same every time
  const std::vector<std::string> pieces = {",",        " ",    "\x81\x40", "\"",       "\r",
                                           "\n",       "0",    "\xFB\xFC", "\x87\x40", "\t",
                                           "\x82\x4F", "\xB6", "A"};
  int accepted = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text = filing_for(i % 2 == 0 ? "KPFD" : "SHFD").text();
    if (i % 5 == 0) {
      text = kpfd_test::utf8(text);
    }
    const int changes = static_cast<int>(random() % 4);
    for (int change = 0; change < changes; ++change) {
      const std::size_t at = random() % text.size();
      const std::string& piece = pieces[random() % pieces.size()];
      switch (random() % 3) {
        case 0:
          text.insert(at, piece);
          break;
        case 1:
          text.erase(at, random() % 3);
          break;
        default:
          text.replace(at, 1, piece);
      }
    }
    const std::set<std::string, std::less<>> rules =
        i % 3 == 0 ? all_rules() : std::set<std::string, std::less<>>{};
    const Outcome outcome = repaired(text, rules);
    if (!outcome.result.is_filing) {
      continue;
    }
    if (outcome.result.before.verdict == Verdict::accept) {
      BOOST_TEST((outcome.verdict == Verdict::accept), i);
    }
    const Outcome again = repaired(outcome.bytes, rules);
    if (again.result.is_filing) {
      BOOST_TEST((again.bytes == outcome.bytes), i);
    }
    accepted += outcome.verdict == Verdict::accept ? 1 : 0;
  }
  BOOST_TEST(accepted > 500);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
