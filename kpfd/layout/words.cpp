#include "kpfd/layout/words.hpp"

#include <utility>

namespace kpfd::layout {

namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 10 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find(separator, begin);
    parts.emplace_back(text.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) {
      return parts;
    }
    begin = end + 1;
  }
}

Type parse_type(const std::string& code) {
  std::string known;
  for (const Type type : all_types) {
    if (code_of(type) == code) {
      return type;
    }
    known.append(known.empty() ? "" : ", ").append(code_of(type));
  }
  throw WordError("`" + code + "` is no type (known: " + known + ")");
}

Lengths parse_lengths(std::string text) {
  Lengths lengths;
  lengths.text = std::move(text);
  for (const std::string& alternative : split(lengths.text, '|')) {
    const std::size_t dots = alternative.find("..");
    const std::string low = alternative.substr(0, dots);
    const std::string high = dots == std::string::npos ? low : alternative.substr(dots + 2);
    if (!is_number(low) || !is_number(high)) {
      throw WordError("`" + lengths.text + "` is no length: `6`, `1..7` or `0|4`");
    }
    const std::size_t from = std::stoul(low);
    const std::size_t to = std::stoul(high);
    if (from > to || to > longest_item) {
      throw WordError("`" + lengths.text + "`: lengths go up, and to " +
                      std::to_string(longest_item));
    }
    for (std::size_t length = from; length <= to; ++length) {
      lengths.allowed.set(length);
    }
  }
  for (std::size_t length = 1; length <= longest_item; ++length) {
    if (!lengths.allowed[length]) {
      continue;
    }
    if (lengths.least == 0) {
      lengths.least = static_cast<std::uint16_t>(length);
    }
    lengths.most = static_cast<std::uint16_t>(length);
  }
  return lengths;
}

Values parse_values(std::string text) {
  Values values;
  values.text = std::move(text);
  if (values.text.empty()) {
    return values;
  }
  for (const std::string& alternative : split(values.text, '|')) {
    const std::size_t dots = alternative.find("..");
    ValueRange range;
    range.low = alternative.substr(0, dots);
    range.high = dots == std::string::npos ? range.low : alternative.substr(dots + 2);
    if (range.low.empty() || range.low.size() != range.high.size() || range.low > range.high) {
      throw WordError("`" + values.text + "`: a range goes up between two texts of one width");
    }
    values.ranges.push_back(std::move(range));
  }
  return values;
}

}  // namespace kpfd::layout
