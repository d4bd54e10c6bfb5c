#include "converters/ingest/schema_texts.hpp"

#include <string_view>
#include <vector>

#include "converters/ingest/text_formats.hpp"

namespace kpfd::converters {

namespace {

std::string escaped_xml(std::string_view text) {
  std::string out;
  append_escaped(out, text, xml_escapes());
  return out;
}

std::string escaped_json(std::string_view text) {
  std::string out;
  append_escaped(out, text, json_escapes());
  return out;
}

bool has_place(const RecordType& type) { return !type.form.empty() || type.key == "office"; }

std::vector<const RecordType*> line_types(const IngestModel& model) {
  std::vector<const RecordType*> types = {&model.media(), &model.count(), &model.office()};
  types.insert(types.end(), model.records().begin(), model.records().end());
  return types;
}

/// What an element is, in both languages, with its unit, its codes and its source.
std::string about(const Field& field) {
  std::string text = field.name + " / " + field.name_en;
  if (!field.unit.empty()) {
    text += "; unit: " + field.unit;
  }
  for (std::size_t i = 0; i < field.codes.size(); ++i) {
    text += (i == 0 ? "; " : ", ") + field.codes[i].code + ' ' + field.codes[i].meaning;
  }
  if (!field.source.empty()) {
    text += (field.computed ? "; computed: " : "; source: ") + field.source;
  }
  return text;
}

// What stands in several places of both schemas.
constexpr std::string_view about_receipt = "届出の受付番号 / the receipt id of the filing";
constexpr std::string_view about_edition = "様式の版 / edition of the form";
constexpr std::string_view about_number = "届出の中の順番 / its number in the filing, from 1";
constexpr std::string_view about_line = "ファイルの行 / its line in the file";
constexpr std::string_view about_record = "届書の種類 / name of the record";
constexpr std::string_view about_my_number = "個人番号 / the My Number";
constexpr std::string_view about_filing = "届出 / a filing";
constexpr std::string_view about_version = "モデルの版 / version of the model";
constexpr std::string_view about_finding = "指摘 / a finding that travels along";
constexpr std::string_view about_computed = "計算した値 / computed by us, not told by the filing";

/// What stands beside the value of a field, or the value where it has a name of its own.
std::string about_part(Kind kind, std::string_view name) {
  for (const Beside& part : beside(kind)) {
    if (part.name == name) {
      return std::string(part.label) + " / " + std::string(part.label_en);
    }
  }
  switch (kind) {
    case Kind::wide:
      return "全角の文字 / full-width text";
    case Kind::code:
      return "コード / the code";
    case Kind::date:
      return "年月日（西暦） / the day";
    default:
      return "年月（西暦） / the month";
  }
}

// ---- XSD ----

std::string documentation(const std::string& indent, std::string_view text) {
  return indent + "<xs:annotation><xs:documentation>" + escaped_xml(text) +
         "</xs:documentation></xs:annotation>\n";
}

std::string xsd_type(const Field& field) {
  switch (field.kind) {
    case Kind::wide:
      return "wide";
    case Kind::yen:
      return "yen";
    case Kind::integer:
      return field.computed ? "xs:int" : "xs:nonNegativeInteger";
    case Kind::flag:
      return "flag";
    case Kind::code:
      return "code";
    case Kind::date:
      return "era-date";
    case Kind::month:
      return field.computed ? "xs:gYearMonth" : "era-month";
    case Kind::day:
      return "xs:date";
    case Kind::time:
      return "xs:dateTime";
    case Kind::text:
      break;
  }
  return "xs:string";
}

std::string xsd_element(const Field& field, bool required, const std::string& indent) {
  return indent + "<xs:element name=\"" + field.key + "\" type=\"" + xsd_type(field) + '"' +
         (required ? "" : " minOccurs=\"0\"") + ">\n" + documentation(indent + "  ", about(field)) +
         indent + "</xs:element>\n";
}

std::string xsd_record(const RecordType& type) {
  std::string text = "  <xs:complexType name=\"" + type.name + "\">\n" +
                     documentation("    ", type.title + " / " + type.title_en +
                                               (type.form.empty() ? "" : "; form " + type.form)) +
                     "    <xs:sequence>\n";
  const std::size_t computed = type.first_computed();
  for (std::size_t i = 0; i < computed; ++i) {
    if (!type.fields[i].secret) {
      text += xsd_element(type.fields[i], type.fields[i].required, "      ");
    }
  }
  if (computed < type.fields.size()) {
    text += "      <xs:element name=\"computed\">\n" + documentation("        ", about_computed) +
            "        <xs:complexType>\n          <xs:sequence>\n";
    for (std::size_t i = computed; i < type.fields.size(); ++i) {
      text += xsd_element(type.fields[i], false, "            ");
    }
    text += "          </xs:sequence>\n        </xs:complexType>\n      </xs:element>\n";
  }
  text += "    </xs:sequence>\n";
  if (has_place(type)) {
    text += "    <xs:attributeGroup ref=\"place\"/>\n";
  }
  if (!type.form.empty()) {
    text += "    <xs:attribute name=\"edition\" type=\"xs:string\" use=\"required\">\n" +
            documentation("      ", about_edition) + "    </xs:attribute>\n";
  }
  return text + "  </xs:complexType>\n\n";
}

std::string xsd_attribute(std::string_view name, const std::string& type, std::string_view text,
                          const std::string& indent, bool required = true) {
  return indent + "<xs:attribute name=\"" + std::string(name) + "\" type=\"" + type + '"' +
         (required ? " use=\"required\"" : "") + ">\n" + documentation(indent + "  ", text) +
         indent + "</xs:attribute>\n";
}

/// A type whose value has texts beside it, each an attribute.
std::string xsd_value_type(const std::string& name, const std::string& base, Kind kind,
                           const std::vector<std::string>& attribute_types) {
  std::string text = "  <xs:complexType name=\"" + name + "\">\n" +
                     documentation("    ", about_part(kind, {})) +
                     "    <xs:simpleContent>\n      <xs:extension base=\"" + base + "\">\n";
  for (std::size_t i = 0; i < attribute_types.size(); ++i) {
    const Beside& part = beside(kind)[i];
    text += xsd_attribute(part.name, attribute_types[i], about_part(kind, part.name), "        ",
                          kind != Kind::code);
  }
  return text + "      </xs:extension>\n    </xs:simpleContent>\n  </xs:complexType>\n";
}

std::string xsd_pattern_type(const std::string& name, const std::string& pattern,
                             std::string_view about) {
  return "  <xs:simpleType name=\"" + name + "\">\n" + documentation("    ", about) +
         "    <xs:restriction base=\"xs:string\"><xs:pattern value=\"" + pattern +
         "\"/></xs:restriction>\n  </xs:simpleType>\n";
}

std::string xsd_types() {
  std::string text = R"(
  <xs:simpleType name="yen">
    <xs:annotation><xs:documentation>円 / whole yen</xs:documentation></xs:annotation>
    <xs:restriction base="xs:nonNegativeInteger"><xs:totalDigits value="12"/></xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="flag">
    <xs:annotation><xs:documentation>該当するときだけある / there only where it holds</xs:documentation></xs:annotation>
    <xs:restriction base="xs:boolean"><xs:pattern value="true"/></xs:restriction>
  </xs:simpleType>
)";
  text += xsd_pattern_type("era", "[0-9]", about_part(Kind::date, "era"));
  text += xsd_pattern_type("ymd", "[0-9]{6}", about_part(Kind::date, "ymd"));
  text += xsd_pattern_type("ym", "[0-9]{4}", about_part(Kind::month, "ym"));
  text += xsd_value_type("wide", "xs:string", Kind::wide, {"xs:string"});
  text += xsd_value_type("code", "xs:string", Kind::code, {"xs:string"});
  text += xsd_value_type("era-date", "xs:date", Kind::date, {"era", "ymd"});
  text += xsd_value_type("era-month", "xs:gYearMonth", Kind::month, {"era", "ym"});
  return text + "  <xs:attributeGroup name=\"place\">\n" +
         xsd_attribute("number", "xs:positiveInteger", about_number, "    ") +
         xsd_attribute("line", "xs:positiveInteger", about_line, "    ") +
         "  </xs:attributeGroup>\n\n";
}

/// An element that holds others, or is of a type.
std::string xsd_reference(const RecordType& type, const std::string& indent, bool many = false) {
  return indent + "<xs:element name=\"" + type.name + "\" type=\"" + type.name + '"' +
         (many ? " maxOccurs=\"unbounded\"" : "") + ">\n" +
         documentation(indent + "  ", type.title + " / " + type.title_en) + indent +
         "</xs:element>\n";
}

// ---- JSON Schema ----

std::string json_member(std::string_view name, const std::string& schema) {
  return '"' + std::string(name) + "\": " + schema;
}

std::string json_begin(std::string_view about) {
  return "{\"description\": \"" + escaped_json(about) + "\", ";
}

std::string json_string(std::string_view about, std::string_view pattern = {}) {
  return json_begin(about) + R"("type": "string")" +
         (pattern.empty() ? std::string() : R"(, "pattern": ")" + escaped_json(pattern) + '"') +
         '}';
}

/// A whole number from 1.
std::string json_ordinal(std::string_view about) {
  return json_begin(about) + R"("type": "integer", "minimum": 1})";
}

std::string json_object(std::string_view description, const std::vector<std::string>& members,
                        const std::string& required) {
  std::string text = json_begin(description) +
                     R"("type": "object", "additionalProperties": false, "required": [)" +
                     required + "], \"properties\": {";
  for (std::size_t i = 0; i < members.size(); ++i) {
    text += (i == 0 ? "" : ", ") + members[i];
  }
  return text + "}}";
}

constexpr std::string_view date_pattern = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
constexpr std::string_view month_pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$";

std::string json_type(const Field& field) {
  const std::string description = about(field);
  const std::string begin = json_begin(description);
  const auto part = [&field](std::string_view name, std::string_view pattern = {}) {
    return json_member(name, json_string(about_part(field.kind, name), pattern));
  };
  const auto with = [&](std::string_view pattern) {
    return begin + R"("type": "string", "pattern": ")" + escaped_json(pattern) + "\"}";
  };
  switch (field.kind) {
    case Kind::wide:
      return json_object(description, {part("text"), part("original")}, R"("text", "original")");
    case Kind::code:
      return json_object(description, {part("code"), part("meaning")}, R"("code")");
    case Kind::date:
      return json_object(
          description,
          {part("date", date_pattern), part("era", "^[0-9]$"), part("ymd", "^[0-9]{6}$")},
          R"("date", "era", "ymd")");
    case Kind::month:
      if (field.computed) {
        return with(month_pattern);
      }
      return json_object(
          description,
          {part("month", month_pattern), part("era", "^[0-9]$"), part("ym", "^[0-9]{4}$")},
          R"("month", "era", "ym")");
    case Kind::yen:
      return begin + R"("type": "integer", "minimum": 0})";
    case Kind::integer:
      return begin +
             (field.computed ? R"("type": "integer"})" : R"("type": "integer", "minimum": 0})");
    case Kind::flag:
      return begin + R"("const": true})";
    case Kind::day:
      return with(date_pattern);
    case Kind::time:
      return with(R"(^[0-9-]{10}T[0-9:]{8}[+-][0-9]{2}:[0-9]{2}$)");
    case Kind::text:
      break;
  }
  return begin + R"("type": "string"})";
}

