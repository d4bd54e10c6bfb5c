// The layouts hold exactly what the tables of the specification say, item by item; and every slip
// of the hand in an attribute would be seen.
#include "tests/layout/specification.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <pugixml.hpp>
#include <sstream>

#include "kpfd/layout/words.hpp"
#include "tests/layout/schema_files.hpp"

namespace {

using namespace kpfd_test;
using kpfd::layout::Layouts;
using kpfd::layout::Record;
using kpfd::layout::split;
using kpfd::layout::Table;

const Layouts& layouts() {
  static const Layouts loaded = load(own_files());
  return loaded;
}

std::string joined(const std::vector<std::string>& parts, char separator) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text += (i == 0 ? "" : std::string(1, separator)) + parts[i];
  }
  return text;
}

/// A number in the same width: `01` => `02`.
std::string moved(const std::string& digits, int by) {
  const long number = std::stol(digits) + by;
  if (number < 0) {
    return digits;
  }
  const std::string moved = std::to_string(number);
  return moved.size() < digits.size() ? std::string(digits.size() - moved.size(), '0') + moved
                                      : moved;
}

bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 18 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

/// `1|3|5..7`: an alternative left out, an end one more or one less.
std::vector<std::string> other_lists(const std::string& text) {
  std::vector<std::string> others;
  const std::vector<std::string> parts = split(text, '|');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::vector<std::string> fewer = parts;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    others.push_back(joined(fewer, '|'));
    const std::size_t dots = parts[i].find("..");
    const std::string low = parts[i].substr(0, dots);
    const std::string high = dots == std::string::npos ? "" : parts[i].substr(dots + 2);
    for (const int by : {-1, 1}) {
      std::vector<std::string> changed = parts;
      if (is_number(low)) {
        changed[i] = moved(low, by) + (high.empty() ? "" : ".." + high);
        others.push_back(joined(changed, '|'));
      }
      if (is_number(high)) {
        changed[i] = low + ".." + moved(high, by);
        others.push_back(joined(changed, '|'));
      }
    }
  }
  return others;
}

/// What a slip of the hand could have made of an attribute; "" leaves it out.
std::vector<std::string> other_values(const std::string& name, const std::string& value) {
  static const std::map<std::string, std::vector<std::string>> words = {
      {"type", {"N", "AN", "AK", "K", "AKS", "J", "JM"}},
      {"need", {"required", "optional", "conditional"}},
      {"scope", {"both", "pension", "union"}},
      {"separator", {"", "half", "full"}},
      {"separator-severity", {"", "error", "warning"}},
      {"unit", {"", "yen", "thousand_yen"}},
      {"zeros", {"", "refused"}},
      {"spaces", {"", "single"}},
      {"half-space", {"", "refused"}},
      {"lost", {"", "question-mark"}},
      {"chosen", {"", "yes"}},
      {"check-digit", {"", "my-number"}},
      {"calendar", {"", "gregorian"}},
      {"severity", {"error", "warning"}},
      {"compare", {"text", "number"}},
      {"among", {"", "prefectures", "health_grades"}}};
  std::vector<std::string> others;
  if (const auto known = words.find(name); known != words.end()) {
    others = known->second;
  } else if (name == "length" || name == "values" || name == "not" || name == "doubtful") {
    const std::vector<std::string> lists = split(value, ';');
    for (std::size_t i = 0; i < lists.size() && !value.empty(); ++i) {
      for (const std::string& other : other_lists(lists[i])) {
        std::vector<std::string> changed = lists;
        changed[i] = other;
        others.push_back(joined(changed, ';'));
      }
    }
    others.emplace_back();
  } else if (name == "items") {
    const std::vector<std::string> keys = split(value, ' ');
    for (std::size_t i = 0; i < keys.size(); ++i) {
      std::vector<std::string> fewer = keys;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      others.push_back(joined(fewer, ' '));
    }
  } else if (name == "valid-from" || name == "valid-to" || (name == "from" && value.size() == 10) ||
             name == "to") {
    if (!value.empty()) {
      others = {value.substr(0, 8) + (value.substr(8) == "15" ? "16" : "15"), ""};
    }
  } else if (is_number(value)) {
    others = {moved(value, 1), moved(value, -1), ""};
  } else if (!value.empty()) {
    others = {value + "x", ""};
  }
  // What is left out may be what is said.
  static const std::map<std::string, std::string> defaults = {
      {"separator-severity", "error"}, {"scope", "both"}, {"from", "0"}};
  others.erase(std::remove_if(others.begin(), others.end(),
                              [&](const std::string& other) {
                                const auto found = defaults.find(name);
                                const auto meant = [&](const std::string& text) {
                                  return text.empty() && found != defaults.end() ? found->second
                                                                                 : text;
                                };
                                return meant(other) == meant(value);
                              }),
               others.end());
  return others;
}

