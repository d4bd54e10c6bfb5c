// Makes text_tables.hpp, the tables of kpfd/text, at build time: the only place of the library's
// encoding stage that uses ICU. Same input, same ICU data => same output, byte for byte.
//
// kpfd_make_tables SUBSTITUTES OUTPUT

#include <unicode/normalizer2.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Code = std::uint16_t;

constexpr int expected_non_kanji = 524;
constexpr int expected_kanji = 6355;
constexpr int trails_per_lead = 188;
constexpr char32_t last_code_point = 0x10FFFF;

/// Marks a character in the encoding table that may join the one before it.
constexpr Code combining_mark = 0xFFFF;

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "kpfd_make_tables: %s\n", message.c_str());
  std::exit(1);
}

void require(bool holds, const std::string& message) {
  if (!holds) {
    fail(message);
  }
}

void check(UErrorCode status, const char* what) {
  if (U_FAILURE(status)) {
    fail(std::string(what) + ": " + u_errorName(status));
  }
}

std::string hex(unsigned number) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "0x%04X", number);
  return text.data();
}

bool is_trail(unsigned byte) { return byte >= 0x40 && byte <= 0xFC && byte != 0x7F; }

/// Lead bytes of JIS X 0208:1990's rows with characters: 1-8 and 16-84.
bool is_permitted_lead(unsigned lead) {
  return (lead >= 0x81 && lead <= 0x84) || (lead >= 0x88 && lead <= 0x9F) ||
         (lead >= 0xE0 && lead <= 0xEA);
}

/// Lead bytes of IBM's extensions as NEC placed them: never chosen for encoding.
bool is_nec_selected_lead(unsigned lead) { return lead == 0xED || lead == 0xEE; }

/// Lead bytes that code page 932 gives standard or vendor characters; user-defined ones
/// (0xF0-0xF9) are computed instead of tabled.
bool is_table_lead(unsigned lead) {
  return is_permitted_lead(lead) || lead == 0x87 || is_nec_selected_lead(lead) ||
         (lead >= 0xFA && lead <= 0xFC);
}

