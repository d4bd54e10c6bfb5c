// bytes => an XML document of libxml2. The only place in the project where libxml2 parses.
//
// Nothing of libxml2 is touched before the first call: a run that reads no XML from outside pays
// nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

struct _xmlDoc;  // libxml2's xmlDoc

namespace kpfd::xsd {

/// What XML from outside may be at most. Beyond any of these it is refused, in time that grows only
/// with its size.
struct Limits {
  std::size_t bytes = std::size_t{4} << 20;
  std::uint32_t lines = 65'000;  ///< libxml2 counts the lines of a document in 16 bits
  std::uint32_t depth = 32;      ///< elements inside each other, the root counted
  std::uint32_t elements = 10'000;
  std::uint32_t attributes = 100;      ///< of one element
  std::size_t attribute_bytes = 8192;  ///< of all attributes of one element together
};

struct ParseOptions {
  Limits limits;
  /// Refuses every `xmlns`: our own files have no namespaces, and so neither an XInclude nor an
  /// `xsi:schemaLocation` can be meant.
  bool namespaces = false;
};

struct DocumentDeleter {
  void operator()(_xmlDoc* document) const noexcept;
};
using Document = std::unique_ptr<_xmlDoc, DocumentDeleter>;

/// Parses a file of UTF-8, with or without a byte order mark. `name` is for messages only.
///
/// Throws XmlError for what is no XML, and for what has no place in a file of ours: another
/// encoding, a DOCTYPE (so entities never come to be), processing instructions, namespaces unless
/// asked for, and whatever is beyond the limits. No other file is opened, no network asked, nothing
/// is printed, no entity and no XInclude is replaced. Any number of threads may call it at a time.
Document parse(std::string_view xml, std::string_view name, const ParseOptions& options = {});

/// How often libxml2 wanted to open another file or address, in this process; each was refused.
std::uint64_t refused_loads() noexcept;

}  // namespace kpfd::xsd
