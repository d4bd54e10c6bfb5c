#include "kpfd/text/compose.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "kpfd/text/lookup.hpp"

namespace kpfd::text {

namespace tables {

namespace {

/// The range that a combining character lies in, or null.
const CombiningRange* find_range(char32_t character) noexcept {
  const auto* const behind = std::upper_bound(
      std::begin(combining_ranges), std::end(combining_ranges), character,
      [](char32_t wanted, const CombiningRange& range) { return wanted < range.first; });
  if (behind == std::begin(combining_ranges) || character > behind[-1].last) {
    return nullptr;
  }
  return behind - 1;
}

}  // namespace

bool is_combining(char32_t character) noexcept { return find_range(character) != nullptr; }

}  // namespace tables

namespace {

// Hangul syllables are composed of jamo by a formula: the Unicode Standard, section 3.12.
constexpr char32_t first_syllable = 0xAC00;
constexpr char32_t first_leading = 0x1100;
constexpr char32_t first_vowel = 0x1161;
/// One before the first trailing jamo: index 0 means that there is none.
constexpr char32_t no_trailing = 0x11A7;
constexpr char32_t leading_count = 19;
constexpr char32_t vowel_count = 21;
constexpr char32_t trailing_count = 28;
constexpr char32_t syllable_count = leading_count * vowel_count * trailing_count;

bool lies_in(char32_t character, char32_t first, char32_t count) noexcept {
  return character >= first && character - first < count;
}

/// The syllable of two characters, or 0.
char32_t hangul_composite(char32_t first, char32_t second) noexcept {
  if (lies_in(first, first_leading, leading_count) && lies_in(second, first_vowel, vowel_count)) {
    const char32_t pair = (first - first_leading) * vowel_count + (second - first_vowel);
    return first_syllable + pair * trailing_count;
  }
  if (lies_in(first, first_syllable, syllable_count) &&
      (first - first_syllable) % trailing_count == 0 &&
      lies_in(second, no_trailing + 1, trailing_count - 1)) {
    return first + (second - no_trailing);
  }
  return 0;
}

/// The character that two canonically compose to, or 0.
char32_t composite_of(char32_t first, char32_t second) noexcept {
  const auto* const found = std::lower_bound(
      std::begin(tables::compositions), std::end(tables::compositions), std::pair(first, second),
      [](const tables::Composition& entry, const std::pair<char32_t, char32_t>& wanted) {
        return std::pair(entry.first, entry.second) < wanted;
      });
  if (found != std::end(tables::compositions) && found->first == first && found->second == second) {
    return found->composite;
  }
  return hangul_composite(first, second);
}

/// The pair that a character is composed of, or null.
const tables::Composition* pair_of(char32_t character) noexcept {
  const auto* const found = std::lower_bound(
      std::begin(tables::compositions_by_composite), std::end(tables::compositions_by_composite),
      character, [](std::uint16_t index, char32_t wanted) {
        return tables::compositions[index].composite < wanted;
      });
  if (found == std::end(tables::compositions_by_composite) ||
      tables::compositions[*found].composite != character) {
    return nullptr;
  }
  return &tables::compositions[*found];
}

/// The one other character that this one canonically is, or itself.
char32_t singleton_target(char32_t character) noexcept {
  const auto* const found = std::lower_bound(
      std::begin(tables::singletons), std::end(tables::singletons), character,
      [](const tables::Singleton& entry, char32_t wanted) { return entry.character < wanted; });
  return found != std::end(tables::singletons) && found->character == character ? found->target
                                                                                : character;
}

std::uint8_t combining_class_of(char32_t character) noexcept {
  const tables::CombiningRange* const range = tables::find_range(character);
  return range == nullptr ? std::uint8_t{0} : range->combining_class;
}

/// Appends the full canonical decomposition but for Hangul, whose jamo only ever compose again.
void append_decomposed(std::vector<Placed>& out, char32_t character, std::uint32_t origin) {
  const std::size_t begin = out.size();
  // The first of a pair may be a composite itself, the second never is.
  for (const auto* pair = pair_of(character); pair != nullptr; pair = pair_of(character)) {
    out.push_back({pair->second, origin, combining_class_of(pair->second)});
    character = pair->first;
  }
  out.push_back({character, origin, combining_class_of(character)});
  std::reverse(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end());
}

/// Canonical ordering: the marks behind each base by combining class, equal ones as they stand.
void order_marks(std::vector<Placed>& text) {
  const auto is_base = [](const Placed& placed) { return placed.combining_class == 0; };
  const auto by_class = [](const Placed& a, const Placed& b) {
    return a.combining_class < b.combining_class;
  };
  for (auto begin = text.begin(); begin != text.end();) {
    begin = std::find_if_not(begin, text.end(), is_base);
    const auto end = std::find_if(begin, text.end(), is_base);
    if (!std::is_sorted(begin, end, by_class)) {
      std::stable_sort(begin, end, by_class);
    }
    begin = end;
  }
}

/// Canonical composition of decomposed and ordered text, in place.
void compose_ordered(std::vector<Placed>& text) {
  std::size_t kept = 0;
  std::size_t base = text.size();
  for (const Placed& placed : text) {
    if (base < kept) {
      // Composes with the base unless something between them has as high a class, or none.
      const Placed& before = text[kept - 1];
      const bool adjacent = base == kept - 1;
      if (adjacent || before.combining_class < placed.combining_class) {
        const char32_t composite = composite_of(text[base].character, placed.character);
        if (composite != 0) {
          text[base].character = composite;
          continue;
        }
      }
    }
    if (placed.combining_class == 0) {
      base = kept;
    }
    text[kept++] = placed;
  }
  text.resize(kept);
}

}  // namespace

bool compose(std::vector<Placed>& segment, std::vector<Placed>& scratch) {
  scratch.clear();
  for (Placed& placed : segment) {
    placed.character = singleton_target(placed.character);
    append_decomposed(scratch, placed.character, placed.origin);
  }
  order_marks(scratch);
  compose_ordered(scratch);
  const bool changed =
      !std::equal(segment.begin(), segment.end(), scratch.begin(), scratch.end(),
                  [](const Placed& a, const Placed& b) { return a.character == b.character; });
  segment.swap(scratch);
  return changed;
}

}  // namespace kpfd::text
