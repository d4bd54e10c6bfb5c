// One JSON object, member by member.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kpfd/report/escape.hpp"

namespace kpfd::hooks {

/// Appends an object to a text. end() is called once, when all members are there.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) { out_ += '{'; }

  JsonWriter& text(std::string_view key, std::string_view value) {
    begin(key);
    out_ += '"';
    report::append_json(out_, value);
    out_ += '"';
    return *this;
  }
  JsonWriter& number(std::string_view key, std::uint64_t value) {
    return raw(key, std::to_string(value));
  }
  JsonWriter& flag(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
  /// A value that is JSON already.
  JsonWriter& raw(std::string_view key, std::string_view value) {
    begin(key);
    out_ += value;
    return *this;
  }
  void end() { out_ += '}'; }

 private:
  void begin(std::string_view key) {
    out_ += first_ ? "\"" : ",\"";
    first_ = false;
    report::append_json(out_, key);
    out_ += "\":";
  }

  std::string& out_;
  bool first_ = true;
};

}  // namespace kpfd::hooks
