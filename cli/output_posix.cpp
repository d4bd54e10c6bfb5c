#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "cli/context.hpp"
#include "cli/output.hpp"

namespace kpfd::cli {

void DescriptorOutput::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (count < 0 && errno != EINTR) {
      throw CommandError(std::string("the report could not be written: ") + std::strerror(errno));
    }
  }
}

void write_error(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(STDERR_FILENO, bytes.data(), bytes.size());
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
      return;
    }
  }
}

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

}  // namespace kpfd::cli
