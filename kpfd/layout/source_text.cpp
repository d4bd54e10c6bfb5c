#include "kpfd/layout/source_text.hpp"

#include <algorithm>

namespace kpfd::layout {

SourceText::SourceText(const SchemaFile& file)
    : name_(file.name), content_(file.content), line_begins_{0} {
  for (std::size_t at = content_.find('\n'); at != std::string::npos;
       at = content_.find('\n', at + 1)) {
    line_begins_.push_back(at + 1);
  }
}

Spot SourceText::spot_at(std::ptrdiff_t offset) const {
  const std::size_t at =
      std::min(offset < 0 ? 0 : static_cast<std::size_t>(offset), content_.size());
  const auto behind = std::upper_bound(line_begins_.begin(), line_begins_.end(), at);
  const auto line = static_cast<std::size_t>(behind - line_begins_.begin());
  return {static_cast<std::uint32_t>(line),
          static_cast<std::uint32_t>(at - line_begins_[line - 1] + 1)};
}

Place SourceText::place_at(std::ptrdiff_t offset) const {
  const Spot spot = spot_at(offset);
  return {name_, spot.line, spot.column};
}

std::vector<Written> SourceText::written(std::string_view text, std::size_t offset) const {
  std::vector<Written> result;
  const std::string_view file = content_;
  if (file.compare(offset, text.size(), text) == 0) {
    return result;  // most texts
  }
  std::size_t at = offset;
  for (std::size_t i = 0; i < text.size() && at < file.size(); ++i) {
    std::size_t bytes = 1;
    std::size_t before = 0;
    if (file[at] == '&') {
      bytes = std::min(file.find(';', at), file.size() - 1) - at + 1;
      // A character beyond ASCII: all its bytes are the one reference, and those before the last
      // one are a column each already.
      while (i + 1 < text.size() && (static_cast<unsigned char>(text[i + 1]) & 0xC0U) == 0x80) {
        ++i;
        ++before;
      }
    } else if (file[at] == '\r' && at + 1 < file.size() && file[at + 1] == '\n') {
      bytes = 2;
    }
    const bool ends_line = file[at] == '\n' || file[at] == '\r';
    if (bytes > 1 || ends_line) {
      result.push_back({static_cast<std::uint32_t>(i),
                        static_cast<std::uint32_t>(bytes - std::min(bytes - 1, before)),
                        ends_line});
    }
    at += bytes;
  }
  return result;
}

}  // namespace kpfd::layout
