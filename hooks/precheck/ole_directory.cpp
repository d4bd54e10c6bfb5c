#include "hooks/precheck/ole_directory.hpp"

#include <algorithm>

#include "hooks/precheck/bytes.hpp"

namespace kpfd::hooks {

namespace {

// [MS-CFB], the parts that say where something stands.
constexpr std::size_t header_size = 512;
constexpr std::size_t in_header = 109;  ///< sectors of the table that the header names itself
constexpr std::size_t small_size = 64;
constexpr std::size_t entry_size = 128;
constexpr std::uint32_t last_number = 0xFFFFFFFA;  ///< numbers above say something else
constexpr std::uint32_t no_sector = 0xFFFFFFFF;

constexpr std::uint64_t kind_storage = 1;
constexpr std::uint64_t kind_stream = 2;
constexpr std::uint64_t kind_root = 5;

std::uint32_t number_at(std::string_view bytes, std::uint64_t at) {
  return static_cast<std::uint32_t>(little(bytes, at, 4).value_or(no_sector));
}

std::string name_of(std::string_view entry) {
  const std::uint64_t size = std::min<std::uint64_t>(little(entry, 64, 2).value_or(0), 64);
  std::string name;
  for (std::uint64_t at = 0; at + 2 < size; at += 2) {
    const std::uint64_t unit = little(entry, at, 2).value_or(0);
    name += unit >= 0x20 && unit < 0x7F ? static_cast<char>(unit) : '?';
  }
  return name;
}

}  // namespace

OleDirectory::OleDirectory(std::string_view bytes) : bytes_(bytes) {
  // No two streams share a sector: together they take no more steps than the file has room for.
  std::uint64_t steps = bytes.size() / small_size + 1;
  whole_ = read_header() && read_directory() &&
           std::all_of(entries_.begin(), entries_.end(),
                       [&](const Entry& entry) { return holds(entry, steps); });
}

std::string_view OleDirectory::sector(std::uint32_t number) const {
  return piece(bytes_, (std::uint64_t{number} + 1) * sector_size_, sector_size_);
}

std::string_view OleDirectory::small_sector(std::uint32_t number) const {
  const std::uint64_t at = std::uint64_t{number} * small_size;
  const std::uint64_t index = at / sector_size_;
  return index < small_room_.size() ? piece(sector(small_room_[static_cast<std::size_t>(index)]),
                                            at % sector_size_, small_size)
                                    : std::string_view{};
}

std::uint32_t OleDirectory::next(std::uint32_t number) const {
  const std::size_t numbers = sector_size_ / 4;
  const std::size_t index = number / numbers;
  return index < table_sectors_.size()
             ? number_at(sector(table_sectors_[index]), std::uint64_t{number % numbers} * 4)
             : no_sector;
}

std::uint32_t OleDirectory::next_small(std::uint32_t number) const {
  const std::size_t numbers = sector_size_ / 4;
  const std::size_t index = number / numbers;
  return index < small_table_.size()
             ? number_at(sector(small_table_[index]), std::uint64_t{number % numbers} * 4)
             : no_sector;
}

bool OleDirectory::read_header() {
  const std::uint64_t shift = little(bytes_, 30, 2).value_or(0);
  if (bytes_.size() < header_size || (shift != 9 && shift != 12)) {
    return false;
  }
  sector_size_ = std::size_t{1} << shift;
  sectors_ = bytes_.size() > sector_size_
                 ? (bytes_.size() - sector_size_ + sector_size_ - 1) / sector_size_
                 : 0;
  cutoff_ = little(bytes_, 56, 4).value_or(0);
  const std::uint64_t wanted = little(bytes_, 44, 4).value_or(0);
  if (wanted > sectors_) {
    return false;
  }
  std::string_view numbers = piece(bytes_, 76, in_header * 4);
  std::uint32_t more = number_at(bytes_, 68);
  std::uint64_t steps = 0;
  while (table_sectors_.size() < wanted) {
    for (std::size_t at = 0; at + 4 <= numbers.size() && table_sectors_.size() < wanted; at += 4) {
      const std::uint32_t number = number_at(numbers, at);
      if (number >= sectors_) {
        return false;
      }
      table_sectors_.push_back(number);
    }
    if (table_sectors_.size() < wanted) {
      // The list goes on in sectors whose last number names the next one.
      if (more >= sectors_ || ++steps > sectors_) {
        return false;
      }
      numbers = sector(more);
      if (numbers.size() != sector_size_) {
        return false;
      }
      more = number_at(numbers, sector_size_ - 4);
      numbers.remove_suffix(4);
    }
  }
  return true;
}

bool OleDirectory::read_directory() {
  std::uint32_t at = number_at(bytes_, 48);
  for (std::uint64_t steps = 0; at < last_number; at = next(at)) {
    if (at >= sectors_ || ++steps > sectors_) {
      return false;
    }
    std::string_view rest = sector(at);
    for (; rest.size() >= entry_size; rest.remove_prefix(entry_size)) {
      const std::string_view entry = rest.substr(0, entry_size);
      const std::uint64_t kind = little(entry, 66, 1).value_or(0);
      if (kind != kind_storage && kind != kind_stream && kind != kind_root) {
        continue;
      }
      Entry found;
      found.name = name_of(entry);
      found.is_stream = kind == kind_stream;
      found.first = number_at(entry, 116);
      found.size = little(entry, 120, 4).value_or(0);
      if (kind == kind_root) {
        std::uint64_t taken = 0;
        for (std::uint32_t room = found.first; room < last_number && found.size > 0;
             room = next(room)) {
          if (room >= sectors_ || ++taken > sectors_) {
            return false;
          }
          small_room_.push_back(room);
        }
      }
      entries_.push_back(std::move(found));
    }
  }
  std::uint64_t steps = 0;
  for (std::uint32_t table = number_at(bytes_, 60); table < last_number; table = next(table)) {
    if (table >= sectors_ || ++steps > sectors_) {
      return false;
    }
    small_table_.push_back(table);
  }
  return !entries_.empty();
}

bool OleDirectory::holds(const Entry& entry, std::uint64_t& steps) const {
  if (!entry.is_stream || entry.size == 0) {
    return true;
  }
  const bool small = entry.size < cutoff_;
  const std::size_t step = small ? small_size : sector_size_;
  std::uint32_t at = entry.first;
  for (std::uint64_t done = 0; done < entry.size; done += step) {
    if (steps == 0 || at >= last_number || (small ? small_sector(at) : sector(at)).empty()) {
      return false;
    }
    --steps;
    at = small ? next_small(at) : next(at);
  }
  return true;
}

std::string OleDirectory::read(std::string_view name, std::size_t most) const {
  const auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& known) {
    return known.is_stream && known.name == name;
  });
  std::string content;
  if (entry == entries_.end()) {
    return content;
  }
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(entry->size, most));
  const bool small = entry->size < cutoff_;
  std::uint32_t at = entry->first;
  while (content.size() < wanted && at < last_number) {
    const std::string_view part =
        (small ? small_sector(at) : sector(at)).substr(0, wanted - content.size());
    if (part.empty()) {
      break;
    }
    content += part;
    at = small ? next_small(at) : next(at);
  }
  return content;
}

}  // namespace kpfd::hooks
