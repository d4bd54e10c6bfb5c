#include "hooks/serve/head.hpp"

#include <algorithm>

namespace kpfd::hooks {

namespace {

constexpr int bad_request = 400;
constexpr int length_required = 411;
constexpr int target_too_long = 414;
constexpr int expectation_failed = 417;
constexpr int fields_too_large = 431;
constexpr int not_implemented = 501;
constexpr int version_not_supported = 505;

constexpr std::size_t longest_method = 16;
/// 15 digits: no sum of lengths comes near the end of the numbers.
constexpr std::size_t most_digits = 15;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_token(char c) {
  return is_digit(c) || is_letter(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
/// Visible ASCII.
bool is_visible(char c) { return c > ' ' && c <= '~'; }

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

int read_request_line(std::string_view line, const HeadLimits& limits, Head& head) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos || first == 0 || first > longest_method) {
    return bad_request;
  }
  head.method = line.substr(0, first);
  if (!std::all_of(head.method.begin(), head.method.end(),
                   [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return bad_request;
  }
  line.remove_prefix(first + 1);
  const std::size_t second = line.find(' ');
  if (second == std::string_view::npos) {
    return bad_request;
  }
  if (second > limits.most_target) {
    return target_too_long;
  }
  head.target = line.substr(0, second);
  if (head.target.empty() || head.target[0] != '/' ||
      !std::all_of(head.target.begin(), head.target.end(), is_visible)) {
    return bad_request;
  }
  head.path = head.target.substr(0, head.target.find('?'));
  const std::string_view version = line.substr(second + 1);
  if (version.size() != 8 || version.substr(0, 5) != "HTTP/" || !is_digit(version[5]) ||
      version[6] != '.' || !is_digit(version[7])) {
    return bad_request;
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return version_not_supported;
  }
  head.keep_alive = version == "HTTP/1.1";
  return 0;
}

bool read_field(std::string_view line, Head& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return false;
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!std::all_of(name.begin(), name.end(), is_token) ||
      !std::all_of(value.begin(), value.end(),
                   [](char c) { return is_visible(c) || c == ' ' || c == '\t'; })) {
    return false;
  }
  head.fields.emplace_back(lower(name), std::string(value));
  return true;
}

/// Where the body ends: one length, in digits, and no other way to say it.
int read_framing(Head& head) {
  const std::size_t lengths = head.count("content-length");
  const std::size_t codings = head.count("transfer-encoding");
  if (lengths > 1 || (codings > 0 && lengths > 0)) {
    return bad_request;
  }
  if (codings > 0) {
    return codings == 1 && lower(head.field("transfer-encoding")) == "chunked" ? length_required
                                                                               : not_implemented;
  }
  if (lengths == 1) {
    const std::string_view digits = head.field("content-length");
    if (digits.empty() || digits.size() > most_digits ||
        !std::all_of(digits.begin(), digits.end(), is_digit)) {
      return bad_request;
    }
    head.has_length = true;
    for (const char digit : digits) {
      head.length = head.length * 10 + static_cast<std::uint64_t>(digit - '0');
    }
  }
  return 0;
}

int read_wishes(Head& head) {
  const std::string connection = lower(head.field("connection"));
  if (connection == "close" || head.count("connection") > 1) {
    head.keep_alive = false;
  }
  if (head.count("expect") > 0) {
    if (lower(head.field("expect")) != "100-continue") {
      return expectation_failed;
    }
    head.expects_consent = true;
  }
  return 0;
}

}  // namespace

std::size_t Head::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; }));
}

std::string_view Head::field(std::string_view name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const auto& field) { return field.first == name; });
  return found == fields.end() || count(name) > 1 ? std::string_view() : found->second;
}

int read_head(std::string_view bytes, const HeadLimits& limits, Head& head) {
  head = Head{};
  head.keep_alive = false;
  if (bytes.size() > limits.most_bytes) {
    return fields_too_large;
  }
  bool first = true;
  bool is_1_1 = false;
  while (true) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos || end == 0 || bytes[end - 1] != '\r') {
      return bad_request;
    }
    const std::string_view line = bytes.substr(0, end - 1);
    bytes.remove_prefix(end + 1);
    if (line.find('\r') != std::string_view::npos || line.find('\0') != std::string_view::npos) {
      return bad_request;
    }
    if (first) {
      if (const int status = read_request_line(line, limits, head); status != 0) {
        return status;
      }
      is_1_1 = head.keep_alive;
      first = false;
      continue;
    }
    if (line.empty()) {
      break;
    }
    if (head.fields.size() == limits.most_fields) {
      return fields_too_large;
    }
    if (!read_field(line, head)) {
      return bad_request;
    }
  }
  if (!bytes.empty() || head.count("host") > 1 || (is_1_1 && head.count("host") == 0)) {
    return bad_request;
  }
  if (const int status = read_framing(head); status != 0) {
    return status;
  }
  return read_wishes(head);
}

}  // namespace kpfd::hooks
