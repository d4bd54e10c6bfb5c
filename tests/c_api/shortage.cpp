#include "tests/c_api/shortage.hpp"

#include <cstdlib>
#include <new>

void operator delete(void* memory, std::size_t size) noexcept;

namespace {

/// Allocations of this thread until one fails; below 0: none does.
thread_local long left = -1;

bool fails() {
  if (left < 0) {
    return false;
  }
  if (left == 0) {
    return true;
  }
  --left;
  return false;
}

}  // namespace

namespace kpfd_test {

Shortage::Shortage(long allocations) { left = allocations; }
Shortage::~Shortage() { left = -1; }

}  // namespace kpfd_test

void* operator new(std::size_t size) {
  if (!fails()) {
    if (void* const memory = std::malloc(size == 0 ? 1 : size)) {
      return memory;
    }
  }
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t& /*unused*/) noexcept {
  return fails() ? nullptr : std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
