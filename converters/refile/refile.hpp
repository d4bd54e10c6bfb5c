// Filings => filings: for another receiver, in another edition, one office a file, many in one.
//
//   accepted filings --FilingReader--> rows --change, split, merge--> lines --encoding--> bytes
//
// The filings have been checked before, and the results are checked again by the caller before they
// get their names. Memory does not grow with a file: what is kept is a line an office.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "converters/output/output_file.hpp"
#include "converters/refile/line_changer.hpp"
#include "converters/refile/supplies.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/summary.hpp"
#include "kpfd/text/survey.hpp"

namespace kpfd::converters {

/// A filing that the check has accepted, or found no error in but its encoding.
struct AcceptedFiling {
  std::string name;  ///< for messages
  Source* source = nullptr;
  Summary summary;
};

struct RefileOptions {
  const layout::Receiver* receiver = nullptr;  ///< nullptr: as it is
  std::string edition;                         ///< "": as it is
  text::Encoding encoding = text::Encoding::shift_jis;
  std::optional<std::uint32_t> media_number;  ///< of the first file; none: as it is
};

/// One filing with its lines changed. Throws SourceError, OutputError, SupplyError.
ChangeReport refile(const Engine& engine, const AcceptedFiling& filing,
                    const RefileOptions& options, Supplies& supplies, ByteSink& output);

/// One of the files that a filing was split into.
struct SplitPart {
  std::uint32_t media_number = 0;
  std::uint64_t records = 0;
};

/// Asked for an output when a part begins. The sink lives until split() returns.
using PartOutputs = std::function<ByteSink&(const SplitPart& part)>;

/// A file an office: media number after media number, each with the office in line 1 where that
/// names one. Offices without a record get no file; their number is `without_records`.
struct SplitResult {
  std::vector<SplitPart> parts;
  std::uint64_t without_records = 0;
};
SplitResult split(const Engine& engine, const AcceptedFiling& filing, const RefileOptions& options,
                  const PartOutputs& outputs);

/// Many filings for one receiver as one: line 1 is that of the first, offices stand once, records
/// follow in the order of the files. What the first lines of the others say otherwise is lost, and
/// counted; their media numbers are not, as the file has one. Throws SupplyError for files that
/// cannot be one.
ChangeReport merge(const Engine& engine, const std::vector<AcceptedFiling>& filings,
                   const RefileOptions& options, ByteSink& output);

}  // namespace kpfd::converters
