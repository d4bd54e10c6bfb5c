// What the system does for output_file.cpp, by POSIX and Linux.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "converters/output/output_file.hpp"

namespace kpfd::converters {

namespace {

/// How many names for a temporary file are tried before something else must be wrong.
constexpr int most_names = 100;

/// By this name a descriptor's file can be linked without privileges.
std::string name_of_descriptor(int descriptor) {
  return "/proc/self/fd/" + std::to_string(descriptor);
}

/// Gives a file another name unless that is taken; 0 or errno.
int rename_to_free_name(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
    return 0;
  }
  if (errno != EINVAL && errno != ENOSYS) {
    return errno;
  }
  // The file system knows no such flag: a second name, which is never given over another, does it.
  if (::link(from.c_str(), to.c_str()) != 0) {
    return errno;
  }
  ::unlink(from.c_str());
  return 0;
}

/// The bytes behind a descriptor.
class DescriptorSource final : public Source {
 public:
  DescriptorSource(int descriptor, std::uint64_t size) : descriptor_(descriptor), size_(size) {}

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    std::size_t got = 0;
    while (got < size) {
      const ssize_t count =
          ::pread(descriptor_, to + got, size - got, static_cast<off_t>(offset + got));
      if (count == 0) {
        break;
      }
      if (count > 0) {
        got += static_cast<std::size_t>(count);
      } else if (errno != EINTR) {
        throw SourceError(std::string("the output cannot be read again: ") + std::strerror(errno));
      }
    }
    return got;
  }

  std::uint64_t size_hint() const override { return size_; }

 private:
  int descriptor_;
  std::uint64_t size_;
};

}  // namespace

Descriptor::~Descriptor() {
  if (owned_ && value_ >= 0) {
    ::close(value_);
  }
}

std::vector<FileIdentity> identities_of(const std::vector<std::string>& paths) {
  std::vector<FileIdentity> identities;
  for (const std::string& path : paths) {
    struct stat facts {};
    const int result = path == "-" ? ::fstat(STDIN_FILENO, &facts) : ::stat(path.c_str(), &facts);
    if (result == 0 && S_ISREG(facts.st_mode)) {
      identities.push_back({facts.st_dev, facts.st_ino});
    }
  }
  return identities;
}

bool make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), S_IRWXU) == 0) {
    return true;
  }
  if (errno != EEXIST) {
    throw OutputError(fault_of(errno), path, errno);
  }
  return false;
}

std::string OutputFile::folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) {
    return ".";
  }
  return slash == 0 ? "/" : path.substr(0, slash);
}

void remove_folder(const std::string& path) { ::rmdir(path.c_str()); }

OutputFile::~OutputFile() {
  if (!own_name_.empty()) {
    ::unlink(own_name_.c_str());
  }
}

void OutputFile::look_at_target(bool first) {
  struct stat facts {};
  if (path_ == "-") {
    target_ = Descriptor(STDOUT_FILENO, false);
    if (::fstat(STDOUT_FILENO, &facts) != 0) {
      fail(errno);
    }
  } else {
    if (path_.empty()) {
      fail(OutputFault::no_folder, 0);
    }
    if (::lstat(path_.c_str(), &facts) != 0) {
      was_there_ = false;
      if (errno != ENOENT) {
        fail(errno);
      }
      if (path_.back() == '/') {
        fail(OutputFault::is_folder, 0);
      }
      return;
    }
    was_there_ = true;
    // A link that leads nowhere is a name that is taken, and no more.
    if (::stat(path_.c_str(), &facts) != 0 && errno != ENOENT) {
      fail(errno);
    }
  }
  if (S_ISDIR(facts.st_mode)) {
    fail(OutputFault::is_folder, 0);
  }
  const bool regular = S_ISREG(facts.st_mode) || S_ISLNK(facts.st_mode);
  const FileIdentity identity{facts.st_dev, facts.st_ino};
  const std::vector<FileIdentity>& inputs = options_.inputs;
  if (regular && std::find(inputs.begin(), inputs.end(), identity) != inputs.end()) {
    fail(OutputFault::is_input, 0);
  }
  if (path_ == "-") {
    return;
  }
  if (regular) {
    if (!options_.replace) {
      fail(OutputFault::exists, 0);
    }
  } else if (first) {
    target_ = Descriptor(::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (target_.get() < 0) {
      fail(errno);
    }
  } else {
    // What was a file, or nothing, is now a device or a pipe: it is not to be replaced.
    fail(OutputFault::exists, 0);
  }
}

void OutputFile::open_beside_target() {
  if (options_.nameless) {
    bytes_ =
        Descriptor(::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, options_.permissions));
    if (bytes_.get() >= 0 && ::access(name_of_descriptor(bytes_.get()).c_str(), F_OK) == 0) {
      return;
    }
    // EISDIR and EOPNOTSUPP: the file system has no nameless files. Whatever else it is comes
    // again.
  }
  own_name_ = make_named(folder_, options_.permissions);
}

