// The survey, the conversions and the characters of both encodings.
//
//   input ::= chunk-sizes text
//
// Oracles: the three ways of the survey tell the same, however the text is cut; whatever is
// converted is well formed and leads back to its place; what can go there and back comes back.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "kpfd/report/escape.hpp"
#include "kpfd/report/value.hpp"
#include "kpfd/text/repertoire.hpp"
#include "kpfd/text/survey.hpp"
#include "kpfd/text/utf8.hpp"
#include "support.hpp"

namespace {

using kpfd_fuzz::Input;
using kpfd_fuzz::is_utf8;
using kpfd_fuzz::require;
namespace text = kpfd::text;

text::Survey survey(std::string_view bytes, text::SurveyPath path, std::uint32_t sizes) {
  text::Surveyor surveyor(path);
  std::uint32_t state = sizes;
  while (!bytes.empty()) {
    std::size_t count = bytes.size();
    if (sizes != 0) {
      state = state * 1664525U + 1013904223U;
      count = std::size_t{1} + (state >> 8) % ((sizes & 0x80) != 0 ? 3U : 150U);
    }
    count = count < bytes.size() ? count : bytes.size();
    surveyor.feed(bytes.substr(0, count));
    bytes.remove_prefix(count);
  }
  return surveyor.finish();
}

bool equal(const text::Survey& a, const text::Survey& b) {
  return a.bytes == b.bytes && a.content_begin == b.content_begin &&
         a.content_end == b.content_end && a.encoding == b.encoding && a.foreign == b.foreign &&
         a.ascii_only == b.ascii_only;
}

const unsigned char* begin_of(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

void surveys(std::string_view bytes, std::uint32_t sizes) {
  const text::Survey plain = survey(bytes, text::SurveyPath::portable, 0);
  for (const auto path :
       {text::SurveyPath::portable, text::SurveyPath::sse2, text::SurveyPath::avx2}) {
    require(equal(plain, survey(bytes, path, 0)), "every way of the survey tells the same");
    require(equal(plain, survey(bytes, path, sizes)), "the survey does not depend on chunks");
  }
  require(plain.bytes == bytes.size(), "the survey counts every byte");
  require(plain.content_begin <= plain.content_end && plain.content_end <= plain.bytes,
          "the content is in the file");
  bool ascii = true;
  for (const char c : bytes.substr(plain.content_begin)) {
    ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  }
  require(plain.ascii_only == ascii, "ASCII is what has no high byte");
  if (plain.foreign == text::Foreign::none && plain.encoding != text::Encoding::shift_jis) {
    require(is_utf8(bytes), "what is called UTF-8 is UTF-8");
  }
  require(plain.content_begin == (bytes.substr(0, 3) == "\xEF\xBB\xBF" ? 3U : 0U),
          "only the mark stands before the content");
  if (plain.foreign == text::Foreign::none) {
    require((plain.encoding == text::Encoding::utf8_bom) == (plain.content_begin == 3),
            "a mark is of UTF-8");
  }
}

/// Any bytes as UTF-8 => Shift_JIS.
void into_shift_jis(std::string_view bytes) {
  text::ShiftJisLine line;
  text::to_shift_jis(bytes, line);
  require(line.origin.size() == line.bytes.size() + 1, "an origin a byte, and one for the end");
  require(line.origin.back() == bytes.size(), "the end leads to the end");
  for (std::size_t i = 0; i + 1 < line.origin.size(); ++i) {
    require(line.origin[i] < bytes.size(), "every byte comes from somewhere");
  }
  for (std::size_t i = 0; i < line.composed.size(); ++i) {
    require(line.composed[i] < line.bytes.size(), "a composed character is in the line");
    require(i == 0 || line.composed[i - 1] < line.composed[i], "composed characters ascend");
  }
  const unsigned char* at = begin_of(line.bytes);
  const unsigned char* const end = at + line.bytes.size();
  std::size_t commas = 0;
  while (at < end) {
    const text::Character character = text::next_character(at, end);
    require(!text::is_broken(character.cls), "converted text is well formed");
    const auto place = static_cast<std::size_t>(at - begin_of(line.bytes));
    require(character.bytes == 1 || line.origin[place] == line.origin[place + 1],
            "a character has one origin");
    commas += *at == ',' ? 1U : 0U;
    at += character.bytes;
  }
  std::size_t original = 0;
  for (const char c : bytes) {
    original += c == ',' ? 1U : 0U;
  }
  require(commas == original, "no comma is lost or made");
  text::ShiftJisLine again;
  again.bytes = "left over";
  text::to_shift_jis(bytes, again);
  require(
      again.bytes == line.bytes && again.origin == line.origin && again.composed == line.composed,
      "a line that is used again holds nothing old");
}

/// Any bytes as Shift_JIS => UTF-8.
void into_utf8(std::string_view bytes) {
  std::string utf8;
  text::append_utf8(utf8, bytes);
  require(is_utf8(utf8), "converted text is UTF-8");
  const unsigned char* at = begin_of(bytes);
  const unsigned char* const end = at + bytes.size();
  bool permitted = true;
  std::string proposed;
  while (at < end) {
    const text::Character character = text::next_character(at, end);
    require(character.bytes == 1 || character.bytes == 2, "a character has one or two bytes");
    require(character.bytes <= end - at, "a character ends in the text");
    require(!text::is_broken(character.cls) || character.bytes == 1, "broken bytes stand alone");
    permitted = permitted && character.cls == text::CharClass::permitted;
    const auto code =
        static_cast<std::uint16_t>(character.bytes == 1 ? at[0] : (at[0] << 8 | at[1]));
    require((character.bytes == 2 && character.cls == text::CharClass::permitted) ==
                (character.bytes == 2 && text::is_permitted(code)),
            "a code is permitted or not, wherever it is asked");
    proposed = text::substitute(code);
    require(text::all_permitted(begin_of(proposed), begin_of(proposed) + proposed.size()),
            "a substitute is permitted");
    at += character.bytes;
  }
  require(text::all_permitted(begin_of(bytes), end) == permitted,
          "all are permitted if each one is");
  if (permitted) {
    text::ShiftJisLine back;
    text::to_shift_jis(utf8, back);
    require(back.bytes == bytes && back.composed.empty(), "permitted text comes back from UTF-8");
  }
}

void shown(std::string_view bytes) {
  std::string plain;
  kpfd::report::append_plain(plain, bytes);
  require(is_utf8(plain), "text for a terminal is UTF-8");
  require(kpfd::report::is_plain(plain), "text for a terminal needs no second cleaning");
  require(kpfd::report::is_plain(bytes) == (plain == bytes), "what is plain stays as it is");
  std::string json = "{\"x\":\"";
  kpfd::report::append_json(json, bytes);
  json += "\"}";
  require(kpfd_fuzz::is_json_object(json), "text in JSON is JSON", json);
  std::size_t digits = 0;
  for (const char c : bytes) {
    digits += c >= '0' && c <= '9' ? 1U : 0U;
  }
  bool ascii = true;
  for (const char c : bytes) {
    ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  }
  if (ascii) {
    require(kpfd::report::may_hold_my_number(bytes) == (digits >= 12),
            "twelve digits may be a My Number");
  } else {
    static_cast<void>(kpfd::report::may_hold_my_number(bytes));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint32_t sizes = input.byte();
  const std::string_view bytes = input.rest();
  surveys(bytes, sizes);
  into_shift_jis(bytes);
  into_utf8(bytes);
  shown(bytes);
  return 0;
}
