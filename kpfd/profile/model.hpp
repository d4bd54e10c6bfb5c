// What a union's profile says, as plain data. Nothing here knows a union, a form or an item: a
// profile is whatever its XML says.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kpfd/digest/sha256.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::profile {

/// Form codes; none: every form that the profile takes.
using Forms = std::vector<std::string>;

/// The form of the union's office numbers, beside what the layouts say of them.
struct OfficeNumber {
  layout::Type type = layout::Type::alphanumeric;
  layout::Lengths lengths;
  std::vector<std::string> begins;   ///< one of these stands at the beginning; none: anything
  std::string begins_text;           ///< as declared: `1|20`
  bool in_media_record = true;       ///< line 1 is asked too, not the office records alone
  std::optional<Severity> severity;  ///< none: that of checks.xml
  layout::Place place;

  /// Whether a number has this form. Allocates nothing.
  bool holds(std::string_view number) const;
};

/// The union's offices. The profile names a file; whoever reads the profile gives its bytes.
struct Roster {
  std::string file;                  ///< relative to the profile's folder
  std::vector<std::string> numbers;  ///< sorted, each once
  bool in_media_record = true;
  std::optional<Severity> severity;
  layout::Place place;

  /// Allocates nothing.
  bool has(std::string_view number) const;
};

/// A table of what a union knows of its offices, insured persons or senders. The profile names a
/// file; the check never asks for it.
struct TableFile {
  std::string file;  ///< relative to the profile's folder
  layout::Place place;
};

struct TakenForms {
  std::vector<std::string> codes;
  std::optional<Severity> others;  ///< of a record of another form
  layout::Place place;
};

/// What an item of the union's own means and takes. What is not said stays as the layouts say.
struct ItemChange {
  std::string key;
  Forms forms;
  std::string name;
  std::string name_en;
  std::string meaning;
  std::optional<layout::Type> type;
  std::optional<layout::Lengths> lengths;
  std::optional<layout::Need> need;
  std::optional<layout::Values> values;
  std::optional<layout::Values> refused;
  std::optional<bool> zeros_refused;
  layout::Place place;
};

/// Another severity for the findings of a rule.
struct Override {
  std::string rule;
  std::string item;  ///< key; "": at every item
  Forms forms;
  std::optional<Severity> to;  ///< none: off
  std::string reason;
  std::string reason_en;
  layout::Place place;

  /// How much it names: of two for one finding the one that names more decides.
  int conditions() const { return (item.empty() ? 0 : 1) + (forms.empty() ? 0 : 1); }
};

/// A named expression, or a document that a record needs where a condition holds.
struct Text {
  Forms forms;
  layout::RuleText rule;  ///< the id of an attachment is its key
  Attachment attachment;  ///< not of a named expression
};

struct Profile {
  std::string file;
  std::string key;
  std::string edition;
  /// Over the bytes of its file and then those of the roster, in 64 hexadecimal digits: where it
  /// and the hash of the rules are the same, so is the verdict.
  std::string sha256;
  digest::Sha256 file_digest;  ///< of its file alone
  std::string number;          ///< of the union
  std::string name;
  std::string name_en;
  std::optional<OfficeNumber> office_number;
  std::optional<Roster> roster;
  std::vector<TableFile> tables;     ///< in the order of the file
  std::optional<TableFile> senders;  ///< which certificate may file for which offices
  std::optional<TakenForms> taken;
  std::vector<ItemChange> items;
  std::vector<Override> overrides;
  std::vector<Text> texts;  ///< in the order of the file
  layout::Place place;

  bool takes(std::string_view form) const;
};

}  // namespace kpfd::profile