bool is_compatibility_kanji(char32_t c) {
  return (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

/// Code page 932 as ICU has it: every tabled two-byte code => its character.
std::map<Code, char32_t> read_code_page() {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = ucnv_open("ibm-943_P15A-2003", &status);
  check(status, "ibm-943_P15A-2003");
  ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  check(status, "ucnv_setToUCallBack");

  std::map<Code, char32_t> characters;
  for (unsigned lead = 0x81; lead <= 0xFC; ++lead) {
    for (unsigned trail = 0x40; is_table_lead(lead) && trail <= 0xFC; ++trail) {
      if (!is_trail(trail)) {
        continue;
      }
      const std::array<char, 2> bytes{static_cast<char>(lead), static_cast<char>(trail)};
      std::array<UChar, 8> text{};
      UErrorCode found = U_ZERO_ERROR;
      const std::int32_t length =
          ucnv_toUChars(converter, text.data(), static_cast<std::int32_t>(text.size()),
                        bytes.data(), static_cast<std::int32_t>(bytes.size()), &found);
      ucnv_reset(converter);
      if (U_SUCCESS(found) && length == 1 && text[0] != 0xFFFD && text[0] != 0x1A) {
        characters[static_cast<Code>(lead << 8 | trail)] = text[0];
      }
    }
  }
  ucnv_close(converter);
  return characters;
}

/// The permitted codes, counted.
std::set<Code> permitted_codes(const std::map<Code, char32_t>& characters) {
  std::set<Code> permitted;
  int non_kanji = 0;
  int kanji = 0;
  for (const auto& [code, character] : characters) {
    const unsigned lead = code >> 8;
    if (is_permitted_lead(lead)) {
      permitted.insert(code);
      (lead <= 0x84 ? non_kanji : kanji) += 1;
    }
  }
  require(non_kanji == expected_non_kanji && kanji == expected_kanji,
          "JIS X 0208:1990 has 524 + 6355 characters, ICU's table gives " +
              std::to_string(non_kanji) + " + " + std::to_string(kanji));
  return permitted;
}

/// Two canonically combining characters and what they become: a primary composite.
struct Composition {
  char32_t first;
  char32_t second;
  char32_t composite;
};

struct Canonical {
  /// Sorted by (first, second).
  std::vector<Composition> compositions;
  /// Character => the one other character that it canonically is; no compatibility kanji.
  std::map<char32_t, char32_t> singletons;
  /// Every character that may join or reorder with the one before it => its combining class.
  std::map<char32_t, std::uint8_t> combining;
};

Canonical read_canonical() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  check(status, "NFC");

  Canonical canonical;
  for (char32_t c = 0; c <= last_code_point; ++c) {
    const auto point = static_cast<UChar32>(c);
    const std::uint8_t combining_class = nfc->getCombiningClass(point);
    if (combining_class != 0) {
      canonical.combining[c] = combining_class;
    }
    if (is_compatibility_kanji(c)) {
      continue;
    }
    icu::UnicodeString raw;
    if (nfc->getRawDecomposition(point, raw) == 0) {
      continue;
    }
    const UChar32 first = raw.char32At(0);
    const std::int32_t behind = raw.moveIndex32(0, 1);
    if (behind == raw.length()) {
      const icu::UnicodeString composed = nfc->normalize(icu::UnicodeString(point), status);
      check(status, "normalize");
      if (composed.countChar32() == 1) {
        canonical.singletons[c] = static_cast<char32_t>(composed.char32At(0));
      }
      continue;
    }
    const UChar32 second = raw.char32At(behind);
    // Hangul syllables follow a formula. Composition exclusions compose to nothing.
    const bool hangul = c >= 0xAC00 && c <= 0xD7A3;
    if (!hangul && nfc->composePair(first, second) == point) {
      canonical.compositions.push_back(
          {static_cast<char32_t>(first), static_cast<char32_t>(second), c});
      canonical.combining.emplace(static_cast<char32_t>(second), nfc->getCombiningClass(second));
    }
  }
  for (char32_t jamo = 0x1161; jamo <= 0x1175; ++jamo) {
    canonical.combining[jamo] = 0;
  }
  for (char32_t jamo = 0x11A8; jamo <= 0x11C2; ++jamo) {
    canonical.combining[jamo] = 0;
  }
  std::sort(canonical.compositions.begin(), canonical.compositions.end(),
            [](const Composition& a, const Composition& b) {
              return std::pair(a.first, a.second) < std::pair(b.first, b.second);
            });
  return canonical;
}

/// Unicode character => code, for the characters that tables give. See from_unicode() for the rule.
std::map<char32_t, Code> encoding_of(const std::map<Code, char32_t>& characters,
                                     const std::set<Code>& permitted, const Canonical& canonical) {
  std::map<char32_t, Code> encoding;
  for (unsigned byte = 0x01; byte <= 0x7F; ++byte) {
    encoding[byte] = static_cast<Code>(byte);
  }
  for (unsigned byte = 0xA1; byte <= 0xDF; ++byte) {
    encoding[0xFF61 + (byte - 0xA1)] = static_cast<Code>(byte);
  }
  for (const Code code : permitted) {
    require(encoding.emplace(characters.at(code), code).second,
            "two permitted codes for one character: " + hex(code));
  }
  // Ascending: NEC's row 13 (0x87) comes before IBM's extensions (0xFA-0xFC).
  for (const auto& [code, character] : characters) {
    if (!is_nec_selected_lead(code >> 8)) {
      encoding.emplace(character, code);
    }
  }
  // The other characters of the pairs in which converters differ; the filing format lists them.
  const std::pair<char32_t, Code> twins[] = {
      {0x301C, 0x8160}, {0x2016, 0x8161}, {0x2212, 0x817C}, {0x00A2, 0x8191}, {0x00A3, 0x8192},
      {0x00AC, 0x81CA}, {0x2014, 0x815C}, {0x00A5, 0x005C}, {0x203E, 0x007E}, {0x00C5, 0x81F0}};
  for (const auto& [character, code] : twins) {
    require(encoding.emplace(character, code).second,
            "ICU's table has this character of a pair already: " + hex(character));
  }
  for (const auto& [character, combining_class] : canonical.combining) {
    require(encoding.count(character) == 0 || canonical.singletons.count(character) != 0,
            "a combining character in Shift_JIS: " + hex(character));
    if (character <= 0xFFFF) {
      encoding[character] = combining_mark;
    }
  }
  return encoding;
}

void append_code(std::string& bytes, Code code) {
  if (code > 0xFF) {
    bytes += static_cast<char>(code >> 8);
  }
  bytes += static_cast<char>(code & 0xFF);
}

/// Text => permitted full-width Shift_JIS; ASCII is widened first. Empty if something is neither.
std::string full_width(const icu::UnicodeString& text, const std::map<char32_t, Code>& encoding,
                       const std::set<Code>& permitted) {
  std::string bytes;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    auto character = static_cast<char32_t>(text.char32At(i));
    if (character == 0x20) {
      character = 0x3000;
    } else if (character > 0x20 && character < 0x7F) {
      character += 0xFF01 - 0x21;
    }
    const auto found = encoding.find(character);
    if (found == encoding.end() || permitted.count(found->second) == 0) {
      return {};
    }
    append_code(bytes, found->second);
  }
  return bytes;
}

