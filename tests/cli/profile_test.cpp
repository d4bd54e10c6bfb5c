// `--profile FILE`: verdict and exit status, every report, and what is refused: a profile from
// outside is hostile until it is known.
#include <sys/stat.h>

#include <filesystem>

#include "kpfd/digest/sha256.hpp"
#include "kpfd/xsd/document.hpp"
#include "tests/cli/command.hpp"
#include "tests/support/profiles.hpp"

namespace {

using namespace kpfd_test;
namespace fs = std::filesystem;

/// A folder with a profile, its roster and a filing.
struct Place {
  explicit Place(const std::string& name, std::string_view elements = "",
                 std::string_view roster = "1001\n")
      : folder(fresh_folder(name)) {
    write_file(profile(), profile_text(elements));
    write_file(folder + "/offices.csv", roster);
    write_file(file(), good_text());
  }
  std::string profile() const { return folder + "/union.xml"; }
  std::string file() const { return folder + "/KPFD0006.CSV"; }
  Result check_as(const std::string& format) const {
    return check({"--profile", profile(), "--format", format, file()});
  }

  std::string folder;
};

/// Refused: told in both streams as it should be, nothing checked.
void expect_refused(const Result& result, std::string_view part) {
  BOOST_TEST_CONTEXT(result.err) {
    BOOST_TEST(result.status == 2);
    BOOST_TEST(result.out.empty());
    BOOST_TEST(contains(result.err, part));
    BOOST_TEST(!contains(result.err, "root:"));
  }
}

BOOST_AUTO_TEST_SUITE(profile)

BOOST_AUTO_TEST_CASE(a_severity_decides_on_verdict_and_status) {
  const Place place("severity",
                    "<severity rule='TABLE' to='error' reason='台帳' reason-en='our ledger'/>"
                    "<severity rule='SEPARATOR-MISSING' to='off' reason='姓名は使わない'/>");
  write_file(place.file(), filing_for("KPFD").set("prefecture_code", "99").text());
  BOOST_TEST(check({place.file()}).status == 0);
  const Result result = place.check_as("jsonl");
  BOOST_TEST(result.status == 1);
  auto objects = objects_of(result.out);
  BOOST_TEST_REQUIRE(objects.size() == 2U);
  BOOST_TEST(objects[0]["severity"] == "error");
  BOOST_TEST(objects[0]["reason"] == "our ledger");
  BOOST_TEST(objects[0].keys() ==
             "type file line form item key rule severity message offset length reason");
  BOOST_TEST(objects[1]["verdict"] == "reject");

  write_file(place.file(), filing_for("KPFD").set("name_kanji", sjis("健保太郎")).text());
  BOOST_TEST(check({place.file()}).status == 1);
  BOOST_TEST(place.check_as("jsonl").status == 0);
  objects = objects_of(place.check_as("jsonl").out);
  BOOST_TEST_REQUIRE(objects.size() == 1U);
  BOOST_TEST(objects[0].keys() ==
             "type file verdict kind encoding bytes offices records errors warnings schemas "
             "edition rules profile off attachments");
  BOOST_TEST(objects[0]["profile"] ==
             R"({"key":"example","edition":"2026-04","sha256":")" +
                 kpfd::digest::sha256(read_file(place.profile())) +
                 R"(","number":"06999999","name":"Example Union","applied":true})");
  BOOST_TEST(objects[0]["off"] ==
             R"([{"rule":"SEPARATOR-MISSING","forms":"","key":"","reason":"姓名は使わない",)"
             R"("findings":1}])");
  BOOST_TEST(objects[0]["attachments"] == "[]");
}

