#include "converters/output/output_file.hpp"

#include <cerrno>
#include <utility>

namespace kpfd::converters {

namespace {

constexpr std::size_t copy_size = 256U << 10;

}  // namespace

OutputFile::OutputFile(std::string path, OutputOptions options)
    : path_(std::move(path)), folder_(folder_of(path_)), options_(std::move(options)) {
  buffer_.reserve(options_.buffer);
  look_at_target(true);
  if (is_file()) {
    open_beside_target();
  } else if (options_.hold_back) {
    open_held_back();
  }
}

void OutputFile::write(std::string_view bytes) {
  if (failure_) {
    throw OutputError(*failure_);
  }
  size_ += bytes.size();
  if (buffer_.size() + bytes.size() > options_.buffer) {
    flush();
    if (bytes.size() >= options_.buffer) {
      write_to(bytes_.get() >= 0 ? bytes_ : target_, bytes);
      return;
    }
  }
  buffer_ += bytes;
}

void OutputFile::flush() {
  if (failure_) {
    throw OutputError(*failure_);
  }
  write_to(bytes_.get() >= 0 ? bytes_ : target_, buffer_);
  buffer_.clear();
}

void OutputFile::finish() {
  flush();
  // A pipe or a device has nothing to put on a disk; held-back bytes need not survive.
  if (is_file()) {
    put_on_disk(bytes_);
  } else if (bytes_.get() < 0) {
    put_on_disk(target_);
  }
}

void OutputFile::publish() {
  if (published_) {
    return;
  }
  finish();
  if (is_file()) {
    give_name();
    published_ = true;
    sync_folder();
  } else {
    if (bytes_.get() >= 0) {
      copy_to_target();
    }
    published_ = true;
  }
}

void OutputFile::publish_all(const std::vector<OutputFile*>& files) {
  for (OutputFile* const file : files) {
    file->finish();
  }
  for (OutputFile* const file : files) {
    try {
      file->publish();
    } catch (const OutputError& error) {
      if (error.fault() != OutputFault::not_durable) {
        for (OutputFile* const other : files) {
          other->take_back();
        }
      }
      throw;
    }
  }
}

void OutputFile::copy_to_target() {
  const std::unique_ptr<Source> source = written();
  std::string piece(copy_size, '\0');
  for (std::uint64_t done = 0; done < size_;) {
    const std::size_t count = source->read(done, piece.data(), piece.size());
    if (count == 0) {
      fail(EIO);
    }
    write_to(target_, {piece.data(), count});
    done += count;
  }
  put_on_disk(target_);
}

void OutputFile::fail(int system_error) { fail(fault_of(system_error), system_error); }

void OutputFile::fail(OutputFault fault, int system_error) {
  failure_.emplace(fault, path_, system_error);
  throw OutputError(*failure_);
}

}  // namespace kpfd::converters
