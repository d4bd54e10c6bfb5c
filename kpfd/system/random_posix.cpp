#include <sys/random.h>
#include <sys/types.h>

#include "kpfd/system/random.hpp"

namespace kpfd::system {

bool fill_with_random(char* to, std::size_t size) {
  return ::getrandom(to, size, 0) == static_cast<ssize_t>(size);
}

}  // namespace kpfd::system
