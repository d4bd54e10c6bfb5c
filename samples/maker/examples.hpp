// Examples of single items: how one may be written, and how it must not be.
#pragma once

#include <string>

#include "kpfd/engine.hpp"
#include "samples/maker/maker.hpp"

namespace kpfd::samples {

/// Made-up texts of an item, in UTF-8. "" where there is none: an item that is always empty has no
/// good one.
struct ItemExample {
  std::string good;
  std::string bad;
  std::string bad_rule;  ///< id of the check or rule that finds the bad one
};

/// Looks for them in made-up filings of one record, and holds each against the check itself. With
/// the good text there is no error at the item; where no made-up record has the item, it is that of
/// a rule's own example. With the bad text there is an error: of the item's own checks if there is
/// any, since it can be seen from the text alone; else one of a rule, else a warning.
ItemExample example_of(const Engine& engine, const Kitchen& kitchen, const layout::Record& record,
                       const layout::Item& item);

}  // namespace kpfd::samples
