#include "kpfd/check/seen_filings.hpp"

#include <cstring>
#include <utility>

namespace kpfd::check {

namespace {

constexpr std::size_t first_slots = 1U << 10;
constexpr std::size_t most_slots = 1U << 19;

/// Seven eighths: what is remembered of a file of 20 MiB with the shortest records.
constexpr std::size_t most_used(std::size_t slots) { return slots - slots / 8; }

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15;
  return hash ^ (hash >> 32);
}

std::uint64_t load8(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// 0 is the mark of a free slot.
std::uint64_t as_slot(std::uint64_t hash) { return hash == 0 ? 1 : hash; }

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

bool SeenFilings::seen(Fingerprint key, std::string_view number) {
  // Three facts are remembered: the key was here, it was here without a number, it was here with
  // this number.
  const std::uint64_t any = as_slot(mix(key.value(), 1));
  const std::uint64_t unnumbered = as_slot(mix(key.value(), 2));
  std::uint64_t numbered = unnumbered;
  if (!number.empty()) {
    key.add(number);
    numbered = as_slot(mix(key.value(), 3));
  }
  const bool known = !insert(any);
  const bool same_number = !insert(numbered);
  return known && (number.empty() || same_number || contains(unnumbered));
}

bool SeenFilings::contains(std::uint64_t fingerprint) const {
  if (slots_.empty()) {
    return false;
  }
  const std::uint64_t* const slots = slots_.data();
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = fingerprint & mask;; slot = (slot + 1) & mask) {
    if (slots[slot] == fingerprint) {
      return true;
    }
    if (slots[slot] == 0) {
      return false;
    }
  }
}

bool SeenFilings::insert(std::uint64_t fingerprint) {
  if (used_ >= most_used(slots_.size())) {
    if (slots_.size() >= most_slots) {
      return !contains(fingerprint);
    }
    grow();
  }
  std::uint64_t* const slots = slots_.data();
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = fingerprint & mask;
  while (slots[slot] != 0) {
    if (slots[slot] == fingerprint) {
      return false;
    }
    slot = (slot + 1) & mask;
  }
  slots[slot] = fingerprint;
  ++used_;
  return true;
}

void SeenFilings::grow() {
  std::vector<std::uint64_t> old = std::move(slots_);
  slots_.assign(old.empty() ? first_slots : old.size() * 2, 0);
  used_ = 0;
  for (const std::uint64_t fingerprint : old) {
    if (fingerprint != 0) {
      insert(fingerprint);
    }
  }
}

}  // namespace kpfd::check
