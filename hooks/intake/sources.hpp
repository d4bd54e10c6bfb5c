// Files, standard input and pipes as sources.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "kpfd/source.hpp"

namespace kpfd::hooks {

/// A file, opened.
struct OpenedSource {
  std::unique_ptr<Source> source;
  std::uint64_t size = 0;
  /// Whether somebody has written to the file since it was opened; of a pipe never.
  std::function<bool()> has_changed;
};

/// Opens a path, or standard input for `-`. A pipe, which cannot be read twice, is kept in memory
/// while it is small and in a nameless temporary file (in $TMPDIR, else /tmp) when it is not; that
/// file is gone when the process is. Throws SourceError for what cannot be opened or read, and for
/// devices and folders; what() is in this language, `ja` or `en`, and so are later faults of
/// reading.
OpenedSource open_source(const std::string& path, std::string_view language);

}  // namespace kpfd::hooks
