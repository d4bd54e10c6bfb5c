#include "vectors.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "kpfd/check/builtin.hpp"
#include "tests/support/filings.hpp"

namespace kpfd_test {

using kpfd::CivilDate;
using kpfd::layout::Record;

namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot read " + path.string());
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line.back() == '\r') {
      line.pop_back();
    }
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), std::istream_iterator<std::string>()};
}

/// `MONTH-SUM@sum_1` or `warning:HEALTH-STANDARD@…` => as verdicts say it.
std::string finding_of(const std::string& word) {
  const std::string warning = "warning:";
  return word.rfind(warning, 0) == 0 ? "warning " + word.substr(warning.size()) : "error " + word;
}

/// Reads vectors.txt. Its head explains the format.
class Reader {
 public:
  std::vector<Vector> read(const std::string& text) {
    for (const std::string& line : lines_of(text)) {
      ++number_;
      const std::vector<std::string> words = words_of(line);
      if (words.empty() || words[0][0] == '#') {
        continue;
      }
      if (words[0] == "form") {
        begin_form(words);
      } else if (words[0] == "with") {
        with_.assign(words.begin() + 1, words.end());
      } else if (words[0] == "as-of") {
        as_of_ = kpfd::parse_iso_date(words.at(1));
      } else {
        add(words);
      }
    }
    return std::move(vectors_);
  }

 private:
  [[noreturn]] void fail(const std::string& reason) const {
    throw std::runtime_error("vectors.txt:" + std::to_string(number_) + ": " + reason);
  }

  void begin_form(const std::vector<std::string>& words) {
    records_.clear();
    with_.clear();
    as_of_ = check_date;
    for (const Record& record : engine().layouts().records) {
      if (record.form == words.at(1) && (words.size() < 3 || record.receiver == words[2])) {
        records_.push_back(&record);
      }
    }
    if (records_.empty()) {
      fail("no such form");
    }
  }

  void assign(Filing& filing, const Record& record, const std::vector<std::string>& words) const {
    for (const std::string& word : words) {
      const std::size_t sign = word.find('=');
      const int column = record.column_of(word.substr(0, sign));
      if (sign == std::string::npos || column < 0) {
        fail("cannot assign " + word);
      }
      filing.set(5, static_cast<std::size_t>(column), sjis(word.substr(sign + 1)));
    }
  }

  void add(const std::vector<std::string>& words) {
    const auto arrow = std::find(words.begin(), words.end(), "=>");
    if (arrow == words.end() || records_.empty()) {
      fail("expected `key=value … => findings` behind a form");
    }
    for (const Record* const record : records_) {
      Filing filing = filing_of(*record);
      assign(filing, *record, with_);
      assign(filing, *record, {words.begin(), arrow});
      Vector vector;
      vector.record = record;
      vector.title = "vectors.txt:" + std::to_string(number_) + " " + title_of(*record);
      vector.bytes = filing.text();
      vector.file_name = filing.name();
      vector.line = 6;
      vector.check_date = as_of_;
      std::transform(arrow + 1, words.end(), std::inserter(vector.expected, vector.expected.end()),
                     finding_of);
      vectors_.push_back(std::move(vector));
    }
  }

  std::size_t number_ = 0;
  std::vector<const Record*> records_;
  std::vector<std::string> with_;
  CivilDate as_of_ = check_date;
  std::vector<Vector> vectors_;
};

bool is_builtin(const std::string& rule) {
  const auto& ids = kpfd::check::check_ids;
  return std::find(ids.begin(), ids.end(), rule) != ids.end();
}

std::string described(const Found& found) {
  return std::string(kpfd::name_of(found.severity)) + " " + found.rule +
         (found.item == 0 ? "" : "@" + found.key);
}

const Record* layout_of(const std::string& line, const std::string& receiver) {
  const std::vector<std::string> cells = split(line);
  for (const Record& record : engine().layouts().records) {
    if (record.form == cells[0] && record.receiver == receiver &&
        record.items.size() == cells.size()) {
      return &record;
    }
  }
  return nullptr;
}

