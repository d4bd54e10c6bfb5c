// Templates: how they are read, and what they become.

#include "kpfd/report/catalogue.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "kpfd/layout/load.hpp"
#include "kpfd/report/phrases.hpp"
#include "support.hpp"

using kpfd::Part;
using kpfd::report::Catalogue;
using kpfd::report::Escape;
using kpfd_test::Sample;

namespace {

/// A catalogue of one message and of short phrases.
Catalogue small(const std::string& text, const std::string& id = "LENGTH",
                const std::string& more = {}) {
  std::string xml = "<messages lang=\"ja\" gap=\" \"><message id=\"" + id +
                    "\"><title>T</title><text>" + text + "</text></message>" + more;
  for (const std::string_view phrase : kpfd::report::required_phrases) {
    std::string words = "<" + std::string(phrase) + ">";
    if (phrase == "subject") {
      words = "#{number} ";
    }
    if (phrase == "no-message") {
      words = "?{id}";
    }
    if (phrase == "choice-or") {
      words = " or ";
    }
    if (phrase == "list-comma") {
      words = ", ";
    }
    if (phrase == "range") {
      words = "-";
    }
    if (phrase == "length-unit") {
      words = " bytes";
    }
    if (phrase == "or-empty") {
      words = " or none";
    }
    if (phrase == "only-empty") {
      words = "none";
    }
    if (phrase == "date") {
      words = "{year}/{number}/{count}";
    }
    for (const auto& [from, to] : {std::pair{"<", "&lt;"}, std::pair{">", "&gt;"}}) {
      if (const std::size_t at = words.find(from); at != std::string::npos) {
        words.replace(at, 1, to);
      }
    }
    xml += "<phrase id=\"" + std::string(phrase) + "\">" + words + "</phrase>";
  }
  return Catalogue::load(xml + "</messages>", "messages/test.xml");
}

std::string text_of(const Catalogue& catalogue, const kpfd::Finding& finding,
                    bool show_values = false, Escape escape = Escape::none) {
  std::string out;
  catalogue.render_text(finding, {show_values, escape}, out);
  return out;
}

/// `words` with the parts of a finding of LENGTH.
std::string rendered(const std::string& words, const kpfd::Parts& parts) {
  Sample sample("LENGTH");
  sample.finding.parts = parts;
  return text_of(small(words), sample.finding);
}

std::string full(const Catalogue& catalogue, const kpfd::Finding& finding,
                 bool show_values = false) {
  std::string out;
  catalogue.render(finding, {show_values, Escape::none}, out);
  return out;
}

/// What loading says of a fault.
std::string fault_of(const std::string& xml) {
  try {
    Catalogue::load(xml, "messages/test.xml");
  } catch (const kpfd::layout::SchemaError& error) {
    return error.what();
  }
  return "loaded";
}

std::string fault_of_text(const std::string& words) {
  return fault_of("<messages lang=\"ja\">\n <message id=\"A\">\n  <title>T</title>\n  <text>" +
                  words + "</text></message></messages>");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(templates)

BOOST_AUTO_TEST_CASE(numbers_and_texts_take_the_place_of_their_names) {
  BOOST_TEST(rendered("{found} of {limit}",
                      kpfd::Parts{}.add(Part::found, -7).add(Part::limit, 0)) == "-7 of 0");
  BOOST_TEST(rendered("a {name} b", kpfd::Parts{}.add(Part::name, "x\x1By")) == "a x\uFFFDy b");
  BOOST_TEST(rendered("{item}|{number}|{form}|{form_code}|{id}", {}) ==
             "賞与支払年月日（元号）|10|賞与支払届|2265700|LENGTH");
  BOOST_TEST(rendered("no value: <![CDATA[<]]>{count}.", {}) == "no value: <.");
}

BOOST_AUTO_TEST_CASE(formats) {
  const auto number = [](std::int64_t n) { return kpfd::Parts{}.add(Part::found, n); };
  const auto text = [](std::string_view t) { return kpfd::Parts{}.add(Part::expected_text, t); };
  BOOST_TEST(rendered("{found:amount}", number(0)) == "0");
  BOOST_TEST(rendered("{found:amount}", number(999)) == "999");
  BOOST_TEST(rendered("{found:amount}", number(-1000)) == "-1,000");
  BOOST_TEST(rendered("{found:amount}", number(20971520)) == "20,971,520");
  BOOST_TEST(rendered("{found:code}", number(0)) == "00");
  BOOST_TEST(rendered("{found:code}", number(0x1B)) == "1B");
  BOOST_TEST(rendered("{character}", kpfd::Parts{}.add(Part::character, 0x8740)) == "8740");
  BOOST_TEST(rendered("{found:date}", number(kpfd::make_date(2025, 4, 1).days)) == "2025/4/1");
  BOOST_TEST(rendered("{found:date}", number(kpfd::make_date(1868, 1, 25).days)) == "1868/1/25");
  BOOST_TEST(rendered("{found:date}", number(9223372036854775807)) == "9223372036854775807");

  BOOST_TEST(rendered("{expected_text:lengths}", text("7")) == "7 bytes");
  BOOST_TEST(rendered("{expected_text:lengths}", text("1..7")) == "1-7 bytes");
  BOOST_TEST(rendered("{expected_text:lengths}", text("0..7")) == "1-7 bytes or none");
  BOOST_TEST(rendered("{expected_text:lengths}", text("0..1")) == "1 bytes or none");
  BOOST_TEST(rendered("{expected_text:lengths}", text("0|4")) == "4 bytes or none");
  BOOST_TEST(rendered("{expected_text:lengths}", text("0|2|4")) == "2 or 4 bytes or none");
  BOOST_TEST(rendered("{expected_text:lengths}", text("0")) == "none");
  BOOST_TEST(rendered("{expected_text:values}", text("1|3|5..7")) == "1, 3, 5-7");
  BOOST_TEST(rendered("{expected_text:values}", text("09")) == "09");
  BOOST_TEST(rendered("{expected_text:choice}", text("36, 37")) == "36 or 37");
  BOOST_TEST(rendered("{expected_text:choice}", text("56")) == "56");
}

BOOST_AUTO_TEST_CASE(a_phrase_is_chosen_by_the_value) {
  const Catalogue catalogue = small("({expected_text:kind-})({found:kind-})", "LENGTH",
                                    "<phrase id=\"kind-AK\">letters</phrase>"
                                    "<phrase id=\"kind-2\">two</phrase>");
  Sample sample("LENGTH");
  sample.finding.parts.add(Part::expected_text, "AK").add(Part::found, 2);
  BOOST_TEST(text_of(catalogue, sample.finding) == "(letters)(two)");
  const std::string unheard_of(200, 'x');
  sample.finding.parts = kpfd::Parts{}.add(Part::expected_text, unheard_of).add(Part::found, 3);
  BOOST_TEST(text_of(catalogue, sample.finding) == "(" + unheard_of + ")(3)");
}

BOOST_AUTO_TEST_CASE(a_choice_vanishes_or_gives_way_where_a_value_is_missing) {
  BOOST_TEST(rendered("a[[ b{name}]] c", {}) == "a c");
  BOOST_TEST(rendered("a[[ b{name}]] c", kpfd::Parts{}.add(Part::name, "x")) == "a bx c");
  BOOST_TEST(rendered("a[[ b{name}]] c", kpfd::Parts{}.add(Part::name, "")) == "a c");
  BOOST_TEST(rendered("[[{name}||none]]", {}) == "none");
  BOOST_TEST(rendered("[[{name}||none]]", kpfd::Parts{}.add(Part::name, "x")) == "x");
  BOOST_TEST(rendered("[[{name}||{name2}]]!", {}) == "!");
  BOOST_TEST(rendered("[[{name}||{name2}]]!", kpfd::Parts{}.add(Part::name2, "y")) == "y!");
  BOOST_TEST(rendered("[[{count}]]", kpfd::Parts{}.add(Part::count, 0)) == "0");
  BOOST_TEST(rendered("[[a]][[b]][kanri] | x", {}) == "ab[kanri] | x");
}

BOOST_AUTO_TEST_CASE(substitutes_come_out_of_shift_jis) {
  const auto substitute = [](std::string_view bytes) {
    return kpfd::Parts{}.add(Part::substitute, bytes);
  };
  BOOST_TEST(rendered("{substitute}", substitute("\x8D\x82")) == "高");
  BOOST_TEST(rendered("{substitute}", substitute("\x1B[2J")) == "\uFFFD[2J");
  Sample sample("LENGTH");
  sample.finding.parts = substitute("\"\x5C");
  BOOST_TEST(text_of(small("{substitute}"), sample.finding, false, Escape::json) == R"(\"\\)");
}

BOOST_AUTO_TEST_CASE(json_is_escaped_once) {
  Sample sample("LENGTH");
  sample.finding.parts.add(Part::name, "\"x\"");
  BOOST_TEST(text_of(small("say \"{name}\" \\"), sample.finding, false, Escape::json) ==
             R"(say \"\"x\"\" \\)");
  BOOST_TEST(text_of(small("say \"{name}\" \\"), sample.finding) == R"(say ""x"" \)");
}

BOOST_AUTO_TEST_CASE(line_breaks_of_the_xml_are_no_part_of_a_text) {
  BOOST_TEST(rendered("\n   届書の\n     ファイル\n  ", {}) == "届書のファイル");
  BOOST_TEST(rendered("two\n   words\t\there", {}) == "two words here");
  BOOST_TEST(rendered("全角　の空白 と", {}) == "全角　の空白 と");
}

BOOST_AUTO_TEST_CASE(the_whole_message_is_item_text_why_and_fix) {
  const Catalogue catalogue =
      Catalogue(small("wrong", "LENGTH",
                      "<message id=\"B\"><title>B</title><text>b</text><why>w</why>"
                      "<fix>f</fix></message>"
                      "<cause id=\"c\"><why>cause</why></cause>"
                      "<cause id=\"d\"><why>cause</why><fix>mend</fix></cause>"));
  Sample sample("LENGTH");
  BOOST_TEST(full(catalogue, sample.finding) == "#10 wrong");
  sample.finding.item = 0;
  BOOST_TEST(full(catalogue, sample.finding) == "wrong");
  sample.rule.id = "B";
  BOOST_TEST(full(catalogue, sample.finding) == "b w f");
  sample.finding.hint = "c";
  BOOST_TEST(full(catalogue, sample.finding) == "b cause f");
  sample.finding.hint = "d";
  BOOST_TEST(full(catalogue, sample.finding) == "b cause mend");
  sample.finding.hint = "unheard-of";
  BOOST_TEST(full(catalogue, sample.finding) == "b w f");
  sample.rule.id = "C";
  BOOST_TEST(full(catalogue, sample.finding) == "?C");
  sample.finding.rule = nullptr;
  BOOST_TEST(full(catalogue, sample.finding) == "?");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(privacy)

BOOST_AUTO_TEST_CASE(amounts_of_a_rule_are_shown_only_when_asked_for) {
  const std::string words = "sum[[ {found} not {expected}]][[ other {other}]][[ by {difference}]]";
  const Catalogue catalogue = small(words, "MONTH-SUM");
  Sample sample("MONTH-SUM");
  sample.finding.parts.add(Part::found, 250001).add(Part::expected, 250000).add(Part::other, 77);
  BOOST_TEST(text_of(catalogue, sample.finding) == "sum by 1");
  BOOST_TEST(text_of(catalogue, sample.finding, true) == "sum 250001 not 250000 other 77 by 1");
  BOOST_TEST(text_of(small(words, "LENGTH"), Sample("MONTH-SUM").finding) == "?MONTH-SUM");
}

BOOST_AUTO_TEST_CASE(counts_of_the_machine_itself_are_no_values) {
  Sample sample("COLUMNS");
  sample.finding.parts.add(Part::found, 21);
  BOOST_TEST(text_of(small("{found}", "COLUMNS"), sample.finding) == "21");
}

BOOST_AUTO_TEST_CASE(a_difference_needs_two_numbers) {
  Sample sample("MONTH-SUM");
  const Catalogue catalogue = small("x[[{difference}]]", "MONTH-SUM");
  sample.finding.parts.add(Part::found, 1);
  BOOST_TEST(text_of(catalogue, sample.finding, true) == "x");
  sample.finding.parts.add(Part::expected, "2025-04-01");
  BOOST_TEST(text_of(catalogue, sample.finding, true) == "x");
}

BOOST_AUTO_TEST_CASE(a_character_of_a_secret_is_a_secret) {
  Sample sample("CHAR-NEC-ROW13");
  sample.finding.item_name.secret = true;
  sample.finding.parts.add(Part::position, 1).add(Part::count, 1).add(Part::character, 0x8740);
  sample.finding.parts.add(Part::substitute, "\x82\x50");
  for (const char* language : {"ja", "en"}) {
    const std::string message = full(kpfd_test::catalogue(language), sample.finding, true);
    BOOST_TEST(!kpfd_test::contains(message, "8740"));
    BOOST_TEST(!kpfd_test::contains(message, "１"));
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(faults_of_a_catalogue)

BOOST_AUTO_TEST_CASE(have_a_place) {
  BOOST_TEST(fault_of_text("{fuond}") ==
             "messages/test.xml:4:4: <text>: unknown placeholder `{fuond}`");
}

BOOST_AUTO_TEST_CASE(are_refused) {
  const auto says = [](const std::string& fault, std::string_view part) {
    BOOST_TEST(kpfd_test::contains(fault, part), fault << " does not say " << part);
  };
  says(fault_of_text("{found:weird}"), "unknown format `weird`");
  says(fault_of_text("{found:}"), "no format");
  says(fault_of_text("{file}"), "in phrases only");
  says(fault_of_text("{found"), "`{` without `}`");
  says(fault_of_text("found}"), "`}` without `{`");
  says(fault_of_text("[[ a"), "`[[` without `]]`");
  says(fault_of_text("a ]]"), "`]]` without `[[`");
  says(fault_of_text("[[ a [[ b ]] ]]"), "`[[` inside `[[`");
  says(fault_of_text("a<b>c</b>"), "only text");
  says(fault_of_text("\x82\xA0"), "broken UTF-8");
  says(fault_of_text("a\x1B"), "control character");
  says(fault_of_text("  "), "there is no text");
  says(fault_of(""), "messages/test.xml:1:1");
  says(fault_of("<messages lang=\"ja\"><message"), "messages/test.xml:1:");
  says(fault_of("<words/>"), "expected <messages>");
  says(fault_of("<messages/>"), "`lang` is missing");
  says(fault_of("<messages lang=\"ja\" gap=\"-\"/>"), "spaces only");
  says(fault_of("<messages lang=\"ja\" x=\"\"/>"), "unknown attribute `x`");
  says(fault_of("<messages lang=\"ja\"><x/></messages>"), "unknown element");
  says(fault_of("<messages lang=\"ja\"/>"), "phrase `no-message` is missing");
  says(fault_of("<messages lang=\"ja\"><phrase>x</phrase></messages>"), "`id` is missing");
  says(fault_of("<messages lang=\"ja\"><phrase id=\"a\">x</phrase><phrase "
                "id=\"a\">y</phrase></messages>"),
       "`a` is said twice");
  says(fault_of("<messages lang=\"ja\"><message id=\"A\"><title>t</title></message></messages>"),
       "needs a title and a text");
  says(fault_of("<messages lang=\"ja\"><cause id=\"a\"><fix>t</fix></cause></messages>"),
       "needs a `why`");
  says(fault_of("<messages lang=\"ja\"><message id=\"A\"><titel>t</titel></message></messages>"),
       "<titel>: unknown element");
  says(fault_of("<messages lang=\"ja\"><message "
                "id=\"A\"><title>t</title><title>u</title></message></messages>"),
       "said twice");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(explanations)

BOOST_AUTO_TEST_CASE(show_placeholders_by_name) {
  const auto explained = kpfd_test::catalogue("ja").explain("CHAR-NEC-SELECTED");
  BOOST_REQUIRE(explained.has_value());
  BOOST_TEST(kpfd_test::contains(explained->text, "‹位置›バイト目"));
  BOOST_TEST(kpfd_test::contains(explained->fix, "「‹代わりの文字›」"));
  BOOST_TEST(explained->good == "高崎　花子");
  BOOST_TEST(explained->bad == "髙﨑　花子");
  BOOST_TEST(!kpfd_test::catalogue("ja").explain("NO-SUCH-RULE").has_value());
}

BOOST_AUTO_TEST_CASE(name_a_placeholder_without_a_phrase_as_it_is_written) {
  const auto explained = small("a[[ {found}||none]] b").explain("LENGTH");
  BOOST_REQUIRE(explained.has_value());
  BOOST_TEST(explained->text == "a ‹found› b");
  BOOST_TEST(explained->why == "");
}

BOOST_AUTO_TEST_SUITE_END()
