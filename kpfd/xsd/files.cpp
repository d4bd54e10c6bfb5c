#include "kpfd/xsd/files.hpp"

#include <algorithm>

namespace kpfd::xsd {

namespace fs = std::filesystem;

bool is_below(const fs::path& path, const fs::path& folder) {
  const auto [rest, unused] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return rest == folder.end();
}

}  // namespace kpfd::xsd
