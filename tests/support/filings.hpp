// Filings of invented people that give no finding at all, in parts that a test can change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/engine.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd_test {

/// The check date of every filing here, unless a test says otherwise.
inline constexpr kpfd::CivilDate check_date = kpfd::make_date(2026, 7, 31);

/// UTF-8 => Shift_JIS.
std::string sjis(std::string_view utf8);

/// Shift_JIS => UTF-8.
std::string utf8(std::string_view shift_jis);

/// `a,b,c` => its cells, and back.
std::vector<std::string> split(std::string_view line);
std::string join(const std::vector<std::string>& cells);

/// The engine with the schemas of the build.
const kpfd::Engine& engine();

/// The layout of a data record. Throws where there is none.
const kpfd::layout::Record& record_of(std::string_view form, std::string_view receiver,
                                      std::string_view edition = "");

/// Every layout of a line: data records, media records with their variants, office and count
/// records.
std::vector<const kpfd::layout::Record*> all_lines();

/// `2265700 2018-03 KPFD`, `SHFD media attorney`.
std::string title_of(const kpfd::layout::Record& record);

/// A filing, line by line, in Shift_JIS.
struct Filing {
  std::string receiver;
  std::vector<std::string>
      lines;  ///< 0 media, 1 [kanri], 2 count, 3 office, 4 [data], 5 first record
  std::string end = "\r\n";
  std::string last_end = "\r\n";

  std::string text() const;
  std::string name() const { return receiver + "0006.CSV"; }

  std::string cell(std::size_t line, std::size_t column) const;
  Filing& set(std::size_t line, std::size_t column, std::string_view value);
  /// In the first record, by the key of the item.
  Filing& set(std::string_view key, std::string_view value);
};

/// One record of the layout, in a file for its receiver. No check has anything to say about it.
Filing filing_of(const kpfd::layout::Record& record);

/// The same by form and receiver: a bonus payment where nothing is said.
Filing filing_for(std::string_view receiver, std::string_view form = "2265700");

/// One finding as the tests compare it.
struct Found {
  std::uint64_t line = 0;
  std::uint32_t item = 0;
  kpfd::Severity severity = kpfd::Severity::error;
  std::string rule;
  std::string form;
  std::string key;
  std::string hint;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::vector<std::string> texts;  ///< of the message's parts
  std::vector<std::int64_t> numbers;

  /// `6 10 error VALUES`: line, item, severity, rule.
  std::string place() const;
  bool operator==(const Found& other) const;
};
std::ostream& operator<<(std::ostream& out, const Found& found);

struct Checked {
  kpfd::Summary summary;
  std::vector<Found> findings;

  /// place() of each, in the order in which they came.
  std::vector<std::string> places() const;
  /// Of the findings at an item, `error VALUES`.
  std::vector<std::string> at(std::uint64_t line, std::uint32_t item) const;
};

struct CheckArguments {
  std::string name;
  kpfd::CivilDate date = check_date;
  std::uint32_t read_size = 0;
  std::string edition{};
  unsigned threads = 1;
};

Checked check_source(kpfd::Source& source, const CheckArguments& arguments = {},
                     const kpfd::Engine& with = engine());
Checked check_text(std::string_view text, const CheckArguments& arguments = {},
                   const kpfd::Engine& with = engine());
Checked check_filing(const Filing& filing);

/// The findings are these and no others, in this order. Each is written as Found::place().
void expect(const Checked& checked, const std::vector<std::string>& places);
void expect(const Filing& filing, const std::vector<std::string>& places);

/// The same in any order: what is known only later may come later.
void expect_all(const Checked& checked, std::vector<std::string> places);
void expect_all(const Filing& filing, const std::vector<std::string>& places);

/// A readable list.
std::string listed(const std::vector<std::string>& texts);

}  // namespace kpfd_test
