// The cover sheet against sums made in another way: line by line from the bytes.
#include "converters/summary/cover_sheet.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <string>

#include "kpfd/schemas.hpp"
#include "samples/maker/maker.hpp"
#include "tests/support/filings.hpp"
#include "tests/support/json.hpp"

namespace {

using namespace kpfd;
using namespace kpfd::converters;
using kpfd_test::check_date;
using kpfd_test::engine;

class Nothing final : public FindingSink {
  void finding(const Finding&) override {}
};

CoverSheet sheet_of(const std::string& bytes) {
  MemorySource source(bytes);
  CheckOptions options;
  options.check_date = check_date;
  Nothing nothing;
  const Summary summary = engine().check(source, options, nothing);
  BOOST_REQUIRE(summary.errors == 0U);
  return make_cover_sheet(engine(), summary, source);
}

BOOST_AUTO_TEST_SUITE(cover_sheet)

BOOST_AUTO_TEST_CASE(counts_and_totals_are_those_of_the_lines) {
  static const samples::Kitchen kitchen(engine().layouts(), embedded_schemas());
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    samples::SampleOptions options;
    options.records = 80;
    options.offices = 3;
    options.seed = seed;
    options.as_of = check_date;
    samples::Filing filing(kitchen, options);
    std::string bytes;
    filing.append_head(bytes);
    filing.append_records(0, filing.records(), bytes);
    const CoverSheet sheet = sheet_of(bytes);

    std::map<std::string, std::uint64_t> records;  // of the file, and of each office and form
    std::map<std::string, std::int64_t> bonus;
    std::size_t begin = bytes.find("[data]\r\n") + 8;
    while (begin < bytes.size()) {
      const std::size_t end = bytes.find("\r\n", begin);
      const auto cells = kpfd_test::split(std::string_view(bytes).substr(begin, end - begin));
      const std::string office = cells[cells.size() - 3];
      ++records[cells[0]];
      ++records[office + " " + cells[0]];
      if (cells[0] == "2265700") {
        bonus[office] += std::stoll(cells[13]);
        bonus[""] += std::stoll(cells[13]);
      }
      begin = end + 2;
    }
    BOOST_TEST(sheet.records == 80U);
    const auto compare = [&](const std::string& office, const std::vector<SheetForm>& forms) {
      for (const SheetForm& form : forms) {
        const std::string key = (office.empty() ? "" : office + " ") + form.record->form;
        BOOST_TEST(form.records == records[key]);
        records.erase(key);
        for (const SheetTotal& total : form.totals) {
          if (total.item->key == "bonus_total") {
            BOOST_TEST(total.yen == bonus[office]);
          }
        }
      }
    };
    compare("", sheet.forms);
    BOOST_TEST(sheet.offices.size() == 3U);
    for (const SheetOffice& office : sheet.offices) {
      compare(office.items[0].text, office.forms);
    }
    BOOST_TEST(records.empty());
  }
}

BOOST_AUTO_TEST_CASE(it_is_rendered_for_people_and_for_programs) {
  kpfd_test::Filing filing = kpfd_test::filing_for("KPFD");
  const CoverSheet sheet = sheet_of(filing.text());
  const std::string text = as_text(sheet, "a.csv", "en");
  BOOST_TEST(text.find("Bonus payment (2265700): 1 records") != std::string::npos);
  BOOST_TEST(text.find("500,000 yen") != std::string::npos);
  BOOST_TEST(as_text(sheet, "a.csv", "ja").find("500,000 円") != std::string::npos);
  const std::string json = as_json(sheet, "a\"b.csv");
  BOOST_TEST(json.find(R"("file":"a\"b.csv")") != std::string::npos);
  BOOST_TEST(json.find(R"("bonus_total":500000)") != std::string::npos);
  BOOST_TEST(json.back() == '\n');
  const std::string csv = as_csv(sheet, "=a.csv", "ja");
  BOOST_TEST(csv.substr(0, 8) == "'=a.csv,");
  BOOST_TEST(csv.find(",2265700,賞与支払届,records,件数,1\r\n") != std::string::npos);
  const std::string heading = csv_heading(*sheet.receiver, "ja");
  BOOST_TEST(std::count(heading.begin(), heading.end(), ',') ==
             std::count(csv.begin(), csv.begin() + static_cast<long>(csv.find("\r\n")), ','));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
