// Which filings a file has brought already.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

namespace kpfd::check {

/// Stirs a word into a fingerprint.
inline std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15;
  return hash ^ (hash >> 32);
}

/// A fingerprint of several texts, in order; the texts' borders count.
class Fingerprint {
 public:
  /// `kind` is told apart, too.
  explicit Fingerprint(std::uint64_t kind = 0) : value_(first + kind) {}

  /// The text may be read up to 7 bytes beyond its end.
  void add(std::string_view text) {
    std::uint64_t hash = mix(value_, text.size());
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left > 8; left -= 8, at += 8) {
      hash = mix(hash, load(at));
    }
    value_ = mix(hash, left == 0 ? 0 : load(at) << (8 * (8 - left)));
  }
  std::uint64_t value() const { return value_; }

 private:
  static std::uint64_t load(const char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
  }

  static constexpr std::uint64_t first = 0x6B70666400000001;

  std::uint64_t value_;
};

/// Remembers filings by fingerprints of 59 bits; two different ones are taken for one once in some
/// ten million files, and then a warning stands too much. Memory is bounded: what a file within
/// KX's limit can hold finds room, and what comes later in a larger one, which has an error anyhow,
/// is still compared with that.
class SeenFilings {
 public:
  /// Makes room for what a file of so many bytes can hold.
  explicit SeenFilings(std::uint64_t file_bytes = std::numeric_limits<std::uint64_t>::max());

  /// Whether an equal filing was here before: the same key, and the same number where both have
  /// one. Remembers it. The number may be read up to 7 bytes beyond its end.
  bool seen(Fingerprint key, std::string_view number);

 private:
  std::size_t slot_of(std::uint64_t hash) const;
  /// The number that stands with the key, or `number`, which is put there if the key is new.
  std::uint64_t find(std::uint64_t hash, std::uint64_t number, bool& is_new);
  /// Whether key and number were put there together.
  bool has(std::uint64_t hash) const;

  /// Puts what is new into the slots. They are far away, so many are asked for at once.
  void enter_new();

  struct Free {
    void operator()(std::uint64_t* slots) const { std::free(slots); }
  };
  using Words = std::unique_ptr<std::uint64_t[], Free>;
  static Words zeros(std::size_t words);

  struct New {
    std::uint64_t hash = 0;
    std::uint64_t number = 0;
  };

  /// Open addressing; a slot holds 40 bits of the key and 24 of the number, 0 if it is free.
  Words slots_;
  std::size_t mask_ = 0;
  std::size_t used_ = 0;
  std::size_t most_used_ = 0;
  /// Two bits of a word for each key: a key whose bits are not both there is surely new. Small
  /// enough to stay near, where the slots do not.
  Words hints_;
  std::size_t hint_mask_ = 0;
  std::vector<New> new_;  ///< surely new keys that are not in the slots yet
};

}  // namespace kpfd::check
