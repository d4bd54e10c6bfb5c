#include "hooks/notice/notice.hpp"

#include <algorithm>
#include <utility>

#include "kpfd/grammar/markers.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/source.hpp"

namespace kpfd::hooks {

namespace {

constexpr std::size_t piece_size = 256U << 10;

/// A marker line is short; of a longer line so much is kept to see that it is none.
constexpr std::size_t marker_room = 256;

/// Counts lines as the check does (CR LF, LF or CR ends one), and tells where the data records are.
class RecordPlaces {
 public:
  RecordPlaces(std::string marker, std::vector<NoticeFinding>& findings)
      : marker_(std::move(marker)) {
    for (NoticeFinding& finding : findings) {
      wanted_[finding.line].push_back(&finding);
    }
  }

  void feed(std::string_view bytes) {
    for (const char c : bytes) {
      if (c == '\n' && after_cr_) {
        after_cr_ = false;
      } else if (c == '\n' || c == '\r') {
        end_line();
        after_cr_ = c == '\r';
      } else {
        after_cr_ = false;
        ++size_;
        if (!in_data_ && begin_.size() < marker_room) {
          begin_ += c;
        }
      }
    }
  }

  void end_line() {
    ++line_;
    if (in_data_ && size_ > 0) {
      ++record_;
      if (const auto found = wanted_.find(line_); found != wanted_.end()) {
        for (NoticeFinding* const finding : found->second) {
          finding->record = record_;
        }
      }
    } else if (!in_data_) {
      in_data_ =
          grammar::match_marker(begin_, marker_) != grammar::Marker::none ||
          grammar::match_marker(begin_, marker_, grammar::utf8_space) != grammar::Marker::none;
    }
    begin_.clear();
    size_ = 0;
  }

 private:
  std::string marker_;
  std::map<std::uint64_t, std::vector<NoticeFinding*>> wanted_;
  std::string begin_;
  std::uint64_t size_ = 0;
  std::uint64_t line_ = 0;
  std::uint64_t record_ = 0;
  bool in_data_ = false;
  bool after_cr_ = false;
};

}  // namespace

void NoticeCollector::finding(const Finding& finding) {
  if (finding.severity == Severity::info) {
    return;
  }
  const std::string id = finding.rule == nullptr ? std::string() : finding.rule->id;
  NoticeRule& rule = rules_[id];
  if (rule.count == 0) {
    rule.rule = id;
    rule.severity = finding.severity;
    rule.first_line = finding.line;
    catalogue_.render_title(finding, {}, rule.title);
  }
  rule.severity = std::max(rule.severity, finding.severity);
  ++rule.count;
  ++notice_.total;
  if (notice_.findings.size() == most_in_notice) {
    return;
  }
  NoticeFinding told;
  told.line = finding.line;
  told.item = finding.item;
  told.form = catalogue_.form_name(finding);
  told.item_name = catalogue_.item_name(finding);
  told.rule = id;
  told.severity = finding.severity;
  catalogue_.render_text(finding, {}, told.text);
  catalogue_.render_why(finding, {}, told.why);
  catalogue_.render_fix(finding, {}, told.fix);
  notice_.findings.push_back(std::move(told));
}

Notice NoticeCollector::finish(const Summary& summary, Source& source,
                               const layout::Layouts& layouts) {
  Notice notice = std::move(notice_);
  notice.verdict = summary.verdict;
  notice.reason = summary.reason;
  notice.kind = summary.kind;
  notice.bytes = summary.bytes;
  notice.records = summary.data_records;
  notice.errors = summary.errors;
  notice.warnings = summary.warnings;
  for (auto& [id, rule] : rules_) {
    notice.rules.push_back(std::move(rule));
  }
  std::stable_sort(notice.rules.begin(), notice.rules.end(),
                   [](const NoticeRule& a, const NoticeRule& b) { return a.count > b.count; });
  if (!notice.kind.empty() && !notice.findings.empty()) {
    RecordPlaces places(layouts.data_marker, notice.findings);
    std::string piece(piece_size, '\0');
    std::uint64_t at = 0;
    while (const std::size_t got = source.read(at, piece.data(), piece.size())) {
      places.feed(std::string_view(piece).substr(0, got));
      at += got;
    }
    places.end_line();
  }
  // Findings about the number of offices and the like come last: people read from top to bottom.
  std::stable_sort(notice.findings.begin(), notice.findings.end(),
                   [](const NoticeFinding& a, const NoticeFinding& b) { return a.line < b.line; });
  return notice;
}

}  // namespace kpfd::hooks
