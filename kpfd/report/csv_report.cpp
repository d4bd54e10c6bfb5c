#include "kpfd/report/csv_report.hpp"

#include <array>
#include <limits>
#include <utility>

#include "kpfd/report/escape.hpp"
#include "kpfd/report/phrases.hpp"
#include "kpfd/report/value.hpp"

namespace kpfd::report {
namespace {

/// The columns, by the names that JSON has for the same.
constexpr std::array<std::string_view, 16> columns = {
    "type",     "file", "line", "form", "form_name", "item",   "key",    "item_name",
    "severity", "rule", "text", "why",  "fix",       "offset", "length", "verdict"};
constexpr std::array<std::string_view, 3> summary_columns = {"errors", "warnings", "value"};

}  // namespace

CsvReport::CsvReport(Output& output, const Catalogue& catalogue, ReportOptions options)
    : out_(output),
      catalogue_(catalogue),
      options_(std::move(options)),
      most_(options_.max_findings.value_or(std::numeric_limits<std::uint64_t>::max())) {
  out_.text += "\xEF\xBB\xBF";
  std::string_view before;
  const auto heading = [&](std::string_view column) {
    out_.text.append(before).append(column);
    before = ",";
  };
  for (const std::string_view column : columns) {
    heading(column);
  }
  heading(summary_columns[0]);
  heading(summary_columns[1]);
  if (options_.show_values) {
    heading(summary_columns[2]);
  }
  end_row();
}

void CsvReport::begin_row(std::string_view type) {
  out_.text += type;
  text(file_);
}

void CsvReport::text(std::string_view cell) {
  out_.text += ',';
  if (!cell.empty()) {
    out_.text += '"';
    append_csv(out_.text, cell);
    out_.text += '"';
  }
}

void CsvReport::number(std::uint64_t cell) { out_.text.append(",").append(std::to_string(cell)); }

void CsvReport::empty(int cells) { out_.text.append(static_cast<std::size_t>(cells), ','); }

void CsvReport::end_row() {
  out_.text += "\r\n";
  out_.flush_when_full();
}

void CsvReport::begin_file(std::string_view name, std::uint64_t /*size*/) {
  file_ = name;
  not_shown_ = 0;
}

void CsvReport::finding(const Finding& finding) {
  if (shown_ >= most_) {
    ++not_shown_;
    return;
  }
  ++shown_;
  const RenderOptions render{options_.show_values, Escape::none};
  begin_row("finding");
  number(finding.line);
  text(finding.form);
  text(catalogue_.form_name(finding));
  number(finding.item);
  text(finding.item_name.key);
  text(catalogue_.item_name(finding));
  text(name_of(finding.severity));
  text(finding.rule == nullptr ? std::string_view{} : std::string_view(finding.rule->id));
  cell_.clear();
  catalogue_.render_text(finding, render, cell_);
  text(cell_);
  cell_.clear();
  catalogue_.render_why(finding, render, cell_);
  text(cell_);
  cell_.clear();
  catalogue_.render_fix(finding, render, cell_);
  text(cell_);
  number(finding.offset);
  number(finding.length);
  empty(3);
  if (options_.show_values) {
    cell_.clear();
    if (finding.item != 0) {
      append_value(cell_, finding, Escape::none);
    }
    text(cell_);
  }
  end_row();
}

void CsvReport::end_file(const Summary& summary) {
  constexpr int before_text = 8;
  const auto row = [this](std::string_view type, std::string_view words) {
    begin_row(type);
    empty(before_text);
    text(words);
    empty(4);
  };
  const int values = options_.show_values ? 1 : 0;
  if (not_shown_ > 0) {
    cell_.clear();
    catalogue_.phrase(phrase_id::not_shown, {{Slot::count, not_shown_}}, cell_);
    row("cut", cell_);
    empty(3 + values);
    end_row();
  }
  row("summary", summary.verdict == Verdict::unchecked ? std::string_view(summary.reason)
                                                       : std::string_view{});
  text(name_of(summary.verdict));
  number(summary.errors);
  number(summary.warnings);
  empty(values);
  end_row();
  out_.flush();
}

void CsvReport::finish() { out_.flush(); }

}  // namespace kpfd::report
