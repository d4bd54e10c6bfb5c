#include "kpfd/c_api/errors.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "kpfd/source.hpp"

namespace kpfd::c_api {

namespace {

/// Of a fixed size: what is to be said when there is no memory needs none.
constexpr std::size_t text_size = 4096;
thread_local std::array<char, text_size> text{};

kpfd_status say(kpfd_status status, std::string_view why) noexcept {
  set_last_error(why);
  return status;
}

}  // namespace

void set_last_error(std::string_view why) noexcept {
  std::size_t size = std::min(why.size(), text.size() - 1);
  // Not in the middle of a character: its later bytes begin with the bits 10.
  while (size > 0 && size < why.size() &&
         (static_cast<unsigned char>(why[size]) & 0xC0U) == 0x80U) {
    --size;
  }
  std::memcpy(text.data(), why.data(), size);
  text[size] = '\0';
}

const char* last_error() noexcept { return text.data(); }

kpfd_status status_of_current_exception() noexcept {
  try {
    throw;
  } catch (const Refusal& refusal) {
    return say(refusal.status(), refusal.what());
  } catch (const SourceError& error) {
    return say(KPFD_E_READ, error.what());
  } catch (const std::bad_alloc&) {
    return say(KPFD_E_MEMORY, "no memory");
  } catch (const std::exception& error) {
    return say(KPFD_E_INTERNAL, error.what());
  } catch (...) {
    return say(KPFD_E_INTERNAL, "a callback has thrown an exception");
  }
}

}  // namespace kpfd::c_api
