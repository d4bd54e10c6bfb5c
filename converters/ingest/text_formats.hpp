// XML, NDJSON and CSV.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "converters/ingest/rendering.hpp"
#include "converters/ingest/writer.hpp"
#include "converters/output/output_file.hpp"

namespace kpfd::converters {

/// A document by its name: "" is that of XML and NDJSON; CSV has one a record type, named after its
/// key; `my_numbers` is the one with My Numbers, of every format. It is asked for once a name, when
/// there is something to write.
using Documents = std::function<ByteSink&(std::string_view name)>;

inline constexpr std::string_view my_numbers_document = "my_numbers";

struct TextOptions {
  bool with_my_number = false;
};

std::unique_ptr<IngestWriter> make_xml_writer(const IngestModel& model, Documents documents,
                                              const TextOptions& options);
std::unique_ptr<IngestWriter> make_ndjson_writer(const IngestModel& model, Documents documents,
                                                 const TextOptions& options);
std::unique_ptr<IngestWriter> make_csv_writer(const IngestModel& model, Documents documents,
                                              const TextOptions& options);

/// The namespace of our XML: `urn:kpfd:ingest:1.0`.
std::string xml_namespace(const IngestModel& model);

/// The characters that must not stand in XML or JSON by themselves.
Escapes xml_escapes();
Escapes json_escapes();

}  // namespace kpfd::converters
