#include "converters/repair/unit.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "kpfd/grammar/markers.hpp"

namespace kpfd::converters {

namespace {

/// More steps than this are no repair: each ends a finding or is the last one for its text.
constexpr int most_rounds = 32;

constexpr std::string_view line_end = "\r\n";

/// Begin and size of a line's cell.
std::pair<std::size_t, std::size_t> cell_at(std::string_view line, int column) {
  std::size_t begin = 0;
  for (int i = 0; i < column; ++i) {
    begin = line.find(',', begin) + 1;
  }
  return {begin, std::min(line.find(',', begin), line.size()) - begin};
}

std::size_t columns_of(std::string_view line) {
  return static_cast<std::size_t>(std::count(line.begin(), line.end(), ',')) + 1;
}

/// The line without empty cells at its end, but with `columns` of them at least.
std::optional<std::string> trimmed(std::string_view line, std::size_t columns) {
  std::size_t there = columns_of(line);
  while (there > columns && !line.empty() && line.back() == ',') {
    line.remove_suffix(1);
    --there;
  }
  return there == columns ? std::optional(std::string(line)) : std::nullopt;
}

}  // namespace

/// Takes the findings of the unit's lines.
class Unit::Listener final : public FindingSink {
 public:
  explicit Listener(Unit& unit) : unit_(unit) {}

  void finding(const Finding& finding) override {
    const std::uint64_t before = unit_.lines_before_;
    if (finding.line <= before || finding.line > before + unit_.lines.size()) {
      return;
    }
    Found found;
    found.rule = finding.rule->id;
    found.hint = finding.hint;
    found.severity = finding.severity;
    found.form = finding.form;
    const bool of_item = !finding.item_name.key.empty();
    found.own =
        of_item && finding.rule->subject == Subject::item && finding.rule->condition.empty();
    const auto line = static_cast<std::size_t>(finding.line - before - 1);
    while (at_line_ < finding.line) {
      line_begin_ = at_line_ == 0 ? 0 : unit_.text_.find('\n', line_begin_) + 1;
      ++at_line_;
    }
    if (at_line_ > finding.line) {
      // The count of offices is reported when the offices have been read.
      at_line_ = 0;
      line_begin_ = 0;
      this->finding(finding);
      return;
    }
    const auto offset = static_cast<std::size_t>(finding.offset);
    found.spot = {line, of_item ? static_cast<int>(std::count(
                                      unit_.text_.begin() + static_cast<long>(line_begin_),
                                      unit_.text_.begin() + static_cast<long>(offset), ','))
                                : -1};
    read_parts(finding, found.input);
    found.key = finding.item_name.key;
    unit_.found_.push_back(std::move(found));
  }

 private:
  static void read_parts(const Finding& finding, MethodInput& input) {
    for (std::size_t i = 0; i < finding.parts.size; ++i) {
      const Parts::Entry& entry = finding.parts.entries.at(i);
      if (entry.part == Part::expected && !entry.is_text) {
        input.expected = entry.number;
      }
      if (entry.part == Part::character) {
        const std::array<unsigned char, 2> bytes = {
            static_cast<unsigned char>(entry.number > 0xFF ? entry.number >> 8 : entry.number),
            static_cast<unsigned char>(entry.number & 0xFF)};
        const auto* const begin = bytes.data();
        input.characters = text::next_character(begin, begin + (entry.number > 0xFF ? 2 : 1)).cls;
      }
    }
  }

