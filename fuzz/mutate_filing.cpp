// How libFuzzer changes a filing: by lines and items, so that changed files are still filings, and
// accepted ones are met often. Plain changes of bytes break the skeleton of a file at once.
//
// The base is a made-up filing without errors, of any form, receiver and number of offices; then
// one or more changes of one thing each.
//
// Every second time the result is to be accepted: the changes are such as a good filing may have
// (another name, another order, another day, an amount with its sums), and one that the check does
// not accept is tried anew. So what only accepted filings reach is reached all the time.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kpfd/check/item_checks.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/schemas.hpp"
#include "samples/maker/maker.hpp"
#include "support.hpp"

extern "C" {
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed);
std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1, std::size_t size1,
                                      const std::uint8_t* data2, std::size_t size2,
                                      std::uint8_t* out, std::size_t max_out_size, unsigned seed);

/// libFuzzer's own change of bytes; there is none where files are only replayed.
[[gnu::weak]] std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                           std::size_t max_size);
}

namespace {

/// The bytes before the filing: see fuzz_check.cpp.
constexpr std::size_t head_size = 2;

class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return engine_() % bound; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <typename T, std::size_t N>
  const T& of(const T (&values)[N]) {
    return values[below(N)];
  }

 private:
  std::minstd_rand engine_;
};

const kpfd::samples::Kitchen& kitchen() {
  static const kpfd::samples::Kitchen made(kpfd_fuzz::engine().layouts(), kpfd::embedded_schemas());
  return made;
}

/// One of a few filings without errors. Making one takes longer than checking it, so each is made
/// once.
const std::string& base_filing(Chance& chance) {
  static std::array<std::string, 96> made;
  const std::size_t serial = chance.below(made.size());
  std::string& filing = made[serial];
  if (filing.empty()) {
    kpfd::samples::SampleOptions options;
    options.seed = serial;
    options.records = 1 + serial % 3;
    options.offices = serial % 8 == 7 ? 2U : 1U;
    options.receiver = serial % 5 < 3 ? "KPFD" : "SHFD";
    options.as_of = kpfd::make_date(2026, 7, 31);
    if (serial % 16 == 15) {
      options.encoding = kpfd::samples::Encoding::utf8;
    }
    filing = kpfd::samples::Filing(kitchen(), options).text();
  }
  return filing;
}

