// Bytes that the build packs and a program unpacks: texts of the schemas take a fifth of their
// room.
//
//   text --pack, by kpfd_embedder--> bytes --unpack, in the program--> text
//
// Strings that came before are told by length and distance, and everything by an adaptive binary
// arithmetic coder. Both sides share the model, so that they cannot differ. Packed bytes are the
// build's own and their reader is for nothing else; damaged ones are refused or give wrong bytes,
// and never lead outside of what was unpacked.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace kpfd::packing {

constexpr std::size_t shortest_match = 3;
constexpr std::size_t longest_match = shortest_match + 255;

/// How probable a zero is, in parts of 2^11; it moves a 32nd of the way with each bit.
class Chance {
 public:
  std::uint32_t share(std::uint32_t range) const { return (range >> 11U) * parts_; }
  void learn(unsigned bit) {
    parts_ = static_cast<std::uint16_t>(bit == 0 ? parts_ + ((2048U - parts_) >> 5U)
                                                 : parts_ - (parts_ >> 5U));
  }

 private:
  std::uint16_t parts_ = 1024;
};

/// Numbers of so many bits, each bit seen with those above it.
template <unsigned bits>
using Tree = std::array<Chance, std::size_t{1} << bits>;

/// What is known of the text so far.
struct Model {
  std::array<Chance, 2> is_match;  ///< by whether the last step was a match
  std::array<Chance, 2> is_again;  ///< whether the distance is the one before
  std::vector<Tree<8>> letters = std::vector<Tree<8>>(256);  ///< by the byte before
  Tree<8> length;
  Tree<6> slot;  ///< the magnitude of a distance: its highest bits
  std::size_t distance = 1;
  unsigned after_match = 0;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view packed) : packed_(packed) {
    for (int i = 0; i < 4; ++i) {
      code_ = (code_ << 8U) | next();
    }
  }

  unsigned bit(Chance& chance) {
    const std::uint32_t share = chance.share(range_);
    const unsigned bit = code_ < share ? 0 : 1;
    if (bit == 0) {
      range_ = share;
    } else {
      code_ -= share;
      range_ -= share;
    }
    chance.learn(bit);
    refill();
    return bit;
  }

  template <std::size_t size>
  std::size_t number(std::array<Chance, size>& tree) {
    std::size_t at = 1;
    while (at < size) {
      at = (at << 1U) | bit(tree[at]);
    }
    return at - size;
  }

  /// Bits that are as often one as zero.
  std::size_t plain(unsigned bits) {
    std::size_t number = 0;
    for (; bits > 0; --bits) {
      range_ >>= 1U;
      const unsigned bit = code_ < range_ ? 0 : 1;
      code_ -= bit == 0 ? 0 : range_;
      number = (number << 1U) | bit;
      refill();
    }
    return number;
  }

 private:
  std::uint32_t next() {
    return at_ < packed_.size() ? static_cast<unsigned char>(packed_[at_++]) : 0;
  }
  void refill() {
    while (range_ < (std::uint32_t{1} << 24U)) {
      range_ <<= 8U;
      code_ = (code_ << 8U) | next();
    }
  }

  std::string_view packed_;
  std::size_t at_ = 0;
  std::uint32_t range_ = 0xFFFFFFFFU;
  std::uint32_t code_ = 0;
};

/// Throws std::runtime_error where the bytes were not made by `pack`.
inline std::string unpack(std::string_view packed, std::size_t size) {
  Unpacker from(packed);
  Model model;
  std::string text;
  text.reserve(size);
  while (text.size() < size) {
    if (from.bit(model.is_match[model.after_match]) == 0) {
      const std::size_t before = text.empty() ? 0 : static_cast<unsigned char>(text.back());
      text += static_cast<char>(from.number(model.letters[before]));
      model.after_match = 0;
      continue;
    }
    if (from.bit(model.is_again[model.after_match]) == 0) {
      const std::size_t slot = from.number(model.slot);
      model.distance = slot < 2 ? slot + 1
                                : ((2 + (slot & 1U)) << (slot / 2 - 1)) +
                                      from.plain(static_cast<unsigned>(slot / 2 - 1)) + 1;
    }
    const std::size_t length = from.number(model.length) + shortest_match;
    if (model.distance > text.size() || length > size - text.size()) {
      throw std::runtime_error("these are no packed bytes");
    }
    for (std::size_t i = 0; i < length; ++i) {
      text += text[text.size() - model.distance];
    }
    model.after_match = 1;
  }
  return text;
}

class Packer {
 public:
  void bit(Chance& chance, unsigned bit) {
    const std::uint32_t share = chance.share(range_);
    if (bit == 0) {
      range_ = share;
    } else {
      low_ += share;
      range_ -= share;
    }
    chance.learn(bit);
    refill();
  }

  template <std::size_t size>
  void number(std::array<Chance, size>& tree, std::size_t number) {
    std::size_t at = 1;
    for (std::size_t rest = size / 2; rest > 0; rest /= 2) {
      const unsigned one = (number & rest) == 0 ? 0 : 1;
      bit(tree[at], one);
      at = (at << 1U) | one;
    }
  }

