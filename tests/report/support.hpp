// What the tests of the reports share: files of the schemas, findings, an output, and a strict
// reader of JSON.
#pragma once

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kpfd/report/catalogue.hpp"
#include "kpfd/report/report.hpp"
#include "kpfd/text/utf8.hpp"

namespace kpfd_test {

/// The bytes of a file below schemas/.
inline std::string schema(const std::string& name) {
  const std::string path = std::string(KPFD_SOURCE_DIR) + "/schemas/" + name;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot read " + path);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The project's own catalogue of a language.
inline const kpfd::report::Catalogue& catalogue(const std::string& language) {
  using kpfd::report::Catalogue;
  static const Catalogue ja = Catalogue::load(schema("messages/ja.xml"), "messages/ja.xml");
  static const Catalogue en = Catalogue::load(schema("messages/en.xml"), "messages/en.xml");
  return language == "ja" ? ja : en;
}

/// A finding at an item, together with the rule that it points to.
struct Sample {
  kpfd::RuleInfo rule;
  kpfd::Finding finding;

  explicit Sample(std::string id, kpfd::Severity severity = kpfd::Severity::error)
      : rule{std::move(id), severity, "test"} {
    finding.rule = &rule;
    finding.severity = severity;
    finding.line = 6;
    finding.item = 10;
    finding.form = "2265700";
    finding.form_name = "賞与支払届";
    finding.form_name_en = "Bonus payment";
    finding.item_name = {"paid_era", "賞与支払年月日（元号）", "Paid era", false};
    finding.offset = 120;
    finding.length = 1;
    finding.value = "4";
  }
  Sample(const Sample&) = delete;
  Sample& operator=(const Sample&) = delete;
};

/// Keeps what a report writes.
class Written : public kpfd::report::Output {
 public:
  void write(std::string_view bytes) override {
    text += bytes;
    ++writes;
  }
  std::string text;
  std::size_t writes = 0;
};

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

inline bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const kpfd::text::Utf8Character next = kpfd::text::next_utf8(text, at);
    if (next.value == kpfd::text::broken_utf8) {
      return false;
    }
    at += next.bytes;
  }
  return true;
}

inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      throw std::runtime_error("the last line has no end");
    }
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

/// A JSON value; members keep their order.
struct Json {
  enum class Kind { string, number, object, array };
  Kind kind = Kind::number;
  std::string text;               ///< a string, or a number as it is written
  std::vector<std::string> keys;  ///< of an object
  std::vector<Json> elements;     ///< of an array, or the members' values in the order of the keys

  const Json& operator[](std::string_view key) const {
    const auto found = std::find(keys.begin(), keys.end(), key);
    if (found == keys.end()) {
      throw std::runtime_error("no member " + std::string(key));
    }
    return elements[static_cast<std::size_t>(found - keys.begin())];
  }
};

/// Reads the JSON that the reports write: no fractions, booleans or nulls. Throws for anything that
/// RFC 8259 does not allow, for broken UTF-8, and for a name said twice.
class JsonReader {
 public:
  static Json read(std::string_view text) {
    if (!is_utf8(text)) {
      throw std::runtime_error("JSON is no UTF-8");
    }
    JsonReader reader(text);
    Json json = reader.value();
    reader.blanks();
    if (!reader.rest_.empty()) {
      throw std::runtime_error("text behind the JSON");
    }
    return json;
  }

 private:
  explicit JsonReader(std::string_view text) : rest_(text) {}

  void blanks() {
    const std::size_t end = rest_.find_first_not_of(" \n\r\t");
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end);
  }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!take(c)) {
      throw std::runtime_error(std::string("expected ") + c);
    }
  }

  Json value() {
    blanks();
    Json json;
    if (take('{')) {
      json.kind = Json::Kind::object;
      blanks();
      if (take('}')) {
        return json;
      }
      do {
        blanks();
        std::string name = string();
        if (std::find(json.keys.begin(), json.keys.end(), name) != json.keys.end()) {
          throw std::runtime_error("said twice: " + name);
        }
        json.keys.push_back(std::move(name));
        blanks();
        expect(':');
        json.elements.push_back(value());
        blanks();
      } while (take(','));
      expect('}');
    } else if (take('[')) {
      json.kind = Json::Kind::array;
      blanks();
      if (take(']')) {
        return json;
      }
      do {
        json.elements.push_back(value());
        blanks();
      } while (take(','));
      expect(']');
    } else if (!rest_.empty() && rest_.front() == '"') {
      json.kind = Json::Kind::string;
      json.text = string();
    } else {
      const std::size_t end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
      json.text = rest_.substr(0, end);
      rest_.remove_prefix(end);
      if (json.text.empty() || (json.text.size() > 1 && json.text[0] == '0')) {
        throw std::runtime_error("no value");
      }
    }
    return json;
  }

  std::string string() {
    expect('"');
    std::string text;
    while (!take('"')) {
      if (rest_.empty()) {
        throw std::runtime_error("a string has no end");
      }
      const char c = rest_.front();
      if (static_cast<unsigned char>(c) < 0x20) {
        throw std::runtime_error("a control character");
      }
      rest_.remove_prefix(1);
      if (c != '\\') {
        text += c;
        continue;
      }
      if (rest_.empty()) {
        throw std::runtime_error("a string has no end");
      }
      const char escape = rest_.front();
      rest_.remove_prefix(1);
      switch (escape) {
        case '"':
        case '\\':
        case '/':
          text += escape;
          break;
        case 'n':
          text += '\n';
          break;
        case 'r':
          text += '\r';
          break;
        case 't':
          text += '\t';
          break;
        case 'u': {
          if (rest_.size() < 4) {
            throw std::runtime_error("a short escape");
          }
          const std::string digits(rest_.substr(0, 4));
          kpfd::text::append_code_point(text,
                                        static_cast<char32_t>(std::stoul(digits, nullptr, 16)));
          rest_.remove_prefix(4);
          break;
        }
        default:
          throw std::runtime_error("an unknown escape");
      }
    }
    return text;
  }

  std::string_view rest_;
};

}  // namespace kpfd_test
