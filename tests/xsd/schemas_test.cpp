// The XSDs and the files of schemas/: every file fits, and each kind of slip is found at its line.

#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <vector>

#include "kpfd/xsd/directory.hpp"
#include "kpfd/xsd/fault.hpp"
#include "kpfd/xsd/validator.hpp"
#include "kpfd_test.hpp"
#include "tests/xsd/support.hpp"

namespace {

using kpfd::xsd::Validator;
using test_xsd::contains;
using test_xsd::refusal;

struct Slip {
  const char* name;
  const char* from;  ///< what stands once in the text ...
  const char* to;    ///< ... and what stands there instead
  std::uint32_t line;
  const char* reason;  ///< part of what is said
};

struct Case {
  const char* name;
  const char* xsd;
  const char* good;
  std::vector<Slip> slips;
};

const Case layout_case = {
    "slips_layout",
    "layout.xsd",
    R"(<?xml version="1.0" encoding="UTF-8"?>
<layout form="2265700" key="bonus" name="賞与支払届" name-en="Bonus" edition="2018-03" valid-to="2030-12-31">
  <item key="form_code" name="様式コード" type="N" length="7" need="required" values="2265700" source="s 1 [A]"/>
  <use block="person"/>
  <repeat label="month" labels="4月|5月|6月">
    <item key="pay_month" name="支給月（{month}）" type="N" length="0|2|4" need="optional" values="04;05;06" source="s 2 [A]"/>
  </repeat>
  <item key="raise_kind" name="区分" type="AN" length="1..7" need="conditional" not="1|2..3" meaning="1 昇給|2 降給" source="s 3 [A]"/>
  <absent key="card" source="s 4 [A]"/>
  <date key="paid" era="paid_era" ymd="paid_ymd"/>
  <let name="threshold">if a == 1 then 11 else 17</let>
  <rule id="SUM-1" at="total" severity="warning" source="s 5 [A]" for="KPFD">total == 1</rule>
</layout>
)",
    {
        {"form-code-letters", "form=\"2265700\"", "form=\"22657OO\"", 2, "'form'"},
        {"form-missing", " form=\"2265700\"", "", 2, "'form'"},
        {"edition-month-13", "edition=\"2018-03\"", "edition=\"2018-13\"", 2, "'edition'"},
        {"day-that-does-not-exist", "2030-12-31", "2030-02-30", 2, "'valid-to'"},
        {"day-in-another-form", "2030-12-31", "2030/12/31", 2, "'valid-to'"},
        {"key-with-capital", "key=\"form_code\"", "key=\"formCode\"", 3, "'key'"},
        {"key-with-hyphen", "key=\"form_code\"", "key=\"form-code\"", 3, "'key'"},
        {"key-with-double-underscore", "key=\"form_code\"", "key=\"form__code\"", 3, "'key'"},
        {"key-missing", "key=\"form_code\" ", "", 3, "'key'"},
        {"key-twice", "key=\"raise_kind\"", "key=\"form_code\"", 8, "form_code"},
        {"key-twice-with-a-repeated-item", "key=\"raise_kind\"", "key=\"pay_month\"", 8,
         "pay_month"},
        {"type-unknown", "type=\"AN\"", "type=\"NA\"", 8, "'type'"},
        {"type-small", "type=\"AN\"", "type=\"an\"", 8, "'type'"},
        {"type-with-space", "type=\"AN\"", "type=\"AN \"", 8, "'type'"},
        {"length-with-hyphen", "length=\"1..7\"", "length=\"1-7\"", 8, "'length'"},
        {"length-with-comma", "length=\"0|2|4\"", "length=\"0,2,4\"", 6, "'length'"},
        {"length-three-dots", "length=\"1..7\"", "length=\"1...7\"", 8, "'length'"},
        {"length-open", "length=\"1..7\"", "length=\"1..\"", 8, "'length'"},
        {"length-too-long", "length=\"1..7\"", "length=\"1..128\"", 8, "'length'"},
        {"length-leading-zero", "length=\"7\"", "length=\"07\"", 3, "'length'"},
        {"length-negative", "length=\"7\"", "length=\"-7\"", 3, "'length'"},
        {"length-empty", "length=\"7\"", "length=\"\"", 3, "'length'"},
        {"length-missing", " length=\"7\"", "", 3, "'length'"},
        {"need-unknown", "need=\"conditional\"", "need=\"maybe\"", 8, "'need'"},
        {"values-with-comma", "not=\"1|2..3\"", "not=\"1,2\"", 8, "'not'"},
        {"values-by-repetition-outside", "not=\"1|2..3\"", "not=\"1;2\"", 8, "'not'"},
        {"values-empty", "values=\"2265700\"", "values=\"\"", 3, "'values'"},
        {"meaning-without-code", "1 昇給|2 降給", "昇給|降給", 8, "'meaning'"},
        {"name-empty", "name=\"区分\"", "name=\"\"", 8, "'name'"},
        {"name-with-space-before", "name=\"区分\"", "name=\" 区分\"", 8, "'name'"},
        {"repeated-name-without-label", "（{month}）", "", 6, "'name'"},
        {"label-without-name", "label=\"month\" ", "", 5, "'label'"},
        {"labels-missing", " labels=\"4月|5月|6月\"", "", 5, "'labels'"},
        {"labels-one", "4月|5月|6月", "4月", 5, "'labels'"},
        {"source-missing", " source=\"s 3 [A]\"", "", 8, "'source'"},
        {"attribute-misspelt", "not=\"1|2..3\"", "nots=\"1|2..3\"", 8, "'nots'"},
        {"attribute-of-a-header", "not=\"1|2..3\"", "role=\"office-count\"", 8, "'role'"},
        {"block-key-with-underscore", "block=\"person\"", "block=\"per_son\"", 4, "'block'"},
        {"use-without-block", "block=\"person\"", "", 4, "'block'"},
        {"date-without-era", "era=\"paid_era\" ", "", 10, "'era'"},
        {"let-without-text", "if a == 1 then 11 else 17", "", 11, "let"},
        {"let-of-spaces", "if a == 1 then 11 else 17", "\n \n", 11, "let"},
        {"rule-id-small", "id=\"SUM-1\"", "id=\"sum-1\"", 12, "'id'"},
        {"rule-severity-unknown", "severity=\"warning\"", "severity=\"fatal\"", 12, "'severity'"},
        {"rule-without-source", " source=\"s 5 [A]\"", "", 12, "'source'"},
        {"rule-with-element", "total == 1", "total == <b>1</b>", 12, "rule"},
        {"rule-attribute-unknown", "for=\"KPFD\"", "fore=\"KPFD\"", 12, "'fore'"},
        {"rule-receiver-small", "for=\"KPFD\"", "for=\"kpfd\"", 12, "'for'"},
        {"element-unknown", "<use block=\"person\"/>", "<used block=\"person\"/>", 4, "used"},
        {"text-between", "<use block=\"person\"/>", "person", 2, "layout"},
    }};

