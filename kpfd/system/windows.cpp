#include "kpfd/system/windows.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>

namespace kpfd::system {

namespace {

constexpr std::size_t most_at_once = std::size_t{1} << 30;

/// Beyond this many characters a name needs the prefix; for folders the limit is 248.
constexpr std::size_t longest_plain_name = 247;

/// ERROR_DISK_QUOTA_EXCEEDED, which the headers have not.
constexpr DWORD quota_exceeded = 1295;

constexpr std::wstring_view long_prefix = LR"(\\?\)";
constexpr std::wstring_view share_prefix = LR"(\\)";

bool begins_with(std::wstring_view text, std::wstring_view with) {
  return text.substr(0, with.size()) == with;
}

}  // namespace

std::wstring wide(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  const int bytes = static_cast<int>(std::min(text.size(), most_at_once));
  const int size = ::MultiByteToWideChar(CP_UTF8, 0, text.data(), bytes, nullptr, 0);
  std::wstring result(static_cast<std::size_t>(size), L'\0');
  ::MultiByteToWideChar(CP_UTF8, 0, text.data(), bytes, result.data(), size);
  return result;
}

std::string narrow(std::wstring_view text) {
  if (text.empty()) {
    return {};
  }
  const int units = static_cast<int>(std::min(text.size(), most_at_once));
  const int size =
      ::WideCharToMultiByte(CP_UTF8, 0, text.data(), units, nullptr, 0, nullptr, nullptr);
  std::string result(static_cast<std::size_t>(size), '\0');
  ::WideCharToMultiByte(CP_UTF8, 0, text.data(), units, result.data(), size, nullptr, nullptr);
  return result;
}

std::wstring whole_name(const std::wstring& name) {
  const DWORD size = ::GetFullPathNameW(name.c_str(), 0, nullptr, nullptr);
  std::wstring whole(size, L'\0');
  whole.resize(::GetFullPathNameW(name.c_str(), size, whole.data(), nullptr));
  return whole;
}

std::wstring file_name(std::string_view path) {
  std::wstring name = wide(path);
  if (name.size() <= longest_plain_name || begins_with(name, long_prefix)) {
    return name;
  }
  name = whole_name(name);
  if (begins_with(name, share_prefix)) {
    return std::wstring(long_prefix).append(L"UNC").append(name, 1);
  }
  return std::wstring(long_prefix).append(name);
}

int errno_of(DWORD error) {
  switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_PATHNAME:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME:
    case ERROR_INVALID_DRIVE:
    case ERROR_DIRECTORY:
      return ENOENT;
    case ERROR_FILE_EXISTS:
    case ERROR_ALREADY_EXISTS:
      return EEXIST;
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
      return EACCES;
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
    case ERROR_USER_MAPPED_FILE:
      return EBUSY;
    case ERROR_WRITE_PROTECT:
      return EROFS;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
    case quota_exceeded:
      return ENOSPC;
    case ERROR_FILE_TOO_LARGE:
      return EFBIG;
    case ERROR_BROKEN_PIPE:
    case ERROR_NO_DATA:
      return EPIPE;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
      return ENOMEM;
    case ERROR_TOO_MANY_OPEN_FILES:
      return EMFILE;
    default:
      return EIO;
  }
}

std::string message_of(DWORD error) {
  std::array<wchar_t, 512> text{};
  const DWORD size = ::FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
                                      nullptr, error, 0, text.data(), text.size(), nullptr);
  std::wstring_view message(text.data(), size);
  while (!message.empty() && (message.back() <= L' ' || message.back() == L'.')) {
    message.remove_suffix(1);
  }
  return message.empty() ? "Windows error " + std::to_string(error) : narrow(message);
}

Handle open_to_read(const std::wstring& name) {
  return Handle(::CreateFileW(
      name.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
      OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, nullptr));
}

Handle open_temporary() {
  constexpr int most_names = 100;
  static std::atomic<unsigned> counter{0};
  std::array<wchar_t, MAX_PATH + 1> folder{};
  const DWORD size = ::GetTempPathW(folder.size(), folder.data());
  for (int i = 0; i < most_names; ++i) {
    const std::wstring name = std::wstring(folder.data(), size) + L"kpfd-" +
                              wide(std::to_string(::GetCurrentProcessId())) + L'-' +
                              wide(std::to_string(counter.fetch_add(1))) + L".tmp";
    Handle file(::CreateFileW(name.c_str(), GENERIC_READ | GENERIC_WRITE | DELETE,
                              FILE_SHARE_DELETE, nullptr, CREATE_NEW,
                              FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, nullptr));
    if (file.is_open() || ::GetLastError() != ERROR_FILE_EXISTS) {
      return file;
    }
  }
  return Handle();
}

bool read_at(HANDLE file, unsigned long long offset, char* to, std::size_t size, std::size_t& got) {
  OVERLAPPED place{};
  place.Offset = static_cast<DWORD>(offset);
  place.OffsetHigh = static_cast<DWORD>(offset >> 32U);
  DWORD count = 0;
  const bool good = ::ReadFile(file, to, static_cast<DWORD>(std::min(size, most_at_once)), &count,
                               &place) != FALSE ||
                    ::GetLastError() == ERROR_HANDLE_EOF;
  got = count;
  return good;
}

bool write_all(HANDLE file, std::string_view bytes) {
  while (!bytes.empty()) {
    DWORD count = 0;
    if (::WriteFile(file, bytes.data(), static_cast<DWORD>(std::min(bytes.size(), most_at_once)),
                    &count, nullptr) == FALSE) {
      return false;
    }
    bytes.remove_prefix(count);
  }
  return true;
}

}  // namespace kpfd::system
