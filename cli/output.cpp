#include "cli/output.hpp"

#include <string>

#include "kpfd/report/escape.hpp"

namespace kpfd::cli {

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
  write_error(text);
}

}  // namespace kpfd::cli
