// What a union's profile does to findings: other severities, and what is counted.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "kpfd/finding.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/profile/model.hpp"
#include "kpfd/summary.hpp"

namespace kpfd::check {

/// A profile whose rules have been found. Immutable once made.
class ProfileChecks {
 public:
  /// How often each `off` of the profile took a finding away, and each attachment was needed. Made
  /// once a file.
  struct Counts {
    std::vector<std::uint64_t> off;
    std::vector<std::uint64_t> attachments;

    void add(const Counts& other);
  };

  /// All that is given outlives this. The layouts are those that the profile has been applied to;
  /// `rules` are all checks and rules. Throws layout::SchemaError for severities of rules that do
  /// not exist (with the nearest known ones), never stand at the place, or cannot be changed.
  ProfileChecks(const profile::Profile& profile, const layout::Layouts& layouts,
                const std::vector<const RuleInfo*>& rules);
  ProfileChecks(const ProfileChecks&) = delete;
  ProfileChecks& operator=(const ProfileChecks&) = delete;

  const profile::Profile& profile() const { return profile_; }

  Counts no_counts() const;

  /// Gives the finding the severity that the profile wants, with the reason, and counts what is to
  /// be counted. False: the profile turns the finding off. Allocates nothing.
  bool settle(Finding& finding, Counts& counts) const;

  /// What a summary says of the profile.
  ProfileUse use(bool applied, const Counts& counts) const;

 private:
  struct Change {
    const profile::Override* said = nullptr;
    std::size_t off = 0;  ///< index of its count, if it turns off
  };

  const profile::Profile& profile_;
  std::unordered_map<const RuleInfo*, std::vector<Change>>
      changes_;  ///< what names more comes first
  std::vector<const profile::Override*> off_;
  std::vector<const Attachment*> attachments_;
};

}  // namespace kpfd::check
