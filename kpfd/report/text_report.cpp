#include "kpfd/report/text_report.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "kpfd/report/phrases.hpp"
#include "kpfd/report/value.hpp"

namespace kpfd::report {
namespace {

constexpr std::string_view bold = "\x1B[1m";
constexpr std::string_view red = "\x1B[1;31m";
constexpr std::string_view yellow = "\x1B[1;33m";
constexpr std::string_view green = "\x1B[1;32m";
constexpr std::string_view reset = "\x1B[0m";

constexpr std::string_view colour_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return red;
    case Severity::warning:
      return yellow;
    case Severity::info:
      break;
  }
  return bold;
}

constexpr std::string_view phrase_of(Severity severity) {
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

}  // namespace

TextReport::TextReport(Output& output, const Catalogue& catalogue, ReportOptions options)
    : out_(output),
      catalogue_(catalogue),
      options_(std::move(options)),
      most_(options_.max_findings.value_or(text_findings)) {}

void TextReport::phrase(std::string_view id, std::initializer_list<Catalogue::Argument> arguments) {
  catalogue_.phrase(id, arguments, out_.text);
}

void TextReport::colour_on(std::string_view sequence) {
  if (options_.colour) {
    out_.text += sequence;
  }
}

void TextReport::colour_off() { colour_on(reset); }

void TextReport::begin_file(std::string_view name, std::uint64_t size) {
  if (files_ > 0) {
    out_.text += '\n';
  }
  ++files_;
  not_shown_ = 0;
  in_record_ = false;
  colour_on(bold);
  phrase(phrase_id::file_heading, {{Slot::file, name}, {Slot::count, size}});
  colour_off();
  out_.text += '\n';
}

void TextReport::heading(const Finding& finding) {
  if (in_record_ && record_line_ == finding.line) {
    return;
  }
  in_record_ = true;
  record_line_ = finding.line;
  out_.text += "\n  ";
  colour_on(bold);
  if (finding.line == 0) {
    phrase(phrase_id::whole_file_heading);
  } else if (finding.form.empty()) {
    phrase(phrase_id::line_heading, {{Slot::line, finding.line}});
  } else {
    phrase(phrase_id::record_heading, {{Slot::line, finding.line},
                                       {Slot::form, catalogue_.form_name(finding)},
                                       {Slot::form_code, finding.form}});
  }
  colour_off();
  out_.text += '\n';
}

void TextReport::labelled(std::string_view label, std::string_view text) {
  if (text.empty()) {
    return;
  }
  out_.text += "      ";
  phrase(label);
  out_.text += text;
  out_.text += '\n';
}

void TextReport::finding(const Finding& finding) {
  if (shown_ >= most_) {
    ++not_shown_;
    return;
  }
  ++shown_;
  heading(finding);

  std::string& out = out_.text;
  out += "    ";
  colour_on(colour_of(finding.severity));
  phrase(phrase_of(finding.severity));
  colour_off();
  if (finding.item != 0) {
    out += ' ';
    phrase(phrase_id::item_place, {{Slot::number, std::uint64_t{finding.item}},
                                   {Slot::item, catalogue_.item_name(finding)}});
  }
  if (finding.rule != nullptr) {
    out += " [";
    out += finding.rule->id;
    out += ']';
  }
  out += "\n      ";
  const RenderOptions options{options_.show_values, Escape::none};
  catalogue_.render_text(finding, options, out);
  out += '\n';
  if (options_.show_values && finding.item != 0 && !finding.value.empty()) {
    text_.clear();
    append_value(text_, finding, Escape::none);
    labelled(phrase_id::label_value, text_);
  }
  text_.clear();
  catalogue_.render_why(finding, options, text_);
  labelled(phrase_id::label_why, text_);
  text_.clear();
  catalogue_.render_fix(finding, options, text_);
  labelled(phrase_id::label_fix, text_);
  if (!finding.reason.empty()) {
    out += "      ";
    phrase(phrase_id::label_reason,
           {{Slot::text, catalogue_.chosen(finding.reason, finding.reason_en)}});
    out += '\n';
  }
  out_.flush_when_full();
}