void OutputFile::open_held_back() {
  const char* folder = std::getenv("TMPDIR");
  if (folder == nullptr || *folder == '\0') {
    folder = "/tmp";
  }
  bytes_ = Descriptor(::open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (bytes_.get() < 0) {
    ::unlink(make_named(folder, S_IRUSR | S_IWUSR).c_str());
  }
}

std::string OutputFile::make_named(const std::string& folder, mode_t permissions) {
  static std::atomic<unsigned> counter{0};
  for (int i = 0; i < most_names; ++i) {
    std::string name = folder + "/.kpfd-" + std::to_string(::getpid()) + '-' +
                       std::to_string(counter.fetch_add(1)) + ".part";
    bytes_ = Descriptor(::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, permissions));
    if (bytes_.get() >= 0) {
      return name;
    }
    if (errno != EEXIST) {
      break;
    }
  }
  fail(errno == EEXIST ? OutputFault::unwritable : fault_of(errno), errno);
}

void OutputFile::write_to(const Descriptor& descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor.get(), bytes.data(), bytes.size());
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (count < 0 && errno != EINTR) {
      fail(errno);
    }
  }
}

std::unique_ptr<Source> OutputFile::written() {
  flush();
  return std::make_unique<DescriptorSource>(bytes_.get(), size_);
}

int OutputFile::link_to(const std::string& name) const {
  const std::string descriptor = name_of_descriptor(bytes_.get());
  return ::linkat(AT_FDCWD, descriptor.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0
             ? 0
             : errno;
}

void OutputFile::give_name() {
  if (!options_.replace) {
    const int error = own_name_.empty() ? link_to(path_) : rename_to_free_name(own_name_, path_);
    if (error != 0) {
      fail(error);
    }
    own_name_.clear();
    return;
  }
  look_at_target(false);
  if (own_name_.empty()) {
    // Only a file with a name can take the place of another in one step.
    for (int i = 0; own_name_.empty(); ++i) {
      std::string name =
          folder_ + "/.kpfd-" + std::to_string(::getpid()) + "-r" + std::to_string(i) + ".part";
      const int error = link_to(name);
      if (error == 0) {
        own_name_ = std::move(name);  // asks for no memory: the name is taken back whatever happens
      } else if (error != EEXIST || i == most_names) {
        fail(error);
      }
    }
  }
  if (::rename(own_name_.c_str(), path_.c_str()) != 0) {
    fail(errno);
  }
  own_name_.clear();
}

void OutputFile::put_on_disk(const Descriptor& descriptor) {
  if (::fsync(descriptor.get()) != 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS) {
    fail(errno);
  }
}

void OutputFile::sync_folder() {
  const Descriptor folder(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // A folder that may be written to but not listed cannot be opened: then all of its disk is
  // synced.
  const int result = folder.get() >= 0 ? ::fsync(folder.get()) : ::syncfs(bytes_.get());
  if (result != 0 && errno != EINVAL && errno != ENOTSUP) {
    fail(OutputFault::not_durable, errno);
  }
}

void OutputFile::take_back() noexcept {
  struct stat ours {};
  struct stat there {};
  if (published_ && is_file() && !was_there_ && ::fstat(bytes_.get(), &ours) == 0 &&
      ::lstat(path_.c_str(), &there) == 0 && ours.st_ino == there.st_ino &&
      ours.st_dev == there.st_dev) {
    ::unlink(path_.c_str());
  }
}

}  // namespace kpfd::converters
