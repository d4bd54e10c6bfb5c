#include "kpfd/check/fast_items.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "kpfd/check/item_checks.hpp"
#include "kpfd/text/repertoire.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace kpfd::check {

namespace {

using Kind = FastItem::Kind;

/// What a byte may be part of, one bit each.
enum ByteUse : std::uint8_t {
  alnum_byte = 1,
  kana_byte = 2,  // 0xA6-0xDF
  space_byte = 4,
  plain_byte = 8,  // 0x20-0x7E without `"` and `?`, and 0xA1-0xDF
};

constexpr std::array<std::uint8_t, 256> byte_uses = [] {
  std::array<std::uint8_t, 256> uses{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool letter = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
    if (letter || (byte >= '0' && byte <= '9')) {
      uses[byte] |= alnum_byte;
    }
    if (byte >= 0xA6 && byte <= 0xDF) {
      uses[byte] |= kana_byte;
    }
    if (byte == ' ') {
      uses[byte] |= space_byte;
    }
    const bool ascii = byte >= 0x20 && byte <= 0x7E && byte != '"' && byte != '?';
    if (ascii || (byte >= 0xA1 && byte <= 0xDF)) {
      uses[byte] |= plain_byte;
    }
  }
  return uses;
}();

/// Where a FastItem's set has the values of one digit; those of two begin at 0 and end before.
constexpr unsigned one_digit_values = 192;

/// Whatever the bytes are, the index is in the set; only digits give one that means something.
inline bool passes_digits_set(const DigitSet& set, const char* cell, std::uint32_t size) {
  const auto first = static_cast<unsigned>(cell[0]) & 15;
  const auto second = static_cast<unsigned>(cell[1]) & 15;
  const unsigned index = size == 2 ? first * 10 + second : one_digit_values + first;
  return ((set.data()[index / 64] >> (index % 64)) & 1) != 0;
}

/// All bytes have a use in common with `uses`.
std::uint8_t common_use(const char* cell, std::uint32_t size) {
  std::uint8_t uses = 0xFF;
  for (std::uint32_t i = 0; i < size; ++i) {
    uses &= byte_uses[static_cast<unsigned char>(cell[i])];
  }
  return uses;
}

bool has_only_digits(const char* cell, std::uint32_t size) {
  bool digits = true;
  for (std::uint32_t i = 0; i < size; ++i) {
    digits = digits && cell[i] >= '0' && cell[i] <= '9';
  }
  return digits;
}

/// Digits and Latin letters only.
#if defined(__SSE2__)
bool is_alphanumeric(const char* cell, std::uint32_t size) {
  if (size > 16) {
    return (common_use(cell, size) & alnum_byte) != 0;
  }
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(cell));
  const __m128i digit = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
  const __m128i letter = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
  const __m128i good =
      _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit),
                   _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter));
  const auto others = ~static_cast<std::uint32_t>(_mm_movemask_epi8(good));
  return (others & ((std::uint32_t{1} << size) - 1)) == 0;
}
#else
bool is_alphanumeric(const char* cell, std::uint32_t size) {
  return (common_use(cell, size) & alnum_byte) != 0;
}
#endif

bool only_zeros(const char* cell, std::uint32_t size) {
  for (std::uint32_t i = 0; i < size; ++i) {
    if (cell[i] != '0') {
      return false;
    }
  }
  return true;
}

/// Words with one space between them, from the places of the spaces: bit i is byte i.
bool is_separated(std::uint64_t spaces, std::uint32_t size) {
  const std::uint64_t outer = 1 | (std::uint64_t{1} << (size - 1));
  return spaces != 0 && (spaces & outer) == 0 && (spaces & (spaces >> 1)) == 0;
}

