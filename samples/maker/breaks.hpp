// Filings with one fault: `kpfd sample --break RULE[@ITEM]`.
//
// What breaks a rule is searched for: candidate changes of a good filing, each looked at by the
// check itself, until one gives this finding and no other. So a rule that is added by its XML can
// be broken without a word here.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/engine.hpp"
#include "samples/maker/maker.hpp"

namespace kpfd::samples {

/// What is to be found.
struct Fault {
  std::string rule;
  std::string item;  ///< key or number; empty: anywhere

  /// `MONTH-SUM@sum_1` => rule and item.
  static Fault parse(std::string_view text);
};

struct BrokenFiling {
  std::string bytes;
  std::string file_name;      ///< under which it gives the finding
  bool name_matters = false;  ///< under another name it does not
  CivilDate as_of;            ///< the check date with which it does
};

/// schemas/samples/breaks.xml: what the search cannot know.
struct BreakNotes {
  std::map<std::string, std::vector<std::string>>
      hints;  ///< rule => `key=value key=value`, changes to try
  std::map<std::string, std::vector<std::string>> companions;  ///< rule => rules that come with it
  std::map<std::string, std::string> impossible;               ///< rule => reason
};

inline constexpr std::string_view breaks_file = "samples/breaks.xml";

/// Throws layout::SchemaError.
BreakNotes load_break_notes(const std::vector<Engine::SchemaFile>& files);

/// Makes broken filings. It keeps references to all three.
class Breaker {
 public:
  Breaker(const Engine& engine, const Kitchen& kitchen, const BreakNotes& notes)
      : engine_(engine), kitchen_(kitchen), notes_(notes) {}

  /// A filing as the options say that gives the fault once, and nothing else but what comes with it
  /// (BreakNotes) and what the options bring by themselves (FILE-UTF8, OFFICE-COUNT-MANY). Where
  /// the options name no destination, the first one is taken that the rule is for. Throws
  /// SampleError where there is no such filing.
  BrokenFiling make(const SampleOptions& options, const Fault& fault) const;

 private:
  /// The options for each receiver that may break the rule, with the forms that have it.
  std::vector<SampleOptions> choices_of(const SampleOptions& options, const Fault& fault) const;

  const Engine& engine_;
  const Kitchen& kitchen_;
  const BreakNotes& notes_;
};

}  // namespace kpfd::samples
