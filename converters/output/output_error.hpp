// Why an output could not be written.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kpfd::converters {

/// What stood in the way.
enum class OutputFault : std::uint8_t {
  exists,        ///< there is a file of this name, and nobody said that it may be replaced
  is_input,      ///< the name is that of a file that is being read
  is_folder,     ///< the name is that of a folder
  no_folder,     ///< the folder of the name does not exist
  not_allowed,   ///< the place may not be written to
  full,          ///< no room on the disk, or no more within a quota or a limit
  in_use,        ///< another program holds the file of this name
  nobody_reads,  ///< the reader of the pipe has gone
  unwritable,    ///< anything else that the system says
  not_durable,   ///< the file is there and whole, but the disk did not confirm it
};

/// The output could not be written. Nothing of it stands under its name, except with
/// `not_durable`. what() says all in English.
class OutputError : public std::runtime_error {
 public:
  /// `system_error`: errno; 0 where the system was not asked.
  OutputError(OutputFault fault, std::string path, int system_error);

  OutputFault fault() const { return fault_; }
  const std::string& path() const { return path_; }

  /// What, where, why and what to do, in one line: `ja` or `en`.
  std::string text(std::string_view language) const;

 private:
  OutputFault fault_;
  std::string path_;
  int system_error_;
};

/// The fault that an errno of open, write, fsync, link or rename means.
OutputFault fault_of(int system_error);

}  // namespace kpfd::converters
