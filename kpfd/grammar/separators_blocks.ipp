// Masks => positions, block by block. Included once for each instruction set, with KPFD_TARGET naming it and `masks_of`
// reading a block with it: a function is only inlined into one of its own instruction set.

KPFD_TARGET SeparatorCounts index_blocks(const char* data, std::uint32_t from, std::uint32_t to,
                                         std::uint32_t* separators, std::uint32_t* line_ends) {
  std::uint32_t* separator = separators;
  std::uint32_t* line_end = line_ends;
  std::uint64_t lf_taken = 0;  // 1: the block before ended with a CR whose LF is this block's first byte
  for (std::uint32_t at = from; at < to; at += block) {
    BlockMasks masks = masks_of(data + at);
    if ((masks.lf | masks.cr | lf_taken) == 0 && to - at >= block) {
      const int commas = __builtin_popcountll(masks.comma);
      write_positions(separator, at, masks.comma, commas);
      separator += commas;
      continue;
    }
    std::uint64_t inside = ~std::uint64_t{0};
    if (to - at < block) inside >>= block - (to - at);
    // CR at the last place of the block looks one byte further; behind `to` no LF stands.
    const std::uint64_t next_lf = data[at + block] == '\n' ? std::uint64_t{1} << 63 : 0;
    const std::uint64_t before_lf = (masks.lf >> 1) | next_lf;
    const std::uint64_t pair = masks.cr & before_lf;
    const std::uint64_t lone_lf = masks.lf & ~((pair << 1) | lf_taken);
    const std::uint64_t ends = (masks.cr | lone_lf) & inside;
    lf_taken = pair >> 63;
    std::uint64_t found = (masks.comma & inside) | ends;
    for (std::uint64_t rest = ends; rest != 0; rest &= rest - 1) {
      const std::uint64_t below = (rest & (~rest + 1)) - 1;
      *line_end++ = static_cast<std::uint32_t>(separator - separators) +
                    static_cast<std::uint32_t>(__builtin_popcountll(found & below));
    }
    const int count = __builtin_popcountll(found);
    write_positions(separator, at, found, count);
    separator += count;
  }
  return {static_cast<std::size_t>(separator - separators),
          static_cast<std::size_t>(line_end - line_ends)};
}
