// The one file of this room that knows POSIX: another system needs one like it.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "kpfd/sources/open.hpp"
#include "kpfd/sources/spool.hpp"
#include "kpfd/sources/temporary_file.hpp"
#include "kpfd/sources/words.hpp"

namespace kpfd::sources {

namespace {

constexpr std::size_t piece_size = 256U << 10;

/// What errno says, for people.
std::string reason_of(int error, std::string_view language) {
  if (language != "en") {
    switch (error) {
      case ENOENT:
        return "その名前のファイルはありません。ファイル名とフォルダを確かめてください";
      case EACCES:
      case EPERM:
        return "読む権限がありません";
      case ENOSPC:
      case EDQUOT:
        return "ディスクに空きがありません";
      case EIO:
        return "ディスクや接続に異常があります";
      default:
        break;
    }
  }
  return std::strerror(error);
}

[[noreturn]] void fail(Words what, std::string_view language) {
  const int error = errno;
  const std::string_view colon = language == "en" ? ": " : "：";
  throw SourceError(
      std::string(what.in(language)).append(colon).append(reason_of(error, language)));
}

/// Owns a descriptor.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) {
      ::close(value_);
    }
  }
  int get() const { return value_; }

 private:
  int value_;
};

/// Reads by place as much as there is.
std::size_t read_at(int descriptor, std::uint64_t offset, char* to, std::size_t size,
                    std::string_view language) {
  std::size_t got = 0;
  while (got < size) {
    const ssize_t count =
        ::pread(descriptor, to + got, size - got, static_cast<off_t>(offset + got));
    if (count == 0) {
      break;
    }
    if (count > 0) {
      got += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      fail({"ファイルを読めません", "the file cannot be read"}, language);
    }
  }
  return got;
}

/// A regular file; `begin` is where it starts for us.
class FileSource final : public Source {
 public:
  FileSource(Descriptor descriptor, std::uint64_t begin, std::string_view language)
      : descriptor_(std::move(descriptor)), begin_(begin), language_(language) {}

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    return read_at(descriptor_.get(), begin_ + offset, to, size, language_);
  }

  std::uint64_t size_hint() const override {
    struct stat facts {};
    if (::fstat(descriptor_.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
      return unknown_size;
    }
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    return size > begin_ ? size - begin_ : 0;
  }

 private:
  Descriptor descriptor_;
  std::uint64_t begin_;
  std::string language_;
};

/// Whether a file is no longer what it was.
bool is_other(int descriptor, const struct stat& before) {
  struct stat now {};
  return ::fstat(descriptor, &now) != 0 || now.st_size != before.st_size ||
         now.st_mtim.tv_sec != before.st_mtim.tv_sec ||
         now.st_mtim.tv_nsec != before.st_mtim.tv_nsec ||
         now.st_ctim.tv_sec != before.st_ctim.tv_sec ||
         now.st_ctim.tv_nsec != before.st_ctim.tv_nsec;
}

Descriptor open_nameless_file(std::string_view language) {
  const char* folder = std::getenv("TMPDIR");
  if (folder == nullptr || *folder == '\0') {
    folder = "/tmp";
  }
  const int nameless = ::open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (nameless >= 0) {
    return Descriptor(nameless);
  }
  std::string name = std::string(folder) + "/kpfd-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named < 0) {
    fail({"入力を置く一時ファイルを作れません", "no temporary file for the input"}, language);
  }
  ::unlink(name.c_str());
  return Descriptor(named);
}

class NamelessFile final : public TemporaryFile {
 public:
  explicit NamelessFile(std::string_view language)
      : descriptor_(open_nameless_file(language)), language_(language) {}

  void append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_.get(), bytes.data(), bytes.size());
      if (count > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
      } else if (count == 0 || errno != EINTR) {
        fail({"入力を置く一時ファイルに書けません",
              "the temporary file for the input cannot be written"},
             language_);
      }
    }
  }

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    return read_at(descriptor_.get(), offset, to, size, language_);
  }

 private:
  Descriptor descriptor_;
  std::string language_;
};

OpenedSource read_pipe(Descriptor pipe, std::string_view language) {
  std::string piece(piece_size, '\0');
  auto spool = std::make_unique<Spool>(language);
  while (true) {
    const ssize_t count = ::read(pipe.get(), piece.data(), piece.size());
    if (count == 0) {
      break;
    }
    if (count > 0) {
      spool->append({piece.data(), static_cast<std::size_t>(count)});
    } else if (errno != EINTR) {
      fail({"入力を読めません", "the input cannot be read"}, language);
    }
  }
  const std::uint64_t size = spool->size();
  return {std::move(spool), size, [] { return false; }};
}

/// What else than a regular file is taken.
enum class Others : std::uint8_t { none, pipes, pipes_and_terminals };

bool is_readable_once(mode_t mode, Others others) {
  return others != Others::none && (S_ISFIFO(mode) || S_ISSOCK(mode) ||
                                    (others == Others::pipes_and_terminals && S_ISCHR(mode)));
}

/// `begin` of a regular file is where the descriptor stands.
OpenedSource open_descriptor(Descriptor descriptor, Others others, std::string_view language) {
  constexpr Words cannot_open = {"開けません", "cannot be opened"};
  if (descriptor.get() < 0) {
    fail(cannot_open, language);
  }
  struct stat facts {};
  if (::fstat(descriptor.get(), &facts) != 0) {
    fail(cannot_open, language);
  }
  const int number = descriptor.get();
  if (S_ISREG(facts.st_mode)) {
    const off_t begin = std::max<off_t>(::lseek(number, 0, SEEK_CUR), 0);
    const auto size = facts.st_size > begin ? static_cast<std::uint64_t>(facts.st_size - begin) : 0;
    return {std::make_unique<FileSource>(std::move(descriptor), static_cast<std::uint64_t>(begin),
                                         language),
            size, [number, facts] { return is_other(number, facts); }};
  }
  if (!is_readable_once(facts.st_mode, others)) {
    throw SourceError(std::string(Words{"ファイルではありません", "not a file"}.in(language)));
  }
  return read_pipe(std::move(descriptor), language);
}

/// Not waiting: a pipe in the file system that nobody writes to would hold the caller for ever.
Descriptor open_path(const std::string& path) {
  return Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
}

/// From now on reading waits for those who write.
void let_wait(int descriptor) {
  const int flags = descriptor < 0 ? -1 : ::fcntl(descriptor, F_GETFL);
  if (flags >= 0) {
    ::fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK);
  }
}

}  // namespace

std::unique_ptr<TemporaryFile> make_temporary_file(std::string_view language) {
  return std::make_unique<NamelessFile>(language);
}

OpenedSource open_file(const std::string& path, std::string_view language) {
  Descriptor descriptor = open_path(path);
  let_wait(descriptor.get());
  return open_descriptor(std::move(descriptor), Others::pipes, language);
}

OpenedSource open_regular_file(const std::string& path, std::string_view language) {
  return open_descriptor(open_path(path), Others::none, language);
}

OpenedSource open_standard_input(std::string_view language) {
  return open_descriptor(Descriptor(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)),
                         Others::pipes_and_terminals, language);
}

}  // namespace kpfd::sources
