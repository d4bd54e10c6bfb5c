// Whether a sanitizer is built in: it has a memory of its own, maps terabytes, reads files when it
// reports, and looks for leaks from another process.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
/// Defined where a sanitizer is built in.
#define KPFD_HAS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KPFD_HAS_SANITIZER 1
#endif

namespace kpfd::system {

#ifdef KPFD_HAS_SANITIZER
inline constexpr bool is_sanitized = true;
#else
inline constexpr bool is_sanitized = false;
#endif

}  // namespace kpfd::system
