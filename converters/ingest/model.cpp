#include "converters/ingest/model.hpp"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <pugixml.hpp>
#include <set>
#include <utility>

#include "kpfd/layout/load.hpp"
#include "kpfd/layout/source_text.hpp"
#include "kpfd/layout/suggestion.hpp"
#include "kpfd/layout/words.hpp"

namespace kpfd::converters {

namespace {

using layout::SchemaError;

constexpr std::string_view model_file = "ingest/model.xml";

const std::vector<Beside> nothing;

}  // namespace

const std::vector<Beside>& beside(Kind kind) {
  static const std::vector<Beside> original = {
      {"original", "届書の文字のまま", "as it stands in the filing"}};
  static const std::vector<Beside> meaning = {{"meaning", "意味", "what the code means"}};
  static const std::vector<Beside> day_of_era = {{"era", "元号", "era"},
                                                 {"ymd", "年月日（元号）", "YYMMDD in the era"}};
  static const std::vector<Beside> month_of_era = {{"era", "元号", "era"},
                                                   {"ym", "年月（元号）", "YYMM in the era"}};
  switch (kind) {
    case Kind::wide:
      return original;
    case Kind::code:
      return meaning;
    case Kind::date:
      return day_of_era;
    case Kind::month:
      return month_of_era;
    default:
      return nothing;
  }
}

std::string_view value_name(Kind kind) {
  switch (kind) {
    case Kind::wide:
      return "text";
    case Kind::code:
      return "code";
    case Kind::date:
      return "date";
    case Kind::month:
      return "month";
    default:
      return "";
  }
}

const std::vector<Beside>& Field::texts_beside() const { return computed ? nothing : beside(kind); }

int RecordType::field_of(std::string_view field_key) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.key == field_key; });
  return found == fields.end() ? -1 : static_cast<int>(found - fields.begin());
}

std::size_t RecordType::first_computed() const {
  return static_cast<std::size_t>(std::find_if(fields.begin(), fields.end(),
                                               [](const Field& field) { return field.computed; }) -
                                  fields.begin());
}

bool RecordType::has_secrets() const {
  return std::any_of(fields.begin(), fields.end(), [](const Field& field) { return field.secret; });
}

/// Reads model.xml and lays it over the layouts.
class ModelLoader {
 public:
  ModelLoader(IngestModel& model, const layout::SchemaFile& file) : model_(model), source_(file) {
    const pugi::xml_parse_result result =
        document_.load_buffer(source_.content().data(), source_.content().size(),
                              pugi::parse_default, pugi::encoding_utf8);
    if (!result) {
      throw SchemaError(source_.place_at(result.offset),
                        std::string("no XML: ") + result.description());
    }
  }

  void load() {
    const pugi::xml_node root = document_.document_element();
    if (std::string_view(root.name()) != "ingest") {
      fail(root, "the model begins with <ingest>");
    }
    model_.version_ = required(root, "version");
    for (const pugi::xml_node& node : root.children()) {
      if (node.type() == pugi::node_element) {
        read(node);
      }
    }
    for (const std::string_view record : {"media", "count", "office"}) {
      if (model_.lines_.find(record) == model_.lines_.end()) {
        fail(root, "no <lines> for the record `" + std::string(record) + "`");
      }
    }
    if (model_.grades_ == nullptr || model_.filing_.fields.empty() ||
        model_.finding_.fields.empty()) {
      fail(root, "<grades> and <facts> about filings and findings must be said");
    }
    refuse_forms_left_out(root);
    refuse_unused_items();
  }

 private:
  /// What model.xml says of an item.
  struct ItemWords {
    pugi::xml_node node;
    Kind kind = Kind::text;
    bool left_out = false;
    std::string unit;
    bool used = false;
  };

