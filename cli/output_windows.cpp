// What output_posix.cpp does, for Windows. A console gets characters, whatever its code page is;
// everything else gets the bytes.

#include <algorithm>
#include <array>
#include <string>

#include "cli/context.hpp"
#include "cli/output.hpp"
#include "kpfd/system/windows.hpp"

namespace kpfd::cli {

namespace {

/// What a console takes at once; more than some 30,000 characters fail on older systems.
constexpr std::size_t most_at_once = 8192;

HANDLE handle_of(int descriptor) {
  return ::GetStdHandle(descriptor == 2 ? STD_ERROR_HANDLE : STD_OUTPUT_HANDLE);
}

bool is_console(HANDLE handle) {
  DWORD mode = 0;
  return ::GetConsoleMode(handle, &mode) != FALSE;
}

/// How many bytes at the end are the beginning of a character that is not whole.
std::size_t unfinished(std::string_view bytes) {
  constexpr std::size_t longest = 4;
  for (std::size_t back = 1; back < longest && back <= bytes.size(); ++back) {
    const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
    if (byte >= 0xC0U) {
      const std::size_t wanted = byte >= 0xF0U ? 4 : byte >= 0xE0U ? 3 : 2;
      return wanted > back ? back : 0;
    }
    if (byte < 0x80U) {
      return 0;
    }
  }
  return 0;
}

/// Writes UTF-8 to a console. A character may come in two pieces.
bool write_console(HANDLE console, std::string& begun, std::string_view bytes) {
  begun.append(bytes);
  const std::size_t rest = unfinished(begun);
  const std::wstring text = system::wide(std::string_view(begun).substr(0, begun.size() - rest));
  begun.erase(0, begun.size() - rest);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t count = std::min(most_at_once, text.size() - at);
    // The two halves of a character stay together.
    if (count > 1 && IS_HIGH_SURROGATE(text[at + count - 1])) {
      --count;
    }
    DWORD written = 0;
    if (::WriteConsoleW(console, text.data() + at, static_cast<DWORD>(count), &written, nullptr) ==
            FALSE ||
        written == 0) {
      return false;
    }
    at += written;
  }
  return true;
}

bool write_to(int descriptor, std::string_view bytes) {
  static std::array<std::string, 3> begun;
  const HANDLE handle = handle_of(descriptor);
  return is_console(handle)
             ? write_console(handle, begun.at(static_cast<std::size_t>(descriptor)), bytes)
             : system::write_all(handle, bytes);
}

}  // namespace

void DescriptorOutput::write(std::string_view bytes) {
  if (!write_to(descriptor_, bytes)) {
    throw CommandError("the report could not be written: " + system::message_of(::GetLastError()));
  }
}

void write_error(std::string_view bytes) {
  constexpr int standard_error = 2;
  static_cast<void>(write_to(standard_error, bytes));
}

bool is_terminal(int descriptor) { return is_console(handle_of(descriptor)); }

}  // namespace kpfd::cli
