#include "kpfd/profile/load.hpp"

#include <algorithm>
#include <initializer_list>
#include <pugixml.hpp>
#include <utility>

#include "kpfd/layout/source_text.hpp"
#include "kpfd/layout/suggestion.hpp"
#include "kpfd/layout/words.hpp"

namespace kpfd::profile {

namespace {

using layout::Place;
using layout::SchemaError;

/// Beginnings of office numbers that a profile may name.
constexpr std::size_t most_begins = 32;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_of_type(std::string_view text, layout::Type type) {
  return std::all_of(text.begin(), text.end(), [type](char c) {
    const bool digit = c >= '0' && c <= '9';
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return digit || (letter && type != layout::Type::digits);
  });
}

/// Whether a path stays in the folder that it is relative to, on every system.
bool stays_in_folder(std::string_view path) {
  if (path.find_first_of("\\:") != std::string_view::npos) {
    return false;
  }
  for (const std::string& part : layout::split(path, '/')) {
    if (is_one_of(part, {"", ".", ".."})) {
      return false;
    }
  }
  return true;
}

class Loader {
 public:
  explicit Loader(const layout::SchemaFile& file) : source_(file) {
    const pugi::xml_parse_result result =
        document_.load_buffer(source_.content().data(), source_.content().size(),
                              pugi::parse_default, pugi::encoding_utf8);
    if (!result) {
      throw SchemaError(source_.place_at(result.offset),
                        std::string("no XML: ") + result.description());
    }
  }

  Profile load() {
    const pugi::xml_node root = document_.document_element();
    if (std::string_view(root.name()) != "profile") {
      fail(root, "a profile begins with <profile>");
    }
    allow(root, {"key", "edition", "number", "name", "name-en"});
    profile_.file = source_.name();
    profile_.file_digest.feed(source_.content());
    profile_.sha256 = digest::Sha256(profile_.file_digest).finish();
    profile_.place = place(root);
    profile_.key = required(root, "key");
    profile_.edition = required(root, "edition");
    profile_.number = required(root, "number");
    profile_.name = required(root, "name");
    profile_.name_en = text(root, "name-en");
    for (const pugi::xml_node& node : root.children()) {
      if (node.type() == pugi::node_element) {
        read(node);
      }
    }
    refuse_contradictions();
    number_attachments();
    return std::move(profile_);
  }

 private:
  // ---- places ----

  Place place(const pugi::xml_node& node) const { return source_.place_at(node.offset_debug()); }

  [[noreturn]] void fail(const pugi::xml_node& node, const std::string& reason) const {
    throw SchemaError(place(node), "<" + std::string(node.name()) + ">: " + reason);
  }

  // ---- attributes ----

  void allow(const pugi::xml_node& node, std::initializer_list<std::string_view> known) const {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      if (!is_one_of(attribute.name(), known)) {
        fail(node, "unknown attribute `" + std::string(attribute.name()) + "`" +
                       layout::suggestion(attribute.name(), std::vector<std::string_view>(known)));
      }
    }
  }
  static bool has(const pugi::xml_node& node, const char* name) {
    return !node.attribute(name).empty();
  }
  static std::string text(const pugi::xml_node& node, const char* name) {
    return node.attribute(name).value();
  }
  std::string required(const pugi::xml_node& node, const char* name) const {
    std::string value = text(node, name);
    if (value.empty()) {
      fail(node, "attribute `" + std::string(name) + "` is missing");
    }
    return value;
  }

  template <typename Value>
  Value choice(const pugi::xml_node& node, const char* name,
               std::initializer_list<std::pair<std::string_view, Value>> choices) const {
    const std::string value = required(node, name);
    std::string known;
    for (const auto& [word, meaning] : choices) {
      if (word == value) {
        return meaning;
      }
      known.append(known.empty() ? "" : ", ").append(word);
    }
    fail(node, "`" + value + "` is no " + name + " (known: " + known + ")");
  }

  template <typename Parse>
  auto word(const pugi::xml_node& node, Parse parse, const char* name) const {
    try {
      return parse(required(node, name));
    } catch (const layout::WordError& error) {
      fail(node, std::string(name) + ": " + error.what());
    }
  }

  std::optional<Severity> severity(const pugi::xml_node& node, const char* name) const {
    if (!has(node, name)) {
      return std::nullopt;
    }
    return choice<Severity>(
        node, name,
        {{"error", Severity::error}, {"warning", Severity::warning}, {"info", Severity::info}});
  }

  Forms forms(const pugi::xml_node& node, const char* name) const {
    Forms codes;
    if (!has(node, name)) {
      return codes;
    }
    for (std::string& code : layout::split(text(node, name), ' ')) {
      if (code.empty() || std::find(codes.begin(), codes.end(), code) != codes.end()) {
        fail(node, std::string(name) + ": form codes with one space between them, each once");
      }
      codes.push_back(std::move(code));
    }
    return codes;
  }

