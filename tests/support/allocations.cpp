#include "tests/support/allocations.hpp"

#include <cstdlib>
#include <new>

void operator delete(void* memory, std::size_t size) noexcept;

namespace {

thread_local std::size_t count = 0;

}  // namespace

namespace kpfd_test {

std::size_t allocations() { return count; }

}  // namespace kpfd_test

void* operator new(std::size_t size) {
  ++count;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) {
    return memory;
  }
  throw std::bad_alloc();
}
// A sanitizer brings its own of this one, too, and wants it to match `delete`.
void* operator new(std::size_t size, const std::nothrow_t& /*unused*/) noexcept {
  ++count;
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