std::string json_definition(const std::string& name, const std::string& title,
                            const std::vector<std::string>& members, const std::string& required) {
  std::string text = "    \"" + name + "\": {\n      \"title\": \"" + escaped_json(title) +
                     "\",\n      \"type\": \"object\",\n      \"additionalProperties\": false,\n"
                     "      \"required\": [\"type\"" +
                     required + "],\n      \"properties\": {\n        \"type\": " +
                     json_begin("種類 / what the line is") + "\"const\": \"" + name + "\"}";
  for (const std::string& member : members) {
    text += ",\n        " + member;
  }
  return text + "\n      }\n    }";
}

constexpr std::string_view receipt_pattern = "^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}$";

std::string json_receipt() {
  return json_member("receipt", json_string(about_receipt, receipt_pattern));
}

std::string json_record(const RecordType& type) {
  std::vector<std::string> members = {json_receipt()};
  std::string required = ", \"receipt\"";
  if (has_place(type)) {
    members.push_back(json_member("number", json_ordinal(about_number)));
    members.push_back(json_member("line", json_ordinal(about_line)));
    required += ", \"number\", \"line\"";
  }
  if (!type.form.empty()) {
    members.push_back(json_member("edition", json_string(about_edition)));
    required += ", \"edition\"";
  }
  std::vector<std::string> computed;
  for (const Field& field : type.fields) {
    if (field.secret) {
      continue;
    }
    (field.computed ? computed : members).push_back(json_member(field.key, json_type(field)));
    if (field.required && !field.computed) {
      required += ", \"" + field.key + '"';
    }
  }
  if (!computed.empty()) {
    members.push_back(json_member("computed", json_object(about_computed, computed, "")));
    required += ", \"computed\"";
  }
  return json_definition(type.name, type.title + " / " + type.title_en, members, required);
}