void TextReport::form_counts(const Summary& summary) {
  for (const auto& record : summary.records) {
    const std::string& code = record.first;
    const auto form = std::find_if(options_.forms.begin(), options_.forms.end(),
                                   [&code](const FormName& known) { return known.code == code; });
    std::string_view name;
    if (form != options_.forms.end()) {
      const bool japanese = catalogue_.language() == "ja" || form->name_en.empty();
      name = japanese ? form->name : form->name_en;
    }
    out_.text += "    ";
    phrase(phrase_id::summary_form,
           {{Slot::form, name}, {Slot::form_code, code}, {Slot::count, record.second}});
    out_.text += '\n';
  }
}

void TextReport::end_file(const Summary& summary) {
  std::string& out = out_.text;
  if (not_shown_ > 0) {
    out += "\n  ";
    phrase(phrase_id::not_shown, {{Slot::count, not_shown_}});
    out += '\n';
  }
  if (summary.verdict != Verdict::unchecked) {
    const auto line = [this, &out](std::string_view id, const Catalogue::Argument& argument) {
      out += "  ";
      phrase(id, {argument});
      out += '\n';
    };
    out += '\n';
    if (!summary.kind.empty()) {
      line(phrase_id::summary_kind, {Slot::name, summary.kind});
    }
    if (!summary.encoding.empty()) {
      line(phrase_id::summary_encoding, {Slot::text, summary.encoding});
      line(phrase_id::summary_offices, {Slot::count, summary.offices});
      line(phrase_id::summary_records, {Slot::count, summary.data_records});
      form_counts(summary);
    }
    out += "  ";
    phrase(phrase_id::summary_rules, {{Slot::name, options_.schemas},
                                      {Slot::text, summary.edition},
                                      {Slot::id, options_.rules}});
    out += "\n  ";
    phrase(phrase_id::summary_findings,
           {{Slot::errors, summary.errors}, {Slot::warnings, summary.warnings}});
    out += '\n';
  }
  if (summary.profile) {
    profile(*summary.profile);
  }
  verdict(summary);
  out_.flush();
}

void TextReport::profile(const ProfileUse& profile) {
  std::string& out = out_.text;
  const auto line = [this, &out](std::string_view indent, std::string_view id,
                                 std::initializer_list<Catalogue::Argument> arguments) {
    out += indent;
    phrase(id, arguments);
    out += '\n';
  };
  line("  ", profile.applied ? phrase_id::summary_profile : phrase_id::summary_not_applied,
       {{Slot::name, catalogue_.chosen(profile.name, profile.name_en)},
        {Slot::id, profile.key},
        {Slot::text, profile.edition},
        {Slot::name2, profile.number},
        {Slot::hash, profile.sha256}});
  for (const ProfileUse::Off& off : profile.off) {
    line("    ", phrase_id::summary_off,
         {{Slot::id, off.rule},
          {Slot::form_code, off.forms},
          {Slot::item, off.item},
          {Slot::text, catalogue_.chosen(off.reason, off.reason_en)},
          {Slot::count, off.count}});
  }
  if (!profile.attachments.empty()) {
    line("  ", phrase_id::summary_attachments, {});
  }
  for (const ProfileUse::Needed& needed : profile.attachments) {
    line("    ", phrase_id::summary_attachment,
         {{Slot::name, catalogue_.chosen(needed.name, needed.name_en)},
          {Slot::count, needed.count}});
  }
}

void TextReport::verdict(const Summary& summary) {
  switch (summary.verdict) {
    case Verdict::accept:
      ++accepted_;
      colour_on(green);
      phrase(summary.warnings > 0 ? phrase_id::verdict_warnings : phrase_id::verdict_accept,
             {{Slot::warnings, summary.warnings}});
      break;
    case Verdict::reject:
      ++rejected_;
      colour_on(red);
      phrase(phrase_id::verdict_reject, {{Slot::errors, summary.errors}});
      break;
    case Verdict::unchecked:
      colour_on(yellow);
      phrase(phrase_id::verdict_unchecked, {{Slot::text, summary.reason}});
      break;
  }
  colour_off();
  out_.text += '\n';
}

void TextReport::finish() {
  if (files_ == 0) {
    phrase(phrase_id::run_empty);
    out_.text += '\n';
  } else if (files_ > 1) {
    out_.text += '\n';
    phrase(phrase_id::run_total, {{Slot::count, files_},
                                  {Slot::found, accepted_},
                                  {Slot::errors, rejected_},
                                  {Slot::other, files_ - accepted_ - rejected_}});
    out_.text += '\n';
  }
  out_.flush();
}

}  // namespace kpfd::report
