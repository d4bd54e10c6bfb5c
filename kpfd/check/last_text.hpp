// A text that is likely to come again.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace kpfd::check {

/// Remembers a text to compare others with; one of up to 16 bytes costs no call. Texts may be read
/// up to 7 bytes beyond their end, as those of Cells.
class LastText {
 public:
  void remember(std::string_view text) {
    known_ = true;
    words_ = words_of(text);
    text_ = text;
  }
  void forget() { known_ = false; }

  bool is(std::string_view text) const {
    if (!known_ || text.size() != text_.size()) {
      return false;
    }
    if (text.size() > most_short) {
      return text == text_;
    }
    const Words words = words_of(text);
    return ((words.first ^ words_.first) | (words.last ^ words_.last)) == 0;
  }

 private:
  static constexpr std::size_t word_size = sizeof(std::uint64_t);
  static constexpr std::size_t most_short = 2 * word_size;

  struct Words {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
  };

  static std::uint64_t load(const char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
  }
  /// The first eight bytes and the last eight; fewer are pushed up, so that what stands behind them
  /// is gone.
  static Words words_of(std::string_view text) {
    if (text.empty()) {
      return {};
    }
    if (text.size() <= word_size) {
      return {load(text.data()) << (8 * (word_size - text.size())), 0};
    }
    return {load(text.data()), load(text.data() + text.size() - word_size)};
  }

  bool known_ = false;
  Words words_;
  std::string text_;
};

}  // namespace kpfd::check
