// The ingest writers: NDJSON, XML, CSV and mapped lines.
//
//   input ::= format name filing
//
// `format` chooses a format, and the width of a mapping's fixed fields; `name` is what the file is
// called: a byte each. Any
// filing whose lines can be read is written, whether it is accepted or not. Oracles:
//   - what is written is UTF-8; a line of NDJSON is a JSON object; XML is well formed by libxml2;
//     CSV is RFC 4180 with as many fields in each row as its heading has; no field of CSV begins
//     as a formula; lines of fixed width have their width, and each field whole characters;
//   - only My Numbers' own document depends on My Numbers, and it is there only where it is asked
//     for;
//   - no writer reads beyond the cells of a line.
// Of accepted filings, besides:
//   - every writer takes them whole; the XML fits our XSD;
//   - CSV and the mapped lines, which are written by different code, have the same values;
//   - the same filing in UTF-8 is accepted, has the same fingerprint and the same records.

#include <libxml/parser.h>

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

#include "converters/ingest/admission.hpp"
#include "converters/ingest/identity.hpp"
#include "converters/ingest/schema_texts.hpp"
#include "converters/ingest/text_formats.hpp"
#include "converters/mapped/mapped_writer.hpp"
#include "converters/refile/recode.hpp"
#include "csv_oracle.hpp"
#include "kpfd/schemas.hpp"
#include "kpfd/xsd/fault.hpp"
#include "kpfd/xsd/validator.hpp"
#include "support.hpp"

namespace {

using namespace kpfd::converters;
using kpfd_fuzz::CsvField;
using kpfd_fuzz::CsvRow;
using kpfd_fuzz::engine;
using kpfd_fuzz::Input;
using kpfd_fuzz::require;

constexpr std::array<std::string_view, 4> file_names = {"", "KPFD0006.CSV", "SHFD0006.CSV",
                                                        "KNFD0006.CSV"};
constexpr std::string_view receipt = "00000-11111-22222-33333";
constexpr std::size_t widest = 48;

const IngestModel& model() {
  static const IngestModel made(kpfd::embedded_schemas(), engine().layouts());
  return made;
}

const kpfd::report::Catalogue& catalogue() {
  static const kpfd::report::Catalogue made =
      kpfd::report::Catalogue::load(kpfd::embedded_schema("messages/ja.xml"), "messages/ja.xml");
  return made;
}

const kpfd::xsd::Validator& validator() {
  static const kpfd::xsd::Validator made(records_xsd(model()), "records.xsd");
  return made;
}

std::vector<const RecordType*> line_types() {
  std::vector<const RecordType*> types = model().records();
  types.insert(types.end(), {&model().media(), &model().count(), &model().office()});
  return types;
}

/// What stands before the columns of a record type, as the CSV writer has it.
std::vector<std::string> places_of(const RecordType& type) {
  std::vector<std::string> places = {"receipt"};
  if (!type.form.empty() || type.key == model().office().key) {
    places.insert(places.end(), {"number", "line"});
  }
  if (!type.form.empty()) {
    places.emplace_back("edition");
  }
  return places;
}

/// Mappings of all columns of all records.
class Mappings {
 public:
  Mappings()
      : csv_(load_mapping({"csv.xml", text("csv", "UTF-8", "")}, model())), fixed_(widest + 1) {}

  const Mapping& csv() const { return csv_; }

  const Mapping& fixed(std::size_t width) {
    if (!fixed_[width]) {
      const std::string more = "\" overflow=\"cut\" width=\"" + std::to_string(width);
      fixed_[width] = std::make_unique<Mapping>(load_mapping(
          {"fixed.xml", text("fixed", "Shift_JIS", more + (width % 2 == 0 ? "\" pad=\"　" : ""))},
          model()));
    }
    return *fixed_[width];
  }

 private:
  static std::string text(std::string_view format, std::string_view encoding,
                          const std::string& more) {
    std::string xml = "<mapping name=\"all\" format=\"";
    xml.append(format).append("\" encoding=\"").append(encoding).append("\">");
    for (const RecordType* const type : line_types()) {
      xml += "<record of=\"" + type->name + "\">";
      std::vector<std::string> fields = places_of(*type);
      fields.insert(fields.begin(), "record");
      for (const Column& column : columns_of(*type)) {
        fields.push_back(column.name);
      }
      for (const std::string& field : fields) {
        xml.append("<field of=\"").append(field).append(more).append("\"/>");
      }
      xml += "</record>";
    }
    return xml + "</mapping>";
  }

