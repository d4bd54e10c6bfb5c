// Numbers that are the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace kpfd_test {

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}

  /// 0 to count - 1.
  std::uint32_t below(std::size_t count) { return static_cast<std::uint32_t>(engine_() % count); }
  bool one_in(std::uint32_t count) { return below(count) == 0; }
  char byte() { return static_cast<char>(below(256)); }

  template <typename Container>
  const auto& of(const Container& container) {
    return container[below(container.size())];
  }

  std::string text(std::size_t size, std::string_view alphabet) {
    std::string text(size, '\0');
    for (char& c : text) {
      c = of(alphabet);
    }
    return text;
  }

 private:
  std::mt19937 engine_;
};

}  // namespace kpfd_test
