// What the files of the schemas say of the check, before it is made ready to check with: from XML,
// or from the compiled form that the build makes of the same XML.
//
//   files        --read_definitions-->  Definitions
//   Definitions  --compile-->           bytes
//   bytes        --read_compiled-->     Definitions
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kpfd/finding.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/rules/compile.hpp"
#include "kpfd/rules/quick_code.hpp"

namespace kpfd::check {

/// The rules of one record as the build has made them ready.
struct CompiledRules {
  std::string_view bytes;           ///< for read_compiled_rules(); "": they are not compiled yet
  rules::QuickCode code = nullptr;  ///< nullptr: their quick look is run step by step
};

/// The layouts, and the severities of the checks that the machine itself makes.
struct Definitions {
  layout::Layouts layouts;
  std::vector<RuleInfo> checks;  ///< by Check
  std::string rules_hash;        ///< `sha256:…` over all files that decide a verdict
  /// The rules of each of records_of(layouts); none: not compiled yet.
  std::vector<CompiledRules> compiled_rules;
};

/// Every record that lines are checked with: the office count's, the headers of each receiver, each
/// form's.
std::vector<const layout::Record*> records_of(const layout::Layouts& layouts);

/// Reads layouts, tables and checks.xml; nothing of the files is kept. Throws layout::SchemaError.
Definitions read_definitions(const std::vector<layout::SchemaFile>& files);

/// The compiled form, the programs of all rules included. Only the same version of the library
/// reads it. Throws layout::SchemaError for the first rule that is none.
std::string compile(const Definitions& definitions);

/// The same definitions, much faster than from XML. Throws layout::SchemaError for bytes of another
/// version, or that are cut off. The rules stay views of the bytes. `codes` were made with them.
Definitions read_compiled(std::string_view bytes, const rules::QuickCodes* codes = nullptr);

/// The text of a C++ file with the rules::QuickCodes for the compiled form of the same definitions,
/// as `kpfd::built_in_codes`.
std::string source_of_codes(const Definitions& definitions);

/// The programs of one record's rules. Throws layout::SchemaError for bytes that are cut off.
rules::RuleSet read_compiled_rules(std::string_view bytes);

}  // namespace kpfd::check
