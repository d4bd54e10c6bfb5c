#include "samples/maker/recipes.hpp"

#include <algorithm>
#include <charconv>

#include "kpfd/layout/document.hpp"

namespace kpfd::samples {

namespace {

using layout::Node;

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) {
      parts.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string_view without_blanks(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  while (!text.empty() && blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

/// Fills `numbers` where every text is one.
void find_numbers(Pool::Column& column) {
  std::vector<std::int64_t> numbers;
  for (const std::string& text : column.texts) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
      return;
    }
    numbers.push_back(number);
  }
  column.numbers = std::move(numbers);
}

/// `<pool key="towns" columns="kanji kana">`, a row a line, one space between columns.
Pool read_pool(const Node& node) {
  node.allow({"key", "columns"});
  Pool pool;
  pool.key = node.required("key");
  for (std::string& key : split(node.required("columns"), ' ')) {
    pool.columns.push_back({std::move(key), {}, {}});
  }
  for (const std::string& line : split(node.xml.text().get(), '\n')) {
    std::vector<std::string> cells = split(without_blanks(line), ' ');
    if (cells.empty()) {
      continue;
    }
    if (cells.size() != pool.columns.size()) {
      node.fail("row " + std::to_string(pool.rows + 1) + " has " + std::to_string(cells.size()) +
                " columns and not " + std::to_string(pool.columns.size()));
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
      pool.columns[i].texts.push_back(std::move(cells[i]));
    }
    ++pool.rows;
  }
  if (pool.rows == 0) {
    node.fail("the pool is empty");
  }
  for (Pool::Column& column : pool.columns) {
    find_numbers(column);
  }
  return pool;
}

Pool pool_of(const layout::Table& table) {
  Pool pool;
  pool.key = table.key;
  pool.rows = table.rows.size();
  Pool::Column codes{"code", {}, {}};
  Pool::Column names{"name", {}, {}};
  bool graded = true;
  for (const layout::Table::Row& row : table.rows) {
    codes.texts.push_back(row.code);
    names.texts.push_back(row.name);
    pool.from.push_back(row.from);
    graded = graded && row.grade > 0;
  }
  if (!graded) {
    pool.from.clear();
  }
  find_numbers(codes);
  pool.columns = {std::move(codes), std::move(names)};
  return pool;
}

void replace_all(std::string& text, char from, char to) {
  std::replace(text.begin(), text.end(), from, to);
}

/// `<let name=…>` or `<item key=…>`; within a repetition `#` is its number.
void read_definition(const Node& node, char repetition, Definitions& to) {
  const bool let = node.name() == "let";
  if (!let && node.name() != "item") {
    node.fail("a recipe has lets, items and repeats");
  }
  if (let) {
    node.allow({"name", "value"});
  } else {
    node.allow({"key", "value", "text", "when"});
  }
  Definition definition;
  definition.name = node.required(let ? "name" : "key");
  definition.value = node.text("value");
  definition.text = node.text("text");
  definition.when = node.text("when");
  definition.place = node.place();
  if (definition.value.empty() == definition.text.empty()) {
    node.fail("either `value` or `text`");
  }
  if (repetition != 0) {
    for (std::string* text :
         {&definition.name, &definition.value, &definition.text, &definition.when}) {
      replace_all(*text, '#', repetition);
    }
  }
  std::string name = definition.name;
  if (!to.emplace(std::move(name), std::move(definition)).second) {
    node.fail("said twice: `" + node.text(let ? "name" : "key") + "`");
  }
}

void read_section(const Node& node, Definitions& to) {
  node.allow({"for"});
  node.each_child([&](const Node& child) {
    if (child.name() != "repeat") {
      read_definition(child, 0, to);
      return;
    }
    child.allow({"times"});
    const std::string times = child.required("times");
    if (times.size() != 1 || times[0] < '2' || times[0] > '9') {
      child.fail("`times` is 2 to 9");
    }
    for (char repetition = '1'; repetition <= times[0]; ++repetition) {
      child.each_child([&](const Node& step) { read_definition(step, repetition, to); });
    }
  });
}

CivilDate read_day(const Node& node, const char* attribute) {
  node.required(attribute);
  return node.date(attribute);
}

}  // namespace

const Pool::Column* Pool::column(std::string_view column_key) const {
  for (const Column& column : columns) {
    if (column.key == column_key) {
      return &column;
    }
  }
  return nullptr;
}

const Pool* Recipes::pool(std::string_view key) const {
  for (const Pool& pool : pools) {
    if (pool.key == key) {
      return &pool;
    }
  }
  return nullptr;
}

Recipes load_recipes(const std::vector<Engine::SchemaFile>& files, const layout::Layouts& layouts) {
  const auto file = std::find_if(files.begin(), files.end(), [](const Engine::SchemaFile& other) {
    return other.name == recipes_file;
  });
  if (file == files.end()) {
    throw layout::SchemaError({std::string(recipes_file), 0, 0}, "the file is missing");
  }
  const layout::Document document({file->name, file->content});
  const Node root = Node::root_of(document);
  if (root.name() != "samples") {
    root.fail("a file of recipes begins with <samples>");
  }
  root.allow({"as-of", "earliest", "latest"});

  Recipes recipes;
  recipes.as_of = read_day(root, "as-of");
  recipes.earliest = read_day(root, "earliest");
  recipes.latest = read_day(root, "latest");
  for (const layout::Table& table : layouts.tables) {
    recipes.pools.push_back(pool_of(table));
  }
  root.each_child([&](const Node& child) {
    if (child.name() == "pool") {
      recipes.pools.push_back(read_pool(child));
    } else if (child.name() == "recipe") {
      read_section(child, recipes.sections[child.required("for")]);
    } else {
      child.fail("pools and recipes only");
    }
  });
  return recipes;
}

}  // namespace kpfd::samples
