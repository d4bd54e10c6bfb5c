// Standard output and standard error of the command, without iostream.
#pragma once

#include <string_view>

#include "kpfd/report/report.hpp"

namespace kpfd::cli {

/// A file descriptor as a report's output. Throws CommandError where the bytes cannot be written: a
/// report that is cut off must not look like a whole one.
class DescriptorOutput final : public report::Output {
 public:
  explicit DescriptorOutput(int descriptor) : descriptor_(descriptor) {}
  void write(std::string_view bytes) override;

 private:
  int descriptor_;
};

/// A line for people on standard error; what cannot be written there is lost.
void say(std::string_view line);

/// Bytes on standard error as they are; what cannot be written there is lost.
void write_error(std::string_view bytes);

bool is_terminal(int descriptor);

}  // namespace kpfd::cli
