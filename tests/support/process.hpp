// Runs a program and keeps what it writes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kpfd_test {

/// What a program gets.
struct Call {
  std::vector<std::string> arguments;  ///< behind the program's name
  /// Read from a pipe, which this function fills by giving it pieces until one is empty.
  std::function<std::string()> piped;
  std::string input_file;  ///< read from a file; "" without `piped`: /dev/null
  bool closed_input = false;
  std::string output_file;  ///< "": kept in Result::out
  bool closed_output = false;
  std::vector<std::pair<std::string, std::string>> environment;  ///< beside PATH
};

/// What came of it.
struct Result {
  int status = -1;  ///< exit status; -1: ended by a signal
  std::string out;
  std::string err;
  std::int64_t peak_kib = 0;  ///< largest resident memory
};

Result run(const std::string& program, const Call& call);

/// Gives a text in one piece.
std::function<std::string()> once(std::string text);

void write_file(const std::string& path, std::string_view bytes);
std::string read_file(const std::string& path);

/// A folder of its own below the working folder, empty.
std::string fresh_folder(const std::string& name);

}  // namespace kpfd_test
