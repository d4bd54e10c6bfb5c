#include "kpfd/xsd/document.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <new>
#include <string>
#include <utility>

#include "kpfd/xsd/libxml.hpp"

namespace kpfd::xsd {

namespace {

// ---- libxml2 made ready -------------------------------------------------------------------------

std::atomic<std::uint64_t> all_refused_loads{0};
thread_local std::uint64_t refused_loads_here = 0;

/// Takes the place of libxml2's loader of external entities, schemas and DTDs: opens nothing.
xmlParserInputPtr refuse_to_load(const char* /*url*/, const char* /*id*/,
                                 xmlParserCtxtPtr /*context*/) noexcept {
  ++refused_loads_here;
  all_refused_loads.fetch_add(1, std::memory_order_relaxed);
  return nullptr;
}

// NOLINTNEXTLINE(cert-dcl50-cpp): the type is libxml2's
void say_nothing(void* /*context*/, const char* /*format*/, ...) noexcept {}

/// What libxml2 sets up lazily and without locks is set up here, once and before any thread uses
/// it.
void make_ready() {
  static std::once_flag once;
  std::call_once(once, [] {
    libxml().xmlInitParser();
    libxml().xmlSchemaInitTypes();
    libxml().xmlSetExternalEntityLoader(refuse_to_load);
  });
}

// ---- before libxml2 sees the text ---------------------------------------------------------------

/// Number of bytes of the valid UTF-8 sequence at the beginning, 0 if there is none. NUL is none.
std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) {
    return lead == 0 ? 0 : 1;
  }
  std::size_t size = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    size = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    size = 3;
    low = lead == 0xE0 ? 0xA0 : 0x80;
    high = lead == 0xED ? 0x9F : 0xBF;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    size = 4;
    low = lead == 0xF0 ? 0x90 : 0x80;
    high = lead == 0xF4 ? 0x8F : 0xBF;
  } else {
    return 0;
  }
  if (text.size() < size || byte(1) < low || byte(1) > high) {
    return 0;
  }
  for (std::size_t i = 2; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) {
      return 0;
    }
  }
  return size;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Reads the text once for what libxml2 is not to see; adds a fault, or none.
void look_over(std::string_view xml, const Limits& limits, Collector& collector) {
  std::uint32_t line = 1;
  // libxml2 compares every attribute of a tag with every other before it hands them over, so they
  // are counted here: `=` and a quote, since the last `<`. A text could look like that, ours do
  // not.
  std::uint32_t attributes = 0;
  bool behind_equal_sign = false;
  for (std::size_t at = 0; at < xml.size();) {
    const std::size_t size = utf8_sequence(xml.substr(at));
    if (size == 0) {
      collector.add(line, "the file is not UTF-8");
      return;
    }
    const char c = xml[at];
    at += size;
    if (c == '\n' && ++line > limits.lines) {
      collector.add(0, "more than " + std::to_string(limits.lines) + " lines");
      return;
    }
    if (c == '<') {
      attributes = 0;
    } else if ((c == '"' || c == '\'') && behind_equal_sign && ++attributes > limits.attributes) {
      collector.add(line,
                    "more than " + std::to_string(limits.attributes) + " attributes in one tag");
      return;
    }
    behind_equal_sign = c == '=' || (behind_equal_sign && is_space(c));
  }
}

/// The encoding that the XML declaration names; empty if it names none.
std::string declared_encoding(std::string_view xml) {
  if (xml.rfind("\xEF\xBB\xBF", 0) == 0) {
    xml.remove_prefix(3);
  }
  if (xml.rfind("<?xml", 0) != 0 || xml.size() < 6 || !is_space(xml[5])) {
    return {};
  }
  std::string_view declaration = xml.substr(0, xml.find("?>"));
  const std::size_t word = declaration.find("encoding");
  if (word == std::string_view::npos) {
    return {};
  }
  const std::size_t open = declaration.find_first_of("'\"", word);
  if (open == std::string_view::npos) {
    return {};
  }
  const std::size_t close = declaration.find(declaration[open], open + 1);
  if (close == std::string_view::npos) {
    return {};
  }
  return std::string(declaration.substr(open + 1, close - open - 1));
}