const Case structure_case = {
    "slips_structure",
    "layout.xsd",
    R"(<?xml version="1.0" encoding="UTF-8"?>
<structure>
  <era code="7" key="heisei" name="平成" from="1989-01-08" to="2019-04-30"/>
  <era code="9" key="reiwa" name="令和" from="2019-05-01"/>
  <marker section="offices" text="[kanri]"/>
  <marker section="data" text="[data]"/>
  <retired form="22257041" name="旧" successor="2225700"/>
  <header record="count">
    <item key="office_count" name="事業所数" type="N" length="1..3" need="required" role="office-count" source="s [A]"/>
  </header>
  <receiver key="KPFD" file="KPFD0006.CSV" scope="union" name="健康保険組合">
    <header record="media">
      <item key="number" name="番号" type="AN" length="1..10" need="required" chosen="yes" source="s [B]"/>
    </header>
    <header record="office">
      <use block="office-place"/>
    </header>
    <office-key items="number symbol" at="number"/>
  </receiver>
  <refused key="KNFD" file="KNFD0006.CSV" name="企業年金基金"/>
  <size check="SIZE-KX" severity="error" above="20971520"/>
</structure>
)",
    {
        {"era-code-two-digits", "code=\"9\"", "code=\"10\"", 4, "'code'"},
        {"era-code-twice", "code=\"9\"", "code=\"7\"", 4, "'7'"},
        {"era-day-that-does-not-exist", "2019-04-30", "2019-04-31", 3, "'to'"},
        {"era-without-beginning", " from=\"2019-05-01\"", "", 4, "'from'"},
        {"marker-twice", "section=\"data\"", "section=\"offices\"", 6, "offices"},
        {"marker-without-bracket", "[data]", "data", 6, "'text'"},
        {"successor-letters", "successor=\"2225700\"", "successor=\"x\"", 7, "'successor'"},
        {"count-is-called-otherwise", "record=\"count\"", "record=\"counts\"", 8, "'record'"},
        {"role-unknown", "role=\"office-count\"", "role=\"count\"", 9, "'role'"},
        {"scope-in-a-header", "role=\"office-count\"", "scope=\"union\"", 9, "'scope'"},
        {"file-with-folder", "file=\"KPFD0006.CSV\"", "file=\"../KPFD0006.CSV\"", 11, "'file'"},
        {"file-twice", "file=\"KNFD0006.CSV\"", "file=\"KPFD0006.CSV\"", 20, "KPFD0006.CSV"},
        {"receiver-scope-both", "scope=\"union\"", "scope=\"both\"", 11, "'scope'"},
        {"chosen-no", "chosen=\"yes\"", "chosen=\"no\"", 13, "'chosen'"},
        {"office-key-comma", "items=\"number symbol\"", "items=\"number,symbol\"", 18, "'items'"},
        {"office-key-missing", "<office-key items=\"number symbol\" at=\"number\"/>", "", 11,
         "Missing child"},
        {"size-with-unit", "above=\"20971520\"", "above=\"20MB\"", 21, "'above'"},
    }};

