#include "kpfd/text/survey.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kpfd/text/lookup.hpp"

// x86-64 always has SSE2. AVX2 is asked for at run time, and not used on Windows, where g++ spills
// 32-byte registers to a stack that is only aligned to 16 (GCC bug 54412).
#if defined(__SSE2__)
#define KPFD_SURVEY_SSE2
#include <emmintrin.h>
#if defined(__x86_64__) && !defined(_WIN32)
#define KPFD_SURVEY_AVX2
#include <immintrin.h>
#endif
#endif

namespace kpfd::text {

namespace {

constexpr unsigned char escape = 0x1B;
constexpr unsigned char end_mark = 0x1A;

/// The longest escape sequence of ISO-2022-JP.
constexpr std::size_t longest_escape = 4;

bool begins_with(const unsigned char* p, std::size_t bytes, std::string_view start) noexcept {
  return bytes >= start.size() && std::memcmp(p, start.data(), start.size()) == 0;
}

/// JIS X 0208 of 1978, 1983; JIS X 0212; JIS X 0201's Latin letters and its kana; ASCII.
bool begins_iso2022jp(const unsigned char* p, std::size_t bytes) noexcept {
  constexpr std::string_view sequences[] = {"\x1B$@", "\x1B$B", "\x1B$(D",
                                            "\x1B(J", "\x1B(I", "\x1B(B"};
  return std::any_of(std::begin(sequences), std::end(sequences),
                     [&](std::string_view sequence) { return begins_with(p, bytes, sequence); });
}

/// Goes on with EUC-JP, and with Shift_JIS beside it, by a block.
void read_eucjp(const unsigned char* p, SurveyCounts& counts) noexcept {
  for (std::size_t i = 0; i < survey_block_bytes && counts.eucjp; ++i) {
    const unsigned byte = p[i];
    const bool in_set = byte >= 0xA1 && byte <= 0xFE;
    switch (counts.eucjp_open) {
      case EucJpOpen::nothing:
        if (byte == 0x8E) {
          counts.eucjp_open = EucJpOpen::kana;
        } else if (byte == 0x8F) {
          counts.eucjp_open = EucJpOpen::two_more;
        } else if (in_set) {
          counts.eucjp_open = EucJpOpen::one_more;
        } else {
          counts.eucjp = byte < 0x80;
        }
        break;
      case EucJpOpen::one_more:
        counts.eucjp = in_set;
        counts.eucjp_open = EucJpOpen::nothing;
        break;
      case EucJpOpen::two_more:
        counts.eucjp = in_set;
        counts.eucjp_open = EucJpOpen::one_more;
        break;
      case EucJpOpen::kana:
        counts.eucjp = in_set && byte <= 0xDF;
        counts.eucjp_open = EucJpOpen::nothing;
        break;
    }
    if (!counts.permitted) {
      continue;
    }
    if (counts.shift_jis_lead != 0) {
      counts.permitted = tables::is_permitted_pair(counts.shift_jis_lead, byte);
      counts.shift_jis_lead = 0;
    } else if (tables::is_lead(byte)) {
      counts.shift_jis_lead = static_cast<std::uint8_t>(byte);
    } else {
      counts.permitted = byte < 0x80 || (byte >= 0xA1 && byte <= 0xDF);
    }
  }
}

namespace portable {

/// Eight words, each a byte a lane; the first byte is the lowest.
class Block {
 public:
  explicit Block(const unsigned char* p) noexcept {
    for (std::size_t i = 0; i < words; ++i) {
      words_[i] = load(p + 8 * i);
    }
  }

  bool plain() const noexcept {
    // Without a byte of 0x80 or above, only a zero byte makes the difference set a high bit.
    std::uint64_t found = 0;
    for (const std::uint64_t word : words_) {
      found |= word | (word - ones) | ((word ^ ones * escape) - ones);
    }
    return (found & high_bits) == 0;
  }

  std::uint64_t high() const noexcept {
    return gather([](std::uint64_t word) { return word; });
  }

