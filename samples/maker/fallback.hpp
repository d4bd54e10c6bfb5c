// Items that no recipe speaks of.
#pragma once

#include "kpfd/layout/model.hpp"
#include "samples/maker/recipes.hpp"

namespace kpfd::samples {

/// What a record's layout alone tells of its items: values, lengths, types, dates. With it a form
/// that was added by its XML gets filings, too; what its rules across items want needs a recipe.
Definitions fallback_definitions(const layout::Record& record);

}  // namespace kpfd::samples
