// A line of a filing => the same line for another receiver or in another edition.
//
// Each item of the new layout is taken from the old line where that has an item of the same key;
// else from a table, from what other lines of the file say of the office, or from a setting. What
// the new layout has no place for is lost, and counted.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "converters/refile/supplies.hpp"
#include "converters/source/filing_reader.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::converters {

/// An item with a number of lines.
struct ItemCount {
  const layout::Record* record = nullptr;
  const layout::Item* item = nullptr;
  std::uint64_t lines = 0;
  std::uint64_t first_line = 0;
};

/// What a change of a whole file came to.
struct ChangeReport {
  std::vector<ItemCount> lost;     ///< items with a text that found no place
  std::vector<ItemCount> missing;  ///< required items that nothing is known of
  /// Records that are for the other receiver alone, and are left out.
  std::uint64_t left_out = 0;
  std::uint64_t first_left_out = 0;  ///< their first line

  void count(std::vector<ItemCount>& list, const layout::Record& record, const layout::Item& item,
             std::uint64_t line);
};

class LineChanger {
 public:
  /// `edition` "": each record keeps its own. The arguments outlive the changer.
  LineChanger(const layout::Layouts& layouts, const layout::Receiver& from,
              const layout::Receiver& to, std::string edition, Supplies& supplies);

  /// To be called with each line before the first change(): learns which office is which.
  void learn(const Row& row);

  /// Replaces `line` by the row's new text, in Shift_JIS. False: the line is left out. Throws
  /// SupplyError.
  bool change(const Row& row, std::string& line, ChangeReport& report);

  /// The layout of what change() makes of a line that has one.
  const layout::Record& target(const Row& row) { return *plan_of(row).to; }

  /// Whether a record of an edition goes back to an older one; told once a layout.
  bool goes_back() const { return goes_back_; }

 private:
  /// A table that tells an item.
  struct Lookup {
    SupplyTable* table = nullptr;
    std::vector<int> match;             ///< columns of the table
    std::vector<std::uint16_t> source;  ///< columns of the line with their texts
    int column = 0;                     ///< of the table
  };

  /// Where an item of the new line comes from, in the order of asking.
  struct Origin {
    int source = -1;       ///< column of the old line
    bool emptied = false;  ///< the new receiver wants it empty
    std::vector<Lookup> lookups;
    int learned = -1;  ///< place in learned_keys_
    std::string constant;
  };

  struct Plan {
    const layout::Record* from = nullptr;
    const layout::Record* to = nullptr;
    std::vector<Origin> origins;            ///< by column of the new line
    std::vector<std::uint16_t> lost;        ///< columns of the old line
    std::vector<std::uint16_t> office_key;  ///< columns of the old line; empty: it has not all
  };

  /// What a record says of its office.
  struct OfficeColumns {
    std::vector<int> key;    ///< empty: it does not name its office
    std::vector<int> parts;  ///< by learned_keys_; -1: it does not say that
  };

  /// What records have said of an office.
  struct Learned {
    std::string text;
    bool contradicted = false;  ///< two said different things
  };

  const Plan& plan_of(const Row& row);
  const layout::Record* target_of(const Row& row) const;
  const layout::Record* media_target(const layout::Record& from) const;
  Plan make_plan(const layout::Record& from, const layout::Record& to) const;
  Origin origin_of(const layout::Item& item, const layout::Record& from,
                   const layout::Record& to) const;
  std::string_view text_of(const Origin& origin, const Plan& plan, const Row& row);
  std::string_view learned(const Plan& plan, const Row& row, int part);

  const layout::Layouts& layouts_;
  const layout::Receiver& from_;
  const layout::Receiver& to_;
  std::string edition_;
  Supplies& supplies_;
  std::map<const layout::Record*, Plan> plans_;
  const Plan* last_plan_ = nullptr;
  /// Items of an office that only the new receiver's file says of it, and that records say too.
  std::vector<std::string> learned_keys_;
  std::map<const layout::Record*, OfficeColumns> office_columns_;
  std::map<std::string, std::vector<Learned>, std::less<>> offices_;  ///< by key in the old file
  std::string key_;
  std::vector<std::string_view> texts_;
  bool goes_back_ = false;
};

}  // namespace kpfd::converters
