#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// What the bytes of a filing mean as Shift_JIS: which characters exist, which of them a filing may
/// hold, and what each is in Unicode.
///
/// A 'code' is a character's bytes as a number: the byte itself (0x41, 0xB1) or lead << 8 | trail
/// (0x88B1). Codes are read as code page 932; its repertoire is wider than the one permitted.
namespace kpfd::text {

/// What stands at a place of a Shift_JIS text.
enum class CharClass : std::uint8_t {
  /// JIS X 0201 (0x20-0x7E, 0xA1-0xDF) or JIS X 0208:1990: the only characters a filing may hold.
  permitted,
  /// NEC's row 13, 0x8740-0x879C, such as ① ㈱ Ⅰ.
  nec_row13,
  /// IBM's extensions at NEC's place, 0xED40-0xEEFC, such as 髙 﨑.
  nec_selected,
  /// IBM's extensions at IBM's place, 0xFA40-0xFC4B: the same characters.
  ibm_extension,
  /// User-defined characters (外字), 0xF040-0xF9FC: only their author's machine shows them.
  user_defined,
  /// Two bytes of a proper form that no table gives a character.
  unassigned,
  /// 0x00-0x1F or 0x7F.
  control,
  /// A character of a UTF-8 file that Shift_JIS lacks. next_character() never returns it: whoever
  /// transcoded the line says so in place of `unassigned`, see missing_character in utf8.hpp.
  not_in_shift_jis,
  /// A lead byte and behind it a byte that cannot be a trail byte.
  wrong_second,
  /// A lead byte at the end of the text.
  truncated,
  /// 0x80, 0xA0 or 0xFD-0xFF: neither a character nor a lead byte.
  no_character
};

/// True for bytes that form no character at all. The other classes besides `permitted` are whole
/// characters, only not permitted: length and separators of their field can still be checked.
constexpr bool is_broken(CharClass cls) noexcept {
  return cls == CharClass::wrong_second || cls == CharClass::truncated ||
         cls == CharClass::no_character;
}

/// A character's class and extent.
struct Character {
  CharClass cls;
  /// How many bytes belong to it, 1 or 2; reading goes on behind them. Broken bytes are always 1,
  /// so a comma behind a lone lead byte stays a comma.
  std::uint8_t bytes;
};

/// The first character of [p, end), which must not be empty. Reads at most two bytes.
///
/// Example: 88 B1 -> {permitted, 2}; 83 2C -> {wrong_second, 1}; 83 -> {truncated, 1}.
Character next_character(const unsigned char* p, const unsigned char* end) noexcept;

/// True for the 6,879 two-byte codes of JIS X 0208:1990 (524 non-kanji of rows 1-8 and 6,355 kanji
/// of levels 1 and 2), false for every other number, one-byte codes included.
bool is_permitted(std::uint16_t code) noexcept;

/// True if every character of [p, end) is `permitted`; true for an empty field.
bool all_permitted(const unsigned char* p, const unsigned char* end) noexcept;

/// True if all of a text of at most 128 bytes are permitted two-byte characters; `spaces` gets the
/// places of the full-width spaces among them, bit i for character i.
bool find_full_width_spaces(const char* text, std::size_t size, std::uint64_t& spaces) noexcept;

/// The Unicode character of a code, or 0 if it has none (as for code 0 itself).
///
/// One byte is ASCII (0x5C -> U+005C, 0x7E -> U+007E, control characters too) or half-width kana
/// (0xA1-0xDF -> U+FF61-U+FF9F). Two bytes are code page 932: 0x8160 -> U+FF5E, NEC's and IBM's
/// characters included, user-defined ones -> U+E000-U+E757 in order.
char32_t to_unicode(std::uint16_t code) noexcept;

/// The code of a Unicode character, or 0 if Shift_JIS lacks it (as for U+0000).
///
/// Inverse of to_unicode(), and besides: the second character of the pairs in which converters
/// differ (U+301C -> 0x8160, U+2016 -> 0x8161, U+2212 -> 0x817C, U+00A2 -> 0x8191,
/// U+00A3 -> 0x8192, U+00AC -> 0x81CA, U+2014 -> 0x815C), U+00A5 -> 0x5C, U+203E -> 0x7E and
/// U+00C5 -> 0x81F0; no other look-alike (U+2126 OHM SIGN has none). A character with several codes
/// gets the permitted one, else NEC's row 13, else IBM's extension, as code page 932 writes it;
/// never one of 0xED40-0xEEFC. The control characters U+0001-U+001F and U+007F are their own codes.
std::uint16_t from_unicode(char32_t character) noexcept;

/// What to write in place of a character that is not permitted: permitted Shift_JIS, of full-width
/// characters only (0xFBFC 髙 -> 高, 0x8740 ① -> １, 0x878A ㈱ -> （株）), or empty if no
/// substitute is known. It is a proposal: the office decides. The bytes live as long as the
/// program.
std::string_view substitute(std::uint16_t code) noexcept;

/// Appends Shift_JIS bytes as UTF-8, for messages and reports. Takes any bytes and always appends
/// valid UTF-8: what has no Unicode character becomes U+FFFD, a NUL stays U+0000.
void append_utf8(std::string& out, std::string_view shift_jis);

}  // namespace kpfd::text