  Mapping csv_;
  std::vector<std::unique_ptr<Mapping>> fixed_;
};

Mappings& mappings() {
  static Mappings made;
  return made;
}

/// Hands lines on in buffers of exactly the size that is promised, with other digits in place of
/// those of My Numbers where that is wanted.
class ExactLines final : public IngestWriter {
 public:
  ExactLines(IngestWriter& writer, bool other_numbers)
      : writer_(writer), other_numbers_(other_numbers) {}

  void begin(const Filing& filing) override { writer_.begin(filing); }
  void finding(const FindingFacts& finding) override { writer_.finding(finding); }
  void end() override { writer_.end(); }
  void finish() override { writer_.finish(); }

  void row(const Row& row, std::uint64_t ordinal) override {
    const Binding& binding = model().binding_of(*row.record);
    std::vector<std::string> cells;
    for (std::uint16_t i = 0; i < row.cells.count; ++i) {
      cells.emplace_back(row.cells[i]);
    }
    for (std::size_t i = 0; other_numbers_ && i < binding.fields.size(); ++i) {
      if (binding.type->fields[i].secret && binding.fields[i].given()) {
        for (char& c : cells[binding.fields[i].at[0]]) {
          c = c >= '0' && c <= '9' ? static_cast<char>('0' + ('9' - c)) : c;
        }
      }
    }
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      text.append(i == 0 ? "" : ",").append(cells[i]);
    }
    const kpfd_fuzz::CellLine line(text);
    Row exact = row;
    exact.cells = line.cells();
    exact.text = text;
    exact.original = {};
    writer_.row(exact, ordinal);
  }

 private:
  IngestWriter& writer_;
  bool other_numbers_;
};

/// A filing with what the check says of it.
struct Checked {
  Checked(std::string_view given, std::string_view name) : bytes(given), source(bytes) {
    options.check.check_date = kpfd::make_date(2026, 7, 31);
    options.check.file_name = name;
    admission = admit(engine(), model(), catalogue(), source, options);
  }
  Checked(const Checked&) = delete;
  Checked& operator=(const Checked&) = delete;

  bool has_lines() const {
    return admission.summary.verdict != kpfd::Verdict::unchecked &&
           engine().layouts().receiver(admission.summary.kind) != nullptr;
  }

  std::string bytes;
  kpfd::MemorySource source;
  AdmissionOptions options;
  Admission admission;
};

using Written = std::map<std::string, StringSink>;
using Make = std::unique_ptr<IngestWriter> (*)(const IngestModel&, Documents, const TextOptions&);

/// How My Numbers are treated.
enum class Numbers { left_out, asked, asked_with_others };

/// False: a line or a value of the filing does not let itself be read.
bool hand_all(Checked& filing, IngestWriter& writer, bool other_numbers) {
  Filing facts = facts_of(engine(), model(), filing.options, filing.admission);
  facts.receipt = receipt;
  facts.set(model(), "receipt", facts.receipt);
  facts.set(model(), "received_at", "2026-07-31T09:00:00+09:00");
  ExactLines exact(writer, other_numbers);
  try {
    exact.begin(facts);
    tell_findings(engine(), model(), catalogue(), filing.source, filing.options, filing.admission,
                  exact);
    const std::uint64_t records =
        hand_over(engine().layouts(), filing.admission.summary, filing.source, exact);
    require(!filing.admission.accepted || records == filing.admission.summary.data_records,
            "records of an accepted filing are missing");
    exact.end();
    exact.finish();
  } catch (const kpfd::SourceError& error) {
    require(!filing.admission.accepted, "a line of an accepted filing was refused", error.what());
    return false;
  } catch (const ValueError& error) {
    require(!filing.admission.accepted, "a value of an accepted filing was refused", error.what());
    return false;
  } catch (const MappingError& error) {
    require(!filing.admission.accepted, "a field of an accepted filing was refused", error.what());
    return false;
  }
  return true;
}

/// The documents that a format makes of a filing; none where it cannot.
Written written(Checked& filing, Make make, Numbers numbers) {
  Written documents;
  const auto writer = make(
      model(),
      [&documents](std::string_view name) -> ByteSink& { return documents[std::string(name)]; },
      {numbers != Numbers::left_out});
  if (!hand_all(filing, *writer, numbers == Numbers::asked_with_others)) {
    documents.clear();
  }
  return documents;
}

