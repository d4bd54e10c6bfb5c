#include "converters/mapped/mapped_writer.hpp"

#include <algorithm>
#include <utility>

#include "converters/ingest/cell_values.hpp"
#include "kpfd/text/repertoire.hpp"
#include "kpfd/text/utf8.hpp"

namespace kpfd::converters {

namespace {

using Origin = MappedField::Origin;

class MappedWriter final : public IngestWriter {
 public:
  MappedWriter(const IngestModel& model, const Mapping& mapping, ByteSink& sink)
      : model_(model), mapping_(mapping), values_(model), out_(sink) {
    if (mapping.encoding == text::Encoding::utf8_bom) {
      out_.append("\xEF\xBB\xBF");
    }
  }

  void begin(const Filing& filing) override {
    filing_ = filing;
    written_ = 0;
    write_facts(mapping_.header);
  }
  void finding(const FindingFacts&) override {}

  void row(const Row& row, std::uint64_t ordinal) override {
    const Binding& binding = model_.binding_of(*row.record);
    const auto fields = mapping_.records.find(binding.type);
    if (fields == mapping_.records.end()) {
      return;
    }
    values_.read(binding, row);
    line_.clear();
    for (const MappedField& field : fields->second) {
      value_.clear();
      switch (field.origin) {
        case Origin::text:
          value_ = field.text;
          break;
        case Origin::column: {
          const CellValues::Value& value = values_.values()[field.column];
          if (value.is_number) {
            value_ = std::to_string(value.number);
          } else if (value.given) {
            value_ = value.text;
          }
          break;
        }
        case Origin::receipt:
          value_ = filing_.receipt;
          break;
        case Origin::number:
          value_ = std::to_string(ordinal);
          break;
        case Origin::line:
          value_ = std::to_string(row.line);
          break;
        case Origin::edition:
          value_ = row.record->edition;
          break;
        case Origin::record:
          value_ = binding.type->name;
          break;
        case Origin::written_count:
          break;  // of trailers
      }
      add(field, &field == fields->second.data(), row.line);
    }
    out_.append(line_ += mapping_.line_end);
    ++written_;
  }

  void end() override { write_facts(mapping_.trailer); }
  void finish() override { out_.flush(); }

 private:
  void write_facts(const std::vector<MappedField>& fields) {
    if (fields.empty()) {
      return;
    }
    line_.clear();
    for (const MappedField& field : fields) {
      // The columns of a filing are its facts, one each.
      value_ = field.origin == Origin::text            ? field.text
               : field.origin == Origin::written_count ? std::to_string(written_)
                                                       : filing_.facts[field.column];
      add(field, &field == fields.data(), 0);
    }
    out_.append(line_ += mapping_.line_end);
  }

  [[noreturn]] static void refuse(const MappedField& field, std::uint64_t line,
                                  const std::string& english, const std::string& japanese) {
    std::string place = field.place.file + ':' + std::to_string(field.place.line) + ": ";
    place += field.name.empty() ? "" : field.name + ": ";
    const std::string number = std::to_string(line);
    throw MappingError(place + english + (line == 0 ? "" : " (line " + number + " of the filing)"),
                       place + japanese + (line == 0 ? "" : "（届出の " + number + " 行目）"));
  }

  /// The field's value, which is in value_, at the end of the line.
  void add(const MappedField& field, bool first, std::uint64_t line) {
    if (value_.empty()) {
      value_ = field.fallback;
    } else if (!field.codes.empty()) {
      const auto code = field.codes.find(value_);
      if (code == field.codes.end()) {
        refuse(field, line, "a value that no <code> is for", "<code> にない値です");
      }
      value_ = code->second;
    } else if (!field.date.empty()) {
      write_date(field.date);
    }
    encode(field, value_, encoded_, line);
    if (mapping_.fixed) {
      add_fixed(field, line);
    } else {
      if (!first) {
        line_ += mapping_.separator;
      }
      add_csv(field);
    }
  }

  /// `2024-04-01`, `2024-04` or `2024-04-01T09:00:00+09:00` => as the mapping says.
  void write_date(const std::string& pattern) {
    std::string date;
    for (std::size_t i = 0; i < pattern.size();) {
      const std::string_view rest = std::string_view(pattern).substr(i);
      if (rest.substr(0, 4) == "YYYY") {
        date.append(value_, 0, 4);
        i += 4;
      } else if (rest.substr(0, 2) == "MM") {
        date.append(value_, 5, 2);
        i += 2;
      } else if (rest.substr(0, 2) == "DD") {
        date.append(value_, 8, 2);
        i += 2;
      } else {
        date += pattern[i++];
      }
    }
    value_ = std::move(date);
  }

  /// UTF-8 => the output's encoding; `ends_` gets the end of each character.
  void encode(const MappedField& field, std::string_view utf8, std::string& to,
              std::uint64_t line) {
    to.clear();
    ends_.clear();
    for (std::size_t at = 0; at < utf8.size();) {
      const text::Utf8Character next = text::next_utf8(utf8, at);
      if (mapping_.encoding == text::Encoding::shift_jis) {
        const std::uint16_t code = text::from_unicode(next.value);
        if (code == 0) {
          refuse(field, line, "a character that Shift_JIS does not have",
                 "Shift_JIS にない文字です");
        }
        if (code > 0xFF) {
          to += static_cast<char>(code >> 8U);
        }
        to += static_cast<char>(code & 0xFFU);
      } else {
        text::append_code_point(to, next.value);
      }
      ends_.push_back(to.size());
      at += next.bytes;
    }
  }

  void add_fixed(const MappedField& field, std::uint64_t line) {
    if (encoded_.size() > field.width) {
      if (!field.cut) {
        refuse(field, line,
               "a value longer than the field's " + std::to_string(field.width) +
                   " bytes; widen it, or say overflow=\"cut\"",
               "値が幅 " + std::to_string(field.width) +
                   " バイトを超えています。幅を広げるか、overflow=\"cut\" としてください");
      }
      const auto fits = std::upper_bound(ends_.begin(), ends_.end(), field.width);
      encoded_.resize(fits == ends_.begin() ? 0 : *(fits - 1));
    }
    std::string pad;
    encode(field, field.pad, pad, line);
    std::string filling;
    while (encoded_.size() + filling.size() + pad.size() <= field.width) {
      filling += pad;
    }
    // What a wide pad leaves over is one half-width space.
    filling.append(field.width - encoded_.size() - filling.size(), ' ');
    line_ += field.right ? filling + encoded_ : encoded_ + filling;
  }

  void add_csv(const MappedField& field) {
    const bool is_text = field.origin == Origin::text || !encoded_.empty();
    // A second byte of Shift_JIS is never a quote, a comma or a line end.
    const bool needed = encoded_.find_first_of("\"\r\n,;\t") != std::string::npos;
    if (!(mapping_.quote_all && is_text) && !needed) {
      line_ += encoded_;
      return;
    }
    line_ += '"';
    for (const char c : encoded_) {
      line_.append(c == '"' ? 2 : 1, c);
    }
    line_ += '"';
  }

  const IngestModel& model_;
  const Mapping& mapping_;
  CellValues values_;
  RecordBuffer out_;
  Filing filing_;
  std::uint64_t written_ = 0;
  std::string line_;
  std::string value_;
  std::string encoded_;
  std::vector<std::size_t> ends_;
};

}  // namespace

std::unique_ptr<IngestWriter> make_mapped_writer(const IngestModel& model, const Mapping& mapping,
                                                 ByteSink& sink) {
  return std::make_unique<MappedWriter>(model, mapping, sink);
}

}  // namespace kpfd::converters
