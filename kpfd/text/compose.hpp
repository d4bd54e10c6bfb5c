#pragma once

#include <cstdint>
#include <vector>

/// Canonical composition of a base character and its combining marks. Internal to kpfd/text.
namespace kpfd::text {

/// A code point and where it came from.
struct Placed {
  char32_t character;
  /// Byte offset in the UTF-8 line. A composed character has its base's.
  std::uint32_t origin;
  /// Canonical combining class, 0 for a base; compose() fills it in.
  std::uint8_t combining_class;
};

/// Base and combining characters => the same in Unicode's normal form C.
///
/// `segment` begins with any character and goes on with characters that tables::is_combining()
/// holds for. Composition exclusions and compatibility kanji in it stay whole. Returns false if
/// only singletons (U+212B -> U+00C5) were replaced, or nothing. Takes O(n log n) of the segment's
/// length. `scratch` is a buffer to reuse, its content does not matter.
bool compose(std::vector<Placed>& segment, std::vector<Placed>& scratch);

}  // namespace kpfd::text
