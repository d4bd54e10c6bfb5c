#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// UTF-8 in: decoding, and the same text as Shift_JIS for the stages behind.
namespace kpfd::text {

/// What next_utf8() found.
struct Utf8Character {
  /// The code point, or broken_utf8.
  char32_t value;
  /// How many bytes belong to it, 1-4; of a broken sequence its maximal subpart, 1-3.
  std::uint8_t bytes;
};

/// Utf8Character::value of bytes that are no UTF-8. Not a code point.
inline constexpr char32_t broken_utf8 = 0xFFFFFFFF;

/// The first character of [p, end), which must not be empty.
///
/// Accepts exactly Unicode's table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
/// Broken bytes are taken as Unicode recommends and WHATWG's decoder does: the longest beginning
/// of a possible sequence is one broken part (E3 81 before an ASCII byte: one part of two bytes),
/// any other byte is one by itself.
Utf8Character next_utf8(const unsigned char* p, const unsigned char* end) noexcept;

/// As above, for text at an offset below text.size().
inline Utf8Character next_utf8(std::string_view text, std::size_t offset) noexcept {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  return next_utf8(bytes + offset, bytes + text.size());
}

/// Appends a code point as UTF-8. Surrogates and numbers above U+10FFFF become U+FFFD.
void append_code_point(std::string& out, char32_t character);

/// Stands in Shift_JIS text for a character that only the UTF-8 original has: two bytes, as such a
/// character counts two for lengths, of a proper form (unassigned in Shift_JIS) so that it stays
/// one character to next_character(). ShiftJisLine::origin leads to the original.
inline constexpr std::string_view missing_character = "\xFC\xFC";

/// missing_character as a code.
inline constexpr std::uint16_t missing_code = 0xFCFC;

/// A line of a UTF-8 file as Shift_JIS. Keep one and reuse it: its buffers keep their capacity.
struct ShiftJisLine {
  /// The line in Shift_JIS.
  std::string bytes;
  /// For each byte of `bytes` the offset, in bytes, at which its character begins in the UTF-8
  /// line; one entry more for the end, the UTF-8 line's length. Never decreases unless canonical
  /// ordering moved a combining mark before another.
  std::vector<std::uint32_t> origin;
  /// Offsets in `bytes`, ascending, of the characters that were composed from a base character and
  /// combining marks (か + U+3099 -> が): each deserves a warning.
  std::vector<std::uint32_t> composed;
};

/// UTF-8 line, without its line end and below 4 GiB => the same characters in Shift_JIS.
///
/// Base characters and their combining marks are composed as in Unicode's normal form C before the
/// look-up. Compatibility kanji U+F900-U+FAFF stay as they are, and a character that is canonically
/// one other (U+212B and U+00C5, U+2126 and U+03A9) counts as the same and is no change. What
/// Shift_JIS lacks (U+0080-U+009F among it), and each broken part, becomes missing_character. NUL
/// and the other control characters below U+0020, and U+007F, stay one byte.
void to_shift_jis(std::string_view utf8, ShiftJisLine& out);

}  // namespace kpfd::text
