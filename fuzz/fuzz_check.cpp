// The whole engine.
//
//   input ::= name read-size filing
//
// `name` and `read-size` are one byte each; see file_names and read_sizes. Oracles:
//   - the findings and the summary are the same for any size of the reads;
//   - each finding stands within the file and within its line, by its own splitting of lines;
//   - findings come in the order of lines, and within a line in that of items;
//   - the verdict and the counts are those of the findings;
//   - a filing in Shift_JIS has the same findings when it is written in UTF-8;
//   - the JSON lines are JSON in UTF-8, the text is UTF-8 that a terminal can show, and neither
//     ever holds twelve digits in a row: a My Number stays hidden, values asked for or not.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/report/catalogue.hpp"
#include "kpfd/report/json_report.hpp"
#include "kpfd/report/text_report.hpp"
#include "kpfd/schemas.hpp"
#include "kpfd/text/repertoire.hpp"
#include "kpfd/text/survey.hpp"
#include "kpfd/text/utf8.hpp"
#include "support.hpp"

namespace {

using kpfd_fuzz::engine;
using kpfd_fuzz::fail;
using kpfd_fuzz::Input;
using kpfd_fuzz::require;

constexpr std::string_view file_names[] = {
    "KPFD0006.CSV",           "SHFD0006.CSV",     "",
    "KNFD0006.CSV",           "out/kpfd0006.csv", "OTHER.CSV",
    "C:\\data\\shfd0006.Csv", "\xFF/\x1B",        "-",
    "KPFD0006.CSV.txt",
};

constexpr std::uint32_t read_sizes[] = {1,  2,   3,   5,   7,   13,  31,   63,   64,
                                        65, 100, 127, 255, 256, 999, 1024, 4096, 65536};

const kpfd::CivilDate check_date = kpfd::make_date(2026, 7, 31);

/// A finding with everything that a report could show.
struct Seen {
  std::string rule;
  kpfd::Severity severity = kpfd::Severity::error;
  std::uint64_t line = 0;
  std::uint32_t item = 0;
  std::string form;
  std::string key;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::string parts;
  std::string hint;
  std::string value;

  /// What does not depend on how the file's characters are written.
  std::string meaning() const {
    return rule + ' ' + std::string(name_of(severity)) + ' ' + std::to_string(line) + ' ' +
           std::to_string(item) + ' ' + form + ' ' + key + ' ' + hint + ' ' + value;
  }
  std::string all() const {
    return meaning() + ' ' + std::to_string(offset) + ' ' + std::to_string(length) + parts;
  }
};

class Keeper final : public kpfd::FindingSink {
 public:
  explicit Keeper(std::initializer_list<kpfd::report::Report*> others) : others_(others) {}

  void finding(const kpfd::Finding& finding) override {
    for (kpfd::report::Report* const report : others_) {
      report->finding(finding);
    }
    Seen seen;
    require(finding.rule != nullptr, "a finding has a rule");
    seen.rule = finding.rule->id;
    seen.severity = finding.severity;
    seen.line = finding.line;
    seen.item = finding.item;
    seen.form = finding.form;
    seen.key = finding.item_name.key;
    seen.offset = finding.offset;
    seen.length = finding.length;
    seen.hint = finding.hint;
    seen.value = finding.value;
    for (std::size_t i = 0; i < finding.parts.size; ++i) {
      const auto& part = finding.parts.entries[i];
      seen.parts += ' ' + std::to_string(static_cast<int>(part.part)) + '=';
      seen.parts += part.is_text ? std::string(part.text) : std::to_string(part.number);
    }
    findings.push_back(std::move(seen));
  }

  std::vector<Seen> findings;

