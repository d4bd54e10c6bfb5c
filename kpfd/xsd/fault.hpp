// What is wrong with XML from outside.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace kpfd::xsd {

/// One thing that is wrong, with its place.
struct Fault {
  std::string file;
  std::uint32_t line = 0;  ///< from 1: where the tag begins; 0: the file as a whole
  std::string reason;      ///< for people, one line
};

/// XML that is refused. Holds at least one fault; what() has a line `file:line: reason` for each.
class XmlError : public std::runtime_error {
 public:
  explicit XmlError(std::vector<Fault> faults);
  const std::vector<Fault>& faults() const { return faults_; }

 private:
  std::vector<Fault> faults_;
};

}  // namespace kpfd::xsd
