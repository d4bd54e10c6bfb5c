// A core system's mapping, and what it makes of good filings.
//
//   input ::= XML
//
// Oracles:
//   - the XML does not fit mapping.xsd, or the loader takes it, or it names a place in the file;
//   - the loader's answer is the same twice;
//   - with a mapping that was taken, filings of all forms become lines as the mapping says them, or
//     a field is refused: as many lines as it has records, each of its width or with its number of
//     fields, in its encoding; a refusal names the mapping's line;
//   - no My Number stands in them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "converters/ingest/admission.hpp"
#include "converters/mapped/mapped_writer.hpp"
#include "csv_oracle.hpp"
#include "kpfd/schemas.hpp"
#include "kpfd/text/repertoire.hpp"
#include "kpfd/xsd/fault.hpp"
#include "kpfd/xsd/validator.hpp"
#include "samples/maker/maker.hpp"
#include "support.hpp"

namespace {

using namespace kpfd::converters;
using kpfd::layout::SchemaError;
using kpfd_fuzz::engine;
using kpfd_fuzz::require;

constexpr std::string_view file_name = "mapping.xml";

const IngestModel& model() {
  static const IngestModel made(kpfd::embedded_schemas(), engine().layouts());
  return made;
}

const kpfd::xsd::Validator& validator() {
  static const kpfd::xsd::Validator made(kpfd::embedded_schema("mapping.xsd"), "mapping.xsd");
  return made;
}

class Nothing final : public kpfd::FindingSink {
  void finding(const kpfd::Finding&) override {}
};

/// A made-up filing with records of all forms, and the My Numbers in it.
struct Sample {
  explicit Sample(const char* receiver) {
    static const kpfd::samples::Kitchen kitchen(engine().layouts(), kpfd::embedded_schemas());
    kpfd::samples::SampleOptions options;
    options.receiver = receiver;
    options.records = 20;
    options.offices = 2;
    options.seed = 1;
    options.as_of = kpfd::make_date(2026, 7, 31);
    bytes = kpfd::samples::Filing(kitchen, options).text();
    kpfd::MemorySource source(bytes);
    kpfd::CheckOptions check;
    check.check_date = options.as_of;
    Nothing nothing;
    summary = engine().check(source, check, nothing);
    require(summary.verdict == kpfd::Verdict::accept, "the sample is not accepted");
    FilingReader reader(engine().layouts(), summary, source);
    for (Row row; reader.next(row);) {
      if (row.record != nullptr && !row.item("my_number").empty()) {
        numbers.emplace_back(row.item("my_number"));
      }
    }
  }
  std::string bytes;
  kpfd::Summary summary;
  std::vector<std::string> numbers;
};

const std::array<Sample, 2>& samples() {
  static const std::array<Sample, 2> made = {Sample("KPFD"), Sample("SHFD")};
  return made;
}

/// "" for a mapping that is taken, else why it is not.
std::string load(std::string_view xml, Mapping& mapping) {
  try {
    mapping = load_mapping({std::string(file_name), std::string(xml)}, model());
    return {};
  } catch (const SchemaError& error) {
    require(error.place().file == file_name && error.place().line > 0, "a refusal without a place",
            error.what());
    return error.what();
  }
}

/// Bytes that whole characters of Shift_JIS take.
bool is_shift_jis(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto* const begin = reinterpret_cast<const unsigned char*>(text.data());
    const kpfd::text::Character next = kpfd::text::next_character(begin + at, begin + text.size());
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool pair = (byte >= 0x81 && byte <= 0x9F) || (byte >= 0xE0 && byte <= 0xFC);
    if (pair && next.bytes != 2) {
      return false;
    }
    at += next.bytes;
  }
  return true;
}

std::size_t width_of(const std::vector<MappedField>& fields) {
  std::size_t width = 0;
  for (const MappedField& field : fields) {
    width += field.width;
  }
  return width;
}

/// The lines that a filing must become, each by its fields.
std::vector<const std::vector<MappedField>*> lines_wanted(const Sample& sample,
                                                          const Mapping& mapping) {
  std::vector<const std::vector<MappedField>*> lines;
  if (!mapping.header.empty()) {
    lines.push_back(&mapping.header);
  }
  kpfd::MemorySource source(sample.bytes);
  FilingReader reader(engine().layouts(), sample.summary, source);
  for (Row row; reader.next(row);) {
    if (row.record == nullptr) {
      continue;
    }
    const auto fields = mapping.records.find(model().binding_of(*row.record).type);
    if (fields != mapping.records.end()) {
      lines.push_back(&fields->second);
    }
  }
  if (!mapping.trailer.empty()) {
    lines.push_back(&mapping.trailer);
  }
  return lines;
}

void check_lines(std::string_view text, const Sample& sample, const Mapping& mapping) {
  const std::vector<const std::vector<MappedField>*> wanted = lines_wanted(sample, mapping);
  if (mapping.encoding == kpfd::text::Encoding::shift_jis) {
    require(is_shift_jis(text), "a character is cut");
  } else {
    require(kpfd_fuzz::is_utf8(text), "mapped lines are no UTF-8");
  }
  if (mapping.encoding == kpfd::text::Encoding::utf8_bom) {
    require(text.substr(0, 3) == "\xEF\xBB\xBF", "the byte order mark is missing");
    text.remove_prefix(3);
  }
  if (!mapping.fixed) {
    const std::vector<kpfd_fuzz::CsvRow> rows =
        kpfd_fuzz::read_csv(text, mapping.separator, mapping.line_end);
    require(rows.size() == wanted.size(), "another number of lines than records");
    for (std::size_t i = 0; i < rows.size(); ++i) {
      require(rows[i].size() == wanted[i]->size(), "a line has another number of fields");
    }
    return;
  }
  for (const std::vector<MappedField>* const fields : wanted) {
    const std::size_t width = width_of(*fields);
    require(text.size() >= width + mapping.line_end.size(), "a fixed line is too short");
    require(text.substr(width, mapping.line_end.size()) == mapping.line_end,
            "a fixed line does not end at its width");
    require(text.substr(0, width).find_first_of("\r\n") == std::string_view::npos,
            "a fixed line has the end of one in it");
    text.remove_prefix(width + mapping.line_end.size());
  }
  require(text.empty(), "another number of lines than records");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view xml(reinterpret_cast<const char*>(data), size);
  try {
    validator().validate(xml, file_name);
  } catch (const kpfd::xsd::XmlError&) {
    return 0;
  }
  Mapping mapping;
  const std::string refusal = load(xml, mapping);
  Mapping again;
  require(load(xml, again) == refusal, "a mapping is read in two ways");
  if (!refusal.empty()) {
    return 0;
  }
  for (const Sample& sample : samples()) {
    kpfd::MemorySource source(sample.bytes);
    StringSink out;
    try {
      const auto writer = make_mapped_writer(model(), mapping, out);
      kpfd::converters::Filing filing;
      filing.receipt = "00000-11111-22222-33333";
      filing.set(model(), "receipt", filing.receipt);
      writer->begin(filing);
      hand_over(engine().layouts(), sample.summary, source, *writer);
      writer->end();
      writer->finish();
    } catch (const MappingError& error) {
      require(std::string_view(error.what()).substr(0, file_name.size()) == file_name,
              "a refused field without the mapping's line", error.what());
      continue;
    }
    check_lines(out.text, sample, mapping);
    for (const std::string& number : sample.numbers) {
      require(
          xml.find(number) != std::string_view::npos || out.text.find(number) == std::string::npos,
          "a My Number in mapped lines");
    }
  }
  return 0;
}