/// The attributes that an element can have besides those that it has.
std::vector<std::string> attributes_of(const pugi::xml_node& node) {
  std::vector<std::string> names;
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    names.emplace_back(attribute.name());
  }
  if (std::string(node.name()) == "item") {
    for (const char* name :
         {"values", "not", "doubtful", "zeros", "least", "among", "separator", "separator-severity",
          "spaces", "half-space", "lost", "check-digit", "calendar", "chosen", "unit"}) {
      if (!node.attribute(name)) {
        names.emplace_back(name);
      }
    }
  }
  return names;
}

/// Attributes of which the specification says nothing: words for people, where a fact comes from,
/// and what the project calls forms and the items of header lines by itself.
bool is_own_word(const std::string& file, const std::string& element, const std::string& name) {
  static const Texts everywhere = {"source", "meaning", "name-en", "label", "labels-en"};
  static const Texts own_names = {"era", "receiver", "refused", "retired", "header", "layout"};
  if (everywhere.count(name) != 0 || (name == "name" && own_names.count(element) != 0)) {
    return true;
  }
  if (file == "layouts/structure.xml" && (element == "item" || element == "repeat")) {
    return name == "key" || name == "name" || name == "labels";
  }
  return name == "key" && (element == "layout" || element == "absent");
}

/// Changes the schemas in one place after another.
class Slips {
 public:
  std::size_t seen = 0;
  std::vector<std::string> unseen;

  void file(const std::string& name) {
    name_ = name;
    pugi::xml_parse_result parsed =
        document_.load_string(files_.at(name).c_str(), pugi::parse_full);
    BOOST_TEST_REQUIRE(static_cast<bool>(parsed));
    visit(document_.document_element());
  }

 private:
  void visit(pugi::xml_node node) {
    const std::string element = node.name();
    // Rules have a test of their own: tests/rules/mutation_test.cpp.
    if (element == "rule" || element == "let" || node.type() != pugi::node_element) {
      return;
    }
    for (const std::string& name : attributes_of(node)) {
      if (!is_own_word(name_, element, name)) {
        attribute(node, name);
      }
    }
    for (pugi::xml_node child = node.first_child(); child;) {
      const pugi::xml_node next =
          child.next_sibling();  // a child is taken away and comes back as another
      visit(child);
      child = next;
    }
    if (node.parent() != document_ && node.type() == pugi::node_element &&
        !uses_rules_alone(node)) {
      left_out(node);
    }
  }

  void attribute(pugi::xml_node node, const std::string& name) {
    const bool had = static_cast<bool>(node.attribute(name.c_str()));
    const std::string value = node.attribute(name.c_str()).value();
    std::vector<std::string> others =
        had || name == "separator-severity" ? other_values(name, value) : added(name);
    for (const std::string& other : others) {
      if (!node.attribute(name.c_str())) {
        node.append_attribute(name.c_str());
      }
      node.attribute(name.c_str()).set_value(other.c_str());
      if (other.empty()) {
        node.remove_attribute(name.c_str());
      }
      ask(std::string(node.name()) + " " + node.attribute("key").value() + " " + name + ": " +
          (had ? value : "(nothing)") + " -> " + (other.empty() ? "(nothing)" : other));
    }
    if (!had) {
      node.remove_attribute(name.c_str());
      return;
    }
    if (!node.attribute(name.c_str())) {
      node.append_attribute(name.c_str());
    }
    node.attribute(name.c_str()).set_value(value.c_str());
  }

  static std::vector<std::string> added(const std::string& name) {
    if (name == "least") {
      return {"1000"};
    }
    if (name == "values") {
      return {"1"};
    }
    if (name == "not" || name == "doubtful") {
      return {"00"};
    }
    std::vector<std::string> words = other_values(name, "");
    return words;
  }

