#include "converters/repair/repairer.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "converters/repair/unit.hpp"
#include "converters/source/text_end.hpp"
#include "kpfd/grammar/markers.hpp"
#include "kpfd/text/utf8.hpp"

namespace kpfd::converters {

namespace {

/// Text that is mended at a time: what is found in it is kept meanwhile.
constexpr std::size_t unit_size = 32U << 10;

/// The lines before the data are mended together; more of them are left as they are.
constexpr std::size_t longest_head = 1U << 20;

constexpr std::size_t copy_size = 192U << 10;
constexpr std::string_view cr_lf = "\r\n";

std::string_view bytes_of(grammar::LineEnd end) {
  switch (end) {
    case grammar::LineEnd::cr_lf:
      return cr_lf;
    case grammar::LineEnd::lf:
      return "\n";
    case grammar::LineEnd::cr:
      return "\r";
    case grammar::LineEnd::none:
      break;
  }
  return {};
}

/// What the check of the whole file has found that can be repaired.
class Wishes final : public FindingSink {
 public:
  Wishes(const RepairBook& book, const std::set<std::string, std::less<>>& accepted)
      : book_(book), accepted_(accepted) {}

  /// A finding about the file and its lines as such: the first of its kind.
  struct AboutLines {
    std::string rule;
    std::uint64_t line = 0;
  };

  void finding(const Finding& finding) override {
    const Repair* const repair = repair_of(book_, finding, accepted_);
    if (repair == nullptr) {
      return;
    }
    if (is_about_lines(repair->method)) {
      about_lines_.try_emplace(repair->method, AboutLines{finding.rule->id, finding.line});
    } else {
      in_lines_ = true;
    }
  }

  bool none() const { return about_lines_.empty() && !in_lines_; }
  bool in_lines() const { return in_lines_; }
  /// nullptr: not found.
  const AboutLines* about(Method method) const {
    const auto found = about_lines_.find(method);
    return found == about_lines_.end() ? nullptr : &found->second;
  }

 private:
  const RepairBook& book_;
  const std::set<std::string, std::less<>>& accepted_;
  std::map<Method, AboutLines> about_lines_;
  bool in_lines_ = false;
};

/// Copies the bytes [from, to) of a source.
void copy(Source& source, std::uint64_t from, std::uint64_t to, ByteSink& output) {
  std::string piece(copy_size, '\0');
  while (from < to) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), to - from));
    const std::size_t count = source.read(from, piece.data(), wanted);
    if (count == 0) {
      throw SourceError("the file has become shorter while it was read");
    }
    output.write({piece.data(), count});
    from += count;
  }
}

/// Writes a file anew, line by line.
class Rewriter {
 public:
  Rewriter(const Engine& engine, const RepairBook& book, Source& source,
           const RepairOptions& options, const Summary& before, const Wishes& wishes,
           ByteSink& output, ChangeSink& changes)
      : engine_(engine),
        source_(source),
        options_(options),
        wishes_(wishes),
        output_(output),
        changes_(changes),
        unit_(engine, book, options),
        begin_(before.encoding == "UTF-8-BOM" ? 3 : 0),
        bytes_(before.bytes),
        end_(text_end(source, begin_, bytes_)) {
    const bool is_utf8 = before.encoding != "Shift_JIS";
    encodes_ = is_utf8 && wishes.about(Method::encode) != nullptr && can_encode();
    // Items are mended as Shift_JIS: a file that stays UTF-8 keeps its items.
    // A character that was replaced may have hidden what else there is to say of its item.
    mends_ = (encodes_ || !is_utf8) && (wishes.in_lines() || wishes.about(Method::geta) != nullptr);
  }

  std::uint64_t run() {
    if (encodes_) {
      note(Method::encode);
    } else {
      copy(source_, 0, begin_, output_);
    }
    note(Method::line_end);
    note(Method::last_line_end);
    note(Method::end_mark);
    write_lines();
    if (wishes_.about(Method::end_mark) == nullptr) {
      copy(source_, end_, bytes_, output_);
    }
    tell(~std::uint64_t{0});
    return count_;
  }

