// schemas/layouts/*.xml and schemas/tables/*.xml => Layouts.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/layout/model.hpp"

namespace kpfd::layout {

/// One file of the schemas: its path below schemas/ (`layouts/blocks.xml`) and its text.
struct SchemaFile {
  std::string_view name;
  std::string_view content;
};

/// A fault in the schemas themselves, with its place; what() is `file:line:column: reason`.
class SchemaError : public std::runtime_error {
 public:
  SchemaError(const Place& place, const std::string& reason);
  const Place& place() const { return place_; }
  const std::string& reason() const { return reason_; }  ///< without the place

 private:
  Place place_;
  std::string reason_;
};

/// Reads every layout and table among the files; other files are left alone. Nothing of the files
/// is kept. Throws SchemaError for XML that is no XML, unknown or missing attributes, items said
/// twice, lengths and values that cannot be read, blocks that include themselves, dates of unknown
/// items, two editions of a form with the same number of columns for one receiver.
Layouts load_layouts(const std::vector<SchemaFile>& files);

}  // namespace kpfd::layout
