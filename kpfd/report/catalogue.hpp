// schemas/messages/*.xml => the words of a language: what a finding says, and the report's own
// phrases.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kpfd/finding.hpp"

namespace kpfd::report {

/// Shown in place of an item that is secret, whatever the options say.
inline constexpr std::string_view secret_mask = "************";

/// What a `{placeholder}` of a template stands for. The first ones are the Parts, in their order.
enum class Slot : std::uint8_t {
  found,
  expected,
  expected_text,
  other,
  position,
  character,
  substitute,
  count,
  era,
  year,
  name,
  name2,
  limit,
  difference,  ///< found - expected, where both are numbers
  item,        ///< the item's name
  number,      ///< 項番
  form,        ///< the form's name
  form_code,
  id,    ///< of the check or rule
  file,  ///< this one and the following: in phrases of the report only
  line,
  errors,
  warnings,
  text,
  condition,  ///< what a rule demands, in its own words
  hash,       ///< of a profile
};
inline constexpr std::size_t slot_kinds = 26;

/// How a placeholder's value is written: `{limit:amount}`, `{expected_text:lengths}`.
enum class Format : std::uint8_t {
  plain,    ///< numbers in decimal, text as it is
  code,     ///< hexadecimal, two or four digits: what {character} gets unasked
  amount,   ///< 20,971,520
  date,     ///< a number of days since 1970-01-01, as CivilDate has it
  lengths,  ///< `0|4` => 4バイト（または空）
  values,   ///< `1|3|5..7` => 1、3、5～7
  choice,   ///< `36, 37` => 36または37
  phrase,   ///< `{found:line-end-}`: the phrase `line-end-2`; without such a phrase as plain
};

/// Whether the text goes to people or into a JSON string.
enum class Escape : std::uint8_t { none, json };

struct RenderOptions {
  /// Amounts and dates that a rule across items compared are shown, and values of items.
  bool show_values = false;
  Escape escape = Escape::none;
};

/// What the catalogue says of a check or a rule, for `kpfd explain`: placeholders stand as ‹place›.
struct Explanation {
  std::string title;
  std::string text;  ///< what is wrong
  std::string why;   ///< how it comes about; empty: nothing to say
  std::string fix;   ///< what to do
  std::string good;  ///< a made-up example; empty: none
  std::string bad;
};

/// A text with placeholders, taken apart once. Made by Catalogue::load.
///
/// `[[…]]` is left out where a placeholder in it has no value; `[[…||…]]` takes the second text
/// then, or nothing if that one lacks a value too. A number always is a value, an empty text never.
struct Template {
  struct Piece {
    enum class Kind : std::uint8_t { literal, value, option };
    Kind kind = Kind::literal;
    Slot slot = Slot::found;
    Format format = Format::plain;
    /// Of an option: index of the first piece of its second text, and of the piece behind it.
    std::uint32_t second = 0;
    std::uint32_t end = 0;
    std::string text;  ///< a literal, or the prefix of Format::phrase
    std::string json;  ///< the literal inside a JSON string
  };
  std::vector<Piece> pieces;

  bool empty() const { return pieces.empty(); }
};

/// The texts of one check or rule. An empty template says nothing.
struct Message {
  Template title;
  Template text;
  Template why;
  Template fix;
  std::string good;
  std::string bad;
  /// {found}, {expected} and {other} are what the machine itself counts (bytes, columns, offices)
  /// and may always be shown. What a rule across items compares are values of a record.
  bool counts_only = false;
};

/// What is known of a cause (Finding::hint). Its reason stands for the message's, its remedy too
/// unless it is empty.
struct Cause {
  Template why;
  Template fix;
};

/// The words of one language. Immutable once loaded; any number of threads may render with it.
class Catalogue {
 public:
  /// One value of a phrase of the report.
  struct Argument {
    Slot slot = Slot::text;
    std::int64_t number = 0;
    std::string_view text;
    bool is_text = false;

    Argument(Slot s, std::string_view t) : slot(s), text(t), is_text(true) {}
    Argument(Slot s, std::uint64_t n) : slot(s), number(static_cast<std::int64_t>(n)) {}
  };