/// Half-width kana and spaces, of at most 32 bytes => the places of the spaces; false for anything
/// else.
#if defined(__SSE2__)
bool find_kana_spaces(const char* cell, std::uint32_t size, std::uint64_t& spaces) {
  const __m128i space = _mm_set1_epi8(' ');
  // Kana are 0xA6-0xDF: moved so that they are the lowest signed bytes.
  const __m128i move = _mm_set1_epi8(static_cast<char>(0x80 - 0xA6));
  const __m128i behind = _mm_set1_epi8(static_cast<char>(0x80 + 0xDF - 0xA6 + 1));
  std::uint64_t kana = 0;
  spaces = 0;
  for (std::size_t half = 0; half < 2; ++half) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(cell + 16 * half));
    const int space_bits = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, space));
    const int kana_bits = _mm_movemask_epi8(_mm_cmplt_epi8(_mm_add_epi8(bytes, move), behind));
    spaces |= static_cast<std::uint64_t>(space_bits) << (16 * half);
    kana |= static_cast<std::uint64_t>(kana_bits) << (16 * half);
  }
  const std::uint64_t all = (std::uint64_t{1} << size) - 1;
  spaces &= all;
  return ((kana | spaces) & all) == all;
}
#else
bool find_kana_spaces(const char* cell, std::uint32_t size, std::uint64_t& spaces) {
  spaces = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::uint8_t uses = byte_uses[static_cast<unsigned char>(cell[i])];
    if ((uses & (kana_byte | space_byte)) == 0) {
      return false;
    }
    spaces |= static_cast<std::uint64_t>((uses & space_byte) != 0) << i;
  }
  return true;
}
#endif

bool passes_kana(const FastItem& item, const char* cell, std::uint32_t size) {
  std::uint64_t spaces = 0;
  if (size > 32 || !find_kana_spaces(cell, size, spaces)) {
    return false;
  }
  return !item.separated || is_separated(spaces, size);
}

/// Permitted two-byte characters; for a name, words with one full-width space between them.
bool passes_full_width(const FastItem& item, const char* cell, std::uint32_t size) {
  std::uint64_t spaces = 0;
  if (size > 128 || !text::find_full_width_spaces(cell, size, spaces)) {
    return false;
  }
  if (item.separated) {
    return is_separated(spaces, size / 2);
  }
  return !item.single_spaces || (spaces & (spaces >> 1)) == 0;
}

bool passes_half_width(const FastItem& item, const char* cell, std::uint32_t size) {
  if ((common_use(cell, size) & plain_byte) == 0) {
    return false;
  }
  if (!item.single_spaces) {
    return true;
  }
  for (std::uint32_t i = 1; i < size; ++i) {
    if (cell[i] == ' ' && cell[i - 1] == ' ') {
      return false;
    }
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
    if (i + 1 >= size) {
      return false;
    }
    const auto trail = static_cast<unsigned char>(cell[i + 1]);
    if (!text::is_permitted(static_cast<std::uint16_t>((byte << 8) | trail))) {
      return false;
    }
    i += 2;
  }
  return true;
}

/// True only if the item's own checks have nothing to say about the cell, whose length is right
/// already. The cell is not empty and may be read up to 64 bytes beyond its end. `only_digits`: it
/// is known to have nothing else.
[[gnu::always_inline]] inline bool passes(const FastItem& item, const char* cell,
                                          std::uint32_t size, bool only_digits,
                                          std::int64_t number) {
  switch (item.kind) {
    case Kind::long_digits:
      return has_only_digits(cell, size);
    case Kind::my_number:
      return has_only_digits(cell, size) && my_number_digit_fits({cell, size});
    case Kind::kana:
      return passes_kana(item, cell, size);
    case Kind::full_width:
      return passes_full_width(item, cell, size);
    case Kind::alphanumeric:
      return only_digits || is_alphanumeric(cell, size);
    case Kind::alnum_or_kana:
      if (only_digits) {
        return !item.zeros_refused || number != 0;
      }
      return (is_alphanumeric(cell, size) || (common_use(cell, size) & kana_byte) != 0) &&
             (!item.zeros_refused || !only_zeros(cell, size));
    case Kind::half_width:
      return passes_half_width(item, cell, size);
    case Kind::any:
      return passes_any(cell, size);
    case Kind::plain:
    case Kind::digits_set:
    case Kind::never:
      break;
  }
  return false;
}

/// Whether the item takes a text of the right length and of nothing but digits.
bool takes(const layout::Item& item, const std::string& digits) {
  const bool only_zeros = digits.find_first_not_of('0') == std::string::npos;
  return item.lengths.holds(digits.size()) && (item.values.empty() || item.values.holds(digits)) &&
         !item.refused.holds(digits) && !item.doubtful.holds(digits) &&
         (item.among == nullptr || item.among->find(digits) != nullptr) &&
         (!item.zeros_refused || !only_zeros) && std::stoll(digits) >= item.least;
}

/// A number with zeros in front.
std::string padded(unsigned number, std::size_t width) {
  std::string digits = std::to_string(number);
  return digits.insert(0, width - digits.size(), '0');
}

