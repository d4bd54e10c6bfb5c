#ifndef KPFD_EMBEDDED_FILE_HPP
#define KPFD_EMBEDDED_FILE_HPP

#include <string_view>

namespace kpfd::embedded {

/// A file whose bytes were compiled in.
struct File {
  std::string_view name;     ///< path relative to the folder that was embedded, with '/'
  std::string_view content;  ///< its bytes
  std::string_view sha256;   ///< their hash, in hexadecimal
};

}  // namespace kpfd::embedded

#endif
