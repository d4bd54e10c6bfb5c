// A copy of bytes in a heap buffer of just their size, so that the address sanitizer sees each read
// beyond it.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace kpfd_test {

class Exact {
 public:
  explicit Exact(std::string_view bytes, std::size_t padding = 0)
      : size_(bytes.size()), bytes_(new char[bytes.size() + padding]()) {
    if (!bytes.empty()) {
      std::memcpy(bytes_.get(), bytes.data(), bytes.size());
    }
  }
  std::string_view view() const { return {bytes_.get(), size_}; }
  char* data() { return bytes_.get(); }
  const char* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

}  // namespace kpfd_test
