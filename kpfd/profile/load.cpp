#include "kpfd/profile/load.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "kpfd/layout/document.hpp"
#include "kpfd/layout/suggestion.hpp"
#include "kpfd/layout/words.hpp"

namespace kpfd::profile {

namespace {

using layout::Node;
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
  explicit Loader(const layout::SchemaFile& file) : document_(file) {}

  Profile load() {
    const Node root = Node::root_of(document_);
    if (root.name() != "profile") {
      root.fail("a profile begins with <profile>");
    }
    root.allow({"key", "edition", "number", "name", "name-en"});
    profile_.file = document_.name();
    profile_.file_digest.feed(document_.content());
    profile_.sha256 = digest::Sha256(profile_.file_digest).finish();
    profile_.place = root.place();
    profile_.key = root.required("key");
    profile_.edition = root.required("edition");
    profile_.number = root.required("number");
    profile_.name = root.required("name");
    profile_.name_en = root.text("name-en");
    root.each_child([this](const Node& node) { read(node); });
    refuse_contradictions();
    number_attachments();
    return std::move(profile_);
  }

 private:
  // ---- attributes ----

  /// What a required attribute's word means.
  template <typename Parse>
  static auto word(const Node& node, Parse parse, const char* name) {
    return layout::read_word(node, name, parse, node.required(name));
  }

  static std::optional<Severity> severity(const Node& node, const char* name) {
    if (!node.has(name)) {
      return std::nullopt;
    }
    return node.choice<Severity>(
        name,
        {{"error", Severity::error}, {"warning", Severity::warning}, {"info", Severity::info}});
  }

  static Forms forms(const Node& node, const char* name) {
    Forms codes;
    if (!node.has(name)) {
      return codes;
    }
    for (std::string& code : layout::split(node.text(name), ' ')) {
      if (code.empty() || std::find(codes.begin(), codes.end(), code) != codes.end()) {
        node.fail(std::string(name) + ": form codes with one space between them, each once");
      }
      codes.push_back(std::move(code));
    }
    return codes;
  }

  // ---- elements ----

  void read(const Node& node) {
    const std::string_view name = node.name();
    if (name == "office-number") {
      once(node, profile_.office_number.has_value());
      profile_.office_number = read_office_number(node);
    } else if (name == "roster") {
      once(node, profile_.roster.has_value());
      profile_.roster = read_roster_name(node);
    } else if (name == "table") {
      node.allow({"file"});
      profile_.tables.push_back({file_below(node, "a table"), node.place()});
    } else if (name == "senders") {
      once(node, profile_.senders.has_value());
      node.allow({"file"});
      profile_.senders = TableFile{file_below(node, "a table of senders"), node.place()};
    } else if (name == "forms") {
      once(node, profile_.taken.has_value());
      node.allow({"taken", "others"});
      node.required("taken");
      profile_.taken = TakenForms{forms(node, "taken"), severity(node, "others"), node.place()};
    } else if (name == "item") {
      profile_.items.push_back(read_item(node));
    } else if (name == "let" || name == "attachment") {
      profile_.texts.push_back(read_text(node));
    } else if (name == "severity") {
      profile_.overrides.push_back(read_override(node));
    } else {
      node.fail("not known here");
    }
  }

  static void once(const Node& node, bool said) {
    if (said) {
      node.fail("said twice");
    }
  }

  static bool is_media_record_asked(const Node& node) {
    return !node.has("media-record") ||
           node.choice<bool>("media-record", {{"asked", true}, {"left-out", false}});
  }

  static OfficeNumber read_office_number(const Node& node) {
    node.allow({"type", "length", "begins", "media-record", "severity"});
    OfficeNumber number;
    number.place = node.place();
    number.type = word(node, layout::parse_type, "type");
    if (number.type != layout::Type::digits && number.type != layout::Type::alphanumeric) {
      node.fail("an office number is of type N or AN");
    }
    number.lengths = word(node, layout::parse_lengths, "length");
    if (number.lengths.allowed[0]) {
      node.fail("length: an office number is never empty");
    }
    number.in_media_record = is_media_record_asked(node);
    number.severity = severity(node, "severity");
    if (!node.has("begins")) {
      return number;
    }
    number.begins_text = node.required("begins");
    number.begins = layout::split(number.begins_text, '|');
    if (number.begins.size() > most_begins) {
      node.fail("begins: at most " + std::to_string(most_begins) + " beginnings");
    }
    for (const std::string& begin : number.begins) {
      if (begin.empty() || !is_of_type(begin, number.type)) {
        node.fail("begins: `" + begin + "` is not of type " +
                  std::string(layout::code_of(number.type)));
      }
      if (begin.size() > number.lengths.most) {
        node.fail("begins: `" + begin + "` is longer than the number may be (" +
                  number.lengths.text + ")");
      }
    }
    return number;
  }