  // ---- elements ----

  void read(const pugi::xml_node& node) {
    const std::string_view name = node.name();
    if (name == "office-number") {
      once(node, profile_.office_number.has_value());
      profile_.office_number = read_office_number(node);
    } else if (name == "roster") {
      once(node, profile_.roster.has_value());
      profile_.roster = read_roster_name(node);
    } else if (name == "forms") {
      once(node, profile_.taken.has_value());
      allow(node, {"taken", "others"});
      required(node, "taken");
      profile_.taken = TakenForms{forms(node, "taken"), severity(node, "others"), place(node)};
    } else if (name == "item") {
      profile_.items.push_back(read_item(node));
    } else if (name == "let" || name == "attachment") {
      profile_.texts.push_back(read_text(node));
    } else if (name == "severity") {
      profile_.overrides.push_back(read_override(node));
    } else {
      fail(node, "not known here");
    }
  }

  void once(const pugi::xml_node& node, bool said) const {
    if (said) {
      fail(node, "said twice");
    }
  }

  bool is_media_record_asked(const pugi::xml_node& node) const {
    return !has(node, "media-record") ||
           choice<bool>(node, "media-record", {{"asked", true}, {"left-out", false}});
  }

  OfficeNumber read_office_number(const pugi::xml_node& node) const {
    allow(node, {"type", "length", "begins", "media-record", "severity"});
    OfficeNumber number;
    number.place = place(node);
    number.type = word(node, layout::parse_type, "type");
    if (number.type != layout::Type::digits && number.type != layout::Type::alphanumeric) {
      fail(node, "an office number is of type N or AN");
    }
    number.lengths = word(node, layout::parse_lengths, "length");
    if (number.lengths.allowed[0]) {
      fail(node, "length: an office number is never empty");
    }
    number.in_media_record = is_media_record_asked(node);
    number.severity = severity(node, "severity");
    if (!has(node, "begins")) {
      return number;
    }
    number.begins_text = required(node, "begins");
    number.begins = layout::split(number.begins_text, '|');
    if (number.begins.size() > most_begins) {
      fail(node, "begins: at most " + std::to_string(most_begins) + " beginnings");
    }
    for (const std::string& begin : number.begins) {
      if (begin.empty() || !is_of_type(begin, number.type)) {
        fail(node,
             "begins: `" + begin + "` is not of type " + std::string(layout::code_of(number.type)));
      }
      if (begin.size() > number.lengths.most) {
        fail(node, "begins: `" + begin + "` is longer than the number may be (" +
                       number.lengths.text + ")");
      }
    }
    return number;
  }

  Roster read_roster_name(const pugi::xml_node& node) const {
    allow(node, {"file", "media-record", "severity"});
    Roster roster;
    roster.file = required(node, "file");
    if (!stays_in_folder(roster.file)) {
      fail(node,
           "file: a path below the profile's folder, with `/`: a roster elsewhere is not opened");
    }
    roster.in_media_record = is_media_record_asked(node);
    roster.severity = severity(node, "severity");
    roster.place = place(node);
    return roster;
  }

  ItemChange read_item(const pugi::xml_node& node) const {
    allow(node, {"key", "forms", "name", "name-en", "type", "length", "need", "values", "not",
                 "zeros", "meaning"});
    ItemChange item;
    item.place = place(node);
    item.key = required(node, "key");
    item.forms = forms(node, "forms");
    item.name = text(node, "name");
    item.name_en = text(node, "name-en");
    item.meaning = text(node, "meaning");
    if (!item.name_en.empty() && item.name.empty()) {
      fail(node, "an English name alone: say `name`, too");
    }
    if (has(node, "type")) {
      item.type = word(node, layout::parse_type, "type");
    }
    if (has(node, "length")) {
      item.lengths = word(node, layout::parse_lengths, "length");
    }
    if (has(node, "need")) {
      item.need = choice<layout::Need>(
          node, "need",
          {{"required", layout::Need::required}, {"optional", layout::Need::optional}});
    }
    if (has(node, "values")) {
      item.values = word(node, layout::parse_values, "values");
    }
    if (has(node, "not")) {
      item.refused = word(node, layout::parse_values, "not");
    }
    if (has(node, "zeros")) {
      item.zeros_refused = choice<bool>(node, "zeros", {{"refused", true}, {"taken", false}});
    }
    return item;
  }

