#include "hooks/precheck/zip_directory.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "hooks/precheck/bytes.hpp"

namespace kpfd::hooks {

namespace {

constexpr std::string_view member_mark = "PK\x03\x04";
constexpr std::string_view entry_mark = "PK\x01\x02";
constexpr std::string_view end_mark = "PK\x05\x06";
constexpr std::string_view end64_mark = "PK\x06\x06";
constexpr std::string_view locator_mark = "PK\x06\x07";

constexpr std::size_t end_size = 22;
constexpr std::size_t locator_size = 20;
constexpr std::size_t entry_size = 46;
constexpr std::size_t longest_comment = 0xFFFF;
constexpr std::uint64_t beyond = ~std::uint64_t{0};
constexpr std::uint64_t elsewhere = 0xFFFFFFFF;  ///< the number stands in the ZIP64 record

bool begins(std::string_view bytes, std::uint64_t at, std::string_view mark) {
  return piece(bytes, at, mark.size()) == mark;
}

/// Where the record at the end begins: the last one whose comment ends with the file or before.
std::optional<std::size_t> find_end(std::string_view bytes) {
  if (bytes.size() < end_size) {
    return std::nullopt;
  }
  const std::size_t last = bytes.size() - end_size;
  const std::size_t first = last > longest_comment ? last - longest_comment : 0;
  for (std::size_t at = last + 1; at > first; --at) {
    const std::size_t begin = at - 1;
    if (begins(bytes, begin, end_mark) &&
        little(bytes, begin + 20, 2).value_or(0) <= bytes.size() - begin - end_size) {
      return begin;
    }
  }
  return std::nullopt;
}

struct Extent {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
};

std::optional<Extent> directory_of(std::string_view bytes, std::size_t end) {
  Extent found{little(bytes, end + 16, 4).value_or(0), little(bytes, end + 12, 4).value_or(0)};
  if (found.begin == elsewhere || found.size == elsewhere) {
    if (end < locator_size || !begins(bytes, end - locator_size, locator_mark)) {
      return std::nullopt;
    }
    const std::uint64_t record = little(bytes, end - locator_size + 8, 8).value_or(0);
    if (record >= bytes.size() || !begins(bytes, record, end64_mark)) {
      return std::nullopt;
    }
    found = {little(bytes, record + 48, 8).value_or(beyond),
             little(bytes, record + 40, 8).value_or(beyond)};
  }
  if (found.begin > end || found.size > end - found.begin) {
    return std::nullopt;
  }
  return found;
}

}  // namespace

ZipDirectory read_zip_directory(std::string_view bytes) {
  ZipDirectory directory;
  const std::optional<std::size_t> end = find_end(bytes);
  const std::optional<Extent> extent = end ? directory_of(bytes, *end) : std::nullopt;
  if (!extent) {
    return directory;
  }
  std::string_view rest = piece(bytes, extent->begin, extent->size);
  while (!rest.empty()) {
    if (rest.size() < entry_size || !begins(rest, 0, entry_mark)) {
      return directory;
    }
    const std::uint64_t flags = little(rest, 8, 2).value_or(0);
    const std::uint64_t name = little(rest, 28, 2).value_or(0);
    const std::uint64_t all =
        entry_size + name + little(rest, 30, 2).value_or(0) + little(rest, 32, 2).value_or(0);
    const std::uint64_t member = little(rest, 42, 4).value_or(0);
    if (all > rest.size() || (member != elsewhere && !begins(bytes, member, member_mark))) {
      return directory;
    }
    directory.encrypted = directory.encrypted || (flags & 1U) != 0;
    directory.names.push_back(piece(rest, entry_size, name));
    rest.remove_prefix(static_cast<std::size_t>(all));
  }
  directory.whole = true;
  return directory;
}

}  // namespace kpfd::hooks
