// What posix.cpp is for POSIX.

#include "kpfd/system/windows.hpp"

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "kpfd/sources/open.hpp"
#include "kpfd/sources/spool.hpp"
#include "kpfd/sources/temporary_file.hpp"
#include "kpfd/sources/words.hpp"

namespace kpfd::sources {

namespace {

using system::Handle;

constexpr std::size_t piece_size = 256U << 10;

/// What an error of the system says, for people. Windows itself speaks its own language only.
std::string reason_of(DWORD error, std::string_view language) {
  const auto words = [language](std::string_view ja, std::string_view en) {
    return std::string(Words{ja, en}.in(language));
  };
  switch (system::errno_of(error)) {
    case ENOENT:
      return words("その名前のファイルはありません。ファイル名とフォルダを確かめてください",
                   "No such file or directory");
    case EACCES:
      return words("読む権限がありません", "Permission denied");
    case EBUSY:
      return words(
          "ほかのプログラム（Excel など）が使っています。閉じてから、もう一度実行して"
          "ください",
          "another program (such as Excel) holds it: close it there and try again");
    case ENOSPC:
      return words("ディスクに空きがありません", "No space left on device");
    default:
      return system::message_of(error);
  }
}

[[noreturn]] void fail(DWORD error, Words what, std::string_view language) {
  const std::string_view colon = language == "en" ? ": " : "：";
  throw SourceError(
      std::string(what.in(language)).append(colon).append(reason_of(error, language)));
}

constexpr Words cannot_open = {"開けません", "cannot be opened"};

[[noreturn]] void fail_as_no_file(std::string_view language) {
  throw SourceError(std::string(Words{"ファイルではありません", "not a file"}.in(language)));
}

/// Reads by place as much as there is.
std::size_t read_whole(HANDLE file, std::uint64_t offset, char* to, std::size_t size,
                       std::string_view language) {
  std::size_t got = 0;
  while (got < size) {
    std::size_t count = 0;
    if (!system::read_at(file, offset + got, to + got, size - got, count)) {
      fail(::GetLastError(), {"ファイルを読めません", "the file cannot be read"}, language);
    }
    if (count == 0) {
      break;
    }
    got += count;
  }
  return got;
}

std::uint64_t size_of(HANDLE file) {
  LARGE_INTEGER size{};
  return ::GetFileSizeEx(file, &size) != FALSE ? static_cast<std::uint64_t>(size.QuadPart) : 0;
}

/// A file on a disk; `begin` is where it starts for us.
class FileSource final : public Source {
 public:
  FileSource(Handle file, std::uint64_t begin, std::string_view language)
      : file_(std::move(file)), begin_(begin), language_(language) {}

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    return read_whole(file_.get(), begin_ + offset, to, size, language_);
  }

  std::uint64_t size_hint() const override {
    const std::uint64_t size = size_of(file_.get());
    return size > begin_ ? size - begin_ : 0;
  }

 private:
  Handle file_;
  std::uint64_t begin_;
  std::string language_;
};

/// Size and times of a file, by which one sees that it was written to.
struct Facts {
  std::uint64_t size = 0;
  LONGLONG written = 0;
  LONGLONG changed = 0;
  bool known = false;

  static Facts of(HANDLE file) {
    Facts facts;
    FILE_BASIC_INFO times{};
    facts.known =
        ::GetFileInformationByHandleEx(file, FileBasicInfo, &times, sizeof(times)) != FALSE;
    facts.size = size_of(file);
    facts.written = times.LastWriteTime.QuadPart;
    facts.changed = times.ChangeTime.QuadPart;
    return facts;
  }

  bool is(const Facts& other) const {
    return known && other.known && size == other.size && written == other.written &&
           changed == other.changed;
  }
};

class HandleFile final : public TemporaryFile {
 public:
  explicit HandleFile(std::string_view language)
      : file_(system::open_temporary()), language_(language) {
    if (!file_.is_open()) {
      fail(::GetLastError(),
           {"入力を置く一時ファイルを作れません", "no temporary file for the input"}, language);
    }
  }

