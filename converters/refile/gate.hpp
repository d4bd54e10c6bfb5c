// Whether a filing may be converted: the errors that a conversion must not carry on.
#pragma once

#include <set>
#include <string>

#include "converters/repair/book.hpp"
#include "kpfd/engine.hpp"

namespace kpfd::converters {

/// Listens to a check. An error closes the gate, but for two kinds: that of the encoding, which a
/// conversion takes away itself, and those of the file's size, which say how it can be sent and
/// nothing about what it says; to split a file that is too large is what they ask for.
class Gate final : public FindingSink {
 public:
  Gate(const Engine& engine, const RepairBook& book);

  void finding(const Finding& finding) override;

  bool is_open() const { return open_; }

  /// Ids of the size checks that had an error.
  const std::set<std::string>& too_large() const { return too_large_; }

 private:
  const RepairBook& book_;
  std::set<std::string> sizes_;
  std::set<std::string> too_large_;
  bool open_ = true;
};

}  // namespace kpfd::converters
