// The records that the other tests change one by one give no finding themselves.
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

#include "tests/support/filings.hpp"

namespace {

using namespace kpfd_test;
using kpfd::layout::Record;

BOOST_AUTO_TEST_SUITE(base)

BOOST_AUTO_TEST_CASE(a_right_record_of_every_form_edition_and_receiver_gives_no_finding) {
  std::size_t records = 0;
  for (const Record& record : engine().layouts().records) {
    BOOST_TEST_CONTEXT(title_of(record)) {
      const Checked checked = check_filing(filing_of(record));
      expect(checked, {});
      BOOST_TEST(kpfd::name_of(checked.summary.verdict) == "accept");
      BOOST_TEST(checked.summary.kind == record.receiver);
      BOOST_TEST(checked.summary.encoding == "Shift_JIS");
      BOOST_TEST(checked.summary.offices == 1U);
      BOOST_TEST(checked.summary.lines == 6U);
      BOOST_TEST(checked.summary.data_records == 1U);
      BOOST_TEST(checked.summary.records.size() == 1U);
      BOOST_TEST(checked.summary.records.at(record.form) == 1U);
      ++records;
    }
  }
  BOOST_TEST(records == 12U);
}

BOOST_AUTO_TEST_CASE(every_form_in_one_file_gives_no_finding) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    Filing filing = filing_for(receiver);
    for (const char* form : {"2225700", "2221700", "2200700", "2201700"}) {
      filing.lines.push_back(filing_for(receiver, form).lines[5]);
    }
    const Checked checked = check_filing(filing);
    expect(checked, {});
    BOOST_TEST(checked.summary.records.size() == 5U);
    BOOST_TEST(checked.summary.data_records == 5U);
  }
}

BOOST_AUTO_TEST_CASE(the_attorneys_media_record_gives_no_finding) {
  Filing filing = filing_for("SHFD");
  filing.lines[0] = ",,12345678,001,20260710,22223";
  expect(filing, {});
}

BOOST_AUTO_TEST_CASE(every_builtin_check_has_a_unique_id) {
  std::set<std::string> ids;
  for (const kpfd::RuleInfo* rule : engine().rules()) {
    BOOST_TEST(!rule->id.empty());
    BOOST_TEST(ids.insert(rule->id).second, rule->id + " stands there twice");
  }
  BOOST_TEST(ids.size() > 80U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
