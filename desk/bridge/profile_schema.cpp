#include "desk/bridge/profile_schema.hpp"

#include <algorithm>
#include <pugixml.hpp>
#include <string>

#include "desk/bridge/host.hpp"
#include "kpfd/layout/source_text.hpp"

namespace kpfd::desk {

namespace {

using layout::SchemaError;
using pugi::xml_node;

/// Bytes of UTF-8 that are not the first of a character are not counted.
std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

class Checker {
 public:
  Checker(const layout::SchemaFile& profile, const layout::SchemaFile& schema)
      : profile_(profile), schema_(schema) {
    constexpr unsigned all = pugi::parse_default | pugi::parse_declaration | pugi::parse_doctype;
    const auto load = [](pugi::xml_document& xml, const layout::SourceText& text) {
      return xml.load_buffer(text.content().data(), text.content().size(), all,
                             pugi::encoding_utf8);
    };
    load(schema_xml_, schema_);
    // What is no XML at all the loader tells.
    is_xml_ = static_cast<bool>(load(xml_, profile_));
  }

  void check() const {
    if (!is_xml_) {
      return;
    }
    for (const xml_node& node : xml_.children()) {
      if (node.type() == pugi::node_doctype) {
        fail(node, "a DOCTYPE has no place here");
      }
      const std::string encoding = node.attribute("encoding").value();
      if (node.type() == pugi::node_declaration && !encoding.empty() && encoding != "UTF-8" &&
          encoding != "utf-8") {
        fail(node, "the declared encoding is `" + encoding + "`, not UTF-8");
      }
    }
    const xml_node root = xml_.document_element();
    if (const xml_node declared = named(schema_xml_.document_element(), "xs:element", root.name());
        !declared.empty()) {
      check_element(root, declared.child("xs:complexType"));
    }
  }

 private:
  [[noreturn]] void fail(const xml_node& node, const std::string& reason) const {
    throw SchemaError(profile_.place_at(node.offset_debug()), reason);
  }

  static xml_node named(const xml_node& parent, const char* kind, std::string_view name) {
    for (const xml_node& child : parent.children(kind)) {
      if (name == child.attribute("name").value()) {
        return child;
      }
    }
    return {};
  }

  void check_element(const xml_node& node, const xml_node& type) const {
    const xml_node extension = type.child("xs:simpleContent").child("xs:extension");
    check_attributes(node, extension.empty() ? type : extension);
    const xml_node choice = type.child("xs:choice");
    const std::string name = "<" + std::string(node.name()) + ">: ";
    for (const xml_node& child : node.children()) {
      if (child.type() == pugi::node_element) {
        if (choice.empty()) {
          fail(child, name + "no element has its place in it");
        }
        if (const xml_node declared = named(choice, "xs:element", child.name());
            !declared.empty()) {
          check_element(child, declared.child("xs:complexType"));
        }
      } else if (extension.empty() && !is_blank(child.value()) &&
                 (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)) {
        fail(child, name + "no text has its place in it");
      }
    }
    if (!extension.empty()) {
      check_value(node, name, named_type(extension.attribute("base").value()), node.child_value());
    }
  }

  void check_attributes(const xml_node& node, const xml_node& declarations) const {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const std::string_view name = attribute.name();
      const std::string what = "<" + std::string(node.name()) + ">: " + std::string(name);
      if (node.attribute(attribute.name()) != attribute) {
        fail(node, what + " is said twice");
      }
      if (const xml_node declared = named(declarations, "xs:attribute", name); !declared.empty()) {
        const char* const type = declared.attribute("type").value();
        check_value(node, what + ": ",
                    *type == '\0' ? declared.child("xs:simpleType") : named_type(type),
                    attribute.value());
      }
    }
  }

  xml_node named_type(std::string_view name) const {
    return named(schema_xml_.document_element(), "xs:simpleType", name);
  }

  /// All facets of a type, and of those that it restricts.
  void check_value(const xml_node& node, const std::string& what, xml_node type,
                   const std::string& value) const {
    for (; !type.empty();
         type = named_type(type.child("xs:restriction").attribute("base").value())) {
      const xml_node facets = type.child("xs:restriction");
      if (const xml_node most = facets.child("xs:maxLength");
          !most.empty() && characters_of(value) > most.attribute("value").as_uint()) {
        fail(node, what + "more than " + most.attribute("value").value() + " characters");
      }
      const std::string pattern = facets.child("xs:pattern").attribute("value").value();
      if (!pattern.empty() && !fits(pattern, value)) {
        fail(node, (what + "`").append(value).append("` has not the form ").append(pattern));
      }
      std::string known;
      bool found = false;
      for (const xml_node& one : facets.children("xs:enumeration")) {
        const std::string word = one.attribute("value").value();
        known += (known.empty() ? "" : ", ") + word;
        found = found || word == value;
      }
      if (!known.empty() && !found) {
        fail(node, (what + "`").append(value).append("` is none of: ").append(known));
      }
    }
  }

  layout::SourceText profile_;
  layout::SourceText schema_;
  pugi::xml_document schema_xml_;
  pugi::xml_document xml_;
  bool is_xml_ = false;
};

}  // namespace

void check_profile(const layout::SchemaFile& profile, const layout::SchemaFile& schema) {
  Checker(profile, schema).check();
}

}  // namespace kpfd::desk