/// Character => permitted replacement, as Unicode's compatibility decompositions give it.
std::map<char32_t, std::string> derived_substitutes(const std::map<Code, char32_t>& characters,
                                                    const std::map<char32_t, Code>& encoding,
                                                    const std::set<Code>& permitted) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(status);
  check(status, "NFKC");
  std::map<char32_t, std::string> substitutes;
  for (const auto& [code, character] : characters) {
    if (permitted.count(code) != 0) {
      continue;
    }
    // First the character itself: some have a permitted code beside the vendor's.
    const icu::UnicodeString itself(static_cast<UChar32>(character));
    std::string bytes = full_width(itself, encoding, permitted);
    if (bytes.empty()) {
      bytes = full_width(nfkc->normalize(itself, status), encoding, permitted);
      check(status, "normalize");
    }
    if (!bytes.empty()) {
      substitutes[character] = bytes;
    }
  }
  return substitutes;
}

/// Adds the lines of substitutes.txt.
void read_substitutes(const char* path, const std::map<Code, char32_t>& characters,
                      const std::map<char32_t, Code>& encoding, const std::set<Code>& permitted,
                      std::map<char32_t, std::string>& substitutes) {
  std::ifstream file(path, std::ios::binary);
  require(file.good(), std::string("cannot read ") + path);
  std::set<char32_t> known;
  for (const auto& [code, character] : characters) {
    known.insert(character);
  }
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line.front() == '#') {
      continue;
    }
    const std::string place = std::string(path) + ":" + std::to_string(number) + ": ";
    const std::size_t tab = line.find('\t');
    require(tab != std::string::npos, place + "no tab");
    const auto from = icu::UnicodeString::fromUTF8(line.substr(0, tab));
    const auto to = icu::UnicodeString::fromUTF8(line.substr(tab + 1));
    require(from.countChar32() == 1, place + "not one character before the tab");
    const auto character = static_cast<char32_t>(from.char32At(0));
    const auto code = encoding.find(character);
    require(known.count(character) != 0 && code != encoding.end(),
            place + "the character is not in code page 932");
    require(permitted.count(code->second) == 0, place + "the character is permitted");
    const std::string bytes = full_width(to, encoding, permitted);
    require(!bytes.empty(), place + "the replacement is not permitted");
    require(substitutes.emplace(character, bytes).second, place + "known already");
  }
  require(file.eof(), std::string("cannot read ") + path);
}

/// Writes C++ arrays, a few values a line.
class Writer {
 public:
  void text(std::string_view text) { out_ += text; }

  /// Opens an array of `size` elements.
  void array(std::string_view type, std::string_view name, std::size_t size) {
    out_ += "inline constexpr ";
    out_ += type;
    out_ += ' ';
    out_ += name;
    out_ += '[' + std::to_string(size) + "] = {";
    column_ = 0;
  }

  void value(std::string_view value) {
    if (column_ % 12 == 0) {
      out_ += "\n    ";
    }
    out_ += value;
    out_ += ',';
    ++column_;
  }

  void number(std::uint64_t number) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "0x%llX", static_cast<unsigned long long>(number));
    value(text.data());
  }

  void close() { out_ += "};\n\n"; }

  void save(const char* path) const {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(out_.data(), static_cast<std::streamsize>(out_.size()));
    file.close();
    require(!file.fail(), std::string("cannot write ") + path);
  }

 private:
  std::string out_;
  int column_ = 0;
};

