#include "cli/intake.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/output.hpp"
#include "cli/profile.hpp"
#include "cli/reporting.hpp"
#include "converters/source/filing_reader.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/report/text_report.hpp"

namespace kpfd::cli {

namespace {

using converters::AdmissionOptions;
using converters::Filing;
using converters::FilingReader;
using converters::IngestModel;

constexpr std::size_t longest_key = 4096;

/// `2026-07-31T18:00:00+09:00` and nothing else.
bool is_time(const std::string& text) {
  constexpr std::string_view pattern = "dddd-dd-ddTdd:dd:dd+dd:dd";
  if (text.size() != pattern.size()) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    const bool sign = pattern[i] == '+' && (text[i] == '+' || text[i] == '-');
    if (pattern[i] == 'd' ? !digit : !sign && text[i] != pattern[i]) {
      return false;
    }
  }
  return parse_iso_date(std::string_view(text).substr(0, 10)).known() && text[11] <= '2' &&
         text[14] <= '5' && text[17] <= '5';
}

}  // namespace

Intake::Intake(const Options& options, const Common& common)
    : common_(common),
      schemas_(common.schemas),
      engine_(make_engine(schemas_, load_profile(options.profile, common), common)),
      catalogue_(schemas_.load_catalogue(common.language)),
      check_date_(check_date_of(options.as_of, common)),
      received_at_(options.received_at.empty() ? now_in_japan() : options.received_at),
      strict_(options.strict) {
  if (!is_time(received_at_)) {
    throw CommandError("--received-at: " +
                       std::string(common.words("2026-07-31T18:00:00+09:00 の形で指定してください",
                                                "give it as 2026-07-31T18:00:00+09:00")));
  }
  try {
    model_ = std::make_unique<IngestModel>(schemas_.files(), engine_->layouts());
  } catch (const layout::SchemaError& error) {
    throw CommandError(error.what());
  }
}

Intake::~Intake() = default;

void Intake::raise(int status) { status_ = std::max(status_, status); }

AdmissionOptions Intake::options_for(const std::string& path) const {
  AdmissionOptions options;
  options.check.check_date = check_date_;
  options.check.file_name = path == "-" ? std::string_view{} : std::string_view(path);
  options.strict = strict_;
  return options;
}

Candidate Intake::examine(const std::string& path) {
  Candidate candidate;
  candidate.path = path;
  try {
    candidate.opened = open_source(path, common_.language);
    candidate.admission = converters::admit(*engine_, *model_, catalogue_, *candidate.opened.source,
                                            options_for(path));
    candidate.reason = candidate.admission.summary.reason;
  } catch (const SourceError& error) {
    candidate.reason = error.what();
  }
  if (!candidate.admission.accepted) {
    report(candidate);
  }
  return candidate;
}

/// What is wrong with a file that is not taken, as `kpfd check` tells it.
void Intake::report(const Candidate& candidate) {
  if (!candidate.reason.empty()) {
    raise(Exit::unchecked);
    say(candidate.path + ": " +
        std::string(common_.words("点検できませんでした: ", "could not be checked: ")) +
        candidate.reason);
    return;
  }
  raise(Exit::bad);
  DescriptorOutput output(STDERR_FILENO);
  report::TextReport report(output, catalogue_, report_options_of(*engine_));
  report.begin_file(candidate.path, candidate.opened.size);
  const AdmissionOptions admission = options_for(candidate.path);
  report.end_file(engine_->check(*candidate.opened.source, admission.check, report));
  report.finish();
}

converters::Identity Intake::identify(const Candidate& candidate, std::string_view key) const {
  FilingReader reader(engine_->layouts(), candidate.admission.summary, *candidate.opened.source);
  return converters::identify(reader, key);
}

Filing Intake::facts(const Candidate& candidate) const {
  Filing filing =
      converters::facts_of(*engine_, *model_, options_for(candidate.path), candidate.admission);
  filing.set(*model_, "received_at", received_at_);
  return filing;
}

void Intake::write(const Candidate& candidate, converters::IngestWriter& writer) const {
  Source& source = *candidate.opened.source;
  const AdmissionOptions options = options_for(candidate.path);
  converters::tell_findings(*engine_, *model_, catalogue_, source, options, candidate.admission,
                            writer);
  FilingReader reader(engine_->layouts(), candidate.admission.summary, source);
  const std::uint64_t records = converters::hand_over(reader, writer);
  if (candidate.opened.has_changed() || records != candidate.admission.summary.data_records) {
    throw SourceError("somebody has written to the file while it was read");
  }
}

std::string read_key(const std::string& path, const Common& common) {
  const auto fail = [&path](const std::string& why) -> CommandError {
    return CommandError("--key " + path + ": " + why);
  };
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat facts {};
  if (descriptor < 0 || ::fstat(descriptor, &facts) != 0) {
    throw fail(std::strerror(errno));
  }
  std::string key(longest_key + 1, '\0');
  const ssize_t size = ::read(descriptor, key.data(), key.size());
  ::close(descriptor);
  if (size < 0) {
    throw fail(std::strerror(errno));
  }
  key.resize(static_cast<std::size_t>(size));
  if (key.size() < converters::shortest_key || key.size() > longest_key) {
    throw fail(std::string(common.words("鍵は 32〜4096 バイトです（例: head -c 32 /dev/urandom）",
                                        "a key has 32 to 4096 bytes (head -c 32 /dev/urandom)")));
  }
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw fail(std::string(common.words("他人が読める鍵は使いません（chmod 600）",
                                        "others can read it; a key is for its owner (chmod 600)")));
  }
  return key;
}

std::string random_receipt() {
  std::array<char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw CommandError("the system gives no random bytes");
  }
  return converters::receipt_of({bytes.data(), bytes.size()});
}

}  // namespace kpfd::cli
