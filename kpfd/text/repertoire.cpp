#include "kpfd/text/repertoire.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include "kpfd/text/lookup.hpp"
#include "kpfd/text/utf8.hpp"

namespace kpfd::text {

namespace {

/// What a byte can begin.
enum class Beginning : std::uint8_t { single, lead, control, nothing };

constexpr Beginning beginning_of(unsigned byte) noexcept {
  if (byte < 0x20 || byte == 0x7F) {
    return Beginning::control;
  }
  if (byte < 0x7F || (byte >= 0xA1 && byte <= 0xDF)) {
    return Beginning::single;
  }
  return tables::is_lead(byte) ? Beginning::lead : Beginning::nothing;
}

constexpr std::array<Beginning, 256> make_beginnings() noexcept {
  std::array<Beginning, 256> beginnings{};
  for (unsigned byte = 0; byte < beginnings.size(); ++byte) {
    beginnings[byte] = beginning_of(byte);
  }
  return beginnings;
}

constexpr std::array<Beginning, 256> beginnings = make_beginnings();

/// The class of a two-byte character of proper form that is not permitted. The cells that code
/// page 932 leaves empty within the vendors' ranges are unassigned: there is nothing to name.
CharClass class_of_other(unsigned code) noexcept {
  if (to_unicode(static_cast<std::uint16_t>(code)) == 0) {
    return CharClass::unassigned;
  }
  const unsigned lead = code >> 8;
  if (lead < 0xA0) {
    return CharClass::nec_row13;
  }
  if (lead < tables::first_user_lead) {
    return CharClass::nec_selected;
  }
  return lead <= tables::last_user_lead ? CharClass::user_defined : CharClass::ibm_extension;
}

/// True if all eight bytes are 0x20-0x7E.
bool all_printable_ascii(const unsigned char* p) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t high_bits = ones * 0x80;
  std::uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);
  // With the high bits known to be clear neither sum carries into the next byte.
  const std::uint64_t at_least_20 = word + ones * 0x60;
  const std::uint64_t at_least_7f = word + ones;
  return (word & high_bits) == 0 && (at_least_20 & ~at_least_7f & high_bits) == high_bits;
}

}  // namespace

Character next_character(const unsigned char* p, const unsigned char* end) noexcept {
  const unsigned lead = *p;
  switch (beginnings[lead]) {
    case Beginning::single:
      return {CharClass::permitted, 1};
    case Beginning::control:
      return {CharClass::control, 1};
    case Beginning::nothing:
      return {CharClass::no_character, 1};
    case Beginning::lead:
      break;
  }
  if (end - p < 2) {
    return {CharClass::truncated, 1};
  }
  const unsigned trail = p[1];
  if (tables::is_permitted_pair(lead, trail)) {
    return {CharClass::permitted, 2};
  }
  if (!tables::is_trail(trail)) {
    return {CharClass::wrong_second, 1};
  }
  return {class_of_other(lead << 8 | trail), 2};
}

bool is_permitted(std::uint16_t code) noexcept {
  return tables::is_permitted_pair(code >> 8U, code & 0xFFU);
}

bool find_full_width_spaces(const char* text, std::size_t size, std::uint64_t& spaces) noexcept {
  spaces = 0;
  if (size % 2 != 0) {
    return false;
  }
  // All characters are asked, whatever the first ones are: nearly always all are permitted.
  unsigned permitted = 1;
  std::uint64_t found = 0;
  std::uint64_t bit = 1;
  for (std::size_t i = 0; i < size; i += 2, bit <<= 1) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const auto trail = static_cast<unsigned char>(text[i + 1]);
    permitted &= unsigned{tables::is_permitted_pair(lead, trail)};
    found |= lead == 0x81 && trail == 0x40 ? bit : 0;
  }
  spaces = found;
  return permitted != 0;
}

bool all_permitted(const unsigned char* p, const unsigned char* end) noexcept {
  while (p != end) {
    if (end - p >= 8 && all_printable_ascii(p)) {
      p += 8;
      continue;
    }
    const Beginning beginning = beginnings[*p];
    if (beginning == Beginning::single) {
      ++p;
    } else if (beginning == Beginning::lead && end - p >= 2 &&
               tables::is_permitted_pair(p[0], p[1])) {
      p += 2;
    } else {
      return false;
    }
  }
  return true;
}

char32_t to_unicode(std::uint16_t code) noexcept {
  const unsigned lead = code >> 8U;
  const unsigned trail = code & 0xFFU;
  if (lead == 0) {
    if (trail < 0x80) {
      return trail;
    }
    return trail >= 0xA1 && trail <= 0xDF ? 0xFF61 + (trail - 0xA1) : 0;
  }
  if (!tables::is_trail(trail)) {
    return 0;
  }
  const unsigned cell = tables::cell_of_trail(trail);
  if (lead >= tables::first_user_lead && lead <= tables::last_user_lead) {
    return tables::first_user_character +
           (lead - tables::first_user_lead) * tables::trails_per_lead + cell;
  }
  return tables::decoding[std::size_t{tables::decoding_row[lead]} * tables::trails_per_lead + cell];
}

std::uint16_t from_unicode(char32_t character) noexcept {
  const std::uint16_t code = tables::find_code(character);
  return code == tables::combining_mark ? std::uint16_t{0} : code;
}

std::string_view substitute(std::uint16_t code) noexcept {
  const auto* const found = std::lower_bound(
      std::begin(tables::substitutes), std::end(tables::substitutes), code,
      [](const tables::Substitute& entry, std::uint16_t wanted) { return entry.code < wanted; });
  if (found == std::end(tables::substitutes) || found->code != code) {
    return {};
  }
  return {tables::substitute_text + found->offset, found->bytes};
}

void append_utf8(std::string& out, std::string_view shift_jis) {
  const auto* p = reinterpret_cast<const unsigned char*>(shift_jis.data());
  const auto* const end = p + shift_jis.size();
  while (p != end) {
    const Character character = next_character(p, end);
    const unsigned code = character.bytes == 2 ? unsigned{p[0]} << 8 | p[1] : unsigned{p[0]};
    const char32_t unicode = to_unicode(static_cast<std::uint16_t>(code));
    // Only the byte 0x00 is itself U+0000; every other 0 says that there is no character.
    append_code_point(out, unicode != 0 || code == 0 ? unicode : 0xFFFD);
    p += character.bytes;
  }
}

}  // namespace kpfd::text