std::string mapped(Checked& filing, const Mapping& mapping) {
  StringSink out;
  const auto writer = make_mapped_writer(model(), mapping, out);
  return hand_all(filing, *writer, false) ? out.text : std::string();
}

// ---- each format ----

void check_ndjson(const Written& documents) {
  for (const auto& [name, document] : documents) {
    std::string_view rest = document.text;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      require(end != std::string_view::npos, "the last line of NDJSON has no end");
      std::string line(rest.substr(0, end));
      // JSON may hold it; the reader, which is that of reports, does not take it.
      std::replace(line.begin(), line.end(), '\x7F', '?');
      require(kpfd_fuzz::is_json_object(line), "a line of NDJSON is no JSON", line);
      rest.remove_prefix(end + 1);
    }
  }
}

void check_xml(const Written& documents, bool accepted) {
  for (const auto& [name, document] : documents) {
    xmlDoc* const parsed =
        xmlReadMemory(document.text.data(), static_cast<int>(document.text.size()), "records.xml",
                      nullptr, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    require(parsed != nullptr, "XML is not well formed", document.text);
    xmlFreeDoc(parsed);
    if (!accepted) {
      continue;
    }
    try {
      kpfd::MemorySource source(document.text);
      validator().validate_own(source, "records.xml");
    } catch (const kpfd::xsd::XmlError& error) {
      kpfd_fuzz::fail("XML does not fit its XSD", error.what());
    }
  }
}

bool is_bare(std::string_view text) {
  std::size_t at = 0;
  if (text.size() > 1 && text[0] == '-') {
    ++at;  // a change of grade; a date has digits first
  }
  for (; at < text.size(); ++at) {
    const bool digit = text[at] >= '0' && text[at] <= '9';
    if (!digit && !(text[at] == '-' && at > 3)) {
      return false;
    }
  }
  return true;
}

using Tables = std::map<std::string, std::vector<CsvRow>>;

Tables check_csv(const Written& documents) {
  Tables tables;
  for (const auto& [name, document] : documents) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    const std::string_view text = document.text;
    require(text.substr(0, mark.size()) == mark, "CSV without its byte order mark");
    std::vector<CsvRow> rows = kpfd_fuzz::read_csv(text.substr(mark.size()), ',');
    require(!rows.empty(), "CSV without a heading");
    for (std::size_t i = 0; i < rows.size(); ++i) {
      require(rows[i].size() == rows[0].size(), "a row of CSV has another number of fields");
      for (const CsvField& field : rows[i]) {
        require(!kpfd_fuzz::begins_as_formula(field.text) || (!field.quoted && is_bare(field.text)),
                "a field of CSV begins as a formula", field.text);
        require(i == 0 || field.quoted || is_bare(field.text), "a text without quotes", field.text);
        require(!kpfd_fuzz::has_control(field.text), "CSV has a control character", field.text);
      }
    }
    tables.emplace(name, std::move(rows));
  }
  return tables;
}

/// What the CSV writer makes of a value.
std::string guarded(const std::string& value) {
  const bool has_guard = !value.empty() && value[0] == '\'';
  return has_guard || kpfd_fuzz::begins_as_formula(value) ? '\'' + value : value;
}

/// Lines of the mapping against the tables of the CSV writer: the same values, in their order.
void compare(const std::vector<CsvRow>& mapped_rows, const Tables& tables) {
  std::map<std::string, std::size_t> next;
  std::map<std::string, std::string> keys;
  for (const RecordType* const type : line_types()) {
    keys[type->name] = type->key;
  }
  for (const CsvRow& row : mapped_rows) {
    const std::string& key = keys.at(row.at(0).text);
    const auto table = tables.find(key);
    const std::size_t at = ++next[key];
    require(table != tables.end() && at < table->second.size(), "the CSV has fewer records", key);
    const CsvRow& other = table->second[at];
    require(row.size() == other.size() + 1, "the mapping has another number of fields", key);
    for (std::size_t i = 0; i < other.size(); ++i) {
      const std::string& wanted = row[i + 1].text;
      require(other[i].text == (other[i].quoted ? guarded(wanted) : wanted),
              "CSV and mapping have different values", other[i].text);
    }
  }
  for (const auto& [name, key] : keys) {
    const auto table = tables.find(key);
    require(table == tables.end() || next[key] + 1 == table->second.size(),
            "the CSV has more records", key);
  }
}

