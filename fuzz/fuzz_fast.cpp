// The quick look at a record against the thorough one.
//
//   input ::= layout column text
//
// The text, cut at its commas, becomes a record of the chosen layout from the chosen column on; in
// every other column stands its first cell. Each layout's each item sees that cell, too. Oracle:
// where the quick look does not suspect an item, the thorough one has nothing to say.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/check/fast_items.hpp"
#include "kpfd/check/item_checks.hpp"
#include "support.hpp"

namespace {

using kpfd::layout::Item;
using kpfd::layout::Record;
using kpfd_fuzz::Input;
using kpfd_fuzz::require;

class Keeper final : public kpfd::FindingSink {
 public:
  void finding(const kpfd::Finding& finding) override { rule = finding.rule->id; }
  std::string rule;
};

const std::deque<kpfd::check::FastItems>& fast_items() {
  static const std::deque<kpfd::check::FastItems> all = [] {
    std::deque<kpfd::check::FastItems> made;
    for (const Record* record : kpfd_fuzz::all_records()) {
      made.emplace_back(*record);
    }
    return made;
  }();
  return all;
}

/// A severity for each check of the machine; which one does not matter here.
const std::vector<kpfd::RuleInfo>& rule_infos() {
  static const std::vector<kpfd::RuleInfo> infos = [] {
    std::vector<kpfd::RuleInfo> made;
    for (const std::string_view id : kpfd::check::check_ids) {
      made.push_back({std::string(id), kpfd::Severity::error, {}});
    }
    return made;
  }();
  return infos;
}

void look(const Record& record, const kpfd::check::FastItems& fast, std::string_view text) {
  const kpfd_fuzz::CellLine line(text);
  const kpfd::Cells& cells = line.cells();
  require(cells.count == record.items.size(), "the line has the layout's cells");
  kpfd::ColumnSet empty;
  kpfd::ColumnSet suspects;
  std::vector<std::int64_t> numbers(cells.count);
  fast.look(cells, empty, suspects, numbers.data());

  kpfd::check::LineContext context;
  context.number = 1;
  context.cells = cells;
  context.record = &record;
  Keeper keeper;
  kpfd::check::Collector findings(rule_infos(), keeper);
  for (const Item& item : record.items) {
    const bool is_empty = cells.size_of(item.column) == 0;
    require(empty[item.column] == is_empty, "the quick look knows what is empty", item.key);
    if (suspects[item.column] || (is_empty && item.need == kpfd::layout::Need::required)) {
      continue;
    }
    if (!is_empty && item.type == kpfd::layout::Type::digits &&
        item.lengths.most <= kpfd::most_number_digits) {
      require(numbers[item.column] == std::stoll(std::string(cells[item.column])),
              "an item of digits has its number", item.key);
    }
    const bool error = check_item(item, context, findings);
    findings.flush();
    if (error || !keeper.rule.empty()) {
      kpfd_fuzz::fail("the quick look misses nothing",
                      record.form + ' ' + record.key + ' ' + record.receiver + ' ' + item.key +
                          ": " + keeper.rule + "\n" + std::string(cells[item.column]));
    }
  }
}

/// A line of `columns` cells: `line` from a column on, `cell` in all others.
std::string line_of(std::size_t columns, std::size_t first, std::string_view line,
                    std::string_view cell) {
  std::string text;
  for (std::size_t column = 0; column < columns; ++column) {
    if (column > 0) {
      text += ',';
    }
    if (column < first || line.data() == nullptr) {
      text += cell;
      continue;
    }
    const std::size_t end = line.find(',');
    text += line.substr(0, end);
    line = end == std::string_view::npos ? std::string_view{} : line.substr(end + 1);
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const auto& records = kpfd_fuzz::all_records();
  const std::size_t chosen = input.below(records.size());
  const std::size_t column = input.below(records[chosen]->items.size());
  std::string text(input.rest());
  for (char& c : text) {
    c = c == '\r' || c == '\n' ? ',' : c;
  }
  const std::string cell = text.substr(0, text.find(','));
  look(*records[chosen], fast_items()[chosen],
       line_of(records[chosen]->items.size(), column, text, cell));
  if (cell.size() <= kpfd::layout::longest_item + 1) {
    for (std::size_t i = 0; i < records.size(); ++i) {
      look(*records[i], fast_items()[i], line_of(records[i]->items.size(), 0, {}, cell));
    }
  }
  return 0;
}
