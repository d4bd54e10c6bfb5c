#include "converters/refile/gate.hpp"

#include "converters/repair/repairer.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::converters {

Gate::Gate(const Engine& engine, const RepairBook& book) : book_(book) {
  const auto add = [this](const std::vector<layout::SizeLimit>& limits) {
    for (const layout::SizeLimit& limit : limits) {
      sizes_.insert(limit.check);
    }
  };
  add(engine.layouts().sizes);
  for (const layout::Receiver& receiver : engine.layouts().receivers) {
    add(receiver.sizes);
  }
}

void Gate::finding(const Finding& finding) {
  if (finding.severity != Severity::error) {
    return;
  }
  if (sizes_.count(finding.rule->id) > 0) {
    too_large_.insert(finding.rule->id);
    return;
  }
  const Repair* const repair = repair_of(book_, finding, {});
  open_ = open_ && repair != nullptr && repair->method == Method::encode;
}

}  // namespace kpfd::converters
