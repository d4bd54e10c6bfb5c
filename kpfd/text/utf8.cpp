#include "kpfd/text/utf8.hpp"

#include <algorithm>
#include <cstring>

#include "kpfd/text/compose.hpp"
#include "kpfd/text/lookup.hpp"

namespace kpfd::text {

namespace {

bool lies_in(unsigned byte, unsigned first, unsigned last) noexcept {
  return byte >= first && byte <= last;
}

/// The room that one character takes at most.
constexpr std::size_t longest_character = 2;

/// Writes a ShiftJisLine. Its buffers are sized ahead and cut at the end.
class LineWriter {
 public:
  LineWriter(ShiftJisLine& line, std::size_t expected_bytes) : line_(line) {
    line_.composed.clear();
    grow(expected_bytes + longest_character);
  }

  std::size_t size() const noexcept { return size_; }

  /// One-byte characters, each its own byte in the UTF-8 line, from `origin` on.
  void put_ascii(const char* text, std::size_t count, std::size_t origin) {
    if (line_.bytes.size() - size_ < count) {
      grow(count);
    }
    std::memcpy(&line_.bytes[size_], text, count);
    std::uint32_t* const places = line_.origin.data() + size_;
    for (std::size_t i = 0; i < count; ++i) {
      places[i] = static_cast<std::uint32_t>(origin + i);
    }
    size_ += count;
  }

  /// A character by its code; 0 becomes missing_character.
  void put(std::uint16_t code, std::size_t origin) {
    if (line_.bytes.size() - size_ < longest_character) {
      grow(line_.bytes.size());
    }
    if (code == 0) {
      code = missing_code;
    }
    if (code > 0xFF) {
      put_byte(code >> 8U, origin);
    }
    put_byte(code & 0xFFU, origin);
  }

  /// Takes back what was written from `size` on.
  void cut(std::size_t size) noexcept { size_ = size; }

  /// The next character was composed.
  void mark_composed() { line_.composed.push_back(static_cast<std::uint32_t>(size_)); }

  void finish(std::size_t utf8_bytes) {
    line_.bytes.resize(size_);
    line_.origin.resize(size_ + 1);
    line_.origin[size_] = static_cast<std::uint32_t>(utf8_bytes);
  }

 private:
  void put_byte(unsigned byte, std::size_t origin) noexcept {
    line_.bytes[size_] = static_cast<char>(byte);
    line_.origin[size_] = static_cast<std::uint32_t>(origin);
    ++size_;
  }

  void grow(std::size_t room) {
    const std::size_t wanted = size_ + std::max(room, longest_character);
    if (line_.bytes.size() < wanted) {
      line_.bytes.resize(wanted);
    }
    if (line_.origin.size() < line_.bytes.size()) {
      line_.origin.resize(line_.bytes.size());
    }
  }

  ShiftJisLine& line_;
  std::size_t size_ = 0;
};

/// The end of the run of bytes below 0x80 that begins at `p`.
const unsigned char* skip_ascii(const unsigned char* p, const unsigned char* end) noexcept {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  for (; end - p >= 8; p += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, sizeof word);
    if ((word & high_bits) != 0) {
      break;
    }
  }
  return std::find_if(p, end, [](unsigned char byte) { return byte >= 0x80; });
}

}  // namespace

Utf8Character next_utf8(const unsigned char* p, const unsigned char* end) noexcept {
  const unsigned lead = *p;
  if (lead < 0x80) {
    return {lead, 1};
  }
  if (!lies_in(lead, 0xC2, 0xF4)) {
    return {broken_utf8, 1};
  }
  // The second byte's range shuts out overlong forms, surrogates and what is above U+10FFFF.
  const unsigned second_first = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned second_last = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (end - p < 2 || !lies_in(p[1], second_first, second_last)) {
    return {broken_utf8, 1};
  }
  if (lead < 0xE0) {
    return {(lead & 0x1F) << 6 | (p[1] & 0x3FU), 2};
  }
  if (end - p < 3 || !lies_in(p[2], 0x80, 0xBF)) {
    return {broken_utf8, 2};
  }
  if (lead < 0xF0) {
    return {(lead & 0x0F) << 12 | (p[1] & 0x3FU) << 6 | (p[2] & 0x3FU), 3};
  }
  if (end - p < 4 || !lies_in(p[3], 0x80, 0xBF)) {
    return {broken_utf8, 3};
  }
  return {(lead & 0x07) << 18 | (p[1] & 0x3FU) << 12 | (p[2] & 0x3FU) << 6 | (p[3] & 0x3FU), 4};
}

void append_code_point(std::string& out, char32_t character) {
  if (character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF)) {
    character = 0xFFFD;
  }
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (character < 0x80) {
    put(character);
    return;
  }
  if (character < 0x800) {
    put(0xC0 | character >> 6);
  } else {
    if (character < 0x10000) {
      put(0xE0 | character >> 12);
    } else {
      put(0xF0 | character >> 18);
      put(0x80 | (character >> 12 & 0x3F));
    }
    put(0x80 | (character >> 6 & 0x3F));
  }
  put(0x80 | (character & 0x3F));
}

void to_shift_jis(std::string_view utf8, ShiftJisLine& out) {
  const auto* const begin = reinterpret_cast<const unsigned char*>(utf8.data());
  const auto* const end = begin + utf8.size();
  // No valid character takes more bytes than in UTF-8; broken parts and marks may.
  LineWriter writer(out, utf8.size());
  std::vector<Placed> segment;
  std::vector<Placed> scratch;

  // The last character, as the base of combining marks behind it: `base` is null if there is none.
  const unsigned char* base = nullptr;
  std::size_t base_size = 0;

  for (const unsigned char* p = begin; p != end;) {
    if (*p < 0x80) {
      const unsigned char* const run_end = skip_ascii(p, end);
      const auto offset = static_cast<std::size_t>(p - begin);
      const auto count = static_cast<std::size_t>(run_end - p);
      writer.put_ascii(utf8.data() + offset, count, offset);
      base = run_end - 1;
      base_size = writer.size() - 1;
      p = run_end;
      continue;
    }
    const Utf8Character next = next_utf8(p, end);
    const auto offset = static_cast<std::size_t>(p - begin);
    if (next.value == broken_utf8) {
      writer.put(missing_code, offset);
      base = nullptr;
      p += next.bytes;
      continue;
    }
    const std::uint16_t code = tables::find_code(next.value);
    if (code != tables::combining_mark) {
      base = p;
      base_size = writer.size();
      writer.put(code, offset);
      p += next.bytes;
      continue;
    }

    // Take the base back, gather all marks behind it, and write what they compose to.
    segment.clear();
    if (base != nullptr) {
      writer.cut(base_size);
      p = base;
    }
    while (p != end) {
      const Utf8Character mark = next_utf8(p, end);
      if (p != base && tables::find_code(mark.value) != tables::combining_mark) {
        break;
      }
      segment.push_back({mark.value, static_cast<std::uint32_t>(p - begin), 0});
      p += mark.bytes;
    }
    // Marks without a base are put in order, but nothing was composed.
    if (compose(segment, scratch) && base != nullptr) {
      writer.mark_composed();
    }
    for (const Placed& placed : segment) {
      const std::uint16_t composed = tables::find_code(placed.character);
      writer.put(composed == tables::combining_mark ? missing_code : composed, placed.origin);
    }
    base = nullptr;
  }
  writer.finish(utf8.size());
}

}  // namespace kpfd::text
