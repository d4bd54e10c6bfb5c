// The ways to mend one text: an item's, or a line's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kpfd/finding.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/text/repertoire.hpp"

namespace kpfd::converters {

/// What schemas/repairs.xml may name.
enum class Method : std::uint8_t {
  encode,
  line_end,
  last_line_end,
  end_mark,
  drop_line,
  geta,
  marker,
  trim_commas,
  add_commas,
  half_width,
  full_width,
  space_width,
  single_space,
  trim_spaces,
  zeros,
  substitute,
  drop_controls,
  unquote,
  clear,
  expected,
};

/// By Method.
inline constexpr std::array<std::string_view, 20> method_keys = {
    "encode",     "line-end",      "last-line-end", "end-mark",    "drop-line",
    "geta",       "marker",        "trim-commas",   "add-commas",  "half-width",
    "full-width", "space-width",   "single-space",  "trim-spaces", "zeros",
    "substitute", "drop-controls", "unquote",       "clear",       "expected",
};

/// Whether a method is about the file and its lines as such: it is done while a file is written,
/// not to one text.
constexpr bool is_about_lines(Method method) { return method <= Method::geta; }

/// Whether a method changes a whole line.
constexpr bool is_about_a_line(Method method) {
  return method >= Method::marker && method <= Method::add_commas;
}

/// What a finding tells a method.
struct MethodInput {
  /// The class of the characters that the finding is about.
  text::CharClass characters = text::CharClass::permitted;
  std::optional<std::int64_t> expected;  ///< the number that should stand there
};

/// An item's text => the mended one, both Shift_JIS. Nothing where the method does not apply or
/// changes nothing, and where the result could not stand in an item: with a comma or a line end.
std::optional<std::string> mended(Method method, std::string_view cell, const layout::Item& item,
                                  const MethodInput& input);

/// Full-width characters that have a half-width form, as that form: Ａ -> A, ガ -> ｶﾞ, the
/// full-width space -> a space. Nothing where one has none. `shift_jis` is whole characters.
std::optional<std::string> half_width(std::string_view shift_jis);

/// Replaces text::missing_character by the geta mark 〓; returns how many there were.
std::size_t put_geta(std::string& shift_jis);

/// How many characters of a line could not be taken out of UTF-8.
std::size_t missing_characters(std::string_view shift_jis);

/// What kind of characters an item has, in UTF-8, so that people see what was changed without
/// seeing a value: `9` a digit, `A` a letter, `ｱ` kana, `_` a space, `*` a symbol, `^` a control
/// character, and the full-width forms `９ Ａ あ ア 漢 ＿ ＊`; `?` what is not permitted. Long ones
/// are cut.
std::string shape_of(std::string_view shift_jis);

/// The text of an item that must be there and can have no other; "" of any other item.
std::string_view only_value(const layout::Item& item);

}  // namespace kpfd::converters