  [[noreturn]] void fail(const pugi::xml_node& node, const std::string& reason) const {
    throw SchemaError(source_.place_at(node.offset_debug()),
                      "<" + std::string(node.name()) + ">: " + reason);
  }
  static std::string text(const pugi::xml_node& node, const char* name) {
    return node.attribute(name).value();
  }
  std::string required(const pugi::xml_node& node, const char* name) const {
    std::string value = text(node, name);
    if (value.empty()) {
      fail(node, "attribute `" + std::string(name) + "` is missing");
    }
    return value;
  }
  template <typename Value>
  Value choice(const pugi::xml_node& node, const char* name,
               std::initializer_list<std::pair<std::string_view, Value>> choices) const {
    const std::string value = required(node, name);
    std::vector<std::string_view> known;
    for (const auto& [word, meaning] : choices) {
      if (word == value) {
        return meaning;
      }
      known.push_back(word);
    }
    fail(node, "`" + value + "` is no " + name + layout::suggestion(value, known));
  }
  Kind kind_of(const pugi::xml_node& node) const {
    return choice<Kind>(node, "kind",
                        {{"text", Kind::text},
                         {"wide", Kind::wide},
                         {"yen", Kind::yen},
                         {"integer", Kind::integer},
                         {"flag", Kind::flag},
                         {"code", Kind::code},
                         {"month", Kind::month},
                         {"day", Kind::day},
                         {"time", Kind::time}});
  }

  void read(const pugi::xml_node& node) {
    const std::string_view name = node.name();
    if (name == "tolerated") {
      model_.tolerated_.push_back(required(node, "check"));
    } else if (name == "grades") {
      read_grades(node);
    } else if (name == "facts") {
      read_facts(node);
    } else if (name == "item") {
      read_item(node);
    } else if (name == "block") {
      blocks_[required(node, "key")] = node;
    } else if (name == "lines") {
      read_lines(node);
    } else if (name == "record") {
      read_record(node);
    } else {
      fail(node, "no such element here");
    }
  }

  void read_grades(const pugi::xml_node& node) {
    const std::string key = required(node, "table");
    for (const layout::Table& table : model_.layouts_.tables) {
      if (table.key == key) {
        model_.grades_ = &table;
      }
    }
    if (model_.grades_ == nullptr) {
      fail(node, "there is no table `" + key + "`");
    }
  }

  void read_facts(const pugi::xml_node& node) {
    RecordType& type = *choice<RecordType*>(
        node, "about", {{"filing", &model_.filing_}, {"finding", &model_.finding_}});
    type.name = required(node, "name");
    type.key = required(node, "about");
    for (const pugi::xml_node& fact : node.children("fact")) {
      Field field;
      field.key = required(fact, "key");
      field.kind = kind_of(fact);
      field.unit = text(fact, "unit");
      field.name = required(fact, "name");
      field.name_en = required(fact, "name-en");
      type.fields.push_back(std::move(field));
    }
  }

  void read_item(const pugi::xml_node& node) {
    ItemWords words;
    words.node = node;
    words.left_out = text(node, "kind") == "left-out";
    if (!words.left_out) {
      words.kind = kind_of(node);
    }
    words.unit = text(node, "unit");
    if (!items_.emplace(required(node, "key"), words).second) {
      fail(node, "the item is said twice");
    }
  }

  void read_lines(const pugi::xml_node& node) {
    const std::string record = required(node, "record");
    std::vector<const layout::Record*> layouts;
    if (record == "count") {
      layouts.push_back(&model_.layouts_.count);
    }
    for (const layout::Receiver& receiver : model_.layouts_.receivers) {
      if (record == "media") {
        for (const layout::Record& media : receiver.media) {
          layouts.push_back(&media);
        }
      } else if (record == "office") {
        layouts.push_back(&receiver.office);
      }
    }
    if (layouts.empty()) {
      fail(node, "there is no record `" + record + "`");
    }
    RecordType& type = add_type(node);
    type.key = record;
    type.title = required(node, "title");
    type.title_en = required(node, "title-en");
    bind(node, type, layouts);
    model_.lines_[record] = &type;
  }

