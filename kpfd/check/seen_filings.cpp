#include "kpfd/check/seen_filings.hpp"

#include <cstring>
#include <new>

namespace kpfd::check {

namespace {

constexpr std::size_t slot_bits = 19;
constexpr std::size_t slot_count = std::size_t{1} << slot_bits;
constexpr std::size_t most_used = slot_count / 4 * 3;

constexpr unsigned number_bits = 20;
constexpr std::uint64_t number_mask = (std::uint64_t{1} << number_bits) - 1;

/// Filings of one person for one date with ever new numbers: so many are no filing, and are said to
/// be seen without further search.
constexpr unsigned most_numbers = 64;

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15;
  return hash ^ (hash >> 32);
}

std::uint64_t load8(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

std::uint64_t hash_of(const Fingerprint& key) { return mix(mix(key.value(), 1), 2); }
std::size_t slot_of(std::uint64_t hash) { return mix(hash, 3) % slot_count; }

}  // namespace

void Fingerprint::add(std::string_view text) {
  std::uint64_t hash = mix(value_, text.size());
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left > 8; left -= 8, at += 8) {
    hash = mix(hash, load8(at));
  }
  const std::uint64_t rest = left == 0 ? 0 : load8(at) << (8 * (8 - left));
  value_ = mix(hash, rest);
}

// Zeroed pages come from the system when they are touched: a small file pays for few of them.
SeenFilings::SeenFilings()
    : slots_(static_cast<std::uint64_t*>(std::calloc(slot_count, sizeof(std::uint64_t)))) {
  if (!slots_) {
    throw std::bad_alloc();
  }
}

void SeenFilings::expect(const Fingerprint& key) const {
  __builtin_prefetch(slots_.get() + slot_of(hash_of(key)), 1);
}

bool SeenFilings::seen(Fingerprint key, std::string_view number) {
  const std::uint64_t hash = hash_of(key);
  std::uint64_t tag = hash & ~number_mask;
  if (tag == 0) {
    tag = number_mask + 1;  // a slot of zeros is free
  }
  std::uint64_t number_tag = 0;
  if (!number.empty()) {
    Fingerprint of_number;
    of_number.add(number);
    number_tag = of_number.value() % number_mask + 1;
  }
  std::uint64_t* const slots = slots_.get();
  bool found = false;
  unsigned numbers = 0;
  for (std::size_t slot = slot_of(hash);; slot = (slot + 1) % slot_count) {
    const std::uint64_t entry = slots[slot];
    if (entry == 0) {
      if (used_ < most_used) {
        slots[slot] = tag | number_tag;
        ++used_;
      }
      return found;
    }
    if ((entry & ~number_mask) != tag) {
      continue;
    }
    const std::uint64_t other = entry & number_mask;
    if (other == number_tag || ++numbers == most_numbers) {
      return true;
    }
    found = found || other == 0 || number_tag == 0;
  }
}

}  // namespace kpfd::check
