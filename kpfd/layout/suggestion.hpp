// Names that somebody may have meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kpfd::layout {

/// `; did you mean `a` or `b`?` for a name that is none of the known ones, or nothing. Only the
/// nearest ones are named, each once, three at most: `base_dyas` => `; did you mean `base_days`?`.
std::string suggestion(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace kpfd::layout
