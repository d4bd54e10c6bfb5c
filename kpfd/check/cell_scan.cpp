#include "kpfd/check/cell_scan.hpp"

#include <cstring>

namespace kpfd::check {

namespace {

constexpr std::uint64_t all_zeros = 0x3030303030303030;
constexpr std::uint32_t highest_bit = 0x80000000;

std::uint32_t reversed(std::uint32_t bits) {
  std::uint32_t result = 0;
  for (int i = 0; i < 32; ++i) {
    result |= ((bits >> i) & 1) << (31 - i);
  }
  return result;
}

/// The digits of a cell as eight values, the last one in the highest byte, zeros before them; 0 for
/// more than eight.
std::uint64_t digit_values(const char* cell, std::uint32_t size) {
  if (size == 0 || size > most_number_digits) {
    return 0;
  }
  std::uint64_t word = 0;
  std::memcpy(&word, cell, sizeof word);
  return (word ^ all_zeros) << (64 - 8 * size);
}

bool has_others(std::uint64_t values) {
  constexpr std::uint64_t low_bits = 0x7F7F7F7F7F7F7F7F;
  constexpr std::uint64_t to_highest_bit = 0x7676767676767676;  // from 10 on
  return ((((values & low_bits) + to_highest_bit) | values) & ~low_bits) != 0;
}

std::int64_t number_of(std::uint64_t values) {
  values = values * 10 + (values >> 8);
  constexpr std::uint64_t mask = 0x000000FF000000FF;
  return static_cast<std::int64_t>(
      (((values & mask) * 0x000F424000000064) + (((values >> 16) & mask) * 0x0000271000000001)) >>
      32);
}

#if KPFD_AVX2
// Each byte's, pair's and four's weight beside its neighbour: 10 * first + second, and so on.
constexpr std::int16_t ten_and_one = 0x010A;
constexpr std::int32_t hundred_and_one = 0x00010064;
constexpr std::int64_t ten_thousand = 10'000;

/// Eight columns without text, which stand together where few items are given: no_number is all
/// bits.
constexpr std::uint32_t all_empty = 0xFF;
static_assert(no_number == -1);
#endif

}  // namespace

CellScan::CellScan(const std::vector<CellLimits>& columns,
                   [[maybe_unused]] grammar::VectorUnits most)
    : way_(scan_portable) {
  for (std::size_t first = 0; first < columns.size(); first += columns_at_once) {
    const bool full = first + columns_at_once <= columns.size();
    const bool reaches_back = !full && columns.size() >= columns_at_once;
    groups_.push_back(group_of(columns, reaches_back ? columns.size() - columns_at_once : first));
  }
#if KPFD_AVX2
  // Shorter lines are header lines, of which there are few.
  if (columns.size() >= columns_at_once) {
    if (most >= grammar::VectorUnits::avx512 && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vbmi")) {
      way_ = scan_avx512;
    } else if (most >= grammar::VectorUnits::avx2 && __builtin_cpu_supports("avx2")) {
      way_ = scan_avx2;
    }
  }
#endif
}

CellScan::Group CellScan::group_of(const std::vector<CellLimits>& columns, std::size_t first) {
  Group group;
  group.first = static_cast<std::uint32_t>(first);
  for (std::size_t i = 0; i < columns_at_once && first + i < columns.size(); ++i) {
    const CellLimits& limits = columns[first + i];
    const bool all = !limits.number || limits.set == CellLimits::all_small_numbers;
    group.least[i] = limits.least;
    group.range[i] = limits.most - limits.least;
    group.low[i] = limits.number ? limits.low : std::numeric_limits<std::int32_t>::min();
    group.high[i] = limits.number ? limits.high : std::numeric_limits<std::int32_t>::max();
    group.set[i] = all ? 0 : reversed(limits.set);
    group.no_set[i] = all ? highest_bit : 0;
    group.numbers |= limits.number ? 1U << i : 0;
  }
  return group;
}

/// The bits of eight columns; those of the last eight may stand already, and lie across two words.
inline void CellScan::put_bits(ColumnSet& set, std::size_t column, std::uint64_t bits) {
  std::uint64_t* const words = set.words.data();
  words[column / 64] |= bits << (column % 64);
  if (column % 64 > 64 - columns_at_once) {
    words[column / 64 + 1] |= bits >> (64 - column % 64);
  }
}

void CellScan::scan_portable(const CellScan& limits, const Cells& cells, std::int64_t* numbers,
                             Found& found) noexcept {
  for (const Group& group : limits.groups_) {
    std::uint64_t empty = 0;
    std::uint64_t wrong = 0;
    std::uint64_t others = 0;
    for (std::size_t i = 0; i < columns_at_once && group.first + i < cells.count; ++i) {
      const std::size_t column = group.first + i;
      const std::uint32_t size = cells.size_of(column);
      const std::uint64_t values = digit_values(cells.buffer + cells.begin_of(column), size);
      const std::int64_t number = number_of(values);
      numbers[column] = size == 0 ? no_number : number;
      const std::int64_t above = static_cast<std::int64_t>(size) - group.least[i];
      const bool in_set =
          group.no_set[i] != 0 || (number < 32 && ((group.set[i] << number) & highest_bit) != 0);
      const bool outside = above < 0 || above > group.range[i] || number < group.low[i] ||
                           number > group.high[i] || !in_set;
      empty |= std::uint64_t{size == 0} << i;
      others |= std::uint64_t{has_others(values)} << i;
      wrong |= std::uint64_t{outside} << i;
    }
    put_bits(found.empty, group.first, empty);
    put_bits(found.others, group.first, others);
    put_bits(found.wrong, group.first, wrong | (others & group.numbers));
  }
}

#if KPFD_AVX2

[[gnu::target("avx2")]] void CellScan::scan_avx2(const CellScan& limits, const Cells& cells,
                                                 std::int64_t* numbers, Found& found) noexcept {
  const __m256i nothing = _mm256_setzero_si256();
  const __m256i all_bits = _mm256_set1_epi8(-1);
  const __m256i zeros = _mm256_set1_epi8('0');
  const __m256i nine = _mm256_set1_epi8(9);
  const char* const buffer = cells.buffer;
  for (const Group& group : limits.groups_) {
    const std::size_t column = group.first;
    const std::uint32_t* const ends = cells.ends + column;
    const auto load = [](const auto& of) { return reinterpret_cast<const __m256i*>(of.data()); };
    const __m256i end = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ends));
    const __m256i before = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ends - 1));
    const __m256i size = _mm256_add_epi32(_mm256_sub_epi32(end, before), all_bits);
    const __m256i above = _mm256_sub_epi32(size, _mm256_load_si256(load(group.least)));
    const __m256i empty = _mm256_cmpeq_epi32(size, nothing);
    const auto empty_bits =
        static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(empty)));
    if (empty_bits == all_empty) {
      auto* const to = reinterpret_cast<__m256i*>(numbers + column);
      _mm256_storeu_si256(to, all_bits);
      _mm256_storeu_si256(to + 1, all_bits);
      put_bits(found.empty, column, empty_bits);
      continue;
    }

    // What stands behind a cell is shifted out; more than 63 bits are all there are, and so is a
    // negative number.
    const __m256i shift = _mm256_sub_epi32(_mm256_set1_epi32(64), _mm256_slli_epi32(size, 3));
    const auto text = [buffer, ends](std::ptrdiff_t cell) {
      std::int64_t bytes = 0;
      std::memcpy(&bytes, buffer + (ends[cell - 1] + 1U), sizeof bytes);
      return bytes;
    };
    __m256i values[2] = {_mm256_set_epi64x(text(3), text(2), text(1), text(0)),
                         _mm256_set_epi64x(text(7), text(6), text(5), text(4))};
    values[0] = _mm256_sllv_epi64(_mm256_xor_si256(values[0], zeros),
                                  _mm256_cvtepi32_epi64(_mm256_castsi256_si128(shift)));
    values[1] = _mm256_sllv_epi64(_mm256_xor_si256(values[1], zeros),
                                  _mm256_cvtepi32_epi64(_mm256_extracti128_si256(shift, 1)));
    __m256i number[2];
    int others = 0;
    for (int half = 0; half < 2; ++half) {
      const __m256i digits = _mm256_cmpeq_epi64(
          _mm256_cmpeq_epi8(_mm256_min_epu8(values[half], nine), values[half]), all_bits);
      others |= (_mm256_movemask_pd(_mm256_castsi256_pd(digits)) ^ 15) << (4 * half);
      const __m256i pairs = _mm256_maddubs_epi16(values[half], _mm256_set1_epi16(ten_and_one));
      const __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(hundred_and_one));
      number[half] = _mm256_add_epi64(_mm256_mul_epu32(fours, _mm256_set1_epi64x(ten_thousand)),
                                      _mm256_srli_epi64(fours, 32));
    }
    auto* const to = reinterpret_cast<__m256i*>(numbers + column);
    _mm256_storeu_si256(
        to, _mm256_or_si256(number[0], _mm256_cvtepi32_epi64(_mm256_castsi256_si128(empty))));
    _mm256_storeu_si256(
        to + 1,
        _mm256_or_si256(number[1], _mm256_cvtepi32_epi64(_mm256_extracti128_si256(empty, 1))));

    const __m256i small = _mm256_permute4x64_epi64(
        _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(number[0]),
                                              _mm256_castsi256_ps(number[1]), 0x88)),
        0xD8);
    const __m256i wrong_length =
        _mm256_or_si256(_mm256_cmpgt_epi32(nothing, above),
                        _mm256_cmpgt_epi32(above, _mm256_load_si256(load(group.range))));
    const __m256i out_of_bounds =
        _mm256_or_si256(_mm256_cmpgt_epi32(_mm256_load_si256(load(group.low)), small),
                        _mm256_cmpgt_epi32(small, _mm256_load_si256(load(group.high))));
    const __m256i in_set =
        _mm256_or_si256(_mm256_sllv_epi32(_mm256_load_si256(load(group.set)), small),
                        _mm256_load_si256(load(group.no_set)));
    const __m256i wrong = _mm256_or_si256(_mm256_or_si256(wrong_length, out_of_bounds),
                                          _mm256_andnot_si256(in_set, all_bits));
    put_bits(found.empty, column, empty_bits);
    put_bits(found.wrong, column,
             static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(wrong))) |
                 (static_cast<std::uint32_t>(others) & group.numbers));
    put_bits(found.others, column, static_cast<std::uint32_t>(others));
  }
}