std::string json_facts(const RecordType& type, const std::string& title,
                       const std::string& first_member, const std::string& first_required) {
  std::vector<std::string> members = {first_member};
  for (const Field& field : type.fields) {
    members.push_back(json_member(field.key, json_type(field)));
  }
  return json_definition(type.name, title, members, first_required);
}

// ---- Markdown ----

std::string_view kind_name(const Field& field) {
  switch (field.kind) {
    case Kind::wide:
      return "full-width text";
    case Kind::yen:
      return "yen";
    case Kind::integer:
      return "integer";
    case Kind::flag:
      return "flag";
    case Kind::code:
      return "code";
    case Kind::date:
      return "date";
    case Kind::month:
      return "month";
    case Kind::day:
      return "day";
    case Kind::time:
      return "time";
    case Kind::text:
      break;
  }
  return "text";
}

std::string markdown_table(const RecordType& type) {
  std::string text =
      "| Field | Holds | 項目 | Meaning | Source |\n| --- | --- | --- | --- | --- |\n";
  for (const Field& field : type.fields) {
    text += "| `" + std::string(field.computed ? "computed." : "") + field.key + "` | " +
            std::string(kind_name(field)) +
            (field.unit.empty() || field.unit == "yen" ? "" : ", " + field.unit) +
            (field.required ? ", always" : "") + (field.secret ? ", apart" : "") + " | " +
            field.name + " | " + field.name_en;
    for (std::size_t i = 0; i < field.codes.size() && field.codes.size() < 20; ++i) {
      text += (i == 0 ? ": " : ", ") + field.codes[i].code + ' ' + field.codes[i].meaning;
    }
    text += " | " + field.source + " |\n";
  }
  return text + '\n';
}

}  // namespace