bool is_utf8_name(std::string encoding) {
  std::transform(encoding.begin(), encoding.end(), encoding.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return encoding == "UTF-8";
}

// ---- while libxml2 parses -----------------------------------------------------------------------

struct ContextDeleter {
  void operator()(xmlParserCtxtPtr context) const noexcept { libxml().xmlFreeParserCtxt(context); }
};
using Context = std::unique_ptr<xmlParserCtxt, ContextDeleter>;

/// What the handlers below know of their document; `_private` of the parser's context.
struct Watch {
  Collector& collector;
  const ParseOptions& options;
  std::uint32_t elements = 0;
  bool stopped = false;
};

Watch& watch_of(xmlParserCtxtPtr context) { return *static_cast<Watch*>(context->_private); }

std::uint32_t line_of(xmlParserCtxtPtr context) {
  const int line = context->input == nullptr ? 0 : context->input->line;
  return line < 0 ? 0 : static_cast<std::uint32_t>(line);
}

/// The line where the tag begins that has just been read; libxml2 itself only knows where it ends.
std::uint32_t line_of_tag(xmlParserCtxtPtr context) {
  std::uint32_t line = line_of(context);
  if (context->input == nullptr) {
    return line;
  }
  const xmlChar* at = context->input->cur;
  std::uint32_t newlines = 0;
  while (at > context->input->base && *at != '<') {
    --at;
    newlines += *at == '\n' ? 1 : 0;
  }
  return *at == '<' && newlines < line ? line - newlines : line;
}

void refuse(xmlParserCtxtPtr context, std::uint32_t line, std::string_view reason) noexcept {
  Watch& watch = watch_of(context);
  if (!watch.stopped) {
    watch.collector.add(line, reason);
    watch.stopped = true;
  }
  libxml().xmlStopParser(context);
}

void on_doctype(void* parser, const xmlChar* /*name*/, const xmlChar* /*public_id*/,
                const xmlChar* /*system_id*/) noexcept {
  auto* const context = static_cast<xmlParserCtxtPtr>(parser);
  refuse(context, line_of(context),
         "a DOCTYPE has no place here: no DTD is read, no entity declared");
}

void on_instruction(void* parser, const xmlChar* /*target*/, const xmlChar* /*data*/) noexcept {
  auto* const context = static_cast<xmlParserCtxtPtr>(parser);
  refuse(context, line_of(context), "a processing instruction <?…?> has no place here");
}

void on_error(void* parser, ErrorPointer error) noexcept {
  Watch& watch = watch_of(static_cast<xmlParserCtxtPtr>(parser));
  if (!watch.stopped) {
    Collector::take(&watch.collector, error);
  }
}

void on_start(void* parser, const xmlChar* name, const xmlChar* prefix, const xmlChar* uri,
              int namespaces_count, const xmlChar** namespaces, int attributes_count,
              int defaulted_count, const xmlChar** attributes) noexcept {
  auto* const context = static_cast<xmlParserCtxtPtr>(parser);
  Watch& watch = watch_of(context);
  if (watch.stopped) {
    return;
  }
  const Limits& limits = watch.options.limits;
  const std::uint32_t line = line_of_tag(context);
  if (namespaces_count > 0 && !watch.options.namespaces) {
    refuse(context, line,
           "a namespace (xmlns) has no place here: nothing is included or looked up");
    return;
  }
  if (context->nodeNr >= 0 && static_cast<std::uint32_t>(context->nodeNr) >= limits.depth) {
    refuse(context, line, "elements stand too deep inside each other");
    return;
  }
  if (++watch.elements > limits.elements) {
    refuse(context, line, "too many elements");
    return;
  }
  std::size_t bytes = 0;
  for (int i = 0; i < attributes_count; ++i) {
    // Five pointers each: name, prefix, URI, begin and end of the value.
    const xmlChar* const* const attribute = attributes + std::ptrdiff_t{5} * i;
    bytes += static_cast<std::size_t>(attribute[4] - attribute[3]);
  }
  if (bytes > limits.attribute_bytes) {
    refuse(context, line, "the attributes of one element are too long");
    return;
  }
  libxml().xmlSAX2StartElementNs(parser, name, prefix, uri, namespaces_count, namespaces,
                                 attributes_count, defaulted_count, attributes);
  if (context->node != nullptr) {
    context->node->line = static_cast<unsigned short>(
        std::min<std::uint32_t>(line, std::numeric_limits<unsigned short>::max()));
  }
}

/// The one way in which the project makes a parser of libxml2.
Context make_context(Watch& watch) {
  Context context(libxml().xmlNewParserCtxt());
  if (!context || context->sax == nullptr) {
    throw std::bad_alloc();
  }
  context->_private = &watch;
  context->sax->internalSubset = on_doctype;
  context->sax->externalSubset = nullptr;
  context->sax->processingInstruction = on_instruction;
  context->sax->startElementNs = on_start;
  context->sax->serror = on_error;
  return context;
}

/// Never NOENT, DTDLOAD, DTDATTR, DTDVALID, HUGE, XINCLUDE, RECOVER.
constexpr int parser_flags = XML_PARSE_NONET
#if LIBXML_VERSION >= 21300
                             | XML_PARSE_NO_XXE
#endif
    ;

}  // namespace

// ---- faults -------------------------------------------------------------------------------------

