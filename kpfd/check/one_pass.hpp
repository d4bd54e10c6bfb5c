// A large file in one pass, where its encoding can be guessed from its beginning.
//
// The encoding is a fact about all bytes of a file, so a check reads it twice: a survey, then the
// lines. Nearly every large file is Shift_JIS from the first piece to the last. Here its lines are
// checked while it is surveyed; nothing leaves before the survey has ended, and if it ends
// otherwise than was taken for granted, nothing has happened and the file is checked in two passes.
#pragma once

#include <optional>

#include "kpfd/check/schemas.hpp"
#include "kpfd/engine.hpp"

namespace kpfd::check {

/// The check in one pass; nothing if the file is small, of no known size, not surely Shift_JIS, or
/// has more findings than are kept back. Gives what FilingChecker::run() would give.
std::optional<Summary> check_in_one_pass(const Schemas& schemas, Source& source,
                                         const CheckOptions& options, FindingSink& sink);

}  // namespace kpfd::check
