#include "converters/summary/cover_sheet.hpp"

#include <algorithm>
#include <unordered_map>

#include "converters/source/filing_reader.hpp"
#include "kpfd/report/escape.hpp"
#include "kpfd/text/repertoire.hpp"

namespace kpfd::converters {

namespace {

using layout::Item;
using layout::Record;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::vector<SheetItem> items_of(const Row& row) {
  std::vector<SheetItem> items;
  for (const Item& item : row.record->items) {
    SheetItem entry{&item, {}};
    text::append_utf8(entry.text, row[item.column]);
    items.push_back(std::move(entry));
  }
  return items;
}

/// Whether an item stands once in a record and is an amount of yen.
bool is_added_up(const Record& record, const Item& item) {
  const auto holds = [&item](const layout::Group& group) {
    return std::find(group.columns.begin(), group.columns.end(), item.column) !=
           group.columns.end();
  };
  return item.unit == layout::Unit::yen &&
         std::none_of(record.groups.begin(), record.groups.end(), holds);
}

/// The forms of an office, or of the file, by form code.
SheetForm& form_of(std::vector<SheetForm>& forms, const Record& record) {
  const auto place = std::lower_bound(
      forms.begin(), forms.end(), record,
      [](const SheetForm& form, const Record& other) { return form.record->form < other.form; });
  if (place != forms.end() && place->record->form == record.form) {
    return *place;
  }
  SheetForm form;
  form.record = &record;
  for (const Item& item : record.items) {
    if (is_added_up(record, item)) {
      form.totals.push_back({&item, 0, 0});
    }
  }
  return *forms.insert(place, std::move(form));
}

std::int64_t yen_of(std::string_view digits) {
  std::int64_t yen = 0;
  for (const char c : digits) {
    yen = yen * 10 + (c - '0');
  }
  return yen;
}

void add(std::vector<SheetForm>& forms, const Row& row) {
  SheetForm& form = form_of(forms, *row.record);
  ++form.records;
  for (SheetTotal& total : form.totals) {
    // Editions of a form have the same items under the same keys, but not in the same columns.
    const std::string_view digits =
        row.record == form.record ? row[total.item->column] : row.item(total.item->key);
    if (!digits.empty()) {
      total.yen += yen_of(digits);
      ++total.records;
    }
  }
}

/// 1234567 => 1,234,567
std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) {
    digits.insert(at - 3, ",");
  }
  return digits;
}

const std::string& name_of(const Item& item, bool english) {
  return english ? item.name_en : item.name;
}
const std::string& name_of(const Record& record, bool english) {
  return english ? record.name_en : record.name;
}

void append_forms(std::string& out, const std::vector<SheetForm>& forms, std::string_view indent,
                  bool english) {
  for (const SheetForm& form : forms) {
    out.append(indent).append(name_of(*form.record, english)).append(" (");
    out.append(form.record->form)
        .append("): ")
        .append(grouped(static_cast<std::int64_t>(form.records)));
    out += english ? " records\n" : " 件\n";
    for (const SheetTotal& total : form.totals) {
      if (total.records > 0) {
        out.append(indent).append("  ").append(name_of(*total.item, english)).append(": ");
        out.append(grouped(total.yen)).append(english ? " yen\n" : " 円\n");
      }
    }
  }
}

void append_items(std::string& out, const std::vector<SheetItem>& items, std::string_view indent,
                  bool english) {
  for (const SheetItem& item : items) {
    if (!item.text.empty()) {
      out.append(indent).append(name_of(*item.item, english)).append(": ");
      report::append_plain(out, item.text);
      out += '\n';
    }
  }
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
  out.append("\"").append(key).append("\":\"");
  report::append_json(out, text);
  out += '"';
}

void append_json_items(std::string& out, const std::vector<SheetItem>& items) {
  out += '{';
  bool first = true;
  for (const SheetItem& item : items) {
    out += first ? "" : ",";
    first = false;
    append_member(out, item.item->key, item.text);
  }
  out += '}';
}

void append_json_forms(std::string& out, const std::vector<SheetForm>& forms) {
  out += '[';
  for (const SheetForm& form : forms) {
    out += &form == &forms.front() ? "{" : ",{";
    append_member(out, "form", form.record->form);
    out.append(",\"records\":").append(std::to_string(form.records)).append(",\"totals\":{");
    bool first = true;
    for (const SheetTotal& total : form.totals) {
      out.append(first ? "\"" : ",\"").append(total.item->key).append("\":");
      out += std::to_string(total.yen);
      first = false;
    }
    out += "}}";
  }
  out += ']';
}

void append_cell(std::string& out, std::string_view text) {
  const bool quoted = text.find_first_of(",\"\r\n") != std::string_view::npos;
  out += quoted ? "\"" : "";
  report::append_csv(out, text);
  out += quoted ? "\"" : "";
}

class CsvRows {
 public:
  CsvRows(std::string& out, std::string_view file, bool english)
      : out_(out), file_(file), english_(english) {}

  /// `texts`: the office's, or as many empty ones.
  void add(const std::vector<std::string>& office, const std::vector<SheetForm>& forms) {
    for (const SheetForm& form : forms) {
      row(office, form, "records", english_ ? "records" : "件数", std::to_string(form.records));
      for (const SheetTotal& total : form.totals) {
        if (total.records > 0) {
          row(office, form, total.item->key, name_of(*total.item, english_),
              std::to_string(total.yen));
        }
      }
    }
  }

