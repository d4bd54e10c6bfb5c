// What the files for Windows have in common: texts, names of files, handles, errors. No other file
// includes it.
#pragma once

// The system's names, and how it is asked for few of them.
// NOLINTBEGIN(readability-identifier-naming,cppcoreguidelines-macro-usage)
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#ifndef NOMINMAX
#define NOMINMAX
#endif
// NOLINTEND(readability-identifier-naming,cppcoreguidelines-macro-usage)
#include <windows.h>

#include <string>
#include <string_view>
#include <utility>

namespace kpfd::system {

/// UTF-8 => UTF-16 and back. What is not well-formed becomes U+FFFD, which no file is called.
std::wstring wide(std::string_view text);
std::string narrow(std::wstring_view text);

/// A path in UTF-8 => the name that the system's functions take: those beyond 247 characters get
/// the prefix that lifts the limit of 260.
std::wstring file_name(std::string_view path);

/// A name from its drive or share on: `C:\a\b`, `\\.\CON`.
std::wstring whole_name(const std::wstring& name);

/// The errno that comes nearest to an error of the system.
int errno_of(DWORD error);

/// An error in words, in the language that Windows has.
std::string message_of(DWORD error);

/// Owns a handle of the system.
class Handle {
 public:
  explicit Handle(HANDLE value = INVALID_HANDLE_VALUE) : value_(value) {}
  Handle(Handle&& other) noexcept : value_(std::exchange(other.value_, INVALID_HANDLE_VALUE)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (is_open()) {
      ::CloseHandle(value_);
    }
  }
  HANDLE get() const { return value_; }
  /// From now on somebody else closes it.
  HANDLE release() { return std::exchange(value_, INVALID_HANDLE_VALUE); }
  bool is_open() const { return value_ != INVALID_HANDLE_VALUE && value_ != nullptr; }

 private:
  HANDLE value_;
};

/// Opens a file for reading, whoever else has it open; a program that forbids that is error
/// ERROR_SHARING_VIOLATION. A pipe's server does not get to act for the user.
Handle open_to_read(const std::wstring& name);

/// A new file of one's own in the folder for temporary files, which is gone when its handle is
/// closed or the process ends.
Handle open_temporary();

/// Reads by place; `got` is 0 at the end. False: see GetLastError.
bool read_at(HANDLE file, unsigned long long offset, char* to, std::size_t size, std::size_t& got);

/// Writes all behind what was written before. False: see GetLastError.
bool write_all(HANDLE file, std::string_view bytes);

}  // namespace kpfd::system