/// The records of one sample.
void add_sample(const fs::path& folder, std::vector<Vector>& vectors) {
  const fs::path input = fs::directory_iterator(folder / "input")->path();
  Vector vector;
  vector.bytes = content_of(input);
  vector.file_name = input.filename().string();
  vector.check_date = check_date;
  if (fs::exists(folder / "as-of")) {
    vector.check_date = kpfd::parse_iso_date(content_of(folder / "as-of").substr(0, 10));
  }
  // Other line ends and encodings are another test's matter.
  const Checked checked = check_text(vector.bytes, {vector.file_name, vector.check_date, 0});
  if (checked.summary.encoding != "Shift_JIS" ||
      std::count(vector.bytes.begin(), vector.bytes.end(), '\r') !=
          std::count(vector.bytes.begin(), vector.bytes.end(), '\n')) {
    return;
  }
  const std::vector<std::string> lines = lines_of(vector.bytes);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    vector.record = layout_of(lines[i], checked.summary.kind);
    vector.line = i + 1;
    vector.title = folder.filename().string() + " line " + std::to_string(i + 1);
    const std::vector<std::string> at_line = checked.at(vector.line, 0);
    const bool whole = std::all_of(at_line.begin(), at_line.end(), [](const std::string& finding) {
      return finding == "warning EDITION" || finding == "warning DOUBLE-FILING";
    });
    if (vector.record == nullptr || !whole) {
      continue;
    }
    vector.expected.clear();
    for (const std::string& line : lines_of(content_of(folder / "expected.txt"))) {
      const std::vector<std::string> words = words_of(line);
      if (words.at(0) != std::to_string(vector.line)) {
        continue;
      }
      std::string finding = words.at(2) + " " + words.at(3);
      for (const auto& item : vector.record->items) {
        if (std::to_string(item.number) == words.at(1)) {
          finding += "@" + item.key;
        }
      }
      vector.expected.insert(finding);
    }
    vectors.push_back(vector);
  }
}

}  // namespace

const std::vector<Vector>& written_vectors() {
  static const std::vector<Vector> vectors =
      Reader().read(content_of(fs::path(KPFD_SOURCE_DIR) / "tests/rules/vectors.txt"));
  return vectors;
}

std::vector<Vector> sample_vectors() {
  std::vector<Vector> vectors;
  for (const char* top : {"valid", "invalid"}) {
    std::set<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(fs::path(KPFD_SOURCE_DIR) / "samples" / top)) {
      folders.insert(entry.path());
    }
    for (const fs::path& folder : folders) {
      add_sample(folder, vectors);
    }
  }
  return vectors;
}

std::vector<std::string> cells_of(const Vector& vector) {
  return split(lines_of(vector.bytes).at(vector.line - 1));
}

Expected of_rules(const Record& record, const Expected& findings) {
  Expected made;
  for (const std::string& finding : findings) {
    const std::size_t begin = finding.find(' ') + 1;
    const std::string id = finding.substr(begin, finding.find('@') - begin);
    const auto& rules = record.rules;
    if (std::any_of(rules.begin(), rules.end(),
                    [&](const auto& rule) { return !rule.let && rule.id == id; })) {
      made.insert(finding);
    }
  }
  return made;
}

Verdicts verdicts_of(const Vector& vector) {
  const Checked checked = check_text(vector.bytes, {vector.file_name, vector.check_date, 0});
  Verdicts verdicts;
  // Where each cell of the record stands.
  std::size_t offset = 0;
  for (std::uint64_t line = 1; line < vector.line; ++line) {
    offset = vector.bytes.find('\n', offset) + 1;
  }
  std::vector<std::size_t> begins;
  const std::vector<std::string> cells = cells_of(vector);
  for (const std::string& cell : cells) {
    begins.push_back(offset);
    offset += cell.size() + 1;
  }
  for (const Found& found : checked.findings) {
    const std::string text = described(found);
    if (found.line != vector.line) {
      verdicts.elsewhere.insert(std::to_string(found.line) + " " + text);
      continue;
    }
    verdicts.of_record.insert(text);
    const int column = found.item == 0 ? -1 : vector.record->column_of(found.key);
    if (column < 0) {
      continue;
    }
    const auto at = static_cast<std::size_t>(column);
    const bool rule = !is_builtin(found.rule);
    const bool within =
        found.offset >= begins[at] && found.offset + found.length <= begins[at] + cells[at].size();
    const bool whole = found.offset == begins[at] && found.length == cells[at].size();
    if (found.item != vector.record->items[at].number || found.form != vector.record->form ||
        !(rule ? whole : within)) {
      verdicts.misplaced.push_back(text);
    }
    if (!rule && found.severity == kpfd::Severity::error && found.rule != "DATE-PAIR" &&
        found.rule != "OFFICE-UNKNOWN") {
      verdicts.own_errors.insert(found.key);
    }
  }
  verdicts.of_rules = of_rules(*vector.record, verdicts.of_record);
  return verdicts;
}

}  // namespace kpfd_test
