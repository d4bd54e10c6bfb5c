#include "kpfd/check/definitions.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "kpfd/check/builtin.hpp"
#include "kpfd/digest/sha256.hpp"
#include "kpfd/layout/compiled.hpp"
#include "kpfd/layout/document.hpp"

namespace kpfd::check {

namespace {

constexpr std::string_view checks_file = "checks.xml";

[[noreturn]] void fail(const std::string& reason) {
  throw layout::SchemaError(layout::Place{std::string(checks_file), 0, 0}, reason);
}

/// Whether a file decides what is found, and is not only words for it or made-up examples.
bool decides(std::string_view name) {
  return name == checks_file || name.rfind("layouts/", 0) == 0 || name.rfind("tables/", 0) == 0;
}

/// The hash of a list of the files that decide, as sha256sum writes it: so it can be made by hand.
std::string hash_of_rules(std::vector<layout::SchemaFile> files) {
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  std::string list;
  for (const layout::SchemaFile& file : files) {
    if (decides(file.name)) {
      list.append(digest::sha256(file.content)).append("  ").append(file.name).append("\n");
    }
  }
  return "sha256:" + digest::sha256(list);
}

RuleInfo read_check(const layout::Node& node) {
  node.allow({"id", "severity", "scope", "fixed", "source"});
  RuleInfo info;
  info.id = node.required("id");
  info.source = node.required("source");
  info.severity = node.choice<Severity>(
      "severity",
      {{"error", Severity::error}, {"warning", Severity::warning}, {"info", Severity::info}});
  info.subject = node.choice<Subject>("scope", {{name_of(Subject::file), Subject::file},
                                                {name_of(Subject::line), Subject::line},
                                                {name_of(Subject::structure), Subject::structure},
                                                {name_of(Subject::record), Subject::record},
                                                {name_of(Subject::item), Subject::item}});
  info.fixed = node.has("fixed") && node.choice<bool>("fixed", {{"true", true}, {"false", false}});
  return info;
}

std::vector<RuleInfo> load_checks(const std::vector<layout::SchemaFile>& files) {
  const auto file = std::find_if(files.begin(), files.end(), [](const layout::SchemaFile& known) {
    return known.name == checks_file;
  });
  if (file == files.end()) {
    fail("missing");
  }
  const layout::Document document(*file);
  std::map<std::string, RuleInfo> known;
  layout::Node::root_of(document).each_child([&](const layout::Node& node) {
    RuleInfo info = read_check(node);
    std::string id = info.id;
    if (!known.emplace(std::move(id), std::move(info)).second) {
      node.fail("check `" + node.text("id") + "` is said twice");
    }
  });
  std::vector<RuleInfo> checks;
  for (const std::string_view id : check_ids) {
    const auto entry = known.find(std::string(id));
    if (entry == known.end()) {
      fail("check `" + std::string(id) + "` is missing");
    }
    checks.push_back(std::move(entry->second));
    known.erase(entry);
  }
  if (!known.empty()) {
    fail("no check is called `" + known.begin()->first + "`");
  }
  return checks;
}

/// What compiled bytes begin with: they are of this version of the structs.
constexpr std::uint64_t shape = layout::compiled::shape_of<rules::RuleSet>(
    layout::compiled::shape_of<RuleInfo>(layout::compiled::shape_of<layout::Layouts>()));

}  // namespace

Definitions read_definitions(const std::vector<layout::SchemaFile>& files) {
  Definitions definitions;
  definitions.layouts = layout::load_layouts(files);
  definitions.checks = load_checks(files);
  definitions.rules_hash = hash_of_rules(files);
  return definitions;
}

std::vector<const layout::Record*> records_of(const layout::Layouts& layouts) {
  std::vector<const layout::Record*> records = {&layouts.count};
  for (const layout::Receiver& receiver : layouts.receivers) {
    for (const layout::Record& media : receiver.media) {
      records.push_back(&media);
    }
    records.push_back(&receiver.office);
  }
  for (const layout::Record& record : layouts.records) {
    records.push_back(&record);
  }
  return records;
}

std::string compile(const Definitions& definitions) {
  // A member more does not compile here: it has to be written, and read below.
  const auto& [layouts, checks, rules_hash, compiled_rules] = definitions;
  layout::CompiledWriter writer;
  writer.write(shape);
  writer.write(layouts);
  writer.write(checks);
  writer.write(rules_hash);
  for (const layout::Record* record : records_of(layouts)) {
    layout::CompiledWriter programs;
    programs.write(rules::compile(*record, layouts));
    writer.write_text(programs.take());
  }
  return writer.take();
}

std::string source_of_codes(const Definitions& definitions) {
  std::string text =
      "// Made by kpfd_compile_schemas.\n"
      "#include <algorithm>\n"
      "#include <cstdint>\n"
      "#include <limits>\n\n"
      "#include \"kpfd/rules/quick_code.hpp\"\n"
      "#include \"kpfd/rules/quick_steps.hpp\"\n\n"
      "namespace kpfd {\n\n"
      "namespace rules::steps {\n\n"
      "namespace {\n\n";
  std::string list;
  std::size_t count = 0;
  for (const layout::Record* record : records_of(definitions.layouts)) {
    const rules::RuleSet rules = rules::compile(*record, definitions.layouts);
    const std::string name = "look_" + std::to_string(count);
    if (rules.rules.empty()) {
      list += "    nullptr,\n";
    } else {
      text += rules::source_of(rules.quick, name);
      list += "    &" + name + ",\n";
    }
    ++count;
  }
  return text + "constexpr QuickCode codes[] = {\n" + list +
         "};\n\n"
         "}  // namespace\n\n"
         "}  // namespace rules::steps\n\n"
         "extern const rules::QuickCodes built_in_codes;\n"
         "const rules::QuickCodes built_in_codes{rules::steps::codes, " +
         std::to_string(count) + "};\n\n}  // namespace kpfd\n";
}

Definitions read_compiled(std::string_view bytes, const rules::QuickCodes* codes) {
  layout::CompiledReader reader(bytes);
  std::uint64_t their_shape = 0;
  reader.read(their_shape);
  if (their_shape != shape) {
    layout::CompiledReader::fail();
  }
  Definitions definitions;
  auto& [layouts, checks, rules_hash, compiled_rules] = definitions;
  reader.read(layouts);
  reader.read(checks);
  reader.read(rules_hash);
  const std::size_t records = records_of(layouts).size();
  if (codes != nullptr && codes->count != records) {
    layout::CompiledReader::fail();
  }
  for (std::size_t i = 0; i < records; ++i) {
    compiled_rules.push_back({reader.read_text(), codes == nullptr ? nullptr : codes->codes[i]});
  }
  if (!reader.at_end() || checks.size() != builtin_checks) {
    layout::CompiledReader::fail();
  }
  return definitions;
}

rules::RuleSet read_compiled_rules(std::string_view bytes) {
  layout::CompiledReader reader(bytes);
  rules::RuleSet rules;
  reader.read(rules);
  if (!reader.at_end()) {
    layout::CompiledReader::fail();
  }
  return rules;
}

}  // namespace kpfd::check