  Unit& unit_;
  std::uint64_t at_line_ = 0;
  std::size_t line_begin_ = 0;
};

void Unit::surround(std::string_view before, std::string_view behind) {
  before_ = before;
  behind_ = behind;
  lines_before_ = static_cast<std::uint64_t>(std::count(before_.begin(), before_.end(), '\n'));
}

bool Unit::check() {
  text_ = before_;
  for (const UnitLine& line : lines) {
    text_ += line.text;
    text_ += line_end;
  }
  text_ += behind_;
  found_.clear();
  MemorySource source(text_);
  CheckOptions options = options_.check;
  options.progress = nullptr;
  Listener listener(*this);
  const Summary summary = engine_.check(source, options, listener);
  kind_ = summary.kind;
  // Only now it is known for whom the unit is, and with that its layouts.
  for (Found& found : found_) {
    if (!found.key.empty()) {
      resolve(found);
    }
  }
  // Taken out of its file a piece may look like another encoding: then nothing is known about it.
  return summary.encoding == "Shift_JIS";
}

/// Finds the layout that the item is of: that of the line's number of items which has it there.
void Unit::resolve(Found& found) const {
  const auto column = static_cast<std::size_t>(found.spot.second);
  const std::size_t columns = columns_of(lines[found.spot.first].text);
  const auto look_at = [&](const layout::Record& record) {
    if (record.items.size() == columns && record.items[column].key == found.key) {
      found.record = &record;
      found.item = &record.items[column];
    }
  };
  const layout::Layouts& layouts = engine_.layouts();
  for (const layout::Record& record : layouts.records) {
    if (record.form == found.form && record.receiver == kind_) {
      look_at(record);
    }
  }
  if (found.form.empty()) {
    look_at(layouts.count);
    if (const layout::Receiver* const receiver = layouts.receiver(kind_)) {
      std::for_each(receiver->media.begin(), receiver->media.end(), look_at);
      look_at(receiver->office);
    }
  }
}

void Unit::mend() {
  edits_.clear();
  given_up_.clear();
  if (!check()) {
    return;
  }
  for (int round = 0; round < most_rounds; ++round) {
    // Rules across items come last: they are about what the items say when they can be read.
    if (!mend_once(false) && !mend_once(true) && !take_back_what_failed()) {
      return;
    }
    if (!check()) {
      break;
    }
  }
  // No end was found: better nothing than something half done.
  while (!edits_.empty()) {
    take_back(edits_.begin()->first);
  }
}

bool Unit::mend_once(bool across_items) {
  bool changed = false;
  std::map<Spot, bool> done;
  for (const Found& found : found_) {
    const Spot whole{found.spot.first, -1};
    if ((!found.own && !found.key.empty()) != across_items || has_given_up(found.spot) ||
        done.count(found.spot) > 0 || done.count(whole) > 0) {
      continue;
    }
    if (mend_finding(found)) {
      done[found.spot] = true;
      changed = true;
    }
  }
  return changed;
}

bool Unit::has_given_up(const Spot& spot) const {
  return given_up_.count(spot) > 0 || given_up_.count({spot.first, -1}) > 0;
}

bool Unit::mend_finding(const Found& found) {
  std::string& line = lines[found.spot.first].text;
  for (const Repair& repair : book_.of(found.rule)) {
    if (is_about_lines(repair.method) || (!repair.cause.empty() && repair.cause != found.hint) ||
        (repair.ask && options_.accepted.count(found.rule) == 0)) {
      continue;
    }
    std::optional<std::string> text;
    std::string before;
    std::size_t begin = 0;
    std::size_t size = line.size();
    if (is_about_a_line(repair.method)) {
      text = mended_line(repair.method, found);
    } else if (found.item != nullptr) {
      std::tie(begin, size) = cell_at(line, found.spot.second);
      text = mended(repair.method, std::string_view(line).substr(begin, size), *found.item,
                    found.input);
    }
    if (!text) {
      continue;
    }
    const auto [entry, is_new] = edits_.try_emplace(found.spot);
    Edit& edit = entry->second;
    if (is_new) {
      edit.original = line.substr(begin, size);
      edit.record = found.record;
      edit.item = found.item;
      for (const Found& other : found_) {
        if (other.spot == found.spot && other.own && other.severity == Severity::error) {
          edit.errors_before.push_back(other.rule);
        }
      }
    }
    const std::pair made{found.rule, repair.method};
    if (std::find(edit.made.begin(), edit.made.end(), made) == edit.made.end()) {
      edit.made.push_back(made);
    }
    line.replace(begin, size, *text);
    return true;
  }
  return false;
}

std::optional<std::string> Unit::mended_line(Method method, const Found& found) const {
  const std::string& line = lines[found.spot.first].text;
  const layout::Layouts& layouts = engine_.layouts();
  std::optional<std::string> text;
  if (method == Method::marker) {
    for (const std::string* const marker : {&layouts.offices_marker, &layouts.data_marker}) {
      if (grammar::match_marker(line, *marker) == grammar::Marker::damaged) {
        text = *marker;
      }
    }
    return text;
  }
  if (method == Method::trim_commas && found.form.empty() && !found.input.expected) {
    return trimmed_media(line);
  }
  const std::size_t there = columns_of(line);
  std::vector<std::size_t> more;
  for (const std::size_t columns : possible_columns(found)) {
    if (method == Method::trim_commas && columns < there && !text) {
      text = trimmed(line, columns);
    }
    if (method == Method::add_commas && columns > there) {
      more.push_back(columns);
    }
  }
  // Where two editions fit, it is not known which one was meant.
  if (more.size() == 1) {
    text = line + std::string(more.front() - there, ',');
  }
  return text;
}

/// Line 1 as its receiver has it. Where nothing else tells the receiver, an item that always has
/// the same text does.
std::optional<std::string> Unit::trimmed_media(const std::string& line) const {
  const std::size_t there = columns_of(line);
  std::optional<std::string> text;
  for (const layout::Receiver& receiver : engine_.layouts().receivers) {
    const layout::Record& media = receiver.media.back();
    if ((!kind_.empty() && receiver.key != kind_) || media.items.size() >= there) {
      continue;
    }
    const std::optional<std::string> candidate = trimmed(line, media.items.size());
    if (!candidate) {
      continue;
    }
    bool has_mark = false;
    bool fits = true;
    for (const layout::Item& item : media.items) {
      const std::string_view mark = only_value(item);
      const auto [begin, size] = cell_at(*candidate, item.column);
      has_mark = has_mark || !mark.empty();
      fits = fits && (mark.empty() || candidate->compare(begin, size, mark) == 0);
    }
    if (fits && (has_mark || !text)) {
      text = candidate;
    }
  }
  return text;
}

/// The numbers of items that the line may have, the largest first.
std::vector<std::size_t> Unit::possible_columns(const Found& found) const {
  const layout::Layouts& layouts = engine_.layouts();
  std::set<std::size_t, std::greater<>> columns;
  if (!found.form.empty()) {
    for (const layout::Record& record : layouts.records) {
      if (record.form == found.form && record.receiver == kind_) {
        columns.insert(record.items.size());
      }
    }
  } else if (found.input.expected) {
    columns.insert(static_cast<std::size_t>(std::max<std::int64_t>(*found.input.expected, 1)));
  }
  return {columns.begin(), columns.end()};
}

bool Unit::take_back_what_failed() {
  std::vector<Spot> failed;
  for (const auto& [spot, edit] : edits_) {
    if (has_failed(spot, edit)) {
      failed.push_back(spot);
    }
  }
  for (const Spot& spot : failed) {
    take_back(spot);
  }
  return !failed.empty();
}

bool Unit::has_failed(const Spot& spot, const Edit& edit) const {
  for (const Found& found : found_) {
    if (found.spot.first != spot.first) {
      continue;
    }
    const auto made_for = [&found](const auto& made) { return made.first == found.rule; };
    const bool goes_on =
        found.spot == spot && std::any_of(edit.made.begin(), edit.made.end(), made_for);
    // A line that was shifted back must be wholly right now: else it was not this that was wrong.
    // Before the data there is one number of items, and the text of the last one says enough.
    const bool ends_with_text = found.form.empty() && !lines[spot.first].text.empty() &&
                                lines[spot.first].text.back() != ',';
    const bool wrong_line = spot.second < 0 && found.severity == Severity::error && !ends_with_text;
    const std::vector<std::string>& known = edit.errors_before;
    const bool new_error = found.spot == spot && found.own && found.severity == Severity::error &&
                           std::find(known.begin(), known.end(), found.rule) == known.end();
    if (goes_on || wrong_line || new_error) {
      return true;
    }
  }
  return false;
}

void Unit::take_back(const Spot& spot) {
  const auto entry = edits_.find(spot);
  if (entry == edits_.end()) {
    return;
  }
  std::string& line = lines[spot.first].text;
  given_up_[spot] = true;
  if (spot.second >= 0) {
    const auto [begin, size] = cell_at(line, spot.second);
    line.replace(begin, size, entry->second.original);
    edits_.erase(entry);
    return;
  }
  line = entry->second.original;
  const auto first = edits_.lower_bound({spot.first, -1});
  edits_.erase(first, edits_.lower_bound({spot.first + 1, -1}));
}

void Unit::append_changes(std::vector<Change>& changes) const {
  for (const auto& [spot, edit] : edits_) {
    const std::string& line = lines[spot.first].text;
    for (const auto& [rule, method] : edit.made) {
      Change change;
      if (spot.second < 0) {
        change.columns_before = columns_of(edit.original);
        change.columns_after = columns_of(line);
      } else {
        const auto [begin, size] = cell_at(line, spot.second);
        change.before = shape_of(edit.original);
        change.after = shape_of(std::string_view(line).substr(begin, size));
      }
      change.line = lines[spot.first].number;
      change.record = edit.record;
      change.item = edit.item;
      change.rule = rule;
      change.method = method;
      changes.push_back(change);
    }
  }
}

void Unit::clear() {
  lines.clear();
  edits_.clear();
}

}  // namespace kpfd::converters
