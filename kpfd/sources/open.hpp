// Files, pipes and descriptors of the system => sources.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "kpfd/source.hpp"

namespace kpfd::sources {

/// A file that has been opened.
struct OpenedSource {
  std::unique_ptr<Source> source;
  std::uint64_t size = 0;
  /// Whether somebody has written to the file since it was opened; of a pipe never.
  std::function<bool()> has_changed;
};

/// Opens a path. A pipe of the file system, which cannot be read twice, is read to its end into a
/// Spool. Throws SourceError for what cannot be opened or read, and for devices and folders; what()
/// is in this language, `ja` or `en`, and so are later faults of reading.
OpenedSource open_file(const std::string& path, std::string_view language);

/// The same for regular files alone: a pipe may never end.
OpenedSource open_regular_file(const std::string& path, std::string_view language);

/// The same for standard input, from where it stands; a terminal counts as a pipe.
OpenedSource open_standard_input(std::string_view language);

}  // namespace kpfd::sources
