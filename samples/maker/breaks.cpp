#include "samples/maker/breaks.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "kpfd/check/builtin.hpp"
#include "kpfd/check/places.hpp"
#include "kpfd/layout/document.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/text/utf8.hpp"
#include "samples/maker/damage.hpp"
#include "samples/maker/draft.hpp"

namespace kpfd::samples {

namespace {

using check::Check;
using layout::Item;
using layout::Record;

/// How many good records of each form are changed: a search ends.
struct Effort {
  std::uint64_t records_for_single_changes;
  std::uint64_t records_for_double_changes;
};

/// What has a simple break shows it soon; the other receiver may have one where this one has none.
constexpr Effort efforts[] = {{4, 0}, {80, 0}, {0, 30}};

/// Most changes that are tried.
constexpr std::size_t most_trials = 120'000;

/// Bytes of a record, about, for files that have to be large.
constexpr std::uint64_t bytes_of_record = 100;

struct Found {
  std::string rule;
  std::string key;
  std::uint32_t item = 0;
};

class Findings final : public FindingSink {
 public:
  void finding(const Finding& finding) override {
    if (finding.severity == Severity::info) {
      return;
    }
    found.push_back({finding.rule->id, std::string(finding.item_name.key), finding.item});
  }
  std::vector<Found> found;
};

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\r\n"), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return lines;
}

/// Words of a rule's text that may be names.
std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (letter) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) {
    words.push_back(std::move(word));
  }
  return words;
}

/// Columns that a rule's words mean: items, repeated items, dates, and those of named expressions.
void add_columns(std::string_view text, const Record& record, std::set<std::uint16_t>& columns,
                 std::set<std::string>& lets) {
  for (const std::string& word : words_in(text)) {
    const int column = record.column_of(word);
    if (column >= 0) {
      columns.insert(static_cast<std::uint16_t>(column));
    }
    for (const layout::Group& group : record.groups) {
      if (group.key == word) {
        columns.insert(group.columns.begin(), group.columns.end());
      }
    }
    for (const layout::DateItems& date : record.dates) {
      if (date.key != word) {
        continue;
      }
      for (const std::uint16_t part : {date.era, date.year, date.month, date.ymd}) {
        if (part != layout::DateItems::none) {
          columns.insert(part);
        }
      }
    }
    for (const layout::RuleText& rule : record.rules) {
      if (rule.let && rule.id == word && lets.insert(word).second) {
        add_columns(rule.text, record, columns, lets);
      }
    }
  }
}

std::set<std::uint16_t> columns_of(const layout::RuleText& rule, const Record& record) {
  std::set<std::uint16_t> columns;
  std::set<std::string> lets;
  add_columns(rule.at + " " + rule.when + " " + rule.text, record, columns, lets);
  return columns;
}

/// `cash=1000 sum=1` => a change.
Change example_change(const std::string& example, const Record& record) {
  Change change;
  std::size_t at = 0;
  while (at < example.size()) {
    const std::size_t end = std::min(example.find(' ', at), example.size());
    const std::size_t sign = example.find('=', at);
    if (sign < end) {
      const int column = record.column_of(example.substr(at, sign - at));
      text::ShiftJisLine line;
      text::to_shift_jis(example.substr(sign + 1, end - sign - 1), line);
      if (column >= 0) {
        change.push_back({static_cast<std::uint16_t>(column), line.bytes});
      }
    }
    at = end + 1;
  }
  return change;
}

/// Whether a change of an item may give the finding; else it takes more.
bool is_about_items(Check check) {
  return check == Check::office_unknown || check == Check::form_unknown ||
         (check >= Check::need && check <= Check::pension_refused);
}

/// Whether a change of this item may give the finding: the search leaves the others alone.
bool concerns(Check check, const Item& item, const Record& record) {
  return check == Check::office_unknown || check == Check::form_unknown ||
         check::may_stand_at(check, item, record);
}

std::optional<Check> builtin_named(const std::string& id) {
  const auto* const found = std::find(check::check_ids.begin(), check::check_ids.end(), id);
  if (found == check::check_ids.end()) {
    return std::nullopt;
  }
  return static_cast<Check>(found - check::check_ids.begin());
}

