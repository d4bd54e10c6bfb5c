#include "samples/maker/examples.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kpfd/layout/model.hpp"
#include "kpfd/layout/words.hpp"
#include "kpfd/text/repertoire.hpp"
#include "kpfd/text/utf8.hpp"
#include "samples/maker/damage.hpp"

namespace kpfd::samples {

namespace {

/// So many records are looked through for one that has the item.
constexpr std::uint64_t most_records = 60;

/// What is found at an item, from the least to the most telling.
enum class Telling : std::uint8_t { nothing, warning, error_of_a_rule, error_of_its_own };

/// The most telling finding at one item of a line. What is wrong with a form's code is wrong with
/// the line.
class AtItem final : public FindingSink {
 public:
  AtItem(std::uint64_t line, std::uint32_t item) : line_(line), item_(item) {}
  void finding(const Finding& finding) override {
    const bool of_the_code = item_ == 1 && finding.item == 0;
    if (finding.line != line_ || (finding.item != item_ && !of_the_code)) {
      return;
    }
    const bool error = finding.severity == Severity::error;
    const bool own = finding.rule->condition.empty();  // no rule of a layout
    const Telling this_one = error && own ? Telling::error_of_its_own
                             : error      ? Telling::error_of_a_rule
                                          : Telling::warning;
    if (this_one > telling) {
      telling = this_one;
      rule = finding.rule->id;
    }
  }
  Telling telling = Telling::nothing;
  std::string rule;

 private:
  std::uint64_t line_;
  std::uint32_t item_;
};

/// A filing of one record whose one item is written in different ways.
class Trial {
 public:
  Trial(const Engine& engine, const Filing& filing, const layout::Item& item)
      : engine_(engine), filing_(filing), item_(item) {
    filing.append_head(head_);
    line_ = 1 + static_cast<std::uint64_t>(std::count(head_.begin(), head_.end(), '\n'));
  }

  AtItem with(CellTexts cells, const std::string& text) const {
    cells[item_.column] = text;
    const std::string bytes = head_ + join_cells(cells) + "\r\n";
    MemorySource source(bytes);
    CheckOptions options;
    options.file_name = filing_.file_name();
    options.check_date = filing_.as_of();
    AtItem sink(line_, item_.number);
    engine_.check(source, options, sink);
    return sink;
  }

 private:
  const Engine& engine_;
  const Filing& filing_;
  const layout::Item& item_;
  std::string head_;
  std::uint64_t line_;
};

/// Not empty, of permitted characters, and with nothing that is easily overlooked.
bool is_readable(const std::string& text) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  return !text.empty() && text::all_permitted(bytes, bytes + text.size()) && text.front() != ' ' &&
         text.back() != ' ';
}

std::string shown(const std::string& text) {
  std::string utf8;
  text::append_utf8(utf8, text);
  return utf8;
}

/// What the example of a rule says at the item of a good record; "": no rule does.
std::string good_of_rules(const layout::Record& record, const layout::Item& item) {
  for (const layout::RuleText& rule : record.rules) {
    for (const std::string& pair : layout::split(rule.good, ' ')) {
      if (pair.rfind(item.key + '=', 0) == 0 && pair.size() > item.key.size() + 1) {
        return pair.substr(item.key.size() + 1);
      }
    }
  }
  return {};
}

}  // namespace

ItemExample example_of(const Engine& engine, const Kitchen& kitchen, const layout::Record& record,
                       const layout::Item& item) {
  SampleOptions options;
  options.forms = {record.form};
  options.receiver = record.receiver;
  options.edition = record.edition;
  options.records = most_records;
  Filing filing(kitchen, options);
  const Trial trial(engine, filing, item);

  ItemExample example;
  CellTexts cells;
  for (std::uint64_t serial = 0; serial < most_records && example.good.empty(); ++serial) {
    std::string line;
    filing.append_record_of(0, serial, line);
    line.resize(line.find_last_not_of("\r\n") + 1);
    cells = split_cells(line);
    example.good = shown(cells[item.column]);
  }
  const std::vector<std::string> texts = damaged_texts(item, cells[item.column]);
  if (example.good.empty()) {
    const auto found = std::find_if(texts.begin(), texts.end(), [&](const std::string& text) {
      return is_readable(text) && trial.with(cells, text).telling <= Telling::warning;
    });
    example.good = found == texts.end() ? good_of_rules(record, item) : shown(*found);
  }
  Telling best = Telling::nothing;
  for (const std::string& text : texts) {
    if (!is_readable(text)) {
      continue;
    }
    const AtItem found = trial.with(cells, text);
    if (found.telling > best) {
      best = found.telling;
      example.bad = shown(text);
      example.bad_rule = found.rule;
    }
    if (best == Telling::error_of_its_own) {
      break;
    }
  }
  return example;
}

}  // namespace kpfd::samples
