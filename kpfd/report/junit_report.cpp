#include "kpfd/report/junit_report.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "kpfd/report/escape.hpp"
#include "kpfd/report/phrases.hpp"

namespace kpfd::report {
namespace {

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  out.append(" ").append(name).append("=\"");
  append_html(out, value);
  out += '"';
}

void append_attribute(std::string& out, std::string_view name, std::uint64_t value) {
  append_attribute(out, name, std::to_string(value));
}

/// The library reads no clock: a suite has run at the beginning of the check date.
std::string timestamp(CivilDate date) {
  const YearMonthDay parts = date.known() ? parts_of(date) : YearMonthDay{1970, 1, 1};
  const auto digits = [](int number, std::size_t width) {
    const std::string text = std::to_string(number);
    return std::string(width - std::min(width, text.size()), '0') + text;
  };
  return digits(parts.year, 4) + '-' + digits(parts.month, 2) + '-' + digits(parts.day, 2) +
         "T00:00:00";
}

}  // namespace

JunitReport::JunitReport(Output& output, const Catalogue& catalogue, ReportOptions options)
    : GroupedReport(catalogue, std::move(options), {}), out_(output) {
  out_.text += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
}

void JunitReport::test(std::string_view file, std::string_view rule) {
  out_.text += "<testcase";
  append_attribute(out_.text, "classname", file);
  append_attribute(out_.text, "name", rule);
  append_attribute(out_.text, "time", "0");
}

void JunitReport::finding_lines(const FileFindings& file, const RuleFindings& rule) {
  for (const KeptFinding& finding : file.findings) {
    if (&file.rules[finding.rule] != &rule) {
      continue;
    }
    std::string line = place_of(finding);
    if (finding.item != 0) {
      line += ' ' + words(phrase_id::item_place, {{Slot::number, std::uint64_t{finding.item}},
                                                  {Slot::item, finding.item_name}});
    }
    line += " [" + rule.id + "] " + finding.text;
    if (!finding.value.empty()) {
      line += ' ' + words(phrase_id::label_value) + finding.value;
    }
    append_html(out_.text, line);
    out_.text += '\n';
  }
  if (rule.kept < rule.count) {
    append_html(out_.text,
                words(phrase_id::not_shown_of_rule, {{Slot::count, rule.count - rule.kept}}));
    out_.text += '\n';
  }
}

void JunitReport::failure(const FileFindings& file, const RuleFindings& rule) {
  out_.text += ">\n<failure";
  append_attribute(out_.text, "type", name_of(rule.severity));
  append_attribute(out_.text, "message",
                   rule.title + ": " + words(phrase_id::report_count, {{Slot::count, rule.count}}));
  out_.text += '>';
  finding_lines(file, rule);
  out_.text += "</failure>\n</testcase>\n";
}

void JunitReport::file(const FileFindings& file, const Summary& summary) {
  const bool checked = summary.verdict != Verdict::unchecked;
  std::set<std::string_view> failed;
  for (const RuleFindings& rule : file.rules) {
    if (rule.severity == Severity::error) {
      failed.insert(rule.id);
    }
  }
  std::set<std::string_view> passed;
  if (checked) {
    for (const RuleInfo* const rule : options().all_rules) {
      if (failed.count(rule->id) == 0) {
        passed.insert(rule->id);
      }
    }
    for (const RuleFindings& rule : file.rules) {
      if (failed.count(rule.id) == 0) {
        passed.insert(rule.id);
      }
    }
  }
  std::string name;
  append_plain(name, file.name);
  std::string& out = out_.text;
  out += "<testsuite";
  append_attribute(out, "package", "kpfd");
  append_attribute(out, "id", suites_++);
  append_attribute(out, "name", name);
  append_attribute(out, "timestamp", timestamp(options().check_date));
  append_attribute(out, "hostname", "localhost");
  append_attribute(out, "tests",
                   std::uint64_t{failed.size()} + passed.size() + (checked ? 0U : 1U));
  append_attribute(out, "failures", std::uint64_t{failed.size()});
  append_attribute(out, "errors", checked ? std::uint64_t{0} : std::uint64_t{1});
  append_attribute(out, "time", "0");
  out += ">\n<properties>\n";
  const auto property = [&out](std::string_view key, std::string_view value) {
    out += "<property";
    append_attribute(out, "name", key);
    append_attribute(out, "value", value);
    out += "/>\n";
  };
  property("verdict", name_of(summary.verdict));
  property("findings.errors", std::to_string(summary.errors));
  property("findings.warnings", std::to_string(summary.warnings));
  property("schemas", options().schemas);
  property("rules", options().rules);
  out += "</properties>\n";
  const VerdictWords verdict = verdict_words(catalogue(), summary);
  if (!checked) {
    test(name, "check");
    out += ">\n<error";
    append_attribute(out, "type", name_of(summary.verdict));
    append_attribute(out, "message", verdict.word);
    out += '>';
    append_html(out, verdict.advice);
    out += "</error>\n</testcase>\n";
  }
  for (const RuleFindings& rule : file.rules) {
    if (rule.severity == Severity::error) {
      test(name, rule.id);
      failure(file, rule);
    }
  }
  for (const std::string_view rule : passed) {
    test(name, rule);
    out += "/>\n";
  }
  out += "<system-out>";
  append_html(out, verdict.word);
  out += ' ';
  append_html(out, verdict.advice);
  out += '\n';
  for (const RuleFindings& rule : file.rules) {
    if (rule.severity != Severity::error) {
      finding_lines(file, rule);
    }
  }
  out += "</system-out>\n<system-err></system-err>\n</testsuite>\n";
  out_.flush();
}

void JunitReport::finish() {
  out_.text += "</testsuites>\n";
  out_.flush();
}

}  // namespace kpfd::report