  /// Reads a file of schemas/messages/. Nothing of `xml` is kept; `file_name` is for errors only.
  ///
  ///     <messages lang="ja" gap="">
  ///       <message id="LENGTH"> <title/> <text/> <why/> <fix/> <good/> <bad/> </message>
  ///       <cause id="excel-zeros"> <why/> <fix/> </cause>
  ///       <phrase id="severity-error">エラー</phrase>
  ///     </messages>
  ///
  /// `gap` stands between two sentences. Throws layout::SchemaError, with its place, for XML that
  /// is no XML, UTF-8 that is no UTF-8, control characters, unknown elements, attributes,
  /// placeholders and formats, brackets without a partner, ids said twice, and phrases of the
  /// report that are missing.
  static Catalogue load(std::string_view xml, std::string_view file_name);

  /// The same for a file that is known to be right, such as an embedded one, which the tests load:
  /// a message, cause or phrase is read when it is asked for first. Most runs need few of them.
  /// `xml` outlives the catalogue.
  static Catalogue load_known(std::string_view xml, std::string_view file_name);

  /// `ja`, `en`.
  const std::string& language() const { return language_; }

  /// The texts of a check or rule, or nullptr.
  const Message* find(std::string_view id) const;

  /// The texts of a cause, or nullptr.
  const Cause* find_cause(std::string_view id) const;

  /// Every check and rule that has texts, in the order of the ids.
  std::vector<std::string_view> ids() const;

  /// For `kpfd explain`; nothing for an id without texts.
  std::optional<Explanation> explain(std::string_view id) const;

  /// Finding => the item it is about, what is wrong, why and what to do, in whole sentences.
  /// Appends to `out`, and allocates nothing else. A rule without texts
  /// says what it says of itself (RuleInfo), or else its id and what must hold.
  void render(const Finding& finding, RenderOptions options, std::string& out) const;

  /// The three parts of the above, each by itself; nothing is appended where there is nothing to
  /// say.
  void render_text(const Finding& finding, RenderOptions options, std::string& out) const;
  void render_why(const Finding& finding, RenderOptions options, std::string& out) const;
  void render_fix(const Finding& finding, RenderOptions options, std::string& out) const;

  /// The short name of the finding's rule.
  void render_title(const Finding& finding, RenderOptions options, std::string& out) const;

  /// One of the report's own phrases; nothing for an unknown id.
  void phrase(std::string_view id, std::initializer_list<Argument> arguments,
              std::string& out) const;

  /// The pieces of a phrase, or nullptr.
  const Template* find_phrase(std::string_view id) const;

  /// The text in this language; the Japanese one where there is no other.
  std::string_view chosen(std::string_view ja, std::string_view en) const {
    return language_ == "ja" || en.empty() ? ja : en;
  }

  /// The item's and the form's name in this language.
  std::string_view item_name(const Finding& finding) const;
  std::string_view form_name(const Finding& finding) const;

  /// What the finding's rule says of itself in the layouts, for a rule without texts here.
  std::string_view own_message(const Finding& finding) const;

 private:
  /// Lets a map of strings be searched with a view.
  struct IdHash {
    // The standard library asks for this name. NOLINTNEXTLINE(readability-identifier-naming)
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>{}(id); }
  };
  template <typename Entry>
  using ById = std::unordered_map<std::string, Entry, IdHash, std::equal_to<>>;

  Catalogue() = default;
  static Catalogue read(std::string_view xml, std::string_view file_name, bool whole);

  /// What is to be said of a finding: a known cause stands for its message's reason and remedy.
  struct Words {
    const Message* message = nullptr;
    const Template* why = nullptr;
    const Template* fix = nullptr;
  };
  Words words_of(const Finding& finding) const;

  std::string language_;
  std::string gap_;
  Message unknown_;  ///< of a rule that has no texts
  /// Messages, causes and phrases, and the XML that they are read from.
  struct Texts;
  std::shared_ptr<const Texts> texts_;
};

}  // namespace kpfd::report
