#include "desk/bridge/details.hpp"

#include <algorithm>
#include <map>

#include "converters/repair/repairer.hpp"
#include "converters/source/filing_reader.hpp"
#include "kpfd/grammar/lines.hpp"
#include "kpfd/grammar/markers.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/report/escape.hpp"
#include "kpfd/report/value.hpp"
#include "kpfd/text/utf8.hpp"

namespace kpfd::desk {

DetailedReport::DetailedReport(report::Report& lines, report::Output& output,
                               const report::Catalogue& catalogue,
                               const converters::RepairBook& book, bool show_values,
                               std::uint64_t most)
    : lines_(lines),
      output_(output),
      catalogue_(catalogue),
      book_(book),
      render_{show_values, report::Escape::json},
      most_(most) {}

void DetailedReport::begin_file(std::string_view name, std::uint64_t size) {
  lines_.begin_file(name, size);
}

void DetailedReport::member(std::string_view key, std::string_view text) {
  text_.append(",\"").append(key).append("\":\"").append(text).append("\"");
}

std::string_view DetailedReport::repair_of(const Finding& finding) const {
  if (converters::repair_of(book_, finding, {}) != nullptr) {
    return "yes";
  }
  return converters::offer_for(book_, finding, {}) != nullptr ? "ask" : "";
}

void DetailedReport::finding(const Finding& finding) {
  lines_.finding(finding);
  if (shown_ >= most_) {
    return;
  }
  ++shown_;
  if (finding.line > 0 && (found_.empty() || found_.back() < finding.line)) {
    found_.push_back(finding.line);
  }
  text_ += R"({"type":"detail")";
  const auto rendered = [&](std::string_view key,
                            void (report::Catalogue::*render)(const Finding&, report::RenderOptions,
                                                              std::string&) const) {
    part_.clear();
    (catalogue_.*render)(finding, render_, part_);
    member(key, part_);
  };
  const auto plain = [&](std::string_view key, std::string_view text) {
    part_.clear();
    report::append_json(part_, text);
    member(key, part_);
  };
  rendered("title", &report::Catalogue::render_title);
  rendered("what", &report::Catalogue::render_text);
  rendered("why", &report::Catalogue::render_why);
  rendered("fix", &report::Catalogue::render_fix);
  plain("item_name", catalogue_.item_name(finding));
  plain("form_name", catalogue_.form_name(finding));
  member("repair", repair_of(finding));
  text_ += "}\n";
  constexpr std::size_t enough = std::size_t{64} << 10;
  if (text_.size() >= enough) {
    output_.write(text_);
    text_.clear();
  }
}

void DetailedReport::end_file(const Summary& summary) {
  output_.write(text_);
  text_.clear();
  lines_.end_file(summary);
}

void DetailedReport::finish() { lines_.finish(); }

namespace {

using layout::Item;
using layout::Record;

/// A line in Shift_JIS, taken apart.
class Row {
 public:
  void read(const grammar::Line& line, bool utf8) {
    cells_.clear();
    if (line.too_long) {
      return;
    }
    std::string_view text = line.text();
    if (utf8) {
      text::to_shift_jis(text, transcoded_);
      text = transcoded_.bytes;
    }
    for (std::size_t begin = 0;;) {
      // A comma is never the second byte of a character.
      const std::size_t end = text.find(',', begin);
      cells_.push_back(text.substr(begin, end - begin));
      if (end == std::string_view::npos) {
        return;
      }
      begin = end + 1;
    }
  }

  std::size_t size() const { return cells_.size(); }
  std::string_view operator[](std::size_t column) const {
    return column < cells_.size() ? cells_[column] : std::string_view{};
  }

  /// The item's text for people, with the mask where it may be a My Number.
  void append(std::string& out, const Item& item) const {
    Finding finding;
    finding.item_name.secret = item.my_number;
    finding.value = (*this)[item.column];
    report::append_value(out, finding, report::Escape::json);
  }

 private:
  std::vector<std::string_view> cells_;
  text::ShiftJisLine transcoded_;
};

/// The texts of the items that name an office, joined.
std::string key_of(const Row& row, const Record& record, const layout::OfficeKey& key) {
  std::string text;
  for (const std::string& item : key.items) {
    const int column = record.column_of(item);
    if (column < 0) {
      return {};
    }
    text.append(row[static_cast<std::size_t>(column)]).append(1, ',');
  }
  return text;
}

/// What people call the items of a row by, joined with blanks.
std::string told(const Row& row, const Record& record, const std::vector<std::uint16_t>& columns) {
  std::string text;
  for (const std::uint16_t column : columns) {
    if (!row[column].empty()) {
      text += text.empty() ? "" : " ";
      row.append(text, record.items[column]);
    }
  }
  return text;
}

/// The items that name a person: the number, and the names among those that tell two filings apart.
std::vector<std::uint16_t> person_columns(const Record& record) {
  std::vector<std::uint16_t> columns;
  if (record.same_filing.number >= 0) {
    columns.push_back(static_cast<std::uint16_t>(record.same_filing.number));
  }
  for (const std::uint16_t column : record.same_filing.columns) {
    if (record.items[column].type != layout::Type::digits) {
      columns.push_back(column);
    }
  }
  return columns;
}

class RowTeller {
 public:
  RowTeller(const Engine& engine, const report::Catalogue& catalogue, const Summary& summary,
            const layout::Receiver& receiver, const std::vector<std::uint64_t>& lines,
            bool show_values, report::Output& output)
      : engine_(engine),
        catalogue_(catalogue),
        receiver_(receiver),
        utf8_(summary.encoding != "Shift_JIS"),
        lines_(lines),
        show_values_(show_values),
        output_(output) {}

