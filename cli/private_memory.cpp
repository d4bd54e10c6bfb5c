#include "cli/private_memory.hpp"

#ifdef __linux__

#include <malloc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include "kpfd/system/sanitizer.hpp"

#ifndef KPFD_HAS_SANITIZER

namespace kpfd::cli {

void forbid_dumps() {
  const rlimit none = {0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  // Where the system hands dumps to a program, it does so whatever the limit says; but not of a
  // process like this.
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

namespace {

/// From this size on whole pages are given back instead of written to: most of such a piece may
/// never have been used, and would be memory only once it is.
constexpr std::size_t large = std::size_t{64} << 10;

/// Empties what is in [begin, begin + size).
void wipe(char* begin, std::size_t size) noexcept {
  static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  if (size >= large) {
    const auto address = reinterpret_cast<std::uintptr_t>(begin);
    const std::size_t before = (page - address % page) % page;
    const std::size_t within = (size - before) / page * page;
    if (::madvise(begin + before, within, MADV_DONTNEED) == 0) {
      ::explicit_bzero(begin, before);
      ::explicit_bzero(begin + before + within, size - before - within);
      return;
    }
  }
  ::explicit_bzero(begin, size);
}

/// Names and numbers do not stay behind in memory that is nobody's: a service lives for months, and
/// what it had of a filing would wait there for a fault that shows it.
void wipe_and_free(void* memory) noexcept {
  if (memory != nullptr) {
    wipe(static_cast<char*>(memory), ::malloc_usable_size(memory));
    std::free(memory);
  }
}

}  // namespace

}  // namespace kpfd::cli

// clang knows these only where it is told to use them.
void operator delete(void* memory, std::size_t) noexcept;
void operator delete[](void* memory, std::size_t) noexcept;
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept;
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept;

// In place of the C++ library's own, whose `new` takes all its memory from malloc().
// NOLINTBEGIN(misc-new-delete-overloads)
void operator delete(void* memory) noexcept { kpfd::cli::wipe_and_free(memory); }
void operator delete[](void* memory) noexcept { kpfd::cli::wipe_and_free(memory); }
void operator delete(void* memory, std::size_t) noexcept { kpfd::cli::wipe_and_free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { kpfd::cli::wipe_and_free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { kpfd::cli::wipe_and_free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept {
  kpfd::cli::wipe_and_free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  kpfd::cli::wipe_and_free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  kpfd::cli::wipe_and_free(memory);
}
// NOLINTEND(misc-new-delete-overloads)

#else

namespace kpfd::cli {
void forbid_dumps() {}
}  // namespace kpfd::cli

#endif

#else

namespace kpfd::cli {
void forbid_dumps() {}
}  // namespace kpfd::cli

#endif
