// What every way of taking filings in has in common: opening, checking, naming, loading.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "converters/ingest/admission.hpp"
#include "converters/ingest/identity.hpp"
#include "converters/ingest/model.hpp"
#include "converters/store/store.hpp"
#include "hooks/intake/profile_file.hpp"
#include "hooks/intake/schema_set.hpp"
#include "hooks/intake/sources.hpp"
#include "kpfd/report/report.hpp"

namespace kpfd::hooks {

/// A file that may become a filing.
struct Candidate {
  std::string path;  ///< "-": it has no name
  OpenedSource opened;
  CivilDate check_date;
  std::string received_at;
  converters::Admission admission;
  std::string reason;  ///< why it could not be checked; "": it was

  bool accepted() const { return admission.accepted && reason.empty(); }
};

/// Checks files and names filings. Immutable once made: any number of threads may take files in
/// with one.
class Intake {
 public:
  struct Options {
    std::string schemas;          ///< folder of `--schemas`; "": none
    std::string profile;          ///< file of a union's profile; "": none
    std::string language = "ja";  ///< of messages, and of findings that travel along
    std::string as_of;            ///< the check date; "": the day in Japan when a file is examined
    std::string received_at;      ///< "": the time when a file is examined
    unsigned threads = 1;         ///< that work on a large file at a time
    bool strict = false;          ///< errors that the model tolerates keep a filing out, too
  };

  /// Throws SetupError.
  explicit Intake(const Options& options);
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  const Engine& engine() const { return *engine_; }
  /// The union's profile, if there is one.
  const std::optional<profile::Profile>& profile() const { return profile_; }
  const converters::IngestModel& model() const { return *model_; }
  const report::Catalogue& catalogue() const { return catalogue_; }
  const SchemaSet& schemas() const { return schemas_; }
  const std::vector<Engine::SchemaFile>& schema_files() const { return schemas_.files(); }

  /// Opens and checks a file; one that cannot be opened or read is a candidate with a reason.
  Candidate examine(const std::string& path) const;
  /// Checks a file that is open. `name` is what it is called, "-" for nothing.
  /// `also` is told each finding, too.
  Candidate examine(const std::string& name, OpenedSource opened,
                    FindingSink* also = nullptr) const;

  /// What is wrong with a candidate that is not accepted, but was checked: the report that `kpfd
  /// check` makes, from a second check.
  void report(const Candidate& candidate, report::Report& report) const;

  /// The identity by a key.
  converters::Identity identify(const Candidate& candidate, std::string_view key) const;

  /// All facts but receipt and fingerprint.
  converters::Filing facts(const Candidate& candidate) const;
  /// The same with them.
  converters::Filing facts(const Candidate& candidate, const converters::Identity& identity) const;

  /// Tells all findings of an accepted candidate.
  void tell_findings(const Candidate& candidate, converters::IngestWriter& writer) const;

  /// Hands findings and lines of a filing to a writer, between its begin() and end(). Throws
  /// SourceError where the file has changed meanwhile.
  void write(const Candidate& candidate, converters::IngestWriter& writer) const;

  /// Loads an accepted candidate under the store's own key. Throws StoreError, SourceError,
  /// ValueError: then it is not in the store.
  converters::Stored load(const Candidate& candidate, converters::IngestStore& store) const;

 private:
  void check(Candidate& candidate, FindingSink* also) const;
  converters::AdmissionOptions options_for(const Candidate& candidate) const;

  std::string language_;
  SchemaSet schemas_;
  std::optional<profile::Profile> profile_;
  std::unique_ptr<Engine> engine_;
  report::Catalogue catalogue_;
  std::unique_ptr<converters::IngestModel> model_;
  std::optional<CivilDate> check_date_;
  std::string received_at_;
  unsigned threads_;
  bool strict_;
};

}  // namespace kpfd::hooks
