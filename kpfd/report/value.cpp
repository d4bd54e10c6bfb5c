#include "kpfd/report/value.hpp"

#include <cstddef>

#include "kpfd/report/escape.hpp"
#include "kpfd/text/repertoire.hpp"

namespace kpfd::report {

bool may_hold_my_number(std::string_view shift_jis) {
  constexpr int digits_of_my_number = 12;
  int digits = 0;
  const auto* at = reinterpret_cast<const unsigned char*>(shift_jis.data());
  const auto* const end = at + shift_jis.size();
  while (at != end) {
    const std::size_t bytes = text::next_character(at, end).bytes;
    const bool half = bytes == 1 && *at >= '0' && *at <= '9';
    const bool full = bytes == 2 && at[0] == 0x82 && at[1] >= 0x4F && at[1] <= 0x58;
    if (half || full) {
      ++digits;
    }
    at += bytes;
  }
  return digits >= digits_of_my_number;
}

void append_value(std::string& out, const Finding& finding, Escape escape) {
  if (finding.item_name.secret || may_hold_my_number(finding.value)) {
    out += secret_mask;
    return;
  }
  std::string utf8;
  text::append_utf8(utf8, finding.value);
  if (escape == Escape::json) {
    append_json(out, utf8);
  } else {
    append_plain(out, utf8);
  }
}

}  // namespace kpfd::report
