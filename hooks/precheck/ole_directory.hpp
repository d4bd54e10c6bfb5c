// The names in an OLE compound file (Office up to 2003), and the beginning of its streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kpfd::hooks {

/// A compound file. Takes any bytes, which outlive it.
class OleDirectory {
 public:
  struct Entry {
    std::string name;  ///< what is no printable ASCII in it stands as `?`
    bool is_stream = false;
    std::uint32_t first = 0;  ///< sector
    std::uint64_t size = 0;
  };

  explicit OleDirectory(std::string_view bytes);

  /// The directory is there, and so is every sector of every stream.
  bool whole() const { return whole_; }
  const std::vector<Entry>& entries() const { return entries_; }

  /// The first bytes of the stream of this name, at most so many; "" where there is none.
  std::string read(std::string_view name, std::size_t most) const;

 private:
  bool read_header();
  bool read_directory();
  bool holds(const Entry& entry, std::uint64_t& steps) const;
  std::uint32_t next(std::uint32_t sector) const;
  std::uint32_t next_small(std::uint32_t sector) const;
  std::string_view sector(std::uint32_t number) const;
  std::string_view small_sector(std::uint32_t number) const;

  std::string_view bytes_;
  std::size_t sector_size_ = 0;
  std::uint64_t sectors_ = 0;  ///< in the file, a last one that is cut included
  std::uint64_t cutoff_ = 0;   ///< shorter streams stand in small sectors
  std::vector<std::uint32_t> table_sectors_;
  std::vector<std::uint32_t> small_table_;  ///< sectors of the table of small sectors
  std::vector<std::uint32_t> small_room_;   ///< sectors that hold the small ones
  std::vector<Entry> entries_;
  bool whole_ = false;
};

}  // namespace kpfd::hooks