/// A record or header line whose items are changed.
struct Target {
  const Record* record = nullptr;
  CellTexts cells;
  Draft draft;
  std::vector<std::string> Draft::*lines = &Draft::tail;  ///< where the line is in `draft`
  std::size_t place = 0;
  std::vector<Change> changes;   ///< of single items and dates
  std::vector<Change> mild;      ///< those that leave each item right by itself
  std::vector<Change> partners;  ///< items emptied and filled, to go with one of `mild`
};

class Search {
 public:
  Search(const Engine& engine, const Kitchen& kitchen, const BreakNotes& notes,
         SampleOptions options, const Fault& fault, const Effort& effort)
      : engine_(engine),
        kitchen_(kitchen),
        notes_(notes),
        options_(std::move(options)),
        fault_(fault),
        effort_(effort),
        check_(builtin_named(fault.rule)),
        encoding_(options_.encoding) {
    const bool of_utf8 = check_ == Check::char_not_in_shift_jis || check_ == Check::char_composed;
    if (of_utf8 && encoding_ == Encoding::shift_jis) {
      encoding_ = Encoding::utf8;
    }
    if (check_ == Check::office_count_many) {
      options_.offices = std::max(options_.offices, 2U);
    }
    options_.encoding = Encoding::shift_jis;
    filing_.emplace(kitchen_, options_);
    const auto companions = notes.companions.find(fault.rule);
    if (companions != notes.companions.end()) {
      allowed_.insert(companions->second.begin(), companions->second.end());
    }
    eras_ = Eras(kitchen.layouts().eras);
    for (const Found& found : findings_of(draft_with(0, 0))) {
      allowed_.insert(found.rule);
    }
  }

  std::optional<BrokenFiling> run() {
    if (check_ && (try_file() || try_edition() || try_size())) {
      return result_;
    }
    if ((!check_ || is_about_items(*check_)) && try_items()) {
      return result_;
    }
    return std::nullopt;
  }

 private:
  const layout::Receiver& receiver() const {
    return *kitchen_.layouts().receiver(filing_->layouts().front()->receiver);
  }

  /// The filing of one record, number `serial` behind the last, of a layout.
  Draft draft_with(std::size_t layout, std::uint64_t serial) {
    Draft draft;
    std::string text;
    filing_->append_head(text);
    draft.head = split_lines(text);
    text.clear();
    filing_->append_record_of(layout, options_.records - 1 + serial, text);
    draft.tail = split_lines(text);
    draft.file_name = filing_->file_name();
    return draft;
  }

  std::vector<Found> findings_of_bytes(const std::string& bytes, const std::string& name) const {
    MemorySource source(bytes);
    CheckOptions options;
    options.file_name = name;
    options.check_date = filing_->as_of();
    Findings findings;
    engine_.check(source, options, findings);
    return findings.found;
  }

  std::vector<Found> findings_of(const Draft& draft) const {
    return findings_of_bytes(draft.render(encoding_), draft.file_name);
  }

  bool is_the_fault(const Found& found) const {
    return found.rule == fault_.rule && (fault_.item.empty() || found.key == fault_.item ||
                                         std::to_string(found.item) == fault_.item);
  }

  bool is_right(const std::vector<Found>& findings) const {
    std::size_t faults = 0;
    for (const Found& found : findings) {
      if (is_the_fault(found)) {
        ++faults;
      } else if (allowed_.find(found.rule) == allowed_.end()) {
        return false;
      }
    }
    return faults == 1;
  }

  /// Looks at a draft, and with all its records again if it is right.
  bool accept(const Draft& draft) {
    if (++trials_ > most_trials || !is_right(findings_of(draft))) {
      return false;
    }
    Draft whole = draft;
    if (options_.records > 1 && !draft.tail.empty()) {
      filing_->append_records(0, options_.records - 1, whole.bulk);
    }
    std::string bytes = whole.render(encoding_);
    if (!is_right(findings_of_bytes(bytes, whole.file_name))) {
      return false;
    }
    const bool name_matters = !is_right(findings_of_bytes(bytes, ""));
    result_ = {std::move(bytes), whole.file_name, name_matters, filing_->as_of()};
    return true;
  }

