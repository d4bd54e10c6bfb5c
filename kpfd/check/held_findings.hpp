// Findings that are told later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "kpfd/finding.hpp"

namespace kpfd::check {

/// Keeps findings about records, with the values that they show. What else they name stands in the
/// schemas.
class HeldFindings final : public FindingSink {
 public:
  using Place = std::size_t;

  void finding(const Finding& finding) override {
    values_.emplace_back(finding.value);
    findings_.push_back(finding);
    findings_.back().value = values_.back();
  }

  std::size_t size() const { return findings_.size(); }
  void clear() {
    findings_.clear();
    values_.clear();
  }

  Place begin() const { return 0; }

  /// Tells what stands before an addition about `line` as a whole, from `place` on; returns where
  /// to go on.
  Place tell_until(Place place, std::uint64_t line, FindingSink& sink) const {
    for (; place < findings_.size(); ++place) {
      const Finding& next = findings_[place];
      if (next.line > line || (next.line == line && next.item > 0)) {
        break;
      }
      sink.finding(next);
    }
    return place;
  }

  void tell_rest(Place place, FindingSink& sink) const {
    for (; place < findings_.size(); ++place) {
      sink.finding(findings_[place]);
    }
  }

 private:
  std::deque<std::string> values_;  // a deque: views of them stay good
  std::deque<Finding> findings_;
};

}  // namespace kpfd::check
