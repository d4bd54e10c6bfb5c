// What must not matter: how many bytes are read at a time, how many threads check, what a source
// does.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "kpfd/schemas.hpp"
#include "tests/support/filings.hpp"
#include "tests/support/random.hpp"
#include "tests/support/sources.hpp"

namespace {

using namespace kpfd_test;
using kpfd::Verdict;
using kpfd::layout::Record;
using namespace std::string_literals;

/// A file with all forms and with mistakes of many kinds; longer than any read size tried.
std::string mixed_text(const char* receiver) {
  Filing filing = filing_for(receiver);
  for (const char* form : {"2225700", "2221700", "2200700", "2201700", "2265700"}) {
    for (int i = 0; i < 4; ++i) {
      Filing other = filing_for(receiver, form);
      if (i == 1) {
        other.set("name_kanji", sjis("髙橋　太郎")).set("birth_ymd", "640108");
      }
      if (i == 2) {
        other.set("name_kana", sjis("ｹﾝﾎﾟ  ﾀﾛｳ")).set("insured_number", "000");
      }
      if (i == 3) {
        other.lines[5] += ",";
      }
      filing.lines.push_back(other.lines[5]);
    }
  }
  filing.lines.insert(filing.lines.begin() + 9, "");
  filing.lines.push_back("9999999,1");
  filing.lines.push_back("22257041");
  std::string text = filing.text();
  text.insert(text.size() / 2 / 2 * 2, "\n");
  return text + "\x1A\x1A";
}

void check_read_sizes(const std::string& text) {
  const Checked whole = check_text(text);
  BOOST_TEST_REQUIRE(whole.findings.size() > 10U);
  for (std::uint32_t read_size = 1; read_size <= 4096; ++read_size) {
    const Checked parts = check_text(text, {"", check_date, read_size});
    if (parts.findings != whole.findings) {
      BOOST_ERROR("read " << read_size << " bytes at a time:\n  " << listed(parts.places())
                          << "\nas a whole:\n  " << listed(whole.places()));
      return;
    }
    if (parts.summary.lines != whole.summary.lines ||
        parts.summary.records != whole.summary.records ||
        parts.summary.encoding != whole.summary.encoding ||
        parts.summary.data_records != whole.summary.data_records) {
      BOOST_ERROR("another summary, read " << read_size << " bytes at a time");
      return;
    }
  }
}

BOOST_AUTO_TEST_SUITE(reading)

BOOST_AUTO_TEST_CASE(shift_jis_at_every_read_size) {
  check_read_sizes(mixed_text("KPFD"));
  check_read_sizes(mixed_text("SHFD"));
}

BOOST_AUTO_TEST_CASE(utf8_at_every_read_size) {
  check_read_sizes(utf8(mixed_text("KPFD")));
  check_read_sizes("\xEF\xBB\xBF" + utf8(mixed_text("KPFD")));
}

BOOST_AUTO_TEST_CASE(random_bytes_at_random_read_sizes) {
  Random random(3);
  const std::string good = mixed_text("KPFD");
  for (int round = 0; round < 300; ++round) {
    std::string text = good;
    for (std::uint32_t i = random.below(30); i > 0; --i) {
      const std::size_t at = random.below(text.size());
      switch (random.below(4)) {
        case 0:
          text[at] = random.byte();
          break;
        case 1:
          text.insert(at, 1, random.byte());
          break;
        case 2:
          text.erase(at, random.below(40));
          break;
        default:
          text.insert(at, text.substr(random.below(text.size()), random.below(200)));
          break;
      }
    }
    const Checked whole = check_text(text);
    for (const std::uint32_t read_size : {1U, 2U, 63U, 64U, 65U, 1U + random.below(3000)}) {
      const Checked parts = check_text(text, {"", check_date, read_size});
      if (parts.findings != whole.findings) {
        BOOST_ERROR("round " << round << ", read " << read_size << " bytes at a time");
      }
    }
  }
  BOOST_TEST(true);
}

BOOST_AUTO_TEST_CASE(pure_noise_ends_in_a_verdict) {
  Random random(4);
  for (int round = 0; round < 3000; ++round) {
    std::string text(random.below(300), '\0');
    for (char& c : text) {
      c = random.one_in(3) ? random.of(",\r\n0[]"s) : random.byte();
    }
    BOOST_TEST((check_text(text).summary.verdict == Verdict::reject));
  }
}

// --- sources that fail ----------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_source_that_fails_is_unchecked_with_the_reason) {
  const std::string text = mixed_text("KPFD");
  for (const std::uint64_t after :
       {std::uint64_t{0}, std::uint64_t{100}, std::uint64_t{text.size() - 1},
        std::uint64_t{text.size()}, std::uint64_t{text.size() + 1000}}) {
    for (const std::uint32_t read_size : {0U, 64U, 1000U}) {
      FailingSource source(text, after);
      const Checked checked = check_source(source, {"", check_date, read_size});
      // Small files are kept from the first pass on.
      const bool needs_more = read_size != 0 || after < text.size();
      BOOST_TEST_CONTEXT("after " << after << " bytes, read " << read_size << " at a time") {
        if (needs_more) {
          BOOST_TEST((checked.summary.verdict == Verdict::unchecked));
          BOOST_TEST(checked.summary.reason == "the disk is gone");
        } else {
          BOOST_TEST((checked.summary.verdict == Verdict::reject));
        }
      }
    }
  }
}