  void read_record(const pugi::xml_node& node) {
    const std::string form = required(node, "form");
    // The newest edition first, of a union's file before others: its records have the most items.
    std::vector<const layout::Record*> layouts;
    for (const layout::Record& record : model_.layouts_.records) {
      if (record.form == form) {
        layouts.push_back(&record);
      }
    }
    if (layouts.empty()) {
      fail(node, "no layout has the form `" + form + "`");
    }
    std::stable_sort(layouts.begin(), layouts.end(), [](const auto* a, const auto* b) {
      return std::make_pair(a->for_union, a->edition) > std::make_pair(b->for_union, b->edition);
    });
    RecordType& type = add_type(node);
    type.form = form;
    type.key = layouts.front()->key;
    type.title = layouts.front()->name;
    type.title_en = layouts.front()->name_en;
    bind(node, type, layouts);
    read_computed(node, type);
    for (Binding& binding : model_.bindings_) {
      if (binding.type == &type) {
        binding.fields.resize(type.fields.size());
      }
    }
    model_.records_.push_back(&type);
  }

  RecordType& add_type(const pugi::xml_node& node) {
    RecordType& type = model_.types_.emplace_back();
    type.name = required(node, "name");
    return type;
  }

  /// Every layout's items become fields of the type: a field for each key, whatever the edition.
  void bind(const pugi::xml_node& node, RecordType& type,
            const std::vector<const layout::Record*>& layouts) {
    std::vector<std::vector<std::pair<Field, Binding::Columns>>> all;
    for (const layout::Record* const record : layouts) {
      all.push_back(fields_of(*record));
      std::size_t at = 0;  // behind the field before
      for (const auto& [field, columns] : all.back()) {
        const int known = type.field_of(field.key);
        if (known >= 0) {
          if (type.fields[static_cast<std::size_t>(known)].kind != field.kind) {
            fail(node, "item `" + field.key + "` is another thing in another edition");
          }
          at = static_cast<std::size_t>(known) + 1;
        } else {
          type.fields.insert(type.fields.begin() + static_cast<std::ptrdiff_t>(at++), field);
        }
      }
    }
    for (Field& field : type.fields) {
      field.required = std::all_of(all.begin(), all.end(), [&](const auto& fields) {
        return std::any_of(fields.begin(), fields.end(), [&](const auto& entry) {
          return entry.first.key == field.key && entry.first.required;
        });
      });
    }
    for (std::size_t i = 0; i < layouts.size(); ++i) {
      Binding binding;
      binding.record = layouts[i];
      binding.type = &type;
      binding.fields.resize(type.fields.size());
      for (const auto& [field, columns] : all[i]) {
        binding.fields[static_cast<std::size_t>(type.field_of(field.key))] = columns;
      }
      model_.by_record_[layouts[i]] = model_.bindings_.size();
      model_.bindings_.push_back(std::move(binding));
    }
  }

  /// The fields that one layout gives, in the order of its items; a date stands where its era does.
  std::vector<std::pair<Field, Binding::Columns>> fields_of(const layout::Record& record) {
    std::vector<std::pair<Field, Binding::Columns>> fields;
    std::set<std::uint16_t> parts_of_dates;
    for (const layout::DateItems& date : record.dates) {
      for (const std::uint16_t column : {date.era, date.year, date.month, date.ymd}) {
        parts_of_dates.insert(column);
      }
    }
    for (const layout::Item& item : record.items) {
      for (const layout::DateItems& date : record.dates) {
        if (date.era == item.column) {
          fields.push_back(date_field(record, date));
        }
      }
      const ItemWords* const words = words_for(record, item);
      const bool always_empty = item.lengths.most == 0;
      if (always_empty || parts_of_dates.count(item.column) != 0 ||
          (words != nullptr && words->left_out)) {
        continue;
      }
      fields.emplace_back(field_of(item, words), Binding::Columns{});
      Binding::Columns& columns = fields.back().second;
      if (!is_ignored(record, item)) {
        columns.at[0] = item.column;
        columns.thousands = item.unit == layout::Unit::thousand_yen;
      }
    }
    return fields;
  }

  /// A union does not read what is meant for the pension office alone.
  static bool is_ignored(const layout::Record& record, const layout::Item& item) {
    return record.for_union && item.scope == layout::Scope::pension;
  }

