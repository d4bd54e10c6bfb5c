#include "converters/ingest/admission.hpp"

#include <string>

#include "converters/ingest/values.hpp"

namespace kpfd::converters {

namespace {

FindingFacts facts_about(const IngestModel& model, const report::Catalogue& catalogue,
                         const Finding& finding) {
  const RecordType& type = model.finding();
  FindingFacts facts(type.fields.size());
  const auto set = [&](std::string_view key, std::string value) {
    const int field = type.field_of(key);
    if (field >= 0) {
      facts[static_cast<std::size_t>(field)] = std::move(value);
    }
  };
  std::string message;
  catalogue.render(finding, {}, message);
  set("severity", std::string(name_of(finding.severity)));
  set("rule", finding.rule == nullptr ? std::string() : finding.rule->id);
  set("line", std::to_string(finding.line));
  set("item", std::to_string(finding.item));
  set("key", std::string(finding.item_name.key));
  set("message", std::move(message));
  return facts;
}

/// Counts what keeps a filing out, and keeps what travels along.
class Doorkeeper final : public FindingSink {
 public:
  Doorkeeper(const IngestModel& model, const report::Catalogue& catalogue,
             const AdmissionOptions& options, Admission& admission)
      : model_(model), catalogue_(catalogue), options_(options), admission_(admission) {}

  void finding(const Finding& finding) override {
    const bool tolerated =
        !options_.strict && finding.rule != nullptr && model_.tolerates(finding.rule->id);
    if (finding.severity == Severity::error && !tolerated) {
      ++errors_;
    }
    ++admission_.findings;
    if (admission_.first.size() < most_kept_findings) {
      admission_.first.push_back(facts_about(model_, catalogue_, finding));
    }
    if (options_.also != nullptr) {
      options_.also->finding(finding);
    }
  }

  std::uint64_t errors() const { return errors_; }

 private:
  const IngestModel& model_;
  const report::Catalogue& catalogue_;
  const AdmissionOptions& options_;
  Admission& admission_;
  std::uint64_t errors_ = 0;
};

/// Hands findings on to a writer.
class Teller final : public FindingSink {
 public:
  Teller(const IngestModel& model, const report::Catalogue& catalogue, IngestWriter& writer)
      : model_(model), catalogue_(catalogue), writer_(writer) {}
  void finding(const Finding& finding) override {
    writer_.finding(facts_about(model_, catalogue_, finding));
  }

 private:
  const IngestModel& model_;
  const report::Catalogue& catalogue_;
  IngestWriter& writer_;
};

std::string iso_of(CivilDate date) {
  const YearMonthDay parts = parts_of(date);
  const auto padded = [](int number) {
    return (number < 10 ? "-0" : "-") + std::to_string(number);
  };
  return std::to_string(parts.year) + padded(parts.month) + padded(parts.day);
}

}  // namespace

Admission admit(const Engine& engine, const IngestModel& model, const report::Catalogue& catalogue,
                Source& source, const AdmissionOptions& options) {
  Admission admission;
  Doorkeeper doorkeeper(model, catalogue, options, admission);
  admission.summary = engine.check(source, options.check, doorkeeper);
  admission.accepted = admission.summary.verdict != Verdict::unchecked && doorkeeper.errors() == 0;
  return admission;
}

void tell_findings(const Engine& engine, const IngestModel& model,
                   const report::Catalogue& catalogue, Source& source,
                   const AdmissionOptions& options, const Admission& admission,
                   IngestWriter& writer) {
  if (admission.findings == admission.first.size()) {
    for (const FindingFacts& finding : admission.first) {
      writer.finding(finding);
    }
    return;
  }
  Teller teller(model, catalogue, writer);
  CheckOptions check = options.check;
  check.progress = nullptr;
  engine.check(source, check, teller);
}

Filing facts_of(const Engine& engine, const IngestModel& model, const AdmissionOptions& options,
                const Admission& admission) {
  const Summary& summary = admission.summary;
  Filing filing;
  filing.set(model, "kind", summary.kind);
  filing.set(model, "encoding", summary.encoding);
  filing.set(model, "bytes", std::to_string(summary.bytes));
  filing.set(model, "edition", summary.edition);
  filing.set(model, "schemas", engine.schemas_edition());
  filing.set(model, "rules", engine.rules_hash());
  filing.set(model, "checked_as_of", iso_of(options.check.check_date));
  filing.set(model, "office_count", std::to_string(summary.offices));
  filing.set(model, "record_count", std::to_string(summary.data_records));
  filing.set(model, "finding_count", std::to_string(admission.findings));
  return filing;
}

}  // namespace kpfd::converters
