// The text of an XML file, and where in it things stand.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/layout/load.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::layout {

/// A file's text with the places in it, which XML parsers tell by their offsets.
class SourceText {
 public:
  /// Keeps a copy.
  explicit SourceText(const SchemaFile& file);

  const std::string& name() const { return name_; }
  const std::string& content() const { return content_; }

  /// The line and column of an offset; of what is no offset, the beginning or the end.
  Spot spot_at(std::ptrdiff_t offset) const;
  Place place_at(std::ptrdiff_t offset) const;

  /// The characters of a text that stand in the file from `offset` on in other words: `<` as
  /// `&lt;`.
  std::vector<Written> written(std::string_view text, std::size_t offset) const;

 private:
  std::string name_;
  std::string content_;
  std::vector<std::size_t> line_begins_;
};

}  // namespace kpfd::layout
