// schemas/checks.xml and schemas/messages/: every check and rule has its severity and its words, in
// every language.

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <pugixml.hpp>
#include <set>
#include <string>
#include <string_view>

#include "kpfd/check/builtin.hpp"
#include "kpfd/report/catalogue.hpp"
#include "support.hpp"

using kpfd::report::Slot;
using kpfd::report::Template;
using Ids = std::set<std::string>;

namespace {

constexpr std::string_view languages[] = {"ja", "en"};

pugi::xml_document parsed(const std::string& name) {
  pugi::xml_document document;
  const std::string xml = kpfd_test::schema(name);
  if (!document.load_buffer(xml.data(), xml.size())) {
    throw std::runtime_error(name + " is no XML");
  }
  return document;
}

Ids builtin_ids() { return {kpfd::check::check_ids.begin(), kpfd::check::check_ids.end()}; }

/// The ids of <rule> elements below a node.
void collect_rules(const pugi::xml_node& node, Ids& into) {
  for (const pugi::xml_node& child : node.children()) {
    if (std::string_view(child.name()) == "rule") {
      into.insert(child.attribute("id").value());
    }
    collect_rules(child, into);
  }
}

/// Every rule across items, of whatever form.
Ids rule_ids() {
  Ids ids;
  std::size_t files = 0;
  const std::filesystem::path folder = std::string(KPFD_SOURCE_DIR) + "/schemas/layouts";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".xml") {
      continue;
    }
    collect_rules(parsed("layouts/" + entry.path().filename().string()), ids);
    ++files;
  }
  BOOST_REQUIRE(files > 0);
  return ids;
}

/// The checks of documents and sends.
Ids document_ids() {
  const pugi::xml_document document = parsed("file-types.xml");
  Ids ids;
  for (const pugi::xml_node& node : document.document_element().children("check")) {
    ids.insert(node.attribute("id").value());
  }
  BOOST_REQUIRE(!ids.empty());
  return ids;
}

/// The ids of one kind of element of a catalogue.
Ids ids_of(std::string_view language, const char* element) {
  const pugi::xml_document document = parsed("messages/" + std::string(language) + ".xml");
  Ids ids;
  for (const pugi::xml_node& node : document.document_element().children(element)) {
    ids.insert(node.attribute("id").value());
  }
  return ids;
}

/// What a check gives its message: always, and sometimes.
struct Given {
  std::set<Slot> always;
  std::set<Slot> sometimes;
};

