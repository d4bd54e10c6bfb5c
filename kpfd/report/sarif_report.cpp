#include "kpfd/report/sarif_report.hpp"

#include <algorithm>
#include <utility>

#include "kpfd/report/escape.hpp"
#include "kpfd/report/phrases.hpp"
#include "kpfd/version.hpp"

namespace kpfd::report {
namespace {

void append_string(std::string& out, std::string_view text) {
  out += '"';
  append_json(out, text);
  out += '"';
}

void append_member(std::string& out, std::string_view before, std::string_view text) {
  out += before;
  append_string(out, text);
}

void append_member(std::string& out, std::string_view before, std::uint64_t number) {
  out.append(before).append(std::to_string(number));
}

std::string_view level_of(Severity severity) {
  return severity == Severity::info ? std::string_view("note") : name_of(severity);
}

/// A path of whatever system => a reference of RFC 3986: absolute paths with their scheme.
std::string uri_of(std::string_view path) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string uri;
  const bool drive = path.size() > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/');
  if (drive) {
    uri = "file:///";
  } else if (!path.empty() && path.front() == '/') {
    uri = "file://";
  }
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || std::string_view("-._~/").find(c) != std::string_view::npos ||
        (drive && i == 1)) {
      uri += c;
    } else if (c == '\\' && drive) {
      uri += '/';
    } else {
      uri += '%';
      uri += digits[static_cast<unsigned char>(c) >> 4];
      uri += digits[static_cast<unsigned char>(c) & 0xF];
    }
  }
  return uri;
}

int worse(Verdict verdict) { return static_cast<int>(verdict); }
static_assert(Verdict::accept < Verdict::reject && Verdict::reject < Verdict::unchecked);

}  // namespace

SarifReport::SarifReport(Output& output, const Catalogue& catalogue, ReportOptions options)
    : GroupedReport(catalogue, std::move(options), limits), out_(output) {
  out_.text +=
      "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\","
      "\"runs\":[{\"results\":[";
}

std::size_t SarifReport::index_of(const RuleFindings& rule) {
  const auto [place, is_new] = places_.emplace(rule.id, rules_.size());
  if (is_new) {
    rules_.push_back({rule.id, rule.title, rule.source, rule.severity});
  }
  return place->second;
}

