#include "hooks/precheck/receipt.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "hooks/page/json_object.hpp"
#include "hooks/page/page.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/profile/model.hpp"

namespace kpfd::hooks {

namespace {

using report::Catalogue;
using report::Slot;
using Argument = Catalogue::Argument;

std::string phrase(const Catalogue& catalogue, std::string_view id,
                   std::initializer_list<Argument> arguments = {}) {
  std::string text;
  catalogue.phrase(id, arguments, text);
  return text;
}

std::string form_name(const Engine& engine, const Catalogue& catalogue, const std::string& form) {
  const auto& records = engine.layouts().records;
  const auto found = std::find_if(records.begin(), records.end(),
                                  [&](const auto& record) { return record.form == form; });
  return found == records.end() ? form : std::string(catalogue.chosen(found->name, found->name_en));
}

std::string content_of(const CheckedFile& file, const Engine& engine, const Catalogue& catalogue) {
  if (file.summary.kind.empty()) {
    const std::string_view type = catalogue.chosen(file.type_name, file.type_name_en);
    return type.empty() ? phrase(catalogue, "receipt-unknown") : std::string(type);
  }
  std::string forms;
  for (const auto& [form, count] : file.summary.records) {
    if (!forms.empty()) {
      forms += phrase(catalogue, "list-comma");
    }
    const std::string name = form_name(engine, catalogue, form);
    forms += phrase(catalogue, "receipt-form", {{Slot::form, name}, {Slot::count, count}});
  }
  return phrase(catalogue, "receipt-filing", {{Slot::text, forms}});
}

Tone tone_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept:
      return Tone::good;
    case Verdict::reject:
      return Tone::bad;
    case Verdict::unchecked:
      break;
  }
  return Tone::unknown;
}

Page page_of(const Send& send, const ReceiptFacts& facts, const Engine& engine,
             const Catalogue& catalogue) {
  const auto say = [&catalogue](std::string_view id,
                                std::initializer_list<Argument> arguments = {}) {
    return phrase(catalogue, id, arguments);
  };
  Page page(catalogue.language(), say("receipt-title"));
  page.verdict(tone_of(send.verdict), verdict_text(send, catalogue));
  std::vector<std::vector<std::string>> rows = {
      {say("receipt-made"), facts.made_at},
      {say("receipt-menu"), say("menu-" + std::string(name_of(send.menu)))},
      {say("receipt-reference"),
       facts.reference + say(facts.keyed ? "receipt-keyed" : "receipt-random")},
      {say("receipt-check-date"), facts.check_date},
      {say("receipt-size"),
       say("receipt-size-value", {{Slot::count, send.bytes}, {Slot::limit, send.limit}})},
      {say("receipt-counts"),
       say("receipt-counts-value", {{Slot::errors, send.errors}, {Slot::warnings, send.warnings}})},
      {say("receipt-rules"),
       say("receipt-rules-value", {{Slot::name, facts.schemas}, {Slot::hash, facts.rules}})},
      {say("receipt-file-types"), facts.file_types},
  };
  if (send.receiver != nullptr) {
    // Behind the menu.
    rows.insert(rows.begin() + 2,
                {say("receipt-receiver"),
                 std::string(catalogue.chosen(send.receiver->name, send.receiver->name_en))});
  }
  // A union's profile has nothing to say of what is sent elsewhere.
  if (const profile::Profile* const profile = engine.profile();
      profile != nullptr && (send.receiver == nullptr || send.receiver->is_union)) {
    rows.push_back({say("receipt-profile"),
                    say("receipt-profile-value",
                        {{Slot::name, catalogue.chosen(profile->name, profile->name_en)},
                         {Slot::id, profile->key},
                         {Slot::text, profile->edition},
                         {Slot::hash, profile->sha256}})});
  }
  rows.push_back({say("receipt-version"), "kpfd " + facts.version});
  page.facts(std::move(rows));

  page.heading(say("receipt-files"));
  rows.clear();
  for (const CheckedFile& file : send.files) {
    rows.push_back({file.name, content_of(file, engine, catalogue),
                    say("receipt-bytes-value", {{Slot::count, file.summary.bytes}}),
                    say("receipt-result-" + std::string(name_of(file.summary.verdict))),
                    say("receipt-counts-value", {{Slot::errors, file.summary.errors},
                                                 {Slot::warnings, file.summary.warnings}})});
  }
  page.table({say("receipt-file"), say("receipt-content"), say("receipt-bytes"),
              say("receipt-verdict"), say("receipt-counts")},
             std::move(rows));
  if (!send.asked.empty()) {
    page.heading(say("receipt-attachments"));
    rows.clear();
    for (const AskedDocument& asked : send.asked) {
      rows.push_back({std::string(catalogue.chosen(asked.name, asked.name_en)),
                      say("receipt-records-value", {{Slot::count, asked.records}}),
                      say(asked.given ? "receipt-given-yes" : "receipt-given-no")});
    }
    page.table({say("receipt-document"), say("receipt-records"), say("receipt-given")},
               std::move(rows));
  }
  page.paragraph(say("receipt-keep"));
  return page;
}

