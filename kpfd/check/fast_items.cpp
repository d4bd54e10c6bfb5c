#include "kpfd/check/fast_items.hpp"

#include <array>
#include <cstring>

#include "kpfd/check/item_checks.hpp"
#include "kpfd/text/repertoire.hpp"

namespace kpfd::check {

namespace {

using Kind = FastItem::Kind;

/// What a byte may be part of, one bit each.
enum ByteUse : std::uint8_t {
  alnum_byte = 1,
  kana_byte = 2,   // 0xA6-0xDF
  space_byte = 4,
  plain_byte = 8,  // 0x20-0x7E without `"` and `?`, and 0xA1-0xDF
};

constexpr std::array<std::uint8_t, 256> byte_uses = [] {
  std::array<std::uint8_t, 256> uses{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool letter = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
    if (letter || (byte >= '0' && byte <= '9')) uses[byte] |= alnum_byte;
    if (byte >= 0xA6 && byte <= 0xDF) uses[byte] |= kana_byte;
    if (byte == ' ') uses[byte] |= space_byte;
    const bool ascii = byte >= 0x20 && byte <= 0x7E && byte != '"' && byte != '?';
    if (ascii || (byte >= 0xA1 && byte <= 0xDF)) uses[byte] |= plain_byte;
  }
  return uses;
}();

std::uint64_t load8(const char* bytes) {
  std::uint64_t word = 0;
  for (unsigned i = 0; i < 8; ++i) {  // little-endian on every machine; compilers make it one load
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return word;
}

constexpr std::uint64_t all_zeros = 0x3030303030303030;

bool eight_digits(std::uint64_t word) {
  constexpr std::uint64_t high_half = 0xF0F0F0F0F0F0F0F0;
  return ((word & high_half) | (((word + 0x0606060606060606) & high_half) >> 4)) ==
         0x3333333333333333;
}

std::uint32_t eight_digits_number(std::uint64_t word) {
  word -= all_zeros;
  word = word * 10 + (word >> 8);
  constexpr std::uint64_t mask = 0x000000FF000000FF;
  return static_cast<std::uint32_t>((((word & mask) * 0x000F424000000064) +
                                     (((word >> 16) & mask) * 0x0000271000000001)) >>
                                    32);
}

/// Up to 8 digits, filled up with zeros in front.
std::uint64_t right_aligned(const char* cell, std::uint32_t size) {
  const std::uint32_t missing = 8 * (8 - size);
  return (load8(cell) << missing) | (missing == 0 ? 0 : all_zeros >> (64 - missing));
}

bool passes_digits(const FastItem& item, const char* cell, std::uint32_t size) {
  const std::uint64_t word = right_aligned(cell, size);
  if (!eight_digits(word)) return false;
  if (item.zeros_refused && word == all_zeros) return false;
  return item.least == 0 || eight_digits_number(word) >= item.least;
}

bool passes_digits_set(const FastItem& item, const char* cell, std::uint32_t size) {
  const auto first = static_cast<unsigned>(static_cast<unsigned char>(cell[0]) - '0');
  if (first > 9) return false;
  unsigned index = 100 + first;
  if (size == 2) {
    const auto second = static_cast<unsigned>(static_cast<unsigned char>(cell[1]) - '0');
    if (second > 9) return false;
    index = first * 10 + second;
  }
  return ((item.set[index / 64] >> (index % 64)) & 1) != 0;
}

/// All bytes have a use in common with `uses`.
std::uint8_t common_use(const char* cell, std::uint32_t size) {
  std::uint8_t uses = 0xFF;
  for (std::uint32_t i = 0; i < size; ++i) {
    uses &= byte_uses[static_cast<unsigned char>(cell[i])];
  }
  return uses;
}

bool only_zeros(const char* cell, std::uint32_t size) {
  for (std::uint32_t i = 0; i < size; ++i) {
    if (cell[i] != '0') return false;
  }
  return true;
}

/// Half-width kana; for a name, words with one space between them.
bool passes_kana(const FastItem& item, const char* cell, std::uint32_t size) {
  bool before_was_space = item.separated;  // none at the beginning
  bool has_space = false;
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::uint8_t uses = byte_uses[static_cast<unsigned char>(cell[i])];
    if ((uses & (kana_byte | space_byte)) == 0) return false;
    const bool space = (uses & space_byte) != 0;
    if (item.separated && space && before_was_space) return false;
    before_was_space = space;
    has_space |= space;
  }
  return !item.separated || (has_space && !before_was_space);
}

/// Permitted two-byte characters; for a name, words with one full-width space between them.
bool passes_full_width(const FastItem& item, const char* cell, std::uint32_t size) {
  if (size % 2 != 0) return false;
  bool before_was_space = item.separated;
  bool has_space = false;
  for (std::uint32_t i = 0; i < size; i += 2) {
    const auto lead = static_cast<unsigned char>(cell[i]);
    const auto trail = static_cast<unsigned char>(cell[i + 1]);
    const auto code = static_cast<std::uint16_t>((lead << 8) | trail);
    if (!text::is_permitted(code)) return false;
    const bool space = code == 0x8140;
    if ((item.separated || item.single_spaces) && space && before_was_space) return false;
    before_was_space = space;
    has_space |= space;
  }
  return !item.separated || (has_space && !before_was_space);
}

bool passes_half_width(const FastItem& item, const char* cell, std::uint32_t size) {
  if ((common_use(cell, size) & plain_byte) == 0) return false;
  if (!item.single_spaces) return true;
  for (std::uint32_t i = 1; i < size; ++i) {
    if (cell[i] == ' ' && cell[i - 1] == ' ') return false;
  }
  return true;
}

bool passes_any(const char* cell, std::uint32_t size) {
  for (std::uint32_t i = 0; i < size;) {
    const auto byte = static_cast<unsigned char>(cell[i]);
    if ((byte_uses[byte] & plain_byte) != 0) {
      ++i;
      continue;
    }
    if (i + 1 >= size) return false;
    const auto trail = static_cast<unsigned char>(cell[i + 1]);
    if (!text::is_permitted(static_cast<std::uint16_t>((byte << 8) | trail))) return false;
    i += 2;
  }
  return true;
}

bool passes_my_number(const char* cell) {
  const std::uint64_t last = (load8(cell + 8) << 32) | (all_zeros >> 32);
  return eight_digits(load8(cell)) && eight_digits(last) &&
         my_number_digit_fits({cell, 12});
}

/// The values of one and two digits that pass, if no others do.
bool make_set(const layout::Item& item, FastItem& fast) {
  if (item.lengths.most > 2) return false;
  for (unsigned index = 0; index < 110; ++index) {
    const std::string text =
        index >= 100 ? std::to_string(index - 100)
                     : std::string{static_cast<char>('0' + index / 10),
                                   static_cast<char>('0' + index % 10)};
    const bool good = item.lengths.holds(text.size()) &&
                      (item.values.empty() || item.values.holds(text)) &&
                      !item.refused.holds(text) && !item.doubtful.holds(text) &&
                      (item.among == nullptr || item.among->find(text) != nullptr) &&
                      !(item.zeros_refused && only_zeros(text.data(), static_cast<std::uint32_t>(
                                                                          text.size()))) &&
                      std::stoll(text) >= item.least;
    if (good) fast.set[index / 64] |= std::uint64_t{1} << (index % 64);
  }
  return true;
}

/// `0000` of a fixed width is what zeros_refused says.
bool refuses_only_zeros(const layout::Item& item) {
  return item.refused.ranges.size() == 1 && item.lengths.fixed() &&
         item.refused.ranges[0].low == std::string(item.lengths.least, '0') &&
         item.refused.ranges[0].high == item.refused.ranges[0].low;
}

}  // namespace

FastItem make_fast(const layout::Item& item, bool for_union) {
  FastItem fast;
  if (for_union && item.scope == layout::Scope::pension) return fast;
  if (item.gregorian) return fast;
  for (std::size_t length = 1; length <= 63; ++length) {
    if (item.lengths.holds(length)) fast.lengths |= std::uint64_t{1} << length;
  }
  fast.zeros_refused = item.zeros_refused;
  fast.separated = item.separator != layout::Separator::none;
  fast.single_spaces = item.single_spaces;
  const bool lists = !item.values.empty() || !item.doubtful.empty() || item.among != nullptr;
  switch (item.type) {
    case layout::Type::digits:
      if (make_set(item, fast)) {
        fast.kind = Kind::digits_set;
      } else if (item.my_number) {
        if (!lists && item.refused.empty() && !item.zeros_refused && item.least == 0) {
          fast.kind = Kind::my_number;
        }
      } else if (item.lengths.most <= 8 && !lists && item.least <= 99'999'999 &&
                 (item.refused.empty() || refuses_only_zeros(item))) {
        fast.kind = Kind::digits;
        fast.zeros_refused |= !item.refused.empty();
        fast.least = static_cast<std::uint32_t>(item.least);
      }
      return fast;
    case layout::Type::alphanumeric: fast.kind = Kind::alphanumeric; break;
    case layout::Type::alnum_or_kana: fast.kind = Kind::alnum_or_kana; break;
    case layout::Type::kana:
      if (item.separator != layout::Separator::full) fast.kind = Kind::kana;
      break;
    case layout::Type::full_width:
      if (item.separator != layout::Separator::half) fast.kind = Kind::full_width;
      break;
    case layout::Type::half_width: fast.kind = Kind::half_width; break;
    case layout::Type::any: fast.kind = Kind::any; break;
  }
  // Conditions that are usual for digits only: whoever declares them elsewhere gets the thorough reading.
  const bool separators_elsewhere =
      fast.separated && fast.kind != Kind::kana && fast.kind != Kind::full_width;
  const bool spaces_elsewhere =
      (fast.single_spaces && fast.kind != Kind::half_width && fast.kind != Kind::full_width) ||
      (item.half_space_refused && fast.kind != Kind::full_width);
  const bool zeros_elsewhere = fast.zeros_refused && fast.kind != Kind::alnum_or_kana;
  if (lists || !item.refused.empty() || item.least > 0 || separators_elsewhere ||
      spaces_elsewhere || zeros_elsewhere) {
    fast.kind = Kind::never;
  }
  return fast;
}

bool passes(const FastItem& item, const char* cell, std::uint32_t size) noexcept {
  if (size > 63 || ((item.lengths >> size) & 1) == 0) return false;
  switch (item.kind) {
    case Kind::digits_set: return passes_digits_set(item, cell, size);
    case Kind::digits: return passes_digits(item, cell, size);
    case Kind::kana: return passes_kana(item, cell, size);
    case Kind::full_width: return passes_full_width(item, cell, size);
    case Kind::alphanumeric: return (common_use(cell, size) & alnum_byte) != 0;
    case Kind::alnum_or_kana:
      return (common_use(cell, size) & (alnum_byte | kana_byte)) != 0 &&
             !(item.zeros_refused && only_zeros(cell, size));
    case Kind::my_number: return passes_my_number(cell);
    case Kind::half_width: return passes_half_width(item, cell, size);
    case Kind::any: return passes_any(cell, size);
    case Kind::never: break;
  }
  return false;
}

void find_empty_cells(const Cells& cells, ColumnSet& empty) noexcept {
  std::uint32_t before = cells.begin - 1;
  for (std::uint32_t word = 0; word * 64 < cells.count; ++word) {
    const std::uint32_t in_word = cells.count - word * 64 < 64 ? cells.count - word * 64 : 64;
    const std::uint32_t* const ends = cells.ends + word * 64;
    std::uint64_t bits = 0;
    for (std::uint32_t i = 0; i < in_word; ++i) {
      bits |= static_cast<std::uint64_t>(ends[i] - before == 1) << i;
      before = ends[i];
    }
    empty.words[word] = bits;
  }
}

}  // namespace kpfd::check
