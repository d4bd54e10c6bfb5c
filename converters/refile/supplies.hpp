// What a filing does not say and its new receiver wants to know: from tables and settings.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "kpfd/layout/model.hpp"

namespace kpfd::converters {

/// A table or a setting that cannot be used, or filings that cannot become one. what() says why, in
/// English, with a line of the table but none of its values.
class SupplyError : public std::runtime_error {
 public:
  SupplyError(const std::string& english, std::string japanese)
      : std::runtime_error(english), japanese_(std::move(japanese)) {}

  /// The same in `ja` or `en`.
  std::string text(std::string_view language) const {
    return language == "en" ? what() : japanese_;
  }

 private:
  std::string japanese_;
};

/// A table whose heading has keys of items: what stands in some of them tells what the others are.
///
///     prefecture_code,district_code,office_symbol,union_office_number
///     21,01,ｹｲﾄ,1001
///
/// In a line that has the first three items and not the fourth, the fourth is looked up.
class SupplyTable {
 public:
  static constexpr std::size_t most_bytes = std::size_t{4} << 20;

  /// `name` is for messages. The text is Shift_JIS or UTF-8; cells have no quotes. Throws
  /// SupplyError.
  SupplyTable(std::string name, std::string_view bytes);

  const std::string& name() const { return name_; }
  const std::vector<std::string>& keys() const { return keys_; }
  int column_of(std::string_view key) const;

  /// The value of `column` in the row that has these texts in the columns of `match`; "" where no
  /// row has. Throws SupplyError where two rows say different things.
  std::string_view find(const std::vector<int>& match, const std::vector<std::string_view>& texts,
                        int column);

 private:
  using Index = std::unordered_map<std::string, std::uint32_t>;

  std::string_view cell(std::size_t row, int column) const;
  const Index& index_of(const std::vector<int>& match, int column);

  std::string name_;
  std::vector<std::string> keys_;
  std::string text_;                  ///< of all cells, in Shift_JIS
  std::vector<std::uint32_t> ends_;   ///< of each cell
  std::vector<std::uint32_t> lines_;  ///< of each row, from 1
  std::map<std::pair<std::vector<int>, int>, Index> indexes_;
};

/// All tables and settings of a run.
struct Supplies {
  std::vector<std::unique_ptr<SupplyTable>> tables;
  std::map<std::string, std::string, std::less<>> settings;  ///< key of an item => Shift_JIS

  /// Throws SupplyError for a key that no layout has.
  void check_keys(const layout::Layouts& layouts) const;
};

}  // namespace kpfd::converters
