// Whatever several threads find in a file, one alone finds, too, in the same order.
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/filings.hpp"
#include "tests/support/profiles.hpp"
#include "tests/support/random.hpp"
#include "tests/support/sources.hpp"

namespace {

using namespace kpfd_test;
using kpfd::Verdict;
using namespace std::string_literals;

/// Five batches or so.
constexpr std::size_t usual_records = 7'000;

/// What is done to a record, by its number from 0.
using Spoil = std::function<void(std::size_t, Filing&)>;

Filing large_filing(const Spoil& spoil, std::size_t records = usual_records) {
  Filing filing = filing_for("KPFD", "2225700");
  filing.lines.pop_back();
  for (std::size_t i = 0; i < records; ++i) {
    Filing one = filing_for("KPFD", "2225700");
    one.set("insured_number", std::to_string(i + 1));
    spoil(i, one);
    filing.lines.insert(filing.lines.end(), one.lines.begin() + 5, one.lines.end());
  }
  return filing;
}

void compare(const std::string& text, const kpfd::Engine& with = engine()) {
  BOOST_TEST_REQUIRE(text.size() > (1U << 20));
  const Checked alone = check_text(text, {}, with);
  for (const unsigned threads : {2U, 8U}) {
    CheckArguments arguments;
    arguments.threads = threads;
    const Checked together = check_text(text, arguments, with);
    BOOST_TEST(together.findings == alone.findings, boost::test_tools::per_element());
    BOOST_TEST((together.summary.verdict == alone.summary.verdict));
    BOOST_TEST(together.summary.lines == alone.summary.lines);
    BOOST_TEST(together.summary.offices == alone.summary.offices);
    BOOST_TEST(together.summary.data_records == alone.summary.data_records);
    BOOST_TEST((together.summary.records == alone.summary.records));
    BOOST_TEST(together.summary.errors == alone.summary.errors);
    BOOST_TEST(together.summary.warnings == alone.summary.warnings);
    BOOST_TEST(together.summary.profile.has_value() == alone.summary.profile.has_value());
    if (alone.summary.profile && together.summary.profile) {
      const auto counts = [](const Checked& checked) {
        std::vector<std::uint64_t> numbers;
        for (const auto& off : checked.summary.profile->off) {
          numbers.push_back(off.count);
        }
        for (const auto& needed : checked.summary.profile->attachments) {
          numbers.push_back(needed.count);
        }
        return numbers;
      };
      BOOST_TEST(counts(together) == counts(alone), boost::test_tools::per_element());
    }
  }
}

void nothing(std::size_t, Filing&) {}

/// Many kinds of findings, here and there.
void here_and_there(std::size_t i, Filing& filing) {
  if (i % 97 == 3) {
    filing.set("name_kanji", sjis("髙橋　太郎"));
  }
  if (i % 211 == 5) {
    filing.set("cash_1", "A").set("insured_number", "5");
  }
  if (i % 1009 == 7) {
    filing.lines[5] = "2225700,1,2";
  }
  if (i % 2003 == 9) {
    filing.lines[5] = "2219700" + filing.lines[5].substr(7);
  }
}

BOOST_AUTO_TEST_SUITE(threads)

BOOST_AUTO_TEST_CASE(a_file_without_findings) { compare(large_filing(nothing).text()); }

BOOST_AUTO_TEST_CASE(findings_here_and_there) { compare(large_filing(here_and_there).text()); }

BOOST_AUTO_TEST_CASE(findings_in_every_record) {
  compare(large_filing([](std::size_t, Filing& filing) { filing.set("cash_1", "A"); }).text());
}

BOOST_AUTO_TEST_CASE(filings_that_come_twice_near_and_far) {
  compare(large_filing([](std::size_t i, Filing& filing) {
            here_and_there(i, filing);
            // The same number and name as a record in another batch, in the same, and just before.
            if (i % 500 == 499) {
              filing.set("insured_number", std::to_string(i / 2 + 1));
            }
            if (i % 700 == 13 || i % 700 == 14) {
              filing.set("insured_number", "7").set("name_kanji", sjis("髙橋　太郎"));
            }
          }).text());
}

BOOST_AUTO_TEST_CASE(line_ends_of_every_kind) {
  Filing filing = large_filing(here_and_there);
  for (const char* end : {"\n", "\r", "\r\n"}) {
    filing.end = end;
    for (const char* last : {"", "\n", "\r", "\r\n"}) {
      filing.last_end = last;
      compare(filing.text());
    }
  }
}

BOOST_AUTO_TEST_CASE(blank_lines_and_other_line_ends_in_the_middle) {
  for (const char* between : {"\r\n", "\n", "\r", "\n\r", "[data]\r\n", "x\n"}) {
    Filing filing = large_filing(nothing);
    filing.lines[4000] = between + filing.lines[4000];
    filing.lines[6'900] += between;
    compare(filing.text());
  }
}

BOOST_AUTO_TEST_CASE(a_line_longer_than_any_may_be_in_the_middle) {
  Filing filing = large_filing(nothing);
  filing.lines[4000] = std::string(3U << 20, 'a');
  filing.lines[5000] = std::string(900U << 10, ',');
  compare(filing.text());
}

BOOST_AUTO_TEST_CASE(utf8_with_and_without_a_mark) {
  const std::string text = utf8(large_filing(here_and_there).text());
  compare(text);
  compare("\xEF\xBB\xBF" + text);
}

BOOST_AUTO_TEST_CASE(end_marks) { compare(large_filing(here_and_there).text() + "\x1A\x1A"); }

BOOST_AUTO_TEST_CASE(heads_that_lack_something) {
  for (std::size_t line = 0; line < 5; ++line) {
    Filing filing = large_filing(nothing);
    filing.lines.erase(filing.lines.begin() + static_cast<std::ptrdiff_t>(line));
    compare(filing.text());
  }
}

BOOST_AUTO_TEST_CASE(random_damage) {
  Random random(20261127);
  const std::string good = large_filing(here_and_there).text();
  for (int round = 0; round < 6; ++round) {
    std::string text = good;
    for (int i = 0; i < 40; ++i) {
      const std::string_view alphabet("\r\n,A0\x81\xB1", 7);
      text[300 + random.below(text.size() - 300)] = random.of(alphabet);
    }
    compare(text);
  }
}

BOOST_AUTO_TEST_CASE(a_profile_counts_what_all_threads_meet) {
  const kpfd::Engine with = engine_with(
      "<severity rule='TYPE' to='off' reason='a'/>"
      "<severity rule='DOUBLE-FILING' to='error' reason='b'/>"
      "<attachment key='first' name='n' forms='2225700'>insured_number given</attachment>");
  compare(large_filing([](std::size_t i, Filing& filing) {
            here_and_there(i, filing);
            if (i % 50 == 49) {
              filing.set("insured_number", std::to_string(i / 2 + 1));
            }
          }).text(),
          with);
}

BOOST_AUTO_TEST_CASE(a_check_that_is_stopped_stops) {
  const std::string text = large_filing(nothing).text();
  for (const std::uint64_t most : {0U, 600U << 10, 1U << 20}) {
    kpfd::CheckOptions options;
    options.check_date = check_date;
    options.threads = 3;
    options.progress = [most](std::uint64_t done, std::uint64_t) { return done < most; };
    ExactSource source(text);
    class : public kpfd::FindingSink {
      void finding(const kpfd::Finding&) override {}
    } sink;
    BOOST_TEST((engine().check(source, options, sink).verdict == Verdict::unchecked));
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_shrinks_is_not_checked) {
  const std::string text = large_filing(nothing).text();
  CheckArguments arguments;
  arguments.threads = 3;
  ShrinkingSource source(text, text.size() + (1U << 20), text.size() / 2);
  BOOST_TEST((check_source(source, arguments).summary.verdict == Verdict::unchecked));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