/// Is read once as a whole; afterwards no read may begin in its second half.
class HalfLostSource final : public kpfd::Source {
 public:
  explicit HalfLostSource(std::string bytes) : bytes_(std::move(bytes)) {}
  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    if (whole_ && offset >= bytes_.size() / 2) {
      throw kpfd::SourceError("half of it is gone");
    }
    const std::size_t count = kpfd::MemorySource(bytes_).read(offset, to, size);
    if (count == 0) {
      whole_ = true;
    }
    return count;
  }

 private:
  std::string bytes_;
  bool whole_ = false;
};

BOOST_AUTO_TEST_CASE(findings_made_before_a_source_fails_have_been_handed_on_and_are_counted) {
  const std::string text = mixed_text("KPFD");
  const Checked whole = check_text(text);
  HalfLostSource source(text + std::string(64, '\x1A'));
  const Checked checked = check_source(source, {"", check_date, 64});
  BOOST_TEST((checked.summary.verdict == Verdict::unchecked));
  BOOST_TEST(checked.summary.reason == "half of it is gone");
  BOOST_TEST_REQUIRE(checked.findings.size() > 0U);
  BOOST_TEST(checked.findings.size() < whole.findings.size());
  BOOST_TEST(checked.summary.errors + checked.summary.warnings == checked.findings.size());
}

BOOST_AUTO_TEST_CASE(a_source_that_shrinks_between_the_passes_is_unchecked) {
  const std::string text = mixed_text("KPFD");
  for (const std::size_t left :
       {std::size_t{0}, std::size_t{1}, text.size() / 2, text.size() - 1}) {
    ShrinkingSource source(text, text.size(), left);
    const Checked checked = check_source(source, {"", check_date, 128});
    // Only end marks went: they are not read twice.
    if (left == text.size() - 1) {
      continue;
    }
    BOOST_TEST((checked.summary.verdict == Verdict::unchecked), left << " bytes left");
    BOOST_TEST(!checked.summary.reason.empty());
  }
}

/// Counts findings.
class Counter final : public kpfd::FindingSink {
 public:
  void finding(const kpfd::Finding&) override { ++count; }
  std::size_t count = 0;
};

