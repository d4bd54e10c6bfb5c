#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Half-width characters and the full-width ones that stand for the same.
namespace kpfd::text {

/// A full-width character, and the half-width bytes that it takes the place of.
struct FullWidth {
  /// Its code in Shift_JIS, which is permitted; 0: the bytes have none.
  std::uint16_t code;
  /// 1, or 2 for kana and the sound mark behind it.
  std::uint8_t bytes;
};

/// Half-width sound marks (ﾞ ﾟ): they join the kana before them. What stands before anything else
/// is made full-width by itself.
inline constexpr unsigned voiced_mark = 0xDE;
inline constexpr unsigned semi_voiced_mark = 0xDF;

/// The half-width character at p of [p, end), which must not be empty, as full-width one.
///
/// Examples: B6 -> カ; B6 DE -> ガ, two bytes; DE alone -> ゛; 41 -> Ａ; 20 -> the full-width
/// space. JIS X 0208 has neither ＂ nor ＇: 22 becomes ” and 27 becomes ’, as converters of
/// Shift_JIS do. Two-byte characters, control characters and what is none have no code.
FullWidth to_full_width(const unsigned char* p, const unsigned char* end) noexcept;

/// Appends Shift_JIS text with its half-width characters made full-width; all else stays.
void append_full_width(std::string& out, std::string_view shift_jis);

}  // namespace kpfd::text
