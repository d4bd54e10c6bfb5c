#include "kpfd/layout/document.hpp"

#include <algorithm>

#include "kpfd/layout/suggestion.hpp"

namespace kpfd::layout {

Document::Document(const SchemaFile& file) : SourceText(file) {
  const pugi::xml_parse_result result =
      xml.load_buffer(content().data(), content().size(), pugi::parse_default, pugi::encoding_utf8);
  if (!result) {
    throw SchemaError(place_at(result.offset), std::string("no XML: ") + result.description());
  }
}

std::size_t Document::value_offset(const pugi::xml_node& node, std::string_view attribute) const {
  const std::string_view text = content();
  std::size_t at = text.find_first_of(" \t\r\n", static_cast<std::size_t>(node.offset_debug()));
  while (true) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n", at);
    const std::size_t quote = text.find_first_of("\"'", begin);
    const std::size_t end = text.find_first_of(" \t\r\n=", begin);
    if (text.substr(begin, end - begin) == attribute) {
      return quote + 1;
    }
    at = text.find(text[quote], quote + 1) + 1;
  }
}

void Node::fail(const std::string& reason) const {
  throw SchemaError(place(), "<" + std::string(name()) + ">: " + reason);
}

void Node::allow(std::initializer_list<std::string_view> attributes) const {
  for (const pugi::xml_attribute& attribute : xml.attributes()) {
    const std::string_view found = attribute.name();
    if (std::find(attributes.begin(), attributes.end(), found) == attributes.end()) {
      fail("unknown attribute `" + std::string(found) + "`" +
           suggestion(found, std::vector<std::string_view>(attributes)));
    }
  }
}

std::string Node::required(const char* attribute) const {
  std::string value = text(attribute);
  if (value.empty()) {
    fail("attribute `" + std::string(attribute) + "` is missing");
  }
  return value;
}

std::int64_t Node::number(const char* attribute) const {
  const std::string value = required(attribute);
  if (value.size() > 15 || value.find_first_not_of("0123456789") != std::string::npos) {
    fail("attribute `" + std::string(attribute) + "` is no whole number");
  }
  return std::stoll(value);
}

CivilDate Node::date(const char* attribute) const {
  if (!has(attribute)) {
    return no_date;
  }
  const CivilDate day = parse_iso_date(text(attribute));
  if (!day.known()) {
    fail("attribute `" + std::string(attribute) + "` is no date YYYY-MM-DD");
  }
  return day;
}

void Node::read_expression(RuleText& rule) const {
  rule.element = document->spot_at(xml.offset_debug());
  const pugi::xml_node content = xml.first_child();
  // Anything beside one text (a comment within it) would cut the expression in pieces, and a part
  // of it be left unsaid.
  if (content.type() != pugi::node_pcdata || content.next_sibling()) {
    fail("its content is one text, without comments or elements");
  }
  rule.text = content.value();
  rule.place = document->place(content);
  rule.written = document->written(rule.text, static_cast<std::size_t>(content.offset_debug()));
}

}  // namespace kpfd::layout
