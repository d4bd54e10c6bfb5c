// kpfd_compile_schemas OUT CODE BASE FILE...
//
// Runs during the build: the XML files of the schemas, below the folder BASE => their compiled form
// in OUT, and the quick look at their rules as C++ in CODE. A fault in the schemas stops the build
// with its file, line and reason.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <ios>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/check/definitions.hpp"

namespace {

struct File {
  std::string name;
  std::string content;
};

File read_file(const std::string& base, const std::string& path) {
  if (path.rfind(base + '/', 0) != 0) {
    throw std::runtime_error(path + " is not below " + base);
  }
  std::ifstream in(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in) {
    throw std::runtime_error("cannot read " + path);
  }
  return {path.substr(base.size() + 1), std::move(content)};
}

void write_file(const std::string& path, const std::string& content) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  if (!out) {
    throw std::runtime_error("cannot write " + path);
  }
}

void run(const std::vector<std::string>& arguments) {
  std::vector<File> files;
  for (std::size_t i = 3; i < arguments.size(); ++i) {
    files.push_back(read_file(arguments[2], arguments[i]));
  }
  // The order in which programs have the files embedded.
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.name < b.name; });
  std::vector<kpfd::layout::SchemaFile> views;
  views.reserve(files.size());
  for (const File& file : files) {
    views.push_back({file.name, file.content});
  }
  const kpfd::check::Definitions definitions = kpfd::check::read_definitions(views);
  write_file(arguments[0], kpfd::check::compile(definitions));
  write_file(arguments[1], kpfd::check::source_of_codes(definitions));
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 5) {
    std::fputs("usage: kpfd_compile_schemas OUT CODE BASE FILE...\n", stderr);
    return 2;
  }
  try {
    run(std::vector<std::string>(arguments + 1, arguments + count));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kpfd_compile_schemas: %s\n", error.what());
    return 1;
  }
  return 0;
}
