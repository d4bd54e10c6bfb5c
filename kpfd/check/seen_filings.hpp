// Which filings a file has brought already.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kpfd::check {

/// A fingerprint of several texts, in order; the texts' borders count.
class Fingerprint {
 public:
  /// The text may be read up to 7 bytes beyond its end.
  void add(std::string_view text);
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0x6B70666400000001;
};

/// Remembers filings by fingerprints of 64 bits; two different ones are taken for one once in some
/// billions of files, and then a warning stands too much. Memory is bounded: what a file within
/// KX's limit can hold finds room, and what comes later in a larger one, which has an error anyhow,
/// is still compared with that.
class SeenFilings {
 public:
  /// Whether an equal filing was here before: the same key, and the same number where both have
  /// one. Remembers it.
  bool seen(Fingerprint key, std::string_view number);

 private:
  bool contains(std::uint64_t fingerprint) const;
  /// False if it was there already.
  bool insert(std::uint64_t fingerprint);
  void grow();

  std::vector<std::uint64_t> slots_;  ///< open addressing; 0: free
  std::size_t used_ = 0;
};

}  // namespace kpfd::check
