// The check: a source of bytes => findings and a verdict.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/date.hpp"
#include "kpfd/finding.hpp"
#include "kpfd/source.hpp"
#include "kpfd/summary.hpp"

namespace kpfd {

namespace layout {
struct Layouts;
}
namespace profile {
struct Profile;
}
namespace rules {
struct QuickCodes;
struct RuleSet;
}  // namespace rules

struct CheckOptions {
  /// The file's name, for what the name says about it (only its last part counts); "" for a
  /// nameless stream.
  std::string_view file_name;

  /// 'Not after the check date'. The library reads no clock: the caller says what today is, in
  /// Japan (UTC+9).
  CivilDate check_date;

  /// The edition to check against, by its id: `2018-03`; "": each record's number of columns picks
  /// one, and one that does not hold at the file's creation date gets a warning. With an edition,
  /// each form is taken in the one edition that was its newest when that edition came, and there is
  /// no such warning. An id that is none of Engine::editions() makes the file `unchecked`.
  std::string_view edition;

  /// Called now and then with the bytes done and all bytes; false stops the check, which then is
  /// `unchecked`.
  std::function<bool(std::uint64_t done, std::uint64_t all)> progress;

  /// How many threads check the records of a large file. The findings do not depend on it; sink and
  /// progress are called by the caller's thread alone.
  unsigned threads = 1;

  /// Bytes read at a time; 0: what serves best. The findings do not depend on it.
  std::uint32_t read_size = 0;
};

/// The schemas in the form that the build makes of them; see embedded_compiled_schemas().
struct CompiledSchemas {
  std::string_view bytes;
  const rules::QuickCodes* codes = nullptr;  ///< made with the bytes; nullptr: slower, no different
};

/// The schemas made ready to check with. Immutable once made: any number of threads may check with
/// one engine.
class Engine {
 public:
  /// One file of the schemas: path below schemas/ and content.
  struct SchemaFile {
    std::string_view name;
    std::string_view content;
  };

  /// Compiles layouts, tables and checks; rules when the first record needs them. The files are not
  /// needed afterwards. Throws layout::SchemaError (kpfd/layout/load.hpp) for a fault in them.
  ///
  /// With a union's profile (kpfd/profile/load.hpp), which is copied, files for a union are checked
  /// as the profile says. SchemaError then also tells what the profile and the schemas do not have
  /// in common; that its expressions are ones, compile_rules() asks.
  explicit Engine(const std::vector<SchemaFile>& files, const profile::Profile* profile = nullptr);

  /// The same from the compiled form, without reading XML. The bytes outlive the engine. Throws
  /// layout::SchemaError for bytes of another version of the library.
  explicit Engine(CompiledSchemas schemas, const profile::Profile* profile = nullptr);
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Compiles all rules now, so that a fault in schemas from outside comes to light before a file
  /// is checked. Throws layout::SchemaError.
  void compile_rules() const;

  /// Checks one file: two passes over the source, since the encoding depends on all of its bytes.
  /// Findings come in the order of the lines, within a line in the order of the items; what is
  /// known only later (the number of offices, what is missing at the end) comes when it is known.
  /// A source that fails gives Verdict::unchecked with the reason; findings made until then have
  /// been handed on.
  Summary check(Source& source, const CheckOptions& options, FindingSink& sink) const;

  /// All checks and rules, built-in ones first.
  const std::vector<const RuleInfo*>& rules() const;

  /// What the schemas say, for explanations and for making samples.
  const layout::Layouts& layouts() const;

  /// The profile that the engine checks with; nullptr: none.
  const profile::Profile* profile() const;

  /// Ids of the editions of all forms, oldest first.
  const std::vector<std::string>& editions() const;

  /// The schemas' edition, which is the newest of its forms; every report names it.
  const std::string& schemas_edition() const;

  /// A hash over all that decides a verdict: `sha256:` and 64 digits. Where it is the same, so are
  /// the rules; the words of messages are left out. Every report names it.
  const std::string& rules_hash() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kpfd
