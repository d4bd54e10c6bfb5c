// The list of all checks and rules says what the checker does, in words and in places.
#include "kpfd/rulebook/rulebook.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "kpfd/layout/model.hpp"
#include "kpfd/schemas.hpp"
#include "tests/report/support.hpp"
#include "tests/support/filings.hpp"
#include "tests/support/profiles.hpp"

namespace {

namespace fs = std::filesystem;
using kpfd::rulebook::Entry;
using kpfd::rulebook::Form;
using kpfd::rulebook::Place;
using kpfd::rulebook::Rulebook;
using kpfd_test::engine;
using kpfd_test::Found;

const Rulebook& book() {
  static const Rulebook made = kpfd::rulebook::make_rulebook(engine(), kpfd_test::catalogue("ja"),
                                                             kpfd_test::catalogue("en"));
  return made;
}

const Entry& entry_of(const Rulebook& rulebook, const std::string& id) {
  const auto& entries = rulebook.entries;
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& known) { return known.id == id; });
  BOOST_REQUIRE_MESSAGE(found != entries.end(), id);
  return *found;
}

const Entry& entry(const std::string& id) { return entry_of(book(), id); }

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Whether the list has a place for a finding in a file for a receiver.
bool is_listed(const Found& found, const std::string& receiver) {
  const Entry& known = entry(found.rule);
  if (known.places.empty()) {
    return found.item == 0;
  }
  return std::any_of(known.places.begin(), known.places.end(), [&](const Place& place) {
    const auto& items = place.items;
    const bool item =
        found.item == 0
            ? items.empty()
            : std::any_of(items.begin(), items.end(), [&](const kpfd::rulebook::ItemPlace& at) {
                return at.number == found.item && at.key == found.key;
              });
    return item && place.form == found.form && place.severity == name_of(found.severity) &&
           (place.receivers.empty() || std::find(place.receivers.begin(), place.receivers.end(),
                                                 receiver) != place.receivers.end());
  });
}

BOOST_AUTO_TEST_SUITE(rulebook)

