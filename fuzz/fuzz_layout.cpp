// Schemas from outside, behind the XSD: XML => layouts, and the rules in them => programs.
//
//   input ::= which-file XML
//
// The XML takes the place of a file of the schemas, or stands among them under a new name, or
// alone. Oracle: layouts that are sound and come back from their compiled form, or a SchemaError
// whose place is in the files.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kpfd/check/definitions.hpp"
#include "kpfd/check/fast_items.hpp"
#include "kpfd/check/schemas.hpp"
#include "kpfd/rules/compile.hpp"
#include "support.hpp"

namespace {

using kpfd::layout::Layouts;
using kpfd::layout::Record;
using kpfd::layout::SchemaError;
using kpfd::layout::SchemaFile;
using kpfd_fuzz::Input;
using kpfd_fuzz::require;

constexpr std::string_view new_name = "layouts/new.xml";

std::vector<SchemaFile> files_with(std::string_view name, std::string_view xml, bool alone) {
  std::vector<SchemaFile> files;
  bool placed = false;
  for (const SchemaFile& file : kpfd_fuzz::schema_files()) {
    if (file.name == name) {
      files.push_back({name, xml});
      placed = true;
    } else if (!alone && (file.name == "layouts/structure.xml" ||
                          file.name == "layouts/blocks.xml" || file.name.find("tables/") == 0)) {
      files.push_back(file);
    }
  }
  if (!placed) {
    files.push_back({name, xml});
  }
  return files;
}

/// What every stage behind may rely on.
void sound(const Record& record, const Layouts& layouts) {
  require(!record.items.empty() && record.items.size() <= kpfd::most_columns,
          "a record has items, and not too many");
  std::set<std::string> keys;
  for (std::size_t i = 0; i < record.items.size(); ++i) {
    const kpfd::layout::Item& item = record.items[i];
    require(item.column == i, "an item knows its column");
    require(!item.key.empty() && keys.insert(item.key).second, "keys are said once");
    require(
        item.lengths.least <= item.lengths.most && item.lengths.most <= kpfd::layout::longest_item,
        "lengths are in order");
    for (const kpfd::layout::Values* values : {&item.values, &item.refused, &item.doubtful}) {
      for (const kpfd::layout::ValueRange& range : values->ranges) {
        require(range.low.size() == range.high.size() && range.low <= range.high,
                "a range has two ends of one width");
      }
    }
    require(item.among == nullptr ||
                std::any_of(layouts.tables.begin(), layouts.tables.end(),
                            [&](const auto& table) { return &table == item.among; }),
            "a table of an item is one of the tables");
  }
  require(record.dates.size() <= kpfd::layout::most_dates, "dates are not too many");
  const std::size_t columns = record.items.size();
  for (const kpfd::layout::DateItems& date : record.dates) {
    require(date.era < columns, "a date has an era");
    require(date.day_date() ? date.ymd < columns : date.year < columns && date.month < columns,
            "a date has its items");
  }
  for (const kpfd::layout::Group& group : record.groups) {
    require(!group.columns.empty(), "a repeated item has steps");
    for (const std::uint16_t column : group.columns) {
      require(column < columns, "a step is an item");
    }
  }
  for (const std::uint16_t column : record.same_filing.columns) {
    require(column < columns, "what makes filings equal are items");
  }
  require(record.same_filing.number < static_cast<int>(columns), "so is its number");
}

void use(const Record& record, const Layouts& layouts) {
  sound(record, layouts);
  const kpfd::check::FastItems fast(record);
  std::string line;
  for (std::size_t i = 1; i < record.items.size(); ++i) {
    line += i % 3 == 0 ? "1," : i % 3 == 1 ? "," : "\xB1\xB2 \xB3,";
  }
  const kpfd_fuzz::CellLine cells(line);
  kpfd::ColumnSet empty;
  kpfd::ColumnSet suspects;
  if (cells.cells().count == record.items.size()) {
    std::vector<std::int64_t> numbers(record.items.size());
    fast.look(cells.cells(), empty, suspects, numbers.data());
  }
  static_cast<void>(kpfd::rules::compile(record, layouts));
}

bool is_place_in(const std::vector<SchemaFile>& files, const kpfd::layout::Place& place) {
  return place.file.empty() || place.line == 0 ||
         std::any_of(files.begin(), files.end(), [&](const SchemaFile& file) {
           const auto lines = std::count(file.content.begin(), file.content.end(), '\n') + 1;
           return file.name == place.file && place.line <= lines &&
                  place.column <= file.content.size() + 1;
         });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint8_t choice = input.byte();
  constexpr std::string_view names[] = {new_name,
                                        new_name,
                                        new_name,
                                        "layouts/blocks.xml",
                                        "layouts/structure.xml",
                                        "tables/prefectures.xml",
                                        "tables/health_grades.xml",
                                        "checks.xml"};
  const std::string_view name = names[choice % 8];
  const std::vector<SchemaFile> files = files_with(name, input.rest(), (choice & 0x08) != 0);
  try {
    if (name == "checks.xml" || (choice & 0x10) != 0) {
      kpfd::check::Definitions definitions = kpfd::check::read_definitions(files);
      const std::string compiled = kpfd::check::compile(definitions);
      require(kpfd::check::compile(kpfd::check::read_compiled(compiled)) == compiled,
              "the compiled form says all that the XML says");
      const kpfd::check::Schemas schemas(std::move(definitions));
      schemas.compile_all();
    }
    const Layouts layouts = kpfd::layout::load_layouts(files);
    for (const Record& record : layouts.records) {
      use(record, layouts);
    }
    for (const kpfd::layout::Receiver& receiver : layouts.receivers) {
      for (const Record& record : receiver.media) {
        use(record, layouts);
      }
      use(receiver.office, layouts);
    }
  } catch (const SchemaError& error) {
    require(is_place_in(files, error.place()), "the place of a fault is in the files",
            error.what());
  }
  return 0;
}
