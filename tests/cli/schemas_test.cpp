// `--schemas DIR`: a form, a table or a word changes without a new program, and a fault is told
// with its place.
#include <filesystem>

#include "tests/cli/command.hpp"

namespace {

using namespace kpfd_test;
using namespace std::string_literals;

std::string schema(const std::string& name) {
  return read_file(std::string(KPFD_SOURCE_DIR) + "/schemas/" + name);
}

/// A form of few items with a rule of its own.
const char* const new_form = R"(<?xml version="1.0" encoding="UTF-8"?>
<layout form="9990700" key="example" name="見本届" name-en="Example filing" edition="2025-04">
  <item key="form_code" name="様式コード" type="N" length="7" need="required" values="9990700" source="test 1 [D]"/>
  <use block="office-symbol"/>
  <item key="amount" name="金額" name-en="Amount" type="N" length="1..7" need="required" unit="yen" least="1000" source="test 5 [D]"/>
  <item key="double_amount" name="倍額" type="N" length="1..7" need="required" unit="yen" source="test 6 [D]"/>
  <rule id="EXAMPLE-DOUBLE" at="double_amount" source="test 6 [D]"
        good="amount=1000 double_amount=2000" bad="amount=1000 double_amount=1000">
    double_amount == 2 * amount
  </rule>
  <use block="union"/>
</layout>
)";

/// A filing with one record of the new form.
std::string filing_of_new_form(const std::string& amount, const std::string& twice) {
  Filing filing = filing_for("KPFD");
  filing.lines[5] = sjis("9990700,21,01,ｹｲﾄ," + amount + "," + twice + ",1001,12,");
  return filing.text();
}

Result check_with(const std::string& schemas, const std::string& file) {
  return check({"--schemas", schemas, "--format", "jsonl", file});
}

BOOST_AUTO_TEST_SUITE(schemas)

BOOST_AUTO_TEST_CASE(a_new_form_is_checked_without_a_new_program) {
  const std::string folder = fresh_folder("new-form");
  const std::string dir = folder + "/schemas";
  write_file(dir + "/layouts/9990700-2025-04.xml", new_form);
  const std::string file = folder + "/KPFD0006.CSV";
  write_file(file, filing_of_new_form("1000", "2000"));
  Result result = check({"--format", "jsonl", file});
  BOOST_TEST(contains(result.out, "FORM-UNKNOWN"));
  result = check_with(dir, file);
  BOOST_TEST(result.status == 0);
  BOOST_TEST(objects_of(result.out).size() == 1U);
  BOOST_TEST(objects_of(result.out)[0]["records"] == R"({"9990700":1})");

  write_file(file, filing_of_new_form("999", "1999"));
  auto objects = objects_of(check_with(dir, file).out);
  BOOST_TEST_REQUIRE(objects.size() == 2U);
  BOOST_TEST(objects[0]["rule"] == "LEAST");
  BOOST_TEST(objects[0]["item"] == "5");
  BOOST_TEST(objects[0]["key"] == "amount");
  BOOST_TEST(objects[0]["form"] == "9990700");
  write_file(file, filing_of_new_form("1000", "1999"));
  result = check_with(dir, file);
  BOOST_TEST(result.status == 1);
  objects = objects_of(result.out);
  BOOST_TEST_REQUIRE(objects.size() == 2U);
  BOOST_TEST(objects[0]["rule"] == "EXAMPLE-DOUBLE");
  BOOST_TEST(objects[0]["item"] == "6");
  BOOST_TEST(!objects[0]["message"].empty());
  // Another schema, another name of it in the report.
  BOOST_TEST(objects[1]["schemas"] != engine().schemas_edition());

  result = kpfd_run({"explain", "--lang", "en", "--schemas", dir, "9990700.amount"});
  BOOST_TEST(result.status == 0);
  BOOST_TEST(contains(result.out, "1000"));
  result = kpfd_run({"explain", "--lang", "en", "--schemas", dir, "EXAMPLE-DOUBLE"});
  BOOST_TEST(result.status == 0);
}

