// The list of all checks and rules, with what they mean and where they stand, for people and for
// programs.
//
//   Engine, catalogues => Rulebook => Markdown, JSON
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kpfd/engine.hpp"
#include "kpfd/report/catalogue.hpp"

namespace kpfd::rulebook {

/// An item that a rule can have something to say at.
struct ItemPlace {
  std::uint16_t number = 0;  ///< 項番
  std::string key;
};

/// A form, or a line around the records, that a rule is asked in.
struct Place {
  std::string form;                    ///< form code; "" for a header line
  std::string line;                    ///< `record`, `media`, `count`, `office`
  std::vector<std::string> receivers;  ///< all for whom the same holds
  std::string since;  ///< the first edition of the form that has it; "" for a header
  std::string severity;
  std::string source;
  std::vector<ItemPlace> items;  ///< none: the line as a whole
  std::string condition;         ///< of a rule of the layouts: what must hold
  std::string attachment;        ///< key of the document that a profile asks for; "": none
};

/// What a rule means, in one language.
struct Meaning {
  std::string title;
  std::string text;
  std::string why;
  std::string fix;
};

struct Entry {
  std::string id;
  bool builtin = false;  ///< a check of the machine itself, not a rule of the layouts
  std::string scope;     ///< `file`, `line`, `structure`, `record`, `item`
  std::string severity;
  std::string source;      ///< the clause, without its marks
  std::string confidence;  ///< its marks: `A`, `AD`
  std::string since;       ///< the first edition that has it
  Meaning ja;
  Meaning en;
  std::vector<Place> places;  ///< none: the file as a whole, or any line
  /// Another severity that a profile gives to its findings.
  struct Change {
    std::string severity;            ///< or `off`
    std::vector<std::string> forms;  ///< codes; none: all that the profile takes
    std::string item;                ///< key; "": all
    std::string reason;
    std::string reason_en;
  };
  std::vector<Change> changes;
};

/// A form as the list names it.
struct Form {
  struct Item {
    std::uint16_t number = 0;
    std::string key;
    std::string name;
    std::string name_en;
    std::string since;                   ///< the first edition that has it
    std::vector<std::string> receivers;  ///< whose files have it
  };
  std::string code;
  std::string key;
  std::string name;
  std::string name_en;
  std::vector<std::string> editions;
  std::vector<Item> items;
  /// Expressions that its rules call by a name.
  struct Name {
    std::string name;
    std::string expression;
  };
  std::vector<Name> names;
};

struct Rulebook {
  std::string schemas;  ///< the schemas' edition
  std::string rules;    ///< their hash
  /// The profile that the engine checks with; without key: none.
  struct Profile {
    std::string key;
    std::string edition;
    std::string sha256;
    std::string name;
    std::string name_en;
  };
  Profile profile;
  std::vector<Form> forms;
  std::vector<Entry> entries;  ///< built-in ones first, each part in its own order
};

/// Gathers all that the schemas say of checks and rules. Nothing of the arguments is kept.
Rulebook make_rulebook(const Engine& engine, const report::Catalogue& ja,
                       const report::Catalogue& en);

/// A page for people, in Markdown: Japanese and English side by side.
std::string to_markdown(const Rulebook& rulebook);

/// The same for programs. Its members are described in docs/migration.md.
std::string to_json(const Rulebook& rulebook);

}  // namespace kpfd::rulebook
