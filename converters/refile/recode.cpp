#include "converters/refile/recode.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "converters/repair/methods.hpp"
#include "kpfd/text/repertoire.hpp"
#include "kpfd/text/utf8.hpp"

namespace kpfd::converters {

namespace {

using text::Encoding;

constexpr std::size_t read_size = 128U << 10;

/// The longest line that is taken whole; longer ones are cut behind a character.
constexpr std::size_t longest_piece = 2U << 20;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Bytes of UTF-8 for each character of Shift_JIS, the number of them in the last byte.
class ToUtf8 {
 public:
  struct Entry {
    std::array<char, 3> bytes{};
    std::uint8_t size = 0;
  };

  ToUtf8() : pairs_(std::make_unique<std::array<Entry, 0x10000>>()) {
    for (unsigned code = 0x8000; code < 0x10000; ++code) {
      (*pairs_)[code] = entry_of(code, 2);
    }
    for (unsigned byte = 0; byte < singles_.size(); ++byte) {
      singles_[byte] = entry_of(byte, 1);
    }
  }

  /// Size 0: the two bytes are no character.
  const Entry& pair(unsigned code) const { return (*pairs_)[code]; }
  const Entry& single(unsigned byte) const { return singles_[byte]; }
  static bool is_lead(unsigned byte) {
    return (byte >= 0x81 && byte <= 0x9F) || (byte >= 0xE0 && byte <= 0xFC);
  }

 private:
  static Entry entry_of(unsigned code, std::size_t bytes) {
    Entry entry;
    std::string shift_jis;
    if (bytes == 2) {
      shift_jis += static_cast<char>(code >> 8);
    }
    shift_jis += static_cast<char>(code & 0xFF);
    const auto* const begin = reinterpret_cast<const unsigned char*>(shift_jis.data());
    if (bytes == 2 && text::next_character(begin, begin + 2).bytes != 2) {
      return entry;
    }
    std::string utf8;
    text::append_utf8(utf8, shift_jis);
    std::copy_n(utf8.begin(), std::min(utf8.size(), entry.bytes.size()), entry.bytes.begin());
    entry.size = static_cast<std::uint8_t>(std::min(utf8.size(), entry.bytes.size()));
    return entry;
  }

  std::unique_ptr<std::array<Entry, 0x10000>> pairs_;
  std::array<Entry, 256> singles_{};
};

const ToUtf8& to_utf8() {
  static const ToUtf8 table;
  return table;
}

/// Codes of Shift_JIS by UTF-16 unit; 0: none, or one that needs a closer look.
const std::array<std::uint16_t, 0x10000>& to_shift_jis() {
  static const auto table = [] {
    auto codes = std::make_unique<std::array<std::uint16_t, 0x10000>>();
    for (char32_t character = 0x80; character < codes->size(); ++character) {
      (*codes)[character] = text::from_unicode(character);
    }
    return codes;
  }();
  return *table;
}

/// Eight bytes that are all below 0x80.
bool is_ascii(const char* p) {
  std::uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);
  return (word & 0x8080808080808080U) == 0;
}

unsigned byte_at(const char* p) { return static_cast<unsigned char>(*p); }

/// Copies the ASCII in front, which is the same in both encodings; eight bytes at a time, so `to`
/// has room for a word more.
void copy_ascii(const char*& p, const char* end, char*& to) {
  for (; end - p >= 8 && is_ascii(p); p += 8, to += 8) {
    std::memcpy(to, p, 8);
  }
  while (p != end && byte_at(p) < 0x80) {
    *to++ = *p++;
  }
}

/// Writes Shift_JIS text as UTF-8; `to` has room for three bytes a byte and a word more. Returns
/// the end of what was written.
char* write_utf8(char* to, std::string_view shift_jis) {
  const ToUtf8& table = to_utf8();
  const char* p = shift_jis.data();
  const char* const end = p + shift_jis.size();
  for (copy_ascii(p, end, to); p != end; copy_ascii(p, end, to)) {
    const unsigned lead = byte_at(p);
    const ToUtf8::Entry* entry = &table.single(lead);
    std::size_t bytes = 1;
    if (ToUtf8::is_lead(lead) && end - p >= 2) {
      const ToUtf8::Entry& pair = table.pair(lead << 8 | byte_at(p + 1));
      if (pair.size != 0) {
        entry = &pair;
        bytes = 2;
      }
    }
    std::memcpy(to, entry, sizeof *entry);
    to += entry->size;
    p += bytes;
  }
  return to;
}

/// Writes UTF-8 text as Shift_JIS in the common way; `to` has room for as many bytes and a word
/// more. nullptr where a character needs a closer look.
char* write_shift_jis(char* to, std::string_view utf8) {
  const auto& codes = to_shift_jis();
  const char* p = utf8.data();
  const char* const end = p + utf8.size();
  for (copy_ascii(p, end, to); p != end; copy_ascii(p, end, to)) {
    const unsigned lead = byte_at(p);
    unsigned character = 0;
    if (lead >= 0xE0 && lead < 0xF0 && end - p >= 3 && (byte_at(p + 1) & 0xC0) == 0x80 &&
        (byte_at(p + 2) & 0xC0) == 0x80) {
      character = (lead & 0xF) << 12 | (byte_at(p + 1) & 0x3F) << 6 | (byte_at(p + 2) & 0x3F);
      character = character < 0x800 ? 0 : character;
      p += 3;
    } else if (lead >= 0xC2 && lead < 0xE0 && end - p >= 2 && (byte_at(p + 1) & 0xC0) == 0x80) {
      character = (lead & 0x1F) << 6 | (byte_at(p + 1) & 0x3F);
      p += 2;
    }
    const unsigned code = codes[character];
    if (code == 0) {
      return nullptr;
    }
    if (code > 0xFF) {
      *to++ = static_cast<char>(code >> 8);
    }
    *to++ = static_cast<char>(code & 0xFF);
  }
  return to;
}

/// Memory that is not cleared for each use.
class Room {
 public:
  char* of(std::size_t bytes) {
    if (bytes > size_) {
      bytes_ = std::make_unique_for_overwrite<char[]>(bytes);
      size_ = bytes;
    }
    return bytes_.get();
  }
  std::string_view up_to(const char* end) const {
    return {bytes_.get(), static_cast<std::size_t>(end - bytes_.get())};
  }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

constexpr std::size_t word = 8;

/// Takes pieces that end where a character may end.
class Pieces {
 public:
  explicit Pieces(Source& source, std::uint64_t begin) : source_(source), at_(begin) {}

