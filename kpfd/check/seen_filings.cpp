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

std::uint64_t fingerprint(std::uint64_t seed, std::string_view text) {
  std::uint64_t hash = mix(seed, text.size());
  while (text.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    hash = mix(hash, word);
    text.remove_prefix(8);
  }
  std::uint64_t word = 0;
  std::memcpy(&word, text.data(), text.size());
  hash = mix(mix(hash, word), 1);
  return hash == 0 ? 1 : hash;
}

}  // namespace

bool SeenFilings::seen(std::string_view key, std::string_view number) {
  // Three facts are remembered: the key was here, it was here without a number, it was here with this number.
  const std::uint64_t any = fingerprint(1, key);
  const std::uint64_t unnumbered = mix(any, 2) | 1;
  const std::uint64_t numbered = fingerprint(any, number);
  const bool known = contains(any);
  const bool found =
      known && (number.empty() || contains(unnumbered) || contains(numbered));
  if (!known) insert(any);
  if (!found || number.empty()) insert(number.empty() ? unnumbered : numbered);
  return found;
}

bool SeenFilings::contains(std::uint64_t fingerprint) const {
  if (slots_.empty()) return false;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = fingerprint & mask;; slot = (slot + 1) & mask) {
    if (slots_[slot] == fingerprint) return true;
    if (slots_[slot] == 0) return false;
  }
}

void SeenFilings::insert(std::uint64_t fingerprint) {
  if (used_ + 1 > most_used(slots_.size())) {
    if (slots_.size() >= most_slots) return;
    grow();
  }
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = fingerprint & mask;
  while (slots_[slot] != 0) {
    if (slots_[slot] == fingerprint) return;
    slot = (slot + 1) & mask;
  }
  slots_[slot] = fingerprint;
  ++used_;
}

void SeenFilings::grow() {
  std::vector<std::uint64_t> old = std::move(slots_);
  slots_.assign(old.empty() ? first_slots : old.size() * 2, 0);
  used_ = 0;
  for (const std::uint64_t fingerprint : old) {
    if (fingerprint != 0) insert(fingerprint);
  }
}

}  // namespace kpfd::check