/// A filing as lines of cells, with the ends that the lines have.
class Draft {
 public:
  explicit Draft(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = text.find_first_of("\r\n");
      const std::string_view line = text.substr(0, end);
      std::size_t behind = line.size();
      if (end != std::string_view::npos) {
        behind += text.substr(end, 2) == "\r\n" ? 2U : 1U;
      }
      lines_.push_back(
          {cells_of(line), std::string(text.substr(line.size(), behind - line.size()))});
      text.remove_prefix(behind);
    }
  }

  std::string text() const {
    std::string text;
    for (const Line& line : lines_) {
      for (std::size_t i = 0; i < line.cells.size(); ++i) {
        text += i == 0 ? "" : ",";
        text += line.cells[i];
      }
      text += line.end;
    }
    return text;
  }

  void change(Chance& chance) {
    if (lines_.empty()) {
      return;
    }
    // Records and offices have the most items; they get most of the changes.
    std::size_t at = chance.below(lines_.size());
    if (lines_[at].cells.size() < 3) {
      at = chance.below(lines_.size());
    }
    switch (chance.below(24)) {
      case 0:
        change_skeleton(at, chance);
        return;
      case 1:
        lines_[at].end = chance.of(ends);
        return;
      case 2:
      case 3:
        sum(lines_[at].cells, chance);
        return;
      case 4:
        copy_item(at, chance);
        return;
      case 5:
        count_offices();
        return;
      default:
        change_item(lines_[at].cells, chance);
    }
  }

  /// A change that a good filing may have; whether the rules agree is for the check to say.
  void change_with_care(Chance& chance) {
    std::vector<std::size_t> records = long_lines();
    if (records.empty()) {
      return;
    }
    const std::size_t at = records[chance.below(records.size())];
    Items& cells = lines_[at].cells;
    switch (chance.below(9)) {
      case 0:
        lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(at), Line(lines_[at]));
        return;
      case 1:
        lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(at));
        return;
      case 2:
        std::swap(lines_[at], lines_[records[chance.below(records.size())]]);
        return;
      case 3:
        change_amounts(cells, chance);
        return;
      case 4:
        copy_item(at, chance);
        return;
      case 5:
        change_item(cells, chance);
        return;
      default: {
        std::string& cell = cells[chance.below(cells.size())];
        if (is_number(cell)) {
          change_number(cell, chance);
        } else {
          change_letters(cell, chance);
        }
      }
    }
  }

  /// Puts a line of another filing into this one.
  void take_from(const Draft& other, Chance& chance) {
    if (other.lines_.empty()) {
      return;
    }
    const Line& line = other.lines_[chance.below(other.lines_.size())];
    if (lines_.empty() || chance.one_in(2)) {
      lines_.push_back(line);
    } else {
      lines_[chance.below(lines_.size())] = line;
    }
  }

 private:
  using Items = std::vector<std::string>;
  struct Line {
    Items cells;
    std::string end;
  };

  static constexpr std::string_view ends[] = {"\r\n", "\r\n", "\n", "\r", "", "\r\r\n", "\x1A"};
  static constexpr std::string_view marks[] = {
      "[kanri]", "[data]", "[KANRI]", " [data]", "[data],", "[data] ", "\x81\x40[kanri]",
      "[data",   "",       "2265700", "2200700", "2225700", "9999999"};
  static constexpr std::string_view texts[] = {"",
                                               "0",
                                               "1",
                                               "2",
                                               "3",
                                               "5",
                                               "7",
                                               "9",
                                               "00",
                                               "01",
                                               "12",
                                               "13",
                                               "31",
                                               "99",
                                               "000000",
                                               "640107",
                                               "640108",
                                               "310430",
                                               "310501",
                                               "010430",
                                               "010501",
                                               "080731",
                                               "080801",
                                               "060229",
                                               "050229",
                                               "150101",
                                               "9999",
                                               "0058",
                                               "1390",
                                               "9999999",
                                               "9999000",
                                               "0000000",
                                               "99999999",
                                               "20260731",
                                               "20241202",
                                               "20241201",
                                               "\x81\x40",
                                               " ",
                                               "\x83",
                                               "\x83,",
                                               "\xB1",
                                               "\xB1 \xB2",
                                               "\xB1\x81\x40\xB2",
                                               "\x8E\x52\x81\x40\x91\xBE",
                                               "\x87\x40",
                                               "\xFA\x40",
                                               "\xED\x40",
                                               "\xF0\x40",
                                               "\xFC\xFC",
                                               "\x85\x40",
                                               "\x80",
                                               "\xA0",
                                               "\xFF",
                                               "\x7F",
                                               "\x1B$B",
                                               "\"",
                                               "\"1\"",
                                               "'",
                                               "?",
                                               "=1+1",
                                               "-1",
                                               "1e5",
                                               "\x82\x50",
                                               "\x82\x60",
                                               "\x81\x43",
                                               "\x81\x7C",
                                               "\x95\x5C",
                                               "\x83\x5C",
                                               "\xE3\x81\x82",
                                               "\xEF\xBD\xB1",
                                               "\xE3\x81\x8B\xE3\x82\x99",
                                               "\xEF\xBB\xBF",
                                               "\xC2\xA5",
                                               "\xE2\x80\xBE",
                                               "\t"};

  static Items cells_of(std::string_view line) {
    Items cells;
    while (true) {
      const std::size_t comma = line.find(',');
      cells.emplace_back(line.substr(0, comma));
      if (comma == std::string_view::npos) {
        return cells;
      }
      line.remove_prefix(comma + 1);
    }
  }

  void change_skeleton(std::size_t at, Chance& chance) {
    const auto here = lines_.begin() + static_cast<std::ptrdiff_t>(at);
    switch (chance.below(6)) {
      case 0:
        lines_.erase(here);
        break;
      case 1: {
        const Line copy = *here;
        lines_.insert(here, copy);
        break;
      }
      case 2:
        std::swap(*here, lines_[chance.below(lines_.size())]);
        break;
      case 3:
        here->cells = cells_of(chance.of(marks));
        break;
      case 4:
        lines_.insert(here, {cells_of(chance.of(marks)), "\r\n"});
        break;
      default:
        if (chance.one_in(2)) {
          here->cells.emplace_back();
        } else if (here->cells.size() > 1) {
          here->cells.pop_back();
        }
    }
  }

  static void change_item(Items& cells, Chance& chance) {
    std::string& cell = cells[chance.below(cells.size())];
    switch (chance.below(10)) {
      case 0:
        cell.clear();
        break;
      case 1:
        cell = chance.of(texts);
        break;
      case 2:
        cell.insert(chance.below(cell.size() + 1), chance.of(texts));
        break;
      case 3:
        if (!cell.empty()) {
          cell.erase(chance.below(cell.size()), 1);
        }
        break;
      case 4:
        add(cell, chance.one_in(2) ? 1 : -1);
        break;
      case 5:
        cell.insert(cell.begin(), '0');
        break;
      case 6:
        fix_my_number(cell);
        break;
      case 7:
        change_bytes(cell, chance);
        break;
      case 8:
        std::swap(cell, cells[chance.below(cells.size())]);
        break;
      default:
        if (!cell.empty()) {
          cell[chance.below(cell.size())] = static_cast<char>('0' + chance.below(10));
        }
    }
  }

  void copy_item(std::size_t at, Chance& chance) {
    const Items& from = lines_[chance.below(lines_.size())].cells;
    Items& to = lines_[at].cells;
    const std::size_t column = chance.below(to.size());
    if (column < from.size()) {
      to[column] = std::string(from[column]);
    }
  }

  static bool is_number(const std::string& cell) {
    return !cell.empty() && cell.size() <= 9 &&
           cell.find_first_not_of("0123456789") == std::string::npos;
  }

  static void add(std::string& cell, int difference) {
    if (!is_number(cell)) {
      return;
    }
    std::string number = std::to_string(std::max(0L, std::stol(cell) + difference));
    if (number.size() < cell.size()) {
      number.insert(0, cell.size() - number.size(), '0');
    }
    cell = number;
  }

  /// Sums and averages of neighbours: what the rules about remuneration want.
  static void sum(Items& cells, Chance& chance) {
    const std::size_t at = chance.below(cells.size());
    const std::size_t step = 1 + chance.below(4);
    const std::size_t count = 2 + chance.below(2);
    long total = 0;
    for (std::size_t i = 1; i <= count; ++i) {
      if (at < i * step) {
        return;
      }
      const std::string& cell = cells[at - i * step];
      total += is_number(cell) ? std::stol(cell) : 0;
    }
    cells[at] = std::to_string(chance.one_in(3) ? total / static_cast<long>(count) : total);
  }

  /// The lines with more than two items, but for the first: offices and records.
  std::vector<std::size_t> long_lines() const {
    std::vector<std::size_t> found;
    for (std::size_t i = 1; i < lines_.size(); ++i) {
      if (lines_[i].cells.size() > 2) {
        found.push_back(i);
      }
    }
    return found;
  }

  /// Another number of the same width; of a date often another day that there is.
  static void change_number(std::string& cell, Chance& chance) {
    if (cell.size() == 6 && chance.one_in(2)) {
      const std::size_t day = 1 + chance.below(28);
      cell[4] = static_cast<char>('0' + day / 10);
      cell[5] = static_cast<char>('0' + day % 10);
      return;
    }
    cell[chance.below(cell.size())] = static_cast<char>('0' + chance.below(10));
  }

  /// An amount and everything that is added up from it: an amount is added to each item that has
  /// the same value, thrice that to a threefold sum.
  static void change_amounts(Items& cells, Chance& chance) {
    const std::string chosen = cells[chance.below(cells.size())];
    if (!is_number(chosen) || chosen.size() < 5 || chosen[0] == '0') {
      return;
    }
    const long before = std::stol(chosen);
    const long after = 1000 * (1 + static_cast<long>(chance.below(900)));
    for (std::string& cell : cells) {
      if (!is_number(cell) || cell[0] == '0') {
        continue;
      }
      const long value = std::stol(cell);
      for (long times = 1; times <= 3; ++times) {
        if (value == before * times) {
          cell = std::to_string(after * times);
          break;
        }
      }
    }
  }

  /// Other letters of the same kind: half-width kana, kanji of the first level.
  static void change_letters(std::string& cell, Chance& chance) {
    for (std::size_t i = 0; i < cell.size(); ++i) {
      const auto byte = static_cast<unsigned char>(cell[i]);
      if (byte >= 0xB1 && byte <= 0xDC && chance.one_in(3)) {
        cell[i] = static_cast<char>(0xB1 + chance.below(0x2C));
      } else if (byte >= 0x81 && byte <= 0x9F && i + 1 < cell.size()) {
        if (byte >= 0x89 && byte <= 0x97 && chance.one_in(3)) {
          cell[i] = static_cast<char>(0x89 + chance.below(0x0F));
          cell[i + 1] = static_cast<char>(0x9F + chance.below(0x5E));
        }
        ++i;
      }
    }
  }

  static void fix_my_number(std::string& cell) {
    if (cell.size() != 12 || cell.find_first_not_of("0123456789") != std::string::npos) {
      return;
    }
    for (char digit = '0'; digit <= '9'; ++digit) {
      cell[11] = digit;
      if (kpfd::check::my_number_digit_fits(cell)) {
        return;
      }
    }
  }

  static void change_bytes(std::string& cell, Chance& chance) {
    if (LLVMFuzzerMutate == nullptr) {
      return;
    }
    const std::size_t size = cell.size();
    cell.resize(size + 1 + chance.below(8));
    cell.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(cell.data()), size, cell.size()));
  }

  /// The number of offices as the lines have it.
  void count_offices() {
    std::size_t begin = lines_.size();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].cells[0] == "[kanri]") {
        begin = i + 1;
      }
      if (lines_[i].cells[0] == "[data]" && i > begin && lines_[begin].cells.size() == 2) {
        const std::string number = std::to_string(i - begin - 1);
        lines_[begin].cells[1] =
            std::string(number.size() < 3 ? 3 - number.size() : 0, '0') + number;
        return;
      }
    }
  }

  std::vector<Line> lines_;
};

