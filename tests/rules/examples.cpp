#include "examples.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <stdexcept>
#include <utility>

namespace kpfd_test {

using kpfd::layout::Record;
using kpfd::layout::RuleText;
using kpfd::rules::Outcome;

std::string read_source(const std::string& path) {
  std::ifstream file(std::filesystem::path(KPFD_SOURCE_DIR) / path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot read " + path);
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

const std::string& page() {
  static const std::string text = read_source("docs/rule-language.md");
  return text;
}

std::vector<Block> blocks_of_page(std::string_view kind) {
  std::vector<Block> blocks;
  bool inside = false;
  std::size_t number = 0;
  const std::string& text = page();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.compare(0, 3, "```") == 0) {
      inside = line.substr(3) == kind;
      if (inside) {
        blocks.push_back({number + 1, {}});
      }
    } else if (inside) {
      blocks.back().lines.push_back(line);
    }
  }
  if (blocks.empty()) {
    throw std::runtime_error("the page has no block " + std::string(kind));
  }
  return blocks;
}

const kpfd::layout::Layouts& layouts() {
  static const kpfd::layout::Layouts all = [] {
    std::map<std::string, std::string> files;
    const std::filesystem::path root = std::filesystem::path(KPFD_SOURCE_DIR) / "schemas";
    for (const char* folder : {"layouts", "tables"}) {
      for (const auto& entry : std::filesystem::directory_iterator(root / folder)) {
        if (entry.path().extension() != ".xml") {
          continue;
        }
        const std::string name = std::string(folder) + "/" + entry.path().filename().string();
        files[name] = read_source("schemas/" + name);
      }
    }
    const Block layout = blocks_of_page("xml")[0];
    for (const std::string& line : layout.lines) {
      files["layouts/example.xml"] += line + "\n";
    }
    std::vector<kpfd::layout::SchemaFile> views;
    views.reserve(files.size());
    for (const auto& [name, content] : files) {
      views.push_back({name, content});
    }
    return kpfd::layout::load_layouts(views);
  }();
  return all;
}

const Record& example(std::string_view receiver) {
  for (const Record& record : layouts().records) {
    if (record.key == "example" && record.receiver == receiver) {
      return record;
    }
  }
  throw std::runtime_error("no example record");
}

Record with_rules(const Record& record, std::vector<RuleText> rules) {
  Record copy = record;
  copy.rules = std::move(rules);
  return copy;
}

RuleText rule_text(std::string_view text, std::string_view at, std::string_view when) {
  RuleText rule;
  rule.id = "TEST";
  rule.at = at;
  rule.text = text;
  rule.when = when;
  rule.place = {"test.xml", 10, 5};
  rule.when_spot = {9, 30};
  rule.element = {9, 3};
  return rule;
}

RuleText let_text(std::string_view name, std::string_view text) {
  RuleText let = rule_text(text);
  let.id = name;
  let.let = true;
  return let;
}

std::vector<RuleText> lets_of(const Record& record) {
  std::vector<RuleText> lets;
  std::copy_if(record.rules.begin(), record.rules.end(), std::back_inserter(lets),
               [](const RuleText& rule) { return rule.let; });
  return lets;
}

Filled::Filled(const Record& record)
    : record_(record),
      values_(record.items.size()),
      hidden_(kpfd::rules::hidden_columns(record)),
      ends_(1 + record.items.size() + kpfd::cells_padding) {}

Filled::Filled(const Record& record, std::string_view assignments) : Filled(record) {
  assign(assignments);
}

void Filled::assign(std::string_view assignments) {
  while (!assignments.empty()) {
    const std::size_t end = std::min(assignments.find(' '), assignments.size());
    const std::string_view word = assignments.substr(0, end);
    assignments.remove_prefix(std::min(end + 1, assignments.size()));
    if (word.empty()) {
      continue;
    }
    const std::size_t key_end = std::min(word.find_first_of("=!"), word.size());
    const int found = record_.column_of(word.substr(0, key_end));
    if (found < 0 || key_end == word.size()) {
      throw std::runtime_error("cannot assign " + std::string(word));
    }
    const auto column = static_cast<std::size_t>(found);
    if (word[key_end] == '=') {
      values_[column] = word.substr(key_end + 1);
    } else {
      errors.set(column);
    }
  }
}

void Filled::set(std::size_t column, std::string_view value) { values_[column] = value; }

const kpfd::RecordView& Filled::view() {
  std::string line;
  ends_[0] = std::numeric_limits<std::uint32_t>::max();  // one before the beginning
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (i > 0) {
      line += ',';
    }
    line += values_[i];
    ends_[i + 1] = static_cast<std::uint32_t>(line.size());
  }
  buffer_ = std::make_unique<char[]>(line.size() + 64);
  std::memset(buffer_.get(), '9', line.size() + 64);
  std::memcpy(buffer_.get(), line.data(), line.size());
  view_.cells.buffer = buffer_.get();
  view_.cells.ends = ends_.data() + 1;
  view_.cells.count = static_cast<std::uint32_t>(values_.size());
  view_.errors = &errors;
  view_.hidden = &hidden_;
  view_.check_date = check_date;
  return view_;
}

kpfd::rules::RuleBits doubts_of(const kpfd::rules::RuleSet& set, const Filled& filled,
                                const kpfd::RecordView& view) {
  kpfd::ColumnSet given;
  kpfd::rules::QuickScratch scratch;
  for (const kpfd::layout::Item& item : filled.record().items) {
    const std::string& text = filled.value(item.column);
    const bool number = text.size() <= kpfd::most_number_digits &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    // What an item that is no number has there may be anything.
    constexpr std::int64_t anything = 4711;
    scratch.numbers()[item.column] = text.empty() ? kpfd::no_number
                                     : number     ? std::stoll(text)
                                                  : anything;
    if (!text.empty() && !(*view.hidden)[item.column]) {
      given.set(item.column);
    }
  }
  return look(set.quick, view.check_date, given, scratch);
}

Outcome outcome(const kpfd::rules::Program& program, Filled& record) {
  kpfd::rules::Amounts amounts;
  return outcome(program, record, amounts);
}

Outcome outcome(const kpfd::rules::Program& program, Filled& record,
                kpfd::rules::Amounts& amounts) {
  const kpfd::RecordView& view = record.view();
  kpfd::rules::Scratch scratch;
  scratch.begin(view);
  return kpfd::rules::run(program, view, scratch, amounts);
}

const char* name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass:
      return "holds";
    case Outcome::fail:
      return "fails";
    case Outcome::silent:
      break;
  }
  return "silent";
}

}  // namespace kpfd_test