 private:
  std::initializer_list<kpfd::report::Report*> others_;
};

struct Result {
  kpfd::Summary summary;
  std::vector<Seen> findings;
};

kpfd::CheckOptions options_of(std::string_view name, std::uint32_t read_size) {
  kpfd::CheckOptions options;
  options.file_name = name;
  options.check_date = check_date;
  options.read_size = read_size;
  return options;
}

/// `others` get what is found, too.
Result check(std::string_view bytes, std::string_view name, std::uint32_t read_size,
             std::initializer_list<kpfd::report::Report*> others = {}) {
  kpfd::MemorySource source(bytes);
  Keeper keeper(others);
  for (kpfd::report::Report* const report : others) {
    report->begin_file(name, bytes.size());
  }
  Result result;
  result.summary = engine().check(source, options_of(name, read_size), keeper);
  result.findings = std::move(keeper.findings);
  for (kpfd::report::Report* const report : others) {
    report->end_file(result.summary);
    report->finish();
  }
  return result;
}

std::string text_of(const kpfd::Summary& summary) {
  std::string text = std::string(name_of(summary.verdict)) + ' ' + summary.reason + ' ' +
                     summary.kind + ' ' + summary.encoding;
  for (const std::uint64_t number : {summary.bytes, summary.lines, summary.offices,
                                     summary.data_records, summary.errors, summary.warnings}) {
    text += ' ' + std::to_string(number);
  }
  for (const auto& [form, count] : summary.records) {
    text += ' ' + form + ':' + std::to_string(count);
  }
  return text;
}

void same(const Result& one, const Result& other) {
  require(text_of(one.summary) == text_of(other.summary),
          "the summary does not depend on the size of the reads",
          text_of(one.summary) + "\n" + text_of(other.summary));
  for (std::size_t i = 0; i < one.findings.size() && i < other.findings.size(); ++i) {
    require(one.findings[i].all() == other.findings[i].all(),
            "a finding does not depend on the size of the reads",
            one.findings[i].all() + "\n" + other.findings[i].all());
  }
  require(one.findings.size() == other.findings.size(),
          "the number of findings does not depend on the size of the reads");
}

/// Lines as [begin, end of their text, end with the line end), of a text from `begin` on.
struct Extent {
  std::size_t begin;
  std::size_t text_end;
  std::size_t end;
};

std::vector<Extent> lines_of(std::string_view bytes, std::size_t begin, std::size_t end) {
  std::vector<Extent> lines;
  while (begin < end) {
    std::size_t at = begin;
    while (at < end && bytes[at] != '\r' && bytes[at] != '\n') {
      ++at;
    }
    std::size_t next = at;
    if (next < end) {
      next += bytes[at] == '\r' && at + 1 < end && bytes[at + 1] == '\n' ? 2U : 1U;
    }
    lines.push_back({begin, at, next});
    begin = next;
  }
  return lines;
}

void places(const Result& result, std::string_view bytes) {
  const std::size_t begin = result.summary.encoding == "UTF-8-BOM" ? 3 : 0;
  std::size_t end = bytes.size();
  while (end > begin && bytes[end - 1] == '\x1A') {
    --end;
  }
  const std::vector<Extent> lines = lines_of(bytes, begin, end);
  std::uint64_t last_line = 0;
  std::uint32_t last_item = 0;
  for (const Seen& finding : result.findings) {
    // What is known only behind the last office or the last line comes then.
    const bool late = finding.line == 0 || finding.rule == "OFFICE-COUNT" ||
                      finding.rule == "LINE-END-MARK" || finding.rule == "LINE-END-LAST";
    require(finding.offset <= bytes.size() && finding.length <= bytes.size() - finding.offset,
            "a finding stands in the file", finding.all());
    if (!late) {
      require(finding.line >= last_line, "findings come by line", finding.all());
      require(finding.line > last_line || finding.item >= last_item,
              "findings of a line come by item", finding.all());
      last_line = finding.line;
      last_item = finding.item;
    }
    require(finding.item == 0 || finding.line > 0, "an item stands in a line", finding.all());
    require((finding.item == 0) == finding.key.empty(), "an item has a key", finding.all());
    if (finding.line == 0 || finding.rule == "LINE-END-MARK") {
      continue;
    }
    require(finding.line <= lines.size(), "a finding's line is in the file", finding.all());
    const Extent& line = lines[finding.line - 1];
    require(finding.offset >= line.begin && finding.offset + finding.length <= line.end,
            "a finding stands in its line", finding.all());
    require(finding.item == 0 || finding.offset + finding.length <= line.text_end,
            "a finding of an item stands in the line's text", finding.all());
  }
}

void totals(const Result& result, std::string_view bytes) {
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  for (const Seen& finding : result.findings) {
    errors += finding.severity == kpfd::Severity::error ? 1U : 0U;
    warnings += finding.severity == kpfd::Severity::warning ? 1U : 0U;
  }
  const kpfd::Summary& summary = result.summary;
  require(summary.errors == errors && summary.warnings == warnings,
          "the counts are those of the findings", text_of(summary));
  require(summary.verdict != kpfd::Verdict::unchecked && summary.reason.empty(),
          "bytes in memory can be checked", summary.reason);
  require((summary.verdict == kpfd::Verdict::accept) == (errors == 0),
          "a filing is accepted if it has no error", text_of(summary));
  require(summary.bytes == bytes.size(), "every byte is counted");
  std::uint64_t records = 0;
  for (const auto& [form, count] : summary.records) {
    records += count;
  }
  require(records <= summary.data_records, "records of forms are data records");
  if (summary.verdict == kpfd::Verdict::accept) {
    require(records > 0 && records == summary.data_records, "an accepted filing has records");
    require(summary.encoding == "Shift_JIS", "an accepted filing is Shift_JIS");
  }
}

/// The same filing in UTF-8, if each of its characters comes back from there.
bool to_utf8(std::string_view bytes, std::string& utf8) {
  kpfd::text::ShiftJisLine back;
  for (const Extent& line : lines_of(bytes, 0, bytes.size())) {
    const std::string_view text = bytes.substr(line.begin, line.text_end - line.begin);
    std::string converted;
    kpfd::text::append_utf8(converted, text);
    kpfd::text::to_shift_jis(converted, back);
    // Unassigned codes become U+FFFD, and that is another fault.
    if (back.bytes != text || !back.composed.empty() ||
        converted.find("\xEF\xBF\xBD") != std::string::npos) {
      return false;
    }
    utf8 += converted;
    utf8 += bytes.substr(line.text_end, line.end - line.text_end);
  }
  return true;
}

void in_utf8(const Result& result, std::string_view bytes, std::string_view name) {
  if (result.summary.encoding != "Shift_JIS") {
    return;
  }
  std::string utf8;
  if (!to_utf8(bytes, utf8) || utf8 == bytes) {
    return;
  }
  Result other = check(utf8, name, 0);
  if (other.summary.encoding != "UTF-8") {
    return;
  }
  const auto own = std::find_if(other.findings.begin(), other.findings.end(),
                                [](const Seen& seen) { return seen.rule == "FILE-UTF8"; });
  if (own != other.findings.end()) {
    other.findings.erase(own);
  } else {
    require(!result.findings.empty(), "UTF-8 is a finding of its own");
  }
  for (std::size_t i = 0; i < result.findings.size() || i < other.findings.size(); ++i) {
    const std::string one = i < result.findings.size() ? result.findings[i].meaning() : "nothing";
    const std::string two = i < other.findings.size() ? other.findings[i].meaning() : "nothing";
    require(one == two, "the findings do not depend on the encoding", one + "\n" + two);
  }
}

class Kept final : public kpfd::report::Output {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  std::string text;
};

const kpfd::report::Catalogue& catalogue(bool english) {
  const auto load = [](std::string_view name) {
    return kpfd::report::Catalogue::load(kpfd::embedded_schema(name), name);
  };
  static const kpfd::report::Catalogue ja = load("messages/ja.xml");
  static const kpfd::report::Catalogue en = load("messages/en.xml");
  return english ? en : ja;
}

void reports(const Result& result, const Kept& json, const Kept& text) {
  std::size_t lines = 0;
  for (std::string_view rest = json.text; !rest.empty(); ++lines) {
    const std::size_t end = rest.find('\n');
    require(end != std::string_view::npos, "each JSON line has an end");
    require(kpfd_fuzz::is_json_object(rest.substr(0, end)), "a line is a JSON object",
            rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  require(lines == result.findings.size() + 1, "a line a finding, and one for the file");
  require(kpfd_fuzz::is_utf8(text.text), "the text report is UTF-8", text.text);
  for (const char c : text.text) {
    require(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != '\x7F'),
            "the text report has no control character", text.text);
  }
  require(!kpfd_fuzz::has_digits(json.text, 12), "no My Number in the JSON lines", json.text);
  require(!kpfd_fuzz::has_digits(text.text, 12), "no My Number in the text report", text.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint8_t choice = input.byte();
  const std::string_view name = file_names[choice % std::size(file_names)];
  const std::uint32_t read_size = read_sizes[input.below(std::size(read_sizes))];
  const std::string_view bytes = input.rest();

  kpfd::report::ReportOptions options;
  options.show_values = (choice & 0x40) != 0;
  options.schemas = engine().schemas_edition();
  // The hash itself may have any digits in a row.
  options.rules = "sha256:0";
  const kpfd::report::Catalogue& words = catalogue((choice & 0x80) != 0);
  Kept json;
  Kept text;
  kpfd::report::JsonLinesReport json_report(json, words, options);
  kpfd::report::TextReport text_report(text, words, options);

  const Result whole = check(bytes, name, 0, {&json_report, &text_report});
  kpfd_fuzz::count_verdict(whole.summary.verdict == kpfd::Verdict::accept);
  same(whole, check(bytes, name, read_size));
  totals(whole, bytes);
  places(whole, bytes);
  reports(whole, json, text);
  in_utf8(whole, bytes, name);
  return 0;
}
