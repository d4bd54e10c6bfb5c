// The compiled form of what the schemas say: structs <=> bytes.
//
// A struct is written and read member by member, and Boost.PFR tells its members: one that is added
// to a struct is in the compiled form without a word here, and one of a type that has no form yet
// does not compile. The bytes do not depend on the byte order or the word size of a machine.
//
//   number       7 bits a byte, the lowest first; the top bit says that more follow
//   signed       0, -1, 1, -2, ... => the numbers 0, 1, 2, 3, ...
//   enum, bool   its number
//   text         its size and its bytes
//   vector       its size and its elements
//   array        its elements
//   set of bits  a number for 64 of them, the last ones first
//   struct       its members
//   table        of an item: its place among the tables from 1; 0: none
#pragma once

#include <array>
#include <bitset>
#include <boost/pfr/core.hpp>
#include <boost/pfr/tuple_size.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "kpfd/layout/load.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::layout {

namespace compiled {

template <typename T>
inline constexpr bool is_vector = false;
template <typename T>
inline constexpr bool is_vector<std::vector<T>> = true;

template <typename T>
inline constexpr bool is_array = false;
template <typename T, std::size_t size>
inline constexpr bool is_array<std::array<T, size>> = true;

template <typename T>
inline constexpr bool is_bitset = false;
template <std::size_t size>
inline constexpr bool is_bitset<std::bitset<size>> = true;

template <typename T>
inline constexpr bool is_number = std::is_integral_v<T> || std::is_enum_v<T>;

/// Whether a `char` has a sign depends on the machine; here it has none.
template <typename T>
inline constexpr bool has_sign = std::is_signed_v<T> && !std::is_same_v<T, char>;

template <typename T>
inline constexpr bool is_struct =
    std::is_class_v<T> && std::is_aggregate_v<T> && !is_array<T> && !is_bitset<T>;

constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t number) {
  return (hash ^ number) * 0x00000100000001B3;
}

/// Changes when the members of a struct, or of the structs in it, change their number or types.
template <typename T>
constexpr std::uint64_t shape_of(std::uint64_t hash = 0xCBF29CE484222325) {
  if constexpr (is_number<T>) {
    return mix(mix(hash, 1), sizeof(T) * 2 + (has_sign<T> ? 1 : 0));
  } else if constexpr (std::is_same_v<T, std::string>) {
    return mix(hash, 2);
  } else if constexpr (std::is_same_v<T, const Table*>) {
    return mix(hash, 3);
  } else if constexpr (is_vector<T>) {
    return shape_of<typename T::value_type>(mix(hash, 4));
  } else if constexpr (is_array<T>) {
    return shape_of<typename T::value_type>(mix(mix(hash, 5), std::tuple_size_v<T>));
  } else if constexpr (is_bitset<T>) {
    return mix(mix(hash, 6), T().size());
  } else {
    static_assert(is_struct<T>, "a member of this type has no compiled form");
    const auto members = [hash]<std::size_t... index>(std::index_sequence<index...>) {
      std::uint64_t all = mix(mix(hash, 7), sizeof...(index));
      ((all = shape_of<boost::pfr::tuple_element_t<index, T>>(all)), ...);
      return all;
    };
    return members(std::make_index_sequence<boost::pfr::tuple_size_v<T>>());
  }
}

}  // namespace compiled

/// Values => bytes, one behind the other. An item's table is one of the Layouts written before it.
class CompiledWriter {
 public:
  template <typename T>
  void write(const T& value) {
    if constexpr (compiled::is_number<T>) {
      write_number(value);
    } else if constexpr (std::is_same_v<T, std::string>) {
      write_text(value);
    } else if constexpr (std::is_same_v<T, const Table*>) {
      write_size(value == nullptr ? 0 : static_cast<std::size_t>(value - tables_) + 1);
    } else if constexpr (compiled::is_vector<T>) {
      if constexpr (std::is_same_v<T, std::vector<Table>>) {
        tables_ = value.data();
      }
      write_size(value.size());
      for (const auto& element : value) {
        write(element);
      }
    } else if constexpr (compiled::is_array<T>) {
      for (const auto& element : value) {
        write(element);
      }
    } else if constexpr (compiled::is_bitset<T>) {
      constexpr T low_bits(~0ULL);
      for (std::size_t word = (value.size() + 63) / 64; word > 0; --word) {
        write_size(((value >> (word - 1) * 64) & low_bits).to_ullong());
      }
    } else {
      boost::pfr::for_each_field(value, [this](const auto& member) { this->write(member); });
    }
  }

