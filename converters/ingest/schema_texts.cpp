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

// ---- XSD ----

std::string documentation(const std::string& indent, const std::string& text) {
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
    text += "      <xs:element name=\"computed\">\n" +
            documentation("        ", "計算した値 / computed by us, not told by the filing") +
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
    text += "    <xs:attribute name=\"edition\" type=\"xs:string\" use=\"required\"/>\n";
  }
  return text + "  </xs:complexType>\n\n";
}

constexpr std::string_view xsd_types = R"(
  <xs:simpleType name="yen">
    <xs:annotation><xs:documentation>円 / whole yen</xs:documentation></xs:annotation>
    <xs:restriction base="xs:nonNegativeInteger"><xs:totalDigits value="12"/></xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="flag">
    <xs:annotation><xs:documentation>該当するときだけある / there only where it holds</xs:documentation></xs:annotation>
    <xs:restriction base="xs:boolean"><xs:pattern value="true"/></xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="era">
    <xs:restriction base="xs:string"><xs:pattern value="[0-9]"/></xs:restriction>
  </xs:simpleType>
  <xs:complexType name="wide">
    <xs:annotation><xs:documentation>全角の文字 / full-width text</xs:documentation></xs:annotation>
    <xs:simpleContent>
      <xs:extension base="xs:string">
        <xs:attribute name="original" type="xs:string" use="required">
          <xs:annotation><xs:documentation>届書の文字のまま / as it stands in the filing</xs:documentation></xs:annotation>
        </xs:attribute>
      </xs:extension>
    </xs:simpleContent>
  </xs:complexType>
  <xs:complexType name="code">
    <xs:simpleContent>
      <xs:extension base="xs:string">
        <xs:attribute name="meaning" type="xs:string">
          <xs:annotation><xs:documentation>意味 / what the code means, where that is known</xs:documentation></xs:annotation>
        </xs:attribute>
      </xs:extension>
    </xs:simpleContent>
  </xs:complexType>
  <xs:complexType name="era-date">
    <xs:annotation><xs:documentation>年月日 / a day; beside it era and YYMMDD as in the filing</xs:documentation></xs:annotation>
    <xs:simpleContent>
      <xs:extension base="xs:date">
        <xs:attribute name="era" type="era" use="required"/>
        <xs:attribute name="ymd" use="required">
          <xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[0-9]{6}"/></xs:restriction></xs:simpleType>
        </xs:attribute>
      </xs:extension>
    </xs:simpleContent>
  </xs:complexType>
  <xs:complexType name="era-month">
    <xs:annotation><xs:documentation>年月 / a month; beside it era and YYMM as in the filing</xs:documentation></xs:annotation>
    <xs:simpleContent>
      <xs:extension base="xs:gYearMonth">
        <xs:attribute name="era" type="era" use="required"/>
        <xs:attribute name="ym" use="required">
          <xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[0-9]{4}"/></xs:restriction></xs:simpleType>
        </xs:attribute>
      </xs:extension>
    </xs:simpleContent>
  </xs:complexType>
  <xs:attributeGroup name="place">
    <xs:attribute name="number" type="xs:positiveInteger" use="required">
      <xs:annotation><xs:documentation>届出の中の順番 / its number in the filing, from 1</xs:documentation></xs:annotation>
    </xs:attribute>
    <xs:attribute name="line" type="xs:positiveInteger" use="required">
      <xs:annotation><xs:documentation>ファイルの行 / its line in the file</xs:documentation></xs:annotation>
    </xs:attribute>
  </xs:attributeGroup>

)";

// ---- JSON Schema ----

std::string json_member(std::string_view name, const std::string& schema) {
  return '"' + std::string(name) + "\": " + schema;
}

std::string json_string(std::string_view pattern = {}) {
  return pattern.empty() ? R"({"type": "string"})"
                         : R"({"type": "string", "pattern": ")" + escaped_json(pattern) + "\"}";
}