// Like the intrinsics, a function that they are called from needs the target said with it.
#define KPFD_AVX512 gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx2")

namespace {

const __m256i* words_of(const std::array<std::int32_t, 8>& words) {
  return reinterpret_cast<const __m256i*>(words.data());
}
const __m256i* words_of(const std::array<std::uint32_t, 8>& words) {
  return reinterpret_cast<const __m256i*>(words.data());
}

/// For byte j of each eight bytes: j, and the place of the lowest byte of word i for the eight
/// bytes i.
struct alignas(64) BytePlaces {
  std::array<std::uint8_t, 64> of_byte{};
  std::array<std::uint8_t, 64> of_word{};
};
constexpr BytePlaces byte_places = [] {
  BytePlaces places;
  for (std::size_t i = 0; i < 64; ++i) {
    places.of_byte[i] = static_cast<std::uint8_t>(i % 8);
    places.of_word[i] = static_cast<std::uint8_t>(i / 8 * 4);
  }
  return places;
}();

}  // namespace

/// Eight cells as digit_values() has them. Most often all eight lie within 64 bytes, which one
/// load brings and one permutation puts into place.
[[KPFD_AVX512]] inline __m512i CellScan::digits_avx512(const char* buffer,
                                                       const std::uint32_t* ends, __m256i end,
                                                       __m256i size) {
  const __m512i zeros = _mm512_set1_epi8('0');
  const std::uint32_t begin = ends[-1] + 1;
  if (ends[columns_at_once - 1] - begin > 64) {
    // What stands behind a cell is shifted out, as above.
    const __m256i begins = _mm256_sub_epi32(end, size);
    const __m512i shift = _mm512_maskz_cvtepi32_epi64(
        0xFF, _mm256_sub_epi32(_mm256_set1_epi32(64), _mm256_slli_epi32(size, 3)));
    const __m512i bytes = _mm512_mask_i32gather_epi64(zeros, 0xFF, begins, buffer, 1);
    return _mm512_maskz_sllv_epi64(0xFF, _mm512_xor_si512(bytes, zeros), shift);
  }
  const __m512i of_word = _mm512_load_si512(byte_places.of_word.data());
  const __m512i of_byte = _mm512_load_si512(byte_places.of_byte.data());
  const __m256i behind = _mm256_sub_epi32(end, _mm256_set1_epi32(static_cast<int>(begin + 8)));
  const __m512i from = _mm512_add_epi8(
      _mm512_maskz_permutexvar_epi8(~__mmask64{0}, of_word, _mm512_castsi256_si512(behind)),
      of_byte);
  const __m512i reach = _mm512_add_epi8(
      _mm512_maskz_permutexvar_epi8(~__mmask64{0}, of_word, _mm512_castsi256_si512(size)), of_byte);
  const __mmask64 within = _mm512_cmpgt_epi8_mask(reach, _mm512_set1_epi8(7));
  const __mmask8 short_enough = _mm256_cmple_epi32_mask(size, _mm256_set1_epi32(8));
  const __m512i text = _mm512_loadu_si512(buffer + begin);
  return _mm512_maskz_xor_epi64(short_enough,
                                _mm512_mask_permutexvar_epi8(zeros, within, from, text), zeros);
}

