// Numbers in bytes from outside: whatever is asked for beyond the end is not there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kpfd::hooks {

/// The bytes at a place, or fewer where there are not so many.
inline std::string_view piece(std::string_view bytes, std::uint64_t at, std::uint64_t size) {
  return at >= bytes.size()
             ? std::string_view{}
             : bytes.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(size));
}

/// A little-endian number of 1 to 8 bytes.
inline std::optional<std::uint64_t> little(std::string_view bytes, std::uint64_t at,
                                           std::size_t size) {
  const std::string_view part = piece(bytes, at, size);
  if (part.size() != size) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  for (std::size_t i = size; i > 0; --i) {
    number = number << 8U | static_cast<unsigned char>(part[i - 1]);
  }
  return number;
}

/// A big-endian number of 1 to 8 bytes.
inline std::optional<std::uint64_t> big(std::string_view bytes, std::uint64_t at,
                                        std::size_t size) {
  const std::string_view part = piece(bytes, at, size);
  if (part.size() != size) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  for (const char byte : part) {
    number = number << 8U | static_cast<unsigned char>(byte);
  }
  return number;
}

}  // namespace kpfd::hooks
