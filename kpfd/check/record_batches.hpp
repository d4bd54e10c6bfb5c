// Records checked apart from those before them, so that several threads can do it.
#pragma once

#include <vector>

#include "kpfd/check/data_checker.hpp"
#include "kpfd/check/held_findings.hpp"
#include "kpfd/grammar/batches.hpp"

namespace kpfd::check {

/// Lines behind [data], and what was found in them.
struct RecordBatch {
  grammar::Batch lines;
  /// False: something stands here that has to do with the lines before, or there are too many
  /// findings to keep. Then the rest says nothing.
  bool alone = false;
  HeldFindings findings;
  Tally tally;
  DataCounts counts;
  std::vector<SeenLater> later;
};

/// Checks batches of one file. Any number of threads may use it.
class RecordBatches {
 public:
  /// All that is given outlives this. `line_end_named`: a line end that is not CR LF has been told
  /// of, which is done once a file.
  RecordBatches(const Schemas& schemas, const CheckOptions& options, const Head& head,
                bool line_end_named)
      : schemas_(schemas), options_(options), head_(head), line_end_named_(line_end_named) {}

  /// Fills all but `lines`.
  void check(RecordBatch& batch) const;

 private:
  const Schemas& schemas_;
  const CheckOptions& options_;
  const Head& head_;
  bool line_end_named_;
};

}  // namespace kpfd::check