const Case table_case = {
    "slips_table",
    "table.xsd",
    R"(<?xml version="1.0" encoding="UTF-8"?>
<table key="health_grades" compare="number">
  <row code="58" grade="1" from="0" below="63000"/>
  <row code="68" name="x" grade="2" pension-grade="1" from="63000"/>
</table>
)",
    {
        {"code-missing", "code=\"58\" ", "", 3, "'code'"},
        {"code-full-width", "code=\"58\"", "code=\"５８\"", 3, "'code'"},
        {"code-twice", "code=\"68\"", "code=\"58\"", 4, "58"},
        {"grade-twice", "grade=\"2\"", "grade=\"1\"", 4, "'1'"},
        {"grade-zero", "grade=\"2\"", "grade=\"0\"", 4, "'grade'"},
        {"amount-with-comma", "below=\"63000\"", "below=\"63,000\"", 3, "'below'"},
        {"amount-signed", "below=\"63000\"", "below=\"+63000\"", 3, "'below'"},
        {"attribute-misspelt", "below=", "belo=", 3, "'belo'"},
        {"compare-unknown", "compare=\"number\"", "compare=\"numbers\"", 2, "'compare'"},
        {"key-kebab", "key=\"health_grades\"", "key=\"health-grades\"", 2, "'key'"},
    }};