std::string records_xsd(const IngestModel& model) {
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!-- The union's ingest records, version " +
      model.version() +
      ". Made from the layouts and model.xml by scripts/catalogue. -->\n"
      "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"" +
      xml_namespace(model) + "\"\n           targetNamespace=\"" + xml_namespace(model) +
      "\" elementFormDefault=\"qualified\">\n";
  text += xsd_types();
  for (const RecordType* const type : line_types(model)) {
    text += xsd_record(*type);
  }
  text += "  <xs:complexType name=\"Finding\">\n" + documentation("    ", about_finding) +
          "    <xs:sequence>\n";
  for (const Field& field : model.finding().fields) {
    text += xsd_element(field, false, "      ");
  }
  text += "    </xs:sequence>\n  </xs:complexType>\n\n  <xs:complexType name=\"Filing\">\n" +
          documentation("    ", about_filing) + "    <xs:sequence>\n";
  for (const Field& field : model.filing().fields) {
    text += xsd_element(field, field.key == "receipt", "      ");
  }
  const auto list = [](const std::string& name, std::string_view about, const std::string& content,
                       const std::string& many) {
    return "      <xs:element name=\"" + name + '"' + many + ">\n" +
           documentation("        ", about) + "        <xs:complexType>\n" + content +
           "        </xs:complexType>\n      </xs:element>\n";
  };
  text += list("findings", "指摘の一覧 / the findings that travel along",
               "          <xs:sequence>\n            <xs:element name=\"finding\" type=\"Finding\" "
               "maxOccurs=\"unbounded\">\n" +
                   documentation("              ", about_finding) +
                   "            </xs:element>\n          </xs:sequence>\n",
               " minOccurs=\"0\"");
  for (const RecordType* const type : {&model.media(), &model.count()}) {
    text += xsd_reference(*type, "      ");
  }
  text += list("offices", "事業所の一覧 / the offices, in the order of the filing",
               "          <xs:sequence>\n" + xsd_reference(model.office(), "            ", true) +
                   "          </xs:sequence>\n",
               "");
  std::string records;
  for (const RecordType* const type : model.records()) {
    records += xsd_reference(*type, "            ");
  }
  text += list(
      "records", "届書の一覧 / the data records, in the order of the filing",
      "          <xs:choice maxOccurs=\"unbounded\">\n" + records + "          </xs:choice>\n", "");
  const std::string version = "<xs:attribute name=\"version\" type=\"xs:string\" fixed=\"" +
                              model.version() + "\" use=\"required\">\n" +
                              documentation("        ", about_version) + "      </xs:attribute>\n";
  text += "    </xs:sequence>\n  </xs:complexType>\n\n  <xs:element name=\"ingest\">\n" +
          documentation("    ", "取込レコード / the ingest records of one or more filings") +
          "    <xs:complexType>\n      <xs:sequence>\n        <xs:element name=\"filing\" "
          "type=\"Filing\" maxOccurs=\"unbounded\">\n" +
          documentation("          ", about_filing) +
          "        </xs:element>\n      </xs:sequence>\n      " + version +
          "    </xs:complexType>\n  </xs:element>\n\n";
  text +=
      "  <xs:element name=\"my_numbers\">\n" +
      documentation("    ",
                    "個人番号だけの文書 / My Numbers, apart from all else; a record is told by "
                    "receipt, name and number") +
      "    <xs:complexType>\n      <xs:sequence>\n        <xs:element name=\"filing\" "
      "maxOccurs=\"unbounded\">\n" +
      documentation("          ", about_filing) +
      "          <xs:complexType>\n            <xs:sequence>\n              <xs:element "
      "name=\"my_number\" minOccurs=\"0\" maxOccurs=\"unbounded\">\n" +
      documentation("                ", about_my_number) +
      "                <xs:complexType>\n                  <xs:simpleContent>\n"
      "                    <xs:extension base=\"xs:string\">\n" +
      xsd_attribute("record", "xs:string", about_record, "                      ") +
      xsd_attribute("key", "xs:string", "項目のキー / key of the item", "                      ") +
      xsd_attribute("number", "xs:positiveInteger", about_number, "                      ") +
      "                    </xs:extension>\n                  </xs:simpleContent>\n"
      "                </xs:complexType>\n              </xs:element>\n"
      "            </xs:sequence>\n" +
      xsd_attribute("receipt", "xs:string", about_receipt, "            ") +
      "          </xs:complexType>\n        </xs:element>\n      </xs:sequence>\n      " + version +
      "    </xs:complexType>\n  </xs:element>\n</xs:schema>\n";
  return text;
}

