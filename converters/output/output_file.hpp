// A file that appears whole under its name, or not at all.
//
//   OutputFile  --write-->  a file without a name  --finish-->  on the disk  --publish-->  under
//   its name
//
// Until publish() the bytes are in a file beside the target that has no name (or, where the file
// system has no such files, a name that begins with a dot and ends in `.part`). A process that is
// killed leaves nothing behind; a disk that fills, a write that fails or an exception leaves the
// target as it was. publish() puts the bytes on the disk first, then gives them the name in one
// step, then puts the folder on the disk.
//
// A target that is no regular file (a pipe, a terminal, /dev/null) and standard output cannot
// appear at once. They get the bytes as they come, or, with OutputOptions::hold_back, only when all
// are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "converters/output/output_error.hpp"
#include "kpfd/source.hpp"

namespace kpfd::converters {

/// Takes bytes in their order.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// Throws OutputError.
  virtual void write(std::string_view bytes) = 0;

 protected:
  ByteSink() = default;
  ByteSink(const ByteSink&) = default;
  ByteSink& operator=(const ByteSink&) = default;
};

/// Bytes in memory.
class StringSink final : public ByteSink {
 public:
  void write(std::string_view bytes) override { text.append(bytes); }
  std::string text;
};

/// Which file a path leads to, whatever it is called.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t number = 0;
  friend bool operator==(const FileIdentity& a, const FileIdentity& b) {
    return a.device == b.device && a.number == b.number;
  }
};

/// The files behind the paths that exist; `-` is the one that standard input reads, if it reads a
/// file.
std::vector<FileIdentity> identities_of(const std::vector<std::string>& paths);

/// Makes a folder that only its owner can look into; false: it is there. Throws OutputError.
bool make_folder(const std::string& path);

/// Takes an empty folder away; what cannot be taken away stays.
void remove_folder(const std::string& path);

/// How an output is to be written.
struct OutputOptions {
  /// An existing file may be replaced.
  bool replace = false;
  /// The target gets nothing before publish(), even where it is no file, and written() can be
  /// asked.
  bool hold_back = false;
  /// The file has no name until publish(), where the file system can do that; `false`: it has one
  /// of its own from the beginning, as on file systems that cannot.
  bool nameless = true;
  /// Files that are never replaced, even with `replace`.
  std::vector<FileIdentity> inputs{};
  /// Bytes that are kept before they are written.
  std::size_t buffer = 256U << 10;
  /// Permissions of the new file, less the umask. Filings are about persons. On Windows those of
  /// its folder count.
  unsigned permissions = 0600;
};

/// Owns a file descriptor; -1: none.
class Descriptor {
 public:
  explicit Descriptor(int value = -1, bool owned = true) : value_(value), owned_(owned) {}
  Descriptor(Descriptor&& other) noexcept
      : value_(std::exchange(other.value_, -1)), owned_(other.owned_) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    std::swap(owned_, other.owned_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  int get() const { return value_; }

 private:
  int value_;
  bool owned_;
};

/// One output. Not for two threads at a time.
class OutputFile final : public ByteSink {
 public:
  /// `-` is standard output. What can be known beforehand is told at once: a name that is taken,
  /// a folder that is missing or may not be written to. Throws OutputError.
  OutputFile(std::string path, OutputOptions options);
  ~OutputFile() override;  ///< without publish() nothing has happened
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Throws OutputError; then the output is done for: each later call throws the same.
  void write(std::string_view bytes) override;

  /// Bytes taken so far.
  std::uint64_t size() const { return size_; }

  /// The bytes so far, to be read while nothing is written; of a file, or with `hold_back`. The
  /// source must not outlive the output.
  std::unique_ptr<Source> written();

  /// All bytes are on the disk; nothing has its name yet. Throws OutputError.
  void finish();

  /// finish(), and the file has its name. Throws OutputError; then the name is as it was, unless it
  /// says `not_durable`.
  void publish();

  /// Publishes several outputs: all are on the disk before the first gets its name. Where a name
  /// cannot be given, those files that were new and have got theirs lose them again.
  static void publish_all(const std::vector<OutputFile*>& files);

  const std::string& path() const { return path_; }

 private:
  bool is_file() const { return target_.get() < 0; }
  static std::string folder_of(const std::string& path);
  void look_at_target(bool first);
  void open_beside_target();
  void open_held_back();
  std::string make_named(const std::string& folder, unsigned permissions);
  void flush();
  void write_to(const Descriptor& descriptor, std::string_view bytes);
  void give_name();
  int link_to(const std::string& name) const;
  void put_on_disk(const Descriptor& descriptor);
  void copy_to_target();
  void sync_folder();
  void take_back() noexcept;
  [[noreturn]] void fail(int system_error);
  [[noreturn]] void fail(OutputFault fault, int system_error);

  std::string path_;
  std::string folder_;
  OutputOptions options_;
  Descriptor bytes_;      ///< where the bytes go first; none: straight to the target
  Descriptor target_;     ///< a target that is no file; none: the target is a file
  std::string own_name_;  ///< of the file before it has the target's; "": none
  std::string buffer_;
  std::uint64_t size_ = 0;
  std::optional<OutputError> failure_;
  bool published_ = false;
  bool was_there_ = false;  ///< the name belonged to another file before
};

}  // namespace kpfd::converters
