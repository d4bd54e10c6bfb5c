#include "kpfd/text/widths.hpp"

#include <array>

#include "kpfd/text/repertoire.hpp"

namespace kpfd::text {

namespace {

constexpr unsigned first_kana = 0xA1;
constexpr unsigned last_kana = 0xDF;

/// 0xA1-0xDF.
constexpr std::u32string_view wide_kana =
    U"。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホ"
    U"マミムメ"
    U"モヤユヨラリルレロワン゛゜";
static_assert(wide_kana.size() == last_kana - first_kana + 1);

/// In Unicode a voiced character stands behind its base, a semi-voiced one behind that.
char32_t joined(unsigned kana, unsigned mark) noexcept {
  const char32_t base = wide_kana[kana - first_kana];
  const bool has_both = kana >= 0xCA && kana <= 0xCE;  // ハ-ホ
  if (mark == semi_voiced_mark) {
    return has_both ? base + 2 : 0;
  }
  if (kana == 0xB3) {
    return U'ヴ';
  }
  const bool has_voiced = (kana >= 0xB6 && kana <= 0xC4) || has_both;  // カ-ト
  return has_voiced ? base + 1 : 0;
}

char32_t wide_ascii(unsigned byte) noexcept {
  switch (byte) {
    case ' ':
      return U'　';
    case '"':
      return U'”';
    case '\'':
      return U'’';
    default:
      return byte > ' ' && byte < 0x7F ? char32_t{0xFF01} + (byte - '!') : 0;
  }
}

}  // namespace

FullWidth to_full_width(const unsigned char* p, const unsigned char* end) noexcept {
  const unsigned byte = *p;
  if (byte < first_kana || byte > last_kana) {
    return {from_unicode(wide_ascii(byte)), 1};
  }
  if (end - p > 1 && (p[1] == voiced_mark || p[1] == semi_voiced_mark)) {
    const char32_t both = joined(byte, p[1]);
    if (both != 0) {
      return {from_unicode(both), 2};
    }
  }
  return {from_unicode(wide_kana[byte - first_kana]), 1};
}

void append_full_width(std::string& out, std::string_view shift_jis) {
  const auto* p = reinterpret_cast<const unsigned char*>(shift_jis.data());
  const auto* const end = p + shift_jis.size();
  while (p != end) {
    const Character next = next_character(p, end);
    const FullWidth wide = next.bytes == 1 ? to_full_width(p, end) : FullWidth{0, next.bytes};
    if (wide.code != 0) {
      out += static_cast<char>(wide.code >> 8U);
      out += static_cast<char>(wide.code & 0xFFU);
    } else {
      out.append(reinterpret_cast<const char*>(p), wide.bytes);
    }
    p += wide.bytes;
  }
}

}  // namespace kpfd::text
