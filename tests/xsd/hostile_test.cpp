// XML that was made to do harm: refused, without another file or the network being asked.

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "kpfd/xsd/document.hpp"
#include "kpfd/xsd/fault.hpp"
#include "kpfd/xsd/validator.hpp"
#include "kpfd_test.hpp"
#include "tests/xsd/support.hpp"

namespace {

using kpfd::xsd::Validator;
using kpfd::xsd::XmlError;
using test_xsd::contains;
using test_xsd::refusal;

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

std::string with_declaration(std::string_view rest) {
  return std::string(declaration) + std::string(rest);
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) {
    all += text;
  }
  return all;
}

/// A table of schemas/tables/ that is fine but for what is put into it.
std::string table(std::string_view before, std::string_view attributes, std::string_view inside) {
  return with_declaration(std::string(before) + "<table key=\"t\" compare=\"text\"" +
                          std::string(attributes) + ">" + std::string(inside) +
                          "<row code=\"01\" name=\"a\"/></table>\n");
}

std::string canary_file() {
  const std::filesystem::path path = std::filesystem::absolute("canary.txt");
  test_xsd::write(path, "canary-5d1f");
  return path.string();
}

std::string many_attributes() {
  std::string attributes;
  for (int i = 0; i < 200'000; ++i) {
    attributes += " a" + std::to_string(i) + "=\"\"";
  }
  return table("", attributes, "");
}

std::string laughs() {
  std::string doctype = "<!DOCTYPE table [<!ENTITY l0 \"lol\">";
  for (int i = 1; i < 10; ++i) {
    const std::string inner = "&l" + std::to_string(i - 1) + ";";
    doctype += "<!ENTITY l" + std::to_string(i) + " \"" + repeated(inner, 10) + "\">";
  }
  return table(doctype + "]>\n", "", "&l9;");
}

struct Vector {
  const char* name;
  std::function<std::string()> xml;
  std::uint32_t line;
  const char* reason;  ///< part of it
};