  /// The name of a file beside the profile.
  static std::string file_below(const Node& node, const std::string& what) {
    std::string file = node.required("file");
    if (!stays_in_folder(file)) {
      node.fail("file: a path below the profile's folder, with `/`: " + what +
                " elsewhere is not opened");
    }
    return file;
  }

  static Roster read_roster_name(const Node& node) {
    node.allow({"file", "media-record", "severity"});
    Roster roster;
    roster.file = file_below(node, "a roster");
    roster.in_media_record = is_media_record_asked(node);
    roster.severity = severity(node, "severity");
    roster.place = node.place();
    return roster;
  }

  static ItemChange read_item(const Node& node) {
    node.allow({"key", "forms", "name", "name-en", "type", "length", "need", "values", "not",
                "zeros", "meaning"});
    ItemChange item;
    item.place = node.place();
    item.key = node.required("key");
    item.forms = forms(node, "forms");
    item.name = node.text("name");
    item.name_en = node.text("name-en");
    item.meaning = node.text("meaning");
    if (!item.name_en.empty() && item.name.empty()) {
      node.fail("an English name alone: say `name`, too");
    }
    if (node.has("type")) {
      item.type = word(node, layout::parse_type, "type");
    }
    if (node.has("length")) {
      item.lengths = word(node, layout::parse_lengths, "length");
    }
    if (node.has("need")) {
      item.need = node.choice<layout::Need>(
          "need", {{"required", layout::Need::required}, {"optional", layout::Need::optional}});
    }
    if (node.has("values")) {
      item.values = word(node, layout::parse_values, "values");
    }
    if (node.has("not")) {
      item.refused = word(node, layout::parse_values, "not");
    }
    if (node.has("zeros")) {
      item.zeros_refused = node.choice<bool>("zeros", {{"refused", true}, {"taken", false}});
    }
    return item;
  }

  static Text read_text(const Node& node) {
    Text text;
    text.forms = forms(node, "forms");
    layout::RuleText& rule = text.rule;
    rule.let = std::string_view(node.name()) == "let";
    if (rule.let) {
      node.allow({"name", "forms"});
      rule.id = node.required("name");
    } else {
      node.allow({"key", "name", "name-en", "forms", "at", "severity"});
      rule.id = node.required("key");
      // Rules of layouts have capitals: an attachment is never taken for one.
      if (rule.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos) {
        node.fail("key: small letters, digits and `_`");
      }
      rule.at = node.text("at");
      rule.reported_if_true = true;
      rule.severity = Severity::info;
      if (node.has("severity")) {
        rule.severity = node.choice<Severity>(
            "severity", {{"warning", Severity::warning}, {"info", Severity::info}});
      }
      text.attachment.key = rule.id;
      text.attachment.name = node.required("name");
      text.attachment.name_en = node.text("name-en");
    }
    node.read_expression(rule);
    return text;
  }

  static Override read_override(const Node& node) {
    node.allow({"rule", "item", "forms", "to", "reason", "reason-en"});
    Override change;
    change.place = node.place();
    change.rule = node.required("rule");
    change.item = node.text("item");
    change.forms = forms(node, "forms");
    change.to = node.choice<std::optional<Severity>>("to", {{"error", Severity::error},
                                                            {"warning", Severity::warning},
                                                            {"info", Severity::info},
                                                            {"off", std::nullopt}});
    change.reason = node.required("reason");
    change.reason_en = node.text("reason-en");
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
      text.attachment.index = static_cast<std::uint32_t>(known - keys.begin());
      if (known == keys.end()) {
        keys.push_back(text.attachment.key);
      }
    }
  }

  layout::Document document_;
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
