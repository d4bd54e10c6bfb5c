// One JSON object a line: what happened, without a word of what was sent.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace kpfd::hooks {

class LogLine {
 public:
  /// `level`: `info`, `warning`, `error`; `event` a word.
  LogLine(std::string_view level, std::string_view event);
  LogLine& text(std::string_view name, std::string_view value);
  LogLine& number(std::string_view name, std::uint64_t value);
  /// Writes it to a descriptor, which stays the caller's; what cannot be written is lost.
  void write(int descriptor = STDERR_FILENO);

 private:
  std::string line_;
};

}  // namespace kpfd::hooks
