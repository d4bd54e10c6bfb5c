#include "converters/repair/book.hpp"

#include <algorithm>
#include <pugixml.hpp>

#include "kpfd/layout/load.hpp"

namespace kpfd::converters {

namespace {

[[noreturn]] void fail(const std::string& reason) {
  throw layout::SchemaError(layout::Place{std::string(RepairBook::file), 0, 0}, reason);
}

Method method_of(const std::string& key) {
  const auto* const at = std::find(method_keys.begin(), method_keys.end(), key);
  if (at == method_keys.end()) {
    fail("no method is called `" + key + "`");
  }
  return static_cast<Method>(at - method_keys.begin());
}

}  // namespace

RepairBook RepairBook::load(const std::vector<Engine::SchemaFile>& files) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [](const auto& known) { return known.name == file; });
  if (found == files.end()) {
    fail("missing");
  }
  pugi::xml_document document;
  const pugi::xml_parse_result result =
      document.load_buffer(found->content.data(), found->content.size());
  if (!result) {
    fail(std::string("no XML: ") + result.description());
  }
  RepairBook book;
  const pugi::xml_node root = document.document_element();
  for (const pugi::xml_node& node : root.children("method")) {
    const Method method = method_of(node.attribute("key").value());
    book.names_[static_cast<std::size_t>(method)] = {node.attribute("name").value(),
                                                     node.attribute("name-en").value()};
  }
  for (const pugi::xml_node& node : root.children("repair")) {
    Repair repair;
    repair.rule = node.attribute("rule").value();
    repair.cause = node.attribute("cause").value();
    repair.method = method_of(node.attribute("method").value());
    repair.ask = std::string_view(node.attribute("ask").value()) == "yes";
    if (book.name(repair.method).ja.empty()) {
      fail("method `" + std::string(node.attribute("method").value()) + "` has no name");
    }
    const std::string rule = repair.rule;
    book.repairs_[rule].push_back(std::move(repair));
  }
  return book;
}

const std::vector<Repair>& RepairBook::of(std::string_view rule) const {
  static const std::vector<Repair> none;
  const auto found = repairs_.find(rule);
  return found == repairs_.end() ? none : found->second;
}

}  // namespace kpfd::converters
