#pragma once

#include <cstddef>
#include <cstdint>

#include "kpfd/text/text_tables.hpp"

/// Look-ups in the generated tables that several sources share. Internal to kpfd/text.
namespace kpfd::text::tables {

/// The user-defined codes 0xF040-0xF9FC are U+E000-U+E757 in order.
inline constexpr unsigned first_user_lead = 0xF0;
inline constexpr unsigned last_user_lead = 0xF9;
inline constexpr char32_t first_user_character = 0xE000;
inline constexpr unsigned trails_per_lead = 188;
inline constexpr char32_t last_user_character =
    first_user_character + (last_user_lead - first_user_lead + 1) * trails_per_lead - 1;

/// 0x40-0x7E and 0x80-0xFC.
constexpr bool is_trail(unsigned byte) noexcept {
  return byte >= 0x40 && byte <= 0xFC && byte != 0x7F;
}

/// A trail byte's place among the 188 trail bytes, from 0.
constexpr unsigned cell_of_trail(unsigned trail) noexcept {
  return trail - (trail > 0x7F ? 0x41U : 0x40U);
}

/// 0x81-0x9F and 0xE0-0xFC.
constexpr bool is_lead(unsigned byte) noexcept {
  return (byte >= 0x81 && byte <= 0x9F) || (byte >= 0xE0 && byte <= 0xFC);
}

/// For two bytes of any value.
inline bool is_permitted_pair(unsigned lead, unsigned trail) noexcept {
  const std::size_t word = std::size_t{permitted_set[lead]} * 4 + trail / 64;
  return (permitted_trails[word] >> (trail % 64) & 1) != 0;
}

/// True for a character that may join or reorder with the one before it.
bool is_combining(char32_t character) noexcept;

/// The code of a character, 0 if it has none, or combining_mark (which has none either).
inline std::uint16_t find_code(char32_t character) noexcept {
  if (character > 0xFFFF) {
    return is_combining(character) ? combining_mark : std::uint16_t{0};
  }
  if (character >= first_user_character && character <= last_user_character) {
    const unsigned place = character - first_user_character;
    const unsigned cell = place % trails_per_lead;
    const unsigned trail = cell + (cell < 0x3F ? 0x40U : 0x41U);
    const unsigned lead = first_user_lead + place / trails_per_lead;
    return static_cast<std::uint16_t>(lead << 8 | trail);
  }
  return encoding[std::size_t{encoding_block[character / 64]} * 64 + character % 64];
}

}  // namespace kpfd::text::tables