  template <unsigned limit>
  std::uint64_t at_least() const noexcept {
    static_assert(limit > 0x80);
    // Of two bytes with their high bits set the lower seven decide; no sum leaves its lane.
    return gather(
        [](std::uint64_t word) { return word & ((word & ~high_bits) + ones * (0x100 - limit)); });
  }

  template <unsigned value>
  std::uint64_t equal() const noexcept {
    return gather([](std::uint64_t word) { return lanes_of_zero(word ^ ones * value); });
  }

 private:
  static constexpr std::size_t words = survey_block_bytes / 8;
  static constexpr std::uint64_t ones = 0x0101010101010101;
  static constexpr std::uint64_t high_bits = ones * 0x80;

  static std::uint64_t load(const unsigned char* p) noexcept {
    std::uint64_t word = 0;
    for (unsigned i = 0; i < 8; ++i) {
      word |= std::uint64_t{p[i]} << (8 * i);
    }
    return word;
  }

  /// The high bit of each lane that is zero.
  static std::uint64_t lanes_of_zero(std::uint64_t word) noexcept {
    return ~(((word & ~high_bits) + ~high_bits) | word) & high_bits;
  }

  /// The high bits of all lanes, made of each word by `marks`, as a mask.
  template <class Marks>
  std::uint64_t gather(Marks marks) const noexcept {
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < words; ++i) {
      const std::uint64_t bits = (marks(words_[i]) & high_bits) >> 7;
      if (bits != 0) {
        // The product moves the bit of lane n to bit 56 + n.
        mask |= bits * 0x0102040810204080 >> 56 << (8 * i);
      }
    }
    return mask;
  }

  std::array<std::uint64_t, words> words_;
};

#include "kpfd/text/survey_blocks.ipp"

}  // namespace portable

#ifdef KPFD_SURVEY_SSE2
namespace sse2 {

/// Four registers of 16 bytes.
class Block {
 public:
  explicit Block(const unsigned char* p) noexcept {
    for (std::size_t i = 0; i < parts; ++i) {
      const void* const from = p + 16 * i;
      parts_[i] = _mm_loadu_si128(static_cast<const __m128i*>(from));
    }
  }

  bool plain() const noexcept {
    const __m128i nul = _mm_setzero_si128();
    const __m128i esc = _mm_set1_epi8(escape);
    __m128i found = nul;
    for (const __m128i& part : parts_) {
      const __m128i special = _mm_or_si128(_mm_cmpeq_epi8(part, nul), _mm_cmpeq_epi8(part, esc));
      found = _mm_or_si128(found, _mm_or_si128(part, special));
    }
    return _mm_movemask_epi8(found) == 0;
  }

  std::uint64_t high() const noexcept {
    return gather([](__m128i part) { return part; });
  }

  template <unsigned limit>
  std::uint64_t at_least() const noexcept {
    const __m128i limits = _mm_set1_epi8(static_cast<char>(limit));
    return gather(
        [limits](__m128i part) { return _mm_cmpeq_epi8(_mm_max_epu8(part, limits), part); });
  }

  template <unsigned value>
  std::uint64_t equal() const noexcept {
    const __m128i values = _mm_set1_epi8(static_cast<char>(value));
    return gather([values](__m128i part) { return _mm_cmpeq_epi8(part, values); });
  }

 private:
  static constexpr std::size_t parts = survey_block_bytes / 16;

  template <class Marks>
  std::uint64_t gather(Marks marks) const noexcept {
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < parts; ++i) {
      const auto bits = static_cast<std::uint32_t>(_mm_movemask_epi8(marks(parts_[i])));
      mask |= std::uint64_t{bits} << (16 * i);
    }
    return mask;
  }

  __m128i parts_[parts];
};

#include "kpfd/text/survey_blocks.ipp"

}  // namespace sse2
#endif

