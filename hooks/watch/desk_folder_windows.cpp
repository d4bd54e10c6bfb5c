// What desk_folder_posix.cpp does, for Windows.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "hooks/watch/desk_folder.hpp"
#include "kpfd/system/windows.hpp"

namespace kpfd::hooks {

namespace {

using system::Handle;

constexpr DWORD all_may_share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

/// An entry to be looked at, whoever has it open: a link itself and not what it leads to.
Handle open_to_look(const std::string& path, DWORD rights, DWORD flags = 0) {
  return Handle(::CreateFileW(system::file_name(path).c_str(), rights, all_may_share, nullptr,
                              OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | flags, nullptr));
}

/// One number of two halves.
std::uint64_t joined(DWORD high, DWORD low) { return (std::uint64_t{high} << 32U) | low; }

bool is_folder(const BY_HANDLE_FILE_INFORMATION& facts) {
  return (facts.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

/// Opens a folder so that its entries can be listed.
Handle open_to_list(const std::string& path) {
  return open_to_look(path, FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES | SYNCHRONIZE);
}

/// Whether two handles are of one entry; false, too, where one of them leads nowhere any more.
bool are_same(HANDLE a, HANDLE b) {
  BY_HANDLE_FILE_INFORMATION one{};
  BY_HANDLE_FILE_INFORMATION other{};
  return ::GetFileInformationByHandle(a, &one) != FALSE &&
         ::GetFileInformationByHandle(b, &other) != FALSE &&
         one.dwVolumeSerialNumber == other.dwVolumeSerialNumber &&
         one.nFileIndexHigh == other.nFileIndexHigh && one.nFileIndexLow == other.nFileIndexLow;
}

/// Whether an entry stands for another one. What is kept in a cloud has a mark of the same kind and
/// is a file all the same.
bool is_link(HANDLE entry) {
  FILE_ATTRIBUTE_TAG_INFO tag{};
  return ::GetFileInformationByHandleEx(entry, FileAttributeTagInfo, &tag, sizeof(tag)) != FALSE &&
         (tag.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 &&
         IsReparseTagNameSurrogate(tag.ReparseTag);
}

/// Owns what tells of changes. Some shares and devices have nothing of the kind.
class Changes {
 public:
  explicit Changes(const std::wstring& folder)
      : handle_(::FindFirstChangeNotificationW(folder.c_str(), FALSE,
                                               FILE_NOTIFY_CHANGE_FILE_NAME |
                                                   FILE_NOTIFY_CHANGE_SIZE |
                                                   FILE_NOTIFY_CHANGE_LAST_WRITE)) {}
  ~Changes() { close(); }
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  bool are_told() const { return handle_ != nullptr && handle_ != INVALID_HANDLE_VALUE; }

  /// Until there is one, the process is asked to stop, or the time is over.
  void wait(DWORD milliseconds) {
    const DWORD end = ::WaitForSingleObjectEx(handle_, milliseconds, TRUE);
    // What has changed is not asked: the folder itself is looked at.
    if (end == WAIT_FAILED ||
        (end == WAIT_OBJECT_0 && ::FindNextChangeNotification(handle_) == FALSE)) {
      close();
    }
  }

 private:
  void close() {
    if (are_told()) {
      ::FindCloseChangeNotification(handle_);
    }
    handle_ = INVALID_HANDLE_VALUE;
  }

  HANDLE handle_;
};

}  // namespace

struct DeskFolder::System {
  System(Handle opened, const std::string& path)
      : folder(std::move(opened)), changes(system::file_name(path)) {}

  Handle folder;
  Changes changes;
};

DeskFolder::DeskFolder() = default;

DeskFolder::DeskFolder(const std::string& path) : path_(path) {
  Handle folder = open_to_list(path);
  DWORD error = folder.is_open() ? ERROR_SUCCESS : ::GetLastError();
  BY_HANDLE_FILE_INFORMATION facts{};
  if (error == ERROR_SUCCESS &&
      (::GetFileInformationByHandle(folder.get(), &facts) == FALSE || !is_folder(facts))) {
    error = ERROR_DIRECTORY;
  }
  if (error != ERROR_SUCCESS) {
    throw FolderError(path + ": " + system::message_of(error));
  }
  system_ = std::make_unique<System>(std::move(folder), path);
}

DeskFolder::DeskFolder(DeskFolder&& other) noexcept = default;
DeskFolder& DeskFolder::operator=(DeskFolder&& other) noexcept = default;
DeskFolder::~DeskFolder() = default;

std::string DeskFolder::path_of(const std::string& name) const {
  const bool ends = !path_.empty() && (path_.back() == '\\' || path_.back() == '/');
  return path_ + (ends ? "" : "\\") + name;
}

std::vector<std::string> DeskFolder::names() const {
  constexpr std::size_t piece = std::size_t{64} << 10;
  struct alignas(FILE_ID_BOTH_DIR_INFO) Entries {
    std::array<std::byte, piece> bytes;
  };
  const auto entries = std::make_unique<Entries>();
  std::vector<std::string> found;
  // Some systems behind a folder list for each handle what they saw first.
  const Handle folder = open_to_list(path_);
  if (!folder.is_open() || !are_same(folder.get(), system_->folder.get())) {
    throw FolderError(path_ + ": " + system::message_of(ERROR_PATH_NOT_FOUND));
  }
  FILE_INFO_BY_HANDLE_CLASS which = FileIdBothDirectoryRestartInfo;
  while (::GetFileInformationByHandleEx(folder.get(), which, entries->bytes.data(), piece) !=
         FALSE) {
    which = FileIdBothDirectoryInfo;
    const std::byte* at = entries->bytes.data();
    DWORD next = 0;
    do {
      at += next;
      const auto* const entry = reinterpret_cast<const FILE_ID_BOTH_DIR_INFO*>(at);
      const std::wstring_view name(static_cast<const wchar_t*>(entry->FileName),
                                   entry->FileNameLength / sizeof(wchar_t));
      if (name != L"." && name != L"..") {
        found.push_back(system::narrow(name));
      }
      next = entry->NextEntryOffset;
    } while (next != 0);
  }
  if (const DWORD error = ::GetLastError();
      error != ERROR_NO_MORE_FILES && error != ERROR_FILE_NOT_FOUND) {
    throw FolderError(path_ + ": " + system::message_of(error));
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<DeskFile> DeskFolder::file(const std::string& name) const {
  constexpr DWORD hidden = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM;
  const Handle entry =
      open_to_look(path_of(name), FILE_READ_ATTRIBUTES, FILE_FLAG_OPEN_REPARSE_POINT);
  BY_HANDLE_FILE_INFORMATION facts{};
  if (!entry.is_open() || ::GetFileType(entry.get()) != FILE_TYPE_DISK ||
      ::GetFileInformationByHandle(entry.get(), &facts) == FALSE || is_folder(facts) ||
      (facts.dwFileAttributes & hidden) != 0 || facts.nNumberOfLinks > 1 || is_link(entry.get())) {
    return std::nullopt;
  }
  // The time of other changes is left out: what virus scanners and sync programs note down beside a
  // file, which may be that it was read, changes it.
  return DeskFile{joined(facts.nFileSizeHigh, facts.nFileSizeLow),
                  joined(facts.nFileIndexHigh, facts.nFileIndexLow),
                  static_cast<std::int64_t>(joined(facts.ftLastWriteTime.dwHighDateTime,
                                                   facts.ftLastWriteTime.dwLowDateTime)),
                  0};
}

bool DeskFolder::is_there() const {
  if (system_ == nullptr) {
    return false;
  }
  const Handle now = open_to_look(path_, FILE_READ_ATTRIBUTES);
  return are_same(now.get(), system_->folder.get());
}

bool DeskFolder::is_closed(const std::string& name) const {
  // It cannot be had without writers while there is one. It is let go at once, as nobody can begin
  // to write as long as we have it.
  const Handle entry(::CreateFileW(system::file_name(path_of(name)).c_str(), GENERIC_READ,
                                   FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                                   FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
  return entry.is_open() || ::GetLastError() != ERROR_SHARING_VIOLATION;
}

bool DeskFolder::is_told() const { return system_ != nullptr && system_->changes.are_told(); }

void DeskFolder::wait(std::chrono::milliseconds most) {
  constexpr std::int64_t longest = std::numeric_limits<std::int32_t>::max();
  const auto milliseconds = static_cast<DWORD>(std::clamp<std::int64_t>(most.count(), 0, longest));
  // Who asks the process to stop ends both.
  if (is_told()) {
    system_->changes.wait(milliseconds);
  } else {
    ::SleepEx(milliseconds, TRUE);
  }
}

}  // namespace kpfd::hooks
