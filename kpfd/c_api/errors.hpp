// What went wrong, at the border to C: exceptions inside, statuses and a text outside.
#pragma once

#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

#include "kpfd/kpfd.h"

namespace kpfd::c_api {

/// A call that is refused; what() is for people.
class Refusal : public std::runtime_error {
 public:
  Refusal(kpfd_status status, const std::string& why) : std::runtime_error(why), status_(status) {}
  kpfd_status status() const { return status_; }

 private:
  kpfd_status status_;
};

/// The text of this thread; allocates nothing, and cuts what is too long between two characters.
void set_last_error(std::string_view text) noexcept;
const char* last_error() noexcept;

/// The exception that is being handled => its status, and the text of this thread.
kpfd_status status_of_current_exception() noexcept;

/// Runs the body of a function of the C interface. Nothing that it throws gets out.
template <typename Body>
kpfd_status guarded(Body body) noexcept {
  try {
    body();
    return KPFD_OK;
  } catch (...) {
    return status_of_current_exception();
  }
}

/// Throws where a pointer is null.
inline void require(const void* pointer, const char* name) {
  if (pointer == nullptr) {
    throw Refusal(KPFD_E_ARGUMENT, std::string(name) + " is a null pointer");
  }
}

}  // namespace kpfd::c_api