  std::pair<Field, Binding::Columns> date_field(const layout::Record& record,
                                                const layout::DateItems& date) const {
    const layout::Item& era = record.items[date.era];
    Field field;
    field.key = date.key;
    field.kind = date.day_date() ? Kind::date : Kind::month;
    field.name = without_part(era.name);
    field.name_en = without_part(era.name_en);
    field.source = era.source;
    field.required = !era.optional() && !is_ignored(record, era);
    Binding::Columns columns;
    if (!is_ignored(record, era)) {
      columns.at = date.day_date() ? std::array{date.era, date.ymd, Binding::none}
                                   : std::array{date.era, date.year, date.month};
    }
    return {std::move(field), columns};
  }

  /// `生年月日（元号）` => `生年月日`; `Birth era` => `Birth`.
  static std::string without_part(const std::string& name) {
    for (const std::string_view part : {std::string_view("（元号）"), std::string_view(" era")}) {
      if (name.size() > part.size() &&
          name.compare(name.size() - part.size(), part.size(), part) == 0) {
        return name.substr(0, name.size() - part.size());
      }
    }
    return name;
  }

  Field field_of(const layout::Item& item, const ItemWords* words) const {
    Field field;
    field.key = item.key;
    field.name = item.name;
    field.name_en = item.name_en;
    field.source = item.source;
    field.secret = item.my_number;
    field.required = !item.optional();
    if (words != nullptr) {
      field.kind = words->kind;
      field.unit = words->unit;
    } else {
      field.kind = usual_kind(item);
      field.unit = field.kind == Kind::yen ? "yen" : "";
    }
    if (field.kind == Kind::code) {
      field.codes = codes_of(item);
    }
    return field;
  }

  static Kind usual_kind(const layout::Item& item) {
    if (item.unit != layout::Unit::none) {
      return Kind::yen;
    }
    if (item.gregorian) {
      return Kind::day;
    }
    if (item.among != nullptr || !item.meaning.empty()) {
      return Kind::code;
    }
    if (item.optional() && item.values.text == "1") {
      return Kind::flag;
    }
    switch (item.type) {
      case layout::Type::kana:
      case layout::Type::half_width:
      case layout::Type::full_width:
        return Kind::wide;
      default:
        return Kind::text;
    }
  }

  /// `1 昇給|2 降給`, or the rows of the table that the item's values are among.
  static std::vector<Code> codes_of(const layout::Item& item) {
    std::vector<Code> codes;
    if (!item.meaning.empty()) {
      for (const std::string& part : layout::split(item.meaning, '|')) {
        const std::size_t space = part.find(' ');
        codes.push_back({part.substr(0, space), part.substr(space + 1)});
      }
    } else if (item.among != nullptr) {
      for (const layout::Table::Row& row : item.among->rows) {
        codes.push_back({row.code, row.name});
      }
    }
    return codes;
  }

  /// `base_days` is said for `base_days_1`, too.
  ItemWords* words_for(const layout::Record& record, const layout::Item& item) {
    auto found = items_.find(item.key);
    for (const layout::Group& group : record.groups) {
      if (found == items_.end() && std::find(group.columns.begin(), group.columns.end(),
                                             item.column) != group.columns.end()) {
        found = items_.find(group.key);
      }
    }
    if (found == items_.end()) {
      return nullptr;
    }
    found->second.used = true;
    return &found->second;
  }

  void read_computed(const pugi::xml_node& node, RecordType& type) {
    for (const pugi::xml_node& child : node.children()) {
      if (std::string_view(child.name()) == "use") {
        const auto block = blocks_.find(required(child, "block"));
        if (block == blocks_.end()) {
          fail(child, "no such block above");
        }
        read_computed(block->second, type);
      } else if (child.type() == pugi::node_element) {
        read_computation(child, type);
      }
    }
  }

  std::uint16_t operand(const pugi::xml_node& node, const RecordType& type,
                        const std::string& key) const {
    const int field = type.field_of(key);
    if (field < 0) {
      std::vector<std::string_view> known;
      known.reserve(type.fields.size());
      for (const Field& other : type.fields) {
        known.push_back(other.key);
      }
      fail(node, "the record has no field `" + key + "`" + layout::suggestion(key, known));
    }
    return static_cast<std::uint16_t>(field);
  }

