#include "kpfd/digest/sha256.hpp"

#include <algorithm>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>
#include <immintrin.h>
#define KPFD_SHA_INSTRUCTIONS
#endif

namespace kpfd::digest {

namespace {

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
constexpr std::array<std::uint32_t, 64> round_constants = {
    0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
    0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
    0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
    0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
    0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
    0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
    0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
    0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2};

constexpr std::uint32_t rotate(std::uint32_t word, unsigned bits) {
  return (word >> bits) | (word << (32U - bits));
}

/// For every machine.
void add_blocks_portable(std::uint32_t* state, const unsigned char* blocks, std::size_t count) {
  for (; count > 0; --count, blocks += Sha256::block_size) {
    std::array<std::uint32_t, 64> words{};
    for (std::size_t i = 0; i < 16; ++i) {
      words[i] = static_cast<std::uint32_t>(blocks[4 * i]) << 24U |
                 static_cast<std::uint32_t>(blocks[4 * i + 1]) << 16U |
                 static_cast<std::uint32_t>(blocks[4 * i + 2]) << 8U | blocks[4 * i + 3];
    }
    for (std::size_t i = 16; i < words.size(); ++i) {
      const std::uint32_t a = words[i - 15];
      const std::uint32_t b = words[i - 2];
      words[i] = words[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ (a >> 3U)) + words[i - 7] +
                 (rotate(b, 17) ^ rotate(b, 19) ^ (b >> 10U));
    }
    std::array<std::uint32_t, 8> mixed{};
    std::copy_n(state, mixed.size(), mixed.begin());
    auto& [a, b, c, d, e, f, g, h] = mixed;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::uint32_t t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                               ((e & f) ^ (~e & g)) + round_constants[i] + words[i];
      const std::uint32_t t2 =
          (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = d + t1;
      d = c;
      c = b;
      b = a;
      a = t1 + t2;
    }
    for (std::size_t i = 0; i < mixed.size(); ++i) {
      state[i] += mixed[i];
    }
  }
}

#ifdef KPFD_SHA_INSTRUCTIONS

/// With the processor's own instructions, several times as fast. They keep the state as the words
/// ABEF and CDGH.
__attribute__((target("sha,sse4.1"))) void add_blocks_sha(std::uint32_t* state,
                                                          const unsigned char* blocks,
                                                          std::size_t count) {
  const auto load = [](const void* from) {
    return _mm_loadu_si128(static_cast<const __m128i*>(from));
  };
  const __m128i byte_order = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);
  __m128i dcba = _mm_shuffle_epi32(load(state), 0xB1);
  __m128i hgfe = _mm_shuffle_epi32(load(state + 4), 0x1B);
  __m128i abef = _mm_alignr_epi8(dcba, hgfe, 8);
  __m128i cdgh = _mm_blend_epi16(hgfe, dcba, 0xF0);
  for (; count > 0; --count, blocks += Sha256::block_size) {
    const __m128i abef_before = abef;
    const __m128i cdgh_before = cdgh;
    __m128i words[4];
    for (std::size_t i = 0; i < 4; ++i) {
      words[i] = _mm_shuffle_epi8(load(blocks + 16 * i), byte_order);
    }
    for (std::size_t round = 0; round < 16; ++round) {
      const __m128i current = words[round % 4];
      const __m128i added = _mm_add_epi32(current, load(round_constants.data() + 4 * round));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, added);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(added, 0x0E));
      if (round < 12) {
        // The words of four rounds later.
        const __m128i next = words[(round + 1) % 4];
        const __m128i last = words[(round + 3) % 4];
        const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(current, next),
                                          _mm_alignr_epi8(last, words[(round + 2) % 4], 4));
        words[round % 4] = _mm_sha256msg2_epu32(sum, last);
      }
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  dcba = _mm_shuffle_epi32(abef, 0x1B);
  hgfe = _mm_shuffle_epi32(cdgh, 0xB1);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state), _mm_blend_epi16(dcba, hgfe, 0xF0));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state + 4), _mm_alignr_epi8(hgfe, dcba, 8));
}

bool has_sha_instructions() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_SSE4_1) != 0 && (c & bit_SSSE3) != 0 &&
         __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
}

#endif

}  // namespace

Sha256::Way Sha256::best_way() {
#ifdef KPFD_SHA_INSTRUCTIONS
  static const bool has_them = has_sha_instructions();
  return has_them ? Way::instructions : Way::portable;
#else
  return Way::portable;
#endif
}

Sha256::Sha256([[maybe_unused]] Way way) : add_blocks_(add_blocks_portable) {
#ifdef KPFD_SHA_INSTRUCTIONS
  if (way == Way::instructions) {
    add_blocks_ = add_blocks_sha;
  }
#endif
}

Sha256& Sha256::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (size_ % block_size == 0 && bytes.size() >= block_size) {
      const std::size_t blocks = bytes.size() / block_size;
      add_blocks_(state_.data(), reinterpret_cast<const unsigned char*>(bytes.data()), blocks);
      bytes.remove_prefix(blocks * block_size);
      size_ += blocks * block_size;
      continue;
    }
    const auto used = static_cast<std::size_t>(size_ % block_size);
    const std::size_t taken = std::min(bytes.size(), block_size - used);
    std::memcpy(waiting_.data() + used, bytes.data(), taken);
    bytes.remove_prefix(taken);
    size_ += taken;
    if (used + taken == block_size) {
      add_blocks_(state_.data(), waiting_.data(), 1);
    }
  }
  return *this;
}

Digest Sha256::finish_bytes() {
  const std::uint64_t bits = size_ * 8;
  // One bit, then zeros up to the last eight bytes of a block, which hold the number of bits.
  constexpr std::string_view padding(
      "\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
      "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
      block_size);
  const auto used = static_cast<std::size_t>(size_ % block_size);
  const std::size_t length_at = block_size - 8;
  feed(padding.substr(0, (used < length_at ? length_at : length_at + block_size) - used));
  std::array<char, 8> length{};
  for (std::size_t i = 0; i < length.size(); ++i) {
    length[i] = static_cast<char>(bits >> (56U - 8U * i));
  }
  feed({length.data(), length.size()});
  Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<unsigned char>(state_[i / 4] >> (24U - 8U * (i % 4)));
  }
  return digest;
}

std::string Sha256::finish() { return hexadecimal(finish_bytes()); }

std::string hexadecimal(std::string_view bytes) {
  std::string digits;
  digits.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const unsigned byte = static_cast<unsigned char>(c);
    digits += "0123456789abcdef"[byte >> 4U];
    digits += "0123456789abcdef"[byte & 15U];
  }
  return digits;
}

std::string hexadecimal(const Digest& digest) {
  return hexadecimal({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string sha256(std::string_view bytes) { return Sha256().feed(bytes).finish(); }

}  // namespace kpfd::digest
