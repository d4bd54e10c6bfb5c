// What every command has in common: language and exit status; schemas and clock are those of
// hooks/intake/.
#pragma once

#include <stdexcept>
#include <string>

#include "hooks/intake/clock.hpp"
#include "hooks/intake/schema_set.hpp"
#include "hooks/intake/words.hpp"

namespace kpfd::cli {

/// Exit statuses of every command.
enum Exit : int {
  good = 0,       ///< no error; warnings may stand
  bad = 1,        ///< at least one error in a file
  unchecked = 2,  ///< the check could not be done: usage, unreadable, internal
};

/// Something that ends the command with Exit::unchecked; what() is for people.
class CommandError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using hooks::check_date_of;
using hooks::report_options_of;
using hooks::SchemaSet;
using hooks::today_in_japan;
using hooks::Words;

}  // namespace kpfd::cli
