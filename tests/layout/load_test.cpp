// Faults of the schemas are refused when they are loaded, with file, line and reason.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/check/schemas.hpp"
#include "kpfd_test.hpp"
#ifdef KPFD_TEST_XSD
#include "kpfd/xsd/directory.hpp"
#include "kpfd/xsd/fault.hpp"
#include "kpfd/xsd/validator.hpp"
#endif
#include "tests/layout/schema_files.hpp"

namespace {

using namespace kpfd_test;
using kpfd::layout::Item;
using kpfd::layout::Layouts;
using kpfd::layout::Record;
using kpfd::layout::SchemaError;
using namespace std::string_literals;

const std::string test_file = "layouts/test.xml";

/// A layout that is right, a line for each declaration.
const std::string good_layout =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<layout form="9990700" key="example" name="見本届" name-en="Example" edition="2025-04" valid-from="2025-04-01" valid-to="2030-03-31">
  <item key="form_code" name="様式コード" type="N" length="7" need="required" values="9990700" source="t 1 [D]"/>
  <use block="office-symbol"/>
  <item key="paid_era" name="元号" type="N" length="1" need="required" values="7|9" source="t 5 [D]"/>
  <item key="paid_ymd" name="年月日" type="N" length="6" need="required" source="t 6 [D]"/>
  <date key="paid" era="paid_era" ymd="paid_ymd"/>
  <repeat label="month" labels="4月|5月|6月">
    <item key="cash" name="金額（{month}）" type="N" length="1..7" need="required" unit="yen" least="10" source="t 7 [D]"/>
    <item key="pay_month" name="月（{month}）" type="N" length="2" need="required" values="04;05;06" source="t 8 [D]"/>
  </repeat>
  <item key="note" name="備考" type="JM" length="0|2|4" need="optional" source="t 13 [D]"/>
  <let name="all_of_it">sum of cash</let>
  <rule id="EXAMPLE" at="note" severity="warning" source="t 13 [D]" when="note given" for="KPFD" good="note=ab" bad="note=abcd">note empty</rule>
  <absent key="gone" source="t 14 [D]"/>
  <use block="union"/>
  <same-filing items="paid_era paid_ymd" number="note"/>
</layout>
)";

SchemaFiles with_layout(const std::string& xml) {
  SchemaFiles files = own_files();
  files[test_file] = xml;
  return files;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) {
    throw std::runtime_error("the example has no " + from);
  }
  return text.replace(at, from.size(), to);
}