/// The values of one and two digits that pass.
DigitSet make_set(const layout::Item& item) {
  DigitSet set{};
  for (unsigned number = 0; number < 100; ++number) {
    if (takes(item, padded(number, 2))) {
      set[number / 64] |= std::uint64_t{1} << (number % 64);
    }
    if (number < 10 && takes(item, padded(number, 1))) {
      set[one_digit_values / 64] |= std::uint64_t{1} << number;
    }
  }
  return set;
}

/// `0000` of a fixed width is what zeros_refused says.
bool refuses_only_zeros(const layout::Item& item) {
  return item.refused.ranges.size() == 1 && item.lengths.fixed() &&
         item.refused.ranges[0].low == std::string(item.lengths.least, '0') &&
         item.refused.ranges[0].high == item.refused.ranges[0].low;
}

/// One range of texts as wide as the item is a range of numbers.
bool has_one_range(const layout::Item& item) {
  return item.values.ranges.size() == 1 && item.lengths.fixed() &&
         item.values.ranges[0].low.size() == item.lengths.least &&
         item.values.ranges[0].low.find_first_not_of("0123456789") == std::string::npos &&
         item.values.ranges[0].high.find_first_not_of("0123456789") == std::string::npos;
}

/// How the bytes of an item that is no number are looked at.
Kind kind_of(const layout::Item& item) {
  switch (item.type) {
    case layout::Type::digits:
      return item.my_number ? Kind::my_number : Kind::long_digits;
    case layout::Type::alphanumeric:
      return Kind::alphanumeric;
    case layout::Type::alnum_or_kana:
      return Kind::alnum_or_kana;
    case layout::Type::kana:
      return item.separator != layout::Separator::full ? Kind::kana : Kind::never;
    case layout::Type::full_width:
      return item.separator != layout::Separator::half ? Kind::full_width : Kind::never;
    case layout::Type::half_width:
      return Kind::half_width;
    case layout::Type::any:
      break;
  }
  return Kind::any;
}

FastItem make_fast(const layout::Item& item) {
  FastItem fast;
  fast.kind = kind_of(item);
  fast.zeros_refused = item.zeros_refused;
  fast.separated = item.separator != layout::Separator::none;
  fast.single_spaces = item.single_spaces;
  // Conditions that are usual for numbers only: whoever declares them elsewhere gets the thorough
  // reading.
  const bool lists = !item.values.empty() || !item.doubtful.empty() || item.among != nullptr ||
                     !item.refused.empty() || item.least > 0;
  const bool separators_elsewhere =
      fast.separated && fast.kind != Kind::kana && fast.kind != Kind::full_width;
  const bool spaces_elsewhere =
      (fast.single_spaces && fast.kind != Kind::half_width && fast.kind != Kind::full_width) ||
      (item.half_space_refused && fast.kind != Kind::full_width);
  const bool zeros_elsewhere = fast.zeros_refused && fast.kind != Kind::alnum_or_kana;
  if (lists || separators_elsewhere || spaces_elsewhere || zeros_elsewhere) {
    fast.kind = Kind::never;
  }
  return fast;
}

/// Lengths are asked as a range; what is no range besides 0 gets the thorough reading.
bool has_range_of_lengths(const layout::Item& item) {
  for (std::size_t length = item.lengths.least; length <= item.lengths.most; ++length) {
    if (!item.lengths.holds(length)) {
      return false;
    }
  }
  return item.lengths.most > 0;
}

