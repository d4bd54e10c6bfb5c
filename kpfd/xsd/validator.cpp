#include "kpfd/xsd/validator.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "kpfd/layout/suggestion.hpp"
#include "kpfd/xsd/libxml.hpp"

namespace kpfd::xsd {

namespace {

struct ParserDeleter {
  void operator()(xmlSchemaParserCtxtPtr parser) const noexcept {
    libxml().xmlSchemaFreeParserCtxt(parser);
  }
};
struct SchemaDeleter {
  void operator()(xmlSchemaPtr schema) const noexcept { libxml().xmlSchemaFree(schema); }
};
struct ValidDeleter {
  void operator()(xmlSchemaValidCtxtPtr context) const noexcept {
    libxml().xmlSchemaFreeValidCtxt(context);
  }
};

constexpr std::string_view refused_begin = "The attribute '";
constexpr std::string_view refused_end = "' is not allowed.";

/// The names of all attributes that an XSD declares.
std::vector<std::string> attributes_of(std::string_view xsd) {
  constexpr std::string_view declared = "<xs:attribute name=\"";
  std::vector<std::string> names;
  for (std::size_t at = xsd.find(declared); at != std::string_view::npos;
       at = xsd.find(declared, at)) {
    at += declared.size();
    names.emplace_back(xsd.substr(at, xsd.find('"', at) - at));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// A source as libxml2 reads it. Nothing is thrown through its C code.
struct Reading {
  Source& source;
  std::uint64_t at = 0;
  std::exception_ptr failure{};

  static int read(void* reading, char* to, int size) noexcept {
    auto& self = *static_cast<Reading*>(reading);
    try {
      const std::size_t count = self.source.read(self.at, to, static_cast<std::size_t>(size));
      self.at += count;
      return static_cast<int>(count);
    } catch (...) {
      self.failure = std::current_exception();
      return -1;
    }
  }
  static int close(void* /*reading*/) noexcept { return 0; }
};

}  // namespace

/// The compiled schema points into its document, so it goes first: members die in reverse order.
struct Validator::Schema {
  Document document;
  std::unique_ptr<xmlSchema, SchemaDeleter> compiled;
  /// libxml2 does not say which parts of a compiled schema a validation may write to.
  std::mutex turn;
  std::vector<std::string> attributes;

  /// libxml2 names the attribute that is not allowed, but not what it may have been meant for.
  std::string with_suggestion(const std::string& reason) const {
    const std::size_t begin = reason.find(refused_begin);
    const std::size_t end = reason.find(refused_end, begin);
    if (begin == std::string::npos || end == std::string::npos) {
      return reason;
    }
    const std::size_t name = begin + refused_begin.size();
    return reason.substr(0, end + refused_end.size() - 1) +
           layout::suggestion(std::string_view(reason).substr(name, end - name),
                              {attributes.begin(), attributes.end()});
  }
};

Validator::Validator(std::string_view xsd, std::string_view xsd_name)
    : schema_(std::make_unique<Schema>()) {
  ParseOptions options;
  options.namespaces = true;
  schema_->document = parse(xsd, xsd_name, options);

  Collector collector(xsd_name);
  {
    Session session(collector);
    const std::unique_ptr<xmlSchemaParserCtxt, ParserDeleter> parser(
        libxml().xmlSchemaNewDocParserCtxt(schema_->document.get()));
    if (!parser) {
      throw std::bad_alloc();
    }
    libxml().xmlSchemaSetParserStructuredErrors(parser.get(), Collector::take, &collector);
    schema_->compiled.reset(libxml().xmlSchemaParse(parser.get()));
    session.note_refused_loads();
    if (!schema_->compiled && collector.empty()) {
      collector.add(0, "no XSD");
    }
  }
  collector.raise();
  schema_->attributes = attributes_of(xsd);
}

Validator::~Validator() = default;
Validator::Validator(Validator&& other) noexcept = default;
Validator& Validator::operator=(Validator&& other) noexcept = default;

void Validator::validate(std::string_view xml, std::string_view name, const Limits& limits) const {
  ParseOptions options;
  options.limits = limits;
  const Document document = parse(xml, name, options);

  Collector collector(name);
  {
    const std::lock_guard<std::mutex> lock(schema_->turn);
    Session session(collector);
    const std::unique_ptr<xmlSchemaValidCtxt, ValidDeleter> context(
        libxml().xmlSchemaNewValidCtxt(schema_->compiled.get()));
    if (!context) {
      throw std::bad_alloc();
    }
    libxml().xmlSchemaSetValidStructuredErrors(context.get(), Collector::take, &collector);
    const int result = libxml().xmlSchemaValidateDoc(context.get(), document.get());
    session.note_refused_loads();
    if (result != 0 && collector.empty()) {
      collector.add(0, "it could not be checked against its schema");
    }
  }
  try {
    collector.raise();
  } catch (const XmlError& error) {
    std::vector<Fault> faults = error.faults();
    for (Fault& fault : faults) {
      fault.reason = schema_->with_suggestion(fault.reason);
    }
    throw XmlError(std::move(faults));
  }
}

void Validator::validate_own(Source& source, std::string_view name) const {
  Collector collector(name);
  Reading reading{source};
  {
    const std::lock_guard<std::mutex> lock(schema_->turn);
    Session session(collector);
    const std::unique_ptr<xmlSchemaValidCtxt, ValidDeleter> context(
        libxml().xmlSchemaNewValidCtxt(schema_->compiled.get()));
    // What validates the stream owns it.
    xmlParserInputBuffer* const input = libxml().xmlParserInputBufferCreateIO(
        Reading::read, Reading::close, &reading, XML_CHAR_ENCODING_NONE);
    if (!context || input == nullptr) {
      throw std::bad_alloc();
    }
    libxml().xmlSchemaSetValidStructuredErrors(context.get(), Collector::take, &collector);
    const int result = libxml().xmlSchemaValidateStream(context.get(), input,
                                                        XML_CHAR_ENCODING_NONE, nullptr, nullptr);
    session.note_refused_loads();
    if (result != 0 && collector.empty()) {
      collector.add(0, "it could not be checked against its schema");
    }
  }
  if (reading.failure) {
    std::rethrow_exception(reading.failure);
  }
  collector.raise();
}

}  // namespace kpfd::xsd
