// Records in the layout of a core system: fixed-width lines or CSV, in Shift_JIS or UTF-8.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "converters/ingest/writer.hpp"
#include "converters/mapped/mapping.hpp"
#include "converters/output/output_file.hpp"

namespace kpfd::converters {

/// A value does not fit where the mapping puts it. what() tells the field's place in the mapping
/// and the record's line in the filing, never the value.
class MappingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The mapping, the model and the sink outlive the writer.
std::unique_ptr<IngestWriter> make_mapped_writer(const IngestModel& model, const Mapping& mapping,
                                                 ByteSink& sink);

}  // namespace kpfd::converters