[[KPFD_AVX512]] inline CellScan::GroupBits CellScan::scan_group_avx512(const Group& group,
                                                                       const Cells& cells,
                                                                       std::int64_t* numbers) {
  const __m512i nine = _mm512_set1_epi8(9);
  const __m512i none = _mm512_set1_epi64(no_number);
  const std::size_t column = group.first;
  const std::uint32_t* const ends = cells.ends + column;
  const __m256i end = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ends));
  const __m256i before = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ends - 1));
  const __m256i size = _mm256_sub_epi32(end, _mm256_add_epi32(before, _mm256_set1_epi32(1)));
  const __mmask8 empty = _mm256_testn_epi32_mask(size, size);
  if (empty == all_empty) {
    _mm512_storeu_si512(numbers + column, none);
    return {empty, 0, 0};
  }
  const __m512i values = digits_avx512(cells.buffer, ends, end, size);
  const __mmask8 others = _mm512_cmpneq_epi64_mask(_mm512_max_epu8(values, nine), nine);
  const __m512i pairs = _mm512_maddubs_epi16(values, _mm512_set1_epi16(ten_and_one));
  const __m512i fours = _mm512_madd_epi16(pairs, _mm512_set1_epi32(hundred_and_one));
  const __m512i number =
      _mm512_add_epi64(_mm512_maskz_mul_epu32(0xFF, fours, _mm512_set1_epi64(ten_thousand)),
                       _mm512_maskz_srli_epi64(0xFF, fours, 32));
  _mm512_storeu_si512(numbers + column, _mm512_mask_blend_epi64(empty, number, none));

  const __m256i small = _mm512_maskz_cvtepi64_epi32(0xFF, number);
  // Below the least length is far above the range, without a sign.
  const __m256i above = _mm256_sub_epi32(size, _mm256_load_si256(words_of(group.least)));
  const auto wrong_length = static_cast<unsigned>(
      _mm256_cmpgt_epu32_mask(above, _mm256_load_si256(words_of(group.range))));
  const auto out_of_bounds = static_cast<unsigned>(
      _mm256_cmplt_epi32_mask(small, _mm256_load_si256(words_of(group.low))) |
      _mm256_cmpgt_epi32_mask(small, _mm256_load_si256(words_of(group.high))));
  const auto in_set = static_cast<unsigned>(_mm256_movepi32_mask(
      _mm256_or_si256(_mm256_sllv_epi32(_mm256_load_si256(words_of(group.set)), small),
                      _mm256_load_si256(words_of(group.no_set)))));
  const unsigned wrong = wrong_length | out_of_bounds | (in_set ^ 0xFF) | (others & group.numbers);
  return {empty, wrong, others};
}

[[KPFD_AVX512]] void CellScan::scan_avx512(const CellScan& limits, const Cells& cells,
                                           std::int64_t* numbers, Found& found) noexcept {
  const Group* group = limits.groups_.data();
  std::size_t left = limits.groups_.size() - 1;
  for (std::size_t word = 0; left > 0; ++word) {
    const std::size_t count = left < 8 ? left : 8;
    std::uint64_t empty = 0;
    std::uint64_t wrong = 0;
    std::uint64_t others = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const GroupBits bits = scan_group_avx512(*group++, cells, numbers);
      empty |= std::uint64_t{bits.empty} << (8 * i);
      wrong |= std::uint64_t{bits.wrong} << (8 * i);
      others |= std::uint64_t{bits.others} << (8 * i);
    }
    found.empty.words.data()[word] = empty;
    found.wrong.words.data()[word] = wrong;
    found.others.words.data()[word] = others;
    left -= count;
  }
  const GroupBits bits = scan_group_avx512(*group, cells, numbers);
  put_bits(found.empty, group->first, bits.empty);
  put_bits(found.wrong, group->first, bits.wrong);
  put_bits(found.others, group->first, bits.others);
}

#undef KPFD_AVX512

#endif

}  // namespace kpfd::check
