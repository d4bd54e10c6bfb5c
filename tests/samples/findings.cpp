#include "findings.hpp"

#include <algorithm>
#include <memory>

#include "kpfd/schemas.hpp"

namespace kpfd::samples_test {

namespace {

class Sink final : public FindingSink {
 public:
  void finding(const Finding& finding) override {
    findings.insert(std::to_string(finding.line) + ' ' + std::to_string(finding.item) + ' ' +
                    std::string(name_of(finding.severity)) + ' ' + finding.rule->id);
  }
  std::multiset<std::string> findings;
};

}  // namespace

const Engine& engine() {
  static const Engine made(embedded_schemas());
  return made;
}

Checked check(std::string_view bytes, std::string_view file_name, CivilDate check_date) {
  const std::unique_ptr<char[]> exact(new char[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), exact.get());
  MemorySource source({exact.get(), bytes.size()});
  CheckOptions options;
  options.file_name = file_name;
  options.check_date = check_date;
  Sink sink;
  Checked checked;
  checked.summary = engine().check(source, options, sink);
  checked.findings = std::move(sink.findings);
  return checked;
}

std::string listing(const std::multiset<std::string>& findings) {
  std::string text;
  for (const std::string& finding : std::set<std::string>(findings.begin(), findings.end())) {
    text += finding + '\n';
  }
  return text;
}

}  // namespace kpfd::samples_test
