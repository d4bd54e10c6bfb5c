#ifndef KPFD_EMBEDDED_FILE_HPP
#define KPFD_EMBEDDED_FILE_HPP

#include <cstddef>
#include <string_view>

namespace kpfd::embedded {

/// A file whose bytes were compiled in.
struct File {
  std::string_view name;     ///< path relative to the folder that was embedded, with '/'
  std::string_view content;  ///< its bytes
};

/// A file whose bytes were packed (packing.hpp) and compiled in.
struct PackedFile {
  std::string_view name;
  std::string_view packed;
  std::size_t size;  ///< of its bytes
};

}  // namespace kpfd::embedded

#endif
