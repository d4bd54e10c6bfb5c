#include "cli/output.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "cli/context.hpp"
#include "kpfd/report/escape.hpp"

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

void say(std::string_view line) {
  // Names of files and arguments may hold anything: a terminal is not to act on it.
  std::string text;
  while (true) {
    const std::size_t end = line.find('\n');
    report::append_plain(text, line.substr(0, end));
    text += '\n';
    if (end == std::string_view::npos) {
      break;
    }
    line.remove_prefix(end + 1);
  }
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t count = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (count > 0) {
      rest.remove_prefix(static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
      return;
    }
  }
}

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

}  // namespace kpfd::cli
