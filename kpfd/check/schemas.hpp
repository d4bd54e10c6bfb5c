// All schemas compiled: what the checking of a file needs, in one place.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/check/record_checker.hpp"
#include "kpfd/layout/load.hpp"

namespace kpfd::check {

/// Neighbouring columns, which are one run of bytes.
struct ColumnRun {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

/// Columns in any order => the runs that they form.
std::vector<ColumnRun> runs_of(std::vector<std::uint16_t> columns);

/// One edition of a form for one receiver.
struct EditionChecks {
  const LazyChecker* checker = nullptr;
  std::vector<std::uint16_t> office_key;  ///< columns that name the office
  std::uint16_t office_at = 0;            ///< column where an unknown office is reported
  std::vector<ColumnRun>
      same_runs;  ///< what is compared to find a filing made twice, the office included

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
};

/// What is checked in a file for one receiver.
struct ReceiverChecks {
  const layout::Receiver* receiver = nullptr;
  std::vector<const LazyChecker*> media;  ///< variants first
  const LazyChecker* office = nullptr;
  std::vector<FormChecks> forms;
  std::vector<std::uint16_t> office_key;  ///< columns of the office record

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
  explicit Schemas(const std::vector<layout::SchemaFile>& files,
                   const profile::Profile* profile = nullptr);
  Schemas(const Schemas&) = delete;
  Schemas& operator=(const Schemas&) = delete;

  /// Throws layout::SchemaError for the first rule that is none.
  void compile_all() const;

  const layout::Layouts& layouts() const { return layouts_; }
  const std::vector<RuleInfo>& checks() const { return checks_; }
  const std::vector<const RuleInfo*>& rules() const { return rules_; }
  const std::string& edition() const { return edition_; }
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
  void load_checks(const std::vector<layout::SchemaFile>& files);
  const LazyChecker* add(const layout::Record& record);
  void learn_rules(const layout::Record& record);
  void learn_attachment(const layout::RuleText& rule);
  void set_profile_severities();

  std::unique_ptr<const profile::Profile> profile_;
  layout::Layouts layouts_;
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
  std::string edition_;
};

}  // namespace kpfd::check