 private:
  /// A change of the file or its lines is to be told at the line of its finding, or at another.
  void note(Method method) {
    if (const Wishes::AboutLines* const wish = wishes_.about(method)) {
      note(method, wish->line);
    }
  }
  void note(Method method, std::uint64_t line) {
    Change change;
    change.line = line;
    change.rule = wishes_.about(method)->rule;
    change.method = method;
    pending_.push_back(change);
  }

  /// Tells the changes up to a line.
  void tell(std::uint64_t line) {
    std::stable_sort(pending_.begin(), pending_.end(),
                     [](const Change& a, const Change& b) { return a.line < b.line; });
    auto at = pending_.begin();
    for (; at != pending_.end() && at->line <= line; ++at) {
      changes_.change(*at);
      ++count_;
    }
    pending_.erase(pending_.begin(), at);
  }

  /// Whether each character of a UTF-8 file has a place in Shift_JIS, or may be replaced.
  bool can_encode() {
    grammar::LineReader reader(source_, begin_, end_);
    grammar::Line line;
    while (reader.next(line)) {
      if (line.too_long) {
        return false;
      }
      if (wishes_.about(Method::geta) == nullptr) {
        text::to_shift_jis(line.text(), transcoded_);
        if (missing_characters(transcoded_.bytes) > 0) {
          return false;
        }
      }
    }
    return true;
  }

  void write_lines() {
    grammar::LineReader reader(source_, begin_, end_);
    grammar::Line line;
    while (reader.next(line)) {
      if (line.too_long) {
        // It has no cells to mend. Before the data it also hides what the lines behind it are.
        mends_ = mends_ && !in_head_;
        flush(line.number);
        copy(source_, line.offset, line.offset + line.size, output_);
        output_.write(end_for(line.end));
      } else if (line.size == 0 && wishes_.about(Method::drop_line) != nullptr) {
        note(Method::drop_line, line.number);
        grow(0, line.number);
      } else if (mends_) {
        add(line.number, text_of(line), line.end);
      } else {
        output_.write(text_of(line));
        output_.write(end_for(line.end));
        grow(0, line.number);
      }
      if (reader.position() != told_position_) {
        told_position_ = reader.position();
        report_progress();
      }
    }
    flush(line.number);
  }

  void report_progress() {
    if (options_.check.progress && !options_.check.progress(told_position_, bytes_)) {
      throw SourceError("cancelled");
    }
  }

  /// The line as it is to be written.
  std::string_view text_of(const grammar::Line& line) {
    if (!encodes_) {
      return line.text();
    }
    text::to_shift_jis(line.text(), transcoded_);
    if (wishes_.about(Method::geta) != nullptr && put_geta(transcoded_.bytes) > 0) {
      note(Method::geta, line.number);
    }
    return transcoded_.bytes;
  }

  std::string_view end_for(grammar::LineEnd end) const {
    const bool mended = end == grammar::LineEnd::none
                            ? wishes_.about(Method::last_line_end) != nullptr
                            : wishes_.about(Method::line_end) != nullptr;
    return mended ? cr_lf : bytes_of(end);
  }

  void add(std::uint64_t number, std::string_view text, grammar::LineEnd end) {
    if (in_head_) {
      if (behind_marker_ || is_record(text)) {
        mend_head(text);
        flush(number - 1);
      } else {
        behind_marker_ = ends_head(text);
      }
    }
    unit_.lines.push_back({number, std::string(text), end});
    grow(text.size(), number);
  }

  /// Counts what is kept, and writes it where it is enough.
  void grow(std::size_t bytes, std::uint64_t number) {
    size_ += bytes + cr_lf.size();
    if (mends_ && in_head_ && size_ > longest_head) {
      mends_ = false;
    }
    if (!mends_ || (!in_head_ && size_ > std::max(unit_size, head_size_ / 4))) {
      flush(number);
    }
  }

