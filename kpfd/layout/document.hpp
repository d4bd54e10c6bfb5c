// XML of the schemas and of profiles, with the places that messages need: what their readers share.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kpfd/layout/source_text.hpp"
#include "kpfd/layout/words.hpp"

namespace kpfd::layout {

/// A file's text and its elements. Keeps a copy of the text.
struct Document : SourceText {
  /// Throws SchemaError with the place where the text is no XML.
  explicit Document(const SchemaFile& file);

  Place place(const pugi::xml_node& node) const { return place_at(node.offset_debug()); }

  /// Where the value of an attribute begins. The element has the attribute.
  std::size_t value_offset(const pugi::xml_node& node, std::string_view attribute) const;

  pugi::xml_document xml;
};

/// An element together with the document that it stands in, which must outlive it. What is asked
/// for and is not there, or is none of the known words, throws SchemaError with the element's
/// place.
struct Node {
  const Document* document = nullptr;
  pugi::xml_node xml;

  static Node root_of(const Document& document) {
    return {&document, document.xml.document_element()};
  }

  std::string_view name() const { return xml.name(); }
  Place place() const { return document->place(xml); }

  [[noreturn]] void fail(const std::string& reason) const;

  /// Refuses attributes that are not in the list: a misspelt attribute would be a check that
  /// silently never runs.
  void allow(std::initializer_list<std::string_view> attributes) const;

  bool has(const char* attribute) const { return !xml.attribute(attribute).empty(); }
  /// An attribute's value, or "".
  std::string text(const char* attribute) const { return xml.attribute(attribute).value(); }
  /// An attribute that is there and is not empty.
  std::string required(const char* attribute) const;
  /// A required attribute of up to 15 digits.
  std::int64_t number(const char* attribute) const;
  /// A day YYYY-MM-DD, or no_date where the attribute is missing.
  CivilDate date(const char* attribute) const;

  /// A required attribute that is one of the words => its meaning.
  template <typename Value>
  Value choice(const char* attribute,
               std::initializer_list<std::pair<std::string_view, Value>> choices) const {
    const std::string value = required(attribute);
    std::string known;
    for (const auto& [word, meaning] : choices) {
      if (word == value) {
        return meaning;
      }
      known.append(known.empty() ? "" : ", ").append(word);
    }
    fail(std::string(attribute) + ": `" + value + "` is none of: " + known);
  }

  /// The content of a rule, a `let` or an attachment: one text. Sets where the element and the
  /// text stand, too.
  void read_expression(RuleText& rule) const;

  template <typename Visit>
  void each_child(Visit visit) const {
    for (const pugi::xml_node& child : xml.children()) {
      if (child.type() == pugi::node_element) {
        visit(Node{document, child});
      }
    }
  }
};

/// What the text of an attribute means; the place of one that means nothing is the node's.
template <typename Parse>
auto read_word(const Node& node, const char* attribute, Parse parse, std::string text) {
  try {
    return parse(std::move(text));
  } catch (const WordError& error) {
    node.fail(std::string(attribute) + ": " + error.what());
  }
}

}  // namespace kpfd::layout