std::string records_json_schema(const IngestModel& model) {
  const std::vector<const RecordType*> lines = line_types(model);
  std::vector<std::string> names = {model.filing().name, model.finding().name};
  for (const RecordType* const type : lines) {
    names.push_back(type->name);
  }
  names.insert(names.end(), {"End", "MyNumber"});
  std::string text =
      "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"$id\": \"" +
      xml_namespace(model) + "\",\n  \"title\": \"A line of the union's ingest records, version " +
      model.version() + "\",\n  \"oneOf\": [";
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "\n" : ",\n") + std::string("    {\"$ref\": \"#/$defs/") + names[i] + "\"}";
  }
  text += "\n  ],\n  \"$defs\": {\n";
  text += json_facts(
      model.filing(), "届出 / a filing; its lines follow",
      json_member("model", json_begin(about_version) + "\"const\": \"" + model.version() + "\"}"),
      ", \"model\", \"receipt\"");
  text += ",\n" + json_facts(model.finding(), std::string(about_finding), json_receipt(),
                             ", \"receipt\", \"severity\", \"rule\", \"message\"");
  for (const RecordType* const type : lines) {
    text += ",\n" + json_record(*type);
  }
  const std::string receipt = json_receipt();
  text +=
      ",\n" + json_definition(
                  "End", "届出の終わり / the end of a filing; without it the filing is cut off",
                  {receipt, json_member("records", json_ordinal("届書の数 / number of records"))},
                  ", \"receipt\", \"records\"");
  text += ",\n" + json_definition("MyNumber",
                                  "個人番号（別の文書） / a My Number, in a document of its own",
                                  {receipt, json_member("record", json_string(about_record)),
                                   json_member("number", json_ordinal(about_number)),
                                   json_member("my_number", json_string(about_my_number))},
                                  ", \"receipt\", \"record\", \"number\", \"my_number\"");
  return text + "\n  }\n}\n";
}

std::string records_markdown(const IngestModel& model) {
  std::string text =
      "# The fields of the ingest records\n\nMade from the layouts and `schemas/ingest/model.xml` "
      "by "
      "`scripts/catalogue`; [docs/ingest.md](ingest.md) says what the kinds are and how values are "
      "computed.\n\nModel version " +
      model.version() + ".\n\n";
  text += "## Filing\n\n" + markdown_table(model.filing());
  text += "## Finding\n\n" + markdown_table(model.finding());
  for (const RecordType* const type : line_types(model)) {
    text += "## " + type->name + "\n\n" + type->title + " / " + type->title_en;
    text +=
        type->form.empty() ? "\n\n" : ", form `" + type->form + "`, table `" + type->key + "`\n\n";
    text += markdown_table(*type);
  }
  text.pop_back();
  return text;
}

}  // namespace kpfd::converters
