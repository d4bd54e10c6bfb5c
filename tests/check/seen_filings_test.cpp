#include "kpfd/check/seen_filings.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/exact.hpp"
#include "tests/support/filings.hpp"
#include "tests/support/random.hpp"

namespace {

using namespace kpfd_test;
using kpfd::check::Fingerprint;

/// Behind a text this many bytes may be read.
constexpr std::size_t padding = Fingerprint::reads_beyond;

std::uint64_t fingerprint(const std::vector<std::string>& texts, char behind = '\0') {
  Fingerprint key;
  for (const std::string& text : texts) {
    Exact exact(text, padding);
    std::memset(exact.data() + exact.size(), behind, padding);
    key.add(exact.view());
  }
  return key.value();
}

/// Filings by texts.
class SeenFilings {
 public:
  bool seen(const std::string& key, const std::string& number) {
    Fingerprint fingerprint;
    const Exact exact_key(key, padding);
    fingerprint.add(exact_key.view());
    const Exact exact_number(number, padding);
    return seen_.seen({fingerprint, exact_number.view()});
  }

 private:
  kpfd::check::SeenFilings seen_;
};

/// A filing was here before: an earlier one with the same key, and the same number where both have
/// one.
class NaiveFilings {
 public:
  bool seen(const std::string& key, const std::string& number) {
    std::set<std::string>& numbers = numbers_of_[key];
    const bool before =
        number.empty() ? !numbers.empty() : numbers.count(number) != 0 || numbers.count("") != 0;
    numbers.insert(number);
    return before;
  }

 private:
  std::map<std::string, std::set<std::string>> numbers_of_;
};

void compare(std::uint32_t seed, int rounds, std::uint32_t keys, std::uint32_t numbers) {
  Random random(seed);
  SeenFilings seen;
  NaiveFilings naive;
  for (int round = 0; round < rounds; ++round) {
    const std::string key = "key " + std::to_string(random.below(keys));
    const std::uint32_t n = random.below(numbers);
    const std::string number = n == 0 ? "" : std::to_string(n);
    const bool expected = naive.seen(key, number);
    if (seen.seen(key, number) != expected) {
      BOOST_FAIL("round " << round << ": " << key << " with number <" << number << ">");
    }
  }
  BOOST_TEST(true);
}

BOOST_AUTO_TEST_SUITE(seen_filings)

BOOST_AUTO_TEST_CASE(the_same_as_a_naive_set) {
  compare(1, 200, 3, 3);
  compare(2, 20000, 200, 5);
  compare(3, 200000, 1000000, 3);
  compare(4, 200000, 50000, 2);
  compare(5, 100000, 1, 60000);
}

BOOST_AUTO_TEST_CASE(a_number_counts_only_where_both_have_one) {
  SeenFilings seen;
  BOOST_TEST(!seen.seen("A", "1"));
  BOOST_TEST(!seen.seen("A", "2"));
  BOOST_TEST(seen.seen("A", "1"));
  BOOST_TEST(seen.seen("A", ""));
  BOOST_TEST(seen.seen("A", "3"));  // the one without a number may be the same
  BOOST_TEST(!seen.seen("B", ""));
  BOOST_TEST(seen.seen("B", "1"));
}

BOOST_AUTO_TEST_CASE(key_and_number_do_not_run_into_each_other) {
  SeenFilings seen;
  BOOST_TEST(!seen.seen("A1", "2"));
  BOOST_TEST(!seen.seen("A", "12"));
  BOOST_TEST(!seen.seen("A12", "3"));
  BOOST_TEST(!seen.seen("", "4"));
  BOOST_TEST(!seen.seen("4", ""));
}

BOOST_AUTO_TEST_CASE(a_fingerprint_depends_on_each_text_and_on_nothing_behind_it) {
  std::set<std::uint64_t> values;
  std::size_t count = 0;
  const std::string long_text(40, 'a');
  for (std::size_t size = 0; size <= long_text.size(); ++size) {
    const std::string text = long_text.substr(0, size);
    for (const auto& texts : std::vector<std::vector<std::string>>{
             {text}, {text, ""}, {"", text, "1"}, {text, "1"}, {"1", text}, {text + "1"}}) {
      BOOST_TEST(fingerprint(texts, '\0') == fingerprint(texts, '\xFF'));
      values.insert(fingerprint(texts));
      ++count;
    }
  }
  BOOST_TEST(values.size() == count);
}

BOOST_AUTO_TEST_CASE(one_changed_byte_anywhere_changes_the_fingerprint) {
  Random random(9);
  for (std::size_t size = 1; size <= 40; ++size) {
    std::string text(size, '\0');
    for (char& c : text) {
      c = random.byte();
    }
    const std::uint64_t before = fingerprint({text});
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = text;
      other[at] = static_cast<char>(other[at] ^ 1);
      BOOST_TEST(fingerprint({other}) != before);
    }
  }
}

BOOST_AUTO_TEST_CASE(numbers_are_compared_as_text) {
  SeenFilings seen;
  BOOST_TEST(!seen.seen("A", "1"));
  BOOST_TEST(!seen.seen("A", "01"));
  BOOST_TEST(seen.seen("A", "01"));
}

// --- double filings in a file -------------------------------------------------

struct Doubled {
  const char* form;
  std::vector<const char*> keys;  ///< what makes two records the same filing
};

