// What the sources of this folder share about libxml2. No header of another folder includes it.
#pragma once

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlschemastypes.h>

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

/// Every function of libxml2 that is called.
// clang-format off
#define KPFD_LIBXML_FUNCTIONS(X)        \
  X(__xmlGenericError)                  \
  X(__xmlGenericErrorContext)           \
  X(__xmlStructuredError)               \
  X(__xmlStructuredErrorContext)        \
  X(xmlCtxtReadMemory)                  \
  X(xmlFreeDoc)                         \
  X(xmlFreeParserCtxt)                  \
  X(xmlGetLineNo)                       \
  X(xmlInitParser)                      \
  X(xmlNewParserCtxt)                   \
  X(xmlParserInputBufferCreateIO)       \
  X(xmlResetLastError)                  \
  X(xmlSAX2StartElementNs)              \
  X(xmlSchemaFree)                      \
  X(xmlSchemaFreeParserCtxt)            \
  X(xmlSchemaFreeValidCtxt)             \
  X(xmlSchemaInitTypes)                 \
  X(xmlSchemaNewDocParserCtxt)          \
  X(xmlSchemaNewValidCtxt)              \
  X(xmlSchemaParse)                     \
  X(xmlSchemaSetParserStructuredErrors) \
  X(xmlSchemaSetValidStructuredErrors)  \
  X(xmlSchemaValidateDoc)               \
  X(xmlSchemaValidateStream)            \
  X(xmlSetExternalEntityLoader)         \
  X(xmlSetGenericErrorFunc)             \
  X(xmlSetStructuredErrorFunc)          \
  X(xmlStopParser)
// clang-format on

/// libxml2, by the names of its functions. The program is not linked with it: with ICU behind it,
/// it would cost every run more time than a small filing takes, and few runs read XML from outside.
struct LibXml {
// The names are libxml2's. NOLINTBEGIN(readability-identifier-naming,bugprone-*)
#define KPFD_LIBXML_MEMBER(function) decltype(&::function) function = nullptr;
  KPFD_LIBXML_FUNCTIONS(KPFD_LIBXML_MEMBER)
#undef KPFD_LIBXML_MEMBER
  // NOLINTEND(readability-identifier-naming,bugprone-*)
};

/// Loads a shared library that is libxml2; it stays loaded. Throws std::runtime_error that says
/// what to do.
LibXml load_libxml(const char* file_name);

/// The libxml2 of the build's version, loaded by the first call. Throws like load_libxml; then the
/// next call tries again. Thread-safe.
const LibXml& libxml();

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
