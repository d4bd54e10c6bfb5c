// A filing with findings => the same filing with those repaired that can be.
//
//   Source --check--> which repairs there are to make --lines, a block at a time--> mended bytes
//
// A repair is made only where the checker has found something, and each block is checked again
// with its changes: a change that does not end the finding it was made for, or that brings an error
// of the item's own, is taken back. So a file without findings comes out byte by byte as it was.
// Memory does not grow with the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "converters/output/output_file.hpp"
#include "converters/repair/book.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::converters {

/// One change. Never with a value of the filing. Views live until the sink returns.
struct Change {
  std::uint64_t line = 0;                  ///< in the file as it was, from 1; 0: the whole file
  const layout::Record* record = nullptr;  ///< nullptr: not in a record or header line
  const layout::Item* item = nullptr;      ///< nullptr: the whole line
  std::string_view rule;                   ///< whose finding it was
  Method method = Method::encode;
  std::string before;  ///< of an item: what kind of characters it had (shape_of); else ""
  std::string after;
  std::size_t columns_before = 0;  ///< of a whole line: how many items it had; else 0
  std::size_t columns_after = 0;
};

class ChangeSink {
 public:
  virtual ~ChangeSink() = default;
  /// In the order of the lines.
  virtual void change(const Change& change) = 0;

 protected:
  ChangeSink() = default;
  ChangeSink(const ChangeSink&) = default;
  ChangeSink& operator=(const ChangeSink&) = default;
};

struct RepairOptions {
  /// As for the check. `progress` is asked in every pass.
  CheckOptions check{};
  /// Rules whose findings are repaired although that may change what is filed.
  std::set<std::string, std::less<>> accepted{};
};

struct RepairResult {
  Summary before;         ///< of the check of the file as it was
  bool is_filing = true;  ///< false: nothing was written, as there are no lines to repair
  std::uint64_t changes = 0;
};

/// The repair of a finding that may be made; nullptr: none.
const Repair* repair_of(const RepairBook& book, const Finding& finding,
                        const std::set<std::string, std::less<>>& accepted);

/// A repair of a finding that would be made if its rule were accepted; nullptr: none.
const Repair* offer_for(const RepairBook& book, const Finding& finding,
                        const std::set<std::string, std::less<>>& accepted);

/// Repairs one file. Where the check could not be done, `before.verdict` says so and nothing is
/// written. Throws SourceError, OutputError.
RepairResult repair(const Engine& engine, const RepairBook& book, Source& source,
                    const RepairOptions& options, ByteSink& output, ChangeSink& changes);

}  // namespace kpfd::converters
