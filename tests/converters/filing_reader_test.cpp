// The reader over an accepted filing: every line with its layout, whatever the encoding is, however
// the source is cut, without allocating.
#include "converters/source/filing_reader.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/allocations.hpp"
#include "tests/support/filings.hpp"

namespace {

using namespace kpfd_test;
using namespace kpfd::converters;
using kpfd::MemorySource;
using kpfd::SourceError;
using kpfd::Summary;
using kpfd::layout::Record;

constexpr const char* forms[] = {"2225700", "2221700", "2265700", "2200700", "2201700"};

/// All forms, each twice.
Filing mixed(const char* receiver) {
  Filing filing = filing_for(receiver);
  filing.lines.pop_back();
  for (const char* form : forms) {
    const Filing other = filing_for(receiver, form);
    filing.lines.push_back(other.lines[5]);
    filing.lines.push_back(other.lines[5]);
  }
  return filing;
}

std::vector<Row> rows_of(const std::string& text, std::vector<std::string>& lines) {
  MemorySource source(text);
  const Summary summary = check_text(text).summary;
  FilingReader reader(engine().layouts(), summary, source);
  std::vector<Row> rows;
  Row row;
  while (reader.next(row)) {
    rows.push_back(row);
    lines.emplace_back(row.text);
    if (row.record != nullptr) {
      BOOST_TEST(row.cells.count == row.record->items.size());
      for (const kpfd::layout::Item& item : row.record->items) {
        BOOST_TEST(row.item(item.key) == row[item.column]);
      }
    }
    BOOST_TEST(row.item("no_such_item").empty());
  }
  return rows;
}

void check_rows(const Filing& filing, const std::string& text) {
  std::vector<std::string> lines;
  const std::vector<Row> rows = rows_of(text, lines);
  BOOST_TEST(lines == filing.lines, boost::test_tools::per_element());
  BOOST_TEST_REQUIRE(rows.size() == filing.lines.size());
  BOOST_TEST((rows[0].kind == RowKind::media && rows[0].record->key == "media"));
  BOOST_TEST((rows[1].kind == RowKind::offices_marker && rows[1].record == nullptr));
  BOOST_TEST((rows[2].kind == RowKind::count && rows[2].record->key == "count"));
  BOOST_TEST((rows[3].kind == RowKind::office && rows[3].record->key == "office"));
  BOOST_TEST((rows[4].kind == RowKind::data_marker && rows[4].record == nullptr));
  for (std::size_t i = 5; i < rows.size(); ++i) {
    BOOST_TEST((rows[i].kind == RowKind::record));
    BOOST_TEST(rows[i].record->form == forms[(i - 5) / 2]);
    BOOST_TEST(rows[i].record->receiver == filing.receiver);
    BOOST_TEST(rows[i].line == i + 1);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_line_has_its_layout) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    const Filing filing = mixed(receiver);
    check_rows(filing, filing.text());
    check_rows(filing, filing.text() + "\x1A\x1A");
    check_rows(filing, filing.text() + std::string(2000, '\x1A'));
    check_rows(filing, utf8(filing.text()));
    check_rows(filing, "\xEF\xBB\xBF" + utf8(filing.text()));
  }
}

BOOST_AUTO_TEST_CASE(the_number_of_columns_tells_the_edition) {
  for (const Record& record : engine().layouts().records) {
    const std::string text = filing_of(record).text();
    std::vector<std::string> lines;
    const std::vector<Row> rows = rows_of(text, lines);
    BOOST_TEST_REQUIRE(rows.size() == 6U);
    BOOST_TEST(rows[5].record == &record);
  }
}

BOOST_AUTO_TEST_CASE(the_chosen_items_tell_the_variant_of_the_media_record) {
  Filing filing = filing_for("SHFD");
  filing.lines[0] = ",,12345678,001,20260710,22223";
  std::vector<std::string> lines;
  BOOST_TEST(rows_of(filing.text(), lines)[0].record->variant == "attorney");
  BOOST_TEST(rows_of(filing_for("SHFD").text(), lines)[0].record->variant.empty());
}

BOOST_AUTO_TEST_CASE(a_file_that_has_changed_is_refused) {
  const Filing filing = mixed("KPFD");
  const Summary summary = check_text(filing.text()).summary;
  const auto read = [&](const std::string& text) {
    MemorySource source(text);
    FilingReader reader(engine().layouts(), summary, source);
    Row row;
    while (reader.next(row)) {
    }
  };
  BOOST_CHECK_NO_THROW(read(filing.text()));
  std::string text = filing.text();
  BOOST_CHECK_THROW(read(text.substr(0, text.size() - 1)), SourceError);
  text[text.find("2201700")] = '9';
  BOOST_CHECK_THROW(read(text), SourceError);
  text = filing.text();
  text[text.find("[data]")] = ',';
  BOOST_CHECK_THROW(read(text), SourceError);
  text = filing.text();
  text[text.find(',')] = '1';
  BOOST_CHECK_THROW(read(text), SourceError);
  MemorySource source(text);
  BOOST_CHECK_THROW(FilingReader(engine().layouts(), Summary{}, source), SourceError);
}

BOOST_AUTO_TEST_CASE(nothing_is_allocated_for_a_record) {
  for (const bool as_utf8 : {false, true}) {
    std::size_t counts[2] = {0, 0};
    for (const std::size_t i : {0U, 1U}) {
      Filing filing = mixed("KPFD");
      const std::string record = filing.lines.back();
      filing.lines.insert(filing.lines.end(), i == 0 ? 10U : 200U, record);
      const std::string text = as_utf8 ? utf8(filing.text()) : filing.text();
      const Summary summary = check_text(text).summary;
      MemorySource source(text);
      const std::size_t before = allocations();
      FilingReader reader(engine().layouts(), summary, source);
      Row row;
      while (reader.next(row)) {
      }
      counts[i] = allocations() - before;
    }
    BOOST_TEST(counts[0] == counts[1]);
  }
}