class Nobody final : public kpfd::FindingSink {
 public:
  void finding(const kpfd::Finding& /*finding*/) override {}
};

bool is_accepted(const std::string& filing) {
  kpfd::MemorySource source(filing);
  kpfd::CheckOptions options;
  options.check_date = kpfd::make_date(2026, 7, 31);
  Nobody nobody;
  return kpfd_fuzz::engine().check(source, options, nobody).verdict == kpfd::Verdict::accept;
}

/// A filing that is accepted and near to this one, or to a base.
std::string changed_with_care(std::string filing, Chance& chance) {
  constexpr std::size_t most_tries = 6;
  if (filing.empty() || chance.one_in(16) || !is_accepted(filing)) {
    filing = base_filing(chance);
  }
  for (std::size_t tries = 0; tries < most_tries; ++tries) {
    Draft draft(filing);
    for (std::size_t changes = 1 + chance.below(2); changes > 0; --changes) {
      draft.change_with_care(chance);
    }
    std::string changed = draft.text();
    if (changed != filing && is_accepted(changed)) {
      return changed;
    }
  }
  return filing;
}

std::size_t put(std::uint8_t* out, std::size_t max_size, const std::uint8_t* head,
                std::size_t given, const std::string& filing) {
  if (max_size < head_size) {
    return 0;
  }
  std::uint8_t bytes[head_size] = {};
  std::copy(head, head + std::min(given, head_size), bytes);
  std::copy(bytes, bytes + head_size, out);
  const std::size_t size = std::min(filing.size(), max_size - head_size);
  std::copy(filing.begin(), filing.begin() + static_cast<std::ptrdiff_t>(size), out + head_size);
  return head_size + size;
}

