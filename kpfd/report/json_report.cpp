#include "kpfd/report/json_report.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "kpfd/report/escape.hpp"
#include "kpfd/report/value.hpp"

namespace kpfd::report {
namespace {

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

/// `,"key":"text"`; `key` is given with its comma, quotes and colon.
void append_member(std::string& out, std::string_view key, std::string_view text) {
  out += key;
  out += '"';
  append_json(out, text);
  out += '"';
}

void append_member(std::string& out, std::string_view key, std::uint64_t number) {
  out += key;
  append_number(out, number);
}

}  // namespace

JsonLinesReport::JsonLinesReport(Output& output, const Catalogue& catalogue, ReportOptions options)
    : JsonLinesReport(output, catalogue, std::move(options), Frame{"", "", "\n", ""}) {}

JsonLinesReport::JsonLinesReport(Output& output, const Catalogue& catalogue, ReportOptions options,
                                 const Frame& frame)
    : out_(output),
      catalogue_(catalogue),
      options_(std::move(options)),
      frame_(frame),
      most_(options_.max_findings.value_or(std::numeric_limits<std::uint64_t>::max())) {
  out_.text += frame_.begin;
}

void JsonLinesReport::begin_any_object() {
  if (!first_) {
    out_.text += frame_.between;
  }
  first_ = false;
}

void JsonLinesReport::add_object(std::string_view object) {
  begin_any_object();
  out_.text += object;
  out_.text += frame_.end_of_object;
}

void JsonLinesReport::begin_object(std::string_view type) {
  begin_any_object();
  out_.text += R"({"type":")";
  out_.text += type;
  out_.text += R"(","file":)";
  out_.text += file_;
}

void JsonLinesReport::end_object() {
  out_.text += '}';
  out_.text += frame_.end_of_object;
}

void JsonLinesReport::begin_file(std::string_view name, std::uint64_t /*size*/) {
  file_ = '"';
  append_json(file_, name);
  file_ += '"';
  not_shown_ = 0;
}

void JsonLinesReport::finding(const Finding& finding) {
  if (shown_ >= most_) {
    ++not_shown_;
    return;
  }
  ++shown_;
  std::string& out = out_.text;
  begin_object("finding");
  append_member(out, R"(,"line":)", finding.line);
  append_member(out, R"(,"form":)", finding.form);
  append_member(out, R"(,"item":)", std::uint64_t{finding.item});
  append_member(out, R"(,"key":)", finding.item_name.key);
  append_member(out, R"(,"rule":)",
                finding.rule == nullptr ? std::string_view{} : finding.rule->id);
  append_member(out, R"(,"severity":)", name_of(finding.severity));
  out += R"(,"message":")";
  catalogue_.render(finding, {options_.show_values, Escape::json}, out);
  out += '"';
  append_member(out, R"(,"offset":)", finding.offset);
  append_member(out, R"(,"length":)", finding.length);
  if (finding.rule != nullptr && !finding.rule->attachment.key.empty()) {
    append_member(out, R"(,"attachment":)", finding.rule->attachment.key);
  }
  if (!finding.reason.empty()) {
    append_member(out, R"(,"reason":)", catalogue_.chosen(finding.reason, finding.reason_en));
  }
  if (options_.show_values && finding.item != 0) {
    out += R"(,"value":")";
    append_value(out, finding, Escape::json);
    out += '"';
  }
  end_object();
  out_.flush_when_full();
}

void JsonLinesReport::end_file(const Summary& summary) {
  std::string& out = out_.text;
  if (not_shown_ > 0) {
    begin_object("cut");
    append_member(out, R"(,"findings_not_shown":)", not_shown_);
    end_object();
  }
  begin_object("summary");
  append_member(out, R"(,"verdict":)", name_of(summary.verdict));
  if (summary.verdict == Verdict::unchecked) {
    append_member(out, R"(,"reason":)", summary.reason);
  }
  append_member(out, R"(,"kind":)", summary.kind);
  append_member(out, R"(,"encoding":)", summary.encoding);
  append_member(out, R"(,"bytes":)", summary.bytes);
  append_member(out, R"(,"offices":)", summary.offices);
  out += R"(,"records":{)";
  bool first = true;
  for (const auto& [form, count] : summary.records) {
    if (!first) {
      out += ',';
    }
    first = false;
    out += '"';
    append_json(out, form);
    out += R"(":)";
    append_number(out, count);
  }
  out += '}';
  append_member(out, R"(,"errors":)", summary.errors);
  append_member(out, R"(,"warnings":)", summary.warnings);
  append_member(out, R"(,"schemas":)", options_.schemas);
  append_member(out, R"(,"edition":)", summary.edition);
  append_member(out, R"(,"rules":)", options_.rules);
  if (summary.profile) {
    append_profile(*summary.profile);
  }
  end_object();
  out_.flush();
}

void JsonLinesReport::append_profile(const ProfileUse& profile) {
  std::string& out = out_.text;
  append_member(out, R"(,"profile":{"key":)", profile.key);
  append_member(out, R"(,"edition":)", profile.edition);
  append_member(out, R"(,"sha256":)", profile.sha256);
  append_member(out, R"(,"number":)", profile.number);
  append_member(out, R"(,"name":)", catalogue_.chosen(profile.name, profile.name_en));
  out += R"(,"applied":)";
  out += profile.applied ? "true" : "false";
  out += R"(},"off":[)";
  std::string_view begin = R"({"rule":)";
  for (const ProfileUse::Off& off : profile.off) {
    append_member(out, begin, off.rule);
    append_member(out, R"(,"forms":)", off.forms);
    append_member(out, R"(,"key":)", off.item);
    append_member(out, R"(,"reason":)", catalogue_.chosen(off.reason, off.reason_en));
    append_member(out, R"(,"findings":)", off.count);
    out += '}';
    begin = R"(,{"rule":)";
  }
  out += R"(],"attachments":[)";
  begin = R"({"key":)";
  for (const ProfileUse::Needed& needed : profile.attachments) {
    append_member(out, begin, needed.key);
    append_member(out, R"(,"name":)", catalogue_.chosen(needed.name, needed.name_en));
    append_member(out, R"(,"records":)", needed.count);
    out += '}';
    begin = R"(,{"key":)";
  }
  out += ']';
}

void JsonLinesReport::finish() {
  out_.text += frame_.end;
  out_.flush();
}

JsonReport::JsonReport(Output& output, const Catalogue& catalogue, ReportOptions options)
    : JsonLinesReport(output, catalogue, std::move(options), Frame{"[\n", ",\n", "", "\n]\n"}) {}

}  // namespace kpfd::report