std::string contents_as_json(const Send& send) {
  std::string list = "[";
  for (const CheckedFile& file : send.files) {
    std::string records;
    JsonWriter forms(records);
    for (const auto& [form, count] : file.summary.records) {
      forms.number(form, count);
    }
    forms.end();
    list += list.size() > 1 ? "," : "";
    JsonWriter object(list);
    object.text("file", file.name)
        .text("attachment", file.attachment)
        .text("document", file.type)
        .text("verdict", name_of(file.summary.verdict))
        .text("kind", file.summary.kind)
        .number("bytes", file.summary.bytes)
        .raw("records", records)
        .number("errors", file.summary.errors)
        .number("warnings", file.summary.warnings)
        .end();
  }
  return list + "]";
}

}  // namespace

std::string verdict_text(const Send& send, const Catalogue& catalogue) {
  switch (send.verdict) {
    case Verdict::accept:
      return send.warnings > 0
                 ? phrase(catalogue, "send-accept-warnings", {{Slot::warnings, send.warnings}})
                 : phrase(catalogue, "send-accept");
    case Verdict::reject:
      return phrase(catalogue, "send-reject", {{Slot::errors, send.errors}});
    case Verdict::unchecked:
      break;
  }
  return phrase(catalogue, "send-unchecked", {{Slot::text, send.reason}});
}

std::string receipt_as_html(const Send& send, const ReceiptFacts& facts, const Engine& engine,
                            const Catalogue& catalogue) {
  return page_of(send, facts, engine, catalogue).as_html();
}

std::string receipt_as_text(const Send& send, const ReceiptFacts& facts, const Engine& engine,
                            const Catalogue& catalogue) {
  return page_of(send, facts, engine, catalogue).as_text();
}

std::string send_as_json(const Send& send, const ReceiptFacts& facts, const Engine& engine,
                         const Catalogue& catalogue) {
  std::string out;
  JsonWriter object(out);
  object.text("type", "send")
      .text("menu", name_of(send.menu))
      .text("verdict", name_of(send.verdict));
  if (send.verdict == Verdict::unchecked) {
    object.text("reason", send.reason);
  }
  if (send.receiver != nullptr) {
    object.text("receiver", send.receiver->key);
  }
  object.number("files", send.files.size())
      .number("bytes", send.bytes)
      .number("limit", send.limit)
      .number("errors", send.errors)
      .number("warnings", send.warnings)
      .text("reference", facts.reference)
      .flag("keyed", facts.keyed)
      .text("made_at", facts.made_at)
      .text("check_date", facts.check_date)
      .text("schemas", facts.schemas)
      .text("rules", facts.rules)
      .text("file_types", facts.file_types)
      .text("version", facts.version);
  if (const profile::Profile* const profile = engine.profile(); profile != nullptr) {
    std::string used;
    JsonWriter(used)
        .text("key", profile->key)
        .text("edition", profile->edition)
        .text("sha256", profile->sha256)
        .end();
    object.raw("profile", used);
  }
  std::string asked = "[";
  for (const AskedDocument& document : send.asked) {
    asked += asked.size() > 1 ? "," : "";
    JsonWriter(asked)
        .text("key", document.key)
        .text("name", catalogue.chosen(document.name, document.name_en))
        .number("records", document.records)
        .flag("given", document.given)
        .end();
  }
  object.raw("attachments", asked + "]").raw("contents", contents_as_json(send)).end();
  return out;
}

}  // namespace kpfd::hooks
