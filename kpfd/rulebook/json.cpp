#include <string_view>

#include "kpfd/report/escape.hpp"
#include "kpfd/rulebook/rulebook.hpp"

namespace kpfd::rulebook {

namespace {

/// Writes JSON with an indentation of two spaces: what changes in a list is seen line by line.
class Writer {
 public:
  void open(char bracket) {
    text_ += bracket;
    ++depth_;
    first_ = true;
  }
  void close(char bracket) {
    --depth_;
    if (!first_) {
      new_line();
    }
    text_ += bracket;
    first_ = false;
  }
  void element() {
    if (!first_) {
      text_ += ',';
    }
    new_line();
    first_ = true;
  }
  void name(std::string_view name) {
    element();
    quoted(name);
    text_ += ": ";
  }
  void member(std::string_view name, std::string_view text) {
    this->name(name);
    quoted(text);
    first_ = false;
  }
  /// A list of texts, in one line.
  void member(std::string_view name, const std::vector<std::string>& texts) {
    this->name(name);
    text_ += '[';
    for (const std::string& text : texts) {
      if (&text != texts.data()) {
        text_ += ", ";
      }
      quoted(text);
    }
    text_ += ']';
    first_ = false;
  }
  void raw(std::string_view text) { text_ += text; }
  void quoted(std::string_view text) {
    text_ += '"';
    report::append_json(text_, text);
    text_ += '"';
  }
  void done() { first_ = false; }
  std::string take() { return std::move(text_) + '\n'; }

 private:
  void new_line() {
    text_ += '\n';
    text_.append(2 * depth_, ' ');
  }

  std::string text_;
  std::size_t depth_ = 0;
  bool first_ = true;
};

void write(Writer& out, std::string_view language, const Meaning& meaning) {
  out.name(language);
  out.open('{');
  out.member("title", meaning.title);
  out.member("text", meaning.text);
  if (!meaning.why.empty()) {
    out.member("why", meaning.why);
  }
  if (!meaning.fix.empty()) {
    out.member("fix", meaning.fix);
  }
  out.close('}');
}

void write(Writer& out, const Place& place) {
  out.element();
  out.open('{');
  out.member("line", place.line);
  if (!place.form.empty()) {
    out.member("form", place.form);
    out.member("since", place.since);
  }
  if (!place.receivers.empty()) {
    out.member("receivers", place.receivers);
  }
  out.member("severity", place.severity);
  out.member("source", place.source);
  if (!place.condition.empty()) {
    out.member("condition", place.condition);
  }
  if (!place.attachment.empty()) {
    out.member("attachment", place.attachment);
  }
  out.name("items");
  out.open('[');
  for (const ItemPlace& item : place.items) {
    out.element();
    out.raw("{\"number\": " + std::to_string(item.number) + ", \"key\": ");
    out.quoted(item.key);
    out.raw("}");
    out.done();
  }
  out.close(']');
  out.close('}');
}

void write(Writer& out, const Form& form) {
  out.element();
  out.open('{');
  out.member("code", form.code);
  out.member("key", form.key);
  out.member("name", form.name);
  out.member("name_en", form.name_en);
  out.member("editions", form.editions);
  out.name("items");
  out.open('[');
  for (const Form::Item& item : form.items) {
    out.element();
    out.open('{');
    out.name("number");
    out.raw(std::to_string(item.number));
    out.done();
    out.member("key", item.key);
    out.member("name", item.name);
    out.member("name_en", item.name_en);
    out.member("since", item.since);
    out.member("receivers", item.receivers);
    out.close('}');
  }
  out.close(']');
  out.name("names");
  out.open('[');
  for (const Form::Name& name : form.names) {
    out.element();
    out.open('{');
    out.member("name", name.name);
    out.member("expression", name.expression);
    out.close('}');
  }
  out.close(']');
  out.close('}');
}

void write(Writer& out, const std::vector<Entry::Change>& changes) {
  out.name("profile");
  out.open('[');
  for (const Entry::Change& change : changes) {
    out.element();
    out.open('{');
    out.member("severity", change.severity);
    out.member("forms", change.forms);
    out.member("key", change.item);
    out.member("reason", change.reason);
    out.member("reason_en", change.reason_en);
    out.close('}');
  }
  out.close(']');
}

void write(Writer& out, const Entry& entry) {
  std::vector<std::string> marks;
  for (const char mark : entry.confidence) {
    marks.emplace_back(1, mark);
  }
  out.element();
  out.open('{');
  out.member("id", entry.id);
  out.member("kind", entry.builtin ? "check" : "rule");
  out.member("scope", entry.scope);
  out.member("severity", entry.severity);
  out.member("source", entry.source);
  out.member("confidence", marks);
  out.member("since", entry.since);
  out.name("meaning");
  out.open('{');
  write(out, "ja", entry.ja);
  write(out, "en", entry.en);
  out.close('}');
  out.name("places");
  out.open('[');
  for (const Place& place : entry.places) {
    write(out, place);
  }
  out.close(']');
  if (!entry.changes.empty()) {
    write(out, entry.changes);
  }
  out.close('}');
}

}  // namespace

std::string to_json(const Rulebook& rulebook) {
  Writer out;
  out.open('{');
  out.member("schemas", rulebook.schemas);
  out.member("rules", rulebook.rules);
  if (const Rulebook::Profile& profile = rulebook.profile; !profile.key.empty()) {
    out.name("profile");
    out.open('{');
    out.member("key", profile.key);
    out.member("edition", profile.edition);
    out.member("sha256", profile.sha256);
    out.member("name", profile.name);
    out.member("name_en", profile.name_en);
    out.close('}');
  }
  out.name("forms");
  out.open('[');
  for (const Form& form : rulebook.forms) {
    write(out, form);
  }
  out.close(']');
  out.name("catalogue");
  out.open('[');
  for (const Entry& entry : rulebook.entries) {
    write(out, entry);
  }
  out.close(']');
  out.close('}');
  return out.take();
}

}  // namespace kpfd::rulebook
