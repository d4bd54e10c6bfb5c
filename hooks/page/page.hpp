// A page for people: once as HTML that stands by itself and prints well, once as plain text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kpfd::hooks {

/// How a page's first sentence sounds.
enum class Tone : std::uint8_t { good, bad, unknown };

/// What stands on a page, from top to bottom. Texts are plain UTF-8, whatever is in them.
class Page {
 public:
  /// `language`: `ja` or `en`.
  Page(std::string language, std::string title);

  /// The sentence that says all.
  void verdict(Tone tone, std::string text);
  void heading(std::string text);
  void smaller_heading(std::string text);
  void paragraph(std::string text);
  /// Labels and their values.
  void facts(std::vector<std::vector<std::string>> rows);
  /// A table below the names of its columns.
  void table(std::vector<std::string> columns, std::vector<std::vector<std::string>> rows);

  /// A whole document: valid HTML 5 that is XML, too; no script, nothing from elsewhere.
  std::string as_html() const;
  std::string as_text() const;

 private:
  enum class Kind : std::uint8_t { verdict, heading, smaller_heading, paragraph, facts, table };
  struct Block {
    Kind kind = Kind::paragraph;
    Tone tone = Tone::good;
    std::string text;
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
  };

  std::string language_;
  std::string title_;
  std::vector<Block> blocks_;
};

}  // namespace kpfd::hooks
