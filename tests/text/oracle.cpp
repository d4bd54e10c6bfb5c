#include "oracle.hpp"

#include <iconv.h>
#include <unicode/normalizer2.h>
#include <unicode/ucnv.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>

#include <array>
#include <cerrno>
#include <map>
#include <stdexcept>
#include <vector>

namespace text_test {

namespace {

using Characters = std::vector<char32_t>;

constexpr std::size_t codes = 0x10000;

void check(UErrorCode status) {
  if (U_FAILURE(status)) {
    throw std::runtime_error(u_errorName(status));
  }
}

/// Every two-byte code with a lead byte of 0x80 or above.
template <class Convert>
Characters read_all(Convert convert) {
  Characters characters(codes);
  for (unsigned code = 0x8000; code < codes; ++code) {
    std::array<char, 2> bytes{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    characters[code] = convert(bytes);
  }
  return characters;
}

Characters read_icu(const char* name) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, void (*)(UConverter*)> converter(ucnv_open(name, &status),
                                                                     ucnv_close);
  check(status);
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  check(status);
  return read_all([&](const std::array<char, 2>& bytes) -> char32_t {
    std::array<UChar, 4> text{};
    UErrorCode found = U_ZERO_ERROR;
    const std::int32_t length =
        ucnv_toUChars(converter.get(), text.data(), 4, bytes.data(), 2, &found);
    ucnv_reset(converter.get());
    return U_SUCCESS(found) && length == 1 && text[0] != 0xFFFD ? char32_t{text[0]} : 0;
  });
}

Characters read_iconv(const char* name) {
  iconv_t converter = iconv_open("UTF-32LE", name);
  if (converter == reinterpret_cast<iconv_t>(-1)) {
    throw std::runtime_error(std::string("iconv lacks ") + name);
  }
  Characters characters = read_all([&](std::array<char, 2>& bytes) -> char32_t {
    std::array<unsigned char, 16> text{};
    char* in = bytes.data();
    auto* out = reinterpret_cast<char*>(text.data());
    std::size_t in_left = bytes.size();
    std::size_t out_left = text.size();
    iconv(converter, nullptr, nullptr, nullptr, nullptr);
    const std::size_t result = iconv(converter, &in, &in_left, &out, &out_left);
    if (result == static_cast<std::size_t>(-1) || out_left != text.size() - 4) {
      return 0;
    }
    return static_cast<char32_t>(text[0] | text[1] << 8 | text[2] << 16);
  });
  iconv_close(converter);
  return characters;
}

}  // namespace

char32_t icu_character(const char* converter, std::uint16_t code) {
  static std::map<std::string, Characters> known;
  const auto found = known.find(converter);
  return (found != known.end() ? found : known.emplace(converter, read_icu(converter)).first)
      ->second[code];
}

char32_t iconv_character(const char* converter, std::uint16_t code) {
  static std::map<std::string, Characters> known;
  const auto found = known.find(converter);
  return (found != known.end() ? found : known.emplace(converter, read_iconv(converter)).first)
      ->second[code];
}

std::u32string icu_composed(const std::u32string& text) {
  UErrorCode status = U_ZERO_ERROR;
  static const icu::UnicodeSet changing(u"[^\\uF900-\\uFAFF\\U0002F800-\\U0002FA1F]", status);
  check(status);
  static const icu::FilteredNormalizer2 composer(*icu::Normalizer2::getNFCInstance(status),
                                                 changing);
  check(status);
  const auto utf16 = icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(text.data()),
                                                   static_cast<std::int32_t>(text.size()));
  icu::UnicodeString composed;
  composer.normalize(utf16, composed, status);
  check(status);
  std::u32string result;
  for (std::int32_t i = 0; i < composed.length(); i = composed.moveIndex32(i, 1)) {
    result += static_cast<char32_t>(composed.char32At(i));
  }
  return result;
}

std::string icu_utf8(const std::u32string& text) {
  std::string utf8;
  icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(text.data()),
                                static_cast<std::int32_t>(text.size()))
      .toUTF8String(utf8);
  return utf8;
}

kpfd::text::Character expected_character(unsigned lead, unsigned trail) {
  using kpfd::text::CharClass;
  const auto within = [](unsigned byte, unsigned first, unsigned last) {
    return byte >= first && byte <= last;
  };
  if (within(lead, 0x20, 0x7E) || within(lead, 0xA1, 0xDF)) {
    return {CharClass::permitted, 1};
  }
  if (lead < 0x80) {
    return {CharClass::control, 1};
  }
  if (lead == 0x80 || lead == 0xA0 || lead >= 0xFD) {
    return {CharClass::no_character, 1};
  }
  if (!within(trail, 0x40, 0x7E) && !within(trail, 0x80, 0xFC)) {
    return {CharClass::wrong_second, 1};
  }
  const auto code = static_cast<std::uint16_t>(lead << 8 | trail);
  if (within(code, 0xF040, 0xF9FC)) {
    return {CharClass::user_defined, 2};
  }
  if (icu_character("windows-932", code) == 0) {
    return {CharClass::unassigned, 2};
  }
  if (within(code, 0x8740, 0x879C)) {
    return {CharClass::nec_row13, 2};
  }
  if (within(code, 0xED40, 0xEEFC)) {
    return {CharClass::nec_selected, 2};
  }
  if (within(code, 0xFA40, 0xFC4B)) {
    return {CharClass::ibm_extension, 2};
  }
  const bool standard =
      within(lead, 0x81, 0x84) || within(lead, 0x88, 0x9F) || within(lead, 0xE0, 0xEA);
  return {standard ? CharClass::permitted : CharClass::unassigned, 2};
}

}  // namespace text_test
