// One JSON object a line on standard error: what happened, without a word of what was sent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kpfd::hooks {

/// Lines go to this descriptor from now on, which stays the caller's. Before any thread writes one.
void log_to(int descriptor);

class LogLine {
 public:
  /// `level`: `info`, `warning`, `error`; `event` a word.
  LogLine(std::string_view level, std::string_view event);
  LogLine& text(std::string_view name, std::string_view value);
  LogLine& number(std::string_view name, std::uint64_t value);
  /// Writes it; what cannot be written is lost.
  void write();

 private:
  std::string line_;
};

}  // namespace kpfd::hooks