  /// A block of rules alone: tests/rules/mutation_test.cpp leaves each of them out.
  bool uses_rules_alone(const pugi::xml_node& node) const {
    if (std::string_view(node.name()) != "use") {
      return false;
    }
    const std::string key = node.attribute("block").value();
    for (const auto& [name, content] : files_) {
      pugi::xml_document document;
      document.load_string(content.c_str());
      const pugi::xml_node block =
          document.document_element().find_child_by_attribute("block", "key", key.c_str());
      if (block) {
        return std::all_of(block.begin(), block.end(), [](const pugi::xml_node& child) {
          return std::string_view(child.name()) == "rule";
        });
      }
    }
    return false;
  }

  void left_out(pugi::xml_node node) {
    pugi::xml_node parent = node.parent();
    const std::string title = std::string(node.name()) + " " + node.attribute("key").value() +
                              node.attribute("code").value() + node.attribute("block").value() +
                              " left out";
    pugi::xml_document kept;
    const pugi::xml_node copy = kept.append_copy(node);
    pugi::xml_node mark = parent.insert_child_before(pugi::node_comment, node);
    parent.remove_child(node);
    ask(title);
    parent.insert_copy_before(copy, mark);
    parent.remove_child(mark);
  }

  void ask(const std::string& title) {
    std::ostringstream text;
    document_.save(text, "", pugi::format_raw);
    SchemaFiles changed = files_;
    changed[name_] = text.str();
    ++seen;
    try {
      if (differences(load(changed)).empty()) {
        unseen.push_back(name_ + ": " + title);
      }
    } catch (const kpfd::layout::SchemaError&) {
      // Refused: seen at once.
    }
  }

  SchemaFiles files_ = schemas_of_layouts();
  std::string name_;
  pugi::xml_document document_;

  static SchemaFiles schemas_of_layouts() {
    SchemaFiles files;
    for (const auto& [name, content] : own_files()) {
      if (name.rfind("layouts/", 0) == 0 || name.rfind("tables/", 0) == 0) {
        files[name] = content;
      }
    }
    return files;
  }
};

BOOST_AUTO_TEST_SUITE(specification)

BOOST_AUTO_TEST_CASE(the_layouts_say_what_the_specification_says) {
  BOOST_TEST(differences(layouts()) == std::vector<std::string>{},
             boost::test_tools::per_element());
  BOOST_TEST(layouts().records.size() == 12U);
  BOOST_TEST(spec_table("prefectures.csv").size() == 47U);
  BOOST_TEST(spec_table("grades.csv").size() == 50U);
  BOOST_TEST(layouts().tables.size() == 2U);
}

BOOST_AUTO_TEST_CASE(items_are_found_by_their_keys) {
  for (const Record& record : layouts().records) {
    BOOST_TEST(record.column_of("form_code") == 0);
    BOOST_TEST(record.column_of("no_such_item") == -1);
  }
}

const Table& table_of(const std::string& key) {
  for (const Table& table : layouts().tables) {
    if (table.key == key) {
      return table;
    }
  }
  throw std::runtime_error("no table " + key);
}

BOOST_AUTO_TEST_CASE(rows_are_found_by_their_codes) {
  const Table& prefectures = table_of("prefectures");
  for (const Table::Row& row : prefectures.rows) {
    BOOST_TEST(prefectures.find(row.code) == &row);
  }
  for (const char* code : {"00", "13", "20", "99", "1", "021", ""}) {
    BOOST_TEST(prefectures.find(code) == nullptr);
  }
  const Table& grades = table_of("health_grades");
  for (const Table::Row& row : grades.rows) {
    BOOST_TEST(grades.find(std::string(4 - row.code.size(), '0') + row.code) == &row);
  }
  for (const char* code : {"0000", "0059", "1391", "9999"}) {
    BOOST_TEST(grades.find(code) == nullptr);
  }
}

// Each attribute of each element of the layouts, of the structure and of the tables, changed in
// every way that a slip of the hand could, and each element left out.
BOOST_AUTO_TEST_CASE(every_slip_in_an_attribute_is_seen) {
  Slips slips;
  for (const auto& [name, content] : own_files()) {
    if (name.rfind("layouts/", 0) == 0 || name.rfind("tables/", 0) == 0) {
      slips.file(name);
    }
  }
  for (const std::string& slip : slips.unseen) {
    BOOST_ERROR("is not seen: " << slip);
  }
  BOOST_TEST_MESSAGE(slips.seen << " slips");
  BOOST_TEST(slips.seen > 3000U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
