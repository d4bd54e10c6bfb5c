#include "kpfd/report/grouped_report.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "kpfd/report/phrases.hpp"
#include "kpfd/report/value.hpp"

namespace kpfd::report {

GroupedReport::GroupedReport(const Catalogue& catalogue, ReportOptions options, Limits limits)
    : catalogue_(catalogue), options_(std::move(options)), limits_(limits) {}

void GroupedReport::begin_file(std::string_view name, std::uint64_t size) {
  file_ = {};
  places_.clear();
  file_.name = name;
  file_.size = size;
}

RuleFindings& GroupedReport::rule_of(const Finding& finding) {
  const std::string_view id =
      finding.rule == nullptr ? std::string_view{} : std::string_view(finding.rule->id);
  auto& places = places_[finding.severity];
  const auto found = places.find(id);
  if (found != places.end()) {
    return file_.rules[found->second];
  }
  places.emplace(id, file_.rules.size());
  RuleFindings& rule = file_.rules.emplace_back();
  rule.id = id;
  rule.severity = finding.severity;
  if (finding.rule != nullptr) {
    rule.source = finding.rule->source;
  }
  catalogue_.render_title(finding, {}, rule.title);
  return rule;
}

bool GroupedReport::keeps(const RuleFindings& rule) const {
  if (options_.max_findings) {
    return kept_ < *options_.max_findings;
  }
  return rule.kept == 0 || (rule.kept < limits_.of_rule && kept_ < limits_.of_run);
}

void GroupedReport::finding(const Finding& finding) {
  RuleFindings& rule = rule_of(finding);
  ++rule.count;
  ++file_.count;
  if (!keeps(rule)) {
    return;
  }
  ++rule.kept;
  ++kept_;
  KeptFinding& kept = file_.findings.emplace_back();
  kept.rule = static_cast<std::size_t>(&rule - file_.rules.data());
  kept.severity = finding.severity;
  kept.line = finding.line;
  kept.item = finding.item;
  kept.form = finding.form;
  kept.form_name = catalogue_.form_name(finding);
  kept.key = finding.item_name.key;
  kept.item_name = catalogue_.item_name(finding);
  kept.offset = finding.offset;
  kept.length = finding.length;
  const RenderOptions render{options_.show_values, Escape::none};
  catalogue_.render_text(finding, render, kept.text);
  catalogue_.render_why(finding, render, kept.why);
  catalogue_.render_fix(finding, render, kept.fix);
  if (options_.show_values && finding.item != 0 && !finding.value.empty()) {
    append_value(kept.value, finding, Escape::none);
  }
  kept.reason = catalogue_.chosen(finding.reason, finding.reason_en);
}

void GroupedReport::sort() {
  // What is known late about a line, or about the whole file, comes late.
  std::stable_sort(file_.findings.begin(), file_.findings.end(),
                   [](const KeptFinding& a, const KeptFinding& b) { return a.line < b.line; });
  std::vector<std::size_t> order(file_.rules.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
    const RuleFindings& first = file_.rules[a];
    const RuleFindings& second = file_.rules[b];
    return std::make_tuple(second.severity, second.count) <
           std::make_tuple(first.severity, first.count);
  });
  std::vector<RuleFindings> sorted;
  std::vector<std::size_t> place(order.size());
  sorted.reserve(order.size());
  for (const std::size_t from : order) {
    place[from] = sorted.size();
    sorted.push_back(std::move(file_.rules[from]));
  }
  file_.rules = std::move(sorted);
  for (KeptFinding& kept : file_.findings) {
    kept.rule = place[kept.rule];
  }
}

void GroupedReport::end_file(const Summary& summary) {
  sort();
  file(file_, summary);
  file_ = {};
  places_.clear();
}

std::string GroupedReport::words(std::string_view id,
                                 std::initializer_list<Catalogue::Argument> arguments) const {
  std::string text;
  catalogue_.phrase(id, arguments, text);
  return text;
}

std::string_view GroupedReport::name_of_form(std::string_view code) const {
  const auto form = std::find_if(options_.forms.begin(), options_.forms.end(),
                                 [code](const FormName& known) { return known.code == code; });
  return form == options_.forms.end() ? std::string_view{}
                                      : catalogue_.chosen(form->name, form->name_en);
}

std::string GroupedReport::place_of(const KeptFinding& finding) const {
  if (finding.line == 0) {
    return words(phrase_id::whole_file_heading);
  }
  if (finding.form.empty()) {
    return words(phrase_id::line_heading, {{Slot::line, finding.line}});
  }
  return words(phrase_id::record_heading, {{Slot::line, finding.line},
                                           {Slot::form, finding.form_name},
                                           {Slot::form_code, finding.form}});
}

std::string GroupedReport::check_date() const {
  if (!options_.check_date.known()) {
    return {};
  }
  const YearMonthDay parts = parts_of(options_.check_date);
  return words(phrase_id::date, {{Slot::year, static_cast<std::uint64_t>(parts.year)},
                                 {Slot::number, static_cast<std::uint64_t>(parts.month)},
                                 {Slot::count, static_cast<std::uint64_t>(parts.day)}});
}

VerdictWords verdict_words(const Catalogue& catalogue, const Summary& summary) {
  VerdictWords words;
  const auto say = [&](std::string& to, std::string_view id,
                       std::initializer_list<Catalogue::Argument> arguments = {}) {
    catalogue.phrase(id, arguments, to);
  };
  switch (summary.verdict) {
    case Verdict::accept:
      say(words.word, phrase_id::word_accept);
      if (summary.warnings > 0) {
        say(words.advice, phrase_id::advice_warnings, {{Slot::warnings, summary.warnings}});
      } else {
        say(words.advice, phrase_id::advice_accept);
      }
      break;
    case Verdict::reject:
      say(words.word, phrase_id::word_reject);
      say(words.advice, phrase_id::advice_reject,
          {{Slot::errors, summary.errors}, {Slot::warnings, summary.warnings}});
      break;
    case Verdict::unchecked:
      say(words.word, phrase_id::word_unchecked);
      say(words.advice, phrase_id::advice_unchecked, {{Slot::text, summary.reason}});
      break;
  }
  return words;
}

std::string_view last_part(std::string_view path) {
  const std::size_t separator = path.find_last_of("/\\");
  return separator == std::string_view::npos || separator + 1 == path.size()
             ? path
             : path.substr(separator + 1);
}

std::string_view severity_phrase(Severity severity) {
  switch (severity) {
    case Severity::error:
      return phrase_id::severity_error;
    case Severity::warning:
      return phrase_id::severity_warning;
    case Severity::info:
      break;
  }
  return phrase_id::severity_info;
}

}  // namespace kpfd::report
