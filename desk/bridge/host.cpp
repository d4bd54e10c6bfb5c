#include "desk/bridge/host.hpp"

#include <algorithm>
#include <string>

extern "C" {
// Numbers are double: JavaScript's, exact up to 2^53.
int kpfd_host_read(int file, double offset, char* to, int size);
void kpfd_host_take(int channel, const char* bytes, int size);
int kpfd_host_go_on(double done, double all);
int kpfd_host_fits(const char* pattern, int pattern_size, const char* text, int text_size);
}

namespace kpfd::desk {

namespace {
constexpr std::size_t most_at_once = std::size_t{1} << 20;
}

void hand_over(Channel channel, std::string_view bytes) {
  kpfd_host_take(static_cast<int>(channel), bytes.data(), static_cast<int>(bytes.size()));
}

bool go_on(std::uint64_t done, std::uint64_t all) {
  return kpfd_host_go_on(static_cast<double>(done), static_cast<double>(all)) != 0;
}

bool fits(std::string_view pattern, std::string_view text) {
  return kpfd_host_fits(pattern.data(), static_cast<int>(pattern.size()), text.data(),
                        static_cast<int>(text.size())) != 0;
}

std::size_t HostSource::read(std::uint64_t offset, char* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const std::size_t wanted = std::min(size - done, most_at_once);
    const int got = kpfd_host_read(file_, static_cast<double>(offset + done), to + done,
                                   static_cast<int>(wanted));
    if (got < 0) {
      throw SourceError(std::string(unreadable_));
    }
    done += static_cast<std::size_t>(got);
    if (static_cast<std::size_t>(got) < wanted) {
      break;
    }
  }
  return done;
}

}  // namespace kpfd::desk
