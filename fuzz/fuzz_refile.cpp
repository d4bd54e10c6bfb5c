// Filings that become filings: encoding, receiver, edition, split and merge.
//
//   input ::= change name filing
//
// `change` and `name` are one byte each: what becomes of the filing, and what it is called. Only
// what the gate of `kpfd convert` lets through is changed. Oracles:
//   - encoding: there and back is the same file, byte by byte, and what the check finds is the same
//     but for the encoding;
//   - receiver and edition: line by line, what the new line has is what the old line said under the
//     same key; what found no place is counted, item by item; so are required items that are empty;
//     what is left out is only for the other receiver;
//   - the same edition again changes nothing; the way back is refused;
//   - split: each part is accepted if the filing was, has one office, and its media number; all
//     records are there once; merged again they are the same file where they stood office by
//     office.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "converters/refile/gate.hpp"
#include "converters/refile/recode.hpp"
#include "converters/refile/refile.hpp"
#include "kpfd/schemas.hpp"
#include "support.hpp"

namespace {

using namespace kpfd::converters;
using kpfd::layout::Item;
using kpfd::layout::Record;
using kpfd::text::Encoding;
using kpfd_fuzz::engine;
using kpfd_fuzz::Input;
using kpfd_fuzz::require;

constexpr std::array<std::string_view, 4> file_names = {"", "KPFD0006.CSV", "SHFD0006.CSV",
                                                        "KNFD0006.CSV"};
/// Ways to change a filing that the first byte chooses from.
constexpr std::size_t changes = 4;

const RepairBook& book() {
  static const RepairBook loaded = RepairBook::load(kpfd::embedded_schemas());
  return loaded;
}

/// A filing in memory with what the check says of it.
struct Checked {
  Checked(std::string given, std::string_view name) : bytes(std::move(given)), source(bytes) {
    kpfd::CheckOptions options;
    options.check_date = kpfd::make_date(2026, 7, 31);
    options.file_name = name;
    Gate gate(engine(), book());
    filing.name = "filing";
    filing.source = &source;
    filing.summary = engine().check(source, options, gate);
    open = gate.is_open() && filing.summary.verdict != kpfd::Verdict::unchecked &&
           engine().layouts().receiver(filing.summary.kind) != nullptr;
  }
  Checked(const Checked&) = delete;
  Checked& operator=(const Checked&) = delete;

  std::string bytes;
  kpfd::MemorySource source;
  AcceptedFiling filing;
  bool open = false;
};

/// A line with texts of its own.
struct Line {
  RowKind kind = RowKind::media;
  const Record* record = nullptr;
  std::vector<std::string> cells;
  std::string text;

