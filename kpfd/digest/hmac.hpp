// HMAC-SHA-256 (RFC 2104): a name for a filing that only the owner of a key can make.
#pragma once

#include <string_view>

#include "kpfd/digest/sha256.hpp"

namespace kpfd::digest {

/// Takes bytes piece by piece. Without the key nobody can tell whether a guess at the bytes is
/// right.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);

  HmacSha256& feed(std::string_view bytes) {
    inner_.feed(bytes);
    return *this;
  }

  /// Nothing is fed afterwards.
  Digest finish();

 private:
  Sha256 inner_;
  Sha256 outer_;
};

}  // namespace kpfd::digest