std::uint32_t line_of(const std::string& text, const std::string& part) {
  const std::size_t at = text.find(part);
  if (at == std::string::npos) {
    throw std::runtime_error("the example has no " + part);
  }
  return 1 + static_cast<std::uint32_t>(
                 std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

/// A place that was named, and what was said about it.
struct Named {
  std::string file;
  std::uint32_t line;
  std::string reason;
};

/// What schemas from outside go through: each file its XSD, then all of them the loader, then the
/// rules the compiler. Returns what was refused; nothing for schemas that are taken.
std::vector<Named> faults_of(const SchemaFiles& files) {
  std::vector<Named> named;
#ifdef KPFD_TEST_XSD
  const SchemaFiles own = own_files();
  for (const auto& [name, content] : files) {
    const auto same = own.find(name);
    if (same != own.end() && same->second == content) {
      continue;
    }
    const std::string xsd(kpfd::xsd::xsd_of(name));
    if (xsd.empty()) {
      continue;
    }
    try {
      const kpfd::xsd::Validator validator(own.at(xsd), xsd);
      validator.validate(content, name);
    } catch (const kpfd::xsd::XmlError& error) {
      for (const auto& fault : error.faults()) {
        named.push_back({fault.file, fault.line, fault.reason});
      }
    }
  }
  if (!named.empty()) {
    return named;
  }
#endif
  std::vector<kpfd::layout::SchemaFile> views;
  for (const auto& [name, content] : files) {
    views.push_back({name, content});
  }
  try {
    const kpfd::check::Schemas schemas(views);
    schemas.compile_all();
  } catch (const SchemaError& error) {
    const kpfd::layout::Place& place = error.place();
    std::string begin = place.file + ":";
    if (place.line > 0) {
      begin += std::to_string(place.line) + ":";
    }
    const std::string what = error.what();
    BOOST_TEST(what.substr(0, begin.size()) == begin);
    named.push_back({place.file, place.line, what.substr(begin.size())});
  }
  return named;
}

/// The schemas are refused, at this line of this file; line 0: at any; "": of any file.
void expect_refused(const SchemaFiles& files, const std::string& file, std::uint32_t line) {
  const std::vector<Named> named = faults_of(files);
  if (named.empty()) {
    BOOST_ERROR("is taken");
    return;
  }
  bool found = false;
  std::string all;
  for (const Named& fault : named) {
    found = found || ((file.empty() || fault.file == file) && (line == 0 || fault.line == line));
    all += fault.file + ":" + std::to_string(fault.line) + ": " + fault.reason + "\n";
    BOOST_TEST(fault.reason.size() > 8U);
  }
  BOOST_TEST(found, "line " << line << " is not named, but\n" << all);
}

struct Fault {
  const char* what;
  const char* from;  ///< of good_layout
  const char* to;
  const char* where;  ///< a part of the line that is to be named; nullptr: at any place
};

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = {
      // the shape
      {"no end of an element", "<use block=\"union\"/>", "<use block=\"union\">", nullptr},
      {"an attribute without quotes", "key=\"note\"", "key=note", "t 13 [D]\"/>"},
      {"an unknown element", "<absent key", "<missing key", "t 14"},
      {"an unknown element in a repetition", "    <item key=\"cash\"", "    <itme key=\"cash\"",
       "t 7"},
      {"an unknown root", "<layout form", "<lay-out form", nullptr},
      // unknown attributes, of each element
      {"of layout", "name-en=\"Example\"", "name_en=\"Example\"", "<layout"},
      {"of item", "need=\"optional\"", "need=\"optional\" vlaues=\"1\"", "key=\"note\""},
      {"of use", "<use block=\"union\"", "<use scope=\"union\" block=\"union\"", "block=\"union\""},
      {"of date", "ymd=\"paid_ymd\"/>", "ymd=\"paid_ymd\" day=\"1\"/>", "<date"},
      {"of repeat", "<repeat label", "<repeat times=\"3\" label", "<repeat"},
      {"of let", "<let name", "<let id=\"x\" name", "<let"},
      {"of rule", "severity=\"warning\"", "severty=\"warning\"", "<rule"},
      {"of absent", "<absent key", "<absent name=\"x\" key", "<absent"},
      {"of same-filing", "number=\"note\"", "numbers=\"note\"", "<same-filing"},
      {"of an item of a header line only", "need=\"optional\"", "need=\"optional\" chosen=\"yes\"",
       "key=\"note\""},
      {"a role outside header lines", "need=\"optional\"",
       "need=\"optional\" role=\"office-count\"", "key=\"note\""},
      // missing attributes
      {"no form", "form=\"9990700\" key", "key", "<layout"},
      {"no key of the layout", "key=\"example\" ", "", "<layout"},
      {"no name of the layout", "name=\"見本届\" ", "", "<layout"},
      {"no edition", "edition=\"2025-04\" ", "", "<layout"},
      {"no key of an item", "key=\"note\" ", "", "t 13 [D]\"/>"},
      {"no name of an item", "name=\"備考\" ", "", "key=\"note\""},
      {"no type", "type=\"JM\" ", "", "key=\"note\""},
      {"no length", "length=\"0|2|4\" ", "", "key=\"note\""},
      {"no need", "need=\"optional\" ", "", "key=\"note\""},
      {"no source", " source=\"t 13 [D]\"/>", "/>", "key=\"note\""},
      {"a rule with the id of a built-in check", "id=\"EXAMPLE\"", "id=\"TABLE\"", "<rule"},
      {"no id of a rule", "id=\"EXAMPLE\" ", "", "<rule"},
      {"no source of a rule", "severity=\"warning\" source=\"t 13 [D]\"", "severity=\"warning\"",
       "<rule"},
      {"no name of a let", "<let name=\"all_of_it\">", "<let>", "<let"},
      {"no block of a use", "<use block=\"union\"/>", "<use/>", "<use/>"},
      {"no era of a date", "era=\"paid_era\" ymd", "ymd", "<date"},
      {"no label of a repetition", "<repeat label=\"month\" labels", "<repeat labels", "<repeat"},
      {"no key of an absent item", "<absent key=\"gone\"", "<absent", "<absent"},
      // values of attributes
      {"an unknown type", "type=\"JM\"", "type=\"X\"", "key=\"note\""},
      {"an unknown need", "need=\"optional\"", "need=\"maybe\"", "key=\"note\""},
      {"an unknown scope", "need=\"optional\"", "need=\"optional\" scope=\"all\"", "key=\"note\""},
      {"an unknown unit", "unit=\"yen\"", "unit=\"dollar\"", "key=\"cash\""},
      {"an unknown separator", "need=\"optional\"", "need=\"optional\" separator=\"comma\"",
       "key=\"note\""},
      {"an unknown severity of a separator", "need=\"optional\"",
       "need=\"optional\" separator=\"full\" separator-severity=\"bad\"", "key=\"note\""},
      {"unknown spaces", "need=\"optional\"", "need=\"optional\" spaces=\"double\"",
       "key=\"note\""},
      {"an unknown half-space", "need=\"optional\"", "need=\"optional\" half-space=\"yes\"",
       "key=\"note\""},
      {"an unknown lost", "need=\"optional\"", "need=\"optional\" lost=\"star\"", "key=\"note\""},
      {"unknown zeros", "need=\"optional\"", "need=\"optional\" zeros=\"allowed\"", "key=\"note\""},
      {"an unknown calendar", "need=\"optional\"", "need=\"optional\" calendar=\"julian\"",
       "key=\"note\""},
      {"an unknown check digit", "need=\"optional\"", "need=\"optional\" check-digit=\"luhn\"",
       "key=\"note\""},
      {"an unknown table", "need=\"optional\"", "need=\"optional\" among=\"planets\"",
       "key=\"note\""},
      {"a calendar of another length", "length=\"6\" need=\"required\"",
       "length=\"6\" need=\"required\" calendar=\"gregorian\"", "key=\"paid_ymd\""},
      {"a check digit of another length", "length=\"6\" need=\"required\"",
       "length=\"6\" need=\"required\" check-digit=\"my-number\"", "key=\"paid_ymd\""},
      {"a least amount that is no number", "least=\"10\"", "least=\"ten\"", "key=\"cash\""},
      {"a negative least amount", "least=\"10\"", "least=\"-1\"", "key=\"cash\""},
      {"a least amount of a text", "need=\"optional\"", "need=\"optional\" least=\"1\"",
       "key=\"note\""},
      {"an edition that is no month", "edition=\"2025-04\"", "edition=\"2025-13\"", "<layout"},
      {"a first day that does not exist", "valid-from=\"2025-04-01\"", "valid-from=\"2025-04-31\"",
       "<layout"},
      {"a last day that is none", "valid-to=\"2030-03-31\"", "valid-to=\"soon\"", "<layout"},
      {"a severity of a rule that there is not", "severity=\"warning\"", "severity=\"bad\"",
       "<rule"},
      {"a receiver of a rule that there is not", "for=\"KPFD\"", "for=\"XYZ\"", "<rule"},
      {"a key with capitals", "key=\"note\"", "key=\"Note\"", "name=\"備考\""},
      {"a key with a hyphen", "key=\"note\"", "key=\"no-te\"", "name=\"備考\""},
      {"an id in small letters", "id=\"EXAMPLE\"", "id=\"example\"", "<rule"},
      {"fewer English labels than repetitions", "labels=\"4月|5月|6月\"",
       "labels=\"4月|5月|6月\" labels-en=\"April|May\"", "<repeat"},
      // lengths
      {"a length of nothing", "length=\"0|2|4\"", "length=\"\"", "key=\"note\""},
      {"a length that falls", "length=\"0|2|4\"", "length=\"4..2\"", "key=\"note\""},
      {"a length of letters", "length=\"0|2|4\"", "length=\"two\"", "key=\"note\""},
      {"a length without end", "length=\"0|2|4\"", "length=\"2..\"", "key=\"note\""},
      {"a length without beginning", "length=\"0|2|4\"", "length=\"..2\"", "key=\"note\""},
      {"an empty alternative", "length=\"0|2|4\"", "length=\"0||4\"", "key=\"note\""},
      {"an alternative too many", "length=\"0|2|4\"", "length=\"0|2|\"", "key=\"note\""},
      {"three ends", "length=\"0|2|4\"", "length=\"0..2..4\"", "key=\"note\""},
      {"a negative length", "length=\"0|2|4\"", "length=\"-1\"", "key=\"note\""},
      {"a length with blanks", "length=\"0|2|4\"", "length=\"0 | 2\"", "key=\"note\""},
      {"a length beyond the limit", "length=\"0|2|4\"", "length=\"0..128\"", "key=\"note\""},
      {"a length beyond every number", "length=\"0|2|4\"", "length=\"99999999999999999999\"",
       "key=\"note\""},
      // values
      {"values that fall", "values=\"7|9\"", "values=\"9..7\"", "key=\"paid_era\""},
      {"values of two widths", "values=\"7|9\"", "values=\"7..10\"", "key=\"paid_era\""},
      {"an empty value", "values=\"7|9\"", "values=\"7|\"", "key=\"paid_era\""},
      {"no value", "values=\"7|9\"", "values=\"\"", "key=\"paid_era\""},
      {"a range without end", "values=\"7|9\"", "values=\"7..\"", "key=\"paid_era\""},
      {"lists outside a repetition", "values=\"7|9\"", "values=\"7;9\"", "key=\"paid_era\""},
      {"fewer lists than repetitions", "values=\"04;05;06\"", "values=\"04;05\"",
       "key=\"pay_month\""},
      {"more lists than repetitions", "values=\"04;05;06\"", "values=\"04;05;06;07\"",
       "key=\"pay_month\""},
      {"an empty list", "values=\"04;05;06\"", "values=\"04;;06\"", "key=\"pay_month\""},
      {"values that are refused and fall", "need=\"optional\"", "need=\"optional\" not=\"9..1\"",
       "key=\"note\""},
      {"doubtful values of two widths", "need=\"optional\"", "need=\"optional\" doubtful=\"1..10\"",
       "key=\"note\""},
      // names
      {"an item said twice", "key=\"note\"", "key=\"paid_ymd\"", "name=\"備考\""},
      {"an item that a block has", "key=\"note\"", "key=\"prefecture_code\"", "name=\"備考\""},
      {"an item called as a repeated one", "key=\"note\"", "key=\"cash_2\"", "name=\"備考\""},
      {"an item called as a group", "  <let",
       "  <item key=\"cash\" name=\"x\" type=\"N\" length=\"1\" need=\"required\" source=\"t "
       "[D]\"/>\n  <let",
       "name=\"x\""},
      {"an absent item that is there", "<absent key=\"gone\"", "<absent key=\"note\"", "<absent"},
      // dates
      {"a date of an unknown era", "era=\"paid_era\" ymd", "era=\"piad_era\" ymd", "<date"},
      {"a date of an unknown day", "ymd=\"paid_ymd\"", "ymd=\"piad_ymd\"", "<date"},
      {"a date of no day", " ymd=\"paid_ymd\"", "", "<date"},
      {"a date of a day and a month", "ymd=\"paid_ymd\"", "ymd=\"paid_ymd\" month=\"pay_month_1\"",
       "<date"},
      {"a date of a month without a year", "ymd=\"paid_ymd\"", "month=\"pay_month_1\"", "<date"},
      {"a date said twice", "<date key=\"paid\" era=\"paid_era\" ymd=\"paid_ymd\"/>",
       "<date key=\"paid\" era=\"paid_era\" ymd=\"paid_ymd\"/><date key=\"paid\" era=\"paid_era\" "
       "ymd=\"paid_ymd\"/>",
       "<date"},
      {"a day of another length", "length=\"6\" need=\"required\"",
       "length=\"8\" need=\"required\"", nullptr},
      {"an era of another length", "length=\"1\" need=\"required\" values=\"7|9\"",
       "length=\"2\" need=\"required\"", nullptr},
      // repetitions and blocks
      {"a use in a repetition", "    <item key=\"cash\"",
       "    <use block=\"union\"/><item key=\"cash\"", "t 7"},
      {"a repetition in a repetition", "  <repeat label=\"month\" labels=\"4月|5月|6月\">",
       "  <repeat label=\"month\" labels=\"4月|5月|6月\"><repeat label=\"x\" "
       "labels=\"a|b\"></repeat>",
       "<repeat"},
      {"a repetition without labels", " labels=\"4月|5月|6月\"", "", "<repeat"},
      {"an unknown block", "block=\"union\"", "block=\"onion\"", "<use block=\"onion\""},
      {"a block without its labels", "<use block=\"union\"/>", "<use block=\"three-months\"/>",
       nullptr},
      // rules
      {"a comment inside a rule", "note empty", "note <!-- or not --> empty", nullptr},
      {"an element inside a rule", "note empty", "note <b>empty</b>", nullptr},
      {"a rule of nothing", "note empty", "", "<rule"},
      {"a let of nothing", "sum of cash", "", "<let"},
      // same filing
      {"the same filing by an unknown item", "items=\"paid_era paid_ymd\"",
       "items=\"paid_era paid_day\"", "<same-filing"},
      {"the same filing by an unknown number", "number=\"note\"", "number=\"nota\"",
       "<same-filing"},
      // the form's code and the office
      {"a first item of other values", "values=\"9990700\"", "values=\"9990701\"",
       "key=\"form_code\""},
      {"no items that name the office", "<use block=\"office-symbol\"/>", "", nullptr},
      {"no items that name the union's office", "<use block=\"union\"/>", "", nullptr},
  };
  return all;
}

void check_fault(const Fault& fault) {
  const std::string xml = replaced(good_layout, fault.from, fault.to);
  const std::uint32_t line = fault.where == nullptr ? 0 : line_of(xml, fault.where);
  expect_refused(with_layout(xml), fault.where == nullptr ? "" : test_file, line);
}

const bool registered = kpfd_test::at_start([] {
  using namespace boost::unit_test;
  auto* const suite = BOOST_TEST_SUITE("faults");
  for (const Fault& fault : faults()) {
    suite->add(make_test_case([&fault] { check_fault(fault); }, fault.what, __FILE__, __LINE__));
  }
  framework::master_test_suite().add(suite);
});

const Record* record_of(const Layouts& layouts, std::string_view form, std::string_view receiver) {
  for (const Record& record : layouts.records) {
    if (record.form == form && record.receiver == receiver) {
      return &record;
    }
  }
  return nullptr;
}

BOOST_AUTO_TEST_SUITE(loading)

BOOST_AUTO_TEST_CASE(the_example_without_a_fault_is_taken) {
  BOOST_TEST(registered);
  const Layouts layouts = load(with_layout(good_layout));
  const Record* const record = record_of(layouts, "9990700", "KPFD");
  BOOST_TEST_REQUIRE(record != nullptr);
  // 1 code, 3 office, 2 date, 6 repeated, 1 note, 3 union.
  BOOST_TEST_REQUIRE(record->items.size() == 16U);
  BOOST_TEST(record->items[6].key == "cash_1");
  BOOST_TEST(record->items[8].key == "cash_3");
  BOOST_TEST(record->items[9].key == "pay_month_1");
  BOOST_TEST(record->items[6].name == "金額（4月）");
  BOOST_TEST(record->items[10].values.text == "05");
  BOOST_TEST(record->items[12].lengths.holds(0));
  BOOST_TEST(!record->items[12].lengths.holds(1));
  BOOST_TEST(record->items[12].lengths.holds(2));
  BOOST_TEST(!record->items[12].lengths.holds(3));
  BOOST_TEST(record->items[12].lengths.holds(4));
  BOOST_TEST(!record->items[12].lengths.holds(5));
  // The absent item's number is counted.
  BOOST_TEST(record->items[12].number == 13U);
  BOOST_TEST(record->items[13].number == 15U);
  BOOST_TEST(record->items[13].column == 13U);
  BOOST_TEST_REQUIRE(record->rules.size() >= 2U);
  BOOST_TEST(record->rules[1].id == "EXAMPLE");
  BOOST_TEST(record->rules[1].receivers == "KPFD");
  BOOST_TEST(record->rules[1].place.file == test_file);
  BOOST_TEST(record->rules[1].place.line == line_of(good_layout, "note empty"));
  const Record* const pension = record_of(layouts, "9990700", "SHFD");
  BOOST_TEST_REQUIRE(pension != nullptr);
  BOOST_TEST(pension->items.size() == 13U);
}

BOOST_AUTO_TEST_CASE(two_editions_with_the_same_number_of_columns_are_refused) {
  SchemaFiles files = with_layout(good_layout);
  files["layouts/test2.xml"] = replaced(good_layout, "edition=\"2025-04\"", "edition=\"2026-04\"");
  expect_refused(files, "", 0);
  // With one item more it is another edition.
  files["layouts/test2.xml"] = replaced(
      files["layouts/test2.xml"], "  <let",
      R"(  <item key="more" name="追加" type="N" length="0..1" need="optional" source="t [D]"/>)"
      "\n  <let");
  BOOST_TEST(load(files).records.size() == load(own_files()).records.size() + 4);
}

BOOST_AUTO_TEST_CASE(repeated_items_have_english_names) {
  const auto names_with = [](const std::string& labels, const std::string& name) {
    std::string layout = replaced(good_layout, "labels=\"4月|5月|6月\"", labels);
    layout = replaced(layout, "name=\"金額（{month}）\"", name);
    const Layouts layouts = load(with_layout(layout));
    const Record* const record = record_of(layouts, "9990700", "KPFD");
    std::vector<std::string> names;
    for (std::size_t i = 6; record != nullptr && i < 9; ++i) {
      names.push_back(record->items[i].name_en);
    }
    return names;
  };
  const std::string labels = "labels=\"4月|5月|6月\"";
  const std::string name = "name=\"金額（{month}）\"";
  const std::string name_en = " name-en=\"amount ({month})\"";
  using Names = std::vector<std::string>;
  BOOST_TEST(names_with(labels + " labels-en=\"April|May|June\"", name + name_en) ==
                 (Names{"amount (April)", "amount (May)", "amount (June)"}),
             boost::test_tools::per_element());
  BOOST_TEST(
      names_with(labels, name + name_en) == (Names{"amount (1)", "amount (2)", "amount (3)"}),
      boost::test_tools::per_element());
  BOOST_TEST(names_with(labels, name) == (Names{"cash 1", "cash 2", "cash 3"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_item_of_ours_has_an_english_name_of_its_own) {
  for (const auto& [name, content] : own_files()) {
    if (name.rfind("layouts/", 0) != 0) {
      continue;
    }
    std::size_t at = content.find("<item ");
    for (; at != std::string::npos; at = content.find("<item ", at + 1)) {
      const std::string item = content.substr(at, content.find('>', at) - at);
      BOOST_TEST((item.find(" name-en=\"") != std::string::npos), name << ": " << item);
    }
  }
  for (const Record& record : load(own_files()).records) {
    std::set<std::string> names;
    for (const Item& item : record.items) {
      BOOST_TEST(names.insert(item.name_en).second, record.form << ": " << item.name_en);
      BOOST_TEST(item.name_en.find('{') == std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_same_edition_twice_is_refused) {
  SchemaFiles files = with_layout(good_layout);
  files["layouts/test2.xml"] = good_layout;
  expect_refused(files, "", 0);
}

BOOST_AUTO_TEST_CASE(blocks_that_include_themselves_are_refused) {
  const std::string item =
      R"(<item key="a" name="a" type="N" length="1" need="required" source="t [D]"/>)";
  const std::string other =
      R"(<item key="b" name="b" type="N" length="1" need="required" source="t [D]"/>)";
  SchemaFiles files = own_files();
  const std::string file = "layouts/cyclic.xml";
  files[test_file] = replaced(good_layout, "<use block=\"union\"/>",
                              "<use block=\"union\"/><use block=\"first\"/>");
  files[file] = "<blocks>\n<block key=\"first\">\n<use block=\"first\"/>\n</block>\n</blocks>";
  expect_refused(files, "", 0);
  files[file] =
      "<blocks><block key=\"first\">" + item +
      "<use block=\"second\"/></block><block key=\"second\"><use block=\"third\"/></block>"
      "<block key=\"third\"><use block=\"first\"/></block></blocks>";
  expect_refused(files, "", 0);
  files[file] = "<blocks><block key=\"first\">" + item +
                "<use block=\"second\"/></block><block key=\"second\">" + other +
                "</block></blocks>";
  BOOST_TEST(faults_of(files).empty());
}

BOOST_AUTO_TEST_CASE(very_many_nested_blocks_do_not_exhaust_anything) {
  // Each uses the one before twice: 2^40 items if nobody counted.
  SchemaFiles files = own_files();
  std::string blocks =
      "<blocks><block key=\"b0\"><item key=\"a\" name=\"a\" type=\"N\" length=\"1\" "
      "need=\"required\" source=\"t "
      "[D]\"/></block>";
  for (int i = 1; i <= 40; ++i) {
    const std::string before = "<use block=\"b" + std::to_string(i - 1) + "\"/>";
    blocks += "<block key=\"b" + std::to_string(i) + "\">" + before + before + "</block>";
  }
  files["layouts/deep.xml"] = blocks + "</blocks>";
  files[test_file] =
      replaced(good_layout, "<use block=\"union\"/>", "<use block=\"union\"/><use block=\"b40\"/>");
  expect_refused(files, "", 0);
}

BOOST_AUTO_TEST_CASE(a_block_said_twice_is_refused) {
  SchemaFiles files = own_files();
  files["layouts/more.xml"] = "<blocks>\n<block key=\"union\">\n</block>\n</blocks>";
  expect_refused(files, "", 0);
}

BOOST_AUTO_TEST_CASE(more_columns_than_a_record_can_have_are_refused) {
  for (const int more : {200, 256, 300, 1000}) {
    std::string items;
    for (int i = 0; i < more; ++i) {
      items += "<item key=\"more_" + std::to_string(i) +
               "\" name=\"x\" type=\"N\" length=\"0..1\" need=\"optional\" source=\"t [D]\"/>\n";
    }
    const SchemaFiles files = with_layout(replaced(good_layout, "  <let", items + "  <let"));
    if (16 + more <= 256) {
      BOOST_TEST(faults_of(files).empty());
    } else {
      expect_refused(files, "", 0);
    }
  }
}

// A program without libxml2 has no XSD before the loader: it refuses by itself what makes no sense.
BOOST_AUTO_TEST_CASE(the_loader_alone_refuses_faults_of_the_structure) {
  struct Slip {
    std::string from;
    std::string to;
    std::string reason;
  };
  const std::string file = "layouts/structure.xml";
  const std::string heisei = R"(<era code="7" key="heisei")";
  for (const Slip& slip : std::vector<Slip>{
           {"<structure>", "<other>", "no XML"},
           {heisei, R"(<era code="77" key="heisei")", "the code of an era is one digit"},
           {heisei, R"(<era code="x" key="heisei")", "the code of an era is one digit"},
           {R"(from="1989-01-08")", R"(until="1989-01-08")", "unknown attribute `until`"},
           {R"(from="1989-01-08")", R"(from="1989-02-30")", "is no date YYYY-MM-DD"},
           {R"(from="1989-01-08" )", "", "attribute `from` is missing"},
           {R"(from="1989-01-08")", R"(from="1900-01-08")", "eras stand oldest first"},
           {R"(<marker section="data" text="[data]"/>)", "", "must be said"},
           {R"(<header record="count">)", R"(<header record="media">)", "belong to a receiver"},
           {R"(<marker section="data")", R"(<mark section="data")", "not known here"},
           {R"(<office-key items="union_office_number" at="union_office_number"/>)", "",
            "media, office and office-key must be said"},
           {R"(<receiver key="KPFD")", R"(<receiver key="SHFD")", "said twice"},
           {heisei, R"(<era code="/" key="heisei")", "the code of an era is one digit"},
           {R"(above="20971520")", R"(from="1" above="2")", "either `from` or `above`"},
           {R"(above="20971520")", "", "either `from` or `above`"},
           {R"(above="20971520")", R"(above="1234567890123456")", "is no whole number"},
           {R"(above="20971520")", R"(above="-1")", "is no whole number"},
           {R"(<office-key items="union_office_number")", R"(<office-key items="nothing")",
            "no item `nothing` in the office record"},
           {R"(key="creation_date" name="作成年月日" name-en="creation date" type="N" length="8")",
            R"(key="creation_date" name="作成年月日" type="N" length="8..9")",
            "a day has 8 digits"},
           {R"(key="creation_date" name="作成年月日" name-en="creation date" type="N" length="8")",
            R"(key="creation_date" name="作成年月日" type="N" length="7")", "a day has 8 digits"},
           {R"(key="creation_date" name="作成年月日" name-en="creation date" type="N" length="8")",
            R"(key="creation_date" name="作成年月日" type="AN" length="8")", "are for digits (N)"},
           {R"(<header record="media" variant="attorney")", R"(<header record="medium")",
            "a receiver has the headers `media` and `office`"},
           {R"(<size check="SIZE-PENSION")",
            R"(<block key="none"/><header record="media"/>)"
            R"(<size check="SIZE-PENSION")",
            "not known here"},
           {R"(labels="１|２|３|４|５" labels-en="1|2|3|4|5")", R"(labels="１|２|３")",
            "line 1 has as many items as that of"},
           {R"(<size check="SIZE-PENSION" severity="warning" from="4500000"/>)",
            R"(<sise check="SIZE-PENSION" severity="warning" from="4500000"/>)", "not known here"},
           {R"(<item key="attorney_number")",
            R"(<item key="a" name="a" type="N" length="1" )"
            R"(need="required" source="x"/><item key="b")",
            "all media records of a receiver have the same number of items"},
       }) {
    SchemaFiles files = own_files();
    files[file] = replaced(files[file], slip.from, slip.to);
    BOOST_TEST_CONTEXT(slip.to) {
      try {
        load(files);
        BOOST_ERROR("is taken");
      } catch (const SchemaError& error) {
        BOOST_TEST(error.place().file == file);
        BOOST_TEST((error.reason().find(slip.reason) != std::string::npos), error.what());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_structure_without_one_of_its_parts_is_refused) {
  const std::string file = "layouts/structure.xml";
  const auto refused = [&](const std::string& begin, const std::string& end) {
    SchemaFiles files = own_files();
    std::string& text = files[file];
    for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin)) {
      text.erase(at, text.find(end, at) + end.size() - at);
    }
    BOOST_CHECK_EXCEPTION(load(files), SchemaError, [&](const SchemaError& error) {
      return error.place().file == file && error.reason().find("must be said") != std::string::npos;
    });
  };
  refused("<era ", "/>");
  refused("<marker section=\"offices\"", "/>");
  refused("<marker section=\"data\"", "/>");
  refused("<header record=\"count\">", "</header>");
  refused("<receiver ", "</receiver>");
}

// A repetition of the union's own items leaves nothing in the pension office's record.
BOOST_AUTO_TEST_CASE(a_group_is_there_for_the_receivers_that_have_its_items) {
  const Layouts layouts =
      load(with_layout(replaced(good_layout, "  <let name", R"(  between elements stands nothing
  <repeat label="n" labels="1|2">
    <item key="own" name="自組合{n}" type="N" length="1" need="optional" scope="union" source="t [D]"/>
  </repeat>
  <let name)")));
  const auto groups = [&](std::string_view receiver) {
    std::set<std::string> keys;
    for (const auto& group : record_of(layouts, "9990700", receiver)->groups) {
      keys.insert(group.key);
    }
    return keys;
  };
  BOOST_TEST(groups("KPFD").count("own") == 1U);
  BOOST_TEST(groups("SHFD").count("own") == 0U);
  BOOST_TEST(groups("SHFD").count("cash") == 1U);
}

BOOST_AUTO_TEST_CASE(the_loader_alone_refuses_faults_of_layouts_and_tables) {
  const auto reason_of = [](const std::string& xml) {
    try {
      load(with_layout(xml));
      return std::string("is taken");
    } catch (const SchemaError& error) {
      return error.place().file + ": " + error.reason();
    }
  };
  const auto refused = [&](const std::string& xml, const std::string& reason) {
    const std::string found = reason_of(xml);
    BOOST_TEST((found.find(test_file) == 0 && found.find(reason) != std::string::npos), found);
  };
  refused("<list/>", "a file of layouts begins with");
  refused("<table key=\"t\" compare=\"text\"><line code=\"1\"/></table>", "a table has rows");
  refused(replaced(good_layout, "<repeat label=\"month\"",
                   "<repeat label=\"half\" labels=\"a|b\"><repeat label=\"x\" labels=\"a|b\"/>"
                   "</repeat><repeat label=\"month\""),
          "only items can be repeated");
  refused(replaced(good_layout, "<let name", "<size/><let name"), "not known here");
  const std::string note = R"(<item key="note" name="備考" type="JM" length="0|2|4")";
  const auto note_as = [&](const std::string& words) {
    return replaced(good_layout, note, R"(<item key="note" name="備考" )" + words);
  };
  const std::string for_digits = "are for digits (N), 18 at most";
  refused(note_as(R"(type="N" length="19" least="1")"), for_digits);
  refused(note_as(R"(type="AN" length="6" least="1")"), for_digits);
  refused(note_as(R"(type="N" length="6" least="1234567890123456")"), "is no whole number");
  refused(note_as(R"(type="AN" length="12" check-digit="my-number")"), for_digits);
  refused(note_as(R"(type="N" length="12..13" check-digit="my-number")"),
          "a My Number has 12 digits");
  refused(note_as(R"(type="N" length="11" check-digit="my-number")"), "a My Number has 12 digits");
  refused(note_as(R"(type="N" length="0..128")"), "lengths go up");
  refused(note_as(R"(type="N" length="0..x")"), "is no length");
  refused(note_as(R"(type="N" length="1" values="|")"), "a range goes up");
  const std::string ymd = R"(<item key="paid_ymd" name="年月日" type="N" length="6")";
  for (const char* const words :
       {R"(type="N" length="6..7")", R"(type="N" length="5")", R"(type="AN" length="6")"}) {
    refused(
        replaced(good_layout, ymd, R"(<item key="paid_ymd" name="年月日" )" + std::string(words)),
        "item `paid_ymd` is to have 6 digits");
  }
  refused(R"(<layout form="9990700" key="example" name="見本届" edition="2025-04"/>)",
          "the first item has the form's code as its only value");
  refused(replaced(good_layout, "for=\"KPFD\"", "for=\"KPFF\""),
          "no receiver `KPFF`; did you mean `KPFD`?");
  std::string dates;
  for (int i = 0; i < 70; ++i) {
    dates += "<date key=\"d" + std::to_string(i) + "\" era=\"paid_era\" ymd=\"paid_ymd\"/>\n";
  }
  refused(replaced(good_layout, "  <let name", dates + "  <let name"), "at most");
}

BOOST_AUTO_TEST_CASE(faults_of_tables_are_refused) {
  const std::string file = "tables/test.xml";
  const auto refused = [&](const std::string& xml, std::uint32_t line) {
    SchemaFiles files = own_files();
    files[file] = xml;
    BOOST_TEST_CONTEXT(xml) expect_refused(files, file, line);
  };
  refused("<table key=\"t\" compare=\"text\">\n<row code=\"1\"/>\n<row code=\"1\"/>\n</table>", 3);
  refused("<table key=\"t\" compare=\"number\">\n<row code=\"01\"/>\n<row code=\"1\"/>\n</table>",
          3);
  refused("<table key=\"t\" compare=\"number\">\n<row code=\"one\"/>\n</table>", 2);
  refused("<table key=\"t\" compare=\"kind\">\n<row code=\"1\"/>\n</table>", 1);
  refused("<table key=\"t\">\n<row code=\"1\"/>\n</table>", 1);
  refused("<table compare=\"text\">\n<row code=\"1\"/>\n</table>", 1);
  refused("<table key=\"t\" compare=\"text\">\n<row/>\n</table>", 2);
  refused("<table key=\"t\" compare=\"text\">\n<row code=\"1\" nmae=\"x\"/>\n</table>", 2);
  refused("<table key=\"t\" compare=\"text\">\n<column code=\"1\"/>\n</table>", 2);
  refused("<table key=\"prefectures\" compare=\"text\">\n<row code=\"1\"/>\n</table>", 0);
  refused("<table key=\"t\" compare=\"text\">\n<row code=\"1\" grade=\"x\"/>\n</table>", 2);
  refused("<table key=\"t\" compare=\"text\">\n<row code=\"1\"/>", 0);
  refused("", 0);
}

BOOST_AUTO_TEST_CASE(faults_of_the_structure_are_refused) {
  const std::string file = "layouts/structure.xml";
  const std::string good = own_files().at(file);
  const auto refused = [&](const std::string& from, const std::string& to) {
    SchemaFiles files = own_files();
    files[file] = replaced(good, from, to);
    BOOST_TEST_CONTEXT(from << " => " << to) expect_refused(files, "", 0);
  };
  refused("era code=\"3\"", "era code=\"1\"");
  refused("era code=\"3\"", "era code=\"33\"");
  refused("from=\"1912-07-30\"", "from=\"1912-02-30\"");
  refused("section=\"offices\"", "section=\"office\"");
  refused("record=\"count\"", "record=\"number\"");
  refused("scope=\"pension\"", "scope=\"both\"");
  refused("receiver key=\"SHFD\"", "receiver key=\"KPFD\"");
  refused("role=\"office-count\"", "role=\"office-number\"");
  refused("above=\"20971520\"", "above=\"twenty\"");
  refused("above=\"20971520\"", "");
  refused("above=\"20971520\"", "from=\"1\" above=\"2\"");
  refused("at=\"office_symbol\"", "at=\"office_symbl\"");
  refused("items=\"union_office_number\"", "items=\"union_number\"");
  // The two kinds of file would have the same line 1.
  refused("labels=\"１|２|３|４|５\"", "labels=\"１|２|３\"");
  refused("<marker section=\"data\" text=\"[data]\"/>", "");
  SchemaFiles files = own_files();
  files.erase(file);
  expect_refused(files, "", 0);
  files = own_files();
  files["layouts/structure2.xml"] = good;
  expect_refused(files, "", 0);
}

BOOST_AUTO_TEST_CASE(other_files_are_left_alone) {
  SchemaFiles files = own_files();
  files["messages/xx.xml"] = "no XML";
  files["samples/xx.xml"] = "<";
  BOOST_CHECK_NO_THROW(load(files));
}

BOOST_AUTO_TEST_CASE(nothing_of_the_files_is_kept) {
  Layouts layouts;
  {
    SchemaFiles files = own_files();
    layouts = load(files);
    for (auto& [name, content] : files) {
      content.assign(content.size(), 'x');
    }
  }
  for (const Record& record : layouts.records) {
    for (const Item& item : record.items) {
      BOOST_TEST(item.key.find("xx") == std::string::npos);
      if (item.among != nullptr) {
        BOOST_TEST(item.among->key == "prefectures");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(no_schemas_at_all_are_refused) { BOOST_CHECK_THROW(load({}), SchemaError); }

/// A rule's text is refused; `column` from the beginning of the text, from 1, 0: at any.
void expect_rule_refused(const std::string& text, std::uint32_t column) {
  const SchemaFiles files = with_layout(replaced(good_layout, "note empty", text));
  std::vector<kpfd::layout::SchemaFile> views;
  for (const auto& [name, content] : files) {
    views.push_back({name, content});
  }
  try {
    const kpfd::check::Schemas schemas(views);
    schemas.compile_all();
  } catch (const SchemaError& error) {
    BOOST_TEST(error.place().file == test_file);
    BOOST_TEST(error.place().line == line_of(good_layout, "note empty"));
    if (column != 0) {
      const std::string line = good_layout.substr(good_layout.find("  <rule id"));
      BOOST_TEST(error.place().column == line.find("note empty") + column, error.what());
    }
    return;
  }
  BOOST_ERROR("the rule is taken: " << text);
}

BOOST_AUTO_TEST_CASE(a_rule_that_is_none_is_told_with_line_and_column) {
  expect_rule_refused("note", 0);
  expect_rule_refused("nota empty", 1);
  expect_rule_refused("note given and nota given", 16);
  expect_rule_refused("note given given", 0);
  expect_rule_refused("(note given", 0);
  expect_rule_refused("1 + 2", 0);
  expect_rule_refused("cash given", 0);
  expect_rule_refused("paid", 0);
  expect_rule_refused("note in planets", 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
