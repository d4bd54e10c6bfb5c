// Bytes of a report on their way out.
#pragma once

#include <string>

#include "kpfd/report/report.hpp"

namespace kpfd::report {

/// Collects what a report appends to `text`, and hands it on in large pieces.
class Buffer {
 public:
  explicit Buffer(Output& output) : output_(output) { text.reserve(capacity + slack); }

  /// To be called now and then: writes once enough has come together.
  void flush_when_full() {
    if (text.size() >= capacity) {
      flush();
    }
  }

  void flush() {
    if (text.empty()) {
      return;
    }
    output_.write(text);
    text.clear();
  }

  std::string text;

 private:
  static constexpr std::size_t capacity = std::size_t{64} << 10;
  static constexpr std::size_t slack = std::size_t{8} << 10;  ///< more than one finding takes

  Output& output_;
};

}  // namespace kpfd::report
