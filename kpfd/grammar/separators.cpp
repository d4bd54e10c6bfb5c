#include "kpfd/grammar/separators.hpp"

#include <array>
#include <cstring>

namespace kpfd::grammar {

namespace {

constexpr std::uint32_t block = 64;

/// One bit for each byte of a block.
struct BlockMasks {
  std::uint64_t comma = 0;
  std::uint64_t lf = 0;
  std::uint64_t cr = 0;
};

/// The bits of `found` as positions, eight at a time without asking: what is written too much is
/// written over, and the arrays have slack.
inline void write_positions(std::uint32_t* to, std::uint32_t at, std::uint64_t found, int count) {
  for (int begin = 0; begin < count; begin += 8) {
#pragma GCC unroll 8
    for (int i = begin; i < begin + 8; ++i) {
      to[i] = at + static_cast<std::uint32_t>(__builtin_ctzll(found | (std::uint64_t{1} << 63)));
      found &= found - 1;
    }
  }
}

namespace portable {

/// 8 bytes => a bit for each byte equal to the one that `pattern` repeats.
inline std::uint64_t equal_bits(std::uint64_t bytes, std::uint64_t pattern) {
  constexpr std::uint64_t low_bits = 0x7F7F7F7F7F7F7F7F;
  const std::uint64_t differing = bytes ^ pattern;
  const std::uint64_t equal = ~(((differing & low_bits) + low_bits) | differing | low_bits);
  return ((equal >> 7) * 0x0102040810204080) >> 56;
}

inline BlockMasks masks_of(const char* data) {
  BlockMasks masks;
  for (std::size_t i = 0; i < 8; ++i) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, data + i * 8, sizeof bytes);
    masks.comma |= equal_bits(bytes, 0x2C2C2C2C2C2C2C2C) << (8 * i);
    masks.lf |= equal_bits(bytes, 0x0A0A0A0A0A0A0A0A) << (8 * i);
    masks.cr |= equal_bits(bytes, 0x0D0D0D0D0D0D0D0D) << (8 * i);
  }
  return masks;
}

#define KPFD_TARGET
#include "kpfd/grammar/separators_blocks.ipp"
#undef KPFD_TARGET

}  // namespace portable

#if KPFD_AVX2
namespace avx2 {

#define KPFD_TARGET [[gnu::target("avx2,bmi,bmi2,popcnt")]]

KPFD_TARGET inline std::uint64_t equal_mask(__m256i low, __m256i high, char wanted) {
  const __m256i pattern = _mm256_set1_epi8(wanted);
  const auto low_bits =
      static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, pattern)));
  const auto high_bits =
      static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, pattern)));
  return (static_cast<std::uint64_t>(high_bits) << 32) | low_bits;
}

KPFD_TARGET inline BlockMasks masks_of(const char* data) {
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data + 32));
  return {equal_mask(low, high, ','), equal_mask(low, high, '\n'), equal_mask(low, high, '\r')};
}

/// As the common one, with an instruction that gives 64 for no bit.
KPFD_TARGET inline void write_positions(std::uint32_t* to, std::uint32_t at, std::uint64_t found,
                                        int count) {
  for (int begin = 0; begin < count; begin += 8) {
#pragma GCC unroll 8
    for (int i = begin; i < begin + 8; ++i) {
      to[i] = at + static_cast<std::uint32_t>(_tzcnt_u64(found));
      found = _blsr_u64(found);
    }
  }
}

#include "kpfd/grammar/separators_blocks.ipp"
#undef KPFD_TARGET

}  // namespace avx2

namespace avx512 {

#define KPFD_TARGET [[gnu::target("avx512f,avx512bw,avx512vbmi2,bmi,bmi2,popcnt")]]

KPFD_TARGET inline BlockMasks masks_of(const char* data) {
  const __m512i bytes = _mm512_loadu_si512(data);
  return {_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(',')),
          _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n')),
          _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\r'))};
}

// The forms with a mask are used because g++ takes the undefined rest of the others for a mistake.
KPFD_TARGET inline void write_sixteen(std::uint32_t* to, std::uint32_t at, __m128i numbers) {
  const __m512i base = _mm512_set1_epi32(static_cast<std::int32_t>(at));
  _mm512_storeu_si512(to, _mm512_add_epi32(base, _mm512_maskz_cvtepu8_epi32(0xFFFF, numbers)));
}

/// Sixteen at a time: the numbers of the bits are packed together, then widened.
KPFD_TARGET inline void write_positions(std::uint32_t* to, std::uint32_t at, std::uint64_t found,
                                        int count) {
  alignas(64) static constexpr auto numbers = [] {
    std::array<std::uint8_t, 64> list{};
    for (std::size_t i = 0; i < list.size(); ++i) {
      list[i] = static_cast<std::uint8_t>(i);
    }
    return list;
  }();
  const __m512i packed = _mm512_maskz_compress_epi8(found, _mm512_load_si512(numbers.data()));
  write_sixteen(to, at, _mm512_maskz_extracti32x4_epi32(0xF, packed, 0));
  if (count <= 16) {
    return;
  }
  write_sixteen(to + 16, at, _mm512_maskz_extracti32x4_epi32(0xF, packed, 1));
  if (count <= 32) {
    return;
  }
  write_sixteen(to + 32, at, _mm512_maskz_extracti32x4_epi32(0xF, packed, 2));
  write_sixteen(to + 48, at, _mm512_maskz_extracti32x4_epi32(0xF, packed, 3));
}

#include "kpfd/grammar/separators_blocks.ipp"
#undef KPFD_TARGET

}  // namespace avx512
#endif

}  // namespace

IndexSeparators best_index_separators([[maybe_unused]] VectorUnits most) {
#if KPFD_AVX2
  if (most >= VectorUnits::avx512 && __builtin_cpu_supports("avx512vbmi2") &&
      __builtin_cpu_supports("avx512bw")) {
    return avx512::index_blocks;
  }
  if (most >= VectorUnits::avx2 && __builtin_cpu_supports("avx2") &&
      __builtin_cpu_supports("bmi2")) {
    return avx2::index_blocks;
  }
#endif
  return portable::index_blocks;
}

Cells cells_of(std::string& line, std::vector<std::uint32_t>& ends) {
  const auto size = static_cast<std::uint32_t>(line.size());
  line.append(index_padding, '\0');
  ends.assign(1, 0U - 1);
  for (std::uint32_t i = 0; i < size; ++i) {
    if (line[i] == ',') {
      ends.push_back(i);
    }
  }
  ends.push_back(size);
  const auto count = static_cast<std::uint32_t>(ends.size() - 1);
  ends.resize(1 + count + cells_padding);
  return {line.data(), 0, ends.data() + 1, count};
}

}  // namespace kpfd::grammar