  void tell(const grammar::Line& line) {
    while (next_ < lines_.size() && lines_[next_] < line.number) {
      ++next_;
    }
    const bool wanted = next_ < lines_.size() && lines_[next_] == line.number;
    if (!in_data_) {
      head(line);
    } else if (wanted) {
      row_.read(line, utf8_);
      record(line.number);
    }
    constexpr std::size_t enough = std::size_t{64} << 10;
    if (text_.size() >= enough) {
      flush();
    }
  }

  /// Nothing behind this is of interest.
  bool is_done() const { return in_data_ && next_ >= lines_.size(); }

  void flush() {
    output_.write(text_);
    text_.clear();
  }

 private:
  void head(const grammar::Line& line) {
    if (!line.too_long &&
        grammar::match_marker(line.text(), engine_.layouts().data_marker,
                              utf8_ ? grammar::utf8_space : grammar::shift_jis_space) !=
            grammar::Marker::none) {
      in_data_ = true;
      return;
    }
    row_.read(line, utf8_);
    if (record_of(row_) != nullptr) {
      in_data_ = true;
      record(line.number);
      return;
    }
    constexpr std::uint64_t lines_before_offices = 3;
    if (line.number <= lines_before_offices || row_.size() != receiver_.office.items.size()) {
      return;
    }
    ++offices_;
    const std::string key = key_of(row_, receiver_.office, receiver_.office_key);
    by_key_.emplace(key, offices_);
    text_ += R"({"type":"office","line":)" + std::to_string(line.number);
    if (show_values_) {
      std::vector<std::uint16_t> number;
      std::string items;
      for (const Item& item : receiver_.office.items) {
        const auto& keys = receiver_.office_key.items;
        if (std::find(keys.begin(), keys.end(), item.key) != keys.end()) {
          number.push_back(item.column);
        }
        items += items.empty() ? R"({"name":")" : R"(,{"name":")";
        report::append_json(items, catalogue_.chosen(item.name, item.name_en));
        items += R"(","text":")";
        row_.append(items, item);
        items += "\"}";
      }
      text_ +=
          R"(,"number":")" + told(row_, receiver_.office, number) + R"(","items":[)" + items + ']';
    }
    text_ += "}\n";
  }

  const Record* record_of(const Row& row) const {
    for (const Record& record : engine_.layouts().records) {
      if (record.receiver == receiver_.key && record.form == row[0] &&
          record.items.size() == row.size()) {
        return &record;
      }
    }
    return nullptr;
  }

  void record(std::uint64_t line) {
    const Record* const record = record_of(row_);
    std::size_t office = 0;
    std::string person;
    if (record != nullptr) {
      const auto found = by_key_.find(key_of(row_, *record, receiver_.office_key));
      office = found == by_key_.end() ? 0 : found->second;
      if (show_values_) {
        person = told(row_, *record, person_columns(*record));
      }
    }
    text_ += R"({"type":"row","line":)" + std::to_string(line) + R"(,"office":)" +
             std::to_string(office);
    if (show_values_) {
      text_ += R"(,"person":")" + person + '"';
    }
    text_ += "}\n";
  }

  const Engine& engine_;
  const report::Catalogue& catalogue_;
  const layout::Receiver& receiver_;
  bool utf8_;
  const std::vector<std::uint64_t>& lines_;
  bool show_values_;
  report::Output& output_;
  std::size_t next_ = 0;
  bool in_data_ = false;
  std::size_t offices_ = 0;
  std::map<std::string, std::size_t, std::less<>> by_key_;
  Row row_;
  std::string text_;
};

}  // namespace

void tell_rows(const Engine& engine, const report::Catalogue& catalogue, const Summary& summary,
               Source& source, const std::vector<std::uint64_t>& lines, bool show_values,
               report::Output& output) {
  const layout::Receiver* const receiver = engine.layouts().receiver(summary.kind);
  if (receiver == nullptr || summary.encoding.empty()) {
    return;
  }
  const std::uint64_t begin = summary.encoding == "UTF-8-BOM" ? 3 : 0;
  grammar::LineReader reader(source, begin, summary.bytes);
  RowTeller teller(engine, catalogue, summary, *receiver, lines, show_values, output);
  grammar::Line line;
  while (!teller.is_done() && reader.next(line)) {
    teller.tell(line);
  }
  teller.flush();
}

}  // namespace kpfd::desk
