// Work that must not take longer than a time, whatever it waits for.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "converters/output/output_file.hpp"
#include "kpfd/report/report.hpp"

namespace kpfd::cli {

/// How limited work has ended.
struct LimitedEnd {
  bool in_time = false;
  std::optional<int> status;  ///< what it has returned; none: it was too late, or it has died
};

/// Runs work beside this thread and waits for it no longer than until `end`. Work that is too late
/// is stopped; where the system does not even let it end, as on a share that does not answer, it is
/// left behind: it holds neither standard output nor standard error. What it brings about must be
/// in SharedBytes that both have. Those, and whatever else the work has to do with, stay until the
/// process ends, which leave_if_left_behind() does. The work returns 0 to 255.
LimitedEnd run_until(std::chrono::steady_clock::time_point end, const std::function<int()>& work);

/// Bytes in memory that limited work writes and its owner reads.
class SharedBytes final : public report::Output {
 public:
  /// Throws CommandError.
  SharedBytes();
  ~SharedBytes() override;
  SharedBytes(const SharedBytes&) = delete;
  SharedBytes& operator=(const SharedBytes&) = delete;

  void write(std::string_view bytes) override;

  /// Hands on what was written so far.
  void pour(converters::ByteSink& to) const;

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

/// Ends the process with a status, and a fault if there is one, if work was left behind in it,
/// which would not survive an orderly end; else it does nothing.
void leave_if_left_behind(int status, std::string_view fault = {});

}  // namespace kpfd::cli
