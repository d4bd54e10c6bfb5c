// Some lines of a filing, mended together: changed, checked again, and changed back where that did
// not help. Internal to converters/repair.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "converters/repair/repairer.hpp"
#include "kpfd/grammar/lines.hpp"

namespace kpfd::converters {

/// A line of a unit, in Shift_JIS.
struct UnitLine {
  std::uint64_t number = 0;  ///< in the file
  std::string text;
  grammar::LineEnd end = grammar::LineEnd::cr_lf;
};

class Unit {
 public:
  Unit(const Engine& engine, const RepairBook& book, const RepairOptions& options)
      : engine_(engine), book_(book), options_(options) {}

  std::vector<UnitLine> lines;

  /// The lines before and behind, which make a filing of the unit: as they are, with line ends.
  void surround(std::string_view before, std::string_view behind);

  /// Makes all repairs that there are.
  void mend();

  /// Appends what was changed in the lines, in order. Views of the unit, until clear().
  void append_changes(std::vector<Change>& changes) const;

  /// No lines, and no changes.
  void clear();

 private:
  /// Where something stands: a line of the unit, and a column or -1 for all of it.
  using Spot = std::pair<std::size_t, int>;

  struct Found {
    Spot spot;
    std::string rule;
    std::string hint;
    Severity severity = Severity::error;
    bool own = false;  ///< a check of the item's text by itself, not a rule across items
    const layout::Record* record = nullptr;
    const layout::Item* item = nullptr;
    std::string form;
    std::string key;  ///< of the item
    MethodInput input;
  };

  struct Edit {
    std::string original;
    std::vector<std::pair<std::string, Method>> made;  ///< rule and method, in their order
    std::vector<std::string> errors_before;            ///< own errors when it was first changed
    const layout::Record* record = nullptr;
    const layout::Item* item = nullptr;
  };

  class Listener;

  /// False: the unit cannot be read by itself as the file was.
  bool check();
  bool mend_once(bool across_items);
  bool mend_finding(const Found& found);
  bool has_given_up(const Spot& spot) const;
  std::optional<std::string> mended_line(Method method, const Found& found) const;
  std::optional<std::string> trimmed_media(const std::string& line) const;
  std::vector<std::size_t> possible_columns(const Found& found) const;
  bool take_back_what_failed();
  bool has_failed(const Spot& spot, const Edit& edit) const;
  void take_back(const Spot& spot);
  void resolve(Found& found) const;

  const Engine& engine_;
  const RepairBook& book_;
  const RepairOptions& options_;
  std::string before_;
  std::string behind_;
  std::uint64_t lines_before_ = 0;
  std::string text_;
  std::string kind_;
  std::vector<Found> found_;
  std::map<Spot, Edit> edits_;
  std::map<Spot, bool> given_up_;
};

}  // namespace kpfd::converters
