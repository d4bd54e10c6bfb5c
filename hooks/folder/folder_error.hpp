// A folder that cannot be used, on every system.
#pragma once

#include <stdexcept>

namespace kpfd::hooks {

/// A folder could not be used; what() is for the people whose folder it is.
class FolderError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace kpfd::hooks
