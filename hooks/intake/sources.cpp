#include "hooks/intake/sources.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "hooks/intake/words.hpp"

namespace kpfd::hooks {

namespace {

/// A pipe longer than this does not stay in memory.
constexpr std::size_t most_in_memory = 4U << 20;

/// What a pipe may bring at most: a device behind it never ends.
constexpr std::uint64_t most_from_pipe = std::uint64_t{8} << 30;

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
    if (value_ > STDERR_FILENO) {
      ::close(value_);
    }
  }
  int get() const { return value_; }

 private:
  int value_;
};

/// A regular file, read by place; `begin` is where it starts for us.
class FileSource final : public Source {
 public:
  FileSource(Descriptor descriptor, std::uint64_t begin, std::string_view language)
      : descriptor_(std::move(descriptor)), begin_(begin), language_(language) {}

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    std::size_t got = 0;
    while (got < size) {
      const ssize_t count = ::pread(descriptor_.get(), to + got, size - got,
                                    static_cast<off_t>(begin_ + offset + got));
      if (count == 0) {
        break;
      }
      if (count > 0) {
        got += static_cast<std::size_t>(count);
      } else if (errno != EINTR) {
        fail({"ファイルを読めません", "the file cannot be read"}, language_);
      }
    }
    return got;
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

/// The bytes of a small pipe.
class KeptSource final : public Source {
 public:
  explicit KeptSource(std::string bytes) : bytes_(std::move(bytes)), source_(bytes_) {}
  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    return source_.read(offset, to, size);
  }

 private:
  std::string bytes_;
  MemorySource source_;
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

void write_all(int descriptor, const char* bytes, std::size_t size, std::string_view language) {
  while (size > 0) {
    const ssize_t count = ::write(descriptor, bytes, size);
    if (count > 0) {
      bytes += count;
      size -= static_cast<std::size_t>(count);
    } else if (count < 0 && errno != EINTR) {
      fail({"入力を置く一時ファイルに書けません",
            "the temporary file for the input cannot be written"},
           language);
    }
  }
}

OpenedSource read_pipe(Descriptor pipe, std::string_view language) {
  std::string piece(piece_size, '\0');
  std::string kept;
  Descriptor spool;
  std::uint64_t size = 0;
  while (true) {
    const ssize_t count = ::read(pipe.get(), piece.data(), piece.size());
    if (count == 0) {
      break;
    }
    if (count < 0) {
      if (errno == EINTR) {
        continue;
      }
      fail({"入力を読めません", "the input cannot be read"}, language);
    }
    const auto bytes = static_cast<std::size_t>(count);
    size += bytes;
    if (size > most_from_pipe) {
      throw SourceError(std::string(
          Words{"入力が終わりません（8 GiBを超えました）", "the input does not end: over 8 GiB"}.in(
              language)));
    }
    if (spool.get() < 0 && kept.size() + bytes > most_in_memory) {
      spool = open_nameless_file(language);
      write_all(spool.get(), kept.data(), kept.size(), language);
      kept = std::string();
    }
    if (spool.get() >= 0) {
      write_all(spool.get(), piece.data(), bytes, language);
    } else {
      kept.append(piece, 0, bytes);
    }
  }
  if (spool.get() >= 0) {
    return {std::make_unique<FileSource>(std::move(spool), 0, language), size,
            [] { return false; }};
  }
  return {std::make_unique<KeptSource>(std::move(kept)), size, [] { return false; }};
}

}  // namespace

OpenedSource open_source(const std::string& path, std::string_view language) {
  constexpr Words cannot_open = {"開けません", "cannot be opened"};
  const bool standard_input = path == "-";
  // Not waiting: a pipe in the file system that nobody writes to would hold the command for ever.
  Descriptor descriptor(standard_input ? STDIN_FILENO
                                       : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (descriptor.get() < 0) {
    fail(cannot_open, language);
  }
  struct stat facts {};
  if (::fstat(descriptor.get(), &facts) != 0) {
    fail(cannot_open, language);
  }
  if (S_ISREG(facts.st_mode)) {
    off_t begin = 0;
    if (standard_input) {
      begin = ::lseek(descriptor.get(), 0, SEEK_CUR);
    }
    if (begin < 0) {
      begin = 0;
    }
    const auto size = facts.st_size > begin ? static_cast<std::uint64_t>(facts.st_size - begin) : 0;
    const int number = descriptor.get();
    return {std::make_unique<FileSource>(std::move(descriptor), static_cast<std::uint64_t>(begin),
                                         language),
            size, [number, facts] { return is_other(number, facts); }};
  }
  const bool readable_once = S_ISFIFO(facts.st_mode) || S_ISSOCK(facts.st_mode) ||
                             (standard_input && S_ISCHR(facts.st_mode));
  if (!readable_once) {
    throw SourceError(std::string(Words{"ファイルではありません", "not a file"}.in(language)));
  }
  if (!standard_input) {
    const int flags = ::fcntl(descriptor.get(), F_GETFL);
    if (flags >= 0) {
      ::fcntl(descriptor.get(), F_SETFL, flags & ~O_NONBLOCK);
    }
  }
  return read_pipe(std::move(descriptor), language);
}

}  // namespace kpfd::hooks
