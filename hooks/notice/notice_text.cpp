#include <initializer_list>
#include <utility>

#include "hooks/notice/notice.hpp"
#include "hooks/page/json_object.hpp"
#include "hooks/page/page.hpp"

namespace kpfd::hooks {

namespace {

using report::Catalogue;
using report::Slot;
using Argument = Catalogue::Argument;

/// The phrases of a language.
class Speaker {
 public:
  explicit Speaker(const Catalogue& catalogue) : catalogue_(catalogue) {}
  std::string operator()(std::string_view id,
                         std::initializer_list<Argument> arguments = {}) const {
    std::string text;
    catalogue_.phrase(id, arguments, text);
    return text;
  }

 private:
  const Catalogue& catalogue_;
};

std::string heading_of(const Speaker& say, const NoticeFinding& finding) {
  if (finding.line == 0) {
    return say("whole-file-heading");
  }
  if (finding.record == 0) {
    return say("line-heading", {{Slot::line, finding.line}});
  }
  return say(
      "notice-record",
      {{Slot::line, finding.line}, {Slot::count, finding.record}, {Slot::form, finding.form}});
}

std::string place_of(const Speaker& say, const NoticeFinding& finding) {
  return finding.item == 0
             ? std::string()
             : say("item-place", {{Slot::number, finding.item}, {Slot::item, finding.item_name}});
}

void add_findings(Page& page, const Speaker& say, const Notice& notice) {
  const std::vector<std::string> columns = {say("notice-severity"), say("notice-item"),
                                            say("notice-what"), say("notice-why"),
                                            say("notice-fix")};
  for (std::size_t i = 0; i < notice.findings.size();) {
    const std::uint64_t line = notice.findings[i].line;
    page.smaller_heading(heading_of(say, notice.findings[i]));
    std::vector<std::vector<std::string>> rows;
    for (; i < notice.findings.size() && notice.findings[i].line == line; ++i) {
      const NoticeFinding& finding = notice.findings[i];
      rows.push_back({say("severity-" + std::string(name_of(finding.severity))),
                      place_of(say, finding), finding.text, finding.why, finding.fix});
    }
    page.table(columns, std::move(rows));
  }
}

void add_rules(Page& page, const Speaker& say, const Notice& notice) {
  page.heading(say("notice-by-rule"));
  page.paragraph(
      say("notice-cut", {{Slot::found, static_cast<std::uint64_t>(notice.findings.size())},
                         {Slot::count, notice.total}}));
  std::vector<std::vector<std::string>> rows;
  rows.reserve(notice.rules.size());
  for (const NoticeRule& rule : notice.rules) {
    rows.push_back({rule.title, say("severity-" + std::string(name_of(rule.severity))),
                    say("notice-times", {{Slot::count, rule.count}}),
                    rule.first_line == 0 ? say("whole-file-heading")
                                         : say("line-heading", {{Slot::line, rule.first_line}})});
  }
  page.table({say("notice-what"), say("notice-severity"), say("notice-count"), say("notice-first")},
             std::move(rows));
}

Page page_of(const Notice& notice, const NoticeFacts& facts, const Catalogue& catalogue) {
  const Speaker say(catalogue);
  const bool taken = notice.verdict == Verdict::accept;
  Page page(catalogue.language(), say(taken ? "notice-title-accept" : "notice-title-reject"));
  if (taken) {
    page.verdict(Tone::good, say(facts.document    ? "notice-accept-document"
                                 : facts.duplicate ? "notice-accept-duplicate"
                                                   : "notice-accept"));
  } else if (notice.verdict == Verdict::reject) {
    page.verdict(Tone::bad, say("notice-reject", {{Slot::errors, notice.errors}}));
  } else {
    page.verdict(Tone::unknown, say("notice-unchecked", {{Slot::text, notice.reason}}));
  }
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](std::string_view label, std::string value) {
    if (!value.empty()) {
      rows.push_back({say(label), std::move(value)});
    }
  };
  add("notice-receipt", facts.receipt);
  add("notice-received", facts.received_at);
  add("notice-checked", facts.checked_at);
  add("notice-certificate", facts.certificate);
  add("notice-office", facts.office);
  add("notice-file", facts.name);
  add("notice-encrypted", facts.encrypted_name);
  add("receipt-bytes", say("receipt-bytes-value", {{Slot::count, notice.bytes}}));
  if (!facts.document) {
    add("notice-records", say("notice-times", {{Slot::count, notice.records}}));
  }
  add("receipt-counts", say("receipt-counts-value",
                            {{Slot::errors, notice.errors}, {Slot::warnings, notice.warnings}}));
  page.facts(std::move(rows));

