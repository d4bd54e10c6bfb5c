#include "kpfd/check/seen_filings.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace kpfd::check {

namespace {

constexpr std::size_t least_slots = std::size_t{1} << 10;
constexpr std::size_t most_slots = std::size_t{1} << 19;

/// A record that is compared has two dates, a name and more than twenty commas: nearly 50 bytes;
/// two slots of three are used.
constexpr std::uint64_t bytes_a_slot = 32;

/// A word of hints for so many slots: 512 KiB at most.
constexpr std::size_t slots_a_hint = 8;

/// How many keys are entered at once: the memory of that many slots can be on its way.
constexpr std::size_t most_new = 64;

constexpr unsigned number_bits = 24;
constexpr std::uint64_t number_mask = (std::uint64_t{1} << number_bits) - 1;

/// In the number's place: the slot holds key and number together, for the second and every further
/// number of a key. One search then finds any of them.
constexpr std::uint64_t joint = number_mask;

/// A number of up to six digits as it stands, four bits a digit; a fingerprint of anything longer.
/// 0 for no number, and never `joint`.
std::uint64_t tag_of(std::string_view number) {
  if (number.size() * 4 > number_bits) {
    Fingerprint fingerprint;
    fingerprint.add(number);
    return fingerprint.value() % (joint - 1) + 1;
  }
  std::uint64_t tag = 0;
  for (const char c : number) {
    tag = tag << 4 | (static_cast<std::uint64_t>(c - '0' + 1) & 15);
  }
  return tag;
}

}  // namespace

SeenKey::SeenKey(const Fingerprint& key, std::string_view number)
    : hash_(hash_of(key)), number_(static_cast<std::uint32_t>(tag_of(number))) {
  static_assert(number_bits <= 32);
}

SeenFilings::SeenFilings(std::uint64_t file_bytes) {
  std::size_t slots = least_slots;
  while (slots < most_slots && slots < file_bytes / bytes_a_slot) {
    slots *= 2;
  }
  mask_ = slots - 1;
  most_used_ = slots / 3 * 2;
  slots_ = zeros(slots);
  hint_mask_ = slots / slots_a_hint - 1;
  hints_ = zeros(slots / slots_a_hint);
  new_.reserve(most_new);
}

/// Written to at once: pages of zeros that are read first and written to later come from the system
/// twice, each on its own.
SeenFilings::Words SeenFilings::zeros(std::size_t words) {
  const std::size_t size = words * sizeof(std::uint64_t);
#if defined(__linux__)
  constexpr std::size_t huge_page = std::size_t{2} << 20;
  const bool is_huge = size % huge_page == 0;
  void* const bytes = is_huge ? std::aligned_alloc(huge_page, size) : std::malloc(size);
  if (is_huge && bytes != nullptr) {
    madvise(bytes, size, MADV_HUGEPAGE);  // a wish: it only saves time
  }
#else
  void* const bytes = std::malloc(size);
#endif
  Words made(static_cast<std::uint64_t*>(bytes));
  if (!made) {
    throw std::bad_alloc();
  }
  std::memset(bytes, 0, size);
  return made;
}

std::size_t SeenFilings::slot_of(std::uint64_t hash) const { return mix(hash, 3) & mask_; }

void SeenFilings::enter_new() {
  for (const New& entry : new_) {
    __builtin_prefetch(slots_.get() + slot_of(entry.hash), 1);
  }
  for (const New& entry : new_) {
    bool is_new = false;
    find(entry.hash, entry.number, is_new);
  }
  new_.clear();
}

std::uint64_t SeenFilings::find(std::uint64_t hash, std::uint64_t number, bool& is_new) {
  std::uint64_t tag = hash & ~number_mask;
  if (tag == 0) {
    tag = number_mask + 1;  // a slot of zeros is free
  }
  std::uint64_t* const slots = slots_.get();
  for (std::size_t slot = slot_of(hash);; slot = (slot + 1) & mask_) {
    const std::uint64_t entry = slots[slot];
    is_new = entry == 0;
    if (is_new) {
      if (used_ < most_used_) {
        slots[slot] = tag | number;
        ++used_;
      }
      return number;
    }
    const bool same_kind = ((entry & number_mask) == joint) == (number == joint);
    if (same_kind && (entry & ~number_mask) == tag) {
      return entry & number_mask;
    }
  }
}

bool SeenFilings::seen(const SeenKey& filing) {
  const std::uint64_t hash = filing.hash_;
  const std::uint64_t number_tag = filing.number_;
  std::uint64_t& hint = hint_of(hash);
  const std::uint64_t bits = std::uint64_t{1} << (hash & 63) | std::uint64_t{1} << (hash >> 6 & 63);
  if ((hint & bits) != bits) {
    if (used_ + new_.size() < most_used_) {
      hint |= bits;
      new_.push_back({hash, number_tag});
      if (new_.size() == most_new) {
        enter_new();
      }
    }
    return false;
  }
  enter_new();
  bool is_new = false;
  const std::uint64_t first = find(hash, number_tag, is_new);
  if (is_new) {
    return false;
  }
  if (first == number_tag || first == 0) {
    return true;
  }
  // Another number than the first one: the others of this key are remembered one by one.
  bool is_new_without = true;
  bool is_new_number = true;
  if (number_tag == 0) {
    find(mix(hash, 4), joint, is_new_without);
    return true;
  }
  find(mix(hash, 5 + number_tag), joint, is_new_number);
  return !is_new_number || has(mix(hash, 4));
}

bool SeenFilings::has(std::uint64_t hash) const {
  std::uint64_t tag = hash & ~number_mask;
  if (tag == 0) {
    tag = number_mask + 1;
  }
  const std::uint64_t* const slots = slots_.get();
  for (std::size_t slot = slot_of(hash); slots[slot] != 0; slot = (slot + 1) & mask_) {
    if (slots[slot] == (tag | joint)) {
      return true;
    }
  }
  return false;
}

}  // namespace kpfd::check
