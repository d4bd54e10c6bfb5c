// XML from outside.
//
//   input ::= which-schema XML
//
// Oracles: the XML fits its XSD, or there is an XmlError whose faults stand in the file; the same
// twice; nothing else was opened; what fits holds no DOCTYPE and is UTF-8, and the loader behind
// takes it or says where it does not.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "kpfd/layout/load.hpp"
#include "kpfd/report/catalogue.hpp"
#include "kpfd/schemas.hpp"
#include "kpfd/xsd/document.hpp"
#include "kpfd/xsd/validator.hpp"
#include "support.hpp"

namespace {

using kpfd::xsd::Validator;
using kpfd::xsd::XmlError;
using kpfd_fuzz::Input;
using kpfd_fuzz::require;

const Validator& validator(std::size_t which) {
  static const Validator validators[] = {
      Validator(kpfd::embedded_schema("layout.xsd"), "layout.xsd"),
      Validator(kpfd::embedded_schema("messages.xsd"), "messages.xsd"),
      Validator(kpfd::embedded_schema("table.xsd"), "table.xsd"),
      Validator(kpfd::embedded_schema("checks.xsd"), "checks.xsd"),
  };
  return validators[which];
}

/// "" for XML that fits.
std::string verdict(const Validator& fits, std::string_view xml) {
  const auto lines =
      std::count(xml.begin(), xml.end(), '\n') + std::count(xml.begin(), xml.end(), '\r') + 1;
  try {
    fits.validate(xml, "input.xml");
    return {};
  } catch (const XmlError& error) {
    require(!error.faults().empty(), "a refusal has a fault");
    for (const kpfd::xsd::Fault& fault : error.faults()) {
      require(fault.file == "input.xml", "a fault is in the file", error.what());
      require(fault.line <= lines, "a fault's line is in the file", error.what());
      require(!fault.reason.empty(), "a fault has a reason");
      for (const char c : fault.reason) {
        require(static_cast<unsigned char>(c) >= 0x20 && c != '\x7F', "a reason is one line",
                fault.reason);
      }
    }
    return error.what();
  }
}

void load(std::size_t which, std::string_view xml) {
  try {
    if (which == 1) {
      static_cast<void>(kpfd::report::Catalogue::load(xml, "input.xml"));
    } else if (which != 3) {
      static_cast<void>(kpfd::layout::load_layouts(
          {{which == 0 ? "layouts/input.xml" : "tables/input.xml", xml}}));
    }
  } catch (const kpfd::layout::SchemaError& error) {
    require(!std::string_view(error.what()).empty(), "a fault of the schemas has a reason");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::size_t which = input.below(4);
  const std::string_view xml = input.rest();
  const std::uint64_t refused = kpfd::xsd::refused_loads();
  const std::string first = verdict(validator(which), xml);
  require(first == verdict(validator(which), xml), "the same XML gets the same verdict", first);
  require(kpfd::xsd::refused_loads() == refused, "nothing else is asked for");
  if (first.empty()) {
    require(kpfd_fuzz::is_utf8(xml), "what fits is UTF-8");
    require(xml.find("<!DOCTYPE") == std::string_view::npos ||
                xml.find("<!--") != std::string_view::npos ||
                xml.find("<![CDATA[") != std::string_view::npos,
            "what fits declares nothing");
    load(which, xml);
  }
  return 0;
}