const std::map<std::string, Given, std::less<>>& given_by_checks() {
  const Given character = {{Slot::position, Slot::count}, {Slot::character, Slot::substitute}};
  const Given place = {{Slot::position}, {}};
  const Given size = {{Slot::found, Slot::limit}, {}};
  static const std::map<std::string, Given, std::less<>> given = {
      {"MENU-IS-DOCUMENT", {{Slot::name}, {Slot::expected_text}}},
      {"MENU-OTHER-RECEIVER", {{Slot::name}, {Slot::name2}}},
      {"SEND-SIZE", {{Slot::count, Slot::limit}, {}}},
      {"SEND-ATTACHMENT", {{Slot::name, Slot::name2, Slot::count}, {}}},
      {"DOCUMENT-EXTENSION", {{Slot::expected_text}, {}}},
      {"DOCUMENT-TYPE", {{Slot::name}, {}}},
      {"DOCUMENT-LIES", {{}, {Slot::name}}},
      {"DOCUMENT-MACROS", {{Slot::name}, {}}},
      {"DOCUMENT-ENCRYPTED", {{Slot::name}, {}}},
      {"FILE-NAME", {{Slot::name, Slot::name2}, {}}},
      {"FILE-REFUSED-KIND", {{Slot::name}, {}}},
      {"LINE-END", {{}, {Slot::found}}},
      {"LINE-LONG", {{Slot::limit}, {Slot::found}}},
      {"MEDIA-COLUMNS", {{Slot::found, Slot::expected_text}, {}}},
      {"COUNT-COLUMNS", {{Slot::found, Slot::expected}, {}}},
      {"OFFICE-COLUMNS", {{Slot::found, Slot::expected}, {}}},
      {"OFFICE-COUNT", {{Slot::found, Slot::expected}, {}}},
      {"OFFICE-COUNT-MANY", {{Slot::found}, {}}},
      {"FORM-RETIRED", {{Slot::name}, {Slot::name2}}},
      {"FORM-UNKNOWN", {{Slot::expected_text}, {}}},
      {"COLUMNS", {{Slot::found, Slot::expected_text}, {Slot::name, Slot::name2}}},
      {"EDITION", {{Slot::name, Slot::expected_text}, {}}},
      {"CHAR-NEC-ROW13", character},
      {"CHAR-NEC-SELECTED", character},
      {"CHAR-IBM", character},
      {"CHAR-USER-DEFINED", character},
      {"CHAR-UNASSIGNED", character},
      {"CHAR-CONTROL", character},
      {"CHAR-NOT-IN-SHIFT-JIS", character},
      {"BYTE-WRONG-SECOND", character},
      {"BYTE-TRUNCATED", character},
      {"BYTE-NO-CHARACTER", character},
      {"CHAR-COMPOSED", {{}, {Slot::position}}},
      {"QUOTE", {{}, {Slot::position}}},
      {"LENGTH", {{Slot::found, Slot::expected_text}, {}}},
      {"TYPE", {{Slot::position, Slot::expected_text}, {}}},
      {"TYPE-HALF-WIDTH", place},
      {"TYPE-KANA-SYMBOL", place},
      {"VALUES", {{Slot::expected_text}, {}}},
      {"VALUES-REFUSED", {{Slot::expected_text}, {}}},
      {"VALUES-DOUBTFUL", {{}, {Slot::expected_text}}},
      {"LEAST", {{Slot::limit}, {}}},
      {"TABLE", {{}, {Slot::name}}},
      {"SEPARATOR-MISSING", {{}, {Slot::position}}},
      {"SEPARATOR-WIDTH", {{}, {Slot::position}}},
      {"SPACES-DOUBLE", place},
      {"SPACES-END", {{}, {Slot::position}}},
      {"SPACE-HALF-WIDTH", place},
      {"LOST-CHARACTER", place},
      {"DATE-ERA", {{}, {Slot::era, Slot::year}}},
      {"PROFILE-OTHER-RECEIVER", {{Slot::name}, {Slot::name2}}},
      {"PROFILE-OFFICE-FORMAT", {{Slot::name, Slot::expected_text}, {Slot::name2}}},
      {"PROFILE-OFFICE-ROSTER", {{Slot::name}, {Slot::name2}}},
      {"PROFILE-FORM", {{Slot::name}, {Slot::name2}}},
      {"PROFILE-ATTACHMENT", {{Slot::name}, {Slot::name2}}},
      {"SIZE-KX", size},
      {"SIZE-PENSION", size},
  };
  return given;
}

/// A template may use what is always given anywhere, and what is sometimes given in `[[…]]`.
void check_slots(const Template& words, const Given& given, const std::string& where) {
  std::size_t option_end = 0;
  for (std::size_t i = 0; i < words.pieces.size(); ++i) {
    const Template::Piece& piece = words.pieces[i];
    if (piece.kind == Template::Piece::Kind::option) {
      option_end = piece.end;
    }
    if (piece.kind != Template::Piece::Kind::value) {
      continue;
    }
    const bool optional = i < option_end && given.sometimes.count(piece.slot) != 0;
    BOOST_TEST((given.always.count(piece.slot) != 0 || optional),
               where << ": a placeholder (" << static_cast<int>(piece.slot)
                     << ") is not given, or not always given and outside [[...]]");
  }
}

