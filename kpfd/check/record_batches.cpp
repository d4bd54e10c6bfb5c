#include "kpfd/check/record_batches.hpp"

namespace kpfd::check {

namespace {

/// Findings of a batch that are kept; they are far larger than the records that they are about.
constexpr std::size_t most_findings = 2048;

}  // namespace

void RecordBatches::check(RecordBatch& batch) const {
  batch.alone = false;
  batch.findings.clear();
  batch.later.clear();
  Collector findings(schemas_.checks(), batch.findings);
  if (head_.profile != nullptr) {
    findings.obey(*head_.profile);
  }
  DataChecker records(schemas_, options_, head_, findings, batch.later);
  grammar::BatchSource source(batch.lines);
  grammar::LineReader reader(source, batch.lines.offset, batch.lines.end(),
                             grammar::usual_read_size, batch.lines.first_line);
  grammar::Line line;
  while (reader.next(line)) {
    const bool usual_end = line.end == grammar::LineEnd::cr_lf ||
                           (line.end != grammar::LineEnd::none && line_end_named_);
    if (!usual_end || line.size == 0 || line.too_long || batch.findings.size() > most_findings) {
      return;
    }
    records.check(line);
    findings.flush();
  }
  batch.tally = findings.tally();
  batch.counts = records.counts();
  batch.alone = true;
}

}  // namespace kpfd::check