  void write_text(std::string_view text) {
    write_size(text.size());
    bytes_ += text;
  }

  std::string take() { return std::move(bytes_); }

 private:
  template <typename T>
  void write_number(T value) {
    if constexpr (compiled::has_sign<T>) {
      const std::int64_t number = value;
      write_size((static_cast<std::uint64_t>(number) << 1) ^ (number < 0 ? ~std::uint64_t{0} : 0));
    } else if constexpr (std::is_same_v<T, char>) {
      write_size(static_cast<unsigned char>(value));
    } else {
      write_size(static_cast<std::uint64_t>(value));
    }
  }

  void write_size(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) {
      bytes_ += static_cast<char>((number & 0x7F) | 0x80);
    }
    bytes_ += static_cast<char>(number);
  }

  std::string bytes_;
  const Table* tables_ = nullptr;
};

/// The same way back. Bytes that no CompiledWriter wrote give values that mean nothing, or a
/// SchemaError, and no reading beyond the end.
class CompiledReader {
 public:
  explicit CompiledReader(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  void read(T& value) {
    if constexpr (compiled::is_number<T>) {
      value = read_number<T>();
    } else if constexpr (std::is_same_v<T, std::string>) {
      const std::string_view text = read_text();
      if (!text.empty()) {
        value.assign(text);
      } else {
        value.clear();
      }
    } else if constexpr (std::is_same_v<T, const Table*>) {
      const std::uint64_t place = read_size();
      if (place > tables_count_) {
        fail();
      }
      value = place == 0 ? nullptr : tables_ + (place - 1);
    } else if constexpr (compiled::is_vector<T>) {
      const std::uint64_t size = read_size();
      // An element has one byte at least: no memory is asked for what cannot be there.
      if (size > rest_.size()) {
        fail();
      }
      value.resize(static_cast<std::size_t>(size));
      for (auto& element : value) {
        read(element);
      }
      if constexpr (std::is_same_v<T, std::vector<Table>>) {
        tables_ = value.data();
        tables_count_ = value.size();
      }
    } else if constexpr (compiled::is_array<T>) {
      for (auto& element : value) {
        read(element);
      }
    } else if constexpr (compiled::is_bitset<T>) {
      value.reset();
      for (std::size_t word = (value.size() + 63) / 64; word > 0; --word) {
        value = value << 64 | T(read_size());
      }
    } else {
      boost::pfr::for_each_field(value, [this](auto& member) { this->read(member); });
    }
  }

  /// A view of the bytes that are read.
  std::string_view read_text() {
    const std::uint64_t size = read_size();
    if (size > rest_.size()) {
      fail();
    }
    const std::string_view text = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(text.size());
    return text;
  }

  /// Whether everything has been read.
  bool at_end() const { return rest_.empty(); }

  [[noreturn]] static void fail() {
    throw SchemaError(Place{"compiled schemas", 0, 0},
                      "they are damaged or of another version: build the program again");
  }

 private:
  template <typename T>
  T read_number() {
    const std::uint64_t bits = read_size();
    if constexpr (compiled::has_sign<T>) {
      return static_cast<T>(static_cast<std::int64_t>((bits >> 1) ^ (0 - (bits & 1))));
    } else {
      return static_cast<T>(bits);
    }
  }

  std::uint64_t read_size() {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      number |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) {
        return number;
      }
    }
    fail();
  }

  std::string_view rest_;
  const Table* tables_ = nullptr;
  std::size_t tables_count_ = 0;
};

}  // namespace kpfd::layout
