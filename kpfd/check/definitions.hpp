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

namespace kpfd::check {

/// The layouts, and the severities of the checks that the machine itself makes.
struct Definitions {
  layout::Layouts layouts;
  std::vector<RuleInfo> checks;  ///< by Check
  std::string edition;  ///< of the schemas: the newest of a form, and a short name for all words
};

/// Reads layouts, tables and checks.xml; nothing of the files is kept. Throws layout::SchemaError.
Definitions read_definitions(const std::vector<layout::SchemaFile>& files);

/// The compiled form. Only the same version of the program reads it.
std::string compile(const Definitions& definitions);

/// The same definitions, much faster than from XML. Throws layout::SchemaError for bytes of another
/// version, or that are cut off.
Definitions read_compiled(std::string_view bytes);

}  // namespace kpfd::check
