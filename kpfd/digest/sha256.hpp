// SHA-256 (FIPS 180-4): a name for what the schemas and profiles say.
//
// It is for them alone. A hash of a filing, or of a number in one, is as good as the number
// itself: whoever has it can try all numbers. A filing gets a name with a key: see hmac.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kpfd::digest {

/// The 32 bytes of a hash.
using Digest = std::array<unsigned char, 32>;

/// `ba7816bf…15ad`: two hexadecimal digits a byte, small letters.
std::string hexadecimal(std::string_view bytes);
std::string hexadecimal(const Digest& digest);

/// Takes bytes piece by piece.
class Sha256 {
 public:
  static constexpr std::size_t block_size = 64;

  Sha256() : Sha256(best_way()) {}

  /// The ways of working that this processor has. Their hashes are the same.
  enum class Way : std::uint8_t { portable, instructions };

  /// The fastest one of this processor.
  static Way best_way();

  /// `way` is at most best_way().
  explicit Sha256(Way way);

  Sha256& feed(std::string_view bytes);

  /// The hash of all bytes fed. Nothing is fed afterwards.
  Digest finish_bytes();

  /// The same in hexadecimal digits.
  std::string finish();

 private:
  /// Adds whole blocks to the state.
  using AddBlocks = void (*)(std::uint32_t* state, const unsigned char* blocks, std::size_t count);

  AddBlocks add_blocks_;
  std::array<std::uint32_t, 8> state_{0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                      0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};
  std::array<unsigned char, block_size> waiting_{};
  std::uint64_t size_ = 0;  ///< bytes fed
};

/// `abc` => `ba7816bf…15ad`
std::string sha256(std::string_view bytes);

}  // namespace kpfd::digest
