#include "converters/mapped/mapping.hpp"

#include <algorithm>
#include <pugixml.hpp>
#include <string_view>

#include "converters/ingest/writer.hpp"
#include "kpfd/layout/source_text.hpp"
#include "kpfd/layout/suggestion.hpp"
#include "kpfd/text/repertoire.hpp"
#include "kpfd/text/utf8.hpp"

namespace kpfd::converters {

namespace {

using layout::SchemaError;
using Origin = MappedField::Origin;

class Loader {
 public:
  Loader(const layout::SchemaFile& file, const IngestModel& model) : source_(file), model_(model) {
    const pugi::xml_parse_result result = document_.load_buffer(
        source_.content().data(), source_.content().size(),
        pugi::parse_default & ~pugi::parse_wconv_attribute, pugi::encoding_utf8);
    if (!result) {
      throw SchemaError(source_.place_at(result.offset),
                        std::string("no XML: ") + result.description());
    }
  }

  Mapping load() {
    const pugi::xml_node root = document_.document_element();
    if (std::string_view(root.name()) != "mapping") {
      fail(root, "a mapping begins with <mapping>");
    }
    mapping_.name = text(root, "name");
    mapping_.fixed = text(root, "format") == "fixed";
    const std::string encoding = text(root, "encoding");
    mapping_.encoding = encoding == "Shift_JIS"   ? text::Encoding::shift_jis
                        : encoding == "UTF-8-BOM" ? text::Encoding::utf8_bom
                                                  : text::Encoding::utf8;
    const std::string line_end = text(root, "line-end");
    mapping_.line_end = line_end == "lf" ? "\n" : line_end == "none" ? "" : "\r\n";
    if (line_end == "none" && !mapping_.fixed) {
      fail(root, "lines of CSV need an end");
    }
    const std::string separator = text(root, "separator");
    mapping_.separator = separator == "tab" ? '\t' : separator == "semicolon" ? ';' : ',';
    mapping_.quote_all = text(root, "quote") == "always";
    for (const pugi::xml_node& node : root.children()) {
      const std::string_view name = node.name();
      if (name == "header") {
        mapping_.header = fields(node, model_.filing());
      } else if (name == "trailer") {
        is_trailer_ = true;
        mapping_.trailer = fields(node, model_.filing());
      } else if (name == "record") {
        const RecordType& type = record_of(node);
        mapping_.records[&type] = fields(node, type);
      }
    }
    return std::move(mapping_);
  }

 private:
  [[noreturn]] void fail(const pugi::xml_node& node, const std::string& reason) const {
    throw SchemaError(source_.place_at(node.offset_debug()),
                      "<" + std::string(node.name()) + ">: " + reason);
  }
  static std::string text(const pugi::xml_node& node, const char* name) {
    return node.attribute(name).value();
  }
  static bool has(const pugi::xml_node& node, const char* name) {
    return !node.attribute(name).empty();
  }

  const RecordType& record_of(const pugi::xml_node& node) const {
    const std::string name = text(node, "of");
    std::vector<const RecordType*> types = model_.records();
    types.insert(types.end(), {&model_.media(), &model_.count(), &model_.office()});
    std::vector<std::string_view> known;
    for (const RecordType* const type : types) {
      if (type->name == name) {
        return *type;
      }
      known.push_back(type->name);
    }
    fail(node, "there is no record `" + name + "`" + layout::suggestion(name, known));
  }

  std::vector<MappedField> fields(const pugi::xml_node& line, const RecordType& type) const {
    const std::vector<Column> columns = columns_of(type);
    std::vector<MappedField> fields;
    for (const pugi::xml_node& node : line.children("field")) {
      fields.push_back(field(node, type, columns));
    }
    return fields;
  }