  std::string_view item(std::string_view key) const {
    const int column = record->column_of(key);
    return column < 0 ? std::string_view{} : cells[static_cast<std::size_t>(column)];
  }
};

std::vector<Line> lines_of(const Checked& filing) {
  kpfd::MemorySource source(filing.bytes);
  FilingReader reader(engine().layouts(), filing.filing.summary, source);
  std::vector<Line> lines;
  for (Row row; reader.next(row);) {
    Line line{row.kind, row.record, {}, std::string(row.text)};
    for (std::uint16_t i = 0; row.record != nullptr && i < row.cells.count; ++i) {
      line.cells.emplace_back(row.cells[i]);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

/// The lines in Shift_JIS with CR LF: a filing without blank lines and end marks.
std::string canonical(const std::vector<Line>& lines) {
  std::string bytes;
  for (const Line& line : lines) {
    bytes += line.text + "\r\n";
  }
  return bytes;
}

std::string recoded(const std::string& bytes, Encoding from, Encoding to) {
  kpfd::MemorySource source(bytes);
  StringSink out;
  recode(source, from, to, out);
  return out.text;
}

void check_encoding(const Checked& filing, std::string_view name, bool mark) {
  const Encoding from = encoding_of(filing.filing.summary);
  const std::string shift_jis = recoded(filing.bytes, from, Encoding::shift_jis);
  require(from != Encoding::shift_jis || shift_jis == filing.bytes, "Shift_JIS was changed");
  const Encoding to = mark ? Encoding::utf8_bom : Encoding::utf8;
  const std::string utf8 = recoded(shift_jis, Encoding::shift_jis, to);
  require(kpfd_fuzz::is_utf8(utf8), "what was written is no UTF-8");
  require(recoded(utf8, to, Encoding::shift_jis) == shift_jis, "there and back is another file");
  const Checked one(shift_jis, name);
  const Checked two(utf8, name);
  require(one.open, "a filing in Shift_JIS is not accepted any more");
  // Without a mark a file may look like what it is not: half-width kana alone are such bytes.
  if (two.open || mark) {
    require(two.open, "a filing in UTF-8 is not accepted any more");
    require(two.filing.summary.records == one.filing.summary.records, "records are lost");
    require(two.filing.summary.offices == one.filing.summary.offices, "offices are lost");
    require(two.filing.summary.warnings == one.filing.summary.warnings, "other warnings");
  }
}

/// What can have one text only is known without being said.
bool says_nothing(const Item& item) {
  return item.need == kpfd::layout::Need::required && item.values.ranges.size() == 1 &&
         item.values.ranges[0].low == item.values.ranges[0].high;
}

/// Items and the number of lines that a report names for them.
using Counts = std::map<std::pair<const Record*, std::string>, std::uint64_t>;

Counts counts_of(const std::vector<ItemCount>& list) {
  Counts counts;
  for (const ItemCount& entry : list) {
    require(entry.lines > 0 && entry.first_line > 0, "a count without a line");
    counts[{entry.record, entry.item->key}] += entry.lines;
  }
  return counts;
}

bool is_for_the_other(const Line& line, const kpfd::layout::Receiver& to) {
  if (line.kind != RowKind::record) {
    return false;
  }
  const auto same_form = [&](const Record& record) {
    return record.receiver == to.key && record.form == line.record->form;
  };
  const auto& records = engine().layouts().records;
  const auto target = std::find_if(records.begin(), records.end(), same_form);
  if (target == records.end() || !target->for_union) {
    return false;
  }
  return std::any_of(target->items.begin(), target->items.end(), [&](const Item& item) {
    return !item.refused_by_union.empty() && line.item(item.key) == item.refused_by_union;
  });
}

/// The new lines against the old ones.
void compare(const std::vector<Line>& before, const std::vector<Line>& after,
             const kpfd::layout::Receiver& to, const ChangeReport& report,
             const Supplies& supplies) {
  Counts lost;
  Counts missing;
  std::uint64_t left_out = 0;
  std::size_t at = 0;
  for (const Line& old : before) {
    if (is_for_the_other(old, to)) {
      ++left_out;
      continue;
    }
    require(at < after.size(), "lines are missing");
    const Line& now = after[at++];
    require(now.kind == old.kind, "a line became one of another kind");
    if (old.record == nullptr || old.kind == RowKind::count) {
      require(now.text == old.text, "a line that says the same was changed");
      continue;
    }
    if (old.record == now.record) {
      require(now.text == old.text, "a line of the same layout was changed");
      continue;
    }
    require(now.record->form == old.record->form, "a record became one of another form");
    for (const Item& item : now.record->items) {
      const std::string_view text = now.item(item.key);
      const bool emptied = now.record->for_union && item.scope == kpfd::layout::Scope::pension;
      require(!emptied || text.empty(), "an item for the pension office alone is filled");
      const std::string_view said = old.item(item.key);
      require(emptied || said.empty() || text == said, "an item has another text");
      if (!emptied && said.empty() && !text.empty()) {
        const bool known = std::any_of(before.begin(), before.end(), [&](const Line& line) {
          return line.record != nullptr && line.item(item.key) == text;
        });
        require(known || says_nothing(item) || supplies.settings.count(item.key) > 0,
                "an item was filled from nowhere");
      }
      if (text.empty() && item.need == kpfd::layout::Need::required) {
        ++missing[{now.record, item.key}];
      }
    }
    for (const Item& item : old.record->items) {
      if (!old.item(item.key).empty() && now.item(item.key).empty() && !says_nothing(item)) {
        ++lost[{old.record, item.key}];
      }
    }
  }
  require(at == after.size(), "lines came from nowhere");
  require(left_out == report.left_out, "records that were left out are miscounted");
  require(lost == counts_of(report.lost), "what was lost is not said");
  require(missing == counts_of(report.missing), "what is missing is not said");
}

void check_receiver(const Checked& filing, bool with_numbers) {
  const kpfd::layout::Receiver* to = nullptr;
  for (const kpfd::layout::Receiver& receiver : engine().layouts().receivers) {
    to = receiver.key == filing.filing.summary.kind ? to : &receiver;
  }
  RefileOptions options;
  options.receiver = to;
  Supplies supplies;
  if (with_numbers) {
    // Whatever the new receiver alone asks for; a text that any of these items may have.
    for (const Item& item : to->office.items) {
      supplies.settings[item.key] = "1001";
    }
    supplies.settings["district_code"] = "01";
    supplies.settings["prefecture_code"] = "21";
    supplies.settings["office_number"] = "99";
  }
  StringSink out;
  const ChangeReport report = refile(engine(), filing.filing, options, supplies, out);
  const Checked after(out.text, {});
  require(after.filing.summary.kind == to->key, "the new filing is for another receiver");
  compare(lines_of(filing), lines_of(after), *to, report, supplies);
}

void check_edition(const Checked& filing, std::size_t which) {
  const std::vector<std::string>& editions = engine().editions();
  RefileOptions options;
  options.edition = editions[which % editions.size()];
  Supplies supplies;
  StringSink out;
  ChangeReport report;
  const std::vector<Line> before = lines_of(filing);
  const bool goes_back = std::any_of(before.begin(), before.end(), [&](const Line& line) {
    return line.kind == RowKind::record && line.record->edition > options.edition;
  });
  try {
    report = refile(engine(), filing.filing, options, supplies, out);
  } catch (const SupplyError&) {
    require(goes_back, "a newer edition was refused");
    return;
  }
  const Checked after(out.text, {});
  const kpfd::layout::Receiver& receiver = *engine().layouts().receiver(filing.filing.summary.kind);
  compare(before, lines_of(after), receiver, report, supplies);
  StringSink again;
  refile(engine(), after.filing, options, supplies, again);
  require(again.text == out.text, "the same edition again changes the filing");
}

/// The office that a line names.
std::string office_of(const Line& line, const kpfd::layout::Receiver& receiver) {
  std::string key;
  for (const std::string& item : receiver.office_key.items) {
    key.append(line.item(item)).append(",");
  }
  return key;
}

/// Whether merging its parts must give the file back: records stand office by office, in the order
/// of the offices, each of which has some and stands once, and line 1 names the first.
bool is_sorted(const std::vector<Line>& lines, const kpfd::layout::Receiver& receiver) {
  std::vector<std::string> offices;
  std::vector<std::string> of_records;
  for (const Line& line : lines) {
    if (line.kind == RowKind::office) {
      offices.push_back(office_of(line, receiver));
    } else if (line.kind == RowKind::record &&
               (of_records.empty() || of_records.back() != office_of(line, receiver))) {
      of_records.push_back(office_of(line, receiver));
    } else if (line.kind == RowKind::count && line.cells[1].size() != 3) {
      return false;  // a count is written with three digits
    }
  }
  if (offices != of_records) {
    return false;
  }
  std::sort(of_records.begin(), of_records.end());
  if (std::adjacent_find(of_records.begin(), of_records.end()) != of_records.end()) {
    return false;
  }
  const Line& media = lines.front();
  for (const std::string& item : receiver.office_key.items) {
    const bool named = media.record->column_of(item) >= 0 && media.record->variant.empty();
    const auto office = std::find_if(lines.begin(), lines.end(),
                                     [](const Line& line) { return line.kind == RowKind::office; });
    if (named && office != lines.end() && media.item(item) != office->item(item)) {
      return false;
    }
  }
  return true;
}

void check_split(const Checked& filing) {
  const kpfd::layout::Receiver& receiver = *engine().layouts().receiver(filing.filing.summary.kind);
  const std::vector<Line> lines = lines_of(filing);
  std::vector<std::unique_ptr<StringSink>> sinks;
  const SplitResult result = split(engine(), filing.filing, {}, [&](const SplitPart&) -> ByteSink& {
    sinks.push_back(std::make_unique<StringSink>());
    return *sinks.back();
  });
  require(sinks.size() == result.parts.size(), "parts are miscounted");
  std::vector<std::unique_ptr<Checked>> parts;
  std::vector<AcceptedFiling> filings;
  std::map<std::string, std::vector<std::string>> records;
  for (std::size_t i = 0; i < sinks.size(); ++i) {
    if (i > 0) {
      require(result.parts[i].media_number == result.parts[i - 1].media_number + 1,
              "media numbers do not go on");
    }
    if (result.parts[i].media_number > 999) {
      return;  // there is no such media number: the check refuses the part
    }
    parts.push_back(std::make_unique<Checked>(sinks[i]->text, std::string_view{}));
    const Checked& part = *parts.back();
    require(part.open, "a part of an accepted filing is not accepted");
    require(part.filing.summary.offices == 1, "a part with several offices");
    require(part.filing.summary.data_records == result.parts[i].records,
            "records of a part are miscounted");
    for (const Line& line : lines_of(part)) {
      if (line.kind == RowKind::record) {
        records[office_of(line, receiver)].push_back(line.text);
      }
    }
    filings.push_back(part.filing);
  }
  std::map<std::string, std::vector<std::string>> wanted;
  for (const Line& line : lines) {
    if (line.kind == RowKind::record) {
      wanted[office_of(line, receiver)].push_back(line.text);
    }
  }
  require(records == wanted, "the parts have other records");
  StringSink merged;
  merge(engine(), filings, {}, merged);
  if (is_sorted(lines, receiver)) {
    require(merged.text == canonical(lines), "split and merged is another file");
  }
  StringSink alone;
  const ChangeReport report = merge(engine(), {filing.filing}, {}, alone);
  require(report.lost.empty(), "a filing merged with nothing lost something");
  const Checked same(alone.text, std::string_view{});
  require(same.open && same.filing.summary.records == filing.filing.summary.records,
          "a filing merged with nothing lost its records");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::size_t change = input.byte();
  const std::string_view name = file_names[input.below(file_names.size())];
  const Checked filing(std::string(input.rest()), name);
  if (!filing.open) {
    return 0;
  }
  switch (change % changes) {
    case 0:
      check_encoding(filing, name, change / changes % 2 == 0);
      break;
    case 1:
      check_receiver(filing, change / changes % 2 == 0);
      break;
    case 2:
      check_edition(filing, change / changes);
      break;
    default:
      check_split(filing);
  }
  return 0;
}
