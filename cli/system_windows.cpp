#include "kpfd/system/windows.hpp"
// After it: they need the types.
#include <fcntl.h>
#include <io.h>
#include <shellapi.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "cli/system.hpp"
#include "cli/window_windows.hpp"

// How the standard library ends a program: its own functions bring a reader of mangled names that
// is larger than most commands. What these say is enough, and they end it alike.
namespace std {

void __glibcxx_assert_fail(const char* file, int line, const char* /*function*/,
                           const char* condition) noexcept {
  std::fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
  std::abort();
}

}  // namespace std

namespace __gnu_cxx {

void __verbose_terminate_handler() {
  std::fputs("kpfd: ended by an exception that nobody has caught", stderr);
  try {
    if (std::current_exception() != nullptr) {
      throw;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, ": %s", error.what());
  } catch (...) {
    std::fputs(" and that says nothing", stderr);
  }
  std::fputs("\n", stderr);
  std::abort();
}

}  // namespace __gnu_cxx

namespace kpfd::cli {

namespace {

/// Colours and the bar of progress are told to a terminal by its sequences.
void let_console_understand(DWORD which) {
  const HANDLE console = ::GetStdHandle(which);
  DWORD mode = 0;
  if (::GetConsoleMode(console, &mode) != FALSE) {
    ::SetConsoleMode(console, mode | ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
  }
}

}  // namespace

std::vector<std::string> arguments_of(int /*count*/, char** /*given*/) {
  // What main() gets is in the code page, which has not all characters of file names.
  int count = 0;
  wchar_t** const wide = ::CommandLineToArgvW(::GetCommandLineW(), &count);
  std::vector<std::string> arguments;
  for (int i = 0; wide != nullptr && i < count; ++i) {
    arguments.push_back(system::narrow(wide[i]));
  }
  ::LocalFree(wide);
  return arguments;
}

void prepare_process() {
  // A library that lies beside the program, as in a folder of downloads, is not Windows' own.
  ::SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
  // A drive without a disk is an error and no window that waits for somebody.
  ::SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
  ::_setmode(::_fileno(stdout), _O_BINARY);
  let_console_understand(STD_OUTPUT_HANDLE);
  let_console_understand(STD_ERROR_HANDLE);
}

void raise_file_limit() {
  // The handles of files are limited by memory alone.
}

std::string language_of_system() {
  const auto primary = [](LANGID id) { return PRIMARYLANGID(id); };
  const auto surface = primary(::GetUserDefaultUILanguage());
  const auto place = primary(::GetUserDefaultLangID());
  const bool japanese = surface == LANG_JAPANESE || place == LANG_JAPANESE;
  const bool says_nothing = surface == LANG_NEUTRAL && place == LANG_NEUTRAL;
  return japanese || says_nothing ? "ja" : "en";
}

std::optional<int> run_as_no_command(const std::vector<std::string>& arguments) {
  return check_dropped_files(arguments);
}

}  // namespace kpfd::cli
