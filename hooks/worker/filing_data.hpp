// What a worker has read of an accepted filing, for an owner that never looks into the file: facts,
// findings, and the lines with their cells.
//
// The owner gives each line to the store's writer, which computes and binds values. What it trusts
// of a line is nothing but its bounds, its characters and its layout, and it checks all three.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "converters/ingest/identity.hpp"
#include "converters/ingest/model.hpp"
#include "converters/ingest/writer.hpp"
#include "converters/store/store.hpp"
#include "hooks/worker/wire.hpp"

namespace kpfd::hooks {

struct FilingData {
  converters::Filing filing;  ///< all facts but receipt and fingerprint
  std::vector<converters::FindingFacts> findings;
  std::string receiver;       ///< key of the receiver
  std::string rows;           ///< as append_row() writes them
  std::uint64_t records = 0;  ///< data records that the check has counted
};

/// Worker: facts and findings => a frame's body.
void append_facts(std::string& to, const FilingData& data);
/// Owner: the way back. Throws WireError for what does not fit the model.
void read_facts(std::string_view body, const converters::IngestModel& model, FilingData& data);

/// Worker: a line. Throws WireError for one that is longer than any accepted one.
void append_row(std::string& to, const converters::IngestModel& model, const converters::Row& row);

/// Hands all lines to the writer as converters::hand_over() does. Throws WireError for what no
/// worker says, and what the writer throws.
void replay(const FilingData& data, const converters::IngestModel& model,
            converters::IngestWriter& writer);

/// The identity, as converters::identify() makes it of the file itself.
converters::Identity identify(const FilingData& data, const converters::IngestModel& model,
                              std::string_view key);

/// Loads a filing under the store's own key. Throws StoreError, ValueError, WireError: then it is
/// not in the store.
converters::Stored load(const FilingData& data, const converters::IngestModel& model,
                        converters::IngestStore& store);

}  // namespace kpfd::hooks
