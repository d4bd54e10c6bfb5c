// A union's profile from outside, behind the XSD: XML and a roster => an engine that checks a
// filing.
//
//   input ::= roster 0x00 XML
//
// Oracle: an engine, or a SchemaError whose place is in the profile, in the roster, or in a layout
// whose item the profile has changed; a filing without a fault of its own never becomes
// 'unchecked', and what is turned off is counted.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kpfd/engine.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/profile/load.hpp"
#include "kpfd/profile/roster.hpp"
#include "kpfd/schemas.hpp"
#include "support.hpp"

namespace {

using kpfd_fuzz::require;

constexpr std::string_view profile_name = "profile.xml";

constexpr std::string_view filing =
    "1001,001,20260710,,,,,\r\n[kanri]\r\n,001\r\n"
    "1001,100,0000,x,y,z,03,1234,5678\r\n[data]\r\n"
    "2265700,99,01,x,12,a b,,5,600401,9,080710,x,0,500000,,,,,,,,1001,12,A\r\n"
    "2221700,\r\n9999999\r\n";

class Counter final : public kpfd::FindingSink {
 public:
  void finding(const kpfd::Finding& finding) override {
    errors += finding.severity == kpfd::Severity::error ? 1 : 0;
    require(!finding.reason.empty() || finding.reason_en.empty(), "a reason is Japanese first");
  }
  std::uint64_t errors = 0;
};

void check_with(const kpfd::profile::Profile& profile) {
  kpfd::Engine engine(kpfd::embedded_compiled_schemas(), &profile);
  engine.compile_rules();
  kpfd::MemorySource source(filing);
  kpfd::CheckOptions options;
  options.check_date = kpfd::make_date(2026, 7, 31);
  Counter counter;
  const kpfd::Summary summary = engine.check(source, options, counter);
  require(summary.verdict != kpfd::Verdict::unchecked, "a filing is checked");
  require(summary.errors == counter.errors, "errors are counted as they are told");
  const kpfd::ProfileUse use = summary.profile.value_or(kpfd::ProfileUse{});
  require(use.applied, "the profile is applied");
  const auto off = std::count_if(profile.overrides.begin(), profile.overrides.end(),
                                 [](const auto& change) { return !change.to; });
  require(use.off.size() == static_cast<std::size_t>(off), "each `off` is named");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\0'), input.size());
  const std::string_view xml = input.substr(std::min(end + 1, input.size()));
  try {
    kpfd::profile::Profile profile = kpfd::profile::load_profile({profile_name, xml});
    if (profile.roster) {
      kpfd::profile::read_roster(input.substr(0, end), "roster.csv", profile);
    }
    check_with(profile);
  } catch (const kpfd::layout::SchemaError& error) {
    const kpfd::layout::Place& place = error.place();
    const auto lines = std::count(xml.begin(), xml.end(), '\n') + 1;
    require(place.file != profile_name || (place.line >= 1 && place.line <= lines),
            "the place of a fault is in the profile", error.what());
  }
  return 0;
}
