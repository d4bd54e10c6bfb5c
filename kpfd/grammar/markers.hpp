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

/// A line => whether it is the marker `text` (`[data]`):
///   marker  ::= text
///   damaged ::= blanks text-in-any-case blanks ( end | ',' anything )
/// Blanks are spaces, full-width spaces of Shift_JIS and tabs.
Marker match_marker(std::string_view line, const std::string& text);

}  // namespace kpfd::grammar
