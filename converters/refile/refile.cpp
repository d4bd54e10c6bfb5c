#include "converters/refile/refile.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "converters/refile/recode.hpp"
#include "converters/source/filing_reader.hpp"

namespace kpfd::converters {

namespace {

constexpr std::string_view line_end = "\r\n";

/// Lines in Shift_JIS => bytes of an output.
class LineWriter {
 public:
  LineWriter(ByteSink& output, text::Encoding encoding) : output_(&output), encoding_(encoding) {
    if (encoding == text::Encoding::utf8_bom) {
      output_->write("\xEF\xBB\xBF");
    }
  }

  void write(std::string_view line) {
    if (encoding_ != text::Encoding::shift_jis) {
      text_.clear();
      append_utf8_fast(text_, line);
      line = text_;
    }
    output_->write(line);
    output_->write(line_end);
  }

 private:
  ByteSink* output_;
  text::Encoding encoding_;
  std::string text_;
};

std::string digits_of(std::uint64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

/// The row with other texts in some columns.
std::string with_cells(const Row& row,
                       const std::vector<std::pair<std::uint16_t, std::string>>& changes) {
  std::string line;
  for (std::uint16_t column = 0; column < row.cells.count; ++column) {
    const auto change = std::find_if(changes.begin(), changes.end(),
                                     [column](const auto& entry) { return entry.first == column; });
    line.append(column == 0 ? "" : ",")
        .append(change == changes.end() ? row.cells[column] : std::string_view(change->second));
  }
  return line;
}

/// Column of the item with a role, or -1.
int column_of_role(const layout::Record& record, std::string_view role) {
  for (const layout::Item& item : record.items) {
    if (item.role == role) {
      return item.column;
    }
  }
  return -1;
}

std::uint32_t number_of(std::string_view digits) {
  std::uint32_t number = 0;
  for (const char c : digits) {
    number = number * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return number;
}

/// The media record's number, and what to write for another one.
struct MediaNumber {
  explicit MediaNumber(const Row& media)
      : column(column_of_role(*media.record, "media-number")),
        text(column < 0 ? std::string_view{} : media.cells[static_cast<std::size_t>(column)]) {}

  std::uint32_t number() const { return number_of(text); }
  std::pair<std::uint16_t, std::string> set_to(std::uint32_t number) const {
    return {static_cast<std::uint16_t>(column), digits_of(number, text.size())};
  }

  int column;
  std::string text;
};

/// Writes another media number into a media record.
void set_media_number(std::string& line, const layout::Record& media, std::uint32_t number) {
  const int column = column_of_role(media, "media-number");
  std::size_t begin = 0;
  for (int i = 0; i < column; ++i) {
    begin = line.find(',', begin) + 1;
  }
  const std::size_t size = std::min(line.find(',', begin), line.size()) - begin;
  line.replace(begin, size, digits_of(number, size));
}

/// The count's line for so many offices.
std::string count_line(const Row& row, std::size_t offices) {
  const int column = column_of_role(*row.record, "office-count");
  const layout::Item& item = row.record->items[static_cast<std::size_t>(column)];
  return with_cells(row, {{item.column, digits_of(offices, item.lengths.most)}});
}

/// The key of the office that a line names.
class OfficeKeys {
 public:
  explicit OfficeKeys(const layout::Receiver& receiver) : receiver_(receiver) {}

  const std::string& of(const Row& row) {
    if (row.record != record_) {
      record_ = row.record;
      columns_.clear();
      for (const std::string& key : receiver_.office_key.items) {
        columns_.push_back(row.record->column_of(key));
      }
    }
    key_.clear();
    for (const int column : columns_) {
      if (column >= 0) {
        key_.append(row.cells[static_cast<std::size_t>(column)]);
      }
      key_ += ',';
    }
    return key_;
  }

 private:
  const layout::Receiver& receiver_;
  const layout::Record* record_ = nullptr;
  std::vector<int> columns_;
  std::string key_;
};

/// What the lines before the offices say of a file, but for its own numbers, which the first file
/// gives, and its office, which has a line of its own.
class FileFacts {
 public:
  explicit FileFacts(const layout::Receiver& receiver) : office_key_(receiver.office_key.items) {}

  void add(const Row& row, bool first, ChangeReport& report) {
    for (const layout::Item& item : row.record->items) {
      const std::string_view text = row.cells[item.column];
      const bool is_office =
          std::find(office_key_.begin(), office_key_.end(), item.key) != office_key_.end();
      if (is_office || item.role == "media-number" || item.role == "office-count") {
        continue;
      }
      if (first) {
        kept_[item.key] = text;
      } else if (!text.empty() && text != kept_[item.key]) {
        report.count(report.lost, *row.record, item, row.line);
      }
    }
  }

 private:
  const std::vector<std::string>& office_key_;
  std::map<std::string, std::string> kept_;
};

}  // namespace

ChangeReport refile(const Engine& engine, const AcceptedFiling& filing,
                    const RefileOptions& options, Supplies& supplies, ByteSink& output) {
  ChangeReport report;
  FilingReader reader(engine.layouts(), filing.summary, *filing.source);
  const layout::Receiver& to = options.receiver == nullptr ? reader.receiver() : *options.receiver;
  LineChanger changer(engine.layouts(), reader.receiver(), to, options.edition, supplies);
  Row row;
  if (&to != &reader.receiver()) {
    FilingReader first(engine.layouts(), filing.summary, *filing.source);
    while (first.next(row)) {
      changer.learn(row);
    }
  }
  LineWriter lines(output, options.encoding);
  std::string line;
  while (reader.next(row)) {
    if (!changer.change(row, line, report)) {
      continue;
    }
    if (row.kind == RowKind::media && options.media_number) {
      set_media_number(line, changer.target(row), *options.media_number);
    }
    lines.write(line);
  }
  if (changer.goes_back()) {
    throw SupplyError("an edition is only changed to a newer one",
                      "版は新しいほうへだけ変えられます");
  }
  return report;
}

SplitResult split(const Engine& engine, const AcceptedFiling& filing, const RefileOptions& options,
                  const PartOutputs& outputs) {
  // First which office has records, then the lines to where they belong.
  struct Office {
    std::string line;
    std::vector<std::pair<std::uint16_t, std::string>> in_media;
    std::uint64_t records = 0;
    std::size_t writer = 0;
  };
  std::vector<Office> offices;
  std::unordered_map<std::string, std::size_t> places;
  SplitResult result;
  Row row;
  {
    FilingReader reader(engine.layouts(), filing.summary, *filing.source);
    OfficeKeys keys(reader.receiver());
    const layout::Record* media = nullptr;
    while (reader.next(row)) {
      if (row.kind == RowKind::media) {
        media = row.record;
      } else if (row.kind == RowKind::office &&
                 places.emplace(keys.of(row), offices.size()).second) {
        Office office;
        office.line = row.text;
        for (const std::string& key : reader.receiver().office_key.items) {
          const int column = media->column_of(key);
          const bool named = column >= 0 && media->variant.empty();
          if (named) {
            office.in_media.emplace_back(static_cast<std::uint16_t>(column), row.item(key));
          }
        }
        offices.push_back(std::move(office));
      } else if (row.kind == RowKind::record) {
        ++offices.at(places.at(keys.of(row))).records;
      }
    }
  }

  FilingReader reader(engine.layouts(), filing.summary, *filing.source);
  OfficeKeys keys(reader.receiver());
  std::vector<LineWriter> writers;
  while (reader.next(row)) {
    if (row.kind == RowKind::media) {
      const MediaNumber own(row);
      std::uint32_t number = options.media_number.value_or(own.number());
      for (Office& office : offices) {
        if (office.records == 0) {
          ++result.without_records;
          continue;
        }
        office.writer = writers.size();
        result.parts.push_back({number, office.records});
        writers.emplace_back(outputs(result.parts.back()), options.encoding);
        auto changes = office.in_media;
        changes.push_back(own.set_to(number));
        writers.back().write(with_cells(row, changes));
        ++number;
      }
    } else if (row.kind == RowKind::record) {
      writers[offices[places.at(keys.of(row))].writer].write(row.text);
    } else if (row.kind == RowKind::office) {
      const Office& office = offices[places.at(keys.of(row))];
      if (office.records > 0 && office.line == row.text) {
        writers[office.writer].write(row.text);
      }
    } else {
      const std::string line =
          row.kind == RowKind::count ? count_line(row, 1) : std::string(row.text);
      for (LineWriter& writer : writers) {
        writer.write(line);
      }
    }
  }
  return result;
}

ChangeReport merge(const Engine& engine, const std::vector<AcceptedFiling>& filings,
                   const RefileOptions& options, ByteSink& output) {
  Row row;
  std::vector<std::string> offices;
  std::unordered_map<std::string, std::size_t> places;
  for (const AcceptedFiling& filing : filings) {
    if (filing.summary.kind != filings.front().summary.kind) {
      throw SupplyError(filing.name + ": is for another receiver than " + filings.front().name,
                        filing.name + ": 提出先が " + filings.front().name + " とちがいます");
    }
    FilingReader reader(engine.layouts(), filing.summary, *filing.source);
    OfficeKeys keys(reader.receiver());
    while (reader.next(row) && row.kind != RowKind::record) {
      if (row.kind != RowKind::office) {
        continue;
      }
      const auto [place, is_new] = places.emplace(keys.of(row), offices.size());
      if (is_new) {
        offices.emplace_back(row.text);
      } else if (offices[place->second] != row.text) {
        const std::string line = std::to_string(row.line);
        throw SupplyError(
            filing.name + ", line " + line +
                ": the same office is written otherwise in an earlier file",
            filing.name + " " + line + " 行目: 同じ事業所が、前のファイルではちがう内容です");
      }
    }
  }

  LineWriter lines(output, options.encoding);
  ChangeReport report;
  FileFacts facts(*engine.layouts().receiver(filings.front().summary.kind));
  for (const AcceptedFiling& filing : filings) {
    const bool first = &filing == &filings.front();
    FilingReader reader(engine.layouts(), filing.summary, *filing.source);
    bool offices_written = false;
    while (reader.next(row)) {
      if (row.kind == RowKind::media || row.kind == RowKind::count) {
        facts.add(row, first, report);
      }
      if (!first && row.kind != RowKind::record) {
        continue;
      }
      switch (row.kind) {
        case RowKind::media:
          lines.write(options.media_number
                          ? with_cells(row, {MediaNumber(row).set_to(*options.media_number)})
                          : std::string(row.text));
          break;
        case RowKind::count:
          lines.write(count_line(row, offices.size()));
          break;
        case RowKind::office:
          // All offices stand where the first file has its own.
          for (std::size_t i = 0; !offices_written && i < offices.size(); ++i) {
            lines.write(offices[i]);
          }
          offices_written = true;
          break;
        default:
          lines.write(row.text);
      }
    }
  }
  return report;
}

}  // namespace kpfd::converters
