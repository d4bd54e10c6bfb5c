#include "hooks/precheck/images.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "hooks/precheck/bytes.hpp"

namespace kpfd::hooks {

namespace {

constexpr std::string_view end_of_picture = "\xFF\xD9";

/// TIFF 6.0: bytes that a value of each type takes.
constexpr std::array<std::uint64_t, 14> type_sizes = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

/// Of entries whose values are places of data: the entry with the sizes of the same data.
struct DataEntries {
  std::uint64_t places;
  std::uint64_t sizes;
};
constexpr std::array<DataEntries, 2> data_entries = {{{273, 279}, {324, 325}}};

constexpr std::uint64_t entry_size = 12;
constexpr std::size_t most_directories = 4096;

/// A TIFF file's numbers, in its own byte order.
struct Reader {
  std::string_view bytes;
  bool is_little;

  std::optional<std::uint64_t> number(std::uint64_t at, std::size_t size) const {
    return is_little ? little(bytes, at, size) : big(bytes, at, size);
  }
};

/// The values of an entry: where they stand, how many, how wide.
struct Values {
  std::uint64_t at = 0;
  std::uint64_t count = 0;
  std::uint64_t width = 0;
};

std::optional<Values> values_of(const Reader& reader, std::uint64_t entry) {
  const auto type = reader.number(entry + 2, 2);
  const auto count = reader.number(entry + 4, 4);
  const auto place = reader.number(entry + 8, 4);
  if (!type || !count || !place || *type >= type_sizes.size()) {
    return std::nullopt;
  }
  const std::uint64_t width = type_sizes[static_cast<std::size_t>(*type)];
  const std::uint64_t all = width * *count;
  const Values values{all <= 4 ? entry + 8 : *place, *count, width};
  return values.at > reader.bytes.size() || all > reader.bytes.size() - values.at
             ? std::nullopt
             : std::optional(values);
}

bool holds_data(const Reader& reader, const Values& places, const Values& sizes,
                std::uint64_t& budget) {
  if (places.count != sizes.count || places.width > 4 || sizes.width > 4 || places.count > budget) {
    return false;
  }
  budget -= places.count;
  for (std::uint64_t i = 0; i < places.count; ++i) {
    const auto place =
        reader.number(places.at + i * places.width, static_cast<std::size_t>(places.width));
    const auto size =
        reader.number(sizes.at + i * sizes.width, static_cast<std::size_t>(sizes.width));
    if (!place || !size || *place > reader.bytes.size() || *size > reader.bytes.size() - *place) {
      return false;
    }
  }
  return true;
}

/// One directory; none: it is not whole. The place of the next one, 0 behind the last.
std::optional<std::uint64_t> read_directory(const Reader& reader, std::uint64_t begin,
                                            std::uint64_t& budget) {
  const auto count = reader.number(begin, 2);
  if (!count) {
    return std::nullopt;
  }
  std::array<std::optional<Values>, data_entries.size()> places;
  std::array<std::optional<Values>, data_entries.size()> sizes;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const std::uint64_t entry = begin + 2 + i * entry_size;
    const auto tag = reader.number(entry, 2);
    const std::optional<Values> values = values_of(reader, entry);
    if (!tag) {
      return std::nullopt;
    }
    for (std::size_t kind = 0; kind < data_entries.size(); ++kind) {
      if (*tag == data_entries[kind].places || *tag == data_entries[kind].sizes) {
        if (!values) {
          return std::nullopt;
        }
        (*tag == data_entries[kind].places ? places : sizes)[kind] = values;
      }
    }
  }
  for (std::size_t kind = 0; kind < data_entries.size(); ++kind) {
    if (places[kind] && sizes[kind] && !holds_data(reader, *places[kind], *sizes[kind], budget)) {
      return std::nullopt;
    }
  }
  return reader.number(begin + 2 + *count * entry_size, 4);
}

}  // namespace

bool is_whole_jpeg(std::string_view bytes) {
  std::uint64_t at = 2;
  while (true) {
    const auto mark = big(bytes, at, 2);
    if (!mark || *mark < 0xFF00U) {
      return false;
    }
    const std::uint64_t kind = *mark & 0xFFU;
    if (kind == 0xFFU) {  // bytes of FF may fill the room before a segment
      ++at;
      continue;
    }
    if (kind == 0xDAU) {
      return piece(bytes, at, bytes.size()).find(end_of_picture) != std::string_view::npos;
    }
    const auto size = big(bytes, at + 2, 2);
    if (kind == 0xD9U || !size || *size < 2) {
      return false;
    }
    at += 2 + *size;
  }
}

bool is_whole_tiff(std::string_view bytes) {
  const Reader reader{bytes, bytes.substr(0, 1) == "I"};
  // No file names more pieces of data than it has bytes, unless it names them again and again.
  std::uint64_t budget = bytes.size();
  std::optional<std::uint64_t> at = reader.number(4, 4);
  for (std::size_t count = 0; at && *at != 0; ++count) {
    if (count == most_directories) {
      return false;
    }
    at = read_directory(reader, *at, budget);
    if (!at) {
      return false;
    }
    if (*at == 0) {
      return true;
    }
  }
  return false;
}

}  // namespace kpfd::hooks