const Case checks_case = {
    "slips_checks",
    "checks.xsd",
    R"(<?xml version="1.0" encoding="UTF-8"?>
<checks>
  <check id="FILE-EMPTY" severity="error" source="s [A]" scope="file"/>
  <check id="LINE-END" severity="warning" source="s [A]" scope="line"/>
</checks>
)",
    {
        {"id-twice", "LINE-END", "FILE-EMPTY", 4, "FILE-EMPTY"},
        {"id-small", "LINE-END", "line-end", 4, "'id'"},
        {"severity-unknown", "\"warning\"", "\"fatal\"", 4, "'severity'"},
        {"severity-missing", "severity=\"warning\" ", "", 4, "'severity'"},
        {"scope-unknown", "\"line\"", "\"lines\"", 4, "'scope'"},
        {"attribute-unknown", "scope=\"line\"", "scope=\"line\" at=\"x\"", 4, "'at'"},
    }};

const Case repairs_case = {
    "slips_repairs",
    "repairs.xsd",
    R"(<?xml version="1.0" encoding="UTF-8"?>
<repairs>
  <method key="zeros" name="先頭の0を補いました" name-en="leading zeros added"/>
  <method key="clear" name="項目を空にしました" name-en="item made empty"/>
  <repair rule="LENGTH" cause="excel-zeros" method="zeros"/>
  <repair rule="PENSION-GIVEN" method="clear" ask="yes"/>
</repairs>
)",
    {
        {"method-twice", "key=\"clear\"", "key=\"zeros\"", 4, "zeros"},
        {"method-unknown", "method=\"clear\"", "method=\"cleer\"", 6, "cleer"},
        {"method-without-a-name", " name-en=\"item made empty\"", "", 4, "'name-en'"},
        {"name-of-spaces", "item made empty", " ", 4, "'name-en'"},
        {"rule-small", "PENSION-GIVEN", "pension-given", 6, "'rule'"},
        {"ask-no", "ask=\"yes\"", "ask=\"no\"", 6, "'ask'"},
        {"cause-capital", "excel-zeros", "Excel", 5, "'cause'"},
        {"attribute-unknown", "ask=\"yes\"", "safe=\"no\"", 6, "'safe'"},
    }};

const Case file_types_case = {
    "slips_file_types",
    "file-types.xsd",
    R"(<?xml version="1.0" encoding="UTF-8"?>
<file-types>
  <check id="DOCUMENT-TYPE" severity="error"/>
  <shape key="zip" begins="504B0304 504B0506"/>
  <type key="xlsx" shape="zip" endings="xlsx" name="表" name-en="workbook"><member name="xl/*"/></type>
  <type key="png" begins="89504E47" name="画像" name-en="image"/>
  <mark says="macros" shape="zip" member="*vbaProject.bin"/>
  <filing word="算定届"/>
</file-types>
)",
    {
        {"severity-unknown", "\"error\"", "\"fatal\"", 3, "'severity'"},
        {"shape-unknown", "shape key=\"zip\"", "shape key=\"zap\"", 4, "'key'"},
        {"half-a-byte", "504B0506", "504B050", 4, "'begins'"},
        {"type-twice", "key=\"png\"", "key=\"xlsx\"", 6, "xlsx"},
        {"ending-capital", "endings=\"xlsx\"", "endings=\"XLSX\"", 5, "'endings'"},
        {"name-missing", " name-en=\"image\"", "", 6, "'name-en'"},
        {"mark-unknown", "says=\"macros\"", "says=\"viruses\"", 7, "'says'"},
        {"attribute-unknown", "filing word", "filing words=\"x\" word", 8, "'words'"},
    }};

