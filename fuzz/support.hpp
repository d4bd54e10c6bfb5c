// What the fuzzers share: an oracle that says what it missed, bytes that are used up from the
// front, and the schemas of the build.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/engine.hpp"
#include "kpfd/grammar/cells.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/layout/model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace kpfd_fuzz {

/// Says what did not hold, and aborts: that is how a fuzzer reports.
[[noreturn]] void fail(const char* what, std::string_view detail = {});

/// An oracle.
inline void require(bool holds, const char* what) {
  if (!holds) {
    fail(what);
  }
}
inline void require(bool holds, const char* what, std::string_view detail) {
  if (!holds) {
    fail(what, detail);
  }
}

/// An input, used up from the front. At its end every number is 0.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : bytes_(reinterpret_cast<const char*>(data), size) {}

  std::uint8_t byte() {
    if (bytes_.empty()) {
      return 0;
    }
    const auto value = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return value;
  }

  std::size_t below(std::size_t bound) { return byte() % bound; }

  /// Up to the next LF, which is used up, or to the end.
  std::string_view line();

  /// So many bytes, or what is left.
  std::string_view bytes(std::size_t most) {
    const std::string_view taken = bytes_.substr(0, most);
    bytes_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view rest() const { return bytes_; }

 private:
  std::string_view bytes_;
};

/// Counts a run of a target whose filing was accepted, or was not: at the end of the process the
/// share is told on standard error, for scripts/fuzz.
void count_verdict(bool accepted);

/// The schemas that the build has embedded.
const std::vector<kpfd::layout::SchemaFile>& schema_files();

/// An engine of these schemas, its rules compiled.
const kpfd::Engine& engine();

/// Every layout a line may have: data records, media records, office records, the count record.
const std::vector<const kpfd::layout::Record*>& all_records();

/// Whether the bytes are UTF-8 as Unicode's table 3-7 has it. Shares nothing with the library.
bool is_utf8(std::string_view text);

/// Whether the text is one object of RFC 8259 in UTF-8, with nothing around it.
bool is_json_object(std::string_view text);

/// Whether the text holds `count` ASCII digits in a row.
bool has_digits(std::string_view text, std::size_t count);

/// A line in memory as the checker sees one: cells, separators and bits of the bytes that are no
/// digits, in a buffer of exactly the size that Cells promises.
class CellLine {
 public:
  /// The bytes of one line, without its end.
  explicit CellLine(std::string_view line);
  CellLine(const CellLine&) = delete;
  CellLine& operator=(const CellLine&) = delete;

  const kpfd::Cells& cells() const { return cells_; }

 private:
  std::vector<char> buffer_;
  std::vector<std::uint32_t> ends_;
  std::vector<std::uint32_t> line_ends_;
  kpfd::Cells cells_;
};

}  // namespace kpfd_fuzz
