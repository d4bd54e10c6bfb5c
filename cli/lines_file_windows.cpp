// What lines_file_posix.cpp does, for Windows.

#include "cli/context.hpp"
#include "cli/lines_file.hpp"
#include "kpfd/system/windows.hpp"

namespace kpfd::cli {

LinesFile::LinesFile(std::string_view option, const std::string& path) {
  // With this right alone the system adds at the end, wherever that is by then. It may be read, and
  // be given another name, in the meantime.
  const HANDLE file =
      ::CreateFileW(system::file_name(path).c_str(), FILE_APPEND_DATA | SYNCHRONIZE,
                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_ALWAYS,
                    FILE_ATTRIBUTE_NORMAL | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, nullptr);
  if (file == INVALID_HANDLE_VALUE) {
    throw CommandError(std::string(option) + ' ' + path + ": " +
                       system::message_of(::GetLastError()));
  }
  file_ = reinterpret_cast<std::intptr_t>(file);
}

LinesFile::~LinesFile() { ::CloseHandle(reinterpret_cast<HANDLE>(file_)); }

bool LinesFile::add(std::string line) const {
  line += '\n';
  DWORD count = 0;
  return ::WriteFile(reinterpret_cast<HANDLE>(file_), line.data(), static_cast<DWORD>(line.size()),
                     &count, nullptr) != FALSE &&
         count == line.size();
}

}  // namespace kpfd::cli
