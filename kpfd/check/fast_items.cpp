#include "kpfd/check/fast_items.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "kpfd/check/item_checks.hpp"
#include "kpfd/text/repertoire.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__EMSCRIPTEN__) && !defined(_WIN32)
#define KPFD_AVX2 1
#include <immintrin.h>
#else
#define KPFD_AVX2 0
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

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "the first byte of a word is taken for its lowest");

std::uint64_t load8(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// Where a FastItem's set has the values of one digit; those of two begin at 0 and end before.
constexpr unsigned one_digit_values = 192;

constexpr std::uint64_t all_zeros = 0x3030303030303030;

std::uint32_t eight_digits_number(std::uint64_t word) {
  word -= all_zeros;
  word = word * 10 + (word >> 8);
  constexpr std::uint64_t mask = 0x000000FF000000FF;
  return static_cast<std::uint32_t>(
      (((word & mask) * 0x000F424000000064) + (((word >> 16) & mask) * 0x0000271000000001)) >> 32);
}

/// Up to 8 digits, filled up with zeros in front.
std::uint64_t right_aligned(const char* cell, std::uint32_t size) {
  const std::uint32_t missing = 8 * (8 - size);
  return (load8(cell) << missing) | (missing == 0 ? 0 : all_zeros >> (64 - missing));
}

bool passes_digits(const FastItem& item, const char* cell, std::uint32_t size) {
  const std::uint64_t word = right_aligned(cell, size);
  if (item.zeros_refused && word == all_zeros) {
    return false;
  }
  const std::uint32_t number = eight_digits_number(word);
  return number >= item.least && number <= item.most;
}

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
  if (size % 2 != 0) {
    return false;
  }
  bool before_was_space = item.separated;
  bool has_space = false;
  for (std::uint32_t i = 0; i < size; i += 2) {
    const auto lead = static_cast<unsigned char>(cell[i]);
    const auto trail = static_cast<unsigned char>(cell[i + 1]);
    const auto code = static_cast<std::uint16_t>((lead << 8) | trail);
    if (!text::is_permitted(code)) {
      return false;
    }
    const bool space = code == 0x8140;
    if ((item.separated || item.single_spaces) && space && before_was_space) {
      return false;
    }
    before_was_space = space;
    has_space |= space;
  }
  return !item.separated || (has_space && !before_was_space);
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

/// The values of one and two digits that pass.
DigitSet make_set(const layout::Item& item) {
  DigitSet set{};
  for (unsigned index = 0; index < 110; ++index) {
    const std::string text = index >= 100 ? std::to_string(index - 100)
                                          : std::string{static_cast<char>('0' + index / 10),
                                                        static_cast<char>('0' + index % 10)};
    const bool only_zeros = text.find_first_not_of('0') == std::string::npos;
    const bool good = item.lengths.holds(text.size()) &&
                      (item.values.empty() || item.values.holds(text)) &&
                      !item.refused.holds(text) && !item.doubtful.holds(text) &&
                      (item.among == nullptr || item.among->find(text) != nullptr) &&
                      !(item.zeros_refused && only_zeros) && std::stoll(text) >= item.least;
    const unsigned bit = index >= 100 ? one_digit_values + index - 100 : index;
    if (good) {
      set[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
  }
  return set;
}

/// The numbers of up to four digits that pass.
NumberSet make_number_set(const layout::Item& item) {
  NumberSet numbers{};
  for (const layout::Table::Row& row : item.among->rows) {
    const auto number = static_cast<std::uint64_t>(row.number);
    if (number > 9'999 || row.number < item.least) {
      continue;
    }
    if (number == 0 && (item.zeros_refused || !item.refused.empty())) {
      continue;
    }
    numbers[number / 64] |= std::uint64_t{1} << (number % 64);
  }
  return numbers;
}

/// `0000` of a fixed width is what zeros_refused says.
bool refuses_only_zeros(const layout::Item& item) {
  return item.refused.ranges.size() == 1 && item.lengths.fixed() &&
         item.refused.ranges[0].low == std::string(item.lengths.least, '0') &&
         item.refused.ranges[0].high == item.refused.ranges[0].low;
}

std::uint32_t number_of(const std::string& digits) {
  return static_cast<std::uint32_t>(std::stoul(digits));
}

/// One range of texts as wide as the item is a range of numbers.
bool has_one_range(const layout::Item& item) {
  return item.values.ranges.size() == 1 && item.lengths.fixed() &&
         item.values.ranges[0].low.size() == item.lengths.least &&
         item.values.ranges[0].low.find_first_not_of("0123456789") == std::string::npos &&
         item.values.ranges[0].high.find_first_not_of("0123456789") == std::string::npos;
}

FastItem make_digits(const layout::Item& item, FastItem fast) {
  const bool lists = !item.values.empty() || !item.doubtful.empty() || item.among != nullptr;
  const bool bounds = !item.refused.empty() || item.zeros_refused || item.least > 0;
  if (item.lengths.most <= 2 && (lists || bounds)) {
    fast.kind = Kind::digits_set;
  } else if (item.my_number) {
    if (!lists && !bounds) {
      fast.kind = Kind::my_number;
    }
  } else if (item.among != nullptr && item.among->numeric && item.lengths.most <= 4 &&
             item.values.empty() && item.doubtful.empty() &&
             (item.refused.empty() || refuses_only_zeros(item))) {
    fast.kind = Kind::digits_table;
  } else if (!lists && !bounds) {
    fast.kind = Kind::plain;
  } else if (item.lengths.most <= 8 && item.doubtful.empty() && item.among == nullptr &&
             item.least <= 99'999'999 && (item.values.empty() || has_one_range(item)) &&
             (item.refused.empty() || refuses_only_zeros(item))) {
    fast.kind = Kind::digits;
    fast.zeros_refused |= !item.refused.empty();
    fast.least = static_cast<std::uint32_t>(item.least);
    if (!item.values.empty()) {
      fast.least = std::max(fast.least, number_of(item.values.ranges[0].low));
      fast.most = number_of(item.values.ranges[0].high);
    }
  }
  return fast;
}

FastItem make_fast(const layout::Item& item, bool for_union) {
  FastItem fast;
  if (for_union && item.scope == layout::Scope::pension) {
    return fast;
  }
  if (item.gregorian) {
    return fast;
  }
  fast.zeros_refused = item.zeros_refused;
  fast.separated = item.separator != layout::Separator::none;
  fast.single_spaces = item.single_spaces;
  switch (item.type) {
    case layout::Type::digits:
      return make_digits(item, fast);
    case layout::Type::alphanumeric:
      fast.kind = Kind::alphanumeric;
      break;
    case layout::Type::alnum_or_kana:
      fast.kind = Kind::alnum_or_kana;
      break;
    case layout::Type::kana:
      if (item.separator != layout::Separator::full) {
        fast.kind = Kind::kana;
      }
      break;
    case layout::Type::full_width:
      if (item.separator != layout::Separator::half) {
        fast.kind = Kind::full_width;
      }
      break;
    case layout::Type::half_width:
      fast.kind = Kind::half_width;
      break;
    case layout::Type::any:
      fast.kind = Kind::any;
      break;
  }
  // Conditions that are usual for digits only: whoever declares them elsewhere gets the thorough
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

}  // namespace

FastItems::FastItems(const layout::Record& record)
    : lengths_(lengths_portable), words_((record.items.size() + 63) / 64) {
#if KPFD_AVX2
  if (__builtin_cpu_supports("avx2")) {
    lengths_ = lengths_avx2;
  }
#endif
  for (const layout::Item& item : record.items) {
    FastItem fast = make_fast(item, record.for_union);
    // Lengths are asked as a range; what is no range besides 0 gets the thorough reading.
    for (std::size_t length = item.lengths.least; length <= item.lengths.most; ++length) {
      if (!item.lengths.holds(length)) {
        fast.kind = Kind::never;
      }
    }
    if (item.lengths.most == 0) {
      fast.kind = Kind::never;
    }
    switch (fast.kind) {
      case Kind::never:
        never_.set(item.column);
        break;
      case Kind::plain:
        add_digits(item.column);
        break;
      case Kind::digits_set:
        add_digits(item.column);
        sets_.set(item.column);
        break;
      case Kind::digits_table:
        fast.list = static_cast<std::uint16_t>(tables_.size());
        tables_.push_back(make_number_set(item));
        add_digits(item.column);
        others_.set(item.column);
        break;
      case Kind::digits:
      case Kind::my_number:
        add_digits(item.column);
        others_.set(item.column);
        break;
      case Kind::alphanumeric:
      case Kind::alnum_or_kana:
      case Kind::kana:
      case Kind::full_width:
      case Kind::half_width:
      case Kind::any:
        others_.set(item.column);
        break;
    }
    all_.set(item.column);
    digit_sets_.push_back(fast.kind == Kind::digits_set ? make_set(item) : DigitSet{});
    items_.push_back(fast);
    least_.push_back(item.lengths.least);
    range_.push_back(item.lengths.most - item.lengths.least);
  }
  // The vector form reads eight columns at a time.
  least_.resize(words_ * 64);
  range_.resize(words_ * 64);
}

void FastItems::add_digits(std::uint16_t column) {
  if (!digit_runs_.empty() && digit_runs_.back().last + 1 == column) {
    digit_runs_.back().last = column;
  } else {
    digit_runs_.push_back({column, column});
  }
}

void FastItems::lengths_portable(const FastItems& items, const Cells& cells, ColumnSet& empty,
                                 ColumnSet& wrong) noexcept {
  std::uint32_t before = cells.begin - 1;
  for (std::size_t column = 0; column < cells.count; ++column) {
    const auto size = static_cast<std::int32_t>(cells.ends[column] - before - 1);
    before = cells.ends[column];
    const std::int32_t above = size - items.least_[column];
    const auto bit = column % 64;
    empty.words[column / 64] |= static_cast<std::uint64_t>(size == 0) << bit;
    wrong.words[column / 64] |=
        static_cast<std::uint64_t>(above < 0 || above > items.range_[column]) << bit;
  }
}

#if KPFD_AVX2
[[gnu::target("avx2")]] void FastItems::lengths_avx2(const FastItems& items, const Cells& cells,
                                                     ColumnSet& empty, ColumnSet& wrong) noexcept {
  const __m256i one = _mm256_set1_epi32(1);
  const __m256i zero = _mm256_setzero_si256();
  for (std::uint32_t column = 0; column < cells.count; column += 8) {
    const std::uint32_t* const ends = cells.ends + column;
    const __m256i end = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ends));
    const __m256i before = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ends - 1));
    const __m256i size = _mm256_sub_epi32(_mm256_sub_epi32(end, before), one);
    const __m256i least =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(items.least_.data() + column));
    const __m256i range =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(items.range_.data() + column));
    const __m256i above = _mm256_sub_epi32(size, least);
    const __m256i outside =
        _mm256_or_si256(_mm256_cmpgt_epi32(zero, above), _mm256_cmpgt_epi32(above, range));
    const auto empty_bits = static_cast<std::uint32_t>(
        _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(size, zero))));
    const auto wrong_bits =
        static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(outside)));
    empty.words[column / 64] |= static_cast<std::uint64_t>(empty_bits) << (column % 64);
    wrong.words[column / 64] |= static_cast<std::uint64_t>(wrong_bits) << (column % 64);
  }
}
#endif

