#include "tests/support/process.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace kpfd_test {

namespace {

int opened(const char* path, int flags) {
  const int descriptor = ::open(path, flags | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    throw std::runtime_error(std::string("cannot open ") + path);
  }
  return descriptor;
}

/// Feeds a pipe; a reader that has gone is no error here.
void feed(int pipe, const std::function<std::string()>& piped) {
  for (std::string piece = piped(); !piece.empty(); piece = piped()) {
    for (std::size_t done = 0; done < piece.size();) {
      const ssize_t count = ::write(pipe, piece.data() + done, piece.size() - done);
      if (count > 0) {
        done += static_cast<std::size_t>(count);
      } else if (errno != EINTR) {
        return;
      }
    }
  }
}

}  // namespace

Result run(const std::string& program, const Call& call) {
  static int number = 0;
  const std::string base = "run-" + std::to_string(::getpid()) + "-" + std::to_string(number++);
  const std::string out_name = base + ".out";
  const std::string err_name = base + ".err";

  // All strings are made before the fork.
  std::vector<std::string> texts = {program};
  texts.insert(texts.end(), call.arguments.begin(), call.arguments.end());
  std::vector<char*> arguments;
  for (std::string& text : texts) {
    arguments.push_back(text.data());
  }
  arguments.push_back(nullptr);
  std::vector<std::string> variables = {std::string("PATH=") + std::getenv("PATH")};
  for (const auto& [name, value] : call.environment) {
    variables.push_back(name + "=" + value);
  }
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LLVM_PROFILE_FILE"}) {
    if (const char* value = std::getenv(name)) {
      variables.push_back(std::string(name) + "=" + value);
    }
  }
  std::vector<char*> environment;
  for (std::string& text : variables) {
    environment.push_back(text.data());
  }
  environment.push_back(nullptr);

  std::array<int, 2> pipe{-1, -1};
  int input = -1;
  if (call.piped) {
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error("no pipe");
    }
    input = pipe[0];
  } else {
    input = opened(call.input_file.empty() ? "/dev/null" : call.input_file.c_str(), O_RDONLY);
  }
  const int out = opened(call.output_file.empty() ? out_name.c_str() : call.output_file.c_str(),
                         O_WRONLY | O_CREAT);
  const int err = opened(err_name.c_str(), O_WRONLY | O_CREAT | O_TRUNC);

  const pid_t child = ::fork();
  if (child < 0) {
    throw std::runtime_error("no process");
  }
  if (child == 0) {
    if (call.closed_input) {
      ::close(STDIN_FILENO);
    } else {
      ::dup2(input, STDIN_FILENO);
    }
    if (call.closed_output) {
      ::close(STDOUT_FILENO);
    } else {
      ::dup2(out, STDOUT_FILENO);
    }
    ::dup2(err, STDERR_FILENO);
    ::execve(program.c_str(), arguments.data(), environment.data());
    ::_exit(127);
  }
  ::close(input);
  ::close(out);
  ::close(err);
  if (call.piped) {
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    feed(pipe[1], call.piped);
    std::signal(SIGPIPE, before);
    ::close(pipe[1]);
  }
  int status = 0;
  rusage usage{};
  while (::wait4(child, &status, 0, &usage) < 0) {
    if (errno != EINTR) {
      throw std::runtime_error("the process is lost");
    }
  }
  Result result;
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result.peak_kib = usage.ru_maxrss;
  if (call.output_file.empty()) {
    result.out = read_file(out_name);
  }
  result.err = read_file(err_name);
  std::filesystem::remove(out_name);
  std::filesystem::remove(err_name);
  return result;
}

std::function<std::string()> once(std::string text) {
  return [text = std::move(text), given = false]() mutable {
    if (given) {
      return std::string();
    }
    given = true;
    return text;
  };
}

void write_file(const std::string& path, std::string_view bytes) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) {
    std::filesystem::create_directories(folder);
  }
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) {
    throw std::runtime_error("cannot write " + path);
  }
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot read " + path);
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string fresh_folder(const std::string& name) {
  const std::filesystem::path folder = std::filesystem::current_path() / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder.string();
}

}  // namespace kpfd_test
