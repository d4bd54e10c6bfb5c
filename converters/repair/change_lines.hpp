// Changes and offers of a repair as JSON, one object a line; and which offers there are.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "converters/repair/repairer.hpp"

namespace kpfd::converters {

/// Appends
///
///     {"type":"repair","file":…,"line":…,"form":…,"item":…,"key":…,"rule":…,"method":…,
///      "message":…}                      and "before", "after" of an item, as kinds of characters;
///                                        "columns_before", "columns_after" of a line
///
/// with a line feed behind it. `file` is the name as the inside of a JSON string.
void append_change(std::string& out, std::string_view file, const Change& change,
                   const RepairBook& book, std::string_view language);

/// Listens to a check: findings that could be repaired if their rules were accepted.
class OfferCounter final : public FindingSink {
 public:
  OfferCounter(const RepairBook& book, const RepairOptions& options)
      : book_(book), options_(options) {}

  void finding(const Finding& finding) override;

  /// By rule: the repair, and how many findings it is for.
  using Offers = std::map<std::string, std::pair<const Repair*, std::uint64_t>>;
  const Offers& offers() const { return offers_; }

 private:
  const RepairBook& book_;
  const RepairOptions& options_;
  Offers offers_;
};

/// Appends
///
///     {"type":"offer","file":…,"rule":…,"method":…,"findings":…,"message":…}
///
/// for each of them, with a line feed behind it.
void append_offers(std::string& out, std::string_view file, const OfferCounter::Offers& offers,
                   const RepairBook& book, std::string_view language);

}  // namespace kpfd::converters