  bool try_file() {
    const Draft good = draft_with(0, 0);
    if (accept(good)) {
      return true;
    }
    for (const Edit& edit : edits_for(*check_, kitchen_.layouts(), receiver())) {
      Draft draft = good;
      edit(draft);
      if (accept(draft)) {
        return true;
      }
    }
    return false;
  }

  /// A record of another edition in the file.
  bool try_edition() {
    if (check_ != Check::edition) {
      return false;
    }
    for (const Record& record : kitchen_.layouts().records) {
      if (record.receiver != receiver().key) {
        continue;
      }
      SampleOptions other = options_;
      other.edition = record.edition;
      other.forms = {record.form};
      other.receiver = record.receiver;
      Draft draft = draft_with(0, 0);
      std::string text;
      Filing(kitchen_, other).append_record_of(0, options_.records - 1, text);
      draft.tail = split_lines(text);
      if (accept(draft)) {
        return true;
      }
    }
    return false;
  }

  /// As many records as a limit of sizes needs.
  bool try_size() {
    std::vector<layout::SizeLimit> limits = kitchen_.layouts().sizes;
    limits.insert(limits.end(), receiver().sizes.begin(), receiver().sizes.end());
    for (const layout::SizeLimit& limit : limits) {
      if (limit.check != fault_.rule) {
        continue;
      }
      Draft draft = draft_with(0, 0);
      const std::uint64_t first = options_.records + 1;
      for (std::uint64_t made = 0; draft.bulk.size() < limit.from;) {
        const std::uint64_t count = limit.from / bytes_of_record / 8;
        filing_->append_records(first + made, count, draft.bulk);
        made += count;
      }
      if (accept(draft)) {
        return true;
      }
    }
    return false;
  }

  bool try_items() {
    if (trials_ > most_trials) {
      return false;
    }
    for (std::uint64_t serial = 0; serial < effort_.records_for_single_changes; ++serial) {
      for (std::size_t layout = 0; layout < filing_->layouts().size(); ++layout) {
        Target target = record_target(layout, serial);
        if (try_changes(target)) {
          return true;
        }
      }
      if (serial == 0 && check_ && try_head()) {
        return true;
      }
    }
    if (check_) {
      return false;
    }
    for (std::uint64_t serial = 0; serial < effort_.records_for_double_changes; ++serial) {
      for (std::size_t layout = 0; layout < filing_->layouts().size(); ++layout) {
        Target target = record_target(layout, serial);
        if (try_pairs(target)) {
          return true;
        }
      }
    }
    return false;
  }

  bool try_head() {
    const Draft good = draft_with(0, 0);
    const std::size_t last = good.head.size() - 1;
    for (std::size_t i = 0; i < last; ++i) {
      const Record* const record = header_of(i);
      if (record == nullptr) {
        continue;
      }
      Target target;
      target.record = record;
      target.draft = good;
      target.lines = &Draft::head;
      target.place = i;
      target.cells = split_cells(good.head[i]);
      for (const Item& item : record->items) {
        if (concerns(*check_, item, *record)) {
          add_texts(item, target);
        }
      }
      if (try_changes(target)) {
        return true;
      }
    }
    return false;
  }

  /// The layout of a line of the head, or nullptr for a marker.
  const Record* header_of(std::size_t line) const {
    if (line == 0) {
      return &receiver().media.back();
    }
    if (line == 2) {
      return &kitchen_.layouts().count;
    }
    return line > 2 ? &receiver().office : nullptr;
  }

