#include "hooks/intake/keys.hpp"

#include <array>

#include "converters/ingest/identity.hpp"
#include "hooks/intake/words.hpp"
#include "kpfd/system/random.hpp"

namespace kpfd::hooks {

std::string random_receipt() {
  std::array<char, 16> bytes{};
  if (!system::fill_with_random(bytes.data(), bytes.size())) {
    throw SetupError("the system gives no random bytes");
  }
  return converters::receipt_of({bytes.data(), bytes.size()});
}

}  // namespace kpfd::hooks
