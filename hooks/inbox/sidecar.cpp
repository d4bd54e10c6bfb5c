#include "hooks/inbox/sidecar.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "hooks/intake/clock.hpp"
#include "hooks/intake/words.hpp"
#include "kpfd/text/utf8.hpp"

namespace kpfd::hooks {

namespace {

struct Value {
  bool is_text = false;
  std::string text;  ///< a number's digits
};

/// One flat JSON object.
class Reader {
 public:
  Reader(std::string_view json, std::string_view language) : rest_(json), language_(language) {}

  std::map<std::string, Value> read() {
    std::map<std::string, Value> members;
    expect('{');
    if (!taken('}')) {
      do {
        std::string key = text();
        expect(':');
        Value found = value();
        if (!members.emplace(key, std::move(found)).second) {
          fail({"同じ名前の項目が2つあります", "a member stands there twice"});
        }
      } while (taken(','));
      expect('}');
    }
    skip_blanks();
    if (!rest_.empty()) {
      fail({"オブジェクトの後ろに余分な文字があります", "text behind the object"});
    }
    return members;
  }

 private:
  [[noreturn]] void fail(Words words) const {
    throw SidecarError(std::string(words.in(language_)));
  }

  void skip_blanks() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_[0]) != std::string_view::npos) {
      rest_.remove_prefix(1);
    }
  }

  bool taken(char c) {
    skip_blanks();
    if (rest_.empty() || rest_[0] != c) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!taken(c)) {
      fail({"JSONのオブジェクトとして読めません", "it is no JSON object"});
    }
  }

  char32_t hexadecimal() {
    char32_t code = 0;
    for (int i = 0; i < 4; ++i) {
      const std::size_t digit =
          rest_.empty() ? std::string_view::npos
                        : std::string_view("0123456789abcdef")
                              .find(static_cast<char>(
                                  rest_[0] >= 'A' && rest_[0] <= 'F' ? rest_[0] | 0x20 : rest_[0]));
      if (digit == std::string_view::npos) {
        fail({"文字の書き方（\\u）が正しくありません", "a broken \\u"});
      }
      code = code * 16 + static_cast<char32_t>(digit);
      rest_.remove_prefix(1);
    }
    return code;
  }

  void append_escape(std::string& out) {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    const char letter = rest_.empty() ? '\0' : rest_[0];
    rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
    if (letter == 'u') {
      char32_t code = hexadecimal();
      if (code >= 0xD800 && code < 0xDC00 && rest_.substr(0, 2) == "\\u") {
        rest_.remove_prefix(2);
        code = 0x10000 + ((code - 0xD800) << 10U) + ((hexadecimal() - 0xDC00) & 0x3FFU);
      }
      text::append_code_point(out, code);
      return;
    }
    const std::size_t at = letters.find(letter);
    if (letter == '\0' || at == std::string_view::npos) {
      fail({"文字の書き方（\\）が正しくありません", "a broken escape"});
    }
    out += meant[at];
  }

  std::string text() {
    expect('"');
    std::string out;
    while (true) {
      if (rest_.empty() || static_cast<unsigned char>(rest_[0]) < 0x20) {
        fail({"文字列が閉じていません", "a text without its end"});
      }
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '"') {
        return out;
      }
      if (c == '\\') {
        append_escape(out);
      } else {
        out += c;
      }
    }
  }

  Value value() {
    skip_blanks();
    if (!rest_.empty() && rest_[0] == '"') {
      return {true, text()};
    }
    for (const std::string_view word : {"true", "false", "null"}) {
      if (rest_.substr(0, word.size()) == word) {
        rest_.remove_prefix(word.size());
        return {};
      }
    }
    std::size_t digits = 0;
    while (digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9') {
      ++digits;
    }
    if (digits == 0 || digits > 18) {
      fail({"値は文字列か整数にしてください", "a value is a text or a whole number"});
    }
    Value number{false, std::string(rest_.substr(0, digits))};
    rest_.remove_prefix(digits);
    return number;
  }

  std::string_view rest_;
  std::string_view language_;
};

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool consists_of(std::string_view text, std::string_view also, std::size_t most) {
  return text.size() <= most && std::all_of(text.begin(), text.end(), [&](char c) {
           return is_letter_or_digit(c) || also.find(c) != std::string_view::npos;
         });
}

}  // namespace

Sidecar read_sidecar(std::string_view json, std::string_view language) {
  constexpr std::size_t longest_id = 64;
  constexpr std::size_t longest_name = 255;
  if (json.size() > most_sidecar_bytes) {
    throw SidecarError(
        std::string(Words{"大きすぎます（64 KiBまで）", "it is larger than 64 KiB"}.in(language)));
  }
  const std::map<std::string, Value> members = Reader(json, language).read();
  const auto refuse = [language](const std::string& name, Words words) {
    throw SidecarError(name + ": " + std::string(words.in(language)));
  };
  const auto text_of = [&](const std::string& name) {
    const auto found = members.find(name);
    if (found == members.end()) {
      return std::string();
    }
    if (!found->second.is_text) {
      refuse(name, {"文字列ではありません", "it is no text"});
    }
    return found->second.text;
  };
  Sidecar sidecar;
  sidecar.certificate = text_of("certificate");
  if (sidecar.certificate.empty() || !consists_of(sidecar.certificate, "-", longest_id)) {
    refuse("certificate", {"証明書の番号（英数字とハイフン）が必要です",
                           "the id of a certificate is needed: letters, digits, hyphens"});
  }
  sidecar.office = text_of("office");
  if (!consists_of(sidecar.office, "", longest_id)) {
    refuse("office", {"事業所の番号は英数字です", "an office number has letters and digits"});
  }
  sidecar.received_at = text_of("received_at");
  if (!sidecar.received_at.empty() && !is_time(sidecar.received_at)) {
    refuse("received_at", {"2026-07-31T18:00:00+09:00 の形で書いてください",
                           "write it as 2026-07-31T18:00:00+09:00"});
  }
  sidecar.encrypted_name = text_of("encrypted_name");
  const std::string_view kind = std::string_view(sidecar.encrypted_name).substr(0, 2);
  if ((kind != "A_" && kind != "N_") || !consists_of(sidecar.encrypted_name, "_-.", longest_name)) {
    refuse("encrypted_name", {"A_ または N_ で始まる元のファイル名が必要です",
                              "the original name is needed; it begins with A_ or N_"});
  }
  if (const auto size = members.find("size"); size != members.end()) {
    if (size->second.is_text || size->second.text.empty()) {
      refuse("size", {"バイト数を整数で書いてください", "it is a whole number of bytes"});
    }
    sidecar.size = std::stoull(size->second.text);
  }
  return sidecar;
}

}  // namespace kpfd::hooks
