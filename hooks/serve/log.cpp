#include "hooks/serve/log.hpp"

#include <cerrno>

#include "hooks/intake/clock.hpp"
#include "kpfd/report/escape.hpp"

namespace kpfd::hooks {

LogLine::LogLine(std::string_view level, std::string_view event)
    : line_("{\"time\":\"" + now_in_japan() + '"') {
  text("level", level);
  text("event", event);
}

LogLine& LogLine::text(std::string_view name, std::string_view value) {
  line_.append(",\"").append(name).append("\":\"");
  report::append_json(line_, value);
  line_ += '"';
  return *this;
}

LogLine& LogLine::number(std::string_view name, std::uint64_t value) {
  line_.append(",\"").append(name).append("\":").append(std::to_string(value));
  return *this;
}

void LogLine::write(int descriptor) {
  line_ += "}\n";
  // In one call, so that the lines of two threads do not mix.
  while (::write(descriptor, line_.data(), line_.size()) < 0 && errno == EINTR) {
  }
}

}  // namespace kpfd::hooks
