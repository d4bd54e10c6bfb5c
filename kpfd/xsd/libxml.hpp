// What the sources of this folder share about libxml2. No header of another folder includes it.
#pragma once

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/xsd/fault.hpp"

namespace kpfd::xsd {

#if LIBXML_VERSION >= 21200
using ErrorPointer = const xmlError*;
#else
using ErrorPointer = xmlErrorPtr;
#endif

/// A message as one line without control characters, and not without end.
std::string one_line(std::string_view text);

/// Gathers the first faults of one operation. Nothing here throws through libxml2's C code.
class Collector {
 public:
  static constexpr std::size_t most_faults = 10;

  explicit Collector(std::string_view file) : file_(file) {}

  void add(std::uint32_t line, std::string_view reason) noexcept;

  /// libxml2's structured error function; `collector` is a Collector.
  static void take(void* collector, ErrorPointer error) noexcept;

  bool empty() const { return faults_.empty() && !out_of_memory_; }

  /// Throws XmlError if there is a fault, std::bad_alloc if memory ran out while gathering.
  void raise();

 private:
  std::string file_;
  std::vector<Fault> faults_;
  bool facet_told_ = false;
  bool out_of_memory_ = false;
};

/// While it lives, whatever libxml2 has to say in this thread goes to a collector and never to
/// stderr; a wish for another file becomes a fault. The first one makes libxml2 ready.
class Session {
 public:
  explicit Session(Collector& collector);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Adds the fault for files that libxml2 wanted to open since the beginning.
  void note_refused_loads();

 private:
  Collector& collector_;
  std::uint64_t loads_before_;
  xmlStructuredErrorFunc structured_before_;
  void* structured_context_before_;
  xmlGenericErrorFunc generic_before_;
  void* generic_context_before_;
};

}  // namespace kpfd::xsd
