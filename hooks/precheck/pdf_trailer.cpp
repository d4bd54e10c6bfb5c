#include "hooks/precheck/pdf_trailer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "hooks/precheck/bytes.hpp"
#include "kpfd/text/utf8.hpp"

namespace kpfd::hooks {

namespace {

constexpr std::size_t end_room = 2048;          ///< where the end marks are looked for
constexpr std::size_t dictionary_room = 65536;  ///< the longest trailer that is read
constexpr std::size_t table_room = std::size_t{8} << 20;
constexpr std::size_t longest_title = 1024;
constexpr std::size_t most_titles = 16;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\0';
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether a name stands here and not the beginning of a longer one.
bool ends_name(std::string_view rest) {
  constexpr std::string_view delimiters = "()<>[]{}/%";
  return rest.empty() || is_blank(rest[0]) || delimiters.find(rest[0]) != std::string_view::npos;
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text[0])) {
    text.remove_prefix(1);
  }
  return text;
}

/// Behind a string that begins with `(`.
std::size_t end_of_string(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '(') {
      ++depth;
    } else if (text[at] == ')' && --depth == 0) {
      return at + 1;
    }
  }
  return text.size();
}

/// A dictionary that begins with `<<`: whether it has the name itself, not one inside it.
bool has_name(std::string_view text, std::string_view name) {
  std::size_t depth = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    if (rest[0] == '(') {
      at += end_of_string(rest);
    } else if (rest.substr(0, 2) == "<<") {
      ++depth;
      at += 2;
    } else if (rest.substr(0, 2) == ">>") {
      if (depth <= 1) {
        return false;
      }
      --depth;
      at += 2;
    } else if (depth == 1 && rest.substr(0, name.size()) == name &&
               ends_name(rest.substr(name.size()))) {
      return true;
    } else {
      ++at;
    }
  }
  return false;
}

/// The place that stands behind the last `startxref`.
std::optional<std::uint64_t> place_of_references(std::string_view end) {
  constexpr std::string_view word = "startxref";
  const std::size_t found = end.rfind(word);
  if (found == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view digits = without_blanks(end.substr(found + word.size()));
  std::uint64_t place = 0;
  std::size_t count = 0;
  while (count < digits.size() && count < 15 && is_digit(digits[count])) {
    place = place * 10 + static_cast<std::uint64_t>(digits[count] - '0');
    ++count;
  }
  return count == 0 ? std::nullopt : std::optional(place);
}

/// The dictionary of the trailer; "" where the place leads nowhere.
std::string_view trailer_at(std::string_view bytes, std::uint64_t place) {
  constexpr std::string_view word = "trailer";
  std::string_view text = without_blanks(piece(bytes, place, table_room));
  std::size_t begin = std::string_view::npos;
  if (text.substr(0, 4) == "xref") {
    begin = text.find(word);
    begin = begin == std::string_view::npos ? begin : begin + word.size();
  } else if (!text.empty() && is_digit(text[0])) {
    begin = text.substr(0, 64).find("obj");
    begin = begin == std::string_view::npos ? begin : begin + 3;
  }
  if (begin == std::string_view::npos) {
    return {};
  }
  text = without_blanks(text.substr(begin)).substr(0, dictionary_room);
  return text.substr(0, 2) == "<<" ? text : std::string_view{};
}

/// Where no trailer can be read: a reference to an encryption anywhere, as repairing readers do it.
bool has_encryption_anywhere(std::string_view bytes) {
  constexpr std::string_view name = "/Encrypt";
  for (std::size_t at = bytes.find(name); at != std::string_view::npos;
       at = bytes.find(name, at + 1)) {
    const std::string_view behind = bytes.substr(at + name.size());
    const std::string_view value = without_blanks(behind.substr(0, 64));
    if (ends_name(behind) && !value.empty() && (is_digit(value[0]) || value[0] == '<')) {
      return true;
    }
  }
  return false;
}

int hexadecimal(char c) {
  if (is_digit(c)) {
    return c - '0';
  }
  const char small = static_cast<char>(c | 0x20);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// The bytes of a string, `(…)` or `<…>`.
std::string bytes_of_string(std::string_view text) {
  std::string bytes;
  if (text[0] == '<') {
    int high = -1;
    for (std::size_t at = 1; at < text.size() && text[at] != '>'; ++at) {
      const int digit = hexadecimal(text[at]);
      if (digit >= 0 && high >= 0) {
        bytes += static_cast<char>(high * 16 + digit);
        high = -1;
      } else if (digit >= 0) {
        high = digit;
      }
    }
    return bytes;
  }
  text = text.substr(0, end_of_string(text));
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    if (text[at] != '\\') {
      bytes += text[at];
      continue;
    }
    ++at;
    unsigned code = 0;
    std::size_t digits = 0;
    while (digits < 3 && at + digits + 1 < text.size() && text[at + digits] >= '0' &&
           text[at + digits] <= '7') {
      code = code * 8 + static_cast<unsigned>(text[at + digits] - '0');
      ++digits;
    }
    if (digits > 0) {
      bytes += static_cast<char>(code & 0xFFU);
      at += digits - 1;
    } else if (at + 1 < text.size()) {
      bytes += text[at];
    }
  }
  return bytes;
}

/// A text string of PDF => UTF-8; "" for the encodings that Japanese titles do not have.
std::string utf8_of(std::string_view bytes) {
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") {
    return std::string(bytes.substr(3));
  }
  std::string text;
  if (bytes.substr(0, 2) == "\xFE\xFF") {
    for (std::uint64_t at = 2; at + 2 <= bytes.size(); at += 2) {
      text::append_code_point(text, static_cast<char32_t>(big(bytes, at, 2).value_or(0)));
    }
  }
  return text;
}

std::string title_of(std::string_view bytes) {
  constexpr std::string_view name = "/Title";
  std::string titles;
  std::size_t count = 0;
  for (std::size_t at = bytes.find(name); at != std::string_view::npos && count < most_titles;
       at = bytes.find(name, at + 1), ++count) {
    const std::string_view value = without_blanks(bytes.substr(at + name.size(), longest_title));
    if (!value.empty() && (value[0] == '(' || value[0] == '<')) {
      titles += utf8_of(bytes_of_string(value));
      titles += '\n';
    }
  }
  return titles;
}

}  // namespace

PdfTrailer read_pdf_trailer(std::string_view bytes) {
  PdfTrailer found;
  const std::string_view end = bytes.substr(bytes.size() > end_room ? bytes.size() - end_room : 0);
  const std::optional<std::uint64_t> place = place_of_references(end);
  found.whole = place.has_value() && end.rfind("%%EOF") != std::string_view::npos;
  const std::string_view trailer = place ? trailer_at(bytes, *place) : std::string_view{};
  found.encrypted =
      trailer.empty() ? has_encryption_anywhere(bytes) : has_name(trailer, "/Encrypt");
  if (!found.encrypted) {
    found.title = title_of(bytes);
  }
  return found;
}

}  // namespace kpfd::hooks
