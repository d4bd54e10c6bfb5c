// The schemas that a run uses: those that are built in, or a folder's.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/engine.hpp"
#include "kpfd/report/catalogue.hpp"
#include "kpfd/report/report.hpp"
#include "kpfd/xsd/directory.hpp"

namespace kpfd::hooks {

/// The schemas that a run uses: embedded ones, and what `--schemas DIR` puts in their places.
class SchemaSet {
 public:
  /// Throws SetupError with file, line and reason for each fault in the folder. "": nothing from
  /// outside.
  explicit SchemaSet(const std::string& folder);

  const std::vector<Engine::SchemaFile>& files() const { return files_; }

  /// Throws SetupError.
  std::unique_ptr<Engine> make_engine() const;
  /// The same with a union's profile; throws layout::SchemaError, whoever is at fault.
  std::unique_ptr<Engine> make_engine(const profile::Profile* profile) const;
  report::Catalogue load_catalogue(const std::string& language) const;

 private:
  /// The fault, with the folder before the name of a file from there.
  std::string described(const layout::SchemaError& error) const;

  std::string folder_;
  xsd::SchemaDirectory outside_;
  std::vector<Engine::SchemaFile> files_;
};

/// What every report of a run says of the schemas it was made with.
report::ReportOptions report_options_of(const Engine& engine);

}  // namespace kpfd::hooks
