// XML from outside => nothing, or what is wrong with it.
#pragma once

#include <memory>
#include <string_view>

#include "kpfd/source.hpp"
#include "kpfd/xsd/document.hpp"
#include "kpfd/xsd/fault.hpp"

namespace kpfd::xsd {

/// An XSD 1.0 made ready. It stands in one file: import, include and redefine are refused, since no
/// other file is opened.
///
///     const Validator validator(layout_xsd, "layout.xsd");
///     validator.validate(text, "layouts/2265700-2018-03.xml");
class Validator {
 public:
  /// Throws XmlError for what is no XSD. Nothing of the texts is kept.
  Validator(std::string_view xsd, std::string_view xsd_name);
  ~Validator();
  Validator(Validator&& other) noexcept;
  Validator& operator=(Validator&& other) noexcept;
  Validator(const Validator&) = delete;
  Validator& operator=(const Validator&) = delete;

  /// Throws XmlError with the first faults of the file: what parse() refuses, and what the XSD
  /// does. Threads may share a validator; they take turns.
  void validate(std::string_view xml, std::string_view name, const Limits& limits = {}) const;

  /// The same for XML that this program has made, of any size, in constant memory. It may have
  /// namespaces; none of the limits for XML from outside hold. Throws SourceError, too.
  void validate_own(Source& source, std::string_view name) const;

 private:
  struct Schema;
  std::unique_ptr<Schema> schema_;
};

}  // namespace kpfd::xsd
