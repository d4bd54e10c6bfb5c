// What a check has to say: one finding a fact, with its place.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kpfd {

enum class Severity : std::uint8_t { info, warning, error };

/// `error`, `warning`, `info`.
constexpr std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
      break;
  }
  return "info";
}

/// What a check is about.
enum class Subject : std::uint8_t { file, line, structure, record, item };

constexpr std::string_view name_of(Subject subject) {
  constexpr std::array<std::string_view, 5> names = {"file", "line", "structure", "record", "item"};
  return names[static_cast<std::size_t>(subject)];
}

/// A document that must come with a record, as a union's profile says.
struct Attachment {
  std::string key;  ///< `attendance_record`
  std::string name;
  std::string name_en;
  std::uint32_t index = 0;  ///< of the profile's attachments, from 0
};

/// A check or a rule across items, by its stable id.
struct RuleInfo {
  std::string id;  ///< `DATE-EXISTS`
  Severity severity = Severity::error;
  std::string source;  ///< the clause it comes from
  /// Of a rule of the layouts: what it says of itself, in Japanese and in English, where the
  /// catalogues have no words for it, and what must hold, in the words of the rule language.
  std::string message{};
  std::string message_en{};
  std::string condition{};
  Subject subject = Subject::item;
  bool fixed = false;  ///< something stays unchecked behind it: no profile changes its severity
  Attachment attachment{};  ///< what the rule asks for; no key: it asks for nothing
};

/// The names that a message's typed parts go by: `{found}` in a catalogue.
enum class Part : std::uint8_t {
  found,          ///< what stands there: a number
  expected,       ///< what should: a number
  expected_text,  ///< what should: text of the schemas, in UTF-8
  other,          ///< a second number
  position,       ///< the place of a character in its item, in bytes from 1
  character,      ///< a code of Shift_JIS (lead << 8 | trail), shown as hexadecimal
  substitute,     ///< text in Shift_JIS to write instead
  count,          ///< how often
  era,            ///< name of an era, UTF-8
  year,           ///< a year in that era
  name,           ///< a name from the schemas, UTF-8
  name2,
  limit,
};
inline constexpr std::size_t part_kinds = 13;

/// The typed parts of a message. They never hold a value of a record, except under Part::found of
/// an amount or a date, which is shown only when asked for.
struct Parts {
  struct Entry {
    Part part = Part::found;
    bool is_text = false;
    std::int64_t number = 0;
    std::string_view text;
    std::string_view text_en{};  ///< the same in English; empty: as `text`
  };
  std::array<Entry, 6> entries{};
  std::uint8_t size = 0;

  Parts& add(Part part, std::int64_t number) {
    if (size < entries.size()) {
      entries[size++] = {part, false, number, {}};
    }
    return *this;
  }
  Parts& add(Part part, std::string_view text, std::string_view text_en = {}) {
    if (size < entries.size()) {
      entries[size++] = {part, true, 0, text, text_en};
    }
    return *this;
  }
};

/// The item that a finding is about, as its layout has it. Views into the schemas.
struct ItemName {
  std::string_view key;
  std::string_view name;
  std::string_view name_en;
  bool secret = false;  ///< a My Number: never shown, not even when values are asked for
};

/// One finding. All views live until the sink returns.
struct Finding {
  const RuleInfo* rule = nullptr;
  Severity severity = Severity::error;  ///< may differ from the rule's own by item or profile
  std::uint64_t line = 0;               ///< physical line from 1; 0: the whole file
  std::uint32_t item = 0;               ///< 項番 from 1; 0: the whole line
  std::string_view form;                ///< form code; "": no data record
  std::string_view form_name;
  std::string_view form_name_en;
  ItemName item_name;        ///< empty for item 0
  std::uint64_t offset = 0;  ///< bytes from the beginning of the file
  std::uint64_t length = 0;  ///< bytes in the file; 0: a place, not a run
  Parts parts;
  std::string_view hint;    ///< id of a cause that the catalogue explains (`excel-zeros`); "": none
  std::string_view value;   ///< the item's bytes, in Shift_JIS; shown only when asked for
  std::string_view reason;  ///< why a profile changed the severity, in Japanese; "": it did not
  std::string_view reason_en;
};

/// Takes findings as they are made. The library keeps none.
class FindingSink {
 public:
  virtual ~FindingSink() = default;
  virtual void finding(const Finding& finding) = 0;

 protected:
  FindingSink() = default;
  FindingSink(const FindingSink&) = default;
  FindingSink& operator=(const FindingSink&) = default;
};

}  // namespace kpfd
