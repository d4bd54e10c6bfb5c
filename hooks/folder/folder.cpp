#include "hooks/folder/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace kpfd::hooks {

namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

void Folder::fail(const std::string& name) const {
  const int error = errno;
  throw FolderError(path_ + (name.empty() ? "" : "/" + name) + ": " + std::strerror(error));
}

Folder Folder::open(const std::string& path) {
  Folder folder;
  folder.path_ = path;
  folder.descriptor_ = Descriptor(::open(path.c_str(), folder_flags));
  if (!folder.is_open()) {
    folder.fail({});
  }
  return folder;
}

Folder Folder::make(const std::string& name) const {
  if (::mkdirat(get(), name.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    fail(name);
  }
  return look(name);
}

Folder Folder::look(const std::string& name) const {
  Folder folder;
  folder.path_ = path_ + "/" + name;
  folder.descriptor_ = Descriptor(::openat(get(), name.c_str(), folder_flags | O_NOFOLLOW));
  return folder;
}

std::vector<std::string> Folder::names() const {
  const int copy = ::openat(get(), ".", folder_flags);
  DIR* const stream = copy < 0 ? nullptr : ::fdopendir(copy);
  if (stream == nullptr) {
    fail({});
  }
  std::vector<std::string> found;
  while (const dirent* const entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") {
      found.emplace_back(name);
    }
  }
  ::closedir(stream);
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<FileState> Folder::file(const std::string& name) const {
  struct stat facts {};
  // A second name of a file lies where we do not see what becomes of it.
  if (::fstatat(get(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(facts.st_mode) ||
      facts.st_nlink != 1) {
    return std::nullopt;
  }
  return FileState{static_cast<std::uint64_t>(facts.st_size), facts.st_ino,
                   nanoseconds(facts.st_mtim), nanoseconds(facts.st_ctim)};
}

Descriptor Folder::open_file(const std::string& name) const {
  return Descriptor(::openat(get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

std::optional<std::string> Folder::read(const std::string& name, std::size_t most) const {
  const std::optional<FileState> state = file(name);
  const Descriptor descriptor = open_file(name);
  if (!state || !descriptor.open() || state->size > most) {
    return std::nullopt;
  }
  std::string bytes(most + 1, '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t count = ::read(descriptor.get(), bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return std::nullopt;
    }
    if (count == 0) {
      break;
    }
    size += static_cast<std::size_t>(count);
  }
  bytes.resize(size);
  return size > most ? std::nullopt : std::optional(std::move(bytes));
}

bool Folder::move(const std::string& name, const Folder& to, const std::string& new_name) const {
  if (::renameat2(get(), name.c_str(), to.get(), new_name.c_str(), RENAME_NOREPLACE) == 0) {
    return true;
  }
  if (errno == EEXIST || errno == ENOENT || errno == ENOTEMPTY) {
    return false;
  }
  fail(name);
}

bool Folder::remove_folder(const std::string& name) const {
  return ::unlinkat(get(), name.c_str(), AT_REMOVEDIR) == 0;
}

bool Folder::is_there() const {
  struct stat here {};
  struct stat there {};
  return ::stat(path_.c_str(), &there) == 0 && ::fstat(get(), &here) == 0 &&
         here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

bool Folder::is_closed(const std::string& name) const {
  const Descriptor descriptor = open_file(name);
  // A lease is not given while somebody writes; of files of others it is never given.
  if (!descriptor.open() || ::fcntl(descriptor.get(), F_SETLEASE, F_RDLCK) == 0) {
    return true;
  }
  return errno != EAGAIN;
}

bool Folder::is(const std::string& name, const Folder& other) const {
  struct stat here {};
  struct stat there {};
  return ::fstatat(get(), name.c_str(), &here, AT_SYMLINK_NOFOLLOW) == 0 &&
         ::fstat(other.get(), &there) == 0 && here.st_dev == there.st_dev &&
         here.st_ino == there.st_ino;
}

void Folder::sync() const {
  if (::fsync(get()) != 0) {
    fail({});
  }
}

bool Folder::lock() const { return ::flock(get(), LOCK_EX | LOCK_NB) == 0; }

Watch::Watch(const Folder& folder, std::chrono::milliseconds poll)
    : descriptor_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)), poll_(poll) {
  if (descriptor_.open() && ::inotify_add_watch(descriptor_.get(), folder.path().c_str(),
                                                IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR) < 0) {
    descriptor_ = Descriptor();
  }
}

void Watch::wait(std::chrono::milliseconds most) {
  const auto patience = std::min(most, poll_);
  pollfd wanted = {descriptor_.get(), POLLIN, 0};
  const int ready = ::poll(&wanted, descriptor_.open() ? 1 : 0, static_cast<int>(patience.count()));
  if (ready > 0) {
    // What it says is not asked: the folder itself is looked at.
    std::array<char, 16 << 10> events{};
    while (::read(descriptor_.get(), events.data(), events.size()) > 0) {
    }
  }
}

}  // namespace kpfd::hooks
