// Only good filings: the check before a filing is taken in, and the findings that travel along.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "converters/ingest/model.hpp"
#include "converters/ingest/writer.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/report/catalogue.hpp"

namespace kpfd::converters {

struct AdmissionOptions {
  CheckOptions check;
  /// Errors that the model tolerates keep a filing out, too.
  bool strict = false;
  /// Is told each finding, too; nullptr: nobody.
  FindingSink* also = nullptr;
};

/// What the check has said of a filing.
struct Admission {
  Summary summary;
  bool accepted = false;
  std::uint64_t findings = 0;
  /// The first of them; all, unless there are very many.
  std::vector<FindingFacts> first;
};

/// Most findings that are kept; if there are more, tell_findings() checks once more.
inline constexpr std::size_t most_kept_findings = 4096;

/// Checks a filing as `kpfd check` does.
Admission admit(const Engine& engine, const IngestModel& model, const report::Catalogue& catalogue,
                Source& source, const AdmissionOptions& options);

/// Tells all findings of an admission, in their order.
void tell_findings(const Engine& engine, const IngestModel& model,
                   const report::Catalogue& catalogue, Source& source,
                   const AdmissionOptions& options, const Admission& admission,
                   IngestWriter& writer);

/// The facts about an accepted filing, but receipt, fingerprint and the time of receiving.
Filing facts_of(const Engine& engine, const IngestModel& model, const AdmissionOptions& options,
                const Admission& admission);

}  // namespace kpfd::converters
