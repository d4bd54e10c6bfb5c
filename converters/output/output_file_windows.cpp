// What output_file_posix.cpp does, for Windows.

#include "kpfd/system/windows.hpp"
// After it: it needs the types.
#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>

#include "converters/output/output_file.hpp"

namespace kpfd::converters {

namespace {

using system::errno_of;
using system::file_name;
using system::Handle;

/// How many names for a temporary file are tried before something else must be wrong.
constexpr int most_names = 100;

constexpr DWORD all_may_share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

HANDLE handle_of(int descriptor) { return reinterpret_cast<HANDLE>(::_get_osfhandle(descriptor)); }

int descriptor_of(Handle handle) {
  const int descriptor =
      ::_open_osfhandle(reinterpret_cast<intptr_t>(handle.get()), _O_BINARY | _O_NOINHERIT);
  if (descriptor >= 0) {
    handle.release();
  }
  return descriptor;
}

std::uint64_t joined(DWORD high, DWORD low) { return (std::uint64_t{high} << 32U) | low; }

/// Whether a handle is a file on a disk, and which.
bool identify(HANDLE handle, FileIdentity& identity) {
  BY_HANDLE_FILE_INFORMATION facts{};
  if (::GetFileType(handle) != FILE_TYPE_DISK ||
      ::GetFileInformationByHandle(handle, &facts) == FALSE) {
    return false;
  }
  identity = {facts.dwVolumeSerialNumber, joined(facts.nFileIndexHigh, facts.nFileIndexLow)};
  return true;
}

/// A file or folder to be looked at, whoever has it open.
Handle open_to_look(const std::string& path) {
  return Handle(::CreateFileW(file_name(path).c_str(), FILE_READ_ATTRIBUTES, all_may_share, nullptr,
                              OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr));
}

/// The bytes behind a descriptor.
class DescriptorSource final : public Source {
 public:
  DescriptorSource(int descriptor, std::uint64_t size) : descriptor_(descriptor), size_(size) {}

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    std::size_t got = 0;
    while (got < size) {
      std::size_t count = 0;
      if (!system::read_at(handle_of(descriptor_), offset + got, to + got, size - got, count)) {
        throw SourceError("the output cannot be read again: " +
                          system::message_of(::GetLastError()));
      }
      if (count == 0) {
        break;
      }
      got += count;
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
    ::_close(value_);
  }
}

std::vector<FileIdentity> identities_of(const std::vector<std::string>& paths) {
  std::vector<FileIdentity> identities;
  for (const std::string& path : paths) {
    FileIdentity identity;
    if (path == "-") {
      if (identify(::GetStdHandle(STD_INPUT_HANDLE), identity)) {
        identities.push_back(identity);
      }
      continue;
    }
    const Handle file = open_to_look(path);
    if (file.is_open() && identify(file.get(), identity)) {
      identities.push_back(identity);
    }
  }
  return identities;
}

bool make_folder(const std::string& path) {
  if (::CreateDirectoryW(file_name(path).c_str(), nullptr) != FALSE) {
    return true;
  }
  const int error = errno_of(::GetLastError());
  if (error != EEXIST) {
    throw OutputError(fault_of(error), path, error);
  }
  return false;
}

void remove_folder(const std::string& path) { ::RemoveDirectoryW(file_name(path).c_str()); }

std::string OutputFile::folder_of(const std::string& path) {
  const std::size_t end = path.find_last_of("/\\:");
  return end == std::string::npos ? "." : path.substr(0, end + 1);
}

OutputFile::~OutputFile() {
  if (!own_name_.empty()) {
    bytes_ = Descriptor();
    ::DeleteFileW(file_name(own_name_).c_str());
  }
}

void OutputFile::look_at_target(bool first) {
  FileIdentity identity;
  if (path_ == "-") {
    target_ = Descriptor(::_fileno(stdout), false);
    if (identify(handle_of(target_.get()), identity) &&
        std::find(options_.inputs.begin(), options_.inputs.end(), identity) !=
            options_.inputs.end()) {
      fail(OutputFault::is_input, 0);
    }
    return;
  }
  if (path_.empty()) {
    fail(OutputFault::no_folder, 0);
  }
  const std::wstring name = file_name(path_);
  const DWORD attributes = ::GetFileAttributesW(name.c_str());
  if (attributes == INVALID_FILE_ATTRIBUTES) {
    was_there_ = false;
    const int error = errno_of(::GetLastError());
    if (error != ENOENT) {
      fail(error);
    }
    if (path_.back() == '/' || path_.back() == '\\') {
      fail(OutputFault::is_folder, 0);
    }
    return;
  }
  was_there_ = true;
  if ((attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
    fail(OutputFault::is_folder, 0);
  }
  const Handle there = open_to_look(path_);
  const bool regular = !there.is_open() || ::GetFileType(there.get()) == FILE_TYPE_DISK;
  if (there.is_open() && identify(there.get(), identity) &&
      std::find(options_.inputs.begin(), options_.inputs.end(), identity) !=
          options_.inputs.end()) {
    fail(OutputFault::is_input, 0);
  }
  if (regular) {
    if (!options_.replace) {
      fail(OutputFault::exists, 0);
    }
    // Another program that holds the file is told before the work and not after it.
    const Handle held(::CreateFileW(name.c_str(), DELETE, all_may_share, nullptr, OPEN_EXISTING,
                                    FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
    if (!held.is_open()) {
      fail(errno_of(::GetLastError()));
    }
  } else if (first) {
    Handle device(::CreateFileW(name.c_str(), GENERIC_WRITE, all_may_share, nullptr, OPEN_EXISTING,
                                SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, nullptr));
    if (!device.is_open()) {
      fail(errno_of(::GetLastError()));
    }
    target_ = Descriptor(descriptor_of(std::move(device)));
  } else {
    // What was a file, or nothing, is now a device or a pipe: it is not to be replaced.
    fail(OutputFault::exists, 0);
  }
}

void OutputFile::open_beside_target() { own_name_ = make_named(folder_, options_.permissions); }

void OutputFile::open_held_back() {
  Handle file = system::open_temporary();
  if (!file.is_open()) {
    fail(errno_of(::GetLastError()));
  }
  bytes_ = Descriptor(descriptor_of(std::move(file)));
}

std::string OutputFile::make_named(const std::string& folder, unsigned /*permissions*/) {
  static std::atomic<unsigned> counter{0};
  DWORD error = ERROR_SUCCESS;
  for (int i = 0; i < most_names; ++i) {
    const std::string name = folder + (folder == "." ? "/" : "") + ".kpfd-" +
                             std::to_string(::GetCurrentProcessId()) + '-' +
                             std::to_string(counter.fetch_add(1)) + ".part";
    // Whoever looks may look; the name can be changed while it is open.
    Handle file(::CreateFileW(file_name(name).c_str(), GENERIC_READ | GENERIC_WRITE | DELETE,
                              FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr, CREATE_NEW,
                              FILE_ATTRIBUTE_NORMAL, nullptr));
    if (file.is_open()) {
      bytes_ = Descriptor(descriptor_of(std::move(file)));
      return name;
    }
    error = ::GetLastError();
    if (error != ERROR_FILE_EXISTS) {
      break;
    }
  }
  const int number = errno_of(error);
  fail(number == EEXIST ? OutputFault::unwritable : fault_of(number), number);
}

void OutputFile::write_to(const Descriptor& descriptor, std::string_view bytes) {
  if (!system::write_all(handle_of(descriptor.get()), bytes)) {
    fail(errno_of(::GetLastError()));
  }
}

std::unique_ptr<Source> OutputFile::written() {
  flush();
  return std::make_unique<DescriptorSource>(bytes_.get(), size_);
}

void OutputFile::put_on_disk(const Descriptor& descriptor) {
  const HANDLE handle = handle_of(descriptor.get());
  if (::GetFileType(handle) == FILE_TYPE_DISK && ::FlushFileBuffers(handle) == FALSE) {
    // Standard output may have been opened by another for less.
    const DWORD error = ::GetLastError();
    if (error != ERROR_ACCESS_DENIED && error != ERROR_INVALID_FUNCTION) {
      fail(errno_of(error));
    }
  }
}

void OutputFile::give_name() {
  if (options_.replace) {
    look_at_target(false);
  }
  // With WRITE_THROUGH it returns when the name is on the disk.
  const DWORD flags = MOVEFILE_WRITE_THROUGH | (options_.replace ? MOVEFILE_REPLACE_EXISTING : 0);
  if (::MoveFileExW(file_name(own_name_).c_str(), file_name(path_).c_str(), flags) == FALSE) {
    fail(errno_of(::GetLastError()));
  }
  own_name_.clear();
}

void OutputFile::sync_folder() {}

void OutputFile::take_back() noexcept {
  if (!published_ || !is_file() || was_there_) {
    return;
  }
  FileIdentity ours;
  FileIdentity there;
  const Handle found = open_to_look(path_);
  if (found.is_open() && identify(handle_of(bytes_.get()), ours) && identify(found.get(), there) &&
      ours == there) {
    ::DeleteFileW(file_name(path_).c_str());
  }
}

}  // namespace kpfd::converters