#ifdef KPFD_SURVEY_AVX2
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,popcnt")
#endif
namespace avx2 {

/// Two registers of 32 bytes.
class Block {
 public:
  explicit Block(const unsigned char* p) noexcept : first_(load(p)), second_(load(p + 32)) {}

  bool plain() const noexcept {
    return _mm256_movemask_epi8(_mm256_or_si256(special(first_), special(second_))) == 0;
  }

  std::uint64_t high() const noexcept { return join(first_, second_); }

  template <unsigned limit>
  std::uint64_t at_least() const noexcept {
    const __m256i limits = _mm256_set1_epi8(static_cast<char>(limit));
    return join(_mm256_cmpeq_epi8(_mm256_max_epu8(first_, limits), first_),
                _mm256_cmpeq_epi8(_mm256_max_epu8(second_, limits), second_));
  }

  template <unsigned value>
  std::uint64_t equal() const noexcept {
    const __m256i values = _mm256_set1_epi8(static_cast<char>(value));
    return join(_mm256_cmpeq_epi8(first_, values), _mm256_cmpeq_epi8(second_, values));
  }

 private:
  static __m256i load(const void* p) noexcept {
    return _mm256_loadu_si256(static_cast<const __m256i*>(p));
  }

  /// The high bit of each byte that is not plain.
  static __m256i special(__m256i bytes) noexcept {
    const __m256i nul = _mm256_cmpeq_epi8(bytes, _mm256_setzero_si256());
    const __m256i esc = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(escape));
    return _mm256_or_si256(bytes, _mm256_or_si256(nul, esc));
  }

  static std::uint64_t join(__m256i first, __m256i second) noexcept {
    const auto low = static_cast<std::uint32_t>(_mm256_movemask_epi8(first));
    const auto high = static_cast<std::uint32_t>(_mm256_movemask_epi8(second));
    return std::uint64_t{high} << 32 | low;
  }

  __m256i first_;
  __m256i second_;
};

#include "kpfd/text/survey_blocks.ipp"

}  // namespace avx2
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

#ifdef KPFD_SURVEY_AVX2
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,popcnt"))), \
                                 apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,popcnt")
#endif
namespace avx512 {

/// One register of 64 bytes; its comparisons give bits by themselves. The object holds no register:
/// g++ 12 does not give one its alignment on the stack that the address sanitizer lays out.
class Block {
 public:
  explicit Block(const unsigned char* p) noexcept : p_(p) {}

  bool plain() const noexcept { return (high() | equal<0x00>() | equal<escape>()) == 0; }

  std::uint64_t high() const noexcept { return _mm512_movepi8_mask(_mm512_loadu_si512(p_)); }

  template <unsigned limit>
  std::uint64_t at_least() const noexcept {
    return _mm512_cmpge_epu8_mask(_mm512_loadu_si512(p_),
                                  _mm512_set1_epi8(static_cast<char>(limit)));
  }

  template <unsigned value>
  std::uint64_t equal() const noexcept {
    return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(p_),
                                  _mm512_set1_epi8(static_cast<char>(value)));
  }

 private:
  const unsigned char* p_;
};

#include "kpfd/text/survey_blocks.ipp"

}  // namespace avx512
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

bool has_avx512() noexcept {
#ifdef KPFD_SURVEY_AVX2
  return __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("popcnt") != 0;
#else
  return false;
#endif
}

bool has_avx2() noexcept {
#ifdef KPFD_SURVEY_AVX2
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("popcnt") != 0;
#else
  return false;
#endif
}

/// Where an OpenPGP packet's body begins, behind tag and length; 0 if the length is a partial one,
/// which no session key packet has. RFC 9580, section 4.2.
std::size_t openpgp_body(const unsigned char* head) noexcept {
  switch (head[0]) {
    case 0x84:
    case 0x8C:
      return 2;
    case 0x85:
    case 0x8D:
      return 3;
    default:
      break;
  }
  if (head[1] < 192) {
    return 2;
  }
  if (head[1] < 224) {
    return 3;
  }
  return head[1] == 255 ? 6 : 0;
}