void write_permitted(Writer& writer, const std::set<Code>& permitted) {
  using Trails = std::array<std::uint64_t, 4>;
  std::map<unsigned, Trails> by_lead;
  for (const Code code : permitted) {
    const unsigned trail = code & 0xFF;
    by_lead[code >> 8][trail / 64] |= std::uint64_t{1} << (trail % 64);
  }
  // Most leads have all trails: equal sets are stored once. Set 0 is empty.
  std::vector<Trails> sets{Trails{}};
  std::array<unsigned, 256> set_of{};
  for (const auto& [lead, trails] : by_lead) {
    const auto found = std::find(sets.begin(), sets.end(), trails);
    set_of[lead] = static_cast<unsigned>(found - sets.begin());
    if (found == sets.end()) {
      sets.push_back(trails);
    }
  }
  writer.text("/// Lead byte => its set of permitted trail bytes in permitted_trails.\n");
  writer.array("std::uint8_t", "permitted_set", set_of.size());
  for (const unsigned set : set_of) {
    writer.number(set);
  }
  writer.close();
  writer.text("/// Four words a set, bit = trail byte.\n");
  writer.array("std::uint64_t", "permitted_trails", sets.size() * 4);
  for (const Trails& trails : sets) {
    for (const std::uint64_t word : trails) {
      writer.number(word);
    }
  }
  writer.close();
}

void write_decoding(Writer& writer, const std::map<Code, char32_t>& characters) {
  std::array<unsigned, 256> row_of{};
  unsigned rows = 1;
  for (unsigned lead = 0; lead < row_of.size(); ++lead) {
    if (is_table_lead(lead)) {
      row_of[lead] = rows++;
    }
  }
  std::vector<char32_t> cells(std::size_t{rows} * trails_per_lead);
  for (const auto& [code, character] : characters) {
    const unsigned trail = code & 0xFFU;
    const unsigned cell = trail - (trail > 0x7F ? 0x41 : 0x40);
    cells[std::size_t{row_of[code >> 8]} * trails_per_lead + cell] = character;
  }
  writer.text("/// Lead byte => its row of `decoding`; row 0 is empty.\n");
  writer.array("std::uint8_t", "decoding_row", row_of.size());
  for (const unsigned row : row_of) {
    writer.number(row);
  }
  writer.close();
  writer.text("/// 188 cells a row, in the order of the trail bytes => Unicode character or 0.\n");
  writer.array("std::uint16_t", "decoding", cells.size());
  for (const char32_t cell : cells) {
    writer.number(cell);
  }
  writer.close();
}

void write_encoding(Writer& writer, const std::map<char32_t, Code>& encoding) {
  constexpr std::size_t block_size = 64;
  using Block = std::array<Code, block_size>;
  std::vector<Block> blocks(0x10000 / block_size);
  for (const auto& [character, code] : encoding) {
    blocks.at(character / block_size)[character % block_size] = code;
  }
  std::vector<Block> stored{Block{}};
  writer.text("/// Unicode character / 64 => its block of `encoding`.\n");
  writer.array("std::uint16_t", "encoding_block", blocks.size());
  for (const Block& block : blocks) {
    const auto found = std::find(stored.begin(), stored.end(), block);
    writer.number(static_cast<std::uint64_t>(found - stored.begin()));
    if (found == stored.end()) {
      stored.push_back(block);
    }
  }
  writer.close();
  writer.text("/// 64 cells a block => code, 0, or combining_mark.\n");
  writer.array("std::uint16_t", "encoding", stored.size() * block_size);
  for (const Block& block : stored) {
    for (const Code code : block) {
      writer.number(code);
    }
  }
  writer.close();
}

