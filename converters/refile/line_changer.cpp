#include "converters/refile/line_changer.hpp"

#include <algorithm>

#include "converters/repair/methods.hpp"

namespace kpfd::converters {

namespace {

using layout::Item;
using layout::Record;

constexpr char separator = ',';

/// More offices than a filing can count are not learned.
constexpr std::size_t most_offices = 1U << 16;

/// Columns of the items with these keys; empty where one is missing.
std::vector<int> columns_of(const Record& record, const std::vector<std::string>& keys) {
  std::vector<int> columns;
  for (const std::string& key : keys) {
    const int column = record.column_of(key);
    if (column < 0) {
      return {};
    }
    columns.push_back(column);
  }
  return columns;
}

/// Column of an item that the line may have a text in; -1: none. What is for the pension office
/// alone is left empty in a union's file: there it is not known.
int known_column(const Record& record, std::string_view key) {
  const int column = record.column_of(key);
  const bool known =
      column >= 0 && !(record.for_union && record.items[static_cast<std::size_t>(column)].scope ==
                                               layout::Scope::pension);
  return known ? column : -1;
}

}  // namespace

void ChangeReport::count(std::vector<ItemCount>& list, const Record& record, const Item& item,
                         std::uint64_t line) {
  const auto same = [&item](const ItemCount& entry) { return entry.item == &item; };
  const auto found = std::find_if(list.begin(), list.end(), same);
  if (found == list.end()) {
    list.push_back({&record, &item, 1, line});
  } else {
    ++found->lines;
  }
}

LineChanger::LineChanger(const layout::Layouts& layouts, const layout::Receiver& from,
                         const layout::Receiver& to, std::string edition, Supplies& supplies)
    : layouts_(layouts), from_(from), to_(to), edition_(std::move(edition)), supplies_(supplies) {
  for (const Item& item : to.office.items) {
    if (from.office.column_of(item.key) < 0) {
      learned_keys_.push_back(item.key);
    }
  }
}

void LineChanger::learn(const Row& row) {
  if (row.kind != RowKind::record || learned_keys_.empty()) {
    return;
  }
  const auto [entry, is_new] = office_columns_.try_emplace(row.record);
  OfficeColumns& columns = entry->second;
  if (is_new) {
    columns.key = columns_of(*row.record, from_.office_key.items);
    for (const std::string& key : learned_keys_) {
      columns.parts.push_back(row.record->column_of(key));
    }
  }
  if (columns.key.empty()) {
    return;
  }
  key_.clear();
  for (const int column : columns.key) {
    key_.append(row.cells[static_cast<std::size_t>(column)]).push_back(separator);
  }
  auto found = offices_.find(key_);
  if (found == offices_.end()) {
    if (offices_.size() == most_offices) {
      return;
    }
    found = offices_.emplace(key_, std::vector<Learned>(learned_keys_.size())).first;
  }
  for (std::size_t i = 0; i < learned_keys_.size(); ++i) {
    Learned& learned = found->second[i];
    const std::string_view text = columns.parts[i] < 0
                                      ? std::string_view{}
                                      : row.cells[static_cast<std::size_t>(columns.parts[i])];
    if (learned.text.empty()) {
      learned.text = text;
    } else if (!text.empty() && text != learned.text) {
      learned.contradicted = true;
    }
  }
}

const Record* LineChanger::media_target(const Record& from) const {
  if (&from_ == &to_) {
    return &from;
  }
  // A variant is taken where its own items are all known, by the old line or a setting.
  for (const Record& record : to_.media) {
    const bool is_known =
        std::all_of(record.items.begin(), record.items.end(), [&](const Item& item) {
          return !item.chosen || item.need != layout::Need::required ||
                 from.column_of(item.key) >= 0 || supplies_.settings.count(item.key) > 0;
        });
    if (is_known) {
      return &record;
    }
  }
  return &to_.media.back();
}

const Record* LineChanger::target_of(const Row& row) const {
  switch (row.kind) {
    case RowKind::media:
      return media_target(*row.record);
    case RowKind::office:
      return &to_.office;
    case RowKind::record:
      break;
    default:
      return row.record;
  }
  const std::string& edition = edition_.empty() ? row.record->edition : edition_;
  const Record* best = nullptr;
  for (const Record& record : layouts_.records) {
    const bool fits =
        record.form == row.record->form && record.receiver == to_.key && record.edition <= edition;
    if (fits && (best == nullptr || best->edition < record.edition)) {
      best = &record;
    }
  }
  return best;
}

/// Where an item of `to` comes from in a line of `from`.
LineChanger::Origin LineChanger::origin_of(const Item& item, const Record& from,
                                           const Record& to) const {
  Origin origin;
  origin.source = from.column_of(item.key);
  origin.emptied = to.for_union && item.scope == layout::Scope::pension;
  if (origin.emptied || known_column(from, item.key) >= 0) {
    return origin;
  }
  for (const auto& table : supplies_.tables) {
    Lookup lookup;
    lookup.table = table.get();
    lookup.column = table->column_of(item.key);
    for (int column = 0; column < static_cast<int>(table->keys().size()); ++column) {
      const std::string& key = table->keys()[static_cast<std::size_t>(column)];
      const int source = known_column(from, key);
      if (source >= 0 && column != lookup.column) {
        lookup.match.push_back(column);
        lookup.source.push_back(static_cast<std::uint16_t>(source));
      }
    }
    if (lookup.column >= 0 && !lookup.match.empty()) {
      origin.lookups.push_back(std::move(lookup));
    }
  }
  const auto part = std::find(learned_keys_.begin(), learned_keys_.end(), item.key);
  if (part != learned_keys_.end()) {
    origin.learned = static_cast<int>(part - learned_keys_.begin());
  }
  const auto setting = supplies_.settings.find(item.key);
  origin.constant =
      setting == supplies_.settings.end() ? std::string(only_value(item)) : setting->second;
  return origin;
}

LineChanger::Plan LineChanger::make_plan(const Record& from, const Record& to) const {
  Plan plan;
  plan.from = &from;
  plan.to = &to;
  for (const int column : columns_of(from, from_.office_key.items)) {
    plan.office_key.push_back(static_cast<std::uint16_t>(column));
  }
  for (const Item& item : to.items) {
    plan.origins.push_back(origin_of(item, from, to));
  }
  for (const Item& item : from.items) {
    const int column = to.column_of(item.key);
    // What can have one text only is not lost: it is known without being said.
    const bool no_place = column < 0 || plan.origins[static_cast<std::size_t>(column)].emptied;
    if (no_place && only_value(item).empty()) {
      plan.lost.push_back(item.column);
    }
  }
  return plan;
}

const LineChanger::Plan& LineChanger::plan_of(const Row& row) {
  if (last_plan_ != nullptr && last_plan_->from == row.record) {
    return *last_plan_;
  }
  const auto found = plans_.find(row.record);
  if (found != plans_.end()) {
    last_plan_ = &found->second;
    return *last_plan_;
  }
  const Record* const to = target_of(row);
  if (to == nullptr) {
    const std::string line = std::to_string(row.line);
    throw SupplyError(
        "line " + line + ": form " + row.record->form + " has no edition that early for " + to_.key,
        line + " 行目: 様式 " + row.record->form + " の " + to_.key + " 用の版は、まだありません");
  }
  goes_back_ = goes_back_ || (row.kind == RowKind::record && to->edition < row.record->edition);
  last_plan_ = &plans_.emplace(row.record, make_plan(*row.record, *to)).first->second;
  return *last_plan_;
}

std::string_view LineChanger::learned(const Plan& plan, const Row& row, int part) {
  if (plan.office_key.empty()) {
    return {};
  }
  key_.clear();
  for (const std::uint16_t column : plan.office_key) {
    key_.append(row.cells[column]).push_back(separator);
  }
  const auto found = offices_.find(key_);
  if (found == offices_.end()) {
    return {};
  }
  const Learned& known = found->second[static_cast<std::size_t>(part)];
  return known.contradicted ? std::string_view{} : std::string_view(known.text);
}

std::string_view LineChanger::text_of(const Origin& origin, const Plan& plan, const Row& row) {
  if (origin.emptied) {
    return {};
  }
  if (origin.source >= 0) {
    const std::string_view text = row.cells[static_cast<std::size_t>(origin.source)];
    if (!text.empty()) {
      return text;
    }
  }
  for (const Lookup& lookup : origin.lookups) {
    texts_.clear();
    for (const std::uint16_t column : lookup.source) {
      texts_.push_back(row.cells[column]);
    }
    const std::string_view text = lookup.table->find(lookup.match, texts_, lookup.column);
    if (!text.empty()) {
      return text;
    }
  }
  if (origin.learned >= 0) {
    const std::string_view text = learned(plan, row, origin.learned);
    if (!text.empty()) {
      return text;
    }
  }
  return origin.constant;
}

bool LineChanger::change(const Row& row, std::string& line, ChangeReport& report) {
  if (row.record == nullptr || row.kind == RowKind::count) {
    line = row.text;
    return true;
  }
  const Plan& plan = plan_of(row);
  if (plan.from == plan.to) {
    line = row.text;
    return true;
  }
  for (const Item& item : plan.to->items) {
    if (item.refused_by_union.empty() || !plan.to->for_union) {
      continue;
    }
    const int source = plan.from->column_of(item.key);
    if (source >= 0 && row.cells[static_cast<std::size_t>(source)] == item.refused_by_union) {
      report.first_left_out = report.left_out++ == 0 ? row.line : report.first_left_out;
      return false;
    }
  }
  line.clear();
  for (const Item& item : plan.to->items) {
    const std::string_view text = text_of(plan.origins[item.column], plan, row);
    if (text.empty() && item.need == layout::Need::required) {
      report.count(report.missing, *plan.to, item, row.line);
    }
    line.append(item.column == 0 ? "" : ",").append(text);
  }
  for (const std::uint16_t column : plan.lost) {
    if (!row.cells[column].empty()) {
      report.count(report.lost, *plan.from, plan.from->items[column], row.line);
    }
  }
  return true;
}

}  // namespace kpfd::converters
