// What every way of taking filings in has in common: opening, checking, naming.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/sources.hpp"
#include "converters/ingest/admission.hpp"
#include "converters/ingest/identity.hpp"
#include "converters/ingest/model.hpp"

namespace kpfd::cli {

/// A filing of the command line.
struct Candidate {
  std::string path;
  OpenedSource opened;
  converters::Admission admission;
  std::string reason;  ///< why it could not be checked; "": it was
};

/// Checks filings and names them.
class Intake {
 public:
  struct Options {
    std::string as_of;
    std::string profile;
    std::string received_at;
    bool strict = false;
  };

  /// Throws CommandError.
  Intake(const Options& options, const Common& common);
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  const Engine& engine() const { return *engine_; }
  const converters::IngestModel& model() const { return *model_; }
  const std::vector<Engine::SchemaFile>& schema_files() const { return schemas_.files(); }

  /// Opens and checks a file. One that is not accepted has been reported on standard error, and
  /// the exit status is raised.
  Candidate examine(const std::string& path);

  /// The identity by a key.
  converters::Identity identify(const Candidate& candidate, std::string_view key) const;

  /// All facts but receipt and fingerprint.
  converters::Filing facts(const Candidate& candidate) const;

  /// Hands findings and lines of a filing to a writer, between its begin() and end(). Throws
  /// SourceError where the file has changed meanwhile.
  void write(const Candidate& candidate, converters::IngestWriter& writer) const;

  int status() const { return status_; }
  void raise(int status);

 private:
  converters::AdmissionOptions options_for(const std::string& path) const;
  void report(const Candidate& candidate);

  const Common& common_;
  SchemaSet schemas_;
  std::unique_ptr<Engine> engine_;
  report::Catalogue catalogue_;
  std::unique_ptr<converters::IngestModel> model_;
  CivilDate check_date_;
  std::string received_at_;
  bool strict_;
  int status_ = Exit::good;
};

/// A key from a file of ours. Throws CommandError.
std::string read_key(const std::string& path, const Common& common);

/// A receipt id that was never given before.
std::string random_receipt();

}  // namespace kpfd::cli
