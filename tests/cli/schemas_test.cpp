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
  BOOST_TEST(objects[1]["schemas"] == "2025-04");
  BOOST_TEST(objects[1]["rules"].size() == engine().rules_hash().size());
  BOOST_TEST(objects[1]["rules"] != engine().rules_hash());

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
      {"a block that there is not", "block=\"union\"", "block=\"onion\"",
       ":11:4: <use>: no block `onion`; did you mean `union`?"},
      {"a rule of an unknown item", "2 * amount", "2 * amuont",
       ":9:26: rule EXAMPLE-DOUBLE: nothing is called `amuont`; did you mean `amount`?"},
      {"a rule that is none", "2 * amount", "2 * * amount",
       ":9:26: rule EXAMPLE-DOUBLE: expected a number or an item, found `*`"},
      {"a fault behind an escaped character", "double_amount == 2 * amount",
       "1 &lt; amount and amuont > 1", ":9:23: rule EXAMPLE-DOUBLE: nothing is called"},
      {"a misspelt word of the language", "double_amount == 2 * amount", "amount gievn",
       ":9:12: rule EXAMPLE-DOUBLE: expected an operator or the end of the rule, found `gievn`; "
       "did you mean `given`?"},
      {"a fault in `when`", "at=\"double_amount\"", "at=\"double_amount\" when=\"1 &lt; amuont\"",
       ":7:61: rule EXAMPLE-DOUBLE: in `when`: nothing is called `amuont`"},
      {"a rule at an unknown item", "at=\"double_amount\"", "at=\"duoble_amount\"",
       ":7:4: rule EXAMPLE-DOUBLE: `at`: no item is called `duoble_amount`; did you mean "
       "`double_amount`?"},
      {"a misspelt attribute of a rule", "good=", "godo=",
       ":7: Element 'rule', attribute 'godo': The attribute 'godo' is not allowed; did you mean "
       "`good`?"},
      {"a rule for nobody", "at=\"double_amount\"", "at=\"double_amount\" for=\"KPDF\"",
       ":7:4: rule EXAMPLE-DOUBLE: `for`: no receiver `KPDF`; did you mean `KPFD`?"},
      {"a raw `<`", "double_amount == 2 * amount", "double_amount < 2", ":9: a tag without a name"},
      {"the id of a check", "EXAMPLE-DOUBLE", "LENGTH", ":7:4: rule `LENGTH` has the id of a"},
      {"a misspelt table", "unit=\"yen\" least", "among=\"health_grade\" unit=\"yen\" least",
       ":5:4: <item>: no table `health_grade`; did you mean `health_grades`?"},
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
      BOOST_TEST(contains(result.err, folder + "/schemas/layouts/broken.xml" + fault.line));
      BOOST_TEST(result.err.size() > 40U);
      BOOST_TEST(!contains(result.out, "accept"));
      BOOST_TEST(!contains(result.err, "root:"));
    }
  }
}

// What a stranger does who has read the reference page and nothing else.
BOOST_AUTO_TEST_CASE(a_rule_added_to_an_exported_file_works_at_once) {
  const std::string folder = fresh_folder("stranger");
  const std::string dir = folder + "/mine";
  const std::string name = "layouts/2265700-2018-03.xml";
  Result result = kpfd_run({"schemas", "--lang", "en", "--export", dir, name});
  BOOST_TEST(result.status == 0, result.err);
  BOOST_TEST(read_file(dir + "/" + name) == schema(name));
  BOOST_TEST(result.out == dir + "/" + name + "\n");
  const std::string file = folder + "/KPFD0006.CSV";
  write_file(file, good_text());
  const auto with_rule = [&](const std::string& words) {
    std::string xml = schema(name);
    xml.insert(
        xml.find("  <use block=\"union-of-insured\"/>"),
        "  <rule id=\"MY-BONUS\" at=\"bonus_total\" severity=\"warning\" source=\"our union [C]\"" +
            words + ">\n    bonus_total &lt; 400000\n      or cash == 1\n  </rule>\n");
    write_file(dir + "/" + name, xml);
  };
  with_rule("");
  for (const char* language : {"ja", "en"}) {
    result = kpfd_run({"check", "--as-of", "2026-07-31", "--lang", language, "--schemas", dir,
                       "--format", "jsonl", file});
    BOOST_TEST(result.status == 0, result.err);
    const auto objects = objects_of(result.out);
    BOOST_TEST_REQUIRE(objects.size() == 2U);
    BOOST_TEST(objects[0]["rule"] == "MY-BONUS");
    BOOST_TEST(objects[0]["severity"] == "warning");
    BOOST_TEST(objects[0]["item"] == "14");
    // Without any words for it, the rule speaks for itself.
    BOOST_TEST(contains(objects[0]["message"], "MY-BONUS"), objects[0]["message"]);
    BOOST_TEST(contains(objects[0]["message"], "bonus_total < 400000 or cash == 1"));
    BOOST_TEST(!contains(objects[0]["message"], "500000"));
  }
  with_rule(" message=\"賞与が大きすぎます。\" message-en=\"A large bonus.\"");
  const auto message = [&](const std::string& language) {
    result = kpfd_run({"check", "--as-of", "2026-07-31", "--lang", language, "--schemas", dir,
                       "--format", "jsonl", file});
    return std::string(objects_of(result.out).at(0)["message"]);
  };
  BOOST_TEST(contains(message("ja"), "賞与が大きすぎます。"));
  BOOST_TEST(!contains(message("ja"), "400000"));
  BOOST_TEST(contains(message("en"), "A large bonus."));
  result = kpfd_run({"explain", "--lang", "en", "--schemas", dir, "MY-BONUS"});
  BOOST_TEST(contains(result.out, "A large bonus."));
  BOOST_TEST(contains(result.out, "bonus_total < 400000 or cash == 1"));
  result = kpfd_run({"explain", "--schemas", dir, "--rule-program", "MY-BONUS"});
  BOOST_TEST(contains(result.out, "400000"));
  result = kpfd_run({"explain", "--schemas", dir, "--catalogue", "json"});
  BOOST_TEST(contains(result.out, "\"A large bonus.\""));
  with_rule(" message=\"賞与が大きすぎます。\"");
  BOOST_TEST(contains(message("en"), "賞与が大きすぎます。"));
  // The catalogues know better what a rule of theirs means.
  std::string xml = schema(name);
  xml.insert(xml.find(" at=\"bonus_total\""), " message=\"だめ\"");
  write_file(dir + "/" + name, xml);
  write_file(file, filing_for("KPFD").set("bonus_total", "499000").text());
  BOOST_TEST(!contains(message("ja"), "だめ"));
}