/// A first packet with an encrypted session key: tag 1 (84, 85, C1; versions 3 and 6) or tag 3
/// (8C, 8D, C3; versions 4-6). The version would be a control character to a text, so no filing is
/// taken for one.
bool begins_openpgp_message(const unsigned char* head, std::size_t bytes) noexcept {
  const bool public_key = bytes > 1 && (head[0] == 0x84 || head[0] == 0x85 || head[0] == 0xC1);
  const bool passphrase = bytes > 1 && (head[0] == 0x8C || head[0] == 0x8D || head[0] == 0xC3);
  if (!public_key && !passphrase) {
    return false;
  }
  const std::size_t body = openpgp_body(head);
  if (body == 0 || body >= bytes) {
    return false;
  }
  const unsigned version = head[body];
  return public_key ? version == 3 || version == 6 : version >= 4 && version <= 6;
}

}  // namespace

SurveyPath best_survey_path([[maybe_unused]] SurveyPath most) noexcept {
  if (most >= SurveyPath::avx512 && has_avx512()) {
    return SurveyPath::avx512;
  }
  if (most >= SurveyPath::avx2 && has_avx2()) {
    return SurveyPath::avx2;
  }
#ifdef KPFD_SURVEY_SSE2
  return std::min(most, SurveyPath::sse2);
#else
  return SurveyPath::portable;
#endif
}

Surveyor::Surveyor(SurveyPath path) noexcept : path_(best_survey_path(path)) {}

void Surveyor::read_blocks(const unsigned char* p, std::size_t blocks) noexcept {
  if (blocks == 0) {
    return;
  }
  // Escape sequences that began in the last bytes read before.
  std::array<unsigned char, tail_size + longest_escape> seam{};
  std::copy(tail_.begin(), tail_.end(), seam.begin());
  std::copy(p, p + longest_escape, seam.begin() + tail_size);
  for (std::size_t i = 0; i < tail_size; ++i) {
    if (seam[i] == escape && begins_iso2022jp(&seam[i], longest_escape)) {
      counts_.iso2022jp = true;
    }
  }
  const unsigned char* const end = p + blocks * survey_block_bytes;
  std::copy(end - tail_size, end, tail_.begin());

  switch (path_) {
#ifdef KPFD_SURVEY_AVX2
    case SurveyPath::avx512:
      avx512::read_blocks(p, blocks, counts_);
      return;
    case SurveyPath::avx2:
      avx2::read_blocks(p, blocks, counts_);
      return;
#endif
#ifdef KPFD_SURVEY_SSE2
    case SurveyPath::sse2:
      sse2::read_blocks(p, blocks, counts_);
      return;
#endif
    default:
      portable::read_blocks(p, blocks, counts_);
      return;
  }
}

void Surveyor::feed(std::string_view chunk) noexcept {
  if (chunk.empty()) {
    return;
  }
  const auto* p = reinterpret_cast<const unsigned char*>(chunk.data());
  const auto* const end = p + chunk.size();

  if (bytes_ < head_size) {
    const std::size_t known = static_cast<std::size_t>(bytes_);
    const std::size_t count = std::min(head_size - known, chunk.size());
    std::copy(p, p + count, head_.begin() + static_cast<std::ptrdiff_t>(known));
  }
  bytes_ += chunk.size();

  const unsigned char* marks = end;
  while (marks != p && marks[-1] == end_mark) {
    --marks;
  }
  const auto run = static_cast<std::uint64_t>(end - marks);
  trailing_end_marks_ = marks == p ? trailing_end_marks_ + run : run;

  if (pending_bytes_ != 0) {
    const std::size_t count =
        std::min(survey_block_bytes - pending_bytes_, static_cast<std::size_t>(end - p));
    std::copy(p, p + count, pending_.begin() + static_cast<std::ptrdiff_t>(pending_bytes_));
    pending_bytes_ += count;
    p += count;
    if (pending_bytes_ < survey_block_bytes) {
      return;
    }
    read_blocks(pending_.data(), 1);
    pending_bytes_ = 0;
  }
  const std::size_t blocks = static_cast<std::size_t>(end - p) / survey_block_bytes;
  read_blocks(p, blocks);
  p += blocks * survey_block_bytes;
  std::copy(p, end, pending_.begin());
  pending_bytes_ = static_cast<std::size_t>(end - p);
}