void check_message(const kpfd::report::Message& message, const Given& given,
                   const std::string& where) {
  check_slots(message.title, {}, where + " title");
  check_slots(message.text, given, where + " text");
  check_slots(message.why, given, where + " why");
  check_slots(message.fix, given, where + " fix");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(checks_xml)

BOOST_AUTO_TEST_CASE(has_every_builtin_check_once) {
  const pugi::xml_document document = parsed("checks.xml");
  Ids ids;
  const Ids scopes = {"file", "line", "structure", "record", "item"};
  for (const pugi::xml_node& node : document.document_element().children()) {
    const std::string id = node.attribute("id").value();
    BOOST_TEST(std::string_view(node.name()) == "check");
    BOOST_TEST(ids.insert(id).second, id << " is said twice");
    BOOST_TEST(!std::string_view(node.attribute("source").value()).empty(), id);
    BOOST_TEST(scopes.count(node.attribute("scope").value()) == 1, id);
  }
  BOOST_TEST((ids == builtin_ids()));
}

BOOST_AUTO_TEST_CASE(has_the_severities_of_the_specification) {
  const Ids warnings = {
      "FILE-NAME",     "LINE-END-MARK", "OFFICE-COUNT-MANY", "EDITION",          "DOUBLE-FILING",
      "CHAR-COMPOSED", "QUOTE",         "TYPE-HALF-WIDTH",   "TYPE-KANA-SYMBOL", "VALUES-DOUBTFUL",
      "TABLE",         "SPACES-END",    "LOST-CHARACTER",    "MY-NUMBER-DIGIT",  "DATE-ERA",
      "PENSION-GIVEN", "SIZE-PENSION"};
  const Ids infos = {"PROFILE-OTHER-RECEIVER", "PROFILE-ATTACHMENT"};
  const pugi::xml_document document = parsed("checks.xml");
  for (const pugi::xml_node& node : document.document_element().children()) {
    const std::string id = node.attribute("id").value();
    const std::string_view severity = node.attribute("severity").value();
    const bool warning = warnings.count(id) != 0;
    BOOST_TEST(severity == (warning ? "warning" : infos.count(id) != 0 ? "info" : "error"), id);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(messages)

BOOST_AUTO_TEST_CASE(are_there_for_every_check_and_rule_and_nothing_else) {
  Ids wanted = builtin_ids();
  wanted.merge(rule_ids());
  wanted.merge(document_ids());
  for (const std::string_view language : languages) {
    const kpfd::report::Catalogue& catalogue = kpfd_test::catalogue(std::string(language));
    for (const std::string& id : wanted) {
      const kpfd::report::Message* message = catalogue.find(id);
      BOOST_TEST(message != nullptr, language << " has no message for " << id);
      if (message == nullptr) {
        continue;
      }
      BOOST_TEST(!message->why.empty(), language << " says no reason for " << id);
      BOOST_TEST(!message->fix.empty(), language << " says no remedy for " << id);
    }
    for (const std::string_view id : catalogue.ids()) {
      BOOST_TEST(wanted.count(std::string(id)) == 1,
                 language << " has a message for no check: " << id);
    }
  }
}

BOOST_AUTO_TEST_CASE(have_the_same_ids_in_every_language) {
  for (const char* element : {"message", "cause", "phrase"}) {
    const Ids ja = ids_of("ja", element);
    const Ids en = ids_of("en", element);
    BOOST_TEST(!ja.empty(), element);
    BOOST_TEST(ja == en, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(use_what_their_check_gives) {
  Ids builtin = builtin_ids();
  builtin.merge(document_ids());
  const Given of_rules = {
      {}, {Slot::found, Slot::expected, Slot::other, Slot::difference, Slot::item, Slot::form}};
  for (const std::string_view language : languages) {
    const kpfd::report::Catalogue& catalogue = kpfd_test::catalogue(std::string(language));
    for (const std::string_view id : catalogue.ids()) {
      const auto known = given_by_checks().find(id);
      const bool is_builtin = builtin.count(std::string(id)) != 0;
      const Given given = !is_builtin                        ? of_rules
                          : known == given_by_checks().end() ? Given{}
                                                             : known->second;
      check_message(*catalogue.find(id), given, std::string(language) + " " + std::string(id));
    }
    for (const std::string& id : ids_of(language, "cause")) {
      const kpfd::report::Cause* cause = catalogue.find_cause(id);
      BOOST_REQUIRE(cause != nullptr);
      // The number of columns is that of the first edition, where the second was asked for.
      const Given given = id == "other-edition" ? Given{{Slot::name, Slot::name2}, {}} : Given{};
      check_slots(cause->why, given, id);
      check_slots(cause->fix, given, id);
    }
  }
}

BOOST_AUTO_TEST_CASE(explain_every_cause_that_the_checks_name) {
  for (const std::string_view language : languages) {
    for (const char* id : {"excel-zeros", "excel-date", "excel-exponent", "excel-trimmed",
                           "excel-commas", "other-receiver", "other-edition", "no-successor",
                           "full-width-digits", "full-width-kana", "hyphens"}) {
      BOOST_TEST(kpfd_test::catalogue(std::string(language)).find_cause(id) != nullptr, id);
    }
  }
}

BOOST_AUTO_TEST_CASE(name_every_type_of_the_specification) {
  for (const std::string_view language : languages) {
    for (const char* type : {"N", "AN", "AK", "K", "AKS", "J", "JM"}) {
      const std::string id = "type-" + std::string(type);
      BOOST_TEST(kpfd_test::catalogue(std::string(language)).find_phrase(id) != nullptr, id);
    }
  }
}

BOOST_AUTO_TEST_CASE(of_rules_show_no_amount_unasked) {
  for (const std::string_view language : languages) {
    const kpfd::report::Catalogue& catalogue = kpfd_test::catalogue(std::string(language));
    for (const std::string& id : rule_ids()) {
      kpfd_test::Sample sample(id);
      sample.finding.item_name = {};
      sample.finding.item = 0;
      // Numbers whose digits stand neither in a text of ours nor in their difference.
      sample.finding.parts.add(kpfd::Part::found, 7654321).add(kpfd::Part::expected, 7654320);
      std::string message;
      catalogue.render(sample.finding, {false, kpfd::report::Escape::none}, message);
      BOOST_TEST(!message.empty());
      BOOST_TEST(!kpfd_test::contains(message, "765"), id << ": " << message);
      BOOST_TEST(!kpfd_test::contains(message, "7,65"), id << ": " << message);
    }
  }
}

BOOST_AUTO_TEST_CASE(read_as_sentences) {
  const auto message = [](const char* language, const kpfd::Finding& finding) {
    std::string out;
    kpfd_test::catalogue(language).render(finding, {}, out);
    return out;
  };
  kpfd_test::Sample length("LENGTH");
  length.finding.parts.add(kpfd::Part::found, 2).add(kpfd::Part::expected_text, "0|4");
  BOOST_TEST(
      message("ja", length.finding) ==
      "項番10「賞与支払年月日（元号）」：長さは4バイト（または空）でなければなりませんが、2バイトあ"
      "ります。"
      "半角の文字は1バイト、全角の文字は2バイトと数えます。長さが合うように入力し直してください。");
  BOOST_TEST(message("en", length.finding) ==
             "Item 10 (Paid era): The length in bytes must be 4 (or the item is empty); it is 2. "
             "A half-width character counts as one byte, a full-width character as two. "
             "Correct the item so that its length fits.");

  kpfd_test::Sample retired("FORM-RETIRED");
  retired.finding.item = 0;
  retired.finding.parts.add(kpfd::Part::name, "旧届").add(kpfd::Part::name2, "");
  retired.finding.hint = "no-successor";
  BOOST_TEST(kpfd_test::contains(message("ja", retired.finding), "代わりの様式もここでは"));
  retired.finding.hint = {};
  retired.finding.parts =
      kpfd::Parts{}.add(kpfd::Part::name, "旧届").add(kpfd::Part::name2, "9990700");
  BOOST_TEST(kpfd_test::contains(message("ja", retired.finding),
                                 "今は様式コード9990700の様式を使います。"));
  BOOST_TEST(kpfd_test::contains(message("en", retired.finding), "replaced by form 9990700."));

  kpfd_test::Sample line_end("LINE-END");
  line_end.finding.item = 0;
  line_end.finding.parts.add(kpfd::Part::found, 1);
  BOOST_TEST(kpfd_test::contains(message("ja", line_end.finding), "（LFだけ）"));
}

BOOST_AUTO_TEST_SUITE_END()
