#include "converters/repair/methods.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "kpfd/text/utf8.hpp"
#include "kpfd/text/widths.hpp"

namespace kpfd::converters {

namespace {

using layout::Item;
using layout::Separator;
using text::Character;
using text::CharClass;

constexpr std::string_view full_space = "\x81\x40";
constexpr std::string_view geta_mark = "\x81\xAC";

/// Calls `visit` with each character of a text.
template <typename Visit>
void each_character(std::string_view text, Visit visit) {
  const auto* const begin = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = begin + text.size();
  for (const auto* p = begin; p != end;) {
    const Character character = text::next_character(p, end);
    visit(text.substr(static_cast<std::size_t>(p - begin), character.bytes), character.cls);
    p += character.bytes;
  }
}

bool is_space(std::string_view character) { return character == " " || character == full_space; }

/// Full-width code => the half-width bytes for it: the way back of text::to_full_width.
std::map<std::string, std::string, std::less<>> make_half_widths() {
  std::map<std::string, std::string, std::less<>> halves;
  const auto add = [&halves](const std::string& half) {
    std::string full;
    text::append_full_width(full, half);
    if (full.size() == 2 && full != half) {
      halves.emplace(full, half);
    }
  };
  for (int byte = 0x20; byte <= 0xDF; ++byte) {
    const std::string single(1, static_cast<char>(byte));
    add(single);
    for (const char* mark : {"\xDE", "\xDF"}) {
      add(single + mark);
    }
  }
  return halves;
}

std::optional<std::string> all_spaces(std::string_view cell, std::string_view space) {
  std::string out;
  each_character(cell, [&](std::string_view character, CharClass) {
    out += is_space(character) ? space : character;
  });
  return out;
}

std::optional<std::string> single_spaces(std::string_view cell, Separator separator) {
  std::string out;
  bool behind_space = false;
  each_character(cell, [&](std::string_view character, CharClass) {
    const bool space = is_space(character);
    if (!space) {
      out += character;
    } else if (!behind_space) {
      out += separator == Separator::full   ? full_space
             : separator == Separator::half ? std::string_view(" ")
                                            : character;
    }
    behind_space = space;
  });
  return out;
}

std::optional<std::string> without_outer_spaces(std::string_view cell) {
  std::size_t begin = cell.size();
  std::size_t end = 0;
  std::size_t at = 0;
  each_character(cell, [&](std::string_view character, CharClass) {
    if (!is_space(character)) {
      begin = std::min(begin, at);
      end = at + character.size();
    }
    at += character.size();
  });
  if (begin >= end) {
    return std::nullopt;  // nothing but spaces: emptying an item is another matter
  }
  return std::string(cell.substr(begin, end - begin));
}

std::optional<std::string> with_zeros(std::string_view cell, const Item& item) {
  if (!item.lengths.fixed() || cell.empty() || cell.size() >= item.lengths.least) {
    return std::nullopt;
  }
  return std::string(item.lengths.least - cell.size(), '0').append(cell);
}

std::optional<std::string> substituted(std::string_view cell, CharClass characters) {
  if (characters == CharClass::permitted) {
    return std::nullopt;
  }
  std::string out;
  each_character(cell, [&](std::string_view character, CharClass cls) {
    if (cls == characters && character.size() == 2) {
      const auto code = static_cast<std::uint16_t>((static_cast<unsigned char>(character[0]) << 8) |
                                                   static_cast<unsigned char>(character[1]));
      const std::string_view known = text::substitute(code);
      out += known.empty() ? character : known;
    } else {
      out += character;
    }
  });
  return out;
}

std::optional<std::string> without_controls(std::string_view cell) {
  std::string out;
  each_character(cell, [&](std::string_view character, CharClass cls) {
    if (cls != CharClass::control) {
      out += character;
    }
  });
  return out;
}

std::optional<std::string> unquoted(std::string_view cell) {
  if (cell.size() < 2 || cell.front() != '"' || cell.back() != '"') {
    return std::nullopt;
  }
  return std::string(cell.substr(1, cell.size() - 2));
}

std::optional<std::string> written(std::int64_t number, std::string_view before) {
  if (number < 0) {
    return std::nullopt;
  }
  std::string digits = std::to_string(number);
  // Where zeros led the number, they lead it again.
  if (!before.empty() && before.front() == '0' && digits.size() < before.size()) {
    digits.insert(0, before.size() - digits.size(), '0');
  }
  return digits;
}

std::optional<std::string> apply(Method method, std::string_view cell, const Item& item,
                                 const MethodInput& input) {
  switch (method) {
    case Method::half_width:
      return half_width(cell);
    case Method::full_width: {
      std::string out;
      text::append_full_width(out, cell);
      return out;
    }
    case Method::space_width:
      return all_spaces(cell, item.separator == Separator::half ? " " : full_space);
    case Method::single_space:
      return single_spaces(cell, item.separator);
    case Method::trim_spaces:
      return without_outer_spaces(cell);
    case Method::zeros:
      return with_zeros(cell, item);
    case Method::substitute:
      return substituted(cell, input.characters);
    case Method::drop_controls:
      return without_controls(cell);
    case Method::unquote:
      return unquoted(cell);
    case Method::clear:
      return std::string();
    case Method::expected:
      return input.expected ? written(*input.expected, cell) : std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<std::string> mended(Method method, std::string_view cell, const Item& item,
                                  const MethodInput& input) {
  std::optional<std::string> text = apply(method, cell, item, input);
  const bool fits = text && *text != cell && text->find_first_of(",\r\n\x1A") == std::string::npos;
  return fits ? text : std::nullopt;
}

std::optional<std::string> half_width(std::string_view shift_jis) {
  static const auto halves = make_half_widths();
  std::string out;
  bool all = true;
  each_character(shift_jis, [&](std::string_view character, CharClass) {
    if (character.size() == 1) {
      out += character;
      return;
    }
    const auto half = halves.find(character);
    if (half == halves.end()) {
      all = false;
    } else {
      out += half->second;
    }
  });
  return all ? std::optional(out) : std::nullopt;
}

std::size_t put_geta(std::string& shift_jis) {
  if (shift_jis.find(text::missing_character) == std::string::npos) {
    return 0;
  }
  std::string out;
  std::size_t count = 0;
  each_character(shift_jis, [&](std::string_view character, CharClass) {
    const bool missing = character == text::missing_character;
    count += missing ? 1U : 0U;
    out += missing ? geta_mark : character;
  });
  shift_jis = out;
  return count;
}

std::size_t missing_characters(std::string_view shift_jis) {
  if (shift_jis.find(text::missing_character) == std::string_view::npos) {
    return 0;
  }
  std::size_t count = 0;
  each_character(shift_jis, [&](std::string_view character, CharClass) {
    count += character == text::missing_character ? 1U : 0U;
  });
  return count;
}

std::string shape_of(std::string_view shift_jis) {
  constexpr std::size_t most = 40;
  struct Range {
    unsigned from;
    unsigned to;
    std::string_view mark;
  };
  static constexpr Range ranges[] = {
      {0x00, 0x1F, "^"},      {0x20, 0x20, "_"},      {0x30, 0x39, "9"},
      {0x41, 0x5A, "A"},      {0x61, 0x7A, "A"},      {0x7F, 0x7F, "^"},
      {0x21, 0x7E, "*"},      {0xA6, 0xDF, "ｱ"},      {0xA1, 0xA5, "*"},
      {0x8140, 0x8140, "＿"}, {0x824F, 0x8258, "９"}, {0x8260, 0x829A, "Ａ"},
      {0x829F, 0x82F1, "あ"}, {0x8340, 0x8396, "ア"}, {0x889F, 0xEAA4, "漢"},
      {0x8141, 0x84BE, "＊"},
  };
  std::string shape;
  std::size_t count = 0;
  each_character(shift_jis, [&](std::string_view character, CharClass cls) {
    if (++count > most) {
      shape += count == most + 1 ? "…" : "";
      return;
    }
    unsigned code = 0;
    for (const char byte : character) {
      code = code << 8U | static_cast<unsigned char>(byte);
    }
    const bool known = cls == CharClass::permitted || code < 0x80;
    const Range* const range =
        std::find_if(std::begin(ranges), std::end(ranges),
                     [code](const Range& one) { return one.from <= code && code <= one.to; });
    shape += known && range != std::end(ranges) ? range->mark : "?";
  });
  return shape;
}

std::string_view only_value(const layout::Item& item) {
  const std::vector<layout::ValueRange>& ranges = item.values.ranges;
  const bool one =
      item.need == layout::Need::required && ranges.size() == 1 && ranges[0].low == ranges[0].high;
  return one ? std::string_view(ranges[0].low) : std::string_view();
}

}  // namespace kpfd::converters
