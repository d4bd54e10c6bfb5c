#include "kpfd/report/html_report.hpp"

#include <algorithm>
#include <utility>

#include "kpfd/report/escape.hpp"
#include "kpfd/report/phrases.hpp"

namespace kpfd::report {
namespace {

/// Colours stand beside words and marks, never for them; each text has a contrast of 7:1 or more.
constexpr std::string_view style = R"(
:root { color-scheme: light; --ink: #1c2733; --quiet: #47525e; --line: #d5dce3; --faint: #f5f7f9; --link: #24507f;
  --good: #14532d; --good-line: #2e7d4f; --good-back: #edf7f0; --bad: #7a1616; --bad-line: #b3382f; --bad-back: #fdf1ef;
  --unknown: #573a00; --unknown-line: #b07d1a; --unknown-back: #fff8e8; }
* { box-sizing: border-box; }
html { background: #ffffff; }
body { margin: 0 auto; max-width: 54rem; padding: 2.5rem 1.5rem 3rem; color: var(--ink); background: #ffffff; font-size: 1rem;
  line-height: 1.75; overflow-wrap: anywhere; line-break: strict; font-family: "Noto Sans JP", "Noto Sans CJK JP", "BIZ UDPGothic",
  "Yu Gothic", "Hiragino Sans", "Meiryo", sans-serif; }
h1, h2, h3, h4, p, table, ul { margin: 0; }
header { display: flex; flex-wrap: wrap; gap: .25rem 2rem; align-items: baseline; justify-content: space-between;
  border-bottom: 1px solid var(--line); padding-bottom: .9rem; margin-bottom: 2rem; }
h1 { font-size: 1.15rem; font-weight: 600; letter-spacing: .02em; }
header p { color: var(--quiet); font-size: .9rem; }
h2 { font-size: 1.5rem; font-weight: 700; line-height: 1.4; margin-bottom: .9rem; }
h3 { font-size: 1.1rem; font-weight: 700; margin: 2.4rem 0 .7rem; }
h4 { font-size: .95rem; font-weight: 600; color: var(--quiet); margin: 1.7rem 0 .5rem; }
section.file + section.file { margin-top: 4rem; border-top: 1px solid var(--line); padding-top: 2.5rem; }
.verdict { display: flex; gap: 1.25rem; align-items: center; border: 1px solid; border-left-width: .5rem; border-radius: .4rem;
  padding: 1.1rem 1.5rem; }
.verdict .mark { font-size: 3.2rem; line-height: 1; font-weight: 700; flex: none; }
.verdict .word { font-size: 2rem; line-height: 1.3; font-weight: 700; }
.verdict .advice { color: var(--ink); font-size: 1.05rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .unknown { color: var(--unknown); }
.verdict.good { background: var(--good-back); border-color: var(--good-line); }
.verdict.bad { background: var(--bad-back); border-color: var(--bad-line); }
.verdict.unknown { background: var(--unknown-back); border-color: var(--unknown-line); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .38rem .75rem; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { font-size: .875rem; font-weight: 600; color: var(--quiet); background: var(--faint); white-space: nowrap; }
.facts th { width: 9.5rem; color: var(--quiet); white-space: nowrap; }
.facts ul { padding: 0; list-style: none; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.short { white-space: nowrap; }
code { font-family: ui-monospace, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; font-size: .82rem; color: var(--quiet); }
.tag { display: inline-block; white-space: nowrap; border: 1px solid; border-radius: .25rem; padding: 0 .5rem; font-size: .82rem; font-weight: 700;
  line-height: 1.6; }
.error .tag, .tag.error { color: var(--bad); background: var(--bad-back); border-color: var(--bad-line); }
.warning .tag, .tag.warning { color: var(--unknown); background: var(--unknown-back); border-color: var(--unknown-line); }
.info .tag, .tag.info { color: var(--quiet); background: var(--faint); border-color: var(--quiet); }
ul.findings { list-style: none; padding: 0; }
ul.findings > li { border: 1px solid var(--line); border-left: .3rem solid var(--line); border-radius: .3rem; padding: .8rem 1.1rem; margin-bottom: .7rem; }
ul.findings > li.error { border-left-color: var(--bad-line); }
ul.findings > li.warning { border-left-color: var(--unknown-line); }
.at { display: flex; flex-wrap: wrap; gap: .2rem .7rem; align-items: baseline; }
.at strong { font-weight: 700; }
.at code { margin-left: auto; }
.what { margin-top: .3rem; }
.more { color: var(--quiet); font-size: .94rem; margin-top: .15rem; }
.more b { color: var(--ink); font-weight: 600; }
.value { background: var(--faint); padding: 0 .4rem; border-radius: .2rem; white-space: pre-wrap; }
.note { color: var(--quiet); font-size: .94rem; margin-bottom: .6rem; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .9rem; color: var(--quiet); font-size: .85rem; line-height: 1.6; }
@media (max-width: 36rem) {
  body { padding: 1.2rem 1rem 2rem; }
  .verdict { padding: .9rem 1rem; gap: .9rem; } .verdict .word { font-size: 1.5rem; } .verdict .mark { font-size: 2.2rem; }
  .facts th { width: auto; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; line-height: 1.6; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  header { margin-bottom: 1.2rem; }
  h3 { margin-top: 1.6rem; }
  h2, h3, h4, thead, .note { break-after: avoid; }
  tr, .verdict, ul.findings > li, footer { break-inside: avoid; }
  thead { display: table-header-group; }
  section.file + section.file { break-before: page; border-top: 0; padding-top: 0; margin-top: 0; }
  ul.findings > li { margin-bottom: .5rem; padding: .5rem .8rem; }
}
)";

std::string_view class_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept:
      return "good";
    case Verdict::reject:
      return "bad";
    case Verdict::unchecked:
      break;
  }
  return "unknown";
}

/// ○ and × are what a marked paper has in Japan; they are there for the eye only.
std::string_view mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept:
      return "\xE2\x97\x8B";
    case Verdict::reject:
      return "\xC3\x97";
    case Verdict::unchecked:
      break;
  }
  return "?";
}

void append_element(std::string& out, std::string_view tag, std::string_view text,
                    std::string_view attributes = {}) {
  out += '<';
  out += tag;
  out += attributes;
  out += '>';
  append_html(out, text);
  out += "</";
  out += tag;
  out += '>';
}

std::string with_class(std::string_view name, std::string_view more = {}) {
  std::string attribute = " class=\"";
  attribute += name;
  if (!more.empty()) {
    attribute += ' ';
    attribute += more;
  }
  return attribute + '"';
}

/// Appends text as a string of CSS, quotes included: nothing in it ends the string or the element.
void append_css_string(std::string& out, std::string_view text) {
  std::string plain;
  append_plain(plain, text);
  out += '"';
  for (const char c : plain) {
    if (c == '"' || c == '\\' || c == '<' || c == '&') {
      constexpr std::string_view digits = "0123456789abcdef";
      out += '\\';
      out += digits[static_cast<unsigned char>(c) >> 4];
      out += digits[static_cast<unsigned char>(c) & 0xF];
      out += ' ';
    } else {
      out += c;
    }
  }
  out += '"';
}

/// The last part of a path, of whatever system.
std::string_view last_part(std::string_view path) {
  const std::size_t separator = path.find_last_of("/\\");
  return separator == std::string_view::npos || separator + 1 == path.size()
             ? path
             : path.substr(separator + 1);
}

}  // namespace

HtmlReport::HtmlReport(Output& output, const Catalogue& catalogue, ReportOptions options)
    : GroupedReport(catalogue, std::move(options), {}), output_(output) {}

void HtmlReport::element(std::string_view tag, std::string_view text, std::string_view attributes) {
  append_element(files_, tag, text, attributes);
}

void HtmlReport::fact(std::string_view label, std::string_view text) {
  if (text.empty()) {
    return;
  }
  files_ += "<tr>";
  element("th", words(label), " scope=\"row\"");
  element("td", text);
  files_ += "</tr>\n";
}

void HtmlReport::verdict(const Summary& summary, const VerdictWords& verdict) {
  files_ += "<div" + with_class("verdict", class_of(summary.verdict)) + ">";
  element("span", mark_of(summary.verdict), " class=\"mark\" aria-hidden=\"true\"");
  files_ += "<div>\n";
  element("p", verdict.word, " class=\"word\"");
  files_ += '\n';
  element("p", verdict.advice, " class=\"advice\"");
  files_ += "\n</div></div>\n";
}

void HtmlReport::facts(const FileFindings& file, const Summary& summary) {
  element("h3", words(phrase_id::report_contents));
  files_ += "\n<table class=\"facts\"><tbody>\n";
  if (last_part(file.name).size() != file.name.size()) {
    fact(phrase_id::report_path, file.name);
  }
  if (summary.verdict != Verdict::unchecked) {
    if (!summary.kind.empty()) {
      fact(phrase_id::report_receiver,
           words(phrase_id::report_receives, {{Slot::name, summary.kind}}));
    }
    if (!summary.encoding.empty()) {
      fact(phrase_id::report_offices,
           words(phrase_id::report_count, {{Slot::count, summary.offices}}));
      files_ += "<tr>";
      element("th", words(phrase_id::report_records), " scope=\"row\"");
      files_ += "<td>";
      append_html(files_, words(phrase_id::report_count, {{Slot::count, summary.data_records}}));
      if (!summary.records.empty()) {
        files_ += "<ul>\n";
        for (const auto& [form, count] : summary.records) {
          element("li", words(phrase_id::summary_form, {{Slot::form, name_of_form(form)},
                                                        {Slot::form_code, form},
                                                        {Slot::count, count}}));
          files_ += '\n';
        }
        files_ += "</ul>";
      }
      files_ += "</td></tr>\n";
      fact(phrase_id::report_encoding, summary.encoding);
    }
    fact(phrase_id::report_findings,
         words(phrase_id::summary_findings,
               {{Slot::errors, summary.errors}, {Slot::warnings, summary.warnings}}));
  }
  fact(phrase_id::report_size, words(phrase_id::report_bytes, {{Slot::count, file.size}}));
  fact(phrase_id::report_check_date, check_date());
  if (summary.profile) {
    profile(*summary.profile);
  }
  files_ += "</tbody></table>\n";
}

void HtmlReport::profile(const ProfileUse& profile) {
  fact(phrase_id::report_profile,
       words(profile.applied ? phrase_id::summary_profile : phrase_id::summary_not_applied,
             {{Slot::name, catalogue().chosen(profile.name, profile.name_en)},
              {Slot::id, profile.key},
              {Slot::text, profile.edition},
              {Slot::name2, profile.number},
              {Slot::hash, profile.sha256}}));
  for (const ProfileUse::Off& off : profile.off) {
    fact(phrase_id::report_off,
         words(phrase_id::summary_off, {{Slot::id, off.rule},
                                        {Slot::form_code, off.forms},
                                        {Slot::item, off.item},
                                        {Slot::text, catalogue().chosen(off.reason, off.reason_en)},
                                        {Slot::count, off.count}}));
  }
  for (const ProfileUse::Needed& needed : profile.attachments) {
    fact(phrase_id::report_attachment,
         words(phrase_id::summary_attachment,
               {{Slot::name, catalogue().chosen(needed.name, needed.name_en)},
                {Slot::count, needed.count}}));
  }
}

void HtmlReport::rules(const FileFindings& file) {
  element("h3", words(phrase_id::report_by_rule));
  files_ += "\n<table><thead>\n<tr>";
  element("th", words(phrase_id::report_col_severity), " scope=\"col\"");
  element("th", words(phrase_id::report_col_rule), " scope=\"col\"");
  element("th", words(phrase_id::report_col_count), " scope=\"col\" class=\"number\"");
  files_ += "</tr>\n</thead><tbody>\n";
  for (const RuleFindings& rule : file.rules) {
    files_ += "<tr><td class=\"short\">";
    element("span", words(severity_phrase(rule.severity)),
            with_class("tag", name_of(rule.severity)));
    files_ += "</td><td>";
    append_html(files_, rule.title);
    if (rule.title != rule.id) {
      files_ += ' ';
      element("code", rule.id);
    }
    files_ += "</td>";
    element("td", words(phrase_id::report_count, {{Slot::count, rule.count}}), " class=\"number\"");
    files_ += "</tr>\n";
  }
  files_ += "</tbody></table>\n";
}

void HtmlReport::finding_block(const FileFindings& file, const KeptFinding& finding) {
  const RuleFindings& rule = file.rules[finding.rule];
  const auto more = [this](std::string_view label, std::string_view text) {
    if (text.empty()) {
      return;
    }
    files_ += "<p class=\"more\">";
    element("b", words(label));
    append_html(files_, text);
    files_ += "</p>\n";
  };
  files_ += "<li" + with_class(name_of(finding.severity)) + ">\n<p class=\"at\">";
  element("span", words(severity_phrase(finding.severity)), " class=\"tag\"");
  files_ += ' ';
  element("strong", finding.item == 0
                        ? rule.title
                        : words(phrase_id::item_place, {{Slot::number, std::uint64_t{finding.item}},
                                                        {Slot::item, finding.item_name}}));
  files_ += ' ';
  element("code", rule.id);
  files_ += "</p>\n";
  element("p", finding.text, " class=\"what\"");
  files_ += '\n';
  if (!finding.value.empty()) {
    files_ += "<p class=\"more\">";
    element("b", words(phrase_id::label_value));
    element("span", finding.value, " class=\"value\"");
    files_ += "</p>\n";
  }
  more(phrase_id::label_why, finding.why);
  more(phrase_id::label_fix, finding.fix);
  if (!finding.reason.empty()) {
    element("p", words(phrase_id::label_reason, {{Slot::text, finding.reason}}), " class=\"more\"");
    files_ += '\n';
  }
  files_ += "</li>\n";
}

void HtmlReport::findings(const FileFindings& file) {
  element("h3", words(phrase_id::report_details));
  files_ += '\n';
  if (file.findings.size() < file.count) {
    element("p",
            words(phrase_id::report_shown,
                  {{Slot::found, std::uint64_t{file.findings.size()}}, {Slot::count, file.count}}),
            " class=\"note\"");
    files_ += '\n';
  }
  const KeptFinding* before = nullptr;
  for (const KeptFinding& finding : file.findings) {
    if (before == nullptr || before->line != finding.line) {
      if (before != nullptr) {
        files_ += "</ul>\n";
      }
      element("h4", place_of(finding));
      files_ += "\n<ul class=\"findings\">\n";
    }
    finding_block(file, finding);
    before = &finding;
  }
  if (before != nullptr) {
    files_ += "</ul>\n";
  }
}

void HtmlReport::file(const FileFindings& file, const Summary& summary) {
  const VerdictWords verdict_words_of_file = verdict_words(catalogue(), summary);
  rows_.push_back(
      {file.name, summary.verdict, verdict_words_of_file.word, summary.errors, summary.warnings});
  files_ += "<section class=\"file\">\n";
  element("h2",
          file.name == "-" ? words(phrase_id::report_stdin) : std::string(last_part(file.name)));
  files_ += '\n';
  verdict(summary, verdict_words_of_file);
  facts(file, summary);
  if (!file.rules.empty()) {
    rules(file);
    findings(file);
  }
  files_ += "</section>\n";
}

void HtmlReport::begin_document(std::string& out) const {
  const std::string title = words(phrase_id::report_title);
  out += "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"";
  append_html(out, catalogue().language());
  out +=
      "\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; base-uri 'none'; form-action 'none'\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"referrer\" content=\"no-referrer\"/>\n";
  const std::string only_file =
      rows_.size() == 1 ? " " + std::string(last_part(rows_.front().name)) : std::string{};
  append_element(out, "title",
                 rows_.size() == 1 ? rows_.front().word + " -" + only_file + " - " + title : title);
  out += "\n<style>";
  out += style;
  out += "@page { size: A4; margin: 18mm 16mm 18mm; @top-left { content: ";
  append_css_string(out, title + only_file);
  out +=
      "; font-size: 8pt; color: #47525e; } @bottom-right { content: counter(page) \" / \" "
      "counter(pages); font-size: 8pt; color: #47525e; } }\n";
  out += "</style>\n</head>\n<body>\n<header>\n";
  append_element(out, "h1", title);
  const std::string date = check_date();
  if (!date.empty()) {
    out += '\n';
    append_element(out, "p", words(phrase_id::report_dated, {{Slot::text, date}}));
  }
  out += "\n</header>\n<main>\n";
}

void HtmlReport::overview(std::string& out) const {
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;
  for (const Row& row : rows_) {
    accepted += row.verdict == Verdict::accept ? 1 : 0;
    rejected += row.verdict == Verdict::reject ? 1 : 0;
  }
  out += "<section class=\"file\">\n";
  append_element(out, "h2", words(phrase_id::report_files));
  out += '\n';
  append_element(out, "p",
                 words(phrase_id::run_total, {{Slot::count, std::uint64_t{rows_.size()}},
                                              {Slot::found, accepted},
                                              {Slot::errors, rejected},
                                              {Slot::other, rows_.size() - accepted - rejected}}),
                 " class=\"note\"");
  out += "\n<table><thead>\n<tr>";
  for (const std::string_view column :
       {phrase_id::report_col_file, phrase_id::report_col_verdict}) {
    append_element(out, "th", words(column), " scope=\"col\"");
  }
  for (const std::string_view column : {phrase_id::severity_error, phrase_id::severity_warning}) {
    append_element(out, "th", words(column), " scope=\"col\" class=\"number\"");
  }
  out += "</tr>\n</thead><tbody>\n";
  for (const Row& row : rows_) {
    out += "<tr>";
    append_element(out, "th", row.name, " scope=\"row\"");
    out += "<td" + with_class("short", class_of(row.verdict)) + '>';
    append_element(out, "span", mark_of(row.verdict), " aria-hidden=\"true\"");
    out += ' ';
    append_element(out, "strong", row.word);
    out += "</td>";
    for (const std::uint64_t count : {row.errors, row.warnings}) {
      append_element(out, "td",
                     row.verdict == Verdict::unchecked
                         ? std::string("-")
                         : words(phrase_id::report_count, {{Slot::count, count}}),
                     " class=\"number\"");
    }
    out += "</tr>\n";
  }
  out += "</tbody></table>\n</section>\n";
}

void HtmlReport::finish() {
  std::string out;
  begin_document(out);
  if (rows_.empty()) {
    out += "<p class=\"note\">";
    append_html(out, words(phrase_id::run_empty));
    out += "</p>\n";
  } else if (rows_.size() > 1) {
    overview(out);
  }
  output_.write(out);
  output_.write(files_);
  files_.clear();
  out = "</main>\n<footer>\n";
  append_element(out, "p",
                 words(phrase_id::report_rules,
                       {{Slot::name, options().schemas}, {Slot::id, options().rules}}));
  out += '\n';
  append_element(out, "p",
                 words(options().show_values ? phrase_id::report_with_values
                                             : phrase_id::report_without_values));
  out += "\n</footer>\n</body>\n</html>\n";
  output_.write(out);
}

}  // namespace kpfd::report
