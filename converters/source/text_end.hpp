// Where the text of a file ends.
#pragma once

#include <cstdint>

#include "kpfd/source.hpp"

namespace kpfd::converters {

/// The end of the text in the bytes [begin, end) of a source: before a run of end marks. Throws
/// SourceError where the source has become shorter than `end`.
std::uint64_t text_end(Source& source, std::uint64_t begin, std::uint64_t end);

}  // namespace kpfd::converters