void SarifReport::result(const FileFindings& file, const KeptFinding& finding) {
  const RuleFindings& found = file.rules[finding.rule];
  std::string& out = out_.text;
  out += first_result_ ? "\n" : ",\n";
  first_result_ = false;
  append_member(out, "{\"ruleId\":", found.id);
  append_member(out, ",\"ruleIndex\":", std::uint64_t{index_of(found)});
  append_member(out, ",\"level\":", level_of(finding.severity));
  std::string text;
  if (finding.item != 0) {
    text = words(phrase_id::subject,
                 {{Slot::number, std::uint64_t{finding.item}}, {Slot::item, finding.item_name}});
  }
  for (const std::string& part : {finding.text, finding.why, finding.fix}) {
    if (!text.empty() && !part.empty() && &part != &finding.text) {
      text += catalogue().language() == "ja" ? "" : " ";
    }
    text += part;
  }
  if (!finding.reason.empty()) {
    text += ' ' + words(phrase_id::label_reason, {{Slot::text, finding.reason}});
  }
  if (!finding.value.empty()) {
    text += ' ' + words(phrase_id::label_value) + finding.value;
  }
  append_member(out, ",\"message\":{\"text\":", text);
  append_member(out,
                "},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":", uri_);
  append_member(out, ",\"index\":", files_);
  out += '}';
  if (finding.line != 0) {
    append_member(out, ",\"region\":{\"startLine\":", finding.line);
    append_member(out, ",\"byteOffset\":", finding.offset);
    append_member(out, ",\"byteLength\":", finding.length);
    out += '}';
  }
  out += '}';
  // The form and the item have names; where they stand says what they are.
  std::string name = finding.form;
  if (!finding.key.empty()) {
    name += (name.empty() ? "" : "/") + finding.key;
  }
  if (!name.empty()) {
    append_member(out, ",\"logicalLocations\":[{\"name\":",
                  finding.item_name.empty() ? finding.form_name : finding.item_name);
    append_member(out, ",\"fullyQualifiedName\":", name);
    out += ",\"kind\":\"member\"}]";
  }
  // What is found where, but nothing of what stands there.
  append_member(out, "}],\"partialFingerprints\":{\"kpfd/place/v1\":",
                found.id + "/" + name + "/" + std::to_string(finding.line) + "/" +
                    std::to_string(finding.item));
  out += "}}";
  out_.flush_when_full();
}

void SarifReport::notification(std::string_view level, std::string_view text) {
  notifications_ += notifications_.empty() ? "" : ",";
  append_member(notifications_, "{\"level\":", level);
  append_member(notifications_, ",\"message\":{\"text\":", text);
  append_member(notifications_,
                "},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":", uri_);
  append_member(notifications_, ",\"index\":", files_);
  notifications_ += "}}}]}";
}

void SarifReport::artifact(const FileFindings& file, const Summary& summary) {
  artifacts_ += artifacts_.empty() ? "\n" : ",\n";
  append_member(artifacts_, "{\"location\":{\"uri\":", uri_);
  artifacts_ += '}';
  append_member(artifacts_, ",\"length\":", file.size);
  append_member(artifacts_, ",\"properties\":{\"verdict\":", name_of(summary.verdict));
  append_member(artifacts_, ",\"errors\":", summary.errors);
  append_member(artifacts_, ",\"warnings\":", summary.warnings);
  append_member(artifacts_, ",\"findings\":", file.count);
  append_member(artifacts_, ",\"findings_shown\":", std::uint64_t{file.findings.size()});
  artifacts_ += ",\"rules\":[";
  std::string_view before;
  for (const RuleFindings& found : file.rules) {
    artifacts_ += before;
    before = ",";
    append_member(artifacts_, "{\"rule\":", found.id);
    append_member(artifacts_, ",\"severity\":", name_of(found.severity));
    append_member(artifacts_, ",\"findings\":", found.count);
    artifacts_ += '}';
  }
  artifacts_ += "]}}";
}

void SarifReport::file(const FileFindings& file, const Summary& summary) {
  uri_ = uri_of(file.name == "-" ? std::string_view("stdin") : std::string_view(file.name));
  artifact(file, summary);
  for (const KeptFinding& finding : file.findings) {
    result(file, finding);
  }
  if (file.findings.size() < file.count) {
    notification("note",
                 words(phrase_id::not_shown, {{Slot::count, file.count - file.findings.size()}}));
  }
  if (summary.verdict == Verdict::unchecked) {
    const VerdictWords verdict = verdict_words(catalogue(), summary);
    notification("error", verdict.word + ": " + verdict.advice);
  }
  if (worse(summary.verdict) > worse(worst_)) {
    worst_ = summary.verdict;
  }
  ++files_;
  out_.flush();
}

void SarifReport::rule(const Rule& rule) {
  std::string& out = out_.text;
  append_member(out, "{\"id\":", rule.id);
  append_member(out, ",\"shortDescription\":{\"text\":", rule.title);
  out += '}';
  std::string help;
  if (const auto explanation = catalogue().explain(rule.id)) {
    append_member(out, ",\"fullDescription\":{\"text\":", explanation->text);
    out += '}';
    help = explanation->text;
    for (const std::string& part : {explanation->why, explanation->fix}) {
      help += part.empty() ? "" : "\n" + part;
    }
  } else {
    help = rule.title;
  }
  append_member(out, ",\"help\":{\"text\":", help);
  append_member(out, "},\"defaultConfiguration\":{\"level\":", level_of(rule.severity));
  out += '}';
  if (!rule.source.empty()) {
    append_member(out, ",\"properties\":{\"source\":", rule.source);
    out += '}';
  }
  out += '}';
}

void SarifReport::finish() {
  std::string& out = out_.text;
  out += "],\n\"artifacts\":[" + artifacts_ + "],\n";
  append_member(out, "\"tool\":{\"driver\":{\"name\":\"kpfd\",\"semanticVersion\":", version());
  append_member(out, ",\"language\":", catalogue().language());
  out += ",\"rules\":[";
  std::string_view before = "\n";
  for (const Rule& known : rules_) {
    out += before;
    before = ",\n";
    rule(known);
    out_.flush_when_full();
  }
  const bool done = worst_ != Verdict::unchecked;
  out += "]}},\n\"invocations\":[{\"executionSuccessful\":";
  out += done ? "true" : "false";
  // The exit status of the command is the run's worst verdict.
  append_member(out, ",\"exitCode\":", static_cast<std::uint64_t>(worse(worst_)));
  out += ",\"toolExecutionNotifications\":[" + notifications_ + "]}],\n";
  append_member(
      out, "\"columnKind\":\"unicodeCodePoints\",\"properties\":{\"schemas\":", options().schemas);
  append_member(out, ",\"rules\":", options().rules);
  out += "}}]}\n";
  out_.flush();
}

}  // namespace kpfd::report
