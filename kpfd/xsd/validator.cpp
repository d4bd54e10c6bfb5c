#include "kpfd/xsd/validator.hpp"

#include <algorithm>
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

}  // namespace kpfd::xsd