BOOST_AUTO_TEST_CASE(the_built_in_forms_stay_where_nothing_takes_their_place) {
  const std::string folder = fresh_folder("stays");
  const std::string dir = folder + "/schemas";
  write_file(dir + "/layouts/9990700-2025-04.xml", new_form);
  const std::string file = folder + "/KPFD0006.CSV";
  for (const char* form : {"2225700", "2221700", "2265700", "2200700", "2201700"}) {
    write_file(file, filing_for("KPFD", form).text());
    BOOST_TEST(check_with(dir, file).status == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_file_with_the_same_name_takes_the_place_of_the_built_in_one) {
  const std::string folder = fresh_folder("replaced");
  const std::string dir = folder + "/schemas";
  std::string bonus = schema("layouts/2265700-2018-03.xml");
  bonus.replace(bonus.find("least=\"1000\""), 12, "least=\"600000\"");
  write_file(dir + "/layouts/2265700-2018-03.xml", bonus);
  const std::string file = folder + "/KPFD0006.CSV";
  write_file(file, good_text());  // 500000 yen
  BOOST_TEST(check({file}).status == 0);
  const auto objects = objects_of(check_with(dir, file).out);
  BOOST_TEST_REQUIRE(objects.size() == 2U);
  BOOST_TEST(objects[0]["rule"] == "LEAST");
  BOOST_TEST(objects[0]["item"] == "14");
}

BOOST_AUTO_TEST_CASE(severities_and_tables_change_as_well) {
  const std::string folder = fresh_folder("severity");
  const std::string dir = folder + "/schemas";
  std::string checks = schema("checks.xml");
  const std::string before = "id=\"TABLE\" severity=\"warning\"";
  checks.replace(checks.find(before), before.size(), "id=\"TABLE\" severity=\"error\"");
  write_file(dir + "/checks.xml", checks);
  const std::string file = folder + "/KPFD0006.CSV";
  write_file(file, filing_for("KPFD").set("prefecture_code", "99").text());
  BOOST_TEST(check({file}).status == 0);
  BOOST_TEST(check_with(dir, file).status == 1);
  std::string table = schema("tables/prefectures.xml");
  table.replace(table.find("</table>"), 8, "<row code=\"99\" name=\"見本県\"/></table>");
  write_file(dir + "/tables/prefectures.xml", table);
  BOOST_TEST(check_with(dir, file).status == 0);
}

BOOST_AUTO_TEST_CASE(the_embedded_schemas_given_from_outside_say_the_same) {
  const std::string folder = fresh_folder("same");
  const std::string dir = folder + "/schemas";
  std::filesystem::create_directories(dir);
  for (const char* part : {"layouts", "tables", "messages", "checks.xml"}) {
    std::filesystem::copy(std::string(KPFD_SOURCE_DIR) + "/schemas/" + part, dir + "/" + part,
                          std::filesystem::copy_options::recursive);
  }
  const std::string file = folder + "/KPFD0006.CSV";
  write_file(file, bad_text());
  BOOST_TEST(check_with(dir, file).out == check({"--format", "jsonl", file}).out);
}

BOOST_AUTO_TEST_CASE(a_fault_is_told_with_file_line_and_reason_and_nothing_is_checked) {
  struct Fault {
    const char* what;
    std::string find;
    std::string replace;
    const char* line;
  };
  const std::vector<Fault> faults = {
      {"no end of the item", "source=\"test 5 [D]\"/>", "source=\"test 5 [D]\">", ""},
      {"an unknown attribute", "unit=\"yen\" least", "unti=\"yen\" least", ":5"},
      {"an unknown element", "<use block=\"union\"/>", "<sue block=\"union\"/>", ":11"},
      {"a block that there is not", "block=\"union\"", "block=\"onion\"", ":11"},
      {"a rule of an unknown item", "2 * amount", "2 * amuont", ":9"},
      {"a rule that is none", "2 * amount", "2 * * amount", ":9"},
      {"a rule at an unknown item", "at=\"double_amount\"", "at=\"twice\"", ":7"},
      {"a wrong length", "length=\"1..7\" need=\"required\" unit=\"yen\" least",
       "length=\"7..1\" need=\"required\" unit=\"yen\" least", ":5"},
      {"an item said twice", "key=\"double_amount\"", "key=\"amount\"", ":6"},
      {"a DOCTYPE", "<layout form",
       "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>\n<layout form", ""},
      {"an entity", "金額", "&e;", ":5"},
  };
  for (const Fault& fault : faults) {
    const std::string folder = fresh_folder("fault");
    std::string xml = new_form;
    xml.replace(xml.find(fault.find), fault.find.size(), fault.replace);
    write_file(folder + "/schemas/layouts/broken.xml", xml);
    const std::string file = folder + "/KPFD0006.CSV";
    write_file(file, good_text());
    const Result result = check_with(folder + "/schemas", file);
    BOOST_TEST_CONTEXT(fault.what << ": " << result.err) {
      BOOST_TEST(result.status == 2);
      BOOST_TEST(contains(result.err, "broken.xml"));
      BOOST_TEST(contains(result.err, "broken.xml" + std::string(fault.line)));
      BOOST_TEST(result.err.size() > 40U);
      BOOST_TEST(!contains(result.out, "accept"));
      BOOST_TEST(!contains(result.err, "root:"));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_link_out_of_the_folder_is_not_followed) {
  const std::string folder = fresh_folder("link");
  write_file(folder + "/outside.xml", new_form);
  std::filesystem::create_directories(folder + "/schemas/layouts");
  std::filesystem::create_symlink("../../outside.xml",
                                  folder + "/schemas/layouts/9990700-2025-04.xml");
  const std::string file = folder + "/KPFD0006.CSV";
  write_file(file, filing_of_new_form("1000", "2000"));
  BOOST_TEST(check_with(folder + "/schemas", file).status != 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