  /// Whether a line is the one before the data. The line of the count is that of the count.
  bool ends_head(std::string_view text) const {
    const auto commas = static_cast<std::size_t>(std::count(text.begin(), text.end(), ','));
    const bool count =
        unit_.lines.size() == 2 && commas + 1 == engine_.layouts().count.items.size();
    return !count &&
           grammar::match_marker(text, engine_.layouts().data_marker) != grammar::Marker::none;
  }

  bool is_record(std::string_view text) const {
    const std::string_view code = text.substr(0, text.find(','));
    const auto& records = engine_.layouts().records;
    return std::any_of(records.begin(), records.end(),
                       [code](const layout::Record& record) { return record.form == code; });
  }

  /// The lines before the first record are a filing only with it; the records only with them.
  void mend_head(std::string_view first_record) {
    std::string behind(first_record);
    behind += first_record.empty() ? std::string_view{} : cr_lf;
    unit_.surround({}, behind);
    unit_.mend();
    std::string head;
    for (const UnitLine& line : unit_.lines) {
      head += line.text;
      head += cr_lf;
    }
    head_size_ = head.size();
    unit_.surround(head, {});
    in_head_ = false;
    is_mended_ = true;
  }

  /// Mends and writes what is there, up to a line.
  void flush(std::uint64_t line) {
    if (mends_ && !is_mended_) {
      if (in_head_) {
        mend_head({});
      } else {
        unit_.mend();
      }
    }
    is_mended_ = false;
    unit_.append_changes(pending_);
    tell(line);
    for (const UnitLine& written : unit_.lines) {
      output_.write(written.text);
      output_.write(end_for(written.end));
    }
    unit_.clear();
    size_ = 0;
  }

  const Engine& engine_;
  Source& source_;
  const RepairOptions& options_;
  const Wishes& wishes_;
  ByteSink& output_;
  ChangeSink& changes_;
  Unit unit_;
  std::uint64_t begin_;
  std::uint64_t bytes_;
  std::uint64_t end_;
  bool encodes_ = false;
  bool mends_ = false;  ///< items and section lines, not only line ends
  bool in_head_ = true;
  bool behind_marker_ = false;
  bool is_mended_ = false;  ///< what stands in the unit
  std::size_t head_size_ = 0;
  std::size_t size_ = 0;  ///< of the unit
  std::uint64_t told_position_ = 0;
  text::ShiftJisLine transcoded_;
  std::vector<Change> pending_;
  std::uint64_t count_ = 0;
};

const Repair* find_repair(const RepairBook& book, const Finding& finding, bool ask) {
  for (const Repair& repair : book.of(finding.rule->id)) {
    if (repair.ask == ask && (repair.cause.empty() || repair.cause == finding.hint)) {
      return &repair;
    }
  }
  return nullptr;
}

}  // namespace

const Repair* repair_of(const RepairBook& book, const Finding& finding,
                        const std::set<std::string, std::less<>>& accepted) {
  const Repair* const repair = find_repair(book, finding, false);
  return repair == nullptr && accepted.count(finding.rule->id) > 0
             ? find_repair(book, finding, true)
             : repair;
}

const Repair* offer_for(const RepairBook& book, const Finding& finding,
                        const std::set<std::string, std::less<>>& accepted) {
  return accepted.count(finding.rule->id) > 0 ? nullptr : find_repair(book, finding, true);
}

RepairResult repair(const Engine& engine, const RepairBook& book, Source& source,
                    const RepairOptions& options, ByteSink& output, ChangeSink& changes) {
  RepairResult result;
  Wishes wishes(book, options.accepted);
  result.before = engine.check(source, options.check, wishes);
  // Where a file is for nobody yet, a repair of its first line may tell.
  result.is_filing =
      !result.before.encoding.empty() &&
      (result.before.kind.empty() || engine.layouts().receiver(result.before.kind) != nullptr);
  if (result.before.verdict == Verdict::unchecked || !result.is_filing) {
    return result;
  }
  if (wishes.none()) {
    copy(source, 0, result.before.bytes, output);
    return result;
  }
  result.changes =
      Rewriter(engine, book, source, options, result.before, wishes, output, changes).run();
  return result;
}

}  // namespace kpfd::converters