/// Items of digits that hold something else. Neighbours are asked together: their separators are no
/// 'others'.
void FastItems::suspect_texts_in_digits(const Cells& cells, ColumnSet& suspects) const noexcept {
  for (const DigitRun& run : digit_runs_) {
    const std::uint32_t begin = cells.begin_of(run.first);
    const std::uint32_t end = cells.ends[run.last];
    if (begin == end) {
      continue;
    }
    const std::uint64_t from_begin = ~std::uint64_t{0} << (begin % 64);
    const std::uint64_t to_end = ~std::uint64_t{0} >> (63 - (end - 1) % 64);
    const std::uint32_t last_word = (end - 1) / 64;
    std::uint32_t word = begin / 64;
    std::uint64_t found = cells.others[word] & from_begin;
    std::size_t column = run.first;
    while (true) {
      if (word == last_word) {
        found &= to_end;
      }
      for (; found != 0; found &= found - 1) {
        const std::uint32_t place = word * 64 + static_cast<unsigned>(__builtin_ctzll(found));
        while (cells.ends[column] <= place) {
          ++column;
        }
        suspects.set(column);
      }
      if (word == last_word) {
        break;
      }
      found = cells.others[++word];
    }
  }
}

void FastItems::look(const Cells& cells, ColumnSet& empty, ColumnSet& suspects) const noexcept {
  lengths_(*this, cells, empty, suspects);
  suspect_texts_in_digits(cells, suspects);
  const FastItem* const items = items_.data();
  const DigitSet* const sets = digit_sets_.data();
  for (std::size_t word = 0; word < words_; ++word) {
    const std::uint64_t all = all_.words[word];
    const std::uint64_t given = all & ~empty.words[word];
    std::uint64_t found = (suspects.words[word] | never_.words[word]) & given;
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
      if (!passes(items[column], cells.buffer + begin, cells.ends[column] - begin)) {
        found |= rest & (~rest + 1);
      }
    }
    suspects.words[word] = found;
    empty.words[word] &= all;
  }
}

bool FastItems::passes(const FastItem& item, const char* cell, std::uint32_t size) const noexcept {
  switch (item.kind) {
    case Kind::plain:
      return true;
    case Kind::digits_table: {
      const std::uint32_t number = eight_digits_number(right_aligned(cell, size));
      return ((tables_[item.list][number / 64] >> (number % 64)) & 1) != 0;
    }
    case Kind::digits:
      return passes_digits(item, cell, size);
    case Kind::my_number:
      return my_number_digit_fits({cell, size});
    case Kind::kana:
      return passes_kana(item, cell, size);
    case Kind::full_width:
      return passes_full_width(item, cell, size);
    case Kind::alphanumeric:
      return (common_use(cell, size) & alnum_byte) != 0;
    case Kind::alnum_or_kana:
      return (common_use(cell, size) & (alnum_byte | kana_byte)) != 0 &&
             !(item.zeros_refused && only_zeros(cell, size));
    case Kind::half_width:
      return passes_half_width(item, cell, size);
    case Kind::any:
      return passes_any(cell, size);
    case Kind::digits_set:
    case Kind::never:
      break;
  }
  return false;
}

}  // namespace kpfd::check
