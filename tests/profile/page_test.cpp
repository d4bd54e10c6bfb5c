// Every example of docs/profiles.md is a test case of its own.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "kpfd/layout/load.hpp"
#include "kpfd_test.hpp"
#include "tests/support/filings.hpp"
#include "tests/support/profiles.hpp"

namespace {

using namespace kpfd_test;
using kpfd::layout::Record;

struct Block {
  std::string kind;
  std::size_t line = 0;
  std::vector<std::string> lines;

  std::string text() const {
    std::string all;
    for (const std::string& each : lines) {
      all += each + '\n';
    }
    return all;
  }
};

std::vector<Block> blocks() {
  std::ifstream file(std::string(KPFD_SOURCE_DIR) + "/docs/profiles.md", std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot read docs/profiles.md");
  }
  std::vector<Block> found;
  bool inside = false;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.rfind("```", 0) == 0) {
      inside = !inside;
      if (inside) {
        found.push_back({line.substr(3), number, {}});
      }
    } else if (inside) {
      found.back().lines.push_back(line);
    }
  }
  return found;
}

std::string roster_of_page() {
  for (const Block& block : blocks()) {
    if (block.kind == "kpfd-roster") {
      return block.text();
    }
  }
  throw std::runtime_error("the page has no roster");
}

std::string trimmed(std::string text) {
  text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::vector<std::string> parts_of(const std::string& text, const std::string& between) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(between, begin), text.size());
    const std::string part = trimmed(text.substr(begin, end - begin));
    if (!part.empty()) {
      parts.push_back(part);
    }
    begin = end + between.size();
  }
  return parts;
}

/// Fills an item of the first line that has it: the data record, then line 1. `office` is the
/// number of the office wherever it stands.
void assign(Filing& filing, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  const std::string key = assignment.substr(0, equals);
  std::string value = assignment.substr(equals + 1);
  std::replace(value.begin(), value.end(), '_', ' ');
  value = sjis(value);
  if (key == "office") {
    filing.set("union_office_number", value).set(0, 0, value).set(3, 0, value);
    return;
  }
  const Record& media = engine().layouts().receiver("KPFD")->media.back();
  const int column = media.column_of(key);
  if (column >= 0) {
    filing.set(0, static_cast<std::size_t>(column), value);
  } else {
    filing.set(key, value);
  }
}

/// `6 23 error NEED`, `off TABLE 1`, `needs attendance_record 1`.
std::vector<std::string> outcome(const Checked& checked) {
  std::vector<std::string> all = checked.places();
  const kpfd::ProfileUse use = checked.summary.profile.value_or(kpfd::ProfileUse{});
  for (const auto& off : use.off) {
    if (off.count > 0) {
      all.push_back("off " + off.rule + ' ' + std::to_string(off.count));
    }
  }
  for (const auto& needed : use.attachments) {
    all.push_back("needs " + needed.key + ' ' + std::to_string(needed.count));
  }
  return all;
}

void check_claims(const Block& profile, const Block& claims) {
  const kpfd::Engine with = engine_with(profile.text(), roster_of_page());
  for (const std::string& line : claims.lines) {
    const std::size_t arrow = line.find("=>");
    BOOST_TEST_REQUIRE(arrow != std::string::npos);
    const std::vector<std::string> words = parts_of(line.substr(0, arrow), " ");
    Filing filing = filing_for("KPFD", words.at(0));
    for (std::size_t i = 1; i < words.size(); ++i) {
      assign(filing, words[i]);
    }
    BOOST_TEST_CONTEXT(line) {
      const Checked checked = check_text(filing.text(), {filing.name()}, with);
      BOOST_TEST(listed(outcome(checked)) == listed(parts_of(line.substr(arrow + 2), ";")));
      BOOST_TEST(checked.summary.profile->applied);
    }
  }
}

void check_refusal(const Block& block) {
  BOOST_TEST_REQUIRE(block.lines.size() >= 2U);
  Block elements = block;
  elements.lines.pop_back();
  try {
    engine_with(elements.text(), roster_of_page());
    BOOST_ERROR("not refused");
  } catch (const kpfd::layout::SchemaError& error) {
    BOOST_TEST(error.reason() == block.lines.back());
    BOOST_TEST(error.place().file == "profile.xml");
    BOOST_TEST(error.place().line == 2U);
    BOOST_TEST(error.place().column >= 2U);
  }
}

const bool registered = kpfd_test::at_start([] {
  using namespace boost::unit_test;
  auto* const page = BOOST_TEST_SUITE("page");
  const std::vector<Block> all = blocks();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string name = "line_" + std::to_string(all[i].line);
    if (all[i].kind == "kpfd-profile") {
      page->add(make_test_case(
          [profile = all.at(i - 1), claims = all[i]] {
            BOOST_TEST_REQUIRE(profile.kind == "xml");
            check_claims(profile, claims);
          },
          name, __FILE__, __LINE__));
    } else if (all[i].kind == "kpfd-profile-error") {
      page->add(
          make_test_case([block = all[i]] { check_refusal(block); }, name, __FILE__, __LINE__));
    }
  }
  framework::master_test_suite().add(page);
});

BOOST_AUTO_TEST_SUITE(page_itself)

// The first example is a whole file.
BOOST_AUTO_TEST_CASE(shows_a_whole_profile_that_is_one) {
  std::size_t whole = 0;
  for (const Block& block : blocks()) {
    if (block.kind != "xml" || block.lines.at(0).rfind("<?xml", 0) != 0) {
      continue;
    }
    ++whole;
    auto profile = load_profile(block.text());
    kpfd::profile::read_roster(roster_of_page(), "offices.csv", profile);
    BOOST_CHECK_NO_THROW(engine_with(profile));
  }
  BOOST_TEST(whole == 1U);
}

// An element or attribute that the page does not show would be one that nobody can know.
BOOST_AUTO_TEST_CASE(shows_every_element_and_attribute_of_the_xsd) {
  const std::string_view xsd = kpfd::embedded_schema("profile.xsd");
  std::string examples;
  for (const Block& block : blocks()) {
    if (block.kind == "xml") {
      examples += block.text();
    }
  }
  const auto names = [xsd](std::string_view begin) {
    std::set<std::string> found;
    for (std::size_t at = xsd.find(begin); at != std::string_view::npos; at = xsd.find(begin, at)) {
      at += begin.size();
      found.emplace(xsd.substr(at, xsd.find('"', at) - at));
    }
    return found;
  };
  const auto elements = names("<xs:element name=\"");
  const auto attributes = names("<xs:attribute name=\"");
  BOOST_TEST(elements.size() == 10U);
  BOOST_TEST(attributes.size() >= 20U);
  for (const std::string& element : elements) {
    BOOST_TEST((examples.find('<' + element + ' ') != std::string::npos), element);
  }
  for (const std::string& attribute : attributes) {
    const bool shown = examples.find(' ' + attribute + "=\"") != std::string::npos;
    BOOST_TEST(shown, attribute);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
