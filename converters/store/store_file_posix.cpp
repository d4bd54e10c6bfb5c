#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "converters/store/store.hpp"
#include "converters/store/store_file.hpp"

namespace kpfd::converters {

namespace {

/// The name of a new file is in its folder, which has to reach the disk, too.
void keep_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool good = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int reason = errno;
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  if (!good) {
    throw StoreError(StoreFault::unreachable, path, std::strerror(reason));
  }
}

}  // namespace

void make_store_file(const std::string& path) {
  int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  const bool is_new = descriptor >= 0;
  if (!is_new && errno == EEXIST) {
    descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  }
  if (descriptor < 0) {
    throw StoreError(errno == ENOSPC ? StoreFault::full : StoreFault::unreachable, path,
                     std::strerror(errno));
  }
  ::close(descriptor);
  if (is_new) {
    keep_name(path);
  }
}

}  // namespace kpfd::converters
