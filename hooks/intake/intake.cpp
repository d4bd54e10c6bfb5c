#include "hooks/intake/intake.hpp"

#include <utility>

#include "converters/source/filing_reader.hpp"
#include "hooks/intake/clock.hpp"
#include "hooks/intake/words.hpp"
#include "kpfd/layout/load.hpp"

namespace kpfd::hooks {

using converters::AdmissionOptions;
using converters::Filing;
using converters::FilingReader;
using converters::IngestModel;

Intake::Intake(const Options& options)
    : language_(options.language),
      schemas_(options.schemas),
      profile_(load_profile(options.profile, language_)),
      engine_(make_engine(schemas_, profile_, language_)),
      catalogue_(schemas_.load_catalogue(language_)),
      received_at_(options.received_at),
      threads_(options.threads),
      strict_(options.strict) {
  if (!options.as_of.empty()) {
    check_date_ = check_date_of(options.as_of, language_);
  }
  if (!received_at_.empty() && !is_time(received_at_)) {
    constexpr Words words = {"2026-07-31T18:00:00+09:00 の形で指定してください",
                             "give it as 2026-07-31T18:00:00+09:00"};
    throw SetupError("--received-at: " + std::string(words.in(language_)));
  }
  try {
    model_ = std::make_unique<IngestModel>(schemas_.files(), engine_->layouts());
  } catch (const layout::SchemaError& error) {
    throw SetupError(error.what());
  }
}

Intake::~Intake() = default;

AdmissionOptions Intake::options_for(const Candidate& candidate) const {
  AdmissionOptions options;
  options.check.check_date = candidate.check_date;
  options.check.file_name =
      candidate.path == "-" ? std::string_view{} : std::string_view(candidate.path);
  options.check.threads = threads_;
  options.strict = strict_;
  return options;
}

Candidate Intake::examine(const std::string& path) const {
  Candidate candidate;
  candidate.path = path;
  try {
    candidate.opened = open_source(path, language_);
  } catch (const SourceError& error) {
    candidate.reason = error.what();
    return candidate;
  }
  check(candidate, nullptr);
  return candidate;
}

Candidate Intake::examine(const std::string& name, OpenedSource opened, FindingSink* also) const {
  Candidate candidate;
  candidate.path = name;
  candidate.opened = std::move(opened);
  check(candidate, also);
  return candidate;
}

void Intake::check(Candidate& candidate, FindingSink* also) const {
  candidate.check_date = check_date_ ? *check_date_ : today_in_japan();
  candidate.received_at = received_at_.empty() ? now_in_japan() : received_at_;
  AdmissionOptions options = options_for(candidate);
  options.also = also;
  try {
    candidate.admission =
        converters::admit(*engine_, *model_, catalogue_, *candidate.opened.source, options);
    candidate.reason = candidate.admission.summary.reason;
  } catch (const SourceError& error) {
    candidate.reason = error.what();
  }
}

void Intake::report(const Candidate& candidate, report::Report& report) const {
  report.begin_file(candidate.path, candidate.opened.size);
  const AdmissionOptions admission = options_for(candidate);
  report.end_file(engine_->check(*candidate.opened.source, admission.check, report));
  report.finish();
}

converters::Identity Intake::identify(const Candidate& candidate, std::string_view key) const {
  FilingReader reader(engine_->layouts(), candidate.admission.summary, *candidate.opened.source);
  return converters::identify(reader, key);
}

Filing Intake::facts(const Candidate& candidate) const {
  Filing filing =
      converters::facts_of(*engine_, *model_, options_for(candidate), candidate.admission);
  filing.set(*model_, "received_at", candidate.received_at);
  return filing;
}

Filing Intake::facts(const Candidate& candidate, const converters::Identity& identity) const {
  Filing filing = facts(candidate);
  filing.receipt = identity.receipt;
  filing.set(*model_, "receipt", identity.receipt);
  filing.set(*model_, "fingerprint", identity.fingerprint);
  return filing;
}

void Intake::tell_findings(const Candidate& candidate, converters::IngestWriter& writer) const {
  converters::tell_findings(*engine_, *model_, catalogue_, *candidate.opened.source,
                            options_for(candidate), candidate.admission, writer);
}

void Intake::write(const Candidate& candidate, converters::IngestWriter& writer) const {
  tell_findings(candidate, writer);
  const std::uint64_t records = converters::hand_over(
      engine_->layouts(), candidate.admission.summary, *candidate.opened.source, writer, threads_);
  if (candidate.opened.has_changed() || records != candidate.admission.summary.data_records) {
    throw SourceError("somebody has written to the file while it was read");
  }
}

converters::Stored Intake::load(const Candidate& candidate, converters::IngestStore& store) const {
  const Filing filing = facts(candidate, identify(candidate, store.key()));
  return store.load(filing, [&](converters::IngestWriter& writer) { write(candidate, writer); });
}

}  // namespace kpfd::hooks