  void add_texts(const Item& item, Target& target) const {
    if (!fault_.item.empty() && check_ && fault_.item != item.key &&
        fault_.item != std::to_string(item.number)) {
      return;
    }
    const std::string& cell = target.cells[item.column];
    const std::vector<std::string> texts = damaged_texts(item, cell);
    const std::size_t mild = mild_texts(item, cell);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      target.changes.push_back({{item.column, texts[i]}});
      if (i < mild) {
        target.mild.push_back({{item.column, texts[i]}});
      }
    }
  }

  Target record_target(std::size_t layout, std::uint64_t serial) {
    Target target;
    const Record& record = *filing_->layouts()[layout];
    std::set<std::uint16_t> columns;
    if (check_) {
      for (const Item& item : record.items) {
        if (concerns(*check_, item, record)) {
          columns.insert(item.column);
        }
      }
    } else {
      for (const layout::RuleText& rule : record.rules) {
        if (rule.let || rule.id != fault_.rule) {
          continue;
        }
        const std::set<std::uint16_t> more = columns_of(rule, record);
        columns.insert(more.begin(), more.end());
        const Change example = example_change(rule.bad, record);
        if (!example.empty()) {
          target.changes.push_back(example);
        }
      }
    }
    if (columns.empty()) {
      return target;
    }
    const auto hints = notes_.hints.find(fault_.rule);
    if (hints != notes_.hints.end()) {
      for (const std::string& hint : hints->second) {
        target.changes.push_back(example_change(hint, record));
      }
    }
    target.record = &record;
    target.draft = draft_with(layout, serial);
    target.cells = split_cells(target.draft.tail.front());
    for (const std::uint16_t column : columns) {
      add_texts(record.items[column], target);
    }
    for (const layout::DateItems& date : record.dates) {
      const bool meant = std::any_of(columns.begin(), columns.end(), [&](std::uint16_t column) {
        return column == date.era || column == date.ymd || column == date.year;
      });
      if (!meant) {
        continue;
      }
      for (Change& change : damaged_dates(date, record, target.cells, eras_, filing_->as_of())) {
        target.mild.push_back(change);
        target.changes.push_back(std::move(change));
      }
    }
    for (const Item& item : record.items) {
      target.partners.push_back({{item.column, ""}});
      target.partners.push_back({{item.column, filling_text(item)}});
    }
    return target;
  }

  bool try_change(Target& target, const Change& first, const Change& second) {
    CellTexts cells = target.cells;
    bool decompose = false;
    for (const Change* change : {&first, &second}) {
      for (const auto& [column, text] : *change) {
        cells[column] = text;
        decompose = decompose || text.find("\x82\xAA") != std::string::npos;
      }
    }
    (target.draft.*target.lines)[target.place] = join_cells(cells);
    target.draft.decompose = decompose && check_ == Check::char_composed;
    return accept(target.draft);
  }

  bool try_changes(Target& target) {
    if (target.record == nullptr) {
      return false;
    }
    for (const Change& change : target.changes) {
      if (try_change(target, change, {})) {
        return true;
      }
    }
    return false;
  }

  bool try_pairs(Target& target) {
    if (target.record == nullptr) {
      return false;
    }
    for (const std::vector<Change>* seconds : {&target.mild, &target.partners}) {
      for (const Change& first : target.mild) {
        for (const Change& second : *seconds) {
          if (first.front().first == second.front().first) {
            continue;
          }
          if (trials_ > most_trials) {
            return false;
          }
          if (try_change(target, first, second)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  const Engine& engine_;
  const Kitchen& kitchen_;
  const BreakNotes& notes_;
  SampleOptions options_;
  const Fault& fault_;
  const Effort& effort_;
  std::optional<Check> check_;
  Encoding encoding_;
  std::optional<Filing> filing_;
  Eras eras_;
  std::set<std::string> allowed_;
  std::size_t trials_ = 0;
  BrokenFiling result_;
};

/// How a layout has a rule.
enum class Has : std::uint8_t {
  nothing,
  hidden,  ///< it speaks of items that the receiver does not look at, and may never fail
  all,
};

Has has_rule(const Record& record, const std::string& id) {
  Has has = Has::nothing;
  for (const layout::RuleText& rule : record.rules) {
    const bool is_it =
        !rule.let && rule.id == id && (rule.receivers.empty() || rule.receivers == record.receiver);
    if (!is_it) {
      continue;
    }
    const std::set<std::uint16_t> columns = columns_of(rule, record);
    const bool hidden = std::any_of(columns.begin(), columns.end(), [&](std::uint16_t column) {
      return record.for_union && record.items[column].scope == layout::Scope::pension;
    });
    if (!hidden) {
      return Has::all;
    }
    has = Has::hidden;
  }
  return has;
}

}  // namespace

Fault Fault::parse(std::string_view text) {
  const std::size_t at = std::min(text.find('@'), text.size());
  return {std::string(text.substr(0, at)), std::string(text.substr(std::min(at + 1, text.size())))};
}

BreakNotes load_break_notes(const std::vector<Engine::SchemaFile>& files) {
  const auto file = std::find_if(files.begin(), files.end(), [](const Engine::SchemaFile& other) {
    return other.name == breaks_file;
  });
  if (file == files.end()) {
    throw layout::SchemaError({std::string(breaks_file), 0, 0}, "the file is missing");
  }
  const layout::Document document({file->name, file->content});
  BreakNotes notes;
  layout::Node::root_of(document).each_child([&](const layout::Node& node) {
    const std::string rule = node.required("rule");
    if (node.name() == "companion") {
      node.allow({"rule", "with"});
      notes.companions[rule].push_back(node.required("with"));
    } else if (node.name() == "hint") {
      node.allow({"rule", "change"});
      notes.hints[rule].push_back(node.required("change"));
    } else if (node.name() == "impossible") {
      node.allow({"rule", "reason"});
      notes.impossible[rule] = node.required("reason");
    } else {
      node.fail("hints, companions and impossible ones only");
    }
  });
  return notes;
}

std::vector<SampleOptions> Breaker::choices_of(const SampleOptions& options,
                                               const Fault& fault) const {
  // A receiver that looks at all items of the rule goes first, then one that is a union.
  std::vector<std::pair<int, SampleOptions>> choices;
  const bool builtin = builtin_named(fault.rule).has_value();
  for (const layout::Receiver& receiver : kitchen_.layouts().receivers) {
    if (!options.receiver.empty() && options.receiver != receiver.key) {
      continue;
    }
    SampleOptions choice = options;
    choice.receiver = receiver.key;
    Has has = builtin ? Has::all : Has::nothing;
    for (const Record& record : kitchen_.layouts().records) {
      if (builtin || record.receiver != receiver.key) {
        continue;
      }
      const Has here = has_rule(record, fault.rule);
      has = std::max(has, here);
      const bool known =
          std::find(choice.forms.begin(), choice.forms.end(), record.form) != choice.forms.end();
      if (options.forms.empty() && here != Has::nothing && !known) {
        choice.forms.push_back(record.form);
      }
    }
    if (has == Has::nothing) {
      continue;
    }
    choices.emplace_back((has == Has::all ? 2 : 0) + (receiver.is_union ? 1 : 0),
                         std::move(choice));
  }
  std::stable_sort(choices.begin(), choices.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<SampleOptions> sorted;
  for (auto& [rank, choice] : choices) {
    sorted.push_back(std::move(choice));
  }
  return sorted;
}

BrokenFiling Breaker::make(const SampleOptions& options, const Fault& fault) const {
  const std::vector<const RuleInfo*>& rules = engine_.rules();
  if (std::none_of(rules.begin(), rules.end(),
                   [&](const RuleInfo* rule) { return rule->id == fault.rule; })) {
    throw SampleError("there is no rule `" + fault.rule + "`");
  }
  const auto reason = notes_.impossible.find(fault.rule);
  if (reason != notes_.impossible.end()) {
    throw SampleError(fault.rule + " cannot come alone: " + reason->second);
  }
  const std::vector<SampleOptions> choices = choices_of(options, fault);
  for (const Effort& effort : efforts) {
    for (const SampleOptions& choice : choices) {
      std::optional<BrokenFiling> broken =
          Search(engine_, kitchen_, notes_, choice, fault, effort).run();
      if (broken) {
        return std::move(*broken);
      }
    }
  }
  throw SampleError("no filing was found that breaks " + fault.rule +
                    (fault.item.empty() ? "" : " at " + fault.item) + " and nothing else");
}

}  // namespace kpfd::samples