BOOST_AUTO_TEST_CASE(every_report_says_what_the_profile_did) {
  const Place place(
      "reports",
      "<severity rule='TABLE' to='info' reason='台帳' reason-en='our ledger'/>"
      "<severity rule='QUOTE' item='name_kanji' forms='2265700' to='off' reason='無害' "
      "reason-en='harmless'/>"
      "<attachment key='ledger' name='賃金台帳' name-en='wage ledger' "
      "forms='2265700'>cash given</attachment>");
  write_file(place.file(), filing_for("KPFD").set("prefecture_code", "99").text());
  Result result = place.check_as("text");
  BOOST_TEST(result.status == 0);
  for (const char* part :
       {"Severity changed by the union: our ledger", "needs an attachment: wage ledger.",
        "Profile: Example Union (insurer number 06999999), example 2026-04 (sha256:",
        "Turned off: QUOTE in form 2265700 at name_kanji: 0; reason: harmless",
        "Attachments needed:\n    wage ledger: 1"}) {
    BOOST_TEST(contains(result.out, part), part << " in " << result.out);
  }
  result = kpfd_run({"check", "--as-of", "2026-07-31", "--lang", "ja", "--profile", place.profile(),
                     place.file()});
  for (const char* part :
       {"健保組合による扱いの変更：台帳", "添付書類「賃金台帳」が必要です",
        "プロファイル：見本健康保険組合（保険者番号06999999）　example 2026-04",
        "表示しない点検 QUOTE（様式コード2265700）（name_kanji）：0件　理由：無害",
        "必要な添付書類：\n    賃金台帳：1件"}) {
    BOOST_TEST(contains(result.out, part), part << " in " << result.out);
  }
  for (const char* format : {"json", "jsonl"}) {
    const std::string out = place.check_as(format).out;
    BOOST_TEST(contains(out, R"("rule":"PROFILE-ATTACHMENT","severity":"info")"));
    BOOST_TEST(contains(out, R"("attachment":"ledger")"));
    BOOST_TEST(contains(out, R"("reason":"our ledger")"));
    BOOST_TEST(
        contains(out, R"("attachments":[{"key":"ledger","name":"wage ledger","records":1}])"));
    BOOST_TEST(contains(out, R"("off":[{"rule":"QUOTE","forms":"2265700","key":"name_kanji",)"));
  }
}

BOOST_AUTO_TEST_CASE(a_report_that_is_cut_off_still_says_what_was_turned_off) {
  const Place place("cut", "<severity rule='TABLE' to='off' reason='r'/>");
  write_file(place.file(), filing_for("KPFD").set("prefecture_code", "99").text());
  const Result result = check(
      {"--profile", place.profile(), "--max-findings", "0", "--format", "jsonl", place.file()});
  BOOST_TEST(contains(result.out, R"("reason":"r","findings":1})"));
}

BOOST_AUTO_TEST_CASE(a_file_for_the_pension_office_is_said_to_be_none_of_its) {
  const Place place("pension");
  write_file(place.folder + "/SHFD0006.CSV", filing_for("SHFD").text());
  const std::string path = place.folder + "/SHFD0006.CSV";
  const auto objects =
      objects_of(check({"--profile", place.profile(), "--format", "jsonl", path}).out);
  BOOST_TEST_REQUIRE(objects.size() == 2U);
  BOOST_TEST(objects[0]["rule"] == "PROFILE-OTHER-RECEIVER");
  BOOST_TEST(objects[0]["severity"] == "info");
  BOOST_TEST(objects[0]["line"] == "0");
  BOOST_TEST(contains(objects[1]["profile"], R"("applied":false)"));
  BOOST_TEST(contains(check({"--profile", place.profile(), path}).out, "not applied"));
}

BOOST_AUTO_TEST_CASE(without_a_profile_the_objects_are_as_they_were) {
  const Place place("none");
  const auto objects = objects_of(check({"--format", "jsonl", place.file()}).out);
  BOOST_TEST(objects.at(0).keys() ==
             "type file verdict kind encoding bytes offices records errors warnings schemas "
             "edition rules");
}

BOOST_AUTO_TEST_CASE(the_roster_stands_beside_the_profile) {
  const Place place("roster", "<roster file='offices.csv'/>", "1002\n");
  BOOST_TEST(place.check_as("text").status == 1);
  write_file(place.folder + "/offices.csv", "1001,a\n");
  BOOST_TEST(place.check_as("text").status == 0);
  // Whatever folder the command is called from, and through a link to the profile.
  const std::string elsewhere = fresh_folder("elsewhere");
  fs::create_symlink(fs::absolute(place.profile()), elsewhere + "/link.xml");
  BOOST_TEST(check({"--profile", elsewhere + "/link.xml", place.file()}).status == 0);
}

