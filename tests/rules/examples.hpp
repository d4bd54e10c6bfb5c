// Records for the tests of the rule language: the layouts of the repository, the example of the
// reference page, and cells that are filled by `key=value`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/layout/load.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/rules/compile.hpp"
#include "kpfd/rules/program.hpp"
#include "kpfd/rules/record_view.hpp"

namespace kpfd_test {

/// The text of a file below the root of the sources.
std::string read_source(const std::string& path);

/// The reference page, docs/rule-language.md.
const std::string& page();

/// The fenced blocks of the page that are of a kind: ```kpfd-rule ... ```.
struct Block {
  std::size_t line = 0;  ///< of its first line in the page
  std::vector<std::string> lines;
};
std::vector<Block> blocks_of_page(std::string_view kind);

/// schemas/layouts, schemas/tables and the example layout of the page.
const kpfd::layout::Layouts& layouts();

/// The example record of the page, for the pension office (`SHFD`) or a union (`KPFD`).
const kpfd::layout::Record& example(std::string_view receiver = "SHFD");

/// The example record with other rules. `rules` live as long as the record.
kpfd::layout::Record with_rules(const kpfd::layout::Record& record,
                                std::vector<kpfd::layout::RuleText> rules);

/// A rule over the example's lets, with nothing but a text.
kpfd::layout::RuleText rule_text(std::string_view text, std::string_view at = "",
                                 std::string_view when = "");
kpfd::layout::RuleText let_text(std::string_view name, std::string_view text);

/// The lets of a record's own rules.
std::vector<kpfd::layout::RuleText> lets_of(const kpfd::layout::Record& record);

inline constexpr kpfd::CivilDate check_date = kpfd::make_date(2026, 7, 31);

/// One line of a filing, in a buffer of exactly the size that RecordView promises.
class Filled {
 public:
  explicit Filled(const kpfd::layout::Record& record);
  Filled(const kpfd::layout::Record& record, std::string_view assignments);

  /// `key=value key=value`; `key!` marks an item at which an error stands.
  void assign(std::string_view assignments);
  void set(std::size_t column, std::string_view value);
  const std::string& value(std::size_t column) const { return values_[column]; }
  const kpfd::layout::Record& record() const { return record_; }

  kpfd::ColumnSet errors;

  /// Valid until the next change.
  const kpfd::RecordView& view();

 private:
  const kpfd::layout::Record& record_;
  std::vector<std::string> values_;
  kpfd::ColumnSet hidden_;
  std::unique_ptr<char[]> buffer_;
  std::vector<std::uint32_t> ends_;  ///< one before the first, and the padding behind the last
  kpfd::RecordView view_;
};

/// The rules that may fail, by the quick look at a record without errors. `view` is the record's.
kpfd::rules::RuleBits doubts_of(const kpfd::rules::RuleSet& set, const Filled& filled,
                                const kpfd::RecordView& view);

/// Runs a program on a record by itself.
kpfd::rules::Outcome outcome(const kpfd::rules::Program& program, Filled& record);
kpfd::rules::Outcome outcome(const kpfd::rules::Program& program, Filled& record,
                             kpfd::rules::Amounts& amounts);

const char* name_of(kpfd::rules::Outcome outcome);

}  // namespace kpfd_test