 private:
  void row(const std::vector<std::string>& office, const SheetForm& form, std::string_view key,
           std::string_view name, const std::string& value) {
    append_cell(out_, file_);
    for (const std::string& text : office) {
      out_ += ',';
      append_cell(out_, text);
    }
    for (const std::string_view text :
         {std::string_view(form.record->form), std::string_view(name_of(*form.record, english_)),
          key, name, std::string_view(value)}) {
      out_ += ',';
      append_cell(out_, text);
    }
    out_ += "\r\n";
  }

  std::string& out_;
  std::string_view file_;
  bool english_;
};

}  // namespace

CoverSheet make_cover_sheet(const Engine& engine, const Summary& summary, Source& source) {
  FilingReader reader(engine.layouts(), summary, source);
  CoverSheet sheet;
  sheet.receiver = &reader.receiver();
  std::unordered_map<std::string, std::size_t> places;
  const Record* last_record = nullptr;
  std::vector<int> key_columns;
  std::string key;
  const auto key_of = [&](const Row& row) -> const std::string& {
    if (row.record != last_record) {
      last_record = row.record;
      key_columns.clear();
      for (const std::string& item : sheet.receiver->office_key.items) {
        key_columns.push_back(row.record->column_of(item));
      }
    }
    key.clear();
    for (const int column : key_columns) {
      key.append(row[static_cast<std::size_t>(column)]).push_back(',');
    }
    return key;
  };
  Row row;
  while (reader.next(row)) {
    if (row.kind == RowKind::media) {
      sheet.media = items_of(row);
    } else if (row.kind == RowKind::office) {
      if (places.emplace(key_of(row), sheet.offices.size()).second) {
        sheet.offices.push_back({items_of(row), 0, {}});
      }
    } else if (row.kind == RowKind::record) {
      const auto place = places.find(key_of(row));
      if (place == places.end()) {
        throw SourceError("the file is not the one that was checked: it has changed meanwhile");
      }
      SheetOffice& office = sheet.offices[place->second];
      ++office.records;
      ++sheet.records;
      add(office.forms, row);
      add(sheet.forms, row);
    }
  }
  return sheet;
}

std::string as_text(const CoverSheet& sheet, std::string_view file, std::string_view language) {
  const bool english = language == "en";
  std::string out;
  report::append_plain(out, file);
  out += '\n';
  out.append(english ? "  Destination: " : "  提出先: ");
  out.append(english ? sheet.receiver->name_en : sheet.receiver->name);
  out.append(" (").append(sheet.receiver->key).append(")\n");
  append_items(out, sheet.media, "  ", english);
  out.append(english ? "  Offices: " : "  事業所数: ");
  out.append(std::to_string(sheet.offices.size())).append("\n");
  out.append(english ? "  Records: " : "  届書の件数: ");
  out.append(grouped(static_cast<std::int64_t>(sheet.records))).append("\n");
  append_forms(out, sheet.forms, "    ", english);
  for (std::size_t i = 0; i < sheet.offices.size(); ++i) {
    const SheetOffice& office = sheet.offices[i];
    out.append(english ? "\n  Office " : "\n  事業所 ").append(std::to_string(i + 1)).append("\n");
    append_items(out, office.items, "    ", english);
    out.append(english ? "    Records: " : "    届書の件数: ");
    out.append(grouped(static_cast<std::int64_t>(office.records))).append("\n");
    append_forms(out, office.forms, "      ", english);
  }
  return out;
}

std::string as_json(const CoverSheet& sheet, std::string_view file) {
  std::string out = "{";
  append_member(out, "file", file);
  out += ',';
  append_member(out, "kind", sheet.receiver->key);
  out += ",\"media\":";
  append_json_items(out, sheet.media);
  out.append(",\"records\":").append(std::to_string(sheet.records)).append(",\"forms\":");
  append_json_forms(out, sheet.forms);
  out += ",\"offices\":[";
  for (const SheetOffice& office : sheet.offices) {
    out += &office == &sheet.offices.front() ? "{\"items\":" : ",{\"items\":";
    append_json_items(out, office.items);
    out.append(",\"records\":").append(std::to_string(office.records)).append(",\"forms\":");
    append_json_forms(out, office.forms);
    out += '}';
  }
  out += "]}\n";
  return out;
}

std::string csv_heading(const layout::Receiver& receiver, std::string_view language) {
  const bool english = language == "en";
  std::string out(byte_order_mark);
  append_cell(out, english ? "file" : "ファイル");
  for (const Item& item : receiver.office.items) {
    out += ',';
    append_cell(out, name_of(item, english));
  }
  out += english ? ",form,form name,key,what,value\r\n" : ",様式コード,届書,キー,集計項目,値\r\n";
  return out;
}

std::string as_csv(const CoverSheet& sheet, std::string_view file, std::string_view language) {
  std::string out;
  CsvRows rows(out, file, language == "en");
  for (const SheetOffice& office : sheet.offices) {
    std::vector<std::string> texts;
    texts.reserve(office.items.size());
    for (const SheetItem& item : office.items) {
      texts.push_back(item.text);
    }
    rows.add(texts, office.forms);
  }
  rows.add(std::vector<std::string>(sheet.receiver->office.items.size()), sheet.forms);
  return out;
}

}  // namespace kpfd::converters
