#include <limits>

#include "kpfd/system/random.hpp"
#include "kpfd/system/windows.hpp"
// After it: it needs the types.
#include <bcrypt.h>

namespace kpfd::system {

bool fill_with_random(char* to, std::size_t size) {
  return size <= std::numeric_limits<ULONG>::max() &&
         ::BCryptGenRandom(nullptr, reinterpret_cast<PUCHAR>(to), static_cast<ULONG>(size),
                           BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0;
}

}  // namespace kpfd::system
