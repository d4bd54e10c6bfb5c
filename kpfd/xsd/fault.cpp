#include "kpfd/xsd/fault.hpp"

#include <utility>

namespace kpfd::xsd {

namespace {

std::string describe(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    if (!text.empty()) {
      text += '\n';
    }
    text += fault.file;
    if (fault.line > 0) {
      text += ':' + std::to_string(fault.line);
    }
    text += ": " + fault.reason;
  }
  return text;
}

}  // namespace

XmlError::XmlError(std::vector<Fault> faults)
    : std::runtime_error(describe(faults)), faults_(std::move(faults)) {}

}  // namespace kpfd::xsd
