#include "kpfd/xsd/validator.hpp"

#include <mutex>
#include <new>

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

}  // namespace

/// The compiled schema points into its document, so it goes first: members die in reverse order.
struct Validator::Schema {
  Document document;
  std::unique_ptr<xmlSchema, SchemaDeleter> compiled;
  /// libxml2 does not say which parts of a compiled schema a validation may write to.
  std::mutex turn;
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
  collector.raise();
}

}  // namespace kpfd::xsd
