// All schemas compiled: what the checking of a file needs, in one place.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/check/definitions.hpp"
#include "kpfd/check/record_checker.hpp"
#include "kpfd/grammar/cells.hpp"

namespace kpfd::check {

/// Neighbouring columns, which are one run of bytes.
struct ColumnRun {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

/// Whether two sets have a column in common.
inline bool meet(const ColumnSet& a, const ColumnSet& b) {
  return ((a.words[0] & b.words[0]) | (a.words[1] & b.words[1]) | (a.words[2] & b.words[2]) |
          (a.words[3] & b.words[3])) != 0;
}

/// Columns in any order => the runs that they form.
std::vector<ColumnRun> runs_of(std::vector<std::uint16_t> columns);

/// One edition of a form for one receiver.
struct EditionChecks {
  const LazyChecker* checker = nullptr;
  std::vector<std::uint16_t> office_key;  ///< columns that name the office
  std::uint16_t office_at = 0;            ///< column where an unknown office is reported
  std::vector<ColumnRun> office_runs;     ///< the key's columns as runs of bytes
  std::vector<ColumnRun>
      same_runs;             ///< what is compared to find a filing made twice, the office included
  ColumnSet office_columns;  ///< the same as sets: an error in one of them leaves the question open
  ColumnSet same_columns;    ///< with the number

  std::string columns;  ///< their number: `36`

  const layout::Record& record() const { return checker->record(); }
};

/// One form for one receiver: an edition for each number of columns.
struct FormChecks {
  std::string form;
  std::vector<EditionChecks> editions;  ///< in the order of the schemas
  std::string possible_columns;         ///< `36, 37`
  bool taken = true;                    ///< false: a profile leaves the form out

  const EditionChecks* with_columns(std::size_t columns) const {
    for (const EditionChecks& edition : editions) {
      if (edition.record().items.size() == columns) {
        return &edition;
      }
    }
    return nullptr;
  }

  /// The edition that was the newest one when the edition `id` (of any form) came: forms change at
  /// different times. The oldest one of a form that came later. Ids compare as they are written.
  const EditionChecks& as_of(std::string_view id) const {
    const EditionChecks* newest = nullptr;
    const EditionChecks* oldest = &editions.front();
    for (const EditionChecks& edition : editions) {
      const std::string& its_id = edition.record().edition;
      if (its_id <= id && (newest == nullptr || newest->record().edition < its_id)) {
        newest = &edition;
      }
      if (its_id < oldest->record().edition) {
        oldest = &edition;
      }
    }
    return newest != nullptr ? *newest : *oldest;
  }
};

/// What is checked in a file for one receiver.
struct ReceiverChecks {
  const layout::Receiver* receiver = nullptr;
  std::vector<const LazyChecker*> media;  ///< variants first
  const LazyChecker* office = nullptr;
  std::vector<FormChecks> forms;
  std::vector<std::uint16_t> office_key;  ///< columns of the office record
  std::string form_names;                 ///< `2225700 算定基礎届、…`, for a message
  std::string form_names_en;

  std::size_t media_columns() const { return media.back()->record().items.size(); }
  const FormChecks* form(std::string_view code) const {
    for (const FormChecks& checks : forms) {
      if (checks.form == code) {
        return &checks;
      }
    }
    return nullptr;
  }
};

/// Immutable once made.
class Schemas {
 public:
  /// Throws layout::SchemaError. Rules are compiled when they are needed, or all at once by
  /// compile_all().
  ///
  /// With a profile, which is copied, its changes are made first; the compiled rules of records
  /// that it changes are not used.
  explicit Schemas(Definitions definitions, const profile::Profile* profile = nullptr);
  explicit Schemas(const std::vector<layout::SchemaFile>& files);
  Schemas(const Schemas&) = delete;
  Schemas& operator=(const Schemas&) = delete;

  /// Throws layout::SchemaError for the first rule that is none.
  void compile_all() const;

  const layout::Layouts& layouts() const { return layouts_; }
  const std::vector<RuleInfo>& checks() const { return checks_; }
  const std::vector<const RuleInfo*>& rules() const { return rules_; }
  /// Ids of all editions of all forms, oldest first.
  const std::vector<std::string>& editions() const { return editions_; }
  /// The newest edition that holds on a day; the oldest of all before there was any.
  const std::string& edition_on(CivilDate day) const;
  /// `sha256:…` over what decides the verdict: layouts, structure, tables and checks.
  const std::string& rules_hash() const { return rules_hash_; }
  const LazyChecker& count() const { return *count_; }
  const std::vector<ReceiverChecks>& receivers() const { return receivers_; }
  /// What a union's profile says; nullptr: there is none.
  const ProfileChecks* profile() const { return profile_checks_.get(); }

  /// Numbers of items that a media record may have: `6, 8`.
  const std::string& media_columns() const { return media_columns_; }

  /// Whether some receiver takes the form, or took it once.
  bool is_form_code(std::string_view code) const;
  const layout::RetiredForm* retired(std::string_view code) const;

  /// The severity and name of a check that the layouts declare by its id (a size limit).
  Check check_named(const std::string& id) const;

 private:
  const LazyChecker* add(const layout::Record& record);
  static void name_form(const layout::Record& record, ReceiverChecks& checks);
  void learn_rules(const layout::Record& record);
  void learn_attachment(const layout::RuleText& rule);
  void set_profile_severities();

  std::unique_ptr<const profile::Profile> profile_;
  layout::Layouts layouts_;
  std::map<const layout::Record*, CompiledRules> compiled_rules_;
  Eras eras_;
  std::vector<RuleInfo> checks_;       ///< by Check
  std::deque<RuleInfo> layout_rules_;  ///< a deque: pointers into it stay good
  std::deque<RuleInfo> attachments_;   ///< one for each document that the profile asks for
  RuleInfos by_id_;
  std::vector<const RuleInfo*> rules_;
  std::deque<LazyChecker> checkers_;
  const LazyChecker* count_ = nullptr;
  std::vector<ReceiverChecks> receivers_;
  std::unique_ptr<const ProfileChecks> profile_checks_;
  std::string media_columns_;
  std::vector<std::string> editions_;
  std::string rules_hash_;
};

}  // namespace kpfd::check