const Case messages_case = {
    "slips_messages",
    "messages.xsd",
    R"(<?xml version="1.0" encoding="UTF-8"?>
<messages lang="ja" gap=" ">
  <message id="LENGTH">
    <text>{limit:amount}[[{count}]] ok</text>
    <title>長さ</title>
  </message>
  <cause id="excel-zeros"><why>w</why></cause>
  <phrase id="type-AKS"> と </phrase>
</messages>
)",
    {
        {"language-missing", " lang=\"ja\"", "", 2, "'lang'"},
        {"gap-of-letters", "gap=\" \"", "gap=\"x\"", 2, "'gap'"},
        {"title-missing", "<title>長さ</title>", "", 3, "title"},
        {"title-of-spaces", "長さ", " ", 5, "title"},
        {"text-twice", "<title>長さ</title>", "<text>x</text><title>x</title>", 5, "text"},
        {"place-unclosed", "{count}", "{count", 4, "text"},
        {"place-empty", "{count}", "{}", 4, "text"},
        {"place-unopened", "{count}", "count}", 4, "text"},
        {"element-unknown", "<why>w</why>", "<whe>w</whe>", 7, "whe"},
        {"element-in-text", " ok", "<b>ok</b>", 4, "text"},
        {"attribute-unknown", "<title>", "<title lang=\"ja\">", 5, "'lang'"},
        {"id-of-a-message-small", "LENGTH", "length", 3, "'id'"},
        {"id-of-a-cause-capital", "excel-zeros", "EXCEL", 7, "'id'"},
    }};

const Case samples_case = {
    "slips_samples",
    "samples.xsd",
    R"xml(<?xml version="1.0" encoding="UTF-8"?>
<samples as-of="2026-07-10" earliest="2020-01-06" latest="2079-12-31">
  <pool key="towns" columns="kanji kana">
    霞野市 ｶｽﾐﾉｼ
  </pool>
  <recipe for="records">
    <let name="town" value="random(0, 99)"/>
    <item key="address" text="{towns.kanji[town]}" when="chance(850)"/>
    <repeat times="3">
      <item key="cash_#" value="pay + #"/>
    </repeat>
  </recipe>
</samples>
)xml",
    {
        {"day-that-does-not-exist", "2026-07-10", "2026-06-31", 2, "'as-of'"},
        {"columns-with-comma", "kanji kana", "kanji,kana", 3, "'columns'"},
        {"pool-with-element", "霞野市", "<b/>", 3, "pool"},
        {"let-without-value", " value=\"random(0, 99)\"", "", 7, "'value'"},
        {"value-empty", "random(0, 99)", "", 7, "'value'"},
        {"repetition-outside", "key=\"address\"", "key=\"address_#\"", 8, "'key'"},
        {"attribute-misspelt", "when=", "wen=", 8, "'wen'"},
        {"times-one", "times=\"3\"", "times=\"1\"", 9, "'times'"},
    }};