std::string json_object(const std::string& description, const std::vector<std::string>& members,
                        const std::string& required) {
  std::string text = "{\"description\": \"" + escaped_json(description) +
                     R"(", "type": "object", "additionalProperties": false, "required": [)" +
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
  const std::string begin = "{\"description\": \"" + escaped_json(description) + "\", ";
  const auto with = [&](std::string_view pattern) {
    return begin + R"("type": "string", "pattern": ")" + escaped_json(pattern) + "\"}";
  };
  switch (field.kind) {
    case Kind::wide:
      return json_object(
          description, {json_member("text", json_string()), json_member("original", json_string())},
          R"("text", "original")");
    case Kind::code:
      return json_object(
          description, {json_member("code", json_string()), json_member("meaning", json_string())},
          R"("code")");
    case Kind::date:
      return json_object(description,
                         {json_member("date", json_string(date_pattern)),
                          json_member("era", json_string("^[0-9]$")),
                          json_member("ymd", json_string("^[0-9]{6}$"))},
                         R"("date", "era", "ymd")");
    case Kind::month:
      if (field.computed) {
        return with(month_pattern);
      }
      return json_object(description,
                         {json_member("month", json_string(month_pattern)),
                          json_member("era", json_string("^[0-9]$")),
                          json_member("ym", json_string("^[0-9]{4}$"))},
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
                     required + "],\n      \"properties\": {\n        \"type\": {\"const\": \"" +
                     name + "\"}";
  for (const std::string& member : members) {
    text += ",\n        " + member;
  }
  return text + "\n      }\n    }";
}

constexpr std::string_view receipt_pattern = "^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}$";

std::string json_record(const RecordType& type) {
  std::vector<std::string> members = {json_member("receipt", json_string(receipt_pattern))};
  std::string required = ", \"receipt\"";
  if (has_place(type)) {
    members.push_back(json_member("number", R"({"type": "integer", "minimum": 1})"));
    members.push_back(json_member("line", R"({"type": "integer", "minimum": 1})"));
    required += ", \"number\", \"line\"";
  }
  if (!type.form.empty()) {
    members.push_back(json_member("edition", json_string()));
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
    members.push_back(json_member(
        "computed",
        json_object("計算した値 / computed by us, not told by the filing", computed, "")));
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
  text += xsd_types;
  for (const RecordType* const type : line_types(model)) {
    text += xsd_record(*type);
  }
  text += "  <xs:complexType name=\"Finding\">\n    <xs:sequence>\n";
  for (const Field& field : model.finding().fields) {
    text += xsd_element(field, false, "      ");
  }
  text +=
      "    </xs:sequence>\n  </xs:complexType>\n\n"
      "  <xs:complexType name=\"Filing\">\n    <xs:sequence>\n";
  for (const Field& field : model.filing().fields) {
    text += xsd_element(field, field.key == "receipt", "      ");
  }
  text +=
      "      <xs:element name=\"findings\" minOccurs=\"0\">\n        <xs:complexType>\n"
      "          <xs:sequence>\n            <xs:element name=\"finding\" type=\"Finding\" "
      "maxOccurs=\"unbounded\"/>\n          </xs:sequence>\n        </xs:complexType>\n"
      "      </xs:element>\n";
  for (const RecordType* const type : {&model.media(), &model.count()}) {
    text += "      <xs:element name=\"" + type->name + "\" type=\"" + type->name + "\"/>\n";
  }
  text +=
      "      <xs:element name=\"offices\">\n        <xs:complexType>\n          <xs:sequence>\n"
      "            <xs:element name=\"" +
      model.office().name + "\" type=\"" + model.office().name +
      "\" maxOccurs=\"unbounded\"/>\n          </xs:sequence>\n"
      "        </xs:complexType>\n      </xs:element>\n"
      "      <xs:element name=\"records\">\n        <xs:complexType>\n"
      "          <xs:choice maxOccurs=\"unbounded\">\n";
  for (const RecordType* const type : model.records()) {
    text += "            <xs:element name=\"" + type->name + "\" type=\"" + type->name + "\"/>\n";
  }
  text +=
      "          </xs:choice>\n        </xs:complexType>\n      </xs:element>\n"
      "    </xs:sequence>\n  </xs:complexType>\n\n"
      "  <xs:element name=\"ingest\">\n    <xs:complexType>\n      <xs:sequence>\n"
      "        <xs:element name=\"filing\" type=\"Filing\" maxOccurs=\"unbounded\"/>\n"
      "      </xs:sequence>\n      <xs:attribute name=\"version\" type=\"xs:string\" fixed=\"" +
      model.version() + "\" use=\"required\"/>\n    </xs:complexType>\n  </xs:element>\n\n";
  text += R"(  <xs:element name="my_numbers">
    <xs:annotation><xs:documentation>個人番号だけの文書 / My Numbers, apart from all else; a record is told by receipt, name and number</xs:documentation></xs:annotation>
    <xs:complexType>
      <xs:sequence>
        <xs:element name="filing" maxOccurs="unbounded">
          <xs:complexType>
            <xs:sequence>
              <xs:element name="my_number" minOccurs="0" maxOccurs="unbounded">
                <xs:complexType>
                  <xs:simpleContent>
                    <xs:extension base="xs:string">
                      <xs:attribute name="record" type="xs:string" use="required"/>
                      <xs:attribute name="key" type="xs:string" use="required"/>
                      <xs:attribute name="number" type="xs:positiveInteger" use="required"/>
                    </xs:extension>
                  </xs:simpleContent>
                </xs:complexType>
              </xs:element>
            </xs:sequence>
            <xs:attribute name="receipt" type="xs:string" use="required"/>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
      <xs:attribute name="version" type="xs:string" fixed=")" +
          model.version() + R"(" use="required"/>
    </xs:complexType>
  </xs:element>
</xs:schema>
)";
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
  text += json_facts(model.filing(), "届出 / a filing; its lines follow",
                     json_member("model", "{\"const\": \"" + model.version() + "\"}"),
                     ", \"model\", \"receipt\"");
  text += ",\n" + json_facts(model.finding(), "指摘 / a finding that travels along",
                             json_member("receipt", json_string(receipt_pattern)),
                             ", \"receipt\", \"severity\", \"rule\", \"message\"");
  for (const RecordType* const type : lines) {
    text += ",\n" + json_record(*type);
  }
  const std::string receipt = json_member("receipt", json_string(receipt_pattern));
  text += ",\n" + json_definition(
                      "End", "届出の終わり / the end of a filing; without it the filing is cut off",
                      {receipt, json_member("records", R"({"type": "integer", "minimum": 1})")},
                      ", \"receipt\", \"records\"");
  text += ",\n" + json_definition("MyNumber",
                                  "個人番号（別の文書） / a My Number, in a document of its own",
                                  {receipt, json_member("record", json_string()),
                                   json_member("number", R"({"type": "integer", "minimum": 1})"),
                                   json_member("my_number", json_string())},
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