BOOST_AUTO_TEST_CASE(a_check_that_is_stopped_is_unchecked) {
  const std::string text = mixed_text("KPFD");
  for (const int calls : {0, 1, 2}) {
    ExactSource source(text);
    Counter sink;
    kpfd::CheckOptions options;
    options.check_date = check_date;
    options.read_size = 64;
    int left = calls;
    options.progress = [&](std::uint64_t, std::uint64_t) { return left-- > 0; };
    const kpfd::Summary summary = engine().check(source, options, sink);
    BOOST_TEST((summary.verdict == Verdict::unchecked));
    BOOST_TEST(!summary.reason.empty());
  }
}

BOOST_AUTO_TEST_CASE(progress_never_goes_back_and_never_beyond_the_end) {
  const Filing good = filing_for("KPFD");
  RepeatingSource source(good.text(), good.lines[5] + "\r\n", 8U << 20);
  Counter sink;
  kpfd::CheckOptions options;
  options.check_date = check_date;
  std::uint64_t last_all = 0;
  int calls = 0;
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    if (all > 0 && done > all) {
      BOOST_ERROR(done << " of " << all);
    }
    if (all < last_all) {
      BOOST_ERROR("fewer bytes in all than before");
    }
    last_all = all;
    ++calls;
    return true;
  };
  const kpfd::Summary summary = engine().check(source, options, sink);
  BOOST_TEST((summary.verdict != Verdict::unchecked));
  BOOST_TEST(summary.bytes == 8U << 20);
  BOOST_TEST(calls > 0);
}

// --- values never in a finding that shows none ------------------------------------

BOOST_AUTO_TEST_CASE(a_my_number_is_marked_as_secret) {
  class Secrets final : public kpfd::FindingSink {
   public:
    void finding(const kpfd::Finding& finding) override {
      if (finding.item_name.key == "my_number") {
        BOOST_TEST(finding.item_name.secret);
        ++count;
      } else {
        BOOST_TEST(!finding.item_name.secret);
      }
    }
    int count = 0;
  };
  Secrets sink;
  for (const char* receiver : {"KPFD", "SHFD"}) {
    for (const char* form : {"2225700", "2221700", "2265700", "2200700", "2201700"}) {
      Filing filing = filing_for(receiver, form);
      filing.set("my_number", "12345678901x").set("name_kanji", "a");
      ExactSource source(filing.text());
      kpfd::CheckOptions options;
      options.check_date = check_date;
      engine().check(source, options, sink);
    }
  }
  BOOST_TEST(sink.count == 10);
}

// --- threads ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(threads_share_an_engine_from_its_first_record_on) {
  std::vector<std::string> texts;
  std::vector<std::vector<Found>> expected;
  for (const Record& record : engine().layouts().records) {
    texts.push_back(mixed_text(record.receiver.c_str()));
    texts.push_back(filing_of(record).text());
    texts.push_back(utf8(filing_of(record).text()));
  }
  for (const std::string& text : texts) {
    expected.push_back(check_text(text).findings);
  }

  // A new engine: its rules are compiled by whichever thread comes first.
  const kpfd::Engine shared(kpfd::embedded_schemas());
  std::atomic<int> differences{0};
  std::atomic<bool> go{false};
  const auto work = [&](std::size_t first) {
    while (!go) {
      std::this_thread::yield();
    }
    for (std::size_t i = 0; i < 3 * texts.size(); ++i) {
      const std::size_t at = (first + i) % texts.size();
      ExactSource source(texts[at]);
      if (check_source(source, {}, shared).findings != expected[at]) {
        ++differences;
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 4; ++i) {
    threads.emplace_back(work, i / 2);
  }
  go = true;
  for (std::thread& thread : threads) {
    thread.join();
  }
  BOOST_TEST(differences == 0);
}

BOOST_AUTO_TEST_CASE(an_engine_can_be_moved) {
  kpfd::Engine first(kpfd::embedded_schemas());
  kpfd::Engine second = std::move(first);
  expect(check_text(filing_for("KPFD").text(), {}, second), {});
  first = std::move(second);
  expect(check_text(filing_for("SHFD").text(), {}, first), {});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