  void append(std::string_view bytes) override {
    // Reading by place has moved the place that is written to.
    LARGE_INTEGER end{};
    if (::SetFilePointerEx(file_.get(), end, nullptr, FILE_END) == FALSE ||
        !system::write_all(file_.get(), bytes)) {
      fail(::GetLastError(),
           {"入力を置く一時ファイルに書けません",
            "the temporary file for the input cannot be written"},
           language_);
    }
  }

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    return read_whole(file_.get(), offset, to, size, language_);
  }

 private:
  Handle file_;
  std::string language_;
};

OpenedSource read_pipe(HANDLE pipe, std::string_view language) {
  std::string piece(piece_size, '\0');
  auto spool = std::make_unique<Spool>(language);
  while (true) {
    DWORD count = 0;
    if (::ReadFile(pipe, piece.data(), static_cast<DWORD>(piece.size()), &count, nullptr) ==
        FALSE) {
      const DWORD error = ::GetLastError();
      // The writer has closed it: that is the end.
      if (error == ERROR_BROKEN_PIPE || error == ERROR_HANDLE_EOF) {
        break;
      }
      fail(error, {"入力を読めません", "the input cannot be read"}, language);
    }
    if (count == 0) {
      break;
    }
    spool->append({piece.data(), count});
  }
  const std::uint64_t size = spool->size();
  return {std::move(spool), size, [] { return false; }};
}

OpenedSource take_file(Handle file, std::uint64_t begin, std::string_view language) {
  const HANDLE handle = file.get();
  const Facts facts = Facts::of(handle);
  const std::uint64_t size = facts.size > begin ? facts.size - begin : 0;
  return {std::make_unique<FileSource>(std::move(file), begin, language), size,
          [handle, facts] { return !Facts::of(handle).is(facts); }};
}

/// Disks as a whole, ports and the like, which are opened by names of their own, and `CON`.
bool is_device_path(const std::wstring& name) {
  constexpr std::wstring_view device_prefix = LR"(\\.\)";
  const std::wstring whole = system::whole_name(name);
  return std::wstring_view(whole).substr(0, device_prefix.size()) == device_prefix;
}

OpenedSource open_path(const std::string& path, bool pipes, std::string_view language) {
  const std::wstring name = system::file_name(path);
  if (is_device_path(name)) {
    fail_as_no_file(language);
  }
  Handle file = system::open_to_read(name);
  if (!file.is_open()) {
    const DWORD error = ::GetLastError();
    const DWORD attributes = ::GetFileAttributesW(name.c_str());
    if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
      fail_as_no_file(language);
    }
    fail(error, cannot_open, language);
  }
  switch (::GetFileType(file.get())) {
    case FILE_TYPE_DISK:
      return take_file(std::move(file), 0, language);
    case FILE_TYPE_PIPE:
      if (pipes) {
        return read_pipe(file.get(), language);
      }
      break;
    default:
      break;
  }
  fail_as_no_file(language);
}

}  // namespace

std::unique_ptr<TemporaryFile> make_temporary_file(std::string_view language) {
  return std::make_unique<HandleFile>(language);
}

OpenedSource open_file(const std::string& path, std::string_view language) {
  return open_path(path, true, language);
}

OpenedSource open_regular_file(const std::string& path, std::string_view language) {
  return open_path(path, false, language);
}

OpenedSource open_standard_input(std::string_view language) {
  const HANDLE input = ::GetStdHandle(STD_INPUT_HANDLE);
  if (input == nullptr || input == INVALID_HANDLE_VALUE) {
    fail(ERROR_INVALID_HANDLE, cannot_open, language);
  }
  if (::GetFileType(input) != FILE_TYPE_DISK) {
    return read_pipe(input, language);
  }
  HANDLE own = nullptr;
  if (::DuplicateHandle(::GetCurrentProcess(), input, ::GetCurrentProcess(), &own, 0, FALSE,
                        DUPLICATE_SAME_ACCESS) == FALSE) {
    fail(::GetLastError(), cannot_open, language);
  }
  LARGE_INTEGER here{};
  const LARGE_INTEGER nowhere{};
  const bool known = ::SetFilePointerEx(own, nowhere, &here, FILE_CURRENT) != FALSE;
  return take_file(Handle(own), known ? static_cast<std::uint64_t>(here.QuadPart) : 0, language);
}

}  // namespace kpfd::sources
