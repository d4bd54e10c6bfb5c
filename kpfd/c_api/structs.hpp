// Structs of C that have grown, or will: whoever calls may have been compiled with an older header
// than the library, or with a newer one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "kpfd/c_api/errors.hpp"

namespace kpfd::c_api {

/// No struct will ever be so large; what says so is no struct.
inline constexpr std::uint32_t most_struct_size = 4096;

/// The size of a struct in the first version that had it: a caller has at least so much.
template <typename Struct>
inline constexpr std::size_t first_size = 0;
template <>
inline constexpr std::size_t first_size<kpfd_engine_options> =
    offsetof(kpfd_engine_options, roster) + sizeof(void*);
template <>
inline constexpr std::size_t first_size<kpfd_check_options> =
    offsetof(kpfd_check_options, threads) + sizeof(kpfd_check_options::threads);
template <>
inline constexpr std::size_t first_size<kpfd_summary> =
    offsetof(kpfd_summary, reason) + sizeof(void*);

/// The first members of every struct that may grow.
struct StructHead {
  std::uint32_t size = 0;
  std::uint32_t abi_version = 0;
};

/// Reads the head. Throws Refusal.
inline StructHead head_of(const void* given, const char* name, std::size_t least) {
  require(given, name);
  StructHead head;
  std::memcpy(&head, given, sizeof head);
  if (head.abi_version != KPFD_ABI_VERSION) {
    throw Refusal(KPFD_E_ARGUMENT,
                  std::string(name) + "->abi_version is " + std::to_string(head.abi_version) +
                      ", and the library has " + std::to_string(KPFD_ABI_VERSION) +
                      ": begin with the struct's *_INIT, and compile with the library's kpfd.h");
  }
  if (head.size < least || head.size > most_struct_size) {
    throw Refusal(KPFD_E_ARGUMENT, std::string(name) + "->struct_size is " +
                                       std::to_string(head.size) +
                                       ": begin with the struct's *_INIT");
  }
  return head;
}

/// A struct as this library has it: what an older caller does not know is 0. A newer caller may ask
/// for what this library does not know; that is refused, since to pass over it in silence could be
/// to check less than was asked for.
template <typename Struct>
Struct read_struct(const void* given, const char* name) {
  static_assert((first_size<Struct>) > sizeof(StructHead));
  const StructHead head = head_of(given, name, first_size<Struct>);
  Struct known{};
  std::memcpy(&known, given, std::min<std::size_t>(head.size, sizeof known));
  const char* const bytes = static_cast<const char*>(given);
  for (std::size_t at = sizeof known; at < head.size; ++at) {
    if (bytes[at] != 0) {
      throw Refusal(KPFD_E_ARGUMENT,
                    std::string(name) + " asks for something that this library does not have: it " +
                        "is older than the kpfd.h that the program was compiled with");
    }
  }
  return known;
}

/// Fills as much of the caller's struct as both know. Its head stays.
template <typename Struct>
void write_struct(Struct known, void* given, const char* name) {
  static_assert((first_size<Struct>) > sizeof(StructHead));
  const StructHead head = head_of(given, name, first_size<Struct>);
  std::memcpy(&known, &head, sizeof head);
  std::memcpy(given, &known, std::min<std::size_t>(head.size, sizeof known));
}

}  // namespace kpfd::c_api
