// What every command has in common: language, schemas, clock, exit status.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/date.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/report/catalogue.hpp"
#include "kpfd/xsd/directory.hpp"

namespace kpfd::cli {

/// Exit statuses of every command.
enum Exit : int {
  good = 0,       ///< no error; warnings may stand
  bad = 1,        ///< at least one error in a file
  unchecked = 2,  ///< the check could not be done: usage, unreadable, internal
};

/// Something that ends the command with Exit::unchecked; what() is for people.
class CommandError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `ja` or `en`: LC_ALL, LC_MESSAGES, LANG in this order; Japanese where they say nothing.
std::string language_of_environment();

/// Today in Japan (UTC+9), where the filings are due.
CivilDate today_in_japan();

/// `2026-07-31T18:00:00+09:00`: now, in Japan.
std::string now_in_japan();

/// The words of the command itself, for people, in both languages.
struct Words {
  std::string_view ja;
  std::string_view en;
  std::string_view in(std::string_view language) const { return language == "en" ? en : ja; }
};

/// The schemas that a run uses: embedded ones, and what `--schemas DIR` puts in their places.
class SchemaSet {
 public:
  /// Throws CommandError with file, line and reason for each fault in the folder. "": nothing from
  /// outside.
  explicit SchemaSet(const std::string& folder);

  const std::vector<Engine::SchemaFile>& files() const { return files_; }

  /// Throws CommandError.
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

}  // namespace kpfd::cli