  MappedField field(const pugi::xml_node& node, const RecordType& type,
                    const std::vector<Column>& columns) const {
    MappedField field;
    field.place = source_.place_at(node.offset_debug());
    if (has(node, "of") == has(node, "text")) {
      fail(node, "say either `of` or `text`");
    }
    field.text = text(node, "text");
    field.name = text(node, "name");
    field.fallback = text(node, "default");
    field.date = text(node, "date");
    field.width = node.attribute("width").as_uint();
    field.cut = text(node, "overflow") == "cut";
    bool is_number = false;
    if (has(node, "of")) {
      is_number = find_origin(node, type, columns, field);
    }
    field.right = has(node, "align") ? text(node, "align") == "right" : is_number;
    field.pad = has(node, "pad") ? text(node, "pad") : is_number ? "0" : " ";
    for (const pugi::xml_node& code : node.children("code")) {
      if (!field.codes.emplace(text(code, "from"), text(code, "to")).second) {
        fail(code, "`" + text(code, "from") + "` is said twice");
      }
    }
    if (mapping_.fixed && field.width == 0) {
      fail(node, "a field of a fixed-width line has a `width`");
    }
    check_own_texts(node, field);
    return field;
  }

  /// What the mapping says itself has a place in every line, or in none.
  void check_own_texts(const pugi::xml_node& node, const MappedField& field) const {
    const auto check = [&](const std::string& name, std::string_view words, bool is_value) {
      std::size_t bytes = 0;
      for (std::size_t at = 0; at < words.size();) {
        const text::Utf8Character next = text::next_utf8(words, at);
        at += next.bytes;
        if (mapping_.encoding != text::Encoding::shift_jis) {
          bytes += next.bytes;
          continue;
        }
        const std::uint16_t code = text::from_unicode(next.value);
        if (code == 0) {
          fail(node, name + ": a character that Shift_JIS does not have");
        }
        bytes += code > 0xFF ? 2U : 1U;
      }
      if (is_value && mapping_.fixed && !field.cut && bytes > field.width) {
        fail(node, name + ": longer than the field's " + std::to_string(field.width) + " bytes");
      }
    };
    check("text", field.text, true);
    check("default", field.fallback, true);
    check("pad", field.pad, false);
    for (const auto& [from, to] : field.codes) {
      check("code `" + from + "`", to, true);
    }
  }

  /// Finds where `of` leads to; true for a number.
  bool find_origin(const pugi::xml_node& node, const RecordType& type,
                   const std::vector<Column>& columns, MappedField& field) const {
    const std::string of = text(node, "of");
    const bool is_line = &type != &model_.filing();
    const std::pair<std::string_view, Origin> places[] = {{"receipt", Origin::receipt},
                                                          {"number", Origin::number},
                                                          {"line", Origin::line},
                                                          {"edition", Origin::edition},
                                                          {"record", Origin::record}};
    if (is_trailer_ && of == "written_count") {
      field.origin = Origin::written_count;
      if (!field.date.empty()) {
        fail(node, "`" + of + "` is no date");
      }
      return true;
    }
    std::vector<std::string_view> known;
    for (const auto& [name, origin] : places) {
      if (is_line && name == of) {
        if (!field.date.empty()) {
          fail(node, "`" + of + "` is no date");
        }
        field.origin = origin;
        return origin == Origin::number || origin == Origin::line;
      }
      known.push_back(name);
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].name == of) {
        field.origin = Origin::column;
        field.column = i;
        const Field& source = type.fields[columns[i].field];
        refuse_date(node, source, columns[i], field);
        return columns[i].part == 0 && (source.kind == Kind::yen || source.kind == Kind::integer);
      }
      known.push_back(columns[i].name);
    }
    const int secret = type.field_of(of);
    if (secret >= 0 && type.fields[static_cast<std::size_t>(secret)].secret) {
      fail(node, "a My Number stands in no mapping: it is written apart, with --with-my-number");
    }
    fail(node, "the record has no column `" + of + "`" + layout::suggestion(of, known));
  }

  void refuse_date(const pugi::xml_node& node, const Field& source, const Column& column,
                   const MappedField& field) const {
    if (field.date.empty()) {
      return;
    }
    const bool is_day =
        source.kind == Kind::date || source.kind == Kind::day || source.kind == Kind::time;
    if (column.part != 0 || (!is_day && source.kind != Kind::month)) {
      fail(node, "`" + column.name + "` is no date");
    }
    if (!is_day && field.date.find("DD") != std::string::npos) {
      fail(node, "`" + column.name + "` is a month and has no day");
    }
  }

  layout::SourceText source_;
  const IngestModel& model_;
  pugi::xml_document document_;
  Mapping mapping_;
  bool is_trailer_ = false;
};

}  // namespace

Mapping load_mapping(const layout::SchemaFile& file, const IngestModel& model) {
  return Loader(file, model).load();
}

}  // namespace kpfd::converters
