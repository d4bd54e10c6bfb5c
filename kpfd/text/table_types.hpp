#pragma once

#include <cstdint>

/// The element types of the generated text_tables.hpp. Internal to kpfd/text.
namespace kpfd::text::tables {

/// In `encoding`: the character may join or reorder with the one before it. No code has this value.
inline constexpr std::uint16_t combining_mark = 0xFFFF;

/// Characters first..last with one canonical combining class; 0 for those that compose with the
/// character before them although they are no marks to Unicode (vowel signs, Hangul jamo).
struct CombiningRange {
  char32_t first;
  char32_t last;
  std::uint8_t combining_class;
};

/// first + second <=> composite, both ways canonical.
struct Composition {
  char32_t first;
  char32_t second;
  char32_t composite;
};

/// A character and the one other that it canonically is.
struct Singleton {
  char32_t character;
  char32_t target;
};

/// A code and its replacement, at an offset of the pool.
struct Substitute {
  std::uint16_t code;
  std::uint16_t offset;
  std::uint8_t bytes;
};

}  // namespace kpfd::text::tables
