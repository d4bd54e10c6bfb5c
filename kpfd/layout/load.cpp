#include "kpfd/layout/load.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "kpfd/grammar/cells.hpp"
#include "kpfd/layout/document.hpp"
#include "kpfd/layout/suggestion.hpp"
#include "kpfd/layout/words.hpp"

namespace kpfd::layout {

namespace {

std::string describe(const Place& place, const std::string& reason) {
  std::string text = place.file;
  if (place.line > 0) {
    text += ':' + std::to_string(place.line);
    if (place.column > 0) {
      text += ':' + std::to_string(place.column);
    }
  }
  return text + ": " + reason;
}

/// The text for one repetition: `04;05;06` is one for each, anything else is for all.
std::string for_repetition(const Node& node, const char* attribute, int index, std::size_t count) {
  std::string text = node.text(attribute);
  if (index < 0 || text.find(';') == std::string::npos) {
    return text;
  }
  const std::vector<std::string> parts = split(text, ';');
  if (parts.size() != count) {
    node.fail("attribute `" + std::string(attribute) + "` has " + std::to_string(parts.size()) +
              " parts for " + std::to_string(count) + " repetitions");
  }
  return parts[static_cast<std::size_t>(index)];
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::string words_of(std::string key) {
  std::replace(key.begin(), key.end(), '_', ' ');
  return key;
}

/// A layout while it is gathered, before it is made ready for a receiver.
struct Draft {
  struct DateDraft {
    std::string key, era, year, month, ymd;
    Node node;
  };
  /// Adds the item with the next number, unless its key is taken.
  void add(Item item, const Node& node) {
    if (!keys.insert(item.key).second) {
      node.fail("item `" + item.key + "` is said twice");
    }
    if (items.empty()) {
      first = node;
    }
    item.number = next_number++;
    items.push_back(std::move(item));
  }

  Node first;  ///< of the first item
  std::set<std::string> keys;
  std::vector<Item> items;
  std::vector<DateDraft> dates;
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  std::vector<RuleText> rules;
  Node same_filing;  ///< no document: not said
  std::uint16_t next_number = 1;
};

/// Where an inclusion stands: what surrounds the node that is read.
struct Context {
  std::string labels;  ///< of the enclosing `use`
  std::string labels_en;
  Scope scope = Scope::both;  ///< of the enclosing block
  int repetition = -1;        ///< -1: not repeated
  std::string label_name;
  std::vector<std::string> repeat_labels;
  std::vector<std::string> repeat_labels_en;
  int depth = 0;
};

class Loader {
 public:
  explicit Loader(const std::vector<SchemaFile>& files) {
    for (const SchemaFile& file : files) {
      const bool layout = file.name.rfind("layouts/", 0) == 0;
      const bool table = file.name.rfind("tables/", 0) == 0;
      if (!layout && !table) {
        continue;
      }
      documents_.push_back(std::make_unique<Document>(file));
    }
  }

  Layouts load() {
    for (const auto& document : documents_) {
      const Node root = Node::root_of(*document);
      if (root.name() == "table") {
        read_table(root);
      } else if (root.name() == "blocks" || root.name() == "structure") {
        root.each_child([&](const Node& child) {
          if (child.name() == "block" && !blocks_.emplace(child.required("key"), child).second) {
            child.fail("block `" + child.text("key") + "` is said twice");
          }
        });
        if (root.name() == "structure") {
          structure_ = root;
        }
      } else if (root.name() == "layout") {
        forms_.push_back(root);
      } else {
        root.fail("a file of layouts begins with <layout>, <blocks>, <structure> or <table>");
      }
    }
    if (structure_.document == nullptr) {
      throw SchemaError(Place{"layouts", 0, 0}, "no file with <structure>");
    }
    read_structure();
    for (const Node& form : forms_) {
      read_form(form);
    }
    refuse_equal_editions();
    return std::move(layouts_);
  }

 private:
  void read_table(const Node& root) {
    root.allow({"key", "compare"});
    Table table;
    table.key = root.required("key");
    table.numeric = root.choice<bool>("compare", {{"text", false}, {"number", true}});
    root.each_child([&](const Node& row) {
      if (row.name() != "row") {
        row.fail("a table has rows");
      }
      row.allow({"code", "name", "grade", "pension-grade", "from", "below"});
      Table::Row entry;
      entry.code = row.required("code");
      entry.name = row.text("name");
      if (table.numeric) {
        entry.number = row.number("code");
      }
      if (row.has("grade")) {
        entry.grade = row.number("grade");
      }
      if (row.has("pension-grade")) {
        entry.pension_grade = row.number("pension-grade");
      }
      if (row.has("from")) {
        entry.from = row.number("from");
      }
      if (row.has("below")) {
        entry.below = row.number("below");
      }
      const auto same_row = [&](const Table::Row& other) {
        return table.numeric ? other.number == entry.number : other.code == entry.code;
      };
      if (std::any_of(table.rows.begin(), table.rows.end(), same_row)) {
        row.fail("code `" + entry.code + "` is said twice");
      }
      table.rows.push_back(std::move(entry));
    });
    const auto same_key = [&](const Table& other) { return other.key == table.key; };
    if (std::any_of(layouts_.tables.begin(), layouts_.tables.end(), same_key)) {
      root.fail("table `" + table.key + "` is said twice");
    }
    layouts_.tables.push_back(std::move(table));
  }

  const Table* find_table(const Node& node, const std::string& key) const {
    for (const Table& table : layouts_.tables) {
      if (table.key == key) {
        return &table;
      }
    }
    std::vector<std::string_view> known;
    known.reserve(layouts_.tables.size());
    for (const Table& table : layouts_.tables) {
      known.emplace_back(table.key);
    }
    node.fail("no table `" + key + "`" + suggestion(key, known));
  }

  Item read_item(const Node& node, const Context& context) const {
    node.allow({"key",
                "name",
                "name-en",
                "type",
                "length",
                "need",
                "values",
                "not",
                "doubtful",
                "zeros",
                "least",
                "among",
                "separator",
                "separator-severity",
                "spaces",
                "half-space",
                "calendar",
                "check-digit",
                "lost",
                "chosen",
                "unit",
                "scope",
                "refused-by-union",
                "role",
                "profile",
                "source",
                "meaning"});
    const std::size_t count = context.repeat_labels.size();
    Item item;
    item.key = node.required("key");
    item.name = node.required("name");
    if (context.repetition >= 0) {
      item.key += '_' + std::to_string(context.repetition + 1);
    }
    item.name_en = node.has("name-en") ? node.text("name-en") : words_of(item.key);
    if (context.repetition >= 0) {
      const auto index = static_cast<std::size_t>(context.repetition);
      const std::string label = '{' + context.label_name + '}';
      replace_all(item.name, label, context.repeat_labels[index]);
      replace_all(item.name_en, label, context.repeat_labels_en[index]);
    }
    item.type = read_word(node, "type", parse_type, node.required("type"));
    item.lengths = read_word(node, "length", parse_lengths, node.required("length"));
    item.need = node.choice<Need>("need", {{"required", Need::required},
                                           {"optional", Need::optional},
                                           {"conditional", Need::conditional}});
    item.values = read_word(node, "values", parse_values,
                            for_repetition(node, "values", context.repetition, count));
    item.refused = read_word(node, "not", parse_values,
                             for_repetition(node, "not", context.repetition, count));
    item.doubtful = read_word(node, "doubtful", parse_values,
                              for_repetition(node, "doubtful", context.repetition, count));
    if (node.has("zeros")) {
      item.zeros_refused = node.choice<bool>("zeros", {{"refused", true}});
    }
    if (node.has("least")) {
      item.least = node.number("least");
    }
    if (node.has("among")) {
      item.among = find_table(node, node.text("among"));
    }
    if (node.has("separator")) {
      item.separator = node.choice<Separator>(
          "separator", {{"half", Separator::half}, {"full", Separator::full}});
    }
    if (node.has("separator-severity")) {
      item.separator_severity = node.choice<Severity>(
          "separator-severity", {{"error", Severity::error}, {"warning", Severity::warning}});
    }
    if (node.has("spaces")) {
      item.single_spaces = node.choice<bool>("spaces", {{"single", true}});
    }
    if (node.has("half-space")) {
      item.half_space_refused = node.choice<bool>("half-space", {{"refused", true}});
    }
    if (node.has("calendar")) {
      item.gregorian = node.choice<bool>("calendar", {{"gregorian", true}});
      if (item.lengths.least != 8 || !item.lengths.fixed()) {
        node.fail("a day has 8 digits");
      }
    }
    if (node.has("check-digit")) {
      item.my_number = node.choice<bool>("check-digit", {{"my-number", true}});
      if (item.lengths.least != 12 || !item.lengths.fixed()) {
        node.fail("a My Number has 12 digits");
      }
    }
    if (node.has("lost")) {
      item.lost_marks = node.choice<bool>("lost", {{"question-mark", true}});
    }
    if (node.has("chosen")) {
      item.chosen = node.choice<bool>("chosen", {{"yes", true}});
    }
    if (node.has("unit")) {
      item.unit =
          node.choice<Unit>("unit", {{"yen", Unit::yen}, {"thousand_yen", Unit::thousand_yen}});
    }
    item.scope = context.scope;
    if (node.has("scope")) {
      item.scope = node.choice<Scope>(
          "scope",
          {{"both", Scope::both}, {"pension", Scope::pension}, {"union", Scope::union_only}});
    }
    if (node.has("profile")) {
      item.open_to_profile = node.choice<bool>("profile", {{"open", true}});
    }
    item.refused_by_union = node.text("refused-by-union");
    item.role = node.text("role");
    item.source = node.text("source");
    item.meaning = node.text("meaning");
    const bool needs_digits = item.least > 0 || item.gregorian || item.my_number ||
                              (item.among != nullptr && item.among->numeric);
    if (needs_digits && (item.type != Type::digits || item.lengths.most > 18)) {
      node.fail(
          "`least`, `calendar`, `check-digit` and numeric tables are for digits (N), 18 at most");
    }
    return item;
  }

  static RuleText read_rule(const Node& node) {
    RuleText rule;
    rule.let = node.name() == "let";
    if (rule.let) {
      node.allow({"name"});
      rule.id = node.required("name");
    } else {
      node.allow({"id", "at", "severity", "source", "when", "for", "good", "bad", "message",
                  "message-en"});
      rule.id = node.required("id");
      rule.at = node.text("at");
      if (node.has("severity")) {
        rule.severity = node.choice<Severity>(
            "severity", {{"error", Severity::error}, {"warning", Severity::warning}});
      }
      rule.source = node.text("source");
      rule.when = node.text("when");
      rule.receivers = node.text("for");
      rule.good = node.text("good");
      rule.bad = node.text("bad");
      rule.message = node.text("message");
      rule.message_en = node.text("message-en");
    }
    node.read_expression(rule);
    if (!rule.when.empty()) {
      const std::size_t begin = node.document->value_offset(node.xml, "when");
      rule.when_spot = node.document->spot_at(static_cast<std::ptrdiff_t>(begin));
      rule.when_written = node.document->written(rule.when, begin);
    }
    return rule;
  }

  void gather(const Node& parent, const Context& context, Draft& draft) {
    if (context.depth > 16) {
      parent.fail("blocks include each other without end");
    }
    parent.each_child([&](const Node& node) {
      const std::string_view name = node.name();
      if (name == "item") {
        draft.add(read_item(node, context), node);
      } else if (name == "absent") {
        node.allow({"key", "source"});
        ++draft.next_number;
      } else if (name == "use") {
        node.allow({"block", "labels", "labels-en"});
        const auto block = blocks_.find(node.required("block"));
        if (block == blocks_.end()) {
          std::vector<std::string_view> known;
          known.reserve(blocks_.size());
          for (const auto& [key, unused] : blocks_) {
            known.emplace_back(key);
          }
          node.fail("no block `" + node.text("block") + "`" +
                    suggestion(node.text("block"), known));
        }
        Context inner = context;
        ++inner.depth;
        if (node.has("labels")) {
          inner.labels = node.text("labels");
          inner.labels_en = node.text("labels-en");
        }
        if (block->second.has("scope")) {
          inner.scope = block->second.choice<Scope>(
              "scope", {{"pension", Scope::pension}, {"union", Scope::union_only}});
        }
        gather(block->second, inner, draft);
      } else if (name == "repeat") {
        repeat(node, context, draft);
      } else if (name == "date") {
        node.allow({"key", "era", "year", "month", "ymd"});
        draft.dates.push_back({node.required("key"), node.required("era"), node.text("year"),
                               node.text("month"), node.text("ymd"), node});
      } else if (name == "same-filing") {
        node.allow({"items", "number"});
        draft.same_filing = node;
      } else if (name == "rule" || name == "let") {
        draft.rules.push_back(read_rule(node));
      } else {
        node.fail("not known here");
      }
    });
  }

  /// Item by item, not repetition by repetition: cash_1 cash_2 cash_3 in_kind_1 ...
  void repeat(const Node& node, const Context& context, Draft& draft) {
    node.allow({"label", "labels", "labels-en"});
    Context inner = context;
    ++inner.depth;
    inner.label_name = node.required("label");
    const bool has_labels = node.has("labels");
    const std::string labels = has_labels ? node.text("labels") : context.labels;
    const std::string labels_en = has_labels ? node.text("labels-en") : context.labels_en;
    if (labels.empty()) {
      node.fail("no labels, neither here nor where the block is used");
    }
    inner.repeat_labels = split(labels, '|');
    if (labels_en.empty()) {
      for (std::size_t i = 1; i <= inner.repeat_labels.size(); ++i) {
        inner.repeat_labels_en.push_back(std::to_string(i));
      }
    } else {
      inner.repeat_labels_en = split(labels_en, '|');
    }
    if (inner.repeat_labels_en.size() != inner.repeat_labels.size()) {
      node.fail("labels-en: " + std::to_string(inner.repeat_labels_en.size()) + " labels, and " +
                std::to_string(inner.repeat_labels.size()) + " in `labels`");
    }
    node.each_child([&](const Node& child) {
      if (child.name() != "item") {
        child.fail("only items can be repeated");
      }
      std::pair<std::string, std::vector<std::string>> group{child.required("key"), {}};
      for (std::size_t i = 0; i < inner.repeat_labels.size(); ++i) {
        inner.repetition = static_cast<int>(i);
        Item item = read_item(child, inner);
        group.second.push_back(item.key);
        draft.add(std::move(item), child);
      }
      draft.groups.push_back(std::move(group));
    });
  }

  static std::vector<std::string_view> keys_of(const Record& record) {
    std::vector<std::string_view> keys;
    keys.reserve(record.items.size());
    for (const Item& item : record.items) {
      keys.emplace_back(item.key);
    }
    return keys;
  }

  /// The gathered layout as one receiver's file has it.
  static void finish(const Node& node, const Draft& draft, bool union_items, Record& record) {
    record.place = node.place();
    for (const Item& item : draft.items) {
      if (item.scope == Scope::union_only && !union_items) {
        continue;
      }
      record.items.push_back(item);
      record.items.back().column = static_cast<std::uint16_t>(record.items.size() - 1);
    }
    if (record.items.empty() || record.items.size() > most_columns) {
      node.fail("a record has 1 to " + std::to_string(most_columns) + " items");
    }
    if (draft.dates.size() > most_dates) {
      node.fail("a record has at most " + std::to_string(most_dates) + " dates");
    }
    for (const auto& date : draft.dates) {
      const auto column = [&](const std::string& key) {
        if (key.empty()) {
          return DateItems::none;
        }
        const int found = record.column_of(key);
        if (found < 0) {
          date.node.fail("no item `" + key + "`" + suggestion(key, keys_of(record)));
        }
        return static_cast<std::uint16_t>(found);
      };
      DateItems items{date.key, column(date.era), column(date.year), column(date.month),
                      column(date.ymd)};
      const bool month_date = items.year != DateItems::none && items.month != DateItems::none;
      const bool month_part = !date.year.empty() || !date.month.empty();
      if (items.day_date() == month_date || (items.day_date() && month_part)) {
        date.node.fail("a date has an era and either `ymd` or `year` and `month`");
      }
      const auto width = [&](std::uint16_t at, std::uint16_t digits) {
        const Item& item = record.items[at];
        if (item.type != Type::digits || item.lengths.least != digits || !item.lengths.fixed()) {
          date.node.fail("item `" + item.key + "` is to have " + std::to_string(digits) +
                         " digits");
        }
      };
      width(items.era, 1);
      if (items.day_date()) {
        width(items.ymd, 6);
      } else {
        width(items.year, 2);
        width(items.month, 2);
      }
      record.dates.push_back(std::move(items));
    }
    for (const auto& [key, members] : draft.groups) {
      Group group{key, {}};
      for (const std::string& member : members) {
        const int column = record.column_of(member);
        if (column >= 0) {
          group.columns.push_back(static_cast<std::uint16_t>(column));
        }
      }
      if (!group.columns.empty()) {
        record.groups.push_back(std::move(group));
      }
    }
    if (draft.same_filing.document != nullptr) {
      record.same_filing = read_same_filing(draft.same_filing, record);
    }
    for (const RuleText& rule : draft.rules) {
      if (rule.receivers.empty() || record.receiver.empty() || rule.receivers == record.receiver) {
        record.rules.push_back(rule);
      }
    }
  }

  static SameFiling read_same_filing(const Node& node, const Record& record) {
    const auto column = [&](const std::string& key) {
      const int found = record.column_of(key);
      if (found < 0) {
        node.fail("no item `" + key + "`" + suggestion(key, keys_of(record)));
      }
      return found;
    };
    SameFiling same;
    for (const std::string& key : split(node.required("items"), ' ')) {
      same.columns.push_back(static_cast<std::uint16_t>(column(key)));
    }
    if (node.has("number")) {
      same.number = column(node.text("number"));
    }
    return same;
  }

  Record read_header(const Node& node, const Receiver* receiver) {
    node.allow({"record", "variant", "name", "name-en"});
    Draft draft;
    gather(node, Context{}, draft);
    Record record;
    record.key = node.required("record");
    record.variant = node.text("variant");
    record.name = node.text("name");
    record.name_en = node.text("name-en");
    if (receiver != nullptr) {
      record.receiver = receiver->key;
    }
    finish(node, draft, true, record);
    return record;
  }

  static SizeLimit read_size(const Node& node) {
    node.allow({"check", "severity", "from", "above"});
    SizeLimit limit;
    limit.check = node.required("check");
    limit.severity = node.choice<Severity>(
        "severity", {{"error", Severity::error}, {"warning", Severity::warning}});
    if (node.has("from") == node.has("above")) {
      node.fail("either `from` or `above`");
    }
    limit.from = static_cast<std::uint64_t>(node.has("from") ? node.number("from")
                                                             : node.number("above") + 1);
    return limit;
  }

  void read_structure() {
    bool has_count = false;
    structure_.each_child([&](const Node& node) {
      const std::string_view name = node.name();
      if (name == "era") {
        read_era(node);
      } else if (name == "marker") {
        node.allow({"section", "text"});
        const bool data = node.choice<bool>("section", {{"offices", false}, {"data", true}});
        (data ? layouts_.data_marker : layouts_.offices_marker) = node.required("text");
      } else if (name == "retired") {
        node.allow({"form", "name", "name-en", "successor"});
        layouts_.retired.push_back({node.required("form"), node.required("name"),
                                    node.text("name-en"), node.text("successor")});
      } else if (name == "header") {
        if (node.text("record") != "count") {
          node.fail("media and office belong to a receiver");
        }
        layouts_.count = read_header(node, nullptr);
        has_count = true;
      } else if (name == "receiver") {
        read_receiver(node);
      } else if (name == "refused") {
        node.allow({"key", "file", "name", "name-en"});
        layouts_.refused.push_back({node.required("key"), node.required("file"),
                                    node.required("name"), node.text("name-en")});
      } else if (name == "size") {
        layouts_.sizes.push_back(read_size(node));
      } else if (name != "block") {
        node.fail("not known here");
      }
    });
    if (!has_count || layouts_.offices_marker.empty() || layouts_.data_marker.empty() ||
        layouts_.receivers.empty() || layouts_.eras.empty()) {
      structure_.fail("eras, both markers, the office count and a receiver must be said");
    }
  }

  void read_era(const Node& node) {
    node.allow({"code", "key", "name", "name-en", "from", "to"});
    Era era;
    const std::string code = node.required("code");
    if (code.size() != 1 || code[0] < '0' || code[0] > '9') {
      node.fail("the code of an era is one digit");
    }
    era.code = code[0];
    era.key = node.required("key");
    era.name = node.required("name");
    era.name_en = node.text("name-en");
    era.from = node.date("from");
    era.to = node.date("to");
    if (!era.from.known()) {
      node.fail("attribute `from` is missing");
    }
    if (!layouts_.eras.empty() && !(layouts_.eras.back().from < era.from)) {
      node.fail("eras stand oldest first");
    }
    era.first_year = parts_of(era.from).year;
    layouts_.eras.push_back(std::move(era));
  }

  void read_receiver(const Node& node) {
    node.allow({"key", "file", "scope", "name", "name-en"});
    Receiver receiver;
    receiver.key = node.required("key");
    receiver.file = node.required("file");
    receiver.name = node.required("name");
    receiver.name_en = node.text("name-en");
    receiver.is_union = node.choice<bool>("scope", {{"pension", false}, {"union", true}});
    bool has_office = false;
    node.each_child([&](const Node& child) {
      if (child.name() == "header") {
        Record record = read_header(child, &receiver);
        if (record.key == "media") {
          receiver.media.push_back(std::move(record));
        } else if (record.key == "office") {
          receiver.office = std::move(record);
          has_office = true;
        } else {
          child.fail("a receiver has the headers `media` and `office`");
        }
      } else if (child.name() == "office-key") {
        child.allow({"items", "at"});
        receiver.office_key = {split(child.required("items"), ' '), child.required("at")};
      } else if (child.name() == "size") {
        receiver.sizes.push_back(read_size(child));
      } else {
        child.fail("not known here");
      }
    });
    if (receiver.media.empty() || !has_office || receiver.office_key.items.empty()) {
      node.fail("media, office and office-key must be said");
    }
    // A variant is asked first, and is only taken where its chosen items fit.
    std::stable_partition(receiver.media.begin(), receiver.media.end(),
                          [](const Record& record) { return !record.variant.empty(); });
    if (!receiver.media.back().variant.empty()) {
      node.fail("no ordinary media record");
    }
    for (const Record& media : receiver.media) {
      if (media.items.size() != receiver.media.back().items.size()) {
        node.fail("all media records of a receiver have the same number of items");
      }
    }
    for (const std::string& key : receiver.office_key.items) {
      if (receiver.office.column_of(key) < 0) {
        node.fail("no item `" + key + "` in the office record");
      }
    }
    for (const Receiver& other : layouts_.receivers) {
      if (other.key == receiver.key) {
        node.fail("receiver `" + receiver.key + "` is said twice");
      }
      if (other.media.back().items.size() == receiver.media.back().items.size()) {
        node.fail("line 1 has as many items as that of " + other.key +
                  ": it could not be told for whom a file is");
      }
    }
    layouts_.receivers.push_back(std::move(receiver));
  }

  void read_form(const Node& root) {
    root.allow({"form", "key", "name", "name-en", "edition", "valid-from", "valid-to"});
    Draft draft;
    gather(root, Context{}, draft);
    for (const Receiver& receiver : layouts_.receivers) {
      Record record;
      record.form = root.required("form");
      record.key = root.required("key");
      record.name = root.required("name");
      record.name_en = root.has("name-en") ? root.text("name-en") : words_of(record.key);
      record.edition = root.required("edition");
      record.receiver = receiver.key;
      record.for_union = receiver.is_union;
      record.valid_from = root.date("valid-from");
      record.valid_to = root.date("valid-to");
      if (draft.items.empty() || draft.items.front().values.text != record.form) {
        (draft.items.empty() ? root : draft.first)
            .fail("the first item has the form's code as its only value");
      }
      for (const RuleText& rule : draft.rules) {
        if (!rule.receivers.empty() && layouts_.receiver(rule.receivers) == nullptr) {
          std::vector<std::string_view> known;
          known.reserve(layouts_.receivers.size());
          for (const Receiver& other : layouts_.receivers) {
            known.emplace_back(other.key);
          }
          throw SchemaError(rule.at_spot(rule.element),
                            "rule " + rule.id + ": `for`: no receiver `" + rule.receivers + "`" +
                                suggestion(rule.receivers, known));
        }
      }
      finish(root, draft, receiver.is_union, record);
      for (const std::string& key : receiver.office_key.items) {
        if (record.column_of(key) < 0) {
          root.fail("no item `" + key + "`, which names the office");
        }
      }
      if (record.column_of(receiver.office_key.at) < 0) {
        root.fail("no item `" + receiver.office_key.at + "`");
      }
      layouts_.records.push_back(std::move(record));
    }
  }

  void refuse_equal_editions() const {
    for (const Record& a : layouts_.records) {
      for (const Record& b : layouts_.records) {
        if (&a != &b && a.form == b.form && a.receiver == b.receiver &&
            a.items.size() == b.items.size()) {
          throw SchemaError(b.place, "editions " + a.edition + " and " + b.edition + " of form " +
                                         a.form + " have the same number of items for " +
                                         a.receiver +
                                         ": it could not be told which one a record is");
        }
      }
    }
  }

  std::vector<std::unique_ptr<Document>> documents_;
  std::map<std::string, Node> blocks_;
  std::vector<Node> forms_;
  Node structure_;
  Layouts layouts_;
};

}  // namespace

SchemaError::SchemaError(const Place& place, const std::string& reason)
    : std::runtime_error(describe(place, reason)), place_(place), reason_(reason) {}

Layouts load_layouts(const std::vector<SchemaFile>& files) {
  // Tables first: items point into them, so their vector must be whole before any item is read.
  std::vector<SchemaFile> ordered = files;
  std::stable_partition(ordered.begin(), ordered.end(),
                        [](const SchemaFile& file) { return file.name.rfind("tables/", 0) == 0; });
  return Loader(ordered).load();
}

}  // namespace kpfd::layout
