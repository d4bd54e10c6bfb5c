#include <cerrno>

#include "converters/store/store.hpp"
#include "converters/store/store_file.hpp"
#include "kpfd/system/windows.hpp"

namespace kpfd::converters {

void make_store_file(const std::string& path) {
  // Who may read it is said by its folder.
  const system::Handle file(
      ::CreateFileW(system::file_name(path).c_str(), GENERIC_READ | GENERIC_WRITE,
                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_ALWAYS,
                    FILE_ATTRIBUTE_NORMAL | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, nullptr));
  if (!file.is_open()) {
    const DWORD error = ::GetLastError();
    throw StoreError(system::errno_of(error) == ENOSPC ? StoreFault::full : StoreFault::unreachable,
                     path, system::message_of(error));
  }
}

}  // namespace kpfd::converters