const std::vector<Vector>& vectors() {
  static const std::vector<Vector> all = {
      {"x-xxe-file",
       [] {
         return table("<!DOCTYPE table [<!ENTITY x SYSTEM \"file://" + canary_file() + "\">]>\n",
                      "", "&x;");
       },
       2, "DOCTYPE"},
      {"x-xxe-http",
       [] {
         return table("<!DOCTYPE table [<!ENTITY x SYSTEM \"http://127.0.0.1:1/x\">]>\n", "",
                      "&x;");
       },
       2, "DOCTYPE"},
      {"x-xxe-in-attribute",
       [] { return table("<!DOCTYPE table [<!ENTITY x \"01\">]>\n", " name=\"&x;\"", ""); }, 2,
       "DOCTYPE"},
      {"x-parameter-entity",
       [] {
         return table(
             "<!DOCTYPE table [\n<!ENTITY % p SYSTEM \"http://127.0.0.1:1/p.dtd\">\n%p;]>\n", "",
             "");
       },
       2, "DOCTYPE"},
      {"x-external-subset",
       [] { return table("<!DOCTYPE table SYSTEM \"http://127.0.0.1:1/t.dtd\">\n", "", ""); }, 2,
       "DOCTYPE"},
      {"x-public-id",
       [] { return table("<!DOCTYPE table PUBLIC \"-//T//T\" \"t.dtd\">\n", "", ""); }, 2,
       "DOCTYPE"},
      {"x-billion-laughs", laughs, 2, "DOCTYPE"},
      {"x-quadratic-blowup",
       [] {
         return table("<!DOCTYPE table [<!ENTITY a \"" + std::string(100'000, 'a') + "\">]>\n", "",
                      repeated("&a;", 10'000));
       },
       2, "DOCTYPE"},
      {"x-doctype-only", [] { return with_declaration("\n<!DOCTYPE table>\n"); }, 3, "DOCTYPE"},
      {"x-doctype-behind-comment", [] { return table("<!--\n\n-->\n<!DOCTYPE table>\n", "", ""); },
       5, "DOCTYPE"},
      {"x-entity-undeclared", [] { return table("", "", "\n&nothing;"); }, 3, "nothing"},
      {"x-xinclude",
       [] {
         return table("", "",
                      "\n<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" parse=\"text\" "
                      "href=\"file://" +
                          canary_file() + "\"/>");
       },
       3, "namespace"},
      {"x-remote-schema",
       [] {
         return table("",
                      " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                      "xsi:noNamespaceSchemaLocation=\"http://127.0.0.1:1/t.xsd\"",
                      "");
       },
       2, "namespace"},
      {"x-remote-schema-without-prefix",
       [] { return table("", " xsi:noNamespaceSchemaLocation=\"http://127.0.0.1:1/t.xsd\"", ""); },
       2, "xsi"},
      {"x-default-namespace", [] { return table("", " xmlns=\"urn:x\"", ""); }, 2, "namespace"},
      {"x-pi-stylesheet",
       [] {
         return table("<?xml-stylesheet type=\"text/xsl\" href=\"http://127.0.0.1:1/x.xsl\"?>\n",
                      "", "");
       },
       2, "processing instruction"},
      {"x-pi-catalog",
       [] { return table("<?oasis-xml-catalog catalog=\"http://127.0.0.1:1/c.xml\"?>\n", "", ""); },
       2, "processing instruction"},
      {"x-pi-inside", [] { return table("", "", "\n\n<?php system('x'); ?>"); }, 4,
       "processing instruction"},
      {"x-depth-30000",
       [] { return with_declaration(repeated("<a>", 30'000) + repeated("</a>", 30'000)); }, 2,
       "too deep"},
      {"x-depth-33", [] { return with_declaration(repeated("<a>\n", 33) + repeated("</a>", 33)); },
       34, "too deep"},
      {"x-attr-10MB",
       [] { return table("", " name=\"" + repeated("aaaaaaaaaa", 1'000'000) + "\"", ""); }, 0,
       "larger"},
      {"x-attr-1MB", [] { return table("", " name=\"" + std::string(1'000'000, 'a') + "\"", ""); },
       2, "too long"},
      {"x-attr-200000", many_attributes, 2, "attributes in one tag"},
      {"x-elements-million", [] { return table("", "", repeated("<a/>", 1'000'000)); }, 2,
       "too many elements"},
      {"x-lines-million", [] { return table("", "", std::string(1'000'000, '\n')); }, 0, "lines"},
      {"x-name-100kB", [] { return with_declaration("<" + std::string(100'000, 'a') + "/>"); }, 2,
       ""},
      {"x-comment-unclosed", [] { return table("<!-- ", "", ""); }, 0, ""},
      {"x-cdata-unclosed", [] { return table("", "", "<![CDATA["); }, 0, ""},
      {"x-encoding-utf16",
       [] {
         std::string wide = "\xFF\xFE";
         for (const char c : table("", "", "")) {
           wide += c;
           wide += '\0';
         }
         return wide;
       },
       1, "not UTF-8"},
      {"x-encoding-utf7",
       [] { return std::string("<?xml version='1.0' encoding='UTF-7'?><table/>"); }, 1, "UTF-7"},
      {"x-encoding-shift-jis",
       [] { return std::string("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><table/>"); }, 1,
       "Shift_JIS"},
      {"x-encoding-ebcdic", [] { return std::string("\x4C\x6F\xA7\x94\x93"); }, 1, "not UTF-8"},
      {"x-utf8-overlong", [] { return table("", "", "\n\xC0\xAF"); }, 3, "not UTF-8"},
      {"x-utf8-surrogate", [] { return table("", "", "\xED\xA0\x80"); }, 2, "not UTF-8"},
      {"x-utf8-cut", [] { return table("", "", "") + "\xE3\x81"; }, 3, "not UTF-8"},
      {"x-nul", [] { return table("", "", std::string("\0", 1)); }, 2, "not UTF-8"},
      {"x-control", [] { return table("", "", "\x1B[2J"); }, 2, ""},
      {"x-control-by-reference", [] { return table("", "", "&#27;"); }, 2, ""},
      {"x-empty", [] { return std::string(); }, 0, "empty"},
      {"x-only-spaces", [] { return std::string("  \n "); }, 2, ""},
      {"x-text-behind-the-root", [] { return table("", "", "") + "x"; }, 3, ""},
      {"x-two-roots", [] { return table("", "", "") + "<table/>"; }, 3, ""},
      {"x-no-xml", [] { return std::string("21,01,x\r\n[kanri]\r\n"); }, 1, ""},
      {"x-html", [] { return with_declaration("<html><script>1</script></html>"); }, 2, "html"},
      {"x-duplicate-attribute", [] { return table("", " key=\"u\"", ""); }, 2, "redefined"},
      {"x-xml-base", [] { return table("", " xml:base=\"http://127.0.0.1:1/\"", ""); }, 2, "base"},
  };
  return all;
}

void check_vector(const Vector& vector, const Validator& tables) {
  const std::string xml = vector.xml();
  const std::uint64_t loads = kpfd::xsd::refused_loads();
  const auto fault = refusal([&] { tables.validate(xml, "tables/hostile.xml"); });
  BOOST_TEST_REQUIRE(fault.has_value());
  BOOST_TEST(fault->file == "tables/hostile.xml");
  if (vector.line > 0) {
    BOOST_TEST(fault->line == vector.line);
  }
  BOOST_TEST_INFO("said: " << fault->reason);
  BOOST_TEST(contains(fault->reason, vector.reason));
  BOOST_TEST(!contains(fault->reason, "canary-5d1f"));
  BOOST_TEST(!contains(fault->reason, "\n"));
  BOOST_TEST(!contains(fault->reason, "\x1B"));
  BOOST_TEST(fault->reason.size() < 600U);
  BOOST_TEST(kpfd::xsd::refused_loads() == loads);
}

const bool registered = kpfd_test::at_start([] {
  auto* const suite = BOOST_TEST_SUITE("hostile");
  for (const Vector& vector : vectors()) {
    suite->add(boost::unit_test::make_test_case(
        [&vector] { check_vector(vector, test_xsd::validator("table.xsd")); }, vector.name,
        __FILE__, __LINE__));
  }
  boost::unit_test::framework::master_test_suite().add(suite);
});

std::string xsd_with(std::string_view inside) {
  return with_declaration("<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n" +
                          std::string(inside) + "\n</xs:schema>\n");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(xsd_document)

BOOST_AUTO_TEST_CASE(what_is_fine_stays_fine) {
  const Validator tables = test_xsd::validator("table.xsd");
  tables.validate(table("", "", ""), "t.xml");
  tables.validate("\xEF\xBB\xBF" + table("", "", ""), "t.xml");
  tables.validate("<table key='t' compare='text'><row code='1'/></table>", "t.xml");
  tables.validate(
      "<?xml version='1.0' encoding='utf-8'?><table key='t' compare='text'>"
      "<!-- <!DOCTYPE a> ?> & = ==================== --><row code='1' "
      "name='&lt;&#x3042;&gt;'/></table>",
      "t.xml");
}

BOOST_AUTO_TEST_CASE(limits_hold_at_the_byte) {
  const Validator tables = test_xsd::validator("table.xsd");
  const std::string xml = table("", "", "");
  kpfd::xsd::Limits limits;
  limits.bytes = xml.size();
  tables.validate(xml, "t.xml", limits);
  --limits.bytes;
  BOOST_CHECK_THROW(tables.validate(xml, "t.xml", limits), XmlError);

  limits = {};
  limits.elements = 2;
  limits.depth = 2;
  limits.lines = 3;
  limits.attributes = 2;
  limits.attribute_bytes = 5;  // "t" and "text"
  tables.validate(xml, "t.xml", limits);
  for (const auto lower :
       {+[](kpfd::xsd::Limits& l) { --l.elements; }, +[](kpfd::xsd::Limits& l) { --l.depth; },
        +[](kpfd::xsd::Limits& l) { --l.lines; }, +[](kpfd::xsd::Limits& l) { --l.attributes; },
        +[](kpfd::xsd::Limits& l) { --l.attribute_bytes; }}) {
    kpfd::xsd::Limits less = limits;
    lower(less);
    BOOST_CHECK_THROW(tables.validate(xml, "t.xml", less), XmlError);
  }
}

BOOST_AUTO_TEST_CASE(the_line_is_where_the_tag_begins) {
  const Validator tables = test_xsd::validator("table.xsd");
  const auto fault = refusal([&] {
    tables.validate(
        "<table key='t' compare='text'>\n\n  <row\n    code='01'\n    nam='x'\n  />\n</table>",
        "t.xml");
  });
  BOOST_TEST_REQUIRE(fault.has_value());
  BOOST_TEST(fault->line == 3U);
  BOOST_TEST(contains(fault->reason, "'nam'"));
}

BOOST_AUTO_TEST_CASE(an_error_names_every_fault) {
  const Validator tables = test_xsd::validator("table.xsd");
  try {
    tables.validate("<table key='t' compare='text'>\n<row code='?'/>\n<row nam='x'/>\n</table>",
                    "t.xml");
    BOOST_FAIL("accepted");
  } catch (const XmlError& error) {
    BOOST_TEST(error.faults().size() == 3U);  // code, nam, code missing
    BOOST_TEST(contains(error.what(), "t.xml:2: "));
    BOOST_TEST(contains(error.what(), "\nt.xml:3: "));
  }
}

BOOST_AUTO_TEST_CASE(faults_are_capped) {
  const Validator tables = test_xsd::validator("table.xsd");
  try {
    tables.validate("<table key='t' compare='text'>" + repeated("<a/><row/>\n", 3000) + "</table>",
                    "t.xml");
    BOOST_FAIL("accepted");
  } catch (const XmlError& error) {
    BOOST_TEST(error.faults().size() <= 10U);
  }
}

// As many rows as the limits allow, each to be compared with each: must end soon.
BOOST_AUTO_TEST_CASE(uniqueness_of_many_rows_ends) {
  std::string rows;
  for (int i = 0; i < 9'990; ++i) {
    rows += "<row code=\"x" + std::to_string(i) + "\"/>\n";
  }
  test_xsd::validator("table.xsd").validate(table("", "", rows), "t.xml");
}

// The first gate is the DOCTYPE; behind it stands the loader. Asked directly, with the options that
// the project never sets, libxml2 gets nothing either.
BOOST_AUTO_TEST_CASE(the_loader_refuses_even_without_the_first_gate) {
  BOOST_CHECK_THROW(kpfd::xsd::parse("<", "t.xml"), XmlError);  // made ready
  const std::string xml =
      "<!DOCTYPE a [<!ENTITY x SYSTEM \"file://" + canary_file() + "\">]><a>&x;</a>";
  const std::uint64_t loads = kpfd::xsd::refused_loads();
  const kpfd::xsd::Document document(
      xmlReadMemory(xml.data(), static_cast<int>(xml.size()), nullptr, nullptr,
                    XML_PARSE_NOENT | XML_PARSE_DTDLOAD | XML_PARSE_NOERROR | XML_PARSE_RECOVER));
  BOOST_TEST(kpfd::xsd::refused_loads() > loads);
  if (document) {
    xmlChar* const text = xmlNodeGetContent(xmlDocGetRootElement(document.get()));
    BOOST_TEST((text == nullptr || *text == 0));
    xmlFree(text);
  }
}

BOOST_AUTO_TEST_CASE(an_xsd_asks_for_no_other_file) {
  for (const char* const other : {"import", "include", "redefine"}) {
    BOOST_TEST_CONTEXT(other) {
      const std::string xsd =
          xsd_with("<xs:" + std::string(other) +
                   (other == std::string("import") ? " namespace=\"urn:x\"" : "") +
                   " schemaLocation=\"http://127.0.0.1:1/x.xsd\"/>\n<xs:element name=\"a\"/>");
      const std::uint64_t loads = kpfd::xsd::refused_loads();
      const auto fault = refusal([&] { const Validator validator(xsd, "x.xsd"); });
      BOOST_TEST(fault.has_value());
      BOOST_TEST(kpfd::xsd::refused_loads() > loads);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_xsd_is_refused) {
  for (const std::string& xsd :
       {std::string(), std::string("<a/>"), std::string("<"), xsd_with("<xs:elemen name=\"a\"/>"),
        xsd_with("<xs:element name=\"a\" type=\"nowhere\"/>"),
        "<!DOCTYPE xs>" + xsd_with("<xs:element name=\"a\"/>")}) {
    BOOST_CHECK_THROW(Validator(xsd, "x.xsd"), XmlError);
  }
}

BOOST_AUTO_TEST_CASE(threads_share_a_validator) {
  const Validator tables = test_xsd::validator("table.xsd");
  const std::string good = test_xsd::read(test_xsd::schemas() / "tables/health_grades.xml");
  const std::string bad = table("", " wrong=\"x\"", "");
  std::atomic<int> accepted{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const Validator own = test_xsd::validator("table.xsd");
      for (int round = 0; round < 20; ++round) {
        const Validator& one = round % 2 == 0 ? tables : own;
        accepted += refusal([&] { one.validate(good, "good"); }) ? 0 : 1;
        refused += refusal([&] { one.validate(bad, "bad"); }) ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  BOOST_TEST(accepted == 80);
  BOOST_TEST(refused == 80);
}

BOOST_AUTO_TEST_CASE(nothing_is_printed) {
  std::fflush(stderr);
  const int kept = ::dup(2);
  BOOST_TEST_REQUIRE(kept >= 0);
  std::FILE* const file = std::tmpfile();
  BOOST_TEST_REQUIRE(file != nullptr);
  ::dup2(::fileno(file), 2);
  {
    const Validator tables = test_xsd::validator("table.xsd");
    for (const Vector& vector : vectors()) {
      static_cast<void>(refusal([&] { tables.validate(vector.xml(), "t.xml"); }));
    }
    static_cast<void>(refusal([] { const Validator validator(xsd_with("<x/>"), "x.xsd"); }));
  }
  std::fflush(stderr);
  const off_t printed = ::lseek(2, 0, SEEK_END);
  ::dup2(kept, 2);
  ::close(kept);
  std::fclose(file);
  BOOST_TEST(printed == 0);
}

BOOST_AUTO_TEST_SUITE_END()
