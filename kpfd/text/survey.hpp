#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kpfd/text/survey_counts.hpp"

/// The survey of a whole file before it is read: its encoding, or why it is no filing at all.
namespace kpfd::text {

/// How the characters of a filing are written.
enum class Encoding : std::uint8_t {
  /// Shift_JIS: also pure ASCII, and whatever is nothing else.
  shift_jis,
  /// UTF-8 without byte order mark.
  utf8,
  /// UTF-8 behind the byte order mark EF BB BF.
  utf8_bom
};

/// What a file is instead of a filing: one error for the file, and nothing more is checked.
/// Where several fit, the first in this order counts.
enum class Foreign : std::uint8_t {
  /// A text to check.
  none,
  /// No byte, or none besides a byte order mark and end marks 0x1A.
  empty,
  /// A byte order mark of UTF-16, either byte order.
  utf16,
  /// A byte order mark of UTF-32, either byte order (asked before UTF-16).
  utf32,
  /// ZIP, and with it today's Office files.
  zip,
  /// OLE compound file: Office files up to 2003.
  ole,
  /// PDF.
  pdf,
  /// gzip.
  gzip,
  /// PNG.
  png,
  /// JPEG.
  jpeg,
  /// OpenPGP: ASCII armour, or a message that begins with an encrypted session key.
  openpgp,
  /// A tenth or more of all bytes are NUL: UTF-16 without its mark, or binary.
  nul,
  /// An escape sequence of ISO-2022-JP.
  iso2022jp,
  /// Valid EUC-JP, and not wholly of permitted Shift_JIS characters.
  eucjp,
  /// Over nine tenths of the sequences are UTF-8, and not all.
  utf8_damaged,
  /// A UTF-8 byte order mark before bytes that are no UTF-8.
  utf8_bom_invalid
};

/// The facts about a file. Offsets and sizes are in bytes from its beginning.
struct Survey {
  /// Size of the file as it is.
  std::uint64_t bytes = 0;
  /// Where the text begins: 3 behind a UTF-8 byte order mark, else 0.
  std::uint64_t content_begin = 0;
  /// Where the text ends: before a trailing run of 0x1A, DOS's end mark. Not before content_begin.
  std::uint64_t content_end = 0;
  /// For utf8_damaged and utf8_bom_invalid the encoding that was meant; for the other foreign
  /// kinds shift_jis, without meaning.
  Encoding encoding = Encoding::shift_jis;
  /// none for a file that can be checked.
  Foreign foreign = Foreign::none;
  /// No byte of 0x80 or above, a byte order mark left aside.
  bool ascii_only = true;
};

/// The ways of reading blocks. All give the same facts.
enum class SurveyPath : std::uint8_t { portable, sse2, avx2, avx512 };

/// The fastest path up to `most` that this build has and this processor can run.
SurveyPath best_survey_path(SurveyPath most = SurveyPath::avx512) noexcept;

/// Takes the bytes of a file, in chunks cut anywhere, and tells the facts at the end. Allocates
/// nothing. Nothing is guessed by statistics of languages: the rules are the filing format's.
class Surveyor {
 public:
  Surveyor() noexcept : Surveyor(best_survey_path()) {}

  /// For tests and benchmarks. A path that is not available falls back to the best that is.
  explicit Surveyor(SurveyPath path) noexcept;

  /// The next bytes of the file.
  void feed(std::string_view chunk) noexcept;

  /// The facts about all bytes fed. Call it once, at the end of the file.
  Survey finish() noexcept;

 private:
  /// Enough for every signature.
  static constexpr std::size_t head_size = 16;
  /// An escape sequence has four bytes at most, so this many can stand before a block that ends it.
  static constexpr std::size_t tail_size = 3;

  void read_blocks(const unsigned char* p, std::size_t blocks) noexcept;
  Foreign signature() const noexcept;

  SurveyPath path_;
  SurveyCounts counts_;
  std::uint64_t bytes_ = 0;
  std::uint64_t trailing_end_marks_ = 0;
  /// The beginning of the file, for signatures.
  std::array<unsigned char, head_size> head_{};
  /// The last bytes of the last block, for escape sequences that go on in the next.
  std::array<unsigned char, tail_size> tail_{};
  /// Bytes that do not fill a block yet.
  std::array<unsigned char, survey_block_bytes> pending_{};
  std::size_t pending_bytes_ = 0;
};

}  // namespace kpfd::text
