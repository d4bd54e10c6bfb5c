// A large file checked in one pass gives what it gives in two.
#include "kpfd/check/one_pass.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "own_schemas.hpp"
#include "tests/support/filings.hpp"
#include "tests/support/sources.hpp"

namespace {

using namespace kpfd_test;
using kpfd::CheckOptions;
using kpfd::Finding;
using kpfd::Summary;
using kpfd::Verdict;
using namespace std::string_literals;

/// Counts what it reads of a text, whose size it tells.
class HintingSource final : public kpfd::Source {
 public:
  explicit HintingSource(std::string bytes) : bytes_(std::move(bytes)), hint_(bytes_.size()) {}

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    const std::size_t count = kpfd::MemorySource(bytes_).read(offset, to, size);
    done += count;
    if (done >= change_after) {
      change_after = ~std::uint64_t{0};
      change(bytes_);
    }
    return count;
  }
  std::uint64_t size_hint() const override { return hint_; }

  std::uint64_t done = 0;
  std::uint64_t change_after = ~std::uint64_t{0};
  std::function<void(std::string&)> change;

 private:
  std::string bytes_;
  std::uint64_t hint_;
};

class Places final : public kpfd::FindingSink {
 public:
  void finding(const Finding& finding) override {
    places.push_back(std::to_string(finding.line) + ' ' + std::to_string(finding.item) + ' ' +
                     finding.rule->id + ' ' + std::to_string(finding.offset) + '+' +
                     std::to_string(finding.length) + ' ' + std::string(finding.value));
  }
  std::vector<std::string> places;
};

CheckOptions options_of(std::string_view name = "KPFD0006.CSV") {
  CheckOptions options;
  options.file_name = name;
  options.check_date = check_date;
  return options;
}

/// `records` of a filing, some of them wrong in a way that `spoil` makes.
std::string large_text(std::size_t records,
                       const std::function<void(std::size_t, Filing&)>& spoil) {
  Filing filing = filing_for("KPFD", "2225700");
  const std::string good = filing.lines[5];
  filing.lines.pop_back();
  for (std::size_t i = 0; i < records; ++i) {
    Filing one = filing_for("KPFD", "2225700");
    one.set("insured_number", std::to_string(i + 1));
    spoil(i, one);
    filing.lines.push_back(one.lines[5]);
  }
  return filing.text();
}

const std::string& clean_text() {
  static const std::string text = large_text(3000, [](std::size_t, Filing&) {});
  return text;
}

bool is_same(const Summary& a, const Summary& b) {
  return a.verdict == b.verdict && a.kind == b.kind && a.encoding == b.encoding &&
         a.bytes == b.bytes && a.lines == b.lines && a.offices == b.offices &&
         a.data_records == b.data_records && a.records == b.records && a.errors == b.errors &&
         a.warnings == b.warnings && a.reason == b.reason;
}

struct Outcome {
  bool one_pass = false;
  Summary summary;
  std::vector<std::string> places;
};

Outcome check_once(const std::string& text, const CheckOptions& options = options_of()) {
  Outcome outcome;
  HintingSource source(text);
  Places sink;
  if (const auto summary = check_in_one_pass(own_schemas(), source, options, sink)) {
    outcome.one_pass = true;
    outcome.summary = *summary;
    // The first piece is looked at before, for the guess.
    BOOST_TEST(source.done <= text.size() + (256U << 10) + (32U << 10));
  }
  outcome.places = std::move(sink.places);
  return outcome;
}

/// What the engine says of a source that does not tell its size: two passes.
void compare(const std::string& text, bool one_pass, const CheckOptions& options = options_of()) {
  const Outcome once = check_once(text, options);
  BOOST_TEST(once.one_pass == one_pass);
  ExactSource source(text);
  Places sink;
  const Summary summary = engine().check(source, options, sink);
  if (once.one_pass) {
    BOOST_TEST(is_same(once.summary, summary));
    BOOST_TEST(once.places == sink.places, boost::test_tools::per_element());
  } else {
    BOOST_TEST(once.places.empty());
  }
  // And the engine, which takes whichever way it can.
  HintingSource hinting(text);
  Places either;
  BOOST_TEST(is_same(engine().check(hinting, options, either), summary));
  BOOST_TEST(either.places == sink.places, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE(one_pass)

BOOST_AUTO_TEST_CASE(a_large_file_without_findings) {
  BOOST_TEST_REQUIRE(clean_text().size() > 2U * (256U << 10));
  compare(clean_text(), true);
  compare(clean_text(), true, options_of("SHFD0006.CSV"));  // a warning of the whole file
}

BOOST_AUTO_TEST_CASE(findings_come_in_their_order_with_their_values) {
  const std::string text = large_text(3000, [](std::size_t i, Filing& filing) {
    if (i % 50 == 7) {
      filing.set("name_kanji", sjis("髙橋　太郎"));
    }
    if (i % 100 == 9) {
      filing.set("cash_1", "A").set("insured_number", "5");
    }
  });
  compare(text, true);
}

BOOST_AUTO_TEST_CASE(a_file_of_many_findings_takes_two_passes) {
  compare(large_text(3000, [](std::size_t, Filing& filing) { filing.set("cash_1", "A"); }), false);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_shift_jis_takes_two_passes) {
  compare(utf8(clean_text()), false);
  compare("\xEF\xBB\xBF" + utf8(clean_text()), false);
  // Only the last record tells: all before it is ASCII.
  const std::string ascii = large_text(3000, [](std::size_t i, Filing& filing) {
    filing.set("name_kana", "A B").set("name_kanji", i == 2999 ? utf8(sjis("健保　太郎")) : "");
  });
  compare(ascii, false);
}

BOOST_AUTO_TEST_CASE(what_only_the_end_tells_is_not_missed) {
  compare(clean_text() + "\x1A", false);
  compare(clean_text() + std::string(clean_text().size(), '\0'), false);
  compare(clean_text() + "\x1B$B\r\n", false);
}

BOOST_AUTO_TEST_CASE(a_small_file_takes_two_passes) {
  compare(filing_for("KPFD", "2225700").text(), false);
}

BOOST_AUTO_TEST_CASE(a_file_that_grows_shrinks_or_changes_is_not_taken_for_another) {
  for (const auto& change : std::vector<std::function<void(std::string&)>>{
           [](std::string& bytes) { bytes += "2225700,1\r\n"; },
           [](std::string& bytes) { bytes.resize(bytes.size() / 2); },
           [](std::string& bytes) { bytes.back() = '\x1A'; }}) {
    HintingSource source(clean_text());
    source.change_after = 300U << 10;
    source.change = change;
    Places sink;
    BOOST_TEST(!check_in_one_pass(own_schemas(), source, options_of(), sink));
    BOOST_TEST(sink.places.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_check_that_is_stopped_stops_with_what_was_found) {
  const std::string text = large_text(12000, [](std::size_t i, Filing& filing) {
    if (i == 3) {
      filing.set("cash_1", "A");
    }
  });
  CheckOptions options = options_of();
  options.progress = [](std::uint64_t, std::uint64_t) { return false; };
  HintingSource source(text);
  Places sink;
  const auto summary = check_in_one_pass(own_schemas(), source, options, sink);
  BOOST_TEST_REQUIRE(summary.has_value());
  BOOST_TEST((summary->verdict == Verdict::unchecked));
  BOOST_TEST(sink.places.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