void check_fixed(std::string_view text, std::size_t width) {
  while (!text.empty()) {
    std::size_t at = 0;
    std::size_t column = 0;
    while (at < text.size() && text[at] != '\r') {
      const auto byte = static_cast<unsigned char>(text[at]);
      const bool pair = (byte >= 0x81 && byte <= 0x9F) || (byte >= 0xE0 && byte <= 0xFC);
      require(byte >= 0x20 && byte != 0x7F, "a control character in a fixed line");
      require(!pair || column + 1 < width, "a field ends within a character");
      at += pair ? 2 : 1;
      column = (column + (pair ? 2 : 1)) % width;
    }
    require(column == 0, "a fixed line has another width");
    require(text.substr(at, 2) == "\r\n", "a fixed line has no end");
    text.remove_prefix(at + 2);
  }
}

/// All documents but My Numbers'.
Written without_numbers(Written documents) {
  documents.erase(std::string(my_numbers_document));
  return documents;
}

bool same(const Written& one, const Written& two) {
  if (one.size() != two.size()) {
    return false;
  }
  for (const auto& [name, document] : one) {
    const auto other = two.find(name);
    if (other == two.end() || other->second.text != document.text) {
      return false;
    }
  }
  return true;
}

/// The format's documents, with all that holds for every format.
Written check_format(Checked& filing, Make make) {
  const Written plain = written(filing, make, Numbers::left_out);
  Written asked = written(filing, make, Numbers::asked);
  const Written others = written(filing, make, Numbers::asked_with_others);
  require(plain.count(std::string(my_numbers_document)) == 0, "My Numbers that nobody asked for");
  require(plain.empty() == asked.empty(), "My Numbers decide whether a filing can be written");
  require(same(plain, without_numbers(asked)), "My Numbers change another document");
  require(same(plain, without_numbers(others)), "another document depends on My Numbers");
  for (const auto& [name, document] : asked) {
    require(kpfd_fuzz::is_utf8(document.text), "what was written is no UTF-8");
  }
  return asked;
}

/// Of a filing, the lines that are records, offices and header.
Tables lines_only(Tables tables) {
  tables.erase(model().filing().key);
  tables.erase(model().finding().key);
  return tables;
}

std::string fingerprint(Checked& filing) {
  FilingReader reader(engine().layouts(), filing.admission.summary, filing.source);
  return identify(reader, "a key of thirty-two bytes, or more.").fingerprint;
}

void compare_with_utf8(Checked& filing, const Tables& tables) {
  StringSink utf8;
  recode(filing.source, encoding_of(filing.admission.summary), kpfd::text::Encoding::utf8_bom,
         utf8);
  Checked twin(utf8.text, filing.options.check.file_name);
  require(twin.admission.accepted, "an accepted filing is not accepted in UTF-8");
  require(fingerprint(filing) == fingerprint(twin), "a filing in UTF-8 has another fingerprint");
  const Tables other = lines_only(check_csv(written(twin, make_csv_writer, Numbers::asked)));
  require(other == lines_only(tables), "a filing in UTF-8 has other records");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::size_t format = input.byte();
  const std::size_t width = 1 + format / 3 % widest;
  const std::string_view name = file_names[input.below(file_names.size())];
  Checked filing(input.rest(), name);
  if (!filing.has_lines()) {
    return 0;
  }
  const bool accepted = filing.admission.accepted;
  if (format % 3 == 0) {
    check_ndjson(check_format(filing, make_ndjson_writer));
    return 0;
  }
  if (format % 3 == 1) {
    check_xml(check_format(filing, make_xml_writer), accepted);
    return 0;
  }
  const Tables tables = check_csv(check_format(filing, make_csv_writer));
  const std::string rows = mapped(filing, mappings().csv());
  require(kpfd_fuzz::is_utf8(rows), "mapped lines are no UTF-8");
  const std::vector<CsvRow> mapped_rows = kpfd_fuzz::read_csv(rows, ',');
  if (accepted) {
    compare(mapped_rows, tables);
    check_fixed(mapped(filing, mappings().fixed(width)), width);
    compare_with_utf8(filing, tables);
  }
  return 0;
}
