#pragma once

#include <cstddef>
#include <cstdint>

/// What the survey of a file counts, block by block. Internal to kpfd/text.
namespace kpfd::text {

/// The survey reads blocks of this many bytes, always at multiples of it in the file: so nothing
/// depends on how the file was cut into chunks.
inline constexpr std::size_t survey_block_bytes = 64;

/// UTF-8 sequences that the end of a block cuts. Each number is 1 if the byte at the beginning of
/// the next block is wanted in that part, else 0.
struct Utf8Open {
  std::uint64_t second_of_two = 0;
  std::uint64_t second_of_three = 0;
  std::uint64_t second_of_four = 0;
  std::uint64_t third_of_three = 0;
  std::uint64_t third_of_four = 0;
  std::uint64_t fourth_of_four = 0;
  /// The lead byte was the one in the name, which narrows the range of the second byte.
  std::uint64_t behind_e0 = 0;
  std::uint64_t behind_ed = 0;
  std::uint64_t behind_f0 = 0;
  std::uint64_t behind_f4 = 0;
  /// Some number besides second_of_two is 1.
  bool longer = false;
};

/// How far the EUC-JP character at the end of a block goes on.
enum class EucJpOpen : std::uint8_t { nothing, one_more, two_more, kana };

/// The facts about the blocks read so far.
struct SurveyCounts {
  /// NUL bytes.
  std::uint64_t nul = 0;
  /// Bytes of 0x80 and above.
  std::uint64_t high = 0;
  /// Valid UTF-8 sequences of two to four bytes.
  std::uint64_t utf8_valid = 0;
  /// Bytes that continue a UTF-8 sequence, be it valid or broken off behind them. Every other byte
  /// of 0x80 or above begins a valid sequence or a maximal broken part: these two together are
  /// high - utf8_continued.
  std::uint64_t utf8_continued = 0;
  Utf8Open utf8_open;
  /// Every byte of 0x80 and above lies in 0xA1-0xDF.
  bool only_kana = true;
  /// An escape sequence of ISO-2022-JP was seen.
  bool iso2022jp = false;
  /// All is valid EUC-JP.
  bool eucjp = true;
  EucJpOpen eucjp_open = EucJpOpen::nothing;
  /// All is permitted Shift_JIS. Asked only while `eucjp` holds, and not of the bytes below 0x80
  /// that stand by themselves: they are the same in both, a tab proves nothing.
  bool permitted = true;
  /// The Shift_JIS lead byte at the end of a block, or 0.
  std::uint8_t shift_jis_lead = 0;
};

}  // namespace kpfd::text
