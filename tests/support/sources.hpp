// Sources of bytes that behave well, badly and hugely.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "kpfd/source.hpp"
#include "tests/support/exact.hpp"

namespace kpfd_test {

/// Bytes in an exactly sized buffer.
class ExactSource final : public kpfd::Source {
 public:
  explicit ExactSource(std::string_view bytes) : bytes_(bytes) {}

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    if (offset >= bytes_.size()) {
      return 0;
    }
    const std::size_t count = std::min(size, bytes_.size() - static_cast<std::size_t>(offset));
    std::memcpy(to, bytes_.data() + offset, count);
    return count;
  }

 private:
  Exact bytes_;
};

/// Has all its bytes until so many have been read, and then only the first ones: a file that is cut
/// off while it is read.
class ShrinkingSource final : public kpfd::Source {
 public:
  ShrinkingSource(std::string bytes, std::uint64_t shrink_after, std::size_t left)
      : bytes_(std::move(bytes)), shrink_after_(shrink_after), left_(left) {}

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    const std::size_t end = done_ >= shrink_after_ ? left_ : bytes_.size();
    if (offset >= end) {
      return 0;
    }
    const std::size_t count = std::min(size, end - static_cast<std::size_t>(offset));
    std::memcpy(to, bytes_.data() + offset, count);
    done_ += count;
    return count;
  }

 private:
  std::string bytes_;
  std::uint64_t shrink_after_;
  std::size_t left_;
  std::uint64_t done_ = 0;
};

/// Fails at the read that would pass a number of bytes.
class FailingSource final : public kpfd::Source {
 public:
  FailingSource(std::string bytes, std::uint64_t fail_after)
      : bytes_(std::move(bytes)), fail_after_(fail_after) {}

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    if (offset >= bytes_.size()) {
      return 0;
    }
    const std::size_t count = std::min(size, bytes_.size() - static_cast<std::size_t>(offset));
    if (done_ + count > fail_after_) {
      throw kpfd::SourceError("the disk is gone");
    }
    std::memcpy(to, bytes_.data() + offset, count);
    done_ += count;
    return count;
  }

 private:
  std::string bytes_;
  std::uint64_t fail_after_;
  std::uint64_t done_ = 0;
};

/// `head`, then `body` again and again, cut off at `size`: large files without their memory.
class RepeatingSource final : public kpfd::Source {
 public:
  RepeatingSource(std::string head, std::string body, std::uint64_t size)
      : head_(std::move(head)), body_(std::move(body)), size_(size) {}

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    std::size_t done = 0;
    while (done < size && offset < size_) {
      const bool in_head = offset < head_.size();
      const std::string& from = in_head ? head_ : body_;
      const std::size_t at = in_head
                                 ? static_cast<std::size_t>(offset)
                                 : static_cast<std::size_t>((offset - head_.size()) % body_.size());
      const std::size_t count = static_cast<std::size_t>(
          std::min<std::uint64_t>({size - done, from.size() - at, size_ - offset}));
      std::memcpy(to + done, from.data() + at, count);
      done += count;
      offset += count;
    }
    return done;
  }

 private:
  std::string head_;
  std::string body_;
  std::uint64_t size_;
};

}  // namespace kpfd_test