BOOST_AUTO_TEST_CASE(all_schemas_exported_are_the_same_rules) {
  const std::string folder = fresh_folder("exported");
  const std::string dir = folder + "/all";
  BOOST_TEST(kpfd_run({"schemas", "--export", dir}).status == 0);
  const Result built = kpfd_run({"schemas", "--lang", "en"});
  const Result exported = kpfd_run({"schemas", "--lang", "en", "--schemas", dir});
  BOOST_TEST(exported.status == 0, exported.err);
  for (const std::string& line : {lines_of(built.out)[0], lines_of(built.out)[2]}) {
    BOOST_TEST(contains(exported.out, line));
  }
  BOOST_TEST(contains(built.out, engine().rules_hash()));
  // What stands there already is not overwritten, in part or in whole.
  const Result again = kpfd_run({"schemas", "--lang", "en", "--export", dir});
  BOOST_TEST(again.status == 2);
  BOOST_TEST(contains(again.err, "not overwritten"));
  const std::string kept = folder + "/kept";
  write_file(kept + "/checks.xml", "mine");
  BOOST_TEST(kpfd_run({"schemas", "--export", kept, "layouts/blocks.xml"}).status == 0);
  BOOST_TEST(kpfd_run({"schemas", "--export", kept, "checks.xml"}).status == 2);
  BOOST_TEST(read_file(kept + "/checks.xml") == "mine");
  BOOST_TEST(kpfd_run({"schemas", "--export", kept, "layouts/none.xml"}).status == 2);
  BOOST_TEST(kpfd_run({"schemas", "layouts/blocks.xml"}).status == 2);
}

// By hand, as the documentation says.
BOOST_AUTO_TEST_CASE(the_hash_of_the_rules_can_be_made_with_sha256sum) {
  const std::string folder = fresh_folder("by-hand");
  const std::string dir = folder + "/all";
  BOOST_TEST(kpfd_run({"schemas", "--export", dir}).status == 0);
  Call call;
  call.arguments = {
      "-c", "cd \"$0\" && LC_ALL=C sha256sum checks.xml layouts/*.xml tables/*.xml | sha256sum",
      dir};
  const Result made = run("/bin/sh", call);
  BOOST_TEST_REQUIRE(made.out.size() > 64U);
  BOOST_TEST("sha256:" + made.out.substr(0, 64) == engine().rules_hash());
}

BOOST_AUTO_TEST_CASE(the_edition_is_forced_or_refused) {
  const std::string folder = fresh_folder("edition");
  const std::string file = folder + "/KPFD0006.CSV";
  write_file(file, filing_of(record_of("2200700", "KPFD", "2018-03")).set(0, 2, "20260701").text());
  Result result = check({"--format", "jsonl", "--edition", "2018-03", file});
  BOOST_TEST(result.status == 0);
  auto objects = objects_of(result.out);
  BOOST_TEST_REQUIRE(objects.size() == 1U);
  BOOST_TEST(objects[0]["schemas"] == "2024-12");
  BOOST_TEST(objects[0]["edition"] == "2018-03");
  BOOST_TEST(objects[0]["rules"] == engine().rules_hash());
  result = check({"--format", "jsonl", "--edition", "2024-12", file});
  BOOST_TEST(result.status == 1);
  objects = objects_of(result.out);
  BOOST_TEST(objects[0]["rule"] == "COLUMNS");
  BOOST_TEST(contains(objects[0]["message"], "edition 2024-12"), objects[0]["message"]);
  result = check({file});
  BOOST_TEST(contains(result.out, "EDITION"));
  BOOST_TEST(contains(result.out, engine().rules_hash()));
  for (const char* unknown : {"2024-11", "", "x"}) {
    result = check({"--edition", unknown, file});
    BOOST_TEST_CONTEXT(unknown << result.err) {
      BOOST_TEST(result.status == 2);
      BOOST_TEST(contains(result.err, "2018-03, 2024-12"));
      BOOST_TEST(result.out.empty());
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