BOOST_AUTO_TEST_CASE(every_check_and_rule_is_listed_with_its_words) {
  BOOST_TEST_REQUIRE(book().entries.size() == engine().rules().size());
  for (std::size_t i = 0; i < book().entries.size(); ++i) {
    const Entry& listed = book().entries[i];
    const kpfd::RuleInfo& rule = *engine().rules()[i];
    BOOST_TEST_CONTEXT(rule.id) {
      BOOST_TEST(listed.id == rule.id);
      BOOST_TEST(listed.severity == name_of(rule.severity));
      BOOST_TEST(!listed.ja.title.empty());
      BOOST_TEST(!listed.ja.text.empty());
      BOOST_TEST(!listed.en.title.empty());
      BOOST_TEST(!listed.en.text.empty());
      BOOST_TEST(listed.ja.text != listed.en.text);
      BOOST_TEST(!listed.source.empty());
      BOOST_TEST(listed.source.find('[') == std::string::npos);
      BOOST_TEST(!listed.confidence.empty());
      BOOST_TEST(listed.confidence.find_first_not_of("ABCD") == std::string::npos);
      const auto& editions = engine().editions();
      BOOST_TEST((std::find(editions.begin(), editions.end(), listed.since) != editions.end()));
      const std::set<std::string> scopes = {"file", "line", "structure", "record", "item"};
      BOOST_TEST(scopes.count(listed.scope) == 1U);
      BOOST_TEST((listed.builtin || !listed.places.empty()));
      BOOST_TEST((listed.scope != "item" || !listed.places.empty()));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_rule_stands_where_its_layout_says) {
  const Entry& total = entry("SANTEI-TOTAL");
  BOOST_TEST(!total.builtin);
  BOOST_TEST(total.source == "README 4");
  BOOST_TEST(total.confidence == "A");
  BOOST_TEST_REQUIRE(total.places.size() == 1U);
  const Place& place = total.places[0];
  BOOST_TEST(place.form == "2225700");
  BOOST_TEST(place.line == "record");
  BOOST_TEST(place.receivers == (std::vector<std::string>{"KPFD", "SHFD"}),
             boost::test_tools::per_element());
  BOOST_TEST_REQUIRE(place.items.size() == 1U);
  BOOST_TEST(place.items[0].number == 37U);
  BOOST_TEST(place.items[0].key == "total");
  BOOST_TEST(place.condition.find("total == min(counted_sum, 9999999)") != std::string::npos);
  // A repeated item: each step.
  const Entry& sums = entry("MONTH-SUM");
  BOOST_TEST(sums.places.back().items.size() == 3U);
  // In files for one receiver alone.
  for (const Place& at : entry("UNION-CERTIFICATE-MISSING").places) {
    BOOST_TEST(at.receivers == std::vector<std::string>{"KPFD"}, boost::test_tools::per_element());
  }
  for (const Place& at : entry("MY-NUMBER-EMPTY").places) {
    BOOST_TEST(at.receivers == std::vector<std::string>{"SHFD"}, boost::test_tools::per_element());
  }
}

// The item that only the newer edition has.
BOOST_AUTO_TEST_CASE(what_a_newer_edition_brought_is_since_then) {
  const auto form = std::find_if(book().forms.begin(), book().forms.end(),
                                 [](const Form& known) { return known.code == "2200700"; });
  BOOST_REQUIRE(form != book().forms.end());
  BOOST_TEST(form->editions == (std::vector<std::string>{"2018-03", "2024-12"}),
             boost::test_tools::per_element());
  std::set<std::string> newer;
  for (const Form::Item& item : form->items) {
    if (item.since == "2024-12") {
      newer.insert(item.key);
    } else {
      BOOST_TEST(item.since == "2018-03");
    }
  }
  BOOST_TEST(newer == std::set<std::string>{"confirmation_card"}, boost::test_tools::per_element());
}

// `check::may_stand_at` against what the checker does to every sample.
BOOST_AUTO_TEST_CASE(no_finding_stands_where_the_list_has_no_place_for_it) {
  std::size_t findings = 0;
  std::set<std::string> seen;
  for (const char* kind : {"valid", "invalid"}) {
    for (const fs::directory_entry& sample :
         fs::directory_iterator(fs::path(KPFD_SOURCE_DIR) / "samples" / kind)) {
      for (const fs::directory_entry& file : fs::directory_iterator(sample.path() / "input")) {
        const kpfd_test::Checked checked = kpfd_test::check_text(
            content_of(file.path()), {file.path().filename().string(), kpfd_test::check_date});
        for (const Found& found : checked.findings) {
          ++findings;
          seen.insert(found.rule);
          BOOST_TEST(is_listed(found, checked.summary.kind), sample.path() << ": " << found);
        }
      }
    }
  }
  BOOST_TEST(findings > 200U);
  BOOST_TEST(seen.size() > 60U);
}

// Each item of each form damaged in many ways, too.
BOOST_AUTO_TEST_CASE(nor_does_one_of_a_damaged_item) {
  using namespace std::string_literals;
  const std::vector<std::string> texts = {"",
                                          "0",
                                          "00",
                                          "000000",
                                          "9",
                                          "99",
                                          "1",
                                          "x",
                                          "?",
                                          "\"",
                                          "\xB1",
                                          "\xA1",
                                          "\x82\x60",
                                          " ",
                                          "\x81\x40",
                                          "\x87\x40",
                                          "\xED\x40",
                                          "\x82",
                                          "\x80",
                                          "\x01",
                                          "\xF0\x40",
                                          "000000000000",
                                          "990230",
                                          "640108",
                                          "123456789012",
                                          "12345678901234567890",
                                          "\xB1  \xB2",
                                          "\x82\x60\x81\x40\x81\x40\x82\x61",
                                          "\x82\x60 \x82\x61",
                                          "\x82\x60?\x82\x61",
                                          "400101"};
  std::set<std::string> seen;
  for (const kpfd::layout::Record* line : kpfd_test::all_lines()) {
    if (line->form.empty()) {
      continue;
    }
    const kpfd_test::Filing good = kpfd_test::filing_of(*line);
    for (const kpfd::layout::Item& item : line->items) {
      for (const std::string& text : texts) {
        kpfd_test::Filing filing = good;
        filing.set(5, item.column, text);
        for (const Found& found : kpfd_test::check_filing(filing).findings) {
          seen.insert(found.rule);
          if (!is_listed(found, filing.receiver)) {
            BOOST_ERROR(kpfd_test::title_of(*line) << ": " << found);
          }
        }
      }
    }
  }
  BOOST_TEST(seen.size() > 60U);
}

BOOST_AUTO_TEST_CASE(json_has_the_members_that_are_described) {
  using kpfd_test::Json;
  const Json json = kpfd_test::JsonReader::read(kpfd::rulebook::to_json(book()));
  using Keys = std::vector<std::string>;
  const auto same = [](const Keys& a, const Keys& b) { return a == b; };
  BOOST_TEST(same(json.keys, {"schemas", "rules", "forms", "catalogue"}));
  BOOST_TEST(json["schemas"].text == engine().schemas_edition());
  BOOST_TEST(json["rules"].text == engine().rules_hash());
  BOOST_TEST(json["forms"].elements.size() == 5U);
  for (const Json& form : json["forms"].elements) {
    BOOST_TEST(same(form.keys, {"code", "key", "name", "name_en", "editions", "items", "names"}));
    BOOST_TEST(!form["items"].elements.empty());
    for (const Json& item : form["items"].elements) {
      BOOST_TEST(same(item.keys, {"number", "key", "name", "name_en", "since", "receivers"}));
    }
  }
  BOOST_TEST_REQUIRE(json["catalogue"].elements.size() == book().entries.size());
  for (const Json& rule : json["catalogue"].elements) {
    BOOST_TEST(same(rule.keys, {"id", "kind", "scope", "severity", "source", "confidence", "since",
                                "meaning", "places"}));
    BOOST_TEST(same(rule["meaning"].keys, {"ja", "en"}));
    for (const Json& place : rule["places"].elements) {
      BOOST_TEST(place.keys.front() == "line");
      BOOST_TEST(place.keys.back() == "items");
      for (const std::string& key : place.keys) {
        const Keys known = {"line",     "form",   "since",     "receivers",
                            "severity", "source", "condition", "items"};
        BOOST_TEST((std::find(known.begin(), known.end(), key) != known.end()), key);
      }
      for (const Json& item : place["items"].elements) {
        BOOST_TEST(same(item.keys, {"number", "key"}));
      }
    }
  }
  const std::string page = content_of(fs::path(KPFD_SOURCE_DIR) / "docs" / "migration.md");
  for (const char* member :
       {"schemas", "rules",    "forms", "catalogue", "code",   "key",        "name",
        "name_en", "editions", "items", "names",     "number", "since",      "receivers",
        "id",      "kind",     "scope", "severity",  "source", "confidence", "meaning",
        "places",  "line",     "form",  "condition"}) {
    BOOST_TEST((page.find("`" + std::string(member) + "`") != std::string::npos), member);
  }
}

BOOST_AUTO_TEST_CASE(the_page_names_every_rule_and_its_cells_are_closed) {
  const std::string page = kpfd::rulebook::to_markdown(book());
  for (const Entry& listed : book().entries) {
    BOOST_TEST((page.find("\n### " + listed.id + "\n") != std::string::npos), listed.id);
  }
  for (const std::string& line : kpfd_test::lines_of(page)) {
    if (!line.empty() && line.front() == '|') {
      BOOST_TEST(line.back() == '|', line);
    }
  }
}

// A union's list: what its profile changes, with its reasons, and what it asks for.
BOOST_AUTO_TEST_CASE(a_profile_is_listed_with_what_it_changes) {
  const kpfd::profile::Profile profile = kpfd_test::profile_with(
      "<forms taken='2265700 2221700'/>"
      "<office-number type='N' length='4' media-record='left-out'/>"
      "<roster file='offices.csv'/>"
      "<severity rule='MONTH-SUM' item='sum_1' forms='2221700' to='off' reason='|理由|' "
      "reason-en='why'/>"
      "<severity rule='TABLE' to='info' reason='r*'/>"
      "<attachment key='ledger' name='台帳' forms='2265700' at='cash'>cash given</attachment>");
  const kpfd::Engine with = kpfd_test::engine_with(profile);
  const Rulebook made =
      kpfd::rulebook::make_rulebook(with, kpfd_test::catalogue("ja"), kpfd_test::catalogue("en"));
  BOOST_TEST(made.profile.key == "example");
  BOOST_TEST(made.profile.name_en == "Example Union");
  BOOST_TEST(made.profile.sha256.size() == 64U);

  BOOST_TEST_REQUIRE(entry_of(made, "MONTH-SUM").changes.size() == 1U);
  const Entry::Change& off = entry_of(made, "MONTH-SUM").changes.front();
  BOOST_TEST(off.severity == "off");
  BOOST_TEST(off.item == "sum_1");
  BOOST_TEST(off.reason_en == "why");
  BOOST_TEST_REQUIRE(entry_of(made, "TABLE").changes.size() == 1U);
  BOOST_TEST(entry_of(made, "TABLE").changes.front().severity == "info");
  BOOST_TEST(entry_of(made, "TABLE").changes.front().reason_en == "r*");

  const auto forms_of = [&](const char* id) {
    std::set<std::string> forms;
    for (const Place& place : entry_of(made, id).places) {
      forms.insert(place.form);
    }
    return forms;
  };
  BOOST_TEST((forms_of("PROFILE-FORM") == std::set<std::string>{"2200700", "2201700", "2225700"}));
  BOOST_TEST((forms_of("PROFILE-ATTACHMENT") == std::set<std::string>{"2265700"}));
  for (const Place& place : entry_of(made, "PROFILE-ATTACHMENT").places) {
    BOOST_TEST(place.attachment == "ledger");
    BOOST_TEST(place.condition.find("cash given") != std::string::npos, place.condition);
  }
  // The number is asked of office records alone, the roster of both header lines.
  BOOST_TEST(entry_of(made, "PROFILE-OFFICE-FORMAT").places.size() <
             entry_of(made, "PROFILE-OFFICE-ROSTER").places.size());

  const std::string page = kpfd::rulebook::to_markdown(made);
  for (const char* const part :
       {"見本健康保険組合 / Example Union, `example` 2026-04, `sha256:",
        "プロファイル / profile: 表示しない / off (2221700 sum\\_1) — \\|理由\\| / why",
        "プロファイル / profile: 情報 / information — r\\* / r\\*", "ledger: "}) {
    BOOST_TEST(page.find(part) != std::string::npos, part);
  }
  using kpfd_test::Json;
  const Json json = kpfd_test::JsonReader::read(kpfd::rulebook::to_json(made));
  BOOST_TEST(json["profile"]["key"].text == "example");
  BOOST_TEST(json["profile"]["sha256"].text == made.profile.sha256);
  std::size_t changes = 0;
  std::size_t attachments = 0;
  for (const Json& rule : json["catalogue"].elements) {
    const auto has = [](const Json& object, const char* member) {
      return std::find(object.keys.begin(), object.keys.end(), member) != object.keys.end();
    };
    if (has(rule, "profile")) {
      ++changes;
      for (const Json& change : rule["profile"].elements) {
        BOOST_TEST((change.keys ==
                    std::vector<std::string>{"severity", "forms", "key", "reason", "reason_en"}));
      }
    }
    for (const Json& place : rule["places"].elements) {
      if (has(place, "attachment")) {
        BOOST_TEST(place["attachment"].text == "ledger");
        ++attachments;
      }
    }
  }
  BOOST_TEST(changes == 2U);
  BOOST_TEST(attachments > 0U);
}

// Words of a rule that no catalogue knows.
BOOST_AUTO_TEST_CASE(a_rule_without_words_is_listed_by_its_own) {
  std::string bonus(kpfd::embedded_schema("layouts/2265700-2018-03.xml"));
  bonus.insert(bonus.find("</layout>"), R"(
    <rule id="OWN-WORDS" at="cash" source="x [C]" message="だめ" message-en="No">cash == 1</rule>
    <rule id="NO-WORDS" source="x 1 [C] [D]" when="cash > 1">in_kind
      == 1</rule>)");
  std::vector<kpfd::Engine::SchemaFile> files;
  for (const auto& file : kpfd::embedded_schemas()) {
    const bool changed = file.name == "layouts/2265700-2018-03.xml";
    files.push_back(changed ? kpfd::Engine::SchemaFile{file.name, bonus} : file);
  }
  const kpfd::Engine with(files);
  const Rulebook made =
      kpfd::rulebook::make_rulebook(with, kpfd_test::catalogue("ja"), kpfd_test::catalogue("en"));
  const Entry& own = entry_of(made, "OWN-WORDS");
  BOOST_TEST(own.ja.text == "だめ");
  BOOST_TEST(own.en.text == "No");
  const Entry& none = entry_of(made, "NO-WORDS");
  BOOST_TEST(none.scope == "record");
  BOOST_TEST(none.source == "x 1");
  BOOST_TEST(none.confidence == "CD");
  BOOST_TEST(none.ja.text == "(cash > 1) implies (in_kind == 1)");
  BOOST_TEST(none.places.at(0).items.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