BOOST_AUTO_TEST_CASE(reports_name_what_the_profile_and_its_roster_hash_to) {
  const Place place("hash", "<roster file='offices.csv'/>", "1001\r\n1002\r\n");
  const std::string hash =
      kpfd::digest::sha256(read_file(place.profile()) + read_file(place.folder + "/offices.csv"));
  BOOST_TEST(contains(place.check_as("text").out, "(sha256:" + hash + ")"));
  BOOST_TEST(contains(place.check_as("json").out, R"("sha256":")" + hash + '"'));
  const std::string summary = place.check_as("jsonl").out;
  BOOST_TEST(contains(summary, R"("sha256":")" + hash + '"'));
  // The rules are those of the schemas, whatever the profile says.
  const std::string plain = check({"--format", "jsonl", place.file()}).out;
  const auto rules_of = [](const std::string& out) { return objects_of(out).at(0)["rules"]; };
  BOOST_TEST(rules_of(summary) == rules_of(plain));
  write_file(place.folder + "/offices.csv", "1001\r\n1003\r\n");
  BOOST_TEST(!contains(place.check_as("jsonl").out, hash));
  // Where the profile lies is nothing to it.
  const std::string elsewhere = fresh_folder("hash-elsewhere");
  write_file(elsewhere + "/mine.xml", read_file(place.profile()));
  write_file(elsewhere + "/offices.csv", "1001\r\n1002\r\n");
  BOOST_TEST(contains(check({"--profile", elsewhere + "/mine.xml", place.file()}).out, hash));
}

BOOST_AUTO_TEST_CASE(the_list_and_the_programs_of_rules_are_those_with_the_profile) {
  const Place place("listed",
                    "<roster file='offices.csv' media-record='left-out'/>"
                    "<forms taken='2265700'/>"
                    "<item key='union_item' values='A01|B02' length='3' need='required'/>"
                    "<severity rule='TABLE' forms='2265700' to='error' reason='台帳' "
                    "reason-en='our ledger'/>"
                    "<severity rule='QUOTE' to='off' reason='無害'/>"
                    "<attachment key='ledger' name='賃金台帳' forms='2265700' at='cash'>cash >= "
                    "1000 and in_kind given</attachment>");
  const std::string hash =
      kpfd::digest::sha256(read_file(place.profile()) + read_file(place.folder + "/offices.csv"));
  Result result = kpfd_run({"explain", "--catalogue", "json", "--profile", place.profile()});
  BOOST_TEST(result.status == 0);
  for (const std::string& part :
       {"\"sha256\": \"" + hash + '"', std::string(R"("attachment": "ledger")"),
        std::string(R"x("condition": "not (cash >= 1000 and in_kind given)")x"),
        std::string(R"("severity": "off")"), std::string(R"("reason_en": "our ledger")")}) {
    BOOST_TEST(contains(result.out, part), part);
  }
  result = kpfd_run({"explain", "--catalogue", "markdown", "--profile", place.profile()});
  BOOST_TEST(result.status == 0);
  for (const std::string& part :
       {"`sha256:" + hash + '`', std::string("ledger: not (cash >= 1000 and in_kind given)"),
        std::string("表示しない / off — 無害 / 無害"),
        std::string("エラー / error (2265700) — 台帳 / our ledger")}) {
    BOOST_TEST(contains(result.out, part), part);
  }
  result = kpfd_run({"explain", "--rule-program", "ledger", "--profile", place.profile()});
  BOOST_TEST(result.status == 0);
  BOOST_TEST(contains(result.out, "  not (cash >= 1000 and in_kind given)\n"));
  BOOST_TEST(contains(result.out, "ledger  2265700"));
  BOOST_TEST(!contains(result.out, "SHFD"));
  BOOST_TEST(kpfd_run({"explain", "--rule-program", "ledger"}).status == 2);
}

BOOST_AUTO_TEST_CASE(a_roster_that_cannot_be_had_is_refused) {
  const Place place("bad-roster", "<roster file='lists/offices.csv'/>");
  expect_refused(place.check_as("jsonl"),
                 "union.xml:2:2: <roster>: file `lists/offices.csv`: No such");
  fs::create_directories(place.folder + "/lists/offices.csv");
  expect_refused(place.check_as("jsonl"), "not a regular file");
  fs::remove(place.folder + "/lists/offices.csv");
  BOOST_TEST(::mkfifo((place.folder + "/lists/offices.csv").c_str(), 0600) == 0);
  expect_refused(place.check_as("jsonl"), "not a regular file");
  fs::remove(place.folder + "/lists/offices.csv");
  write_file(place.folder + "/lists/offices.csv", std::string((4U << 20) + 1, '1'));
  expect_refused(place.check_as("jsonl"), "larger than 4194304 bytes");
  write_file(place.folder + "/lists/offices.csv", "1001\n????\n");
  expect_refused(place.check_as("jsonl"), "lists/offices.csv:2: office roster: the line");
  write_file(place.folder + "/lists/offices.csv", "");
  expect_refused(place.check_as("jsonl"), "no office number in it");
  fs::remove(place.folder + "/lists/offices.csv");
  if (::geteuid() != 0) {  // who may read everything cannot be refused
    write_file(place.folder + "/lists/offices.csv", "1001\n");
    BOOST_TEST(::chmod((place.folder + "/lists/offices.csv").c_str(), 0) == 0);
    expect_refused(place.check_as("jsonl"), "Permission denied");
  }
}

BOOST_AUTO_TEST_CASE(a_roster_elsewhere_is_not_opened) {
  for (const char* path :
       {"../secret.csv", "/etc/passwd", "a/../../secret.csv", "..\\secret.csv"}) {
    const Place place("traversal", "<roster file='" + std::string(path) + "'/>");
    write_file(place.folder + "/../secret.csv", "1001\n");
    const Result result = place.check_as("jsonl");
    expect_refused(result, "union.xml:2");
    BOOST_TEST(!contains(result.err, "1001"));
  }
  const Place place("link-out", "<roster file='link.csv'/>");
  write_file(place.folder + "/../secret.csv", "1001\n");
  fs::create_symlink("../secret.csv", place.folder + "/link.csv");
  expect_refused(place.check_as("jsonl"), "a link that leads out of the profile's folder");
  fs::remove(place.folder + "/link.csv");
  fs::create_symlink("offices.csv", place.folder + "/link.csv");
  BOOST_TEST(place.check_as("jsonl").status == 0);
}

BOOST_AUTO_TEST_CASE(a_table_beside_the_profile_is_opened_only_to_convert) {
  const Place place("tables", "<table file='numbers.csv'/>");
  const auto convert = [&place](std::vector<std::string> more) {
    std::vector<std::string> arguments = {"convert", "--as-of",   "2026-07-31",
                                          "--lang",  "en",        "--destination",
                                          "KPFD",    "--profile", place.profile()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return kpfd_run(arguments);
  };
  const std::string file = place.folder + "/SHFD0006.CSV";
  const kpfd_test::Filing filing = filing_for("SHFD", "2265700");
  write_file(file, filing.text());
  BOOST_TEST(place.check_as("jsonl").status == 0);
  expect_refused(convert({file}), "union.xml:2:2: <table>: file `numbers.csv`: No such");
  const std::string heading = "union_office_number,prefecture_code,district_code,office_symbol\r\n";
  const std::string office =
      filing.cell(0, 0) + "," + filing.cell(0, 1) + "," + filing.cell(0, 2) + "\r\n";
  write_file(place.folder + "/numbers.csv", heading + "4321," + office);
  Result result = convert({file});
  BOOST_TEST(result.status == 0);
  BOOST_TEST(result.out.rfind("4321,", 0) == 0);
  // A table of the command line is asked first, a setting last.
  write_file(place.folder + "/mine.csv", heading + "8765," + office);
  result = convert({file, "--table", place.folder + "/mine.csv"});
  BOOST_TEST(result.out.rfind("8765,", 0) == 0);
  result = convert({file, "--set", "union_office_number=1"});
  BOOST_TEST(result.out.rfind("4321,", 0) == 0);
  // A key that no item has, and a link that leads out.
  write_file(place.folder + "/numbers.csv", "onion_office_number,prefecture_code\n1,2\n");
  expect_refused(convert({file}), "`onion_office_number`");
  fs::remove(place.folder + "/numbers.csv");
  fs::create_symlink("../secret.csv", place.folder + "/numbers.csv");
  expect_refused(convert({file}), "a link that leads out of the profile's folder");
  BOOST_TEST(place.check_as("jsonl").status == 0);
}

BOOST_AUTO_TEST_CASE(a_hostile_profile_is_refused_at_the_door) {
  const std::string head = R"(<profile key="a" edition="2026-04" number="06999999" name="n")";
  std::string deep = head + ">";
  std::string many = head + ">";
  for (int i = 0; i < 100; ++i) {
    deep += "<item key='a'>";
  }
  for (int i = 0; i < 20'000; ++i) {
    many += "<item key='union_item' length='0'/>";
  }
  std::string laughs = "<!DOCTYPE profile [<!ENTITY a \"ha\">";
  for (char c = 'b'; c < 'k'; ++c) {
    const std::string before(1, static_cast<char>(c - 1));
    laughs.append("<!ENTITY ").append(1, c).append(" \"");
    for (int i = 0; i < 3; ++i) {
      laughs.append("&").append(before).append(";");
    }
    laughs += "\">";
  }
  struct Hostile {
    const char* what;
    std::string text;
    const char* said;
  };
  const std::vector<Hostile> all = {
      {"a DOCTYPE", "<!DOCTYPE profile>\n" + head + "/>", "union.xml:1: "},
      {"an external entity",
       "<!DOCTYPE profile [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>\n" + head + ">&e;</profile>",
       "union.xml"},
      {"entities that grow", laughs + "]>" + head + ">&j;</profile>", "union.xml"},
      {"an entity of nobody", head + ">&e;</profile>", "union.xml"},
      {"a processing instruction", "<?php x?>" + head + "/>", "union.xml:1"},
      {"an XInclude",
       head + " xmlns:x=\"http://www.w3.org/2001/XInclude\"><x:include "
              "href=\"/etc/passwd\"/></profile>",
       "union.xml:1"},
      {"depth", deep, "union.xml"},
      {"many elements", many + "</profile>", "union.xml"},
      {"UTF-16", std::string("\xFF\xFE<\0p\0", 6), "union.xml"},
      {"another encoding", "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>" + head + "/>",
       "union.xml"},
      {"a huge file", head + ">" + std::string(kpfd::xsd::Limits{}.bytes, ' ') + "</profile>",
       "larger than"},
      {"no end", head + ">", "union.xml"},
      {"nothing", "", "union.xml"},
      {"another file", good_text(), "union.xml"},
      {"an unknown element", head + ">\n<roaster file='a'/></profile>", "union.xml:2: "},
      {"an unknown attribute", head + ">\n\n<roster flie='a'/></profile>", "union.xml:3: "},
      {"control characters in a name", head + " name-en=\"a\x01\"/>", "union.xml"},
      {"a wrong number", R"(<profile key="a" edition="2026-04" number="1" name="n"/>)", "number"},
      {"a rule that there is not",
       head + ">\n<severity rule='DATE-ERAS' to='off' reason='r'/></profile>",
       "union.xml:2:2: <severity>: no check or rule is called `DATE-ERAS`; did you mean "
       "`DATE-ERA`?"},
      {"a form that there is not", head + ">\n<forms taken='2265799'/></profile>",
       "union.xml:2:2: <forms>: no form `2265799`"},
      {"an item that there is not", head + ">\n<item key='unionitem' length='0'/></profile>",
       "did you mean `union_item`?"},
      {"an expression that is none",
       head + ">\n<attachment key='a' name='n' forms='2265700'>cash ==</attachment></profile>",
       "union.xml:2:53: attachment a: expected"},
  };
  for (const Hostile& hostile : all) {
    const Place place("hostile");
    write_file(place.profile(), hostile.text);
    BOOST_TEST_CONTEXT(hostile.what) { expect_refused(place.check_as("jsonl"), hostile.said); }
  }
}

BOOST_AUTO_TEST_CASE(a_profile_that_is_no_file_is_refused) {
  const Place place("no-file");
  for (const std::string& path : {place.folder, place.folder + "/none.xml", std::string("-"),
                                  std::string("/dev/zero"), std::string("/dev/null")}) {
    expect_refused(check({"--profile", path, place.file()}), "");
  }
}

BOOST_AUTO_TEST_CASE(refusals_are_told_in_the_language_of_the_run) {
  const Place place("language", "<forms taken='2265799'/>");
  Result result = kpfd_run({"check", "--lang", "ja", "--profile", place.profile(), place.file()});
  expect_refused(result, "プロファイルを使えません");
  result = kpfd_run({"check", "--lang", "en", "--profile", place.profile(), place.file()});
  expect_refused(result, "the profile cannot be used");
}

BOOST_AUTO_TEST_CASE(profile_and_schemas_from_outside_go_together) {
  const Place place("schemas", "<forms taken='9990700'/>");
  expect_refused(place.check_as("jsonl"), "no form `9990700`");
  write_file(place.folder + "/schemas/layouts/9990700-2025-04.xml",
             R"(<layout form="9990700" key="example" name="見本" edition="2025-04">
  <item key="form_code" name="様式コード" type="N" length="7" need="required" values="9990700" source="t [D]"/>
  <use block="office-symbol"/>
  <use block="union"/>
</layout>)");
  const Result result = check({"--profile", place.profile(), "--schemas", place.folder + "/schemas",
                               "--format", "jsonl", place.file()});
  BOOST_TEST(contains(result.out, "PROFILE-FORM"));
  // A fault of the schemas is not the profile's.
  write_file(place.folder + "/schemas/layouts/9990700-2025-04.xml", "<layout/>");
  const Result broken =
      check({"--profile", place.profile(), "--schemas", place.folder + "/schemas", place.file()});
  expect_refused(broken, "9990700-2025-04.xml");
  BOOST_TEST(!contains(broken.err, "the profile cannot be used"));
}

BOOST_AUTO_TEST_CASE(the_example_checks_a_filing) {
  const std::string example = std::string(KPFD_SOURCE_DIR) + "/schemas/profiles/kasumino.xml";
  const Place place("example");
  Result result = check({"--profile", example, place.file()});
  BOOST_TEST(result.status == 0, result.out << result.err);
  Filing filing = filing_for("KPFD", "2221700");
  filing.set("previous_health_standard", "0560").set("raise_kind", "2");
  filing.set("union_item", "A13").set("union_office_number", "9001").set(3, 0, "9001");
  write_file(place.file(), filing.text());
  result = check({"--profile", example, "--format", "jsonl", place.file()});
  BOOST_TEST(result.status == 1);
  std::vector<std::string> found;
  for (const JsonObject& object : objects_of(result.out)) {
    if (object["type"] == "finding") {
      found.push_back(object["line"] + " " + object["item"] + " " + object["rule"]);
    }
  }
  BOOST_TEST(listed(found) == listed({"4 1 PROFILE-OFFICE-FORMAT", "6 38 PROFILE-ATTACHMENT",
                                      "6 38 PROFILE-ATTACHMENT", "6 52 VALUES-REFUSED"}));
}

BOOST_AUTO_TEST_CASE(explain_knows_what_the_profile_says) {
  const Place place(
      "explain",
      "<item key='union_item' forms='2265700' name='所属コード' name-en='Department' length='0|3'/>"
      "<severity rule='TABLE' forms='2265700' item='prefecture_code' to='error' reason='台帳' "
      "reason-en='our ledger'/>"
      "<severity rule='QUOTE' to='off' reason='無害'/>"
      "<let name='much' forms='2265700'>cash >= 9000000</let>"
      "<attachment key='ledger' name='賃金台帳' name-en='wage ledger' forms='2265700' at='cash'>"
      "much</attachment>");
  const auto explain = [&](std::vector<std::string> subjects) {
    subjects.insert(subjects.begin(), {"explain", "--lang", "en", "--profile", place.profile()});
    const Result result = kpfd_run(subjects);
    BOOST_TEST(result.status == 0, result.err);
    return result.out;
  };
  BOOST_TEST(contains(explain({"TABLE"}),
                      "profile example (2265700 prefecture_code): Error; reason: our ledger"));
  BOOST_TEST(contains(explain({"QUOTE"}), "profile example: off; reason: 無害"));
  BOOST_TEST(contains(explain({"2265700.union_item"}), "0|3"));
  BOOST_TEST(!contains(explain({"2221700.union_item"}), "0|3"));
  BOOST_TEST(contains(explain({"2265700.cash"}), "attachment ledger: much"));
  const std::string ledger = explain({"ledger"});
  for (const char* part : {"ledger  [", "attachment: wage ledger", "forms: 2265700", "item: cash",
                           "needed where: much", "much: cash >= 9000000"}) {
    BOOST_TEST(contains(ledger, part), part << " in " << ledger);
  }
  BOOST_TEST(contains(explain({"PROFILE-ATTACHMENT"}), "ledger: wage ledger"));
  const std::string list = explain({});
  for (const char* part :
       {"example  2026-04  Example Union", "TABLE  Error", "QUOTE  off", "ledger  wage ledger"}) {
    BOOST_TEST(contains(list, part), part);
  }
  BOOST_TEST(kpfd_run({"explain", "ledger"}).status == 2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
