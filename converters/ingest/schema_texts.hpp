// The model as schemas and as a page: what each element is, for those who read our records.
#pragma once

#include <string>

#include "converters/ingest/model.hpp"

namespace kpfd::converters {

/// The XSD of the XML documents, that with My Numbers included.
std::string records_xsd(const IngestModel& model);

/// The JSON Schema (2020-12) of one line of NDJSON.
std::string records_json_schema(const IngestModel& model);

/// Every record and field as tables of Markdown.
std::string records_markdown(const IngestModel& model);

}  // namespace kpfd::converters
