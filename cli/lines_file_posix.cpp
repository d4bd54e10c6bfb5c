#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/context.hpp"
#include "cli/lines_file.hpp"

namespace kpfd::cli {

LinesFile::LinesFile(std::string_view option, const std::string& path) {
  constexpr mode_t owner_alone = 0600;
  const int descriptor =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, owner_alone);
  if (descriptor < 0) {
    throw CommandError(std::string(option) + ' ' + path + ": " + std::strerror(errno));
  }
  file_ = descriptor;
}

LinesFile::~LinesFile() { ::close(static_cast<int>(file_)); }

bool LinesFile::add(std::string line) const {
  line += '\n';
  ssize_t count = 0;
  do {
    count = ::write(static_cast<int>(file_), line.data(), line.size());
  } while (count < 0 && errno == EINTR);
  return count == static_cast<ssize_t>(line.size());
}

}  // namespace kpfd::cli
