#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "kpfd/xsd/files.hpp"

namespace kpfd::xsd {

namespace fs = std::filesystem;

namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

std::string reason_of(int error) { return std::generic_category().message(error); }

}  // namespace

std::string read_regular_file(const fs::path& path, std::size_t limit, std::string& content) {
  // O_NONBLOCK: a pipe must not make us wait. O_NOFOLLOW: the path is canonical, so a link in its
  // place has been put there just now.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
  if (file.number() < 0) {
    return reason_of(errno);
  }
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) {
    return reason_of(errno);
  }
  if (!S_ISREG(status.st_mode)) {
    return "not a regular file";
  }
  content.clear();
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t got = ::read(file.number(), buffer.data(), buffer.size());
    if (got < 0) {
      if (errno == EINTR) {
        continue;
      }
      return reason_of(errno);
    }
    if (got == 0) {
      return {};
    }
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (content.size() > limit) {
      return "larger than " + std::to_string(limit) + " bytes";
    }
  }
}

}  // namespace kpfd::xsd
