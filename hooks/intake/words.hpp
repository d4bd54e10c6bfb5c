// The words of programs that take files in, for people, in both languages.
#pragma once

#include <stdexcept>

#include "kpfd/sources/words.hpp"

namespace kpfd::hooks {

using kpfd::Words;

/// What a run was given (schemas, profile, key, day) cannot be used; what() is for people.
class SetupError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace kpfd::hooks
