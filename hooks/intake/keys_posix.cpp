#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "converters/ingest/identity.hpp"
#include "hooks/intake/keys.hpp"
#include "hooks/intake/words.hpp"

namespace kpfd::hooks {

namespace {

constexpr std::size_t longest_key = 4096;

}  // namespace

std::string read_key(const std::string& path, std::string_view language) {
  const auto fail = [&path](const std::string& why) -> SetupError {
    return SetupError("--key " + path + ": " + why);
  };
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat facts {};
  if (descriptor < 0 || ::fstat(descriptor, &facts) != 0) {
    throw fail(std::strerror(errno));
  }
  std::string key(longest_key + 1, '\0');
  const ssize_t size = ::read(descriptor, key.data(), key.size());
  ::close(descriptor);
  if (size < 0) {
    throw fail(std::strerror(errno));
  }
  key.resize(static_cast<std::size_t>(size));
  if (key.size() < converters::shortest_key || key.size() > longest_key) {
    throw fail(std::string(Words{"鍵は 32〜4096 バイトです（例: head -c 32 /dev/urandom）",
                                 "a key has 32 to 4096 bytes (head -c 32 /dev/urandom)"}
                               .in(language)));
  }
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw fail(std::string(Words{"他人が読める鍵は使いません（chmod 600）",
                                 "others can read it; a key is for its owner (chmod 600)"}
                               .in(language)));
  }
  return key;
}

}  // namespace kpfd::hooks