/// Puts what the item asks of its number into the limits; false if it is neither a range nor a set
/// of small numbers.
bool limit_number(const layout::Item& item, CellLimits& limits) {
  std::int64_t low = std::max<std::int64_t>(item.least, item.zeros_refused ? 1 : 0);
  std::int64_t high = limits.high;
  const bool lists = !item.values.empty() || !item.doubtful.empty() || !item.refused.empty() ||
                     item.among != nullptr;
  if (lists && item.lengths.fixed() && item.lengths.most <= 2) {
    const unsigned count = item.lengths.most == 1 ? 10 : 100;
    std::uint32_t set = 0;
    std::int64_t taken = 0;
    for (unsigned number = 0; number < count; ++number) {
      if (!takes(item, padded(number, item.lengths.most))) {
        continue;
      }
      low = taken == 0 ? number : low;
      high = number;
      ++taken;
      set |= number < 32 ? std::uint32_t{1} << number : 0;
    }
    if (taken == 0) {
      return false;
    }
    if (high - low + 1 != taken) {
      if (high >= 32) {
        return false;
      }
      limits.set = set;
    }
  } else if (lists) {
    const bool range = item.doubtful.empty() && item.among == nullptr &&
                       (item.values.empty() || has_one_range(item)) &&
                       (item.refused.empty() || refuses_only_zeros(item));
    if (!range) {
      return false;
    }
    low = std::max<std::int64_t>(low, item.refused.empty() ? 0 : 1);
    if (!item.values.empty()) {
      low = std::max<std::int64_t>(low, std::stoll(item.values.ranges[0].low));
      high = std::stoll(item.values.ranges[0].high);
    }
  }
  if (low > high) {
    return false;
  }
  limits.low = static_cast<std::int32_t>(low);
  limits.high = static_cast<std::int32_t>(high);
  return true;
}

}  // namespace

FastItems::FastItems(const layout::Record& record, grammar::VectorUnits most)
    : words_((record.items.size() + 63) / 64), scan_([&] {
        std::vector<CellLimits> limits;
        limits.reserve(record.items.size());
        for (const layout::Item& item : record.items) {
          limits.push_back(add(item, record.for_union));
        }
        return CellScan(limits, most);
      }()) {}

CellLimits FastItems::add(const layout::Item& item, bool for_union) {
  all_.set(item.column);
  CellLimits limits;
  limits.least = item.lengths.least;
  limits.most = item.lengths.most;
  limits.number = item.type == layout::Type::digits && !item.my_number &&
                  item.lengths.most <= most_number_digits;
  FastItem fast;
  DigitSet set{};
  // Digits never have a separator: an item that demands one has something to say about all of them.
  const bool separated_number = limits.number && item.separator != layout::Separator::none;
  if ((for_union && item.scope == layout::Scope::pension) || item.gregorian || separated_number ||
      !has_range_of_lengths(item)) {
    fast.kind = Kind::never;
  } else if (!limits.number) {
    fast = make_fast(item);
  } else if (limit_number(item, limits)) {
    fast.kind = Kind::plain;
  } else if (item.lengths.most <= 2) {
    fast.kind = Kind::digits_set;
    set = make_set(item);
  }
  items_.push_back(fast);
  digit_sets_.push_back(set);
  if (fast.kind == Kind::never) {
    never_.set(item.column);
  } else if (fast.kind == Kind::digits_set) {
    sets_.set(item.column);
  } else if (fast.kind != Kind::plain) {
    others_.set(item.column);
  }
  return limits;
}

void FastItems::look(const Cells& cells, ColumnSet& empty, ColumnSet& suspects,
                     std::int64_t* numbers) const noexcept {
  CellScan::Found scanned;
  scan_.scan(cells, numbers, scanned);
  const FastItem* const items = items_.data();
  const DigitSet* const sets = digit_sets_.data();
  for (std::size_t word = 0; word < words_; ++word) {
    const std::uint64_t all = all_.words[word];
    const std::uint64_t given = all & ~scanned.empty.words[word];
    std::uint64_t found = (scanned.wrong.words[word] | never_.words[word]) & given;
    for (std::uint64_t rest = given & sets_.words[word] & ~found; rest != 0; rest &= rest - 1) {
      const std::size_t column = word * 64 + static_cast<unsigned>(__builtin_ctzll(rest));
      const std::uint32_t begin = cells.begin_of(column);
      if (!passes_digits_set(sets[column], cells.buffer + begin, cells.ends[column] - begin)) {
        found |= rest & (~rest + 1);
      }
    }
    for (std::uint64_t rest = given & others_.words[word] & ~found; rest != 0; rest &= rest - 1) {
      const std::size_t column = word * 64 + static_cast<unsigned>(__builtin_ctzll(rest));
      const std::uint32_t begin = cells.begin_of(column);
      const std::uint32_t size = cells.ends[column] - begin;
      const bool only_digits =
          size <= most_number_digits && (scanned.others.words[word] & rest & (~rest + 1)) == 0;
      if (!passes(items[column], cells.buffer + begin, size, only_digits, numbers[column])) {
        found |= rest & (~rest + 1);
      }
    }
    suspects.words[word] = found;
    empty.words[word] = all & ~given;
  }
}

}  // namespace kpfd::check