Foreign Surveyor::signature() const noexcept {
  struct Signature {
    std::string_view start;
    Foreign kind;
  };
  using namespace std::string_view_literals;
  // UTF-32 first: its little-endian mark begins with that of UTF-16.
  static constexpr Signature signatures[] = {
      {"\xFF\xFE\0\0"sv, Foreign::utf32},
      {"\0\0\xFE\xFF"sv, Foreign::utf32},
      {"\xFF\xFE"sv, Foreign::utf16},
      {"\xFE\xFF"sv, Foreign::utf16},
      {"PK\x03\x04"sv, Foreign::zip},
      {"PK\x05\x06"sv, Foreign::zip},
      {"PK\x07\x08"sv, Foreign::zip},
      {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, Foreign::ole},
      {"%PDF-"sv, Foreign::pdf},
      {"\x1F\x8B"sv, Foreign::gzip},
      {"\x89PNG\r\n\x1A\n"sv, Foreign::png},
      {"\xFF\xD8\xFF"sv, Foreign::jpeg},
      {"-----BEGIN PGP"sv, Foreign::openpgp},
  };
  const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(bytes_, head_size));
  for (const Signature& signature : signatures) {
    if (begins_with(head_.data(), bytes, signature.start)) {
      return signature.kind;
    }
  }
  return begins_openpgp_message(head_.data(), bytes) ? Foreign::openpgp : Foreign::none;
}

Survey Surveyor::finish() noexcept {
  // Spaces behind the end close whatever is open, as the end of the file does.
  std::fill(pending_.begin() + static_cast<std::ptrdiff_t>(pending_bytes_), pending_.end(),
            static_cast<unsigned char>(' '));
  read_blocks(pending_.data(), 1);

  constexpr std::string_view bom = "\xEF\xBB\xBF";
  const bool has_bom = bytes_ >= bom.size() && begins_with(head_.data(), bom.size(), bom);

  Survey survey;
  survey.bytes = bytes_;
  survey.content_begin = has_bom ? bom.size() : 0;
  survey.content_end = bytes_ - trailing_end_marks_;
  survey.ascii_only = counts_.high == survey.content_begin;

  const std::uint64_t valid = counts_.utf8_valid;
  const std::uint64_t sequences = counts_.high - counts_.utf8_continued;
  const bool utf8 = valid == sequences;

  if (survey.content_end <= survey.content_begin) {
    survey.foreign = Foreign::empty;
    survey.encoding = has_bom ? Encoding::utf8_bom : Encoding::shift_jis;
    return survey;
  }
  survey.foreign = signature();
  if (survey.foreign != Foreign::none) {
    return survey;
  }
  if (counts_.nul != 0 && 10 * counts_.nul >= bytes_) {
    survey.foreign = Foreign::nul;
  } else if (counts_.iso2022jp) {
    survey.foreign = Foreign::iso2022jp;
  } else if (has_bom) {
    survey.encoding = Encoding::utf8_bom;
    survey.foreign = utf8 ? Foreign::none : Foreign::utf8_bom_invalid;
  } else if (!counts_.only_kana && utf8) {
    survey.encoding = Encoding::utf8;
  } else if (!counts_.only_kana && 10 * valid > 9 * sequences) {
    survey.encoding = Encoding::utf8;
    survey.foreign = Foreign::utf8_damaged;
  } else if (counts_.eucjp && !counts_.permitted) {
    survey.foreign = Foreign::eucjp;
  }
  return survey;
}

}  // namespace kpfd::text