  void read_computation(const pugi::xml_node& node, RecordType& type) {
    Computation computation;
    computation.function = choice<Function>(node, "function",
                                            {{"first", Function::first},
                                             {"sum", Function::sum},
                                             {"round-down", Function::round_down},
                                             {"month", Function::month},
                                             {"grade", Function::grade},
                                             {"standard", Function::standard},
                                             {"grade-of-standard", Function::grade_of_standard},
                                             {"difference", Function::difference}});
    if (!text(node, "scheme").empty()) {
      computation.pension = choice<bool>(node, "scheme", {{"health", false}, {"pension", true}});
    }
    Field field;
    field.key = required(node, "key");
    field.kind = kind_of(node);
    field.unit = field.kind == Kind::yen ? "yen" : "";
    field.name = required(node, "name");
    field.name_en = required(node, "name-en");
    field.computed = true;
    field.source = required(node, "function") + " of " + required(node, "of");
    if (type.field_of(field.key) >= 0) {
      fail(node, "the record has a field `" + field.key + "` already");
    }
    for (const std::string& key : layout::split(required(node, "of"), ' ')) {
      computation.operands.push_back(operand(node, type, key));
    }
    refuse_operands(node, type, computation);
    if (!text(node, "unless").empty()) {
      const std::string key = text(node, "unless");
      // A block serves records that have no such item, too.
      computation.unless = type.field_of(key);
    }
    computation.step = node.attribute("step").as_llong(1);
    computation.most = node.attribute("most").as_llong(0);
    if (computation.step < 1) {
      fail(node, "`step` is a whole number from 1 on");
    }
    computation.field = static_cast<std::uint16_t>(type.fields.size());
    type.fields.push_back(std::move(field));
    type.computations.push_back(std::move(computation));
  }

  /// A function's operands are as many, and of such kinds, as it takes.
  void refuse_operands(const pugi::xml_node& node, const RecordType& type,
                       const Computation& computation) const {
    const bool of_date = computation.function == Function::month;
    for (const std::uint16_t at : computation.operands) {
      const Kind kind = type.fields[at].kind;
      const bool is_date = kind == Kind::date || kind == Kind::month;
      const bool is_number = kind == Kind::yen || kind == Kind::integer;
      if (of_date ? !is_date : !is_number) {
        fail(node, "`" + type.fields[at].key + "` is no operand of this function");
      }
    }
    const std::size_t count = computation.operands.size();
    const bool takes_many =
        computation.function == Function::first || computation.function == Function::sum;
    const std::size_t wanted = computation.function == Function::difference ? 2 : 1;
    if (!takes_many && count != wanted) {
      fail(node, "the function takes " + std::to_string(wanted) + " operand(s)");
    }
  }

  /// A form that the check accepts and the ingest does not know would be lost.
  void refuse_forms_left_out(const pugi::xml_node& root) const {
    for (const layout::Record& record : model_.layouts_.records) {
      if (model_.by_record_.find(&record) == model_.by_record_.end()) {
        fail(root, "no <record> for the form `" + record.form + "`");
      }
    }
  }

  void refuse_unused_items() const {
    for (const auto& [key, words] : items_) {
      if (!words.used) {
        fail(words.node, "no layout has an item `" + key + "`");
      }
    }
  }

  IngestModel& model_;
  layout::SourceText source_;
  pugi::xml_document document_;
  std::map<std::string, ItemWords, std::less<>> items_;
  std::map<std::string, pugi::xml_node, std::less<>> blocks_;
};

IngestModel::IngestModel(const std::vector<Engine::SchemaFile>& files,
                         const layout::Layouts& layouts)
    : layouts_(layouts) {
  const auto file = std::find_if(files.begin(), files.end(), [](const Engine::SchemaFile& known) {
    return known.name == model_file;
  });
  if (file == files.end()) {
    throw SchemaError(layout::Place{std::string(model_file), 0, 0}, "missing");
  }
  ModelLoader(*this, {file->name, file->content}).load();
}

bool IngestModel::tolerates(std::string_view check) const {
  return std::find(tolerated_.begin(), tolerated_.end(), check) != tolerated_.end();
}

}  // namespace kpfd::converters