  if (!notice.findings.empty()) {
    page.heading(say(taken ? "notice-look-at" : "notice-to-correct"));
    if (!taken) {
      page.paragraph(say(facts.document ? "notice-do-document" : "notice-do"));
    }
    add_findings(page, say, notice);
  }
  if (notice.total > notice.findings.size()) {
    add_rules(page, say, notice);
  }
  page.heading(say("notice-about"));
  page.paragraph(say("notice-privacy"));
  page.facts({{say("receipt-rules"), say("receipt-rules-value",
                                         {{Slot::name, facts.schemas}, {Slot::hash, facts.rules}})},
              {say("receipt-version"), "kpfd " + facts.version}});
  return page;
}

}  // namespace

std::string notice_as_html(const Notice& notice, const NoticeFacts& facts,
                           const Catalogue& catalogue) {
  return page_of(notice, facts, catalogue).as_html();
}

std::string notice_as_text(const Notice& notice, const NoticeFacts& facts,
                           const Catalogue& catalogue) {
  return page_of(notice, facts, catalogue).as_text();
}

std::string notice_as_json(const Notice& notice, const NoticeFacts& facts) {
  std::string findings = "[";
  for (const NoticeFinding& finding : notice.findings) {
    findings += findings.size() > 1 ? "," : "";
    JsonWriter(findings)
        .number("line", finding.line)
        .number("record", finding.record)
        .text("form", finding.form)
        .number("item", finding.item)
        .text("name", finding.item_name)
        .text("rule", finding.rule)
        .text("severity", name_of(finding.severity))
        .text("text", finding.text)
        .text("why", finding.why)
        .text("fix", finding.fix)
        .end();
  }
  std::string rules = "[";
  for (const NoticeRule& rule : notice.rules) {
    rules += rules.size() > 1 ? "," : "";
    JsonWriter(rules)
        .text("rule", rule.rule)
        .text("title", rule.title)
        .text("severity", name_of(rule.severity))
        .number("count", rule.count)
        .number("first_line", rule.first_line)
        .end();
  }
  std::string out;
  JsonWriter object(out);
  object.text("type", "notice").text("verdict", name_of(notice.verdict));
  if (notice.verdict == Verdict::unchecked) {
    object.text("reason", notice.reason);
  }
  object.text("file", facts.name)
      .text("encrypted_name", facts.encrypted_name)
      .text("certificate", facts.certificate)
      .text("office", facts.office)
      .text("received_at", facts.received_at)
      .text("checked_at", facts.checked_at)
      .text("receipt", facts.receipt)
      .flag("duplicate", facts.duplicate)
      .text("kind", notice.kind)
      .number("bytes", notice.bytes)
      .number("records", notice.records)
      .number("errors", notice.errors)
      .number("warnings", notice.warnings)
      .text("schemas", facts.schemas)
      .text("rules", facts.rules)
      .text("version", facts.version)
      .number("findings_total", notice.total)
      .number("findings_shown", notice.findings.size())
      .raw("findings", findings + "]")
      .raw("by_rule", rules + "]")
      .end();
  return out + '\n';
}

}  // namespace kpfd::hooks
