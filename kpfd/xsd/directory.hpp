// A folder of schemas from outside (`--schemas DIR`) => files that may take the place of the
// embedded ones.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/layout/load.hpp"
#include "kpfd/xsd/fault.hpp"

namespace kpfd::xsd {

/// The files of a folder, read and valid.
struct SchemaDirectory {
  struct File {
    std::string name;  ///< below the folder, with '/': `layouts/blocks.xml`
    std::string content;
  };
  std::vector<File> files;  ///< sorted by name, byte by byte
};

/// The XSD that a file of the schemas has to fit: `layouts/blocks.xml` => `layout.xsd`.
/// Empty for a place where no file of the schemas stands.
std::string_view xsd_of(std::string_view name);

/// Reads every .xml below layouts/, tables/, messages/, profiles/ and samples/ of a folder, and its
/// checks.xml, repairs.xml and file-types.xml, and checks each against the XSD that `xsds` has for
/// it (by name: `layout.xsd`).
///
/// Only regular files are read; a symbolic link counts as what it points to, if that lies in the
/// folder too. Hidden files, and files of other kinds, are left alone.
/// Throws XmlError, with the faults of all files, for a folder that cannot be read or holds no file
/// of schemas, .xml where none belongs, links to folders or out of the folder, what is no regular
/// file, files that are too large or too many, and files that are not valid.
SchemaDirectory load_schema_directory(const std::filesystem::path& folder,
                                      const std::vector<layout::SchemaFile>& xsds);

/// The same for files that are in memory already. Throws XmlError.
void check_schema_files(const std::vector<layout::SchemaFile>& files,
                        const std::vector<layout::SchemaFile>& xsds);

/// The embedded files with those from outside in their places: a file of the same name is replaced,
/// a new one is added, the others stay. Sorted by name. The views are those of the arguments.
std::vector<layout::SchemaFile> overlay(const std::vector<layout::SchemaFile>& embedded,
                                        const SchemaDirectory& outside);

}  // namespace kpfd::xsd
