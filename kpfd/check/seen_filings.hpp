// Which filings a file has brought already.
#pragma once

#include <array>
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
  /// How far behind a text's end it may be read.
  static constexpr std::size_t reads_beyond = 32;

  /// `kind` is told apart, too.
  explicit Fingerprint(std::uint64_t kind = 0) : value_(first + kind) {}

  /// The text may be read up to reads_beyond bytes behind its end.
  void add(std::string_view text) {
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left > block; left -= block, at += block) {
      stir({load(at), load(at + 8), load(at + 16), load(at + 24)}, goes_on);
    }
    // Most texts are shorter. How long they are is not foreseen, so nothing branches on it: what
    // stands behind the end is masked away.
    const char* const mask = masks.data() + (block - left);
    stir({load(at) & load(mask), load(at + 8) & load(mask + 8), load(at + 16) & load(mask + 16),
          load(at + 24) & load(mask + 24)},
         left);
  }
  std::uint64_t value() const { return value_; }

 private:
  static constexpr std::size_t block = 32;
  static constexpr std::size_t goes_on = block + 1;  ///< as a size: the text does not end here

  /// `block` bytes of ones, then as many zeros.
  static constexpr std::array<char, 2 * block> masks = [] {
    std::array<char, 2 * block> bytes{};
    for (std::size_t i = 0; i < block; ++i) {
      bytes[i] = static_cast<char>(0xFF);
    }
    return bytes;
  }();

  static std::uint64_t load(const char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
  }

  void stir(const std::array<std::uint64_t, 4>& words, std::size_t size) {
    value_ = fold(words[0] ^ value_, words[1] ^ second) ^
             fold(words[2] ^ third, words[3] ^ (fourth + size));
  }

  /// Both halves of the product.
  static std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }

  static constexpr std::uint64_t first = 0x6B70666400000001;
  static constexpr std::uint64_t second = 0xA0761D6478BD642F;
  static constexpr std::uint64_t third = 0xE7037ED1A0B428DB;
  static constexpr std::uint64_t fourth = 0x8EBC6AF09C88C6E3;

  std::uint64_t value_;
};

/// A filing as SeenFilings remembers it.
class SeenKey {
 public:
  /// The number may be read up to Fingerprint::reads_beyond bytes behind its end.
  SeenKey(const Fingerprint& key, std::string_view number);

 private:
  friend class SeenFilings;
  static std::uint64_t hash_of(const Fingerprint& key) { return mix(key.value(), 1); }

  std::uint64_t hash_;
  std::uint32_t number_;  ///< 0: it has none
};

/// Remembers filings by fingerprints of 59 bits; two different ones are taken for one once in some
/// ten million files, and then a warning stands too much. Memory is bounded: what a file within
/// KX's limit can hold finds room, and what comes later in a larger one, which has an error anyhow,
/// is still compared with that.
class SeenFilings {
 public:
  /// Makes room for what a file of so many bytes can hold.
  explicit SeenFilings(std::uint64_t file_bytes = std::numeric_limits<std::uint64_t>::max());

  /// A key's place is far away: to be called as soon as the key is known, some time before seen().
  /// Inlined by force: g++ takes a call of a function that only fetches for one without any effect.
  [[gnu::always_inline]] void expect(const Fingerprint& key) const {
    __builtin_prefetch(&hint_of(SeenKey::hash_of(key)), 1);
  }
  [[gnu::always_inline]] void expect(const SeenKey& key) const {
    __builtin_prefetch(&hint_of(key.hash_), 1);
  }

  /// Whether an equal filing was here before: the same key, and the same number where both have
  /// one. Remembers it.
  bool seen(const SeenKey& filing);

 private:
  std::uint64_t& hint_of(std::uint64_t hash) const {
    return hints_.get()[(hash >> 40) & hint_mask_];
  }
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
