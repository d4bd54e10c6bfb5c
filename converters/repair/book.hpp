// schemas/repairs.xml: which finding can be repaired, and how.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "converters/repair/methods.hpp"
#include "kpfd/engine.hpp"

namespace kpfd::converters {

/// One way to repair the findings of a rule.
struct Repair {
  std::string rule;
  std::string cause;  ///< only findings with this hint; "": any
  Method method = Method::encode;
  bool ask = false;  ///< only where the user accepts the rule
};

/// What a list of changes calls a method.
struct MethodName {
  std::string ja;
  std::string en;
  const std::string& in(std::string_view language) const { return language == "en" ? en : ja; }
};

/// All of them.
class RepairBook {
 public:
  static constexpr std::string_view file = "repairs.xml";

  /// Reads the file out of the schemas. Throws layout::SchemaError for a missing file, an unknown
  /// method, or a method without a name.
  static RepairBook load(const std::vector<Engine::SchemaFile>& files);

  /// The repairs of a rule, in the order in which they are tried; empty: none.
  const std::vector<Repair>& of(std::string_view rule) const;

  const MethodName& name(Method method) const { return names_[static_cast<std::size_t>(method)]; }

  const std::map<std::string, std::vector<Repair>, std::less<>>& all() const { return repairs_; }

 private:
  std::map<std::string, std::vector<Repair>, std::less<>> repairs_;
  std::array<MethodName, method_keys.size()> names_;
};

}  // namespace kpfd::converters
