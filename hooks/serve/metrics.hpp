// What the service counts, in the text form that Prometheus reads.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace kpfd::hooks {

/// What a request is about, for counting and for the log: never the path that somebody sent.
enum class Route : std::uint8_t { check, load, filing, rules, health, metrics, description, other };
inline constexpr std::size_t route_kinds = 8;
/// `/v1/check`.
std::string_view name_of(Route route);

class Metrics {
 public:
  void count(Route route, int status, std::chrono::microseconds took, std::uint64_t bytes_in);

  /// Requests by route and status, and how long they took.
  void append(std::string& to) const;

 private:
  static constexpr std::array<int, 21> statuses = {200, 201, 400, 401, 404, 405, 406,
                                                   408, 409, 411, 413, 414, 415, 417,
                                                   422, 429, 431, 500, 501, 503, 505};
  /// Upper ends, in microseconds; the last one has none.
  static constexpr std::array<std::uint64_t, 12> ends = {500,     1'000,   2'500,     5'000,
                                                         10'000,  25'000,  50'000,    100'000,
                                                         250'000, 500'000, 1'000'000, 5'000'000};
  struct ByRoute {
    std::array<std::atomic<std::uint64_t>, statuses.size()> by_status{};
    std::array<std::atomic<std::uint64_t>, ends.size() + 1> by_time{};
    std::atomic<std::uint64_t> microseconds{0};
    std::atomic<std::uint64_t> bytes{0};
  };
  std::array<ByRoute, route_kinds> routes_;
};

/// One number with its description.
void append_metric(std::string& to, std::string_view name, std::string_view kind,
                   std::string_view help, std::uint64_t value);

}  // namespace kpfd::hooks
