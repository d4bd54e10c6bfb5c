// Which vector units the code may ask for: KPFD_AVX2 says whether functions for AVX2 and AVX-512
// can be compiled beside those for every machine. Whether this machine has them is asked when the
// program runs. Windows and WebAssembly take the portable way.
#pragma once

#include <cstdint>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__EMSCRIPTEN__) && !defined(_WIN32)
#define KPFD_AVX2 1
#include <immintrin.h>
#else
#define KPFD_AVX2 0
#endif

namespace kpfd::grammar {

/// What a way of doing something asks of the processor. Each machine takes the highest that it has,
/// unless it is told to stay below; tests try all of them.
enum class VectorUnits : std::uint8_t { none, avx2, avx512 };

}  // namespace kpfd::grammar

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "the first byte of a word is taken for its lowest");
