// The names in a ZIP archive. Nothing is unpacked.
#pragma once

#include <string_view>
#include <vector>

namespace kpfd::hooks {

/// What the central directory of an archive says.
struct ZipDirectory {
  std::vector<std::string_view> names;  ///< as they stand; views of the archive
  bool whole = false;      ///< the directory is there, and so is the beginning of each member
  bool encrypted = false;  ///< at least one member is
};

/// Reads the directory at the end of an archive, ZIP64 too. Takes any bytes.
ZipDirectory read_zip_directory(std::string_view bytes);

}  // namespace kpfd::hooks
