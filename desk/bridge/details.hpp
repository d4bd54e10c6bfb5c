// What the page shows beside the lines of the report: the parts of a message, and for each line
// with a finding its office and, where values are asked for, its person.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "converters/repair/book.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/report/buffer.hpp"
#include "kpfd/report/report.hpp"

namespace kpfd::desk {

/// Behind each `finding` of the lines comes
///
///     {"type":"detail","title":…,"what":…,"why":…,"fix":…,"item_name":…,"form_name":…,"repair":"yes|ask|"}
class DetailedReport final : public report::Report {
 public:
  /// `lines` is the report of JSON lines that writes to `output`, too.
  DetailedReport(report::Report& lines, report::Output& output, const report::Catalogue& catalogue,
                 const converters::RepairBook& book, bool show_values, std::uint64_t most);

  void begin_file(std::string_view name, std::uint64_t size) override;
  void finding(const Finding& finding) override;
  void end_file(const Summary& summary) override;
  void finish() override;

  /// Lines with a finding, ascending, each once.
  const std::vector<std::uint64_t>& lines() const { return found_; }

 private:
  void member(std::string_view key, std::string_view text);
  std::string_view repair_of(const Finding& finding) const;

  report::Report& lines_;
  report::Output& output_;
  const report::Catalogue& catalogue_;
  const converters::RepairBook& book_;
  report::RenderOptions render_;
  std::uint64_t most_;
  std::uint64_t shown_ = 0;
  std::string text_;
  std::string part_;
  std::vector<std::uint64_t> found_;
};

/// Tells the offices of a file, in their order, and whose record each of the lines is:
///
///     {"type":"office","line":…,"number":…,"items":[{"name":…,"text":…},…]}    number and items
///     only with values
///     {"type":"row","line":…,"office":…,"person":…}     the office by its number from 1, 0: none
///     of
///                                                       them; person only with values
///
/// A file that is broken is told as far as it can be understood. A My Number is never told.
void tell_rows(const Engine& engine, const report::Catalogue& catalogue, const Summary& summary,
               Source& source, const std::vector<std::uint64_t>& lines, bool show_values,
               report::Output& output);

}  // namespace kpfd::desk