  Text read_text(const pugi::xml_node& node) const {
    Text text;
    text.forms = forms(node, "forms");
    layout::RuleText& rule = text.rule;
    rule.let = std::string_view(node.name()) == "let";
    if (rule.let) {
      allow(node, {"name", "forms"});
      rule.id = required(node, "name");
    } else {
      allow(node, {"key", "name", "name-en", "forms", "at", "severity"});
      rule.id = required(node, "key");
      // Rules of layouts have capitals: an attachment is never taken for one.
      if (rule.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos) {
        fail(node, "key: small letters, digits and `_`");
      }
      rule.at = Loader::text(node, "at");
      rule.reported_if_true = true;
      rule.severity = Severity::info;
      if (has(node, "severity")) {
        rule.severity = choice<Severity>(
            node, "severity", {{"warning", Severity::warning}, {"info", Severity::info}});
      }
      text.attachment.key = rule.id;
      text.attachment.name = required(node, "name");
      text.attachment.name_en = Loader::text(node, "name-en");
    }
    rule.element = source_.spot_at(node.offset_debug());
    const pugi::xml_node content = node.first_child();
    // Anything beside one text (a comment within it) would cut the expression in pieces.
    if (content.type() != pugi::node_pcdata || content.next_sibling()) {
      fail(node, "its content is one text, without comments or elements");
    }
    rule.text = content.value();
    rule.place = place(content);
    rule.written = source_.written(rule.text, static_cast<std::size_t>(content.offset_debug()));
    return text;
  }

  Override read_override(const pugi::xml_node& node) const {
    allow(node, {"rule", "item", "forms", "to", "reason", "reason-en"});
    Override change;
    change.place = place(node);
    change.rule = required(node, "rule");
    change.item = text(node, "item");
    change.forms = forms(node, "forms");
    change.to = choice<std::optional<Severity>>(node, "to",
                                                {{"error", Severity::error},
                                                 {"warning", Severity::warning},
                                                 {"info", Severity::info},
                                                 {"off", std::nullopt}});
    change.reason = required(node, "reason");
    change.reason_en = text(node, "reason-en");
    return change;
  }

  // ---- what contradicts itself ----

  static bool share_forms(const Forms& a, const Forms& b) {
    return a.empty() || b.empty() ||
           std::find_first_of(a.begin(), a.end(), b.begin(), b.end()) != a.end();
  }

  void refuse_contradictions() const {
    const auto refuse = [](const Place& place, const Place& other, const std::string& reason) {
      throw SchemaError(place, reason + " (line " + std::to_string(other.line) + ")");
    };
    for (std::size_t i = 0; i < profile_.items.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        const ItemChange& a = profile_.items[k];
        const ItemChange& b = profile_.items[i];
        if (a.key == b.key && share_forms(a.forms, b.forms)) {
          refuse(b.place, a.place, "<item>: item `" + b.key + "` is said twice for a form");
        }
      }
    }
    for (std::size_t i = 0; i < profile_.overrides.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        const Override& a = profile_.overrides[k];
        const Override& b = profile_.overrides[i];
        const bool share_items = a.item.empty() || b.item.empty() || a.item == b.item;
        if (a.rule == b.rule && share_items && share_forms(a.forms, b.forms) &&
            a.conditions() == b.conditions()) {
          refuse(b.place, a.place,
                 "<severity>: rule `" + b.rule + "` is given two severities for one place");
        }
      }
    }
    for (std::size_t i = 0; i < profile_.texts.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        const Text& a = profile_.texts[k];
        const Text& b = profile_.texts[i];
        if (a.rule.let || b.rule.let || a.rule.id != b.rule.id) {
          continue;
        }
        if (share_forms(a.forms, b.forms)) {
          refuse(b.rule.at_spot(b.rule.element), a.rule.at_spot(a.rule.element),
                 "<attachment>: key `" + b.rule.id + "` is said twice for a form");
        }
        if (a.attachment.name != b.attachment.name || a.rule.severity != b.rule.severity) {
          refuse(b.rule.at_spot(b.rule.element), a.rule.at_spot(a.rule.element),
                 "<attachment>: key `" + b.rule.id + "` has another name or severity elsewhere");
        }
      }
    }
  }

  /// The same document of several forms is one.
  void number_attachments() {
    std::vector<std::string> keys;
    for (Text& text : profile_.texts) {
      if (text.rule.let) {
        continue;
      }
      const auto known = std::find(keys.begin(), keys.end(), text.attachment.key);
      text.attachment.index = static_cast<std::size_t>(known - keys.begin());
      if (known == keys.end()) {
        keys.push_back(text.attachment.key);
      }
    }
  }

  layout::SourceText source_;
  pugi::xml_document document_;
  Profile profile_;
};

}  // namespace

bool OfficeNumber::holds(std::string_view text) const {
  if (!lengths.holds(text.size()) || !is_of_type(text, type)) {
    return false;
  }
  return begins.empty() || std::any_of(begins.begin(), begins.end(), [text](const auto& begin) {
           return text.substr(0, begin.size()) == begin;
         });
}

bool Profile::takes(std::string_view form) const {
  return !taken || std::find(taken->codes.begin(), taken->codes.end(), form) != taken->codes.end();
}

Profile load_profile(const layout::SchemaFile& file) { return Loader(file).load(); }

}  // namespace kpfd::profile
