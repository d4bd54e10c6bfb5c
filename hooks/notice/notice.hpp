// What an office is told about a file that it has sent: taken in, or sent back, and what to do.
//
//   findings --NoticeCollector--> Notice --words--> HTML, text, JSON
//
// No value of a record stands in a notice: a person is named by the line and by the record's place
// among the records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/engine.hpp"
#include "kpfd/report/catalogue.hpp"
#include "kpfd/summary.hpp"

namespace kpfd::hooks {

/// One finding in words.
struct NoticeFinding {
  std::uint64_t line = 0;    ///< 0: the whole file
  std::uint64_t record = 0;  ///< place among the data records from 1; 0: none of them
  std::uint64_t item = 0;
  std::string form;  ///< the form's name
  std::string item_name;
  std::string rule;
  Severity severity = Severity::error;
  std::string text;
  std::string why;
  std::string fix;
};

/// How often a check or a rule has found something.
struct NoticeRule {
  std::string rule;
  std::string title;
  Severity severity = Severity::error;
  std::uint64_t count = 0;
  std::uint64_t first_line = 0;
};

/// What the check has said, in words, with true totals.
struct Notice {
  Verdict verdict = Verdict::unchecked;
  std::string reason;  ///< of `unchecked`
  std::string kind;
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  std::uint64_t total = 0;              ///< findings, errors and warnings alone
  std::vector<NoticeFinding> findings;  ///< the first of them
  std::vector<NoticeRule> rules;        ///< all, most frequent first
};

/// What is known of the file and its way, beside what the check says.
struct NoticeFacts {
  std::string name;            ///< of the file
  std::string encrypted_name;  ///< as it was sent
  std::string certificate;
  std::string office;
  std::string received_at;
  std::string checked_at;
  std::string receipt;     ///< receipt id; "": none
  bool duplicate = false;  ///< the filing was there before
  bool document = false;   ///< another document, no filing
  std::string version;
  std::string schemas;
  std::string rules;
};

/// Findings in words that a notice shows. Office workers read no more.
inline constexpr std::size_t most_in_notice = 300;

/// Takes findings in the order of the check. Memory does not grow with their number.
class NoticeCollector final : public FindingSink {
 public:
  explicit NoticeCollector(const report::Catalogue& catalogue) : catalogue_(catalogue) {}

  void finding(const Finding& finding) override;

  /// The notice; the source is read for the places of the records.
  Notice finish(const Summary& summary, Source& source, const layout::Layouts& layouts);

 private:
  const report::Catalogue& catalogue_;
  Notice notice_;
  std::map<std::string, NoticeRule, std::less<>> rules_;
};

std::string notice_as_html(const Notice& notice, const NoticeFacts& facts,
                           const report::Catalogue& catalogue);
std::string notice_as_text(const Notice& notice, const NoticeFacts& facts,
                           const report::Catalogue& catalogue);

/// One JSON object:
///
///     {"type":"notice","verdict":…,"reason":…,"file":…,"encrypted_name":…,"certificate":…,
///      "office":…,"received_at":…,"checked_at":…,"receipt":…,"duplicate":…,"kind":…,"bytes":…,
///      "records":…,"errors":…,"warnings":…,"schemas":…,"rules":…,"version":…,
///      "findings_total":…,"findings_shown":…,
///      "findings":[{"line":…,"record":…,"form":…,"item":…,"name":…,"rule":…,"severity":…,
///                   "text":…,"why":…,"fix":…}],
///      "by_rule":[{"rule":…,"title":…,"severity":…,"count":…,"first_line":…}]}
///
/// "reason" is there for the verdict `unchecked` only.
std::string notice_as_json(const Notice& notice, const NoticeFacts& facts);

}  // namespace kpfd::hooks
