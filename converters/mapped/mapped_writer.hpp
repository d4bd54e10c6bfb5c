// Records in the layout of a core system: fixed-width lines or CSV, in Shift_JIS or UTF-8.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "converters/ingest/writer.hpp"
#include "converters/mapped/mapping.hpp"
#include "converters/output/output_file.hpp"

namespace kpfd::converters {

/// A value does not fit where the mapping puts it. what() tells, in English, the field's place in
/// the mapping and the record's line in the filing, never the value.
class MappingError : public std::runtime_error {
 public:
  MappingError(const std::string& english, std::string japanese)
      : std::runtime_error(english), japanese_(std::move(japanese)) {}

  /// The same in `ja` or `en`.
  std::string text(std::string_view language) const {
    return language == "en" ? what() : japanese_;
  }

 private:
  std::string japanese_;
};

/// The mapping, the model and the sink outlive the writer.
std::unique_ptr<IngestWriter> make_mapped_writer(const IngestModel& model, const Mapping& mapping,
                                                 ByteSink& sink);

}  // namespace kpfd::converters
