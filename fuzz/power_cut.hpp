// A disk in memory for SQLite: its calls can fail, and its power can be cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace kpfd_fuzz {

/// What is to go wrong at one of the calls that change the disk.
enum class Trouble : std::uint8_t {
  none,
  fails_once,  ///< the call fails, and those behind it do not
  full,        ///< it and all behind it fail for want of room
  killed,      ///< the process ends there: what it wrote is on the disk
  cut,         ///< the power ends there: what was not synchronised may be there, in part, or not
};

/// Stands in for the file system of every connection that is opened after it was made. One
/// connection at a time opens a file.
class Disk {
 public:
  static Disk& only();

  /// Every file as it is, synchronised; and the way back to it.
  struct File;
  using Files = std::map<std::string, std::shared_ptr<File>>;
  Files snapshot() const;
  void restore(const Files& files);

  /// The trouble comes at the call with this number, counted from 1.
  void plan(Trouble trouble, std::uint64_t at);
  /// Nothing goes wrong from now on. After `cut`, what was not synchronised is decided by `chance`.
  void mend(std::minstd_rand& chance);
  /// Whether the trouble that was planned has come.
  bool troubled() const { return troubled_; }
  /// Calls since plan().
  std::uint64_t calls() const { return calls_; }

  // For the functions that SQLite calls.
  enum class Outcome : std::uint8_t { good, error, no_room };
  Outcome call();
  File* open(const char* name, bool create);
  bool has(const char* name) const { return files_.count(name) > 0; }
  void remove(const char* name);

 private:
  Disk();

  Files files_;
  std::vector<std::shared_ptr<File>> removed_;  ///< they are still open
  std::vector<std::shared_ptr<File>> nameless_;
  Trouble trouble_ = Trouble::none;
  std::uint64_t at_ = 0;
  std::uint64_t calls_ = 0;
  bool troubled_ = false;
};

}  // namespace kpfd_fuzz
