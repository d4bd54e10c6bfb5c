#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "kpfd/rulebook/rulebook.hpp"

namespace kpfd::rulebook {

namespace {

/// Inside a table `|` would end a cell, and `<` begin a tag.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '>' || c == '[' || c == ']' || c == '_' || c == '*') {
      out += '\\';
    }
    out += c;
  }
  return out;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> scopes = {{
    {"file", "ファイル全体 / The file as a whole"},
    {"line", "行 / Lines"},
    {"structure", "データの前の行 / The lines before the data"},
    {"record", "レコード / Records"},
    {"item", "項目 / Items"},
}};

std::string_view words_of(std::string_view severity) {
  return severity == "error"     ? "エラー / error"
         : severity == "warning" ? "警告 / warning"
         : severity == "off"     ? "表示しない / off"
                                 : "情報 / information";
}

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string out;
  for (const std::string& text : texts) {
    out += (out.empty() ? "" : std::string(between)) + text;
  }
  return out;
}

/// A few items by number and key; of many the numbers alone, as `2–9, 12`.
std::string items_of(const std::vector<ItemPlace>& items) {
  constexpr std::size_t few = 6;
  std::string out;
  if (items.size() <= few) {
    for (const ItemPlace& item : items) {
      out += (out.empty() ? "" : ", ") + std::to_string(item.number) + " `" + item.key + "`";
    }
    return out;
  }
  for (std::size_t i = 0; i < items.size();) {
    std::size_t last = i;  // variants of a line have other items of the same number
    while (last + 1 < items.size() && items[last + 1].number <= items[last].number + 1) {
      ++last;
    }
    out += (out.empty() ? "" : ", ") + std::to_string(items[i].number);
    if (last > i) {
      out += (items[last].number == items[i].number + 1 ? ", " : "–") +
             std::to_string(items[last].number);
    }
    i = last + 1;
  }
  return out;
}

std::string place_name(const Rulebook& rulebook, const Place& place) {
  for (const Form& form : rulebook.forms) {
    if (form.code == place.form) {
      return form.code + " " + form.name;
    }
  }
  if (place.line == "media") {
    return "1行目 / line 1";
  }
  return place.line == "count" ? "事業所数の行 / office count" : "事業所の行 / office record";
}

void add_meaning(std::string& out, const Meaning& meaning, std::string_view why,
                 std::string_view fix) {
  out += cell(meaning.text);
  if (!meaning.why.empty()) {
    out += "  \n" + std::string(why) + cell(meaning.why);
  }
  if (!meaning.fix.empty()) {
    out += "  \n" + std::string(fix) + cell(meaning.fix);
  }
  out += "\n\n";
}

void add_entry(std::string& out, const Rulebook& rulebook, const Entry& entry) {
  out += "### " + entry.id + "\n\n";
  out += "**" + cell(entry.ja.title) + " / " + cell(entry.en.title) + "** — " +
         std::string(words_of(entry.severity)) + " · " + cell(entry.source);
  if (!entry.confidence.empty()) {
    out += " (";
    for (const char mark : entry.confidence) {
      out += std::string(out.back() == '(' ? "" : ", ") + mark;
    }
    out += ")";
  }
  out += " · " + entry.since + "\n\n";
  add_meaning(out, entry.ja, "理由: ", "対処: ");
  add_meaning(out, entry.en, "Why: ", "What to do: ");
  if (!entry.places.empty()) {
    out +=
        "| 様式・行 / form or line | 提出先 / receiver | 項目 / items | 版 / since | |\n"
        "| --- | --- | --- | --- | --- |\n";
    for (const Place& place : entry.places) {
      out += "| " + cell(place_name(rulebook, place)) + " | " +
             (place.receivers.empty() ? "すべて / all" : joined(place.receivers, ", ")) + " | " +
             (place.items.empty() ? std::string("0") : items_of(place.items)) + " | " +
             place.since + " | " +
             (place.severity == entry.severity ? "" : std::string(words_of(place.severity))) +
             " |\n";
    }
    out += "\n";
  }
  std::vector<std::string> told;
  for (const Place& place : entry.places) {
    const std::string condition =
        place.attachment.empty() ? place.condition : place.attachment + ": " + place.condition;
    if (!condition.empty() && std::find(told.begin(), told.end(), condition) == told.end()) {
      told.push_back(condition);
      out += "```text\n" + condition + "\n```\n\n";
    }
  }
  for (const Entry::Change& change : entry.changes) {
    std::string where = joined(change.forms, " ");
    where += (where.empty() || change.item.empty() ? "" : " ") + change.item;
    out += "プロファイル / profile: " + std::string(words_of(change.severity)) +
           (where.empty() ? "" : " (" + cell(where) + ")") + " — " + cell(change.reason) + " / " +
           cell(change.reason_en) + "\n\n";
  }
}

}  // namespace

