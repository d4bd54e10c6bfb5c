// Numbers that look drawn and are the same on every machine.
#pragma once

#include <cstdint>

namespace kpfd::samples {

/// Spreads the bits of a number (the finaliser of splitmix64).
constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

/// splitmix64. Not one distribution of the standard library is used: their results differ between
/// libraries.
class Random {
 public:
  /// A stream of its own for each pair: record 7 is the same whatever was made before it.
  constexpr Random(std::uint64_t seed, std::uint64_t stream)
      : state_(mix(seed + 0x9E3779B97F4A7C15ULL) ^ mix(stream * 0xD1B54A32D192ED03ULL + 1)) {}

  constexpr std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    return mix(state_);
  }

  /// 0 <= result < bound; 0 for a bound of 0. Bounds are far below 2^32, so the bias is none that
  /// one could see.
  constexpr std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }

 private:
  std::uint64_t state_;
};

}  // namespace kpfd::samples
