// The section lines: `[kanri]`, `[data]`, and what is left of them when they are damaged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kpfd::grammar {

enum class Marker : std::uint8_t {
  none,
  exact,
  damaged  ///< the right word with blanks around it, in another case, or with items behind it
};

/// The full-width space in the encodings that a line may have.
inline constexpr std::string_view shift_jis_space = "\x81\x40";
inline constexpr std::string_view utf8_space = "\xE3\x80\x80";

/// A line => whether it is the marker `text` (`[data]`):
///   marker  ::= text
///   damaged ::= blanks text-in-any-case blanks ( end | ',' anything )
/// Blanks are spaces, full-width spaces as the line's encoding has them, and tabs.
Marker match_marker(std::string_view line, const std::string& text,
                    std::string_view full_width_space = shift_jis_space);

}  // namespace kpfd::grammar
