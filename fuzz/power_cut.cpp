#include "power_cut.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <utility>

#include "support.hpp"

namespace kpfd_fuzz {

/// A file: what is on the disk for sure, and what was done to it since.
struct Disk::File {
  struct Change {
    std::uint64_t at = 0;
    std::string bytes;
    bool truncates = false;
  };
  std::string synchronised;
  std::string now;
  std::vector<Change> changes;
  std::vector<std::unique_ptr<std::string>> shared;  ///< memory that connections share

  static void apply(std::string& to, const Change& change, std::size_t from, std::size_t size) {
    if (change.truncates) {
      to.resize(static_cast<std::size_t>(change.at));
      return;
    }
    const std::size_t at = static_cast<std::size_t>(change.at) + from;
    to.resize(std::max(to.size(), at + size));
    to.replace(at, size, change.bytes, from, size);
  }

  void change(Change made) {
    apply(now, made, 0, made.bytes.size());
    changes.push_back(std::move(made));
  }

  void synchronise() {
    synchronised = now;
    changes.clear();
  }
};

namespace {

constexpr std::size_t sector = 512;

// ---- what SQLite calls ----

struct Handle {
  sqlite3_file base;  // first: SQLite sees this
  Disk::File* file;
};

Disk::File& file_of(sqlite3_file* handle) { return *reinterpret_cast<Handle*>(handle)->file; }

/// SQLITE_OK, or the failure that is planned for this call.
int changed(int error) {
  switch (Disk::only().call()) {
    case Disk::Outcome::good:
      return SQLITE_OK;
    case Disk::Outcome::no_room:
      return SQLITE_FULL;
    case Disk::Outcome::error:
      break;
  }
  return error;
}

int close_file(sqlite3_file* handle) {
  reinterpret_cast<Handle*>(handle)->file = nullptr;
  return SQLITE_OK;
}

int read_file(sqlite3_file* handle, void* to, int size, sqlite3_int64 at) {
  const std::string& bytes = file_of(handle).now;
  const auto from = std::min(static_cast<std::size_t>(at), bytes.size());
  const std::size_t count = std::min(static_cast<std::size_t>(size), bytes.size() - from);
  std::memcpy(to, bytes.data() + from, count);
  std::memset(static_cast<char*>(to) + count, 0, static_cast<std::size_t>(size) - count);
  return count == static_cast<std::size_t>(size) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* handle, const void* from, int size, sqlite3_int64 at) {
  if (const int code = changed(SQLITE_IOERR_WRITE); code != SQLITE_OK) {
    return code;
  }
  file_of(handle).change(
      {static_cast<std::uint64_t>(at),
       std::string(static_cast<const char*>(from), static_cast<std::size_t>(size)), false});
  return SQLITE_OK;
}

int truncate_file(sqlite3_file* handle, sqlite3_int64 size) {
  if (const int code = changed(SQLITE_IOERR_TRUNCATE); code != SQLITE_OK) {
    return code;
  }
  file_of(handle).change({static_cast<std::uint64_t>(size), {}, true});
  return SQLITE_OK;
}

int synchronise_file(sqlite3_file* handle, int) {
  if (const int code = changed(SQLITE_IOERR_FSYNC); code != SQLITE_OK) {
    return code;
  }
  file_of(handle).synchronise();
  return SQLITE_OK;
}

int size_of_file(sqlite3_file* handle, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(file_of(handle).now.size());
  return SQLITE_OK;
}

// One connection at a time has a file: nobody is in its way.
int lock_file(sqlite3_file*, int) { return SQLITE_OK; }
int is_reserved(sqlite3_file*, int* result) {
  *result = 0;
  return SQLITE_OK;
}
int control_file(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return static_cast<int>(sector); }
int characteristics(sqlite3_file*) { return 0; }

int map_shared(sqlite3_file* handle, int region, int size, int extend, void volatile** to) {
  auto& shared = file_of(handle).shared;
  while (extend != 0 && shared.size() <= static_cast<std::size_t>(region)) {
    shared.push_back(std::make_unique<std::string>(static_cast<std::size_t>(size), '\0'));
  }
  *to = shared.size() > static_cast<std::size_t>(region)
            ? shared[static_cast<std::size_t>(region)]->data()
            : nullptr;
  return SQLITE_OK;
}
int lock_shared(sqlite3_file*, int, int, int) { return SQLITE_OK; }
void shared_barrier(sqlite3_file*) {}
int unmap_shared(sqlite3_file* handle, int remove) {
  if (remove != 0) {
    file_of(handle).shared.clear();
  }
  return SQLITE_OK;
}

const sqlite3_io_methods& methods() {
  static const sqlite3_io_methods made = [] {
    sqlite3_io_methods io{};
    io.iVersion = 2;
    io.xClose = close_file;
    io.xRead = read_file;
    io.xWrite = write_file;
    io.xTruncate = truncate_file;
    io.xSync = synchronise_file;
    io.xFileSize = size_of_file;
    io.xLock = lock_file;
    io.xUnlock = lock_file;
    io.xCheckReservedLock = is_reserved;
    io.xFileControl = control_file;
    io.xSectorSize = sector_size;
    io.xDeviceCharacteristics = characteristics;
    io.xShmMap = map_shared;
    io.xShmLock = lock_shared;
    io.xShmBarrier = shared_barrier;
    io.xShmUnmap = unmap_shared;
    return io;
  }();
  return made;
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* handle, int flags, int* given) {
  auto* const opened = reinterpret_cast<Handle*>(handle);
  opened->base.pMethods = nullptr;
  const bool is_new = name != nullptr && !Disk::only().has(name);
  if (is_new) {
    if (const int code = changed(SQLITE_CANTOPEN); code != SQLITE_OK) {
      return code;
    }
  }
  // The program makes the file of a store itself, before SQLite opens it.
  const bool create = (flags & (SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_DB)) != 0;
  opened->file = Disk::only().open(name, create);
  if (opened->file == nullptr) {
    return SQLITE_CANTOPEN;
  }
  opened->base.pMethods = &methods();
  if (given != nullptr) {
    *given = flags;
  }
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs*, const char* name, int) {
  if (!Disk::only().has(name)) {
    return SQLITE_IOERR_DELETE_NOENT;
  }
  if (const int code = changed(SQLITE_IOERR_DELETE); code != SQLITE_OK) {
    return code;
  }
  Disk::only().remove(name);
  return SQLITE_OK;
}

int access_file(sqlite3_vfs*, const char* name, int, int* result) {
  *result = Disk::only().has(name) ? 1 : 0;
  return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int size, char* to) {
  const std::size_t length = std::strlen(name);
  if (length >= static_cast<std::size_t>(size)) {
    return SQLITE_CANTOPEN;
  }
  std::memcpy(to, name, length + 1);
  return SQLITE_OK;
}

int fill_random(sqlite3_vfs*, int size, char* to) {
  std::memset(to, 7, static_cast<std::size_t>(size));
  return size;
}
int sleep_not(sqlite3_vfs*, int time) { return time; }
int tell_time(sqlite3_vfs*, double* time) {
  *time = 2'461'000.5;
  return SQLITE_OK;
}
int last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

// ---- the disk ----

Disk::Disk() {
  static sqlite3_vfs vfs{};
  vfs.iVersion = 1;
  vfs.szOsFile = sizeof(Handle);
  vfs.mxPathname = 512;
  vfs.zName = "power-cut";
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_name;
  vfs.xRandomness = fill_random;
  vfs.xSleep = sleep_not;
  vfs.xCurrentTime = tell_time;
  vfs.xGetLastError = last_error;
  require(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK, "SQLite does not take the disk");
}

Disk& Disk::only() {
  static Disk disk;
  return disk;
}

Disk::Files Disk::snapshot() const {
  Files copies;
  for (const auto& [name, file] : files_) {
    const auto copy = std::make_shared<File>();
    copy->now = file->now;
    copy->synchronise();
    copies.emplace(name, copy);
  }
  return copies;
}

void Disk::restore(const Files& files) {
  files_.clear();
  removed_.clear();
  nameless_.clear();
  for (const auto& [name, file] : files) {
    const auto copy = std::make_shared<File>();
    copy->now = file->now;
    copy->synchronise();
    files_.emplace(name, copy);
  }
  plan(Trouble::none, 0);
}

void Disk::plan(Trouble trouble, std::uint64_t at) {
  trouble_ = trouble;
  at_ = at;
  calls_ = 0;
  troubled_ = false;
}

Disk::Outcome Disk::call() {
  ++calls_;
  const bool now = trouble_ != Trouble::none &&
                   (calls_ == at_ || (calls_ > at_ && trouble_ != Trouble::fails_once));
  troubled_ |= now;
  return !now ? Outcome::good : trouble_ == Trouble::full ? Outcome::no_room : Outcome::error;
}

Disk::File* Disk::open(const char* name, bool create) {
  if (name == nullptr) {
    nameless_.push_back(std::make_shared<File>());
    return nameless_.back().get();
  }
  const auto found = files_.find(name);
  if (found != files_.end()) {
    return found->second.get();
  }
  if (!create) {
    return nullptr;
  }
  const auto made = std::make_shared<File>();
  files_.emplace(name, made);
  return made.get();
}

void Disk::remove(const char* name) {
  const auto found = files_.find(name);
  removed_.push_back(found->second);
  files_.erase(found);
}

void Disk::mend(std::minstd_rand& chance) {
  for (auto& [name, file] : files_) {
    // Memory that processes share is gone with them.
    file->shared.clear();
    if (trouble_ != Trouble::cut || !troubled_) {
      continue;
    }
    // Each sector that was written since has reached the disk, or has not.
    file->now = file->synchronised;
    const bool all_in_order = chance() % 4 == 0;
    const std::size_t some = all_in_order ? chance() % (file->changes.size() + 1) : 0;
    for (std::size_t i = 0; i < file->changes.size(); ++i) {
      const File::Change& change = file->changes[i];
      for (std::size_t from = 0; from < std::max<std::size_t>(change.bytes.size(), 1);
           from += sector) {
        if (all_in_order ? i < some : chance() % 2 == 0) {
          const std::size_t left = change.bytes.size() - std::min(from, change.bytes.size());
          File::apply(file->now, change, from, std::min(sector, left));
        }
      }
    }
    file->synchronise();
  }
  removed_.clear();
  nameless_.clear();
  plan(Trouble::none, 0);
}

}  // namespace kpfd_fuzz