  void plain(std::size_t number, unsigned bits) {
    for (; bits > 0; --bits) {
      range_ >>= 1U;
      low_ += ((number >> (bits - 1)) & 1U) == 0 ? 0 : range_;
      refill();
    }
  }

  std::string finish() {
    for (int i = 0; i < 5; ++i) {
      shift();
    }
    // What is missing at the end is read as zero.
    bytes_.erase(bytes_.find_last_not_of('\0') + 1);
    return bytes_;
  }

 private:
  void refill() {
    while (range_ < (std::uint32_t{1} << 24U)) {
      range_ <<= 8U;
      shift();
    }
  }
  /// The highest byte leaves once no sum can change it any more.
  void shift() {
    if (low_ < 0xFF000000U || low_ > 0xFFFFFFFFU) {
      const auto carry = static_cast<unsigned>(low_ >> 32U);
      if (has_held_) {
        bytes_ += static_cast<char>(held_ + carry);
      }
      for (; held_back_ > 0; --held_back_) {
        bytes_ += static_cast<char>(0xFFU + carry);
      }
      held_ = static_cast<unsigned>((low_ >> 24U) & 0xFFU);
      has_held_ = true;
    } else {
      ++held_back_;
    }
    low_ = (low_ & 0x00FFFFFFU) << 8U;
  }

  std::string bytes_;
  std::uint64_t low_ = 0;
  std::uint32_t range_ = 0xFFFFFFFFU;
  unsigned held_ = 0;
  bool has_held_ = false;
  std::size_t held_back_ = 0;
};

/// Finds what came before in a text.
class Matches {
 public:
  explicit Matches(std::string_view text)
      : text_(text), newest_(std::size_t{1} << 16U, none), older_(text.size(), none) {}

  struct Match {
    std::size_t length = 0;
    std::size_t distance = 0;
  };

  std::size_t length_at(std::size_t place, std::size_t distance) const {
    const std::size_t most = std::min(longest_match, text_.size() - place);
    std::size_t length = 0;
    while (distance <= place && length < most &&
           text_[place + length] == text_[place + length - distance]) {
      ++length;
    }
    return length;
  }

  /// The longest of those that are remembered, and of them the nearest.
  Match longest(std::size_t place) const {
    Match best;
    if (place + shortest_match > text_.size()) {
      return best;
    }
    int tries = 256;
    for (std::size_t at = newest_[hash(place)]; at != none && tries > 0; at = older_[at], --tries) {
      const std::size_t length = length_at(place, place - at);
      if (length > best.length) {
        best = {length, place - at};
      }
    }
    // Far away, three bytes cost more than they save.
    return best.length < shortest_match || (best.length == shortest_match && best.distance > 2048)
               ? Match{}
               : best;
  }

  void remember(std::size_t place) {
    if (place + shortest_match <= text_.size()) {
      std::size_t& newest = newest_[hash(place)];
      older_[place] = newest;
      newest = place;
    }
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::size_t hash(std::size_t place) const {
    const auto byte = [&](std::size_t i) -> std::size_t {
      return static_cast<unsigned char>(text_[place + i]);
    };
    return (byte(0) * 2654435761U + byte(1) * 40503U + byte(2) * 257U) & 0xFFFFU;
  }

  std::string_view text_;
  std::vector<std::size_t> newest_;
  std::vector<std::size_t> older_;
};

/// The same text gives the same bytes.
inline std::string pack(std::string_view text) {
  Packer to;
  Model model;
  Matches matches(text);
  for (std::size_t at = 0; at < text.size();) {
    Matches::Match match = matches.longest(at);
    const std::size_t again = matches.length_at(at, model.distance);
    const bool is_again = again >= shortest_match && again + 2 >= match.length;
    if (is_again) {
      match = {again, model.distance};
    } else if (match.length > 0 && match.length < 32) {
      // The byte alone, where a better match begins behind it.
      matches.remember(at);
      if (matches.longest(at + 1).length > match.length + 1) {
        match = {};
      }
    }
    to.bit(model.is_match[model.after_match], match.length > 0 ? 1 : 0);
    if (match.length == 0) {
      const std::size_t before = at == 0 ? 0 : static_cast<unsigned char>(text[at - 1]);
      to.number(model.letters[before], static_cast<unsigned char>(text[at]));
      match.length = 1;
      model.after_match = 0;
    } else {
      to.bit(model.is_again[model.after_match], is_again ? 1 : 0);
      if (!is_again) {
        const std::size_t number = match.distance - 1;
        unsigned low = 0;  // bits below the two highest
        while ((number >> low) > 3) {
          ++low;
        }
        if (number < 2) {
          to.number(model.slot, number);
        } else {
          to.number(model.slot, 2 * (low + 1) + ((number >> low) & 1U));
          to.plain(number & ((std::size_t{1} << low) - 1), low);
        }
        model.distance = match.distance;
      }
      to.number(model.length, match.length - shortest_match);
      model.after_match = 1;
    }
    for (std::size_t i = 0; i < match.length; ++i) {
      matches.remember(at + i);
    }
    at += match.length;
  }
  return to.finish();
}

}  // namespace kpfd::packing