namespace {

std::uint32_t line_of(ErrorPointer error) {
  long line = error->line;
  if (error->node != nullptr) {
    auto* node = static_cast<xmlNodePtr>(error->node);
    if (node->type == XML_ATTRIBUTE_NODE) {
      node = node->parent;
    }
    if (node != nullptr && node->type == XML_ELEMENT_NODE) {
      line = libxml().xmlGetLineNo(node);
    }
  }
  return line > 0 ? static_cast<std::uint32_t>(line) : 0;
}

}  // namespace

std::string one_line(std::string_view text) {
  constexpr std::size_t longest = 500;
  while (!text.empty() && is_space(text.back())) {
    text.remove_suffix(1);
  }
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    if (line.size() > longest) {
      return line + "…";
    }
    const std::size_t size = utf8_sequence(text.substr(at));
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool c1 = size == 2 && byte == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0;
    if (size == 0 || byte < 0x20 || byte == 0x7F || c1) {
      line += is_space(text[at]) ? ' ' : '?';
    } else {
      line += text.substr(at, size);
    }
    at += std::max<std::size_t>(size, 1);
  }
  return line;
}

void Collector::add(std::uint32_t line, std::string_view reason) noexcept {
  try {
    if (faults_.size() < most_faults) {
      faults_.push_back({one_line(file_), line, one_line(reason)});
    }
  } catch (const std::bad_alloc&) {
    out_of_memory_ = true;
  }
}

void Collector::take(void* collector, ErrorPointer error) noexcept {
  auto& self = *static_cast<Collector*>(collector);
  if (error == nullptr) {
    return;
  }
  if (error->code == XML_ERR_NO_MEMORY) {
    self.out_of_memory_ = true;
    return;
  }
  const std::string_view message = error->message == nullptr ? "no XML" : error->message;
  // A value that breaks a facet is told twice: by the facet, and then by its type.
  const bool facet = message.find("[facet '") != std::string_view::npos;
  const bool told = self.facet_told_ && error->code == XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1;
  self.facet_told_ = facet;
  // What libxml2 says of a key whose attribute it has just refused.
  const bool echo = !self.faults_.empty() &&
                    message.find("No precomputed value available") != std::string_view::npos;
  if (!told && !echo) {
    const bool tag = message.find("StartTag: invalid element name") != std::string_view::npos;
    self.add(line_of(error),
             tag ? "a tag without a name: in a text `<` is written `&lt;`" : message);
  }
}

void Collector::raise() {
  if (!faults_.empty()) {
    throw XmlError(std::move(faults_));
  }
  if (out_of_memory_) {
    throw std::bad_alloc();
  }
}

Session::Session(Collector& collector) : collector_(collector) {
  make_ready();
  loads_before_ = refused_loads_here;
  structured_before_ = *libxml().__xmlStructuredError();
  structured_context_before_ = *libxml().__xmlStructuredErrorContext();
  generic_before_ = *libxml().__xmlGenericError();
  generic_context_before_ = *libxml().__xmlGenericErrorContext();
  libxml().xmlSetStructuredErrorFunc(&collector, Collector::take);
  libxml().xmlSetGenericErrorFunc(nullptr, say_nothing);
}

Session::~Session() {
  libxml().xmlSetStructuredErrorFunc(structured_context_before_, structured_before_);
  libxml().xmlSetGenericErrorFunc(generic_context_before_, generic_before_);
  libxml().xmlResetLastError();
}

void Session::note_refused_loads() {
  if (refused_loads_here != loads_before_) {
    collector_.add(0, "the file asks for another file; none is opened");
  }
}

// ---- the way in ---------------------------------------------------------------------------------

void DocumentDeleter::operator()(_xmlDoc* document) const noexcept {
  libxml().xmlFreeDoc(document);
}

Document parse(std::string_view xml, std::string_view name, const ParseOptions& options) {
  Collector collector(name);
  if (xml.empty()) {
    collector.add(0, "the file is empty");
  } else if (xml.size() >
             std::min<std::size_t>(options.limits.bytes, std::numeric_limits<int>::max())) {
    collector.add(0, "larger than " + std::to_string(options.limits.bytes) + " bytes");
  } else {
    look_over(xml, options.limits, collector);
  }
  collector.raise();
  const std::string encoding = declared_encoding(xml);
  if (!encoding.empty() && !is_utf8_name(encoding)) {
    collector.add(1, "the declared encoding is `" + encoding + "`, not UTF-8");
    collector.raise();
  }

  Document document;
  {
    Session session(collector);
    Watch watch{collector, options};
    const Context context = make_context(watch);
    document.reset(libxml().xmlCtxtReadMemory(
        context.get(), xml.data(), static_cast<int>(xml.size()), nullptr, nullptr, parser_flags));
    session.note_refused_loads();
  }
  collector.raise();
  if (!document) {
    throw XmlError({{std::string(name), 0, "no XML"}});
  }
  return document;
}

std::uint64_t refused_loads() noexcept { return all_refused_loads.load(std::memory_order_relaxed); }

}  // namespace kpfd::xsd
