// The reader of blocks, once for each way of loading them: survey.cpp includes this file in a
// namespace of its own, with that way's instruction set switched on, behind a class Block:
//
//   explicit Block(const unsigned char* p)   loads 64 bytes
//   bool plain() const                       no byte is NUL, ESC, or 0x80 and above
//   std::uint64_t high() const               bit i: byte i is 0x80 or above
//   std::uint64_t at_least<limit>() const    bit i: byte i is `limit` or above; limit >= 0x81
//   std::uint64_t equal<value>() const       bit i: byte i is `value`; value < 0x80
//
// (A template would do the same, but a compiler inlines no function of a richer instruction set
// into a template that was defined without it.)

/// Moves marks on by a byte; what leaves the block is kept for the next one in `open`.
inline std::uint64_t behind(std::uint64_t marks, std::uint64_t& open) noexcept {
  const std::uint64_t moved = marks << 1 | open;
  open = marks >> 63;
  return moved;
}

inline std::uint64_t count_bits(std::uint64_t marks) noexcept {
  return static_cast<std::uint64_t>(std::popcount(marks));
}

/// UTF-8 sequences in a block that may hold lead bytes of three and four.
inline void count_long_utf8(const Block& block, std::uint64_t continuation, std::uint64_t from_c2,
                            std::uint64_t from_e0, SurveyCounts& counts) noexcept {
  Utf8Open& open = counts.utf8_open;
  const std::uint64_t from_f0 = block.at_least<0xF0>();
  const std::uint64_t from_f5 = block.at_least<0xF5>();
  const std::uint64_t leads_three = from_e0 & ~from_f0;
  const std::uint64_t leads_four = from_f0 & ~from_f5;

  // Second bytes that the first one rules out: overlong forms, surrogates, above U+10FFFF.
  const std::uint64_t from_a0 = block.at_least<0xA0>();
  const std::uint64_t from_90 = block.at_least<0x90>();
  const std::uint64_t behind_e0 = behind(from_e0 & ~block.at_least<0xE1>(), open.behind_e0);
  const std::uint64_t behind_ed =
      behind(block.at_least<0xED>() & ~block.at_least<0xEE>(), open.behind_ed);
  const std::uint64_t behind_f0 = behind(from_f0 & ~block.at_least<0xF1>(), open.behind_f0);
  const std::uint64_t behind_f4 = behind(block.at_least<0xF4>() & ~from_f5, open.behind_f4);
  const std::uint64_t second = continuation & ~(behind_e0 & ~from_a0) & ~(behind_ed & from_a0) &
                               ~(behind_f0 & ~from_90) & ~(behind_f4 & from_90);

  const std::uint64_t two = behind(from_c2 & ~from_e0, open.second_of_two) & second;
  const std::uint64_t three = behind(leads_three, open.second_of_three) & second;
  const std::uint64_t four = behind(leads_four, open.second_of_four) & second;
  const std::uint64_t third_of_three = behind(three, open.third_of_three) & continuation;
  const std::uint64_t third_of_four = behind(four, open.third_of_four) & continuation;
  const std::uint64_t fourth = behind(third_of_four, open.fourth_of_four) & continuation;
  // No byte is in two of these: each follows from what the byte before it is.
  counts.utf8_valid += count_bits(two | third_of_three | fourth);
  counts.utf8_continued += count_bits(two | three | four | third_of_three | third_of_four | fourth);
  open.longer = (open.second_of_three | open.second_of_four | open.third_of_three |
                 open.third_of_four | open.fourth_of_four) != 0;
}

/// Bytes of 0x80 and above in a block.
inline void count_high(const Block& block, const unsigned char* p, std::uint64_t high,
                       SurveyCounts& counts) noexcept {
  const std::uint64_t from_c0 = block.at_least<0xC0>();
  const std::uint64_t from_c2 = block.at_least<0xC2>();
  const std::uint64_t from_e0 = block.at_least<0xE0>();
  const std::uint64_t continuation = high & ~from_c0;
  counts.high += count_bits(high);
  if (from_e0 == 0 && !counts.utf8_open.longer) {
    const std::uint64_t two = behind(from_c2, counts.utf8_open.second_of_two) & continuation;
    const std::uint64_t valid = count_bits(two);
    counts.utf8_valid += valid;
    counts.utf8_continued += valid;
  } else {
    count_long_utf8(block, continuation, from_c2, from_e0, counts);
  }
  if (counts.only_kana) {
    counts.only_kana = (block.at_least<0xA1>() & ~from_e0) == high;
  }
  if (counts.eucjp) {
    read_eucjp(p, counts);
  }
}

/// `blocks` blocks from `p` on; `end` is the end of the bytes that may be read behind an ESC.
inline void read_blocks(const unsigned char* p, std::size_t blocks, SurveyCounts& total) noexcept {
  const unsigned char* const end = p + blocks * survey_block_bytes;
  SurveyCounts counts = total;
  for (; p != end; p += survey_block_bytes) {
    const Block block(p);
    if (block.plain()) {
      if (counts.utf8_open.second_of_two != 0 || counts.utf8_open.longer) {
        counts.utf8_open = Utf8Open{};
      }
      if (counts.eucjp && (counts.eucjp_open != EucJpOpen::nothing || counts.shift_jis_lead != 0)) {
        read_eucjp(p, counts);
      }
      continue;
    }
    counts.nul += count_bits(block.equal<0x00>());
    for (std::uint64_t escapes = block.equal<escape>(); escapes != 0 && !counts.iso2022jp;
         escapes &= escapes - 1) {
      const unsigned char* const found = p + std::countr_zero(escapes);
      counts.iso2022jp = begins_iso2022jp(found, static_cast<std::size_t>(end - found));
    }
    count_high(block, p, block.high(), counts);
  }
  total = counts;
}
