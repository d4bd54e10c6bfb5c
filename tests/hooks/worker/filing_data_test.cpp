#include "hooks/worker/filing_data.hpp"

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <vector>

#include "converters/ingest/cell_values.hpp"
#include "converters/source/filing_reader.hpp"
#include "hooks/intake/intake.hpp"
#include "tests/cli/command.hpp"

using kpfd::converters::FilingReader;
using kpfd::converters::Row;
using kpfd::hooks::Candidate;
using kpfd::hooks::FilingData;
using kpfd::hooks::Intake;
using kpfd::hooks::WireError;

namespace {

const Intake& intake() {
  static const Intake made = [] {
    Intake::Options options;
    options.as_of = "2026-07-31";
    return Intake(options);
  }();
  return made;
}

/// Writes down what a writer is told.
class Listener final : public kpfd::converters::IngestWriter {
 public:
  void begin(const kpfd::converters::Filing&) override {}
  void finding(const kpfd::converters::FindingFacts&) override {}
  void row(const Row& row, std::uint64_t ordinal) override {
    std::string line = std::to_string(row.line) + '/' + std::to_string(ordinal) + '/' +
                       row.record->key + '/' + std::string(row.text);
    for (std::size_t i = 0; i < row.cells.count; ++i) {
      line += '|' + std::string(row[i]);
    }
    told.push_back(std::move(line));
    // What the stores do with it.
    try {
      values_.read(intake().model().binding_of(*row.record), row);
    } catch (const kpfd::converters::ValueError&) {
      ++unfit;
    }
  }
  void end() override {}
  void finish() override {}
  std::vector<std::string> told;
  unsigned unfit = 0;

 private:
  kpfd::converters::CellValues values_{intake().model()};
};

struct Read {
  Candidate candidate;
  FilingData data;
};

Read read(const std::string& text) {
  Read result;
  auto source = std::make_unique<kpfd::MemorySource>(text);
  result.candidate = intake().examine("-", {std::move(source), text.size(), [] { return false; }});
  BOOST_REQUIRE(result.candidate.accepted());
  result.data.filing = intake().facts(result.candidate);
  result.data.records = result.candidate.admission.summary.data_records;
  FilingReader reader(intake().engine().layouts(), result.candidate.admission.summary,
                      *result.candidate.opened.source);
  result.data.receiver = reader.receiver().key;
  Row row;
  while (reader.next(row)) {
    kpfd::hooks::append_row(result.data.rows, intake().model(), row);
  }
  return result;
}

const std::string key(32, 'k');

}  // namespace

BOOST_AUTO_TEST_SUITE(filing_data)

BOOST_AUTO_TEST_CASE(lines_and_identity_are_those_of_the_file) {
  const std::string text = kpfd_test::good_text();
  const Read filing = read(text);
  Listener direct;
  intake().write(filing.candidate, direct);
  Listener replayed;
  replay(filing.data, intake().model(), replayed);
  BOOST_TEST(!direct.told.empty());
  BOOST_TEST(direct.told == replayed.told, boost::test_tools::per_element());
  BOOST_TEST(identify(filing.data, intake().model(), key).fingerprint ==
             intake().identify(filing.candidate, key).fingerprint);
}

BOOST_AUTO_TEST_CASE(facts_come_back) {
  const Read filing = read(kpfd_test::good_text());
  FilingData sent = filing.data;
  sent.findings.assign(3, std::vector<std::string>(intake().model().finding().fields.size(), "x"));
  std::string body;
  append_facts(body, sent);
  FilingData received;
  read_facts(body, intake().model(), received);
  BOOST_TEST(received.filing.facts == sent.filing.facts, boost::test_tools::per_element());
  BOOST_TEST(received.findings.size() == 3U);
  BOOST_TEST(received.records == sent.records);
  BOOST_TEST(received.receiver == sent.receiver);
}

BOOST_AUTO_TEST_CASE(whatever_a_worker_says_the_owner_stays_within_bounds) {
  const Read filing = read(kpfd_test::good_text());
  // Each byte is changed in turn, and the rows are cut at each place: the lines are refused, or
  // they are others; nothing else happens.
  unsigned refused = 0;
  unsigned unfit = 0;
  for (std::size_t i = 0; i < filing.data.rows.size(); ++i) {
    for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
      FilingData data = filing.data;
      data.rows[i] = static_cast<char>(static_cast<unsigned char>(data.rows[i]) ^ flip);
      Listener listener;
      try {
        replay(data, intake().model(), listener);
      } catch (const WireError&) {
        ++refused;
      }
      unfit += listener.unfit;
    }
    FilingData cut = filing.data;
    cut.rows.resize(i);
    Listener listener;
    BOOST_CHECK_THROW(replay(cut, intake().model(), listener), WireError);
  }
  BOOST_TEST(refused > 0U);
  BOOST_TEST(unfit > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