void write_canonical(Writer& writer, const Canonical& canonical) {
  struct Range {
    char32_t first;
    char32_t last;
    std::uint8_t combining_class;
  };
  std::vector<Range> ranges;
  for (const auto& [character, combining_class] : canonical.combining) {
    if (!ranges.empty() && ranges.back().last + 1 == character &&
        ranges.back().combining_class == combining_class) {
      ranges.back().last = character;
    } else {
      ranges.push_back({character, character, combining_class});
    }
  }
  writer.text("/// Every character that may join or reorder with the one before it, ascending.\n");
  writer.array("CombiningRange", "combining_ranges", ranges.size());
  for (const Range& range : ranges) {
    writer.value("{" + hex(range.first) + "," + hex(range.last) + "," +
                 std::to_string(range.combining_class) + "}");
  }
  writer.close();

  const auto& compositions = canonical.compositions;
  writer.text("/// The primary composites but Hangul, ascending by (first, second).\n");
  writer.array("Composition", "compositions", compositions.size());
  std::vector<std::size_t> by_composite;
  for (const Composition& pair : compositions) {
    by_composite.push_back(by_composite.size());
    writer.value("{" + hex(pair.first) + "," + hex(pair.second) + "," + hex(pair.composite) + "}");
  }
  writer.close();
  std::sort(by_composite.begin(), by_composite.end(), [&](std::size_t a, std::size_t b) {
    return compositions[a].composite < compositions[b].composite;
  });
  writer.text("/// Indices into `compositions`, ascending by composite.\n");
  writer.array("std::uint16_t", "compositions_by_composite", by_composite.size());
  for (const std::size_t index : by_composite) {
    writer.number(index);
  }
  writer.close();

  writer.text("/// Characters that canonically are one other character, ascending.\n");
  writer.array("Singleton", "singletons", canonical.singletons.size());
  for (const auto& [character, target] : canonical.singletons) {
    writer.value("{" + hex(character) + "," + hex(target) + "}");
  }
  writer.close();
}

void write_substitutes(Writer& writer, const std::map<Code, char32_t>& characters,
                       const std::set<Code>& permitted,
                       const std::map<char32_t, std::string>& substitutes) {
  struct Entry {
    Code code;
    std::size_t offset;
    std::size_t bytes;
  };
  std::string pool;
  std::map<char32_t, std::size_t> offsets;
  std::vector<Entry> entries;
  for (const auto& [code, character] : characters) {
    const auto found = substitutes.find(character);
    if (permitted.count(code) != 0 || found == substitutes.end()) {
      continue;
    }
    const auto [offset, fresh] = offsets.emplace(character, pool.size());
    if (fresh) {
      pool += found->second;
    }
    entries.push_back({code, offset->second, found->second.size()});
  }
  writer.text("/// Codes with a substitute, ascending.\n");
  writer.array("Substitute", "substitutes", entries.size());
  for (const Entry& entry : entries) {
    writer.value("{" + hex(entry.code) + "," + std::to_string(entry.offset) + "," +
                 std::to_string(entry.bytes) + "}");
  }
  writer.close();
  writer.text("/// Their text in Shift_JIS.\n");
  writer.array("char", "substitute_text", pool.size() + 1);
  // Octal escapes: they end after three digits whatever follows.
  for (std::size_t begin = 0; begin < pool.size(); begin += 20) {
    writer.text("\n    \"");
    for (const char byte : pool.substr(begin, 20)) {
      std::array<char, 8> text{};
      std::snprintf(text.data(), text.size(), "\\%03o",
                    static_cast<unsigned>(static_cast<unsigned char>(byte)));
      writer.text(text.data());
    }
    writer.text("\"");
  }
  writer.close();
}

}  // namespace

int main(int argc, char** argv) {
  require(argc == 3, "usage: kpfd_make_tables SUBSTITUTES OUTPUT");
  const auto characters = read_code_page();
  const auto permitted = permitted_codes(characters);
  const auto canonical = read_canonical();
  const auto encoding = encoding_of(characters, permitted, canonical);
  auto substitutes = derived_substitutes(characters, encoding, permitted);
  read_substitutes(argv[1], characters, encoding, permitted, substitutes);

  Writer writer;
  writer.text(
      "// Made by kpfd_make_tables: do not edit.\n"
      "#pragma once\n\n"
      "#include \"kpfd/text/table_types.hpp\"\n\n"
      "namespace kpfd::text::tables {\n\n");
  write_permitted(writer, permitted);
  write_decoding(writer, characters);
  write_encoding(writer, encoding);
  write_canonical(writer, canonical);
  write_substitutes(writer, characters, permitted, substitutes);
  writer.text("}  // namespace kpfd::text::tables\n");
  writer.save(argv[2]);
  return 0;
}