std::string to_markdown(const Rulebook& rulebook) {
  std::string out =
      "# 点検と規則の一覧 / Checks and rules\n\n"
      "このページは `kpfd explain --catalogue markdown` "
      "が定義ファイル（`schemas/`）から作ります。手で直しません。  \n"
      "This page is made by `kpfd explain --catalogue markdown` from `schemas/`. It is not edited "
      "by hand. The same for "
      "programs is [rules.json](rules.json);\nwhat may change between releases, and its members, "
      "are in "
      "[the migration page](migration.md).\n\n";
  out += "- 定義の版 / schemas: " + rulebook.schemas + "\n";
  out += "- 規則のハッシュ / rule set: `" + rulebook.rules + "`\n";
  if (const Rulebook::Profile& profile = rulebook.profile; !profile.key.empty()) {
    out += "- プロファイル / profile: " + cell(profile.name) + " / " + cell(profile.name_en) +
           ", `" + profile.key + "` " + profile.edition + ", `sha256:" + profile.sha256 + "`\n";
  }
  out += "\n";
  out += "| 様式 / form | | 版 / editions |\n| --- | --- | --- |\n";
  for (const Form& form : rulebook.forms) {
    out += "| " + form.code + " | " + cell(form.name) + " / " + cell(form.name_en) + " | " +
           joined(form.editions, ", ") + " |\n";
  }
  out +=
      "\n確度 / confidence: A 公式の一覧にあるもの / stated by the official lists; B "
      "二つの出力ソフトが一致するもの / "
      "two exporters agree; C 出典が一つのもの / one source;\nD 本ソフトの解釈 / our own reading. "
      "項目 0 は行全体です / item 0 is the whole line. "
      "「版」はその規則がある最初の版です / 'since' is the first edition that has it.\n"
      "‹…› には実際の値が入ります / stands for what the file has.\n\n";
  for (const bool builtin : {true, false}) {
    for (const auto& [scope, title] : scopes) {
      std::string part;
      std::string list;
      for (const Entry& entry : rulebook.entries) {
        if (entry.builtin != builtin || entry.scope != scope) {
          continue;
        }
        add_entry(part, rulebook, entry);
        std::string anchor = entry.id;
        for (char& c : anchor) {
          c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        list += "| [" + entry.id + "](#" + anchor + ") | " + std::string(words_of(entry.severity)) +
                " | " + cell(entry.ja.title) + " | " + cell(entry.en.title) + " |\n";
      }
      if (!part.empty()) {
        out += "## " + std::string(builtin ? "点検: " : "項目間の規則: ") + std::string(title) +
               (builtin ? " (checks)" : " (rules across items)") + "\n\n";
        out.append("| | | | |\n| --- | --- | --- | --- |\n").append(list).append("\n").append(part);
      }
    }
  }
  out += "## 名前のある式 / Named expressions\n\n";
  for (const Form& form : rulebook.forms) {
    if (form.names.empty()) {
      continue;
    }
    out += "### " + form.code + " " + form.name + "\n\n```text\n";
    for (const Form::Name& name : form.names) {
      out.append(name.name).append(" = ").append(name.expression).append("\n");
    }
    out += "```\n\n";
  }
  out.pop_back();  // one line end at the end
  return out;
}

}  // namespace kpfd::rulebook
