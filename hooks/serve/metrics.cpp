#include "hooks/serve/metrics.hpp"

#include <algorithm>

namespace kpfd::hooks {

namespace {

/// Microseconds => seconds, as a decimal.
std::string seconds_of(std::uint64_t microseconds) {
  constexpr std::uint64_t million = 1'000'000;
  std::string rest = std::to_string(microseconds % million);
  rest.insert(0, 6 - rest.size(), '0');
  return std::to_string(microseconds / million) + '.' + rest;
}

void append_head(std::string& to, std::string_view name, std::string_view kind,
                 std::string_view help) {
  to.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
  to.append(name).append(" ").append(kind).append("\n");
}

}  // namespace

std::string_view name_of(Route route) {
  constexpr std::array<std::string_view, route_kinds> names = {
      "/v1/check", "/v1/filings", "/v1/filings/{receipt}", "/v1/rules",
      "/healthz",  "/metrics",    "/openapi.json",         "other"};
  return names[static_cast<std::size_t>(route)];
}

void Metrics::count(Route route, int status, std::chrono::microseconds took,
                    std::uint64_t bytes_in) {
  ByRoute& counters = routes_[static_cast<std::size_t>(route)];
  const auto place = std::find(statuses.begin(), statuses.end(), status);
  if (place != statuses.end()) {
    ++counters.by_status[static_cast<std::size_t>(place - statuses.begin())];
  }
  const auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0));
  const auto end = std::lower_bound(ends.begin(), ends.end(), time);
  ++counters.by_time[static_cast<std::size_t>(end - ends.begin())];
  counters.microseconds += time;
  counters.bytes += bytes_in;
}

void Metrics::append(std::string& to) const {
  append_head(to, "kpfd_requests_total", "counter", "Requests that were answered.");
  for (std::size_t route = 0; route < route_kinds; ++route) {
    for (std::size_t i = 0; i < statuses.size(); ++i) {
      const std::uint64_t count = routes_[route].by_status[i];
      if (count > 0) {
        to.append("kpfd_requests_total{route=\"").append(name_of(static_cast<Route>(route)));
        to.append("\",status=\"").append(std::to_string(statuses[i])).append("\"} ");
        to.append(std::to_string(count)).append("\n");
      }
    }
  }
  append_head(to, "kpfd_request_bytes_total", "counter", "Bytes of bodies that were answered.");
  for (std::size_t route = 0; route < route_kinds; ++route) {
    to.append("kpfd_request_bytes_total{route=\"").append(name_of(static_cast<Route>(route)));
    to.append("\"} ").append(std::to_string(routes_[route].bytes)).append("\n");
  }
  append_head(to, "kpfd_request_seconds", "histogram",
              "From the last byte of a request to its answer.");
  for (std::size_t route = 0; route < route_kinds; ++route) {
    const std::string label = "route=\"" + std::string(name_of(static_cast<Route>(route))) + '"';
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i <= ends.size(); ++i) {
      sum += routes_[route].by_time[i];
      const std::string end = i < ends.size() ? seconds_of(ends[i]) : "+Inf";
      to.append("kpfd_request_seconds_bucket{").append(label).append(",le=\"").append(end);
      to.append("\"} ").append(std::to_string(sum)).append("\n");
    }
    to.append("kpfd_request_seconds_sum{").append(label).append("} ");
    to.append(seconds_of(routes_[route].microseconds)).append("\n");
    to.append("kpfd_request_seconds_count{").append(label).append("} ");
    to.append(std::to_string(sum)).append("\n");
  }
}

void append_metric(std::string& to, std::string_view name, std::string_view kind,
                   std::string_view help, std::uint64_t value) {
  append_head(to, name, kind, help);
  to.append(name).append(" ").append(std::to_string(value)).append("\n");
}

}  // namespace kpfd::hooks