std::string filing_of(const std::uint8_t* data, std::size_t size) {
  return size <= head_size
             ? std::string()
             : std::string(reinterpret_cast<const char*>(data) + head_size, size - head_size);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  Chance chance(seed);
  if (chance.one_in(20) && LLVMFuzzerMutate != nullptr) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  std::uint8_t head[head_size] = {};
  std::copy(data, data + std::min(size, head_size), head);
  if (chance.one_in(16)) {
    head[chance.below(head_size)] = static_cast<std::uint8_t>(chance.below(256));
  }
  std::string filing = filing_of(data, size);
  if (chance.one_in(2)) {
    return put(data, max_size, head, head_size, changed_with_care(std::move(filing), chance));
  }
  if (filing.empty() || chance.one_in(24)) {
    filing = base_filing(chance);
    if (chance.one_in(4)) {
      return put(data, max_size, head, head_size, filing);
    }
  }
  Draft draft(filing);
  if (chance.one_in(12)) {
    draft.take_from(Draft(base_filing(chance)), chance);
  }
  for (std::size_t changes = 1 + chance.below(3); changes > 0; --changes) {
    draft.change(chance);
  }
  return put(data, max_size, head, head_size, draft.text());
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1, std::size_t size1,
                                                 const std::uint8_t* data2, std::size_t size2,
                                                 std::uint8_t* out, std::size_t max_out_size,
                                                 unsigned seed) {
  Chance chance(seed);
  Draft draft(filing_of(data1, size1));
  const Draft other(filing_of(data2, size2));
  for (std::size_t lines = 1 + chance.below(3); lines > 0; --lines) {
    draft.take_from(other, chance);
  }
  return put(out, max_out_size, data1, size1, draft.text());
}
