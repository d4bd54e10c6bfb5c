#include "kpfd/grammar/batches.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

namespace kpfd::grammar {

namespace {

bool ends_line(const char* at) { return (at[0] == '\n') | ((at[0] == '\r') & (at[1] != '\n')); }

/// LF, CR LF and CR alone end a line; what stands behind the last end is one, too. The text is not
/// empty.
std::uint64_t count_lines(std::string_view text) {
  // The last byte ends a line, or is part of one that nothing ends; the others have one behind
  // them.
  const char* at = text.data();
  const char* const last = at + text.size() - 1;
  std::uint64_t ends = 1;
  // Small sums side by side, so that the compiler takes many bytes at a time.
  constexpr std::size_t lanes = 64;
  constexpr int most_rounds = 255;
  while (last - at >= static_cast<std::ptrdiff_t>(lanes)) {
    std::array<std::uint8_t, lanes> sums{};
    for (int i = 0; i < most_rounds && last - at >= static_cast<std::ptrdiff_t>(lanes); ++i) {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        sums[lane] = static_cast<std::uint8_t>(sums[lane] + ends_line(at + lane));
      }
      at += lanes;
    }
    ends = std::accumulate(sums.begin(), sums.end(), ends);
  }
  for (; at != last; ++at) {
    ends += static_cast<std::uint64_t>(ends_line(at));
  }
  return ends;
}

}  // namespace

bool BatchReader::next(Batch& batch) {
  if (position_ == end_) {
    return false;
  }
  if (!batch.bytes) {
    batch.bytes = std::make_unique_for_overwrite<char[]>(batch_size);
  }
  const auto wanted =
      static_cast<std::size_t>(std::min<std::uint64_t>(batch_size, end_ - position_));
  std::size_t size = 0;
  while (size < wanted) {
    const std::size_t count =
        source_.read(position_ + size, batch.bytes.get() + size, wanted - size);
    if (count == 0) {
      throw SourceError("the file became shorter while it was read");
    }
    size += count;
  }
  if (position_ + size < end_) {
    const std::size_t last = std::string_view(batch.bytes.get(), size).rfind('\n');
    if (last == std::string_view::npos) {
      return false;
    }
    size = last + 1;
  }
  batch.offset = position_;
  batch.first_line = line_;
  batch.size = size;
  batch.lines = count_lines(batch.text());
  position_ += size;
  line_ += batch.lines;
  return true;
}

std::size_t BatchSource::read(std::uint64_t offset, char* to, std::size_t size) {
  if (offset < batch_.offset || offset >= batch_.end()) {
    return 0;
  }
  const std::string_view text =
      batch_.text().substr(static_cast<std::size_t>(offset - batch_.offset), size);
  std::memcpy(to, text.data(), text.size());
  return text.size();
}

}  // namespace kpfd::grammar
