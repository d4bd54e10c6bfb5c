#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "kpfd/text/repertoire.hpp"

/// What the tests compare with: other people's converters, and the layout's rules said anew.
namespace text_test {

/// A copy of some bytes on the heap, of exactly their size, so that a sanitizer sees any overread.
class Exact {
 public:
  explicit Exact(std::string_view bytes) : bytes_(new char[bytes.size()]), size_(bytes.size()) {
    bytes.copy(bytes_.get(), bytes.size());
  }

  std::string_view view() const { return {bytes_.get(), size_}; }
  const unsigned char* begin() const {
    return reinterpret_cast<const unsigned char*>(bytes_.get());
  }
  const unsigned char* end() const { return begin() + size_; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

/// For a two-byte code the character that ICU's converter of that name gives, or 0.
char32_t icu_character(const char* converter, std::uint16_t code);

/// The same for the C library's iconv.
char32_t iconv_character(const char* converter, std::uint16_t code);

/// A text in normal form C as ICU makes it, in UTF-8; compatibility kanji stay as they are.
std::u32string icu_composed(const std::u32string& text);

/// Code points => UTF-8, by ICU.
std::string icu_utf8(const std::u32string& text);

/// The class of a character that begins with `lead`, with `trail` behind it, from ICU's code page
/// 932 and the ranges of the filing format. For pairs only, not for the end of a text.
kpfd::text::Character expected_character(unsigned lead, unsigned trail);

}  // namespace text_test
