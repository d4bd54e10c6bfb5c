// A strict reader of one JSON object of strings and numbers, which may hold objects and lists as
// their text. It keeps the order.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kpfd_test {

/// Members in their order. A string's value is decoded; a number's is its digits; an object's
/// and a list's is its text.
class JsonObject {
 public:
  explicit JsonObject(std::string_view text) : text_(text) {
    expect('{');
    if (peek() != '}') {
      do {
        const std::string key = string();
        expect(':');
        members_.emplace_back(key, value());
      } while (taken(','));
    }
    expect('}');
    if (at_ != text_.size()) {
      fail("text behind the object");
    }
  }

  std::string keys() const {
    std::string keys;
    for (const auto& [key, value] : members_) {
      keys += (keys.empty() ? "" : " ") + key;
    }
    return keys;
  }

  const std::string& operator[](std::string_view key) const {
    for (const auto& member : members_) {
      if (member.first == key) {
        return member.second;
      }
    }
    throw std::runtime_error("no member " + std::string(key) + " in " + std::string(text_));
  }

 private:
  [[noreturn]] void fail(const char* why) const {
    throw std::runtime_error(std::string(why) + " at " + std::to_string(at_) + " of " +
                             std::string(text_));
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool taken(char c) {
    if (peek() != c) {
      return false;
    }
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!taken(c)) {
      fail("not the character expected");
    }
  }

  std::string value() {
    if (peek() == '"') {
      return string();
    }
    const std::size_t begin = at_;
    if (peek() == '{' || peek() == '[') {
      int depth = 0;
      bool quoted = false;
      do {
        const char c = peek();
        if (at_ == text_.size()) {
          fail("an object without end");
        }
        if (c == '"' && text_[at_ - 1] != '\\') {
          quoted = !quoted;
        }
        if (!quoted) {
          depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        }
        ++at_;
      } while (depth > 0);
    } else {
      while (peek() >= '0' && peek() <= '9') {
        ++at_;
      }
      if (at_ == begin) {
        fail("no value");
      }
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string string() {
    expect('"');
    std::string out;
    while (peek() != '"') {
      const auto c = static_cast<unsigned char>(peek());
      if (at_ >= text_.size() || c < 0x20) {
        fail("a string without end, or a control character");
      }
      ++at_;
      if (c != '\\') {
        out += static_cast<char>(c);
        continue;
      }
      const char escaped = peek();
      ++at_;
      switch (escaped) {
        case '"':
        case '\\':
        case '/':
          out += escaped;
          break;
        case 'n':
          out += '\n';
          break;
        case 't':
          out += '\t';
          break;
        case 'r':
          out += '\r';
          break;
        case 'b':
          out += '\b';
          break;
        case 'f':
          out += '\f';
          break;
        case 'u': {
          const unsigned long code = std::stoul(std::string(text_.substr(at_, 4)), nullptr, 16);
          at_ += 4;
          if (code < 0x80) {
            out += static_cast<char>(code);
          } else {
            out += static_cast<char>(0xC0 | (code >> 6));
            out += static_cast<char>(0x80 | (code & 0x3F));
          }
          break;
        }
        default:
          fail("an unknown escape");
      }
    }
    ++at_;
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::pair<std::string, std::string>> members_;
};

}  // namespace kpfd_test
