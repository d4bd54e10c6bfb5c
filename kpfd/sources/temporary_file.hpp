// A file without a name, for bytes that do not fit into memory.
#pragma once

#include <memory>
#include <string_view>

#include "kpfd/source.hpp"

namespace kpfd::sources {

/// Readable by this process alone, and gone with it.
class TemporaryFile : public Source {
 public:
  /// Writes behind what is there. Throws SourceError.
  virtual void append(std::string_view bytes) = 0;
};

/// In $TMPDIR, else /tmp. Throws SourceError; it and later faults are told in this language.
std::unique_ptr<TemporaryFile> make_temporary_file(std::string_view language);

}  // namespace kpfd::sources