  /// The next piece: up to its last line end, or to the end of the file. "" at the end.
  std::string_view next() {
    kept_.erase(0, used_);
    used_ = 0;
    while (true) {
      const std::size_t had = kept_.size();
      kept_.resize(had + read_size);
      const std::size_t count = source_.read(at_, kept_.data() + had, read_size);
      at_ += count;
      kept_.resize(had + count);
      const std::size_t line_end = kept_.rfind('\n');
      if (count == 0) {
        used_ = kept_.size();
        break;
      }
      if (line_end != std::string::npos) {
        used_ = line_end + 1;
        break;
      }
      if (kept_.size() > longest_piece) {
        throw SourceError("a line is too long to be converted");
      }
    }
    return std::string_view(kept_).substr(0, used_);
  }

 private:
  Source& source_;
  std::uint64_t at_;
  std::string kept_;
  std::size_t used_ = 0;
};

}  // namespace

void append_utf8_fast(std::string& out, std::string_view shift_jis) {
  const std::size_t before = out.size();
  out.resize(before + shift_jis.size() * 3 + word);
  const char* const end = write_utf8(out.data() + before, shift_jis);
  out.resize(static_cast<std::size_t>(end - out.data()));
}

bool append_shift_jis(std::string& out, std::string_view utf8_line) {
  const std::size_t before = out.size();
  out.resize(before + utf8_line.size() + word);
  const char* const end = write_shift_jis(out.data() + before, utf8_line);
  out.resize(end == nullptr ? before : static_cast<std::size_t>(end - out.data()));
  if (end != nullptr) {
    return true;
  }
  text::ShiftJisLine line;
  text::to_shift_jis(utf8_line, line);
  out += line.bytes;
  return missing_characters(line.bytes) == 0;
}

void recode(Source& source, Encoding from, Encoding to, ByteSink& output) {
  if (to == Encoding::utf8_bom) {
    output.write(byte_order_mark);
  }
  Pieces pieces(source, from == Encoding::utf8_bom ? byte_order_mark.size() : 0);
  Room room;
  std::string slowly;
  for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
    if ((from == Encoding::shift_jis) == (to == Encoding::shift_jis)) {
      output.write(piece);
      continue;
    }
    char* const begin = room.of(piece.size() * 3 + word);
    const char* const end =
        from == Encoding::shift_jis ? write_utf8(begin, piece) : write_shift_jis(begin, piece);
    if (end != nullptr) {
      output.write(room.up_to(end));
      continue;
    }
    // Somewhere a character needs a closer look: line by line.
    slowly.clear();
    while (!piece.empty()) {
      const std::size_t size = std::min(piece.find('\n'), piece.size() - 1) + 1;
      if (!append_shift_jis(slowly, piece.substr(0, size))) {
        throw SourceError("a character has no place in Shift_JIS");
      }
      piece.remove_prefix(size);
    }
    output.write(slowly);
  }
}

}  // namespace kpfd::converters
