#include "kpfd/report/escape.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "kpfd/text/utf8.hpp"

namespace kpfd::report {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// ASCII that stands for itself in a terminal and, but for quotes and backslashes, in JSON.
constexpr bool is_printable_ascii(unsigned char byte) { return byte >= 0x20 && byte < 0x7F; }

/// The bytes that a JSON string takes as they are, whatever stands beside them.
constexpr std::array<bool, 256> json_itself = [] {
  std::array<bool, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    table[byte] =
        is_printable_ascii(static_cast<unsigned char>(byte)) && byte != '"' && byte != '\\';
  }
  return table;
}();

constexpr bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

/// Characters that show nothing themselves but change how the text around them is shown.
constexpr bool misleads(char32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

/// Neither XML nor HTML takes them, however they are written.
constexpr bool is_noncharacter(char32_t c) {
  return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
}

void append_json_character(std::string& out, char32_t c, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (c) {
    case U'"':
      out += "\\\"";
      return;
    case U'\\':
      out += "\\\\";
      return;
    case U'\n':
      out += "\\n";
      return;
    case U'\r':
      out += "\\r";
      return;
    case U'\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (c == text::broken_utf8) {
    out += replacement;
  } else if (is_control(c)) {
    out += "\\u00";
    out += digits[(c >> 4) & 0xF];
    out += digits[c & 0xF];
  } else {
    out += bytes;
  }
}

}  // namespace

void append_json(std::string& out, std::string_view utf8) {
  std::size_t at = 0;
  while (at < utf8.size()) {
    const std::size_t begin = at;
    while (at < utf8.size() && json_itself[static_cast<unsigned char>(utf8[at])]) {
      ++at;
    }
    out += utf8.substr(begin, at - begin);
    if (at == utf8.size()) {
      break;
    }
    const text::Utf8Character next = text::next_utf8(utf8, at);
    append_json_character(out, next.value, utf8.substr(at, next.bytes));
    at += next.bytes;
  }
}

void append_plain(std::string& out, std::string_view utf8) {
  std::size_t at = 0;
  while (at < utf8.size()) {
    const std::size_t begin = at;
    while (at < utf8.size() && is_printable_ascii(static_cast<unsigned char>(utf8[at]))) {
      ++at;
    }
    out += utf8.substr(begin, at - begin);
    if (at == utf8.size()) {
      break;
    }
    const text::Utf8Character next = text::next_utf8(utf8, at);
    if (next.value == text::broken_utf8 || is_control(next.value) || misleads(next.value) ||
        is_noncharacter(next.value)) {
      out += replacement;
    } else {
      out += utf8.substr(at, next.bytes);
    }
    at += next.bytes;
  }
}

void append_html(std::string& out, std::string_view utf8) {
  std::string plain;
  append_plain(plain, utf8);
  for (const char c : plain) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

void append_csv(std::string& out, std::string_view utf8) {
  std::string plain;
  append_plain(plain, utf8);
  if (!plain.empty() &&
      csv_guarded.find(text::next_utf8(plain, 0).value) != std::u32string_view::npos) {
    out += '\'';
  }
  for (const char c : plain) {
    out += c;
    if (c == '"') {
      out += c;
    }
  }
}

bool is_plain(std::string_view utf8) {
  std::string shown;
  append_plain(shown, utf8);
  return shown == utf8;
}

}  // namespace kpfd::report