const Case profile_case = {
    "slips_profile",
    "profile.xsd",
    R"xml(<?xml version="1.0" encoding="UTF-8"?>
<profile key="example" edition="2026-04" number="06999999" name="見本健康保険組合" name-en="Example Union">
  <office-number type="AN" length="4|6" begins="1|20" media-record="left-out" severity="error"/>
  <roster file="lists/offices.csv" media-record="asked" severity="info"/>
  <forms taken="2265700 22211700" others="warning"/>
  <item key="union_item" forms="2265700" name="所属" type="JM" length="0|3" need="optional" values="A1|B1..B9" zeros="taken" meaning="A1 本社"/>
  <let name="much">cash >= 9000000</let>
  <attachment key="wage_ledger" name="賃金台帳" at="cash" severity="warning">much</attachment>
  <severity rule="DATE-ERA" item="birth_ymd" to="off" reason="台帳" reason-en="ledger"/>
</profile>
)xml",
    {
        {"key-with-capital", "\"example\"", "\"Example\"", 2, "'key'"},
        {"edition-month-13", "2026-04", "2026-13", 2, "'edition'"},
        {"number-short", "06999999", "699", 2, "'number'"},
        {"number-missing", " number=\"06999999\"", "", 2, "'number'"},
        {"name-with-space", "name=\"見本", "name=\" 見本", 2, "'name'"},
        {"office-number-of-kana", "type=\"AN\"", "type=\"K\"", 3, "'type'"},
        {"office-number-length", "4|6", "4,6", 3, "'length'"},
        {"office-number-begins", "1|20", "1|", 3, "'begins'"},
        {"media-record-unknown", "left-out", "no", 3, "'media-record'"},
        {"roster-absolute", "lists/offices.csv", "/offices.csv", 4, "'file'"},
        {"roster-backslash", "lists/offices.csv", "..\\offices.csv", 4, "'file'"},
        {"roster-drive", "lists/offices.csv", "C:offices.csv", 4, "'file'"},
        {"forms-comma", "2265700 22211700", "2265700,2221700", 5, "'taken'"},
        {"forms-by-key", "2265700 22211700", "bonus", 5, "'taken'"},
        {"others-off", "others=\"warning\"", "others=\"off\"", 5, "'others'"},
        {"item-type-unknown", "\"JM\"", "\"MJ\"", 6, "'type'"},
        {"item-need-conditional", "\"optional\"", "\"conditional\"", 6, "'need'"},
        {"item-values-comma", "A1|B1..B9", "A1,B1", 6, "'values'"},
        {"item-zeros-unknown", "\"taken\"", "\"yes\"", 6, "'zeros'"},
        {"item-attribute-misspelt", "meaning=", "meanings=", 6, "'meanings'"},
        {"let-empty", "cash >= 9000000", "", 7, "let"},
        {"attachment-of-spaces", ">much<", "> <", 8, "attachment"},
        {"attachment-with-element", ">much<", "><b/><", 8, "attachment"},
        {"attachment-error", "at=\"cash\" severity=\"warning\"", "severity=\"error\"", 8,
         "'severity'"},
        {"severity-unknown", "\"off\"", "\"fatal\"", 9, "'to'"},
        {"severity-rule-small", "DATE-ERA", "date-era", 9, "'rule'"},
        {"severity-without-reason", " reason=\"台帳\"", "", 9, "'reason'"},
        {"element-unknown", "<let name=\"much\">cash >= 9000000</let>", "<rule/>", 7, "rule"},
    }};

const std::vector<const Case*> cases = {&samples_case, &repairs_case,   &file_types_case,
                                        &layout_case,  &structure_case, &table_case,
                                        &checks_case,  &messages_case,  &profile_case};

void check_slip(const Case& of, const Slip& slip) {
  std::string xml = of.good;
  const std::size_t at = xml.find(slip.from);
  BOOST_TEST_REQUIRE(at != std::string::npos);
  BOOST_TEST_REQUIRE(xml.find(slip.from, at + 1) == std::string::npos);
  xml.replace(at, std::string_view(slip.from).size(), slip.to);
  const Validator validator = test_xsd::validator(of.xsd);
  const auto fault = refusal([&] { validator.validate(xml, "slip.xml"); });
  BOOST_TEST_REQUIRE(fault.has_value());
  BOOST_TEST_INFO("said: " << fault->reason);
  BOOST_TEST(fault->line == slip.line);
  BOOST_TEST_INFO("said: " << fault->reason);
  BOOST_TEST(contains(fault->reason, slip.reason));
}

std::set<std::string> files_of_schemas() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(test_xsd::schemas())) {
    if (entry.path().extension() == ".xml") {
      names.insert(entry.path().lexically_relative(test_xsd::schemas()).generic_string());
    }
  }
  return names;
}

