// Memory that runs out.
#pragma once

namespace kpfd_test {

/// While it lives, `new` of this thread succeeds so many times and no more.
class Shortage {
 public:
  explicit Shortage(long allocations);
  ~Shortage();
  Shortage(const Shortage&) = delete;
  Shortage& operator=(const Shortage&) = delete;
};

}  // namespace kpfd_test
