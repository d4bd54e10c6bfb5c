#include "converters/refile/supplies.hpp"

#include <algorithm>

#include "converters/refile/recode.hpp"
#include "kpfd/text/survey.hpp"

namespace kpfd::converters {

namespace {

constexpr char separator = ',';

bool is_known(const layout::Record& record, std::string_view key) {
  return record.column_of(key) >= 0;
}

bool is_known(const layout::Layouts& layouts, std::string_view key) {
  const auto has = [key](const layout::Record& record) { return is_known(record, key); };
  for (const layout::Receiver& receiver : layouts.receivers) {
    if (has(receiver.office) || std::any_of(receiver.media.begin(), receiver.media.end(), has)) {
      return true;
    }
  }
  return std::any_of(layouts.records.begin(), layouts.records.end(), has);
}

}  // namespace

SupplyTable::SupplyTable(std::string name, std::string_view bytes) : name_(std::move(name)) {
  const auto fail = [this](std::size_t line, const std::string& english,
                           const std::string& japanese) {
    const std::string number = std::to_string(line);
    throw SupplyError(name_ + (line == 0 ? "" : ", line " + number) + ": " + english,
                      name_ + (line == 0 ? "" : " " + number + " 行目") + ": " + japanese);
  };
  if (bytes.size() > most_bytes) {
    fail(0, "the table is larger than " + std::to_string(most_bytes) + " bytes",
         "表が " + std::to_string(most_bytes) + " バイトを超えています");
  }
  text::Surveyor surveyor;
  surveyor.feed(bytes);
  const text::Survey survey = surveyor.finish();
  if (survey.foreign != text::Foreign::none) {
    fail(0, "this is no table in Shift_JIS or UTF-8", "Shift_JIS または UTF-8 の表ではありません");
  }
  const bool utf8 = survey.encoding != text::Encoding::shift_jis;
  bytes = bytes.substr(static_cast<std::size_t>(survey.content_begin),
                       static_cast<std::size_t>(survey.content_end - survey.content_begin));
  std::string line;
  for (std::size_t number = 1; !bytes.empty(); ++number) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view raw = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (!raw.empty() && raw.back() == '\r') {
      raw.remove_suffix(1);
    }
    if (raw.empty()) {
      continue;
    }
    line.clear();
    if (!utf8) {
      line = raw;
    } else if (!append_shift_jis(line, raw)) {
      fail(number, "a character has no place in Shift_JIS", "Shift_JIS にない文字があります");
    }
    if (line.find('"') != std::string::npos) {
      fail(number, "cells are written without quotation marks",
           "値は引用符で囲まずに書いてください");
    }
    std::size_t cells = 0;
    for (std::size_t begin = 0; begin <= line.size(); ++cells) {
      const std::size_t cell_end = std::min(line.find(separator, begin), line.size());
      const std::string_view text = std::string_view(line).substr(begin, cell_end - begin);
      if (ends_.empty() && lines_.empty()) {
        keys_.emplace_back(text);
      } else {
        text_ += text;
        ends_.push_back(static_cast<std::uint32_t>(text_.size()));
      }
      begin = cell_end + 1;
    }
    if (cells != keys_.size()) {
      const std::string heading = std::to_string(keys_.size());
      const std::string here = std::to_string(cells);
      std::string english = "the heading has ";
      english.append(heading).append(" cells, this line ").append(here);
      std::string japanese = "見出しは ";
      japanese.append(heading).append(" 列、この行は ").append(here).append(" 列です");
      fail(number, english, japanese);
    }
    lines_.push_back(static_cast<std::uint32_t>(number));
  }
  if (lines_.size() < 2) {
    fail(1, "a heading with keys of items and at least one line below it are wanted",
         "項目のキーの見出しと、その下に1行以上が必要です");
  }
  lines_.erase(lines_.begin());
}

int SupplyTable::column_of(std::string_view key) const {
  const auto found = std::find(keys_.begin(), keys_.end(), key);
  return found == keys_.end() ? -1 : static_cast<int>(found - keys_.begin());
}

std::string_view SupplyTable::cell(std::size_t row, int column) const {
  const std::size_t at = row * keys_.size() + static_cast<std::size_t>(column);
  const std::uint32_t begin = at == 0 ? 0 : ends_[at - 1];
  return std::string_view(text_).substr(begin, ends_[at] - begin);
}

const SupplyTable::Index& SupplyTable::index_of(const std::vector<int>& match, int column) {
  const auto [entry, is_new] = indexes_.try_emplace({match, column});
  if (!is_new) {
    return entry->second;
  }
  std::string key;
  for (std::size_t row = 0; row < lines_.size(); ++row) {
    key.clear();
    for (const int part : match) {
      key.append(cell(row, part)).push_back(separator);
    }
    const auto [other, fresh] = entry->second.emplace(key, static_cast<std::uint32_t>(row));
    if (!fresh && cell(row, column) != cell(other->second, column)) {
      const std::string here = std::to_string(lines_[row]);
      const std::string there = std::to_string(lines_[other->second]);
      const std::string& item = keys_[static_cast<std::size_t>(column)];
      std::string english = name_ + ", line ";
      english.append(here).append(": `").append(item).append("` is another than in line ");
      english.append(there).append(" for the same");
      std::string japanese = name_ + ' ';
      japanese.append(here).append(" 行目: 同じものの `").append(item).append("` が ");
      japanese.append(there).append(" 行目とちがいます");
      throw SupplyError(english, japanese);
    }
  }
  return entry->second;
}

std::string_view SupplyTable::find(const std::vector<int>& match,
                                   const std::vector<std::string_view>& texts, int column) {
  std::string key;
  for (const std::string_view text : texts) {
    key.append(text).push_back(separator);
  }
  const Index& index = index_of(match, column);
  const auto found = index.find(key);
  return found == index.end() ? std::string_view{} : cell(found->second, column);
}

void Supplies::check_keys(const layout::Layouts& layouts) const {
  const auto check = [&layouts](const std::string& where, const std::string& key) {
    if (!is_known(layouts, key)) {
      throw SupplyError(where + ": no item is called `" + key + "`",
                        where + ": `" + key + "` という項目はありません");
    }
  };
  for (const auto& table : tables) {
    for (const std::string& key : table->keys()) {
      check(table->name(), key);
    }
  }
  for (const auto& [key, value] : settings) {
    check("--set", key);
  }
}

}  // namespace kpfd::converters