const std::vector<Doubled>& forms() {
  static const std::vector<Doubled> all = {
      {"2225700", {"applied_year"}}, {"2221700", {"revision_month"}}, {"2265700", {"paid_ymd"}},
      {"2200700", {"acquired_ymd"}}, {"2201700", {"lost_ymd"}},
  };
  return all;
}

/// Two records: the base one, and the base one with an item changed.
Checked twice(const char* receiver, const char* form, const char* key = nullptr,
              std::string_view value = "") {
  Filing filing = filing_for(receiver, form);
  const std::string first = filing.lines[5];
  if (key != nullptr) {
    filing.set(key, value);
  }
  filing.lines.push_back(filing.lines[5]);
  filing.lines[5] = first;
  return check_filing(filing);
}

bool doubled(const Checked& checked) {
  bool found = false;
  for (const Found& finding : checked.findings) {
    if (finding.rule != "DOUBLE-FILING") {
      continue;
    }
    BOOST_TEST(finding.line == 7U);
    BOOST_TEST(finding.item == 0U);
    BOOST_TEST((finding.severity == kpfd::Severity::warning));
    found = true;
  }
  return found;
}

BOOST_AUTO_TEST_CASE(the_same_person_twice_is_one_warning_at_the_later_record) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    for (const Doubled& form : forms()) {
      BOOST_TEST_CONTEXT(receiver << " " << form.form) {
        expect(twice(receiver, form.form), {"7 0 warning DOUBLE-FILING"});
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(another_birth_date_name_number_or_date_of_the_form_is_another_filing) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    for (const Doubled& form : forms()) {
      BOOST_TEST_CONTEXT(receiver << " " << form.form) {
        BOOST_TEST(!doubled(twice(receiver, form.form, "birth_ymd", "600402")));
        BOOST_TEST(!doubled(twice(receiver, form.form, "name_kana", sjis("ｹﾝﾎﾟ ﾊﾅｺ"))));
        BOOST_TEST(!doubled(twice(receiver, form.form, "insured_number", "13")));
        BOOST_TEST(!doubled(twice(receiver, form.form, "insured_number", "012")));
        for (const char* key : form.keys) {
          const std::string value = std::string(key).find("ymd") != std::string::npos ? "080102"
                                    : std::string(key) == "revision_month"            ? "08"
                                                                                      : "07";
          BOOST_TEST(!doubled(twice(receiver, form.form, key, value)));
        }
        // What does not belong to the person: a number that one of them lacks, remarks, amounts.
        BOOST_TEST(doubled(twice(receiver, form.form, "insured_number", "")));
        BOOST_TEST(doubled(twice(receiver, form.form, "name_kanji", sjis("健保　花子"))));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(forms_are_not_compared_with_each_other) {
  Filing filing = filing_for("KPFD", "2225700");
  filing.lines.push_back(filing_for("KPFD", "2221700").lines[5]);
  expect(filing, {});
}

BOOST_AUTO_TEST_CASE(a_record_with_an_error_in_a_compared_item_takes_no_part) {
  // The later one.
  BOOST_TEST(!doubled(twice("KPFD", "2265700", "birth_ymd", "999999")));
  BOOST_TEST(!doubled(twice("KPFD", "2265700", "insured_number", "000")));
  BOOST_TEST(!doubled(twice("KPFD", "2265700", "name_kana", "A")));
  // The earlier one: two equal records with the same error, and then a third.
  Filing filing = filing_for("KPFD");
  filing.set("birth_ymd", "999999");
  filing.lines.push_back(filing.lines[5]);
  expect(filing, {"6 9 error DATE-EXISTS", "7 9 error DATE-EXISTS"});
}

BOOST_AUTO_TEST_CASE(an_error_elsewhere_does_not_hinder_the_comparison) {
  BOOST_TEST(doubled(twice("KPFD", "2265700", "cash", "X")));
}

BOOST_AUTO_TEST_CASE(every_later_record_is_compared_with_every_earlier_one) {
  Filing filing = filing_for("KPFD");
  const std::string first = filing.lines[5];
  filing.set("insured_number", "13");
  filing.lines.push_back(filing.lines[5]);  // another person
  filing.lines.push_back(first);            // as line 6
  filing.lines.push_back(filing.lines[5]);  // as line 7 and line 6
  filing.lines[5] = first;
  expect(filing, {"8 0 warning DOUBLE-FILING", "9 0 warning DOUBLE-FILING"});
}

BOOST_AUTO_TEST_CASE(the_office_belongs_to_the_filing) {
  Filing filing = filing_for("KPFD");
  filing.lines[2] = ",002";
  std::string office = filing.lines[3];
  office.replace(0, 4, "1002");
  filing.lines.insert(filing.lines.begin() + 4, office);
  std::vector<std::string> cells = split(filing.lines.back());
  cells[cells.size() - 3] = "1002";
  filing.lines.push_back(join(cells));
  expect(filing, {"3 2 warning OFFICE-COUNT-MANY"});
}

BOOST_AUTO_TEST_CASE(thousands_of_records_are_compared) {
  Filing filing = filing_for("KPFD");
  const std::vector<std::string> cells = split(filing.lines[5]);
  filing.lines.pop_back();
  for (int i = 0; i < 5000; ++i) {
    std::vector<std::string> record = cells;
    record[4] = std::to_string(i + 1);
    filing.lines.push_back(join(record));
  }
  expect(filing, {});
  filing.lines.push_back(filing.lines[5 + 1234]);
  expect(filing, {"5006 0 warning DOUBLE-FILING"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
