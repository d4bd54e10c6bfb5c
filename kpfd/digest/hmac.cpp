#include "kpfd/digest/hmac.hpp"

#include <algorithm>
#include <array>

namespace kpfd::digest {

namespace {

std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

HmacSha256::HmacSha256(std::string_view key) {
  std::array<char, Sha256::block_size> block{};
  if (key.size() > block.size()) {
    const Digest shorter = Sha256().feed(key).finish_bytes();
    std::copy(shorter.begin(), shorter.end(), block.begin());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  const auto masked = [&block](unsigned char mask) {
    std::array<char, Sha256::block_size> pad{};
    std::transform(block.begin(), block.end(), pad.begin(),
                   [mask](char byte) { return static_cast<char>(byte ^ mask); });
    return pad;
  };
  const auto inner = masked(0x36);
  const auto outer = masked(0x5C);
  inner_.feed({inner.data(), inner.size()});
  outer_.feed({outer.data(), outer.size()});
}

Digest HmacSha256::finish() {
  const Digest inner = inner_.finish_bytes();
  return outer_.feed(bytes_of(inner)).finish_bytes();
}

}  // namespace kpfd::digest