const bool registered = kpfd_test::at_start([] {
  auto& master = boost::unit_test::framework::master_test_suite();
  auto* const files = BOOST_TEST_SUITE("schema_files");
  for (const std::string& name : files_of_schemas()) {
    files->add(boost::unit_test::make_test_case(
        [name] {
          const std::string xsd(kpfd::xsd::xsd_of(name));
          BOOST_TEST_REQUIRE(!xsd.empty());
          const Validator validator = test_xsd::validator(xsd);
          const auto fault = refusal(
              [&] { validator.validate(test_xsd::read(test_xsd::schemas() / name), name); });
          BOOST_TEST(!fault, (fault ? std::to_string(fault->line) + ": " + fault->reason : ""));
        },
        name, __FILE__, __LINE__));
  }
  master.add(files);
  for (const Case* const of : cases) {
    auto* const slips = BOOST_TEST_SUITE(of->name);
    slips->add(boost::unit_test::make_test_case(
        [of] { test_xsd::validator(of->xsd).validate(of->good, "good.xml"); }, "without", __FILE__,
        __LINE__));
    for (const Slip& slip : of->slips) {
      slips->add(boost::unit_test::make_test_case([of, &slip] { check_slip(*of, slip); }, slip.name,
                                                  __FILE__, __LINE__));
    }
    master.add(slips);
  }
});

}  // namespace

BOOST_AUTO_TEST_SUITE(schemas)

// Another program's schema processor may be stricter than ours: no file of ours includes another.
BOOST_AUTO_TEST_CASE(every_xsd_stands_alone) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(test_xsd::schemas())) {
    if (entry.path().extension() != ".xsd") {
      continue;
    }
    ++count;
    const std::string text = test_xsd::read(entry.path());
    for (const char* const word : {"<xs:import", "<xs:include", "<xs:redefine"}) {
      BOOST_TEST(!contains(text, word));
    }
    BOOST_CHECK_NO_THROW(Validator(text, entry.path().filename().string()));
  }
  BOOST_TEST(count >= 4U);
}

// What the reference page shows is valid: whole files as they are, the rest as part of a layout.
BOOST_AUTO_TEST_CASE(the_examples_of_the_reference_are_valid) {
  const Validator layouts = test_xsd::validator("layout.xsd");
  const Validator tables = test_xsd::validator("table.xsd");
  const std::string page =
      test_xsd::read(std::filesystem::path(KPFD_SOURCE_DIR) / "docs/layout-language.md");
  const std::string_view fence = "```xml\n";
  std::size_t count = 0;
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    const std::size_t end = page.find("```", at);
    BOOST_TEST_REQUIRE(end != std::string::npos);
    std::string xml = page.substr(at, end - at);
    at = end;
    ++count;
    if (xml.rfind("<?xml", 0) != 0) {
      xml.insert(0, R"(<layout form="9990700" key="k" name="n" edition="2025-04">)");
      xml += "</layout>";
    }
    BOOST_TEST_INFO(xml);
    const auto fault = refusal(
        [&] { (contains(xml, "<table ") ? tables : layouts).validate(xml, "example.xml"); });
    BOOST_TEST(!fault, (fault ? std::to_string(fault->line) + ": " + fault->reason : ""));
  }
  BOOST_TEST(count >= 8U);
}

// The examples of profiles: a whole one, the rest as parts of one.
BOOST_AUTO_TEST_CASE(the_examples_of_profiles_are_valid) {
  const Validator profiles = test_xsd::validator("profile.xsd");
  const std::string page =
      test_xsd::read(std::filesystem::path(KPFD_SOURCE_DIR) / "docs/profiles.md");
  const std::string_view fence = "```xml\n";
  std::size_t count = 0;
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    std::string xml = page.substr(at, page.find("```", at) - at);
    ++count;
    if (xml.rfind("<?xml", 0) != 0) {
      xml.insert(0, R"(<profile key="k" edition="2026-04" number="06999999" name="n">)");
      xml += "</profile>";
    }
    BOOST_TEST_INFO(xml);
    const auto fault = refusal([&] { profiles.validate(xml, "example.xml"); });
    BOOST_TEST(!fault, (fault ? std::to_string(fault->line) + ": " + fault->reason : ""));
  }
  BOOST_TEST(count >= 8U);
}

BOOST_AUTO_TEST_SUITE_END()
