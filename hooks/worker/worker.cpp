#include "hooks/worker/worker.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <utility>

#include "converters/source/filing_reader.hpp"
#include "hooks/worker/filing_data.hpp"
#include "kpfd/report/json_report.hpp"
#include "kpfd/version.hpp"

namespace kpfd::hooks {

namespace {

/// What goes into one frame: less than there is room for.
constexpr std::size_t piece_size = 256U << 10;

/// A descriptor of so many bytes. Fewer are told as they are: the check knows what to say of them.
class DescriptorSource final : public Source {
 public:
  DescriptorSource(Descriptor descriptor, std::uint64_t size)
      : descriptor_(std::move(descriptor)), size_(size) {}

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    if (offset >= size_) {
      return 0;
    }
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, size_ - offset));
    std::size_t got = 0;
    while (got < size) {
      const ssize_t count =
          ::pread(descriptor_.get(), to + got, size - got, static_cast<off_t>(offset + got));
      if (count == 0) {
        break;
      }
      if (count > 0) {
        got += static_cast<std::size_t>(count);
      } else if (errno != EINTR) {
        throw SourceError(std::string("the file cannot be read: ") + std::strerror(errno));
      }
    }
    return got;
  }

  std::uint64_t size_hint() const override { return size_; }

 private:
  Descriptor descriptor_;
  std::uint64_t size_;
};

/// Text on its way to the owner, in pieces.
class FrameOutput final : public report::Output {
 public:
  FrameOutput(int socket, FrameKind kind) : socket_(socket), kind_(kind) {}
  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const std::size_t size = std::min(bytes.size(), piece_size);
      send_frame(socket_, kind_, bytes.substr(0, size), -1, nullptr);
      bytes.remove_prefix(size);
    }
  }

 private:
  int socket_;
  FrameKind kind_;
};

/// Findings that were not kept are told once more.
class FindingKeeper final : public converters::IngestWriter {
 public:
  explicit FindingKeeper(std::vector<converters::FindingFacts>& to) : to_(to) {}
  void begin(const converters::Filing&) override {}
  void finding(const converters::FindingFacts& finding) override { to_.push_back(finding); }
  void row(const converters::Row&, std::uint64_t) override {}
  void end() override {}
  void finish() override {}

 private:
  std::vector<converters::FindingFacts>& to_;
};

/// What the last file has left on the stack, where it is nobody's: lines are split into buffers
/// there.
[[gnu::noinline]] void wipe_stack() {
  std::array<char, 256U << 10> below;
  ::explicit_bzero(below.data(), below.size());
}

WorkerSetup setup_of(std::string_view body) {
  ValueReader values(body);
  WorkerSetup setup;
  setup.intake.schemas = values.text();
  setup.intake.profile = values.text();
  setup.intake.language = values.text();
  setup.intake.as_of = values.text();
  setup.intake.received_at = values.text();
  setup.intake.strict = values.small() != 0;
  setup.confinement.memory = values.number();
  setup.confinement.user = static_cast<uid_t>(values.number());
  setup.confinement.group = static_cast<gid_t>(values.number());
  setup.processor_seconds = static_cast<std::uint32_t>(values.number());
  setup.most_findings = values.number();
  return setup;
}

WorkerJob job_of(std::string_view body) {
  ValueReader values(body);
  WorkerJob job;
  job.name = values.text();
  job.size = values.number();
  job.with_filing = values.small() != 0;
  return job;
}

/// Does one job after another.
class Worker {
 public:
  explicit Worker(const WorkerSetup& setup)
      : setup_(setup), intake_(setup.intake), options_(report_options_of(intake_.engine())) {
    intake_.engine().compile_rules();
    options_.max_findings = setup.most_findings;
  }

  const Intake& intake() const { return intake_; }

  void serve() {
    while (true) {
      Descriptor file;
      Frame frame;
      try {
        frame = receive_frame(worker_socket, &file, nullptr);
      } catch (const WireError&) {
        return;  // the owner has gone
      }
      limit_processor_time(setup_.processor_seconds);
      run(job_of(frame.body), std::move(file));
      wipe_stack();
      limit_processor_time(0);
    }
  }

 private:
  /// In a frame of its own, which wipe_stack() overwrites.
  [[gnu::noinline]] void run(const WorkerJob& job, Descriptor file) {
    OpenedSource opened = source_of(std::move(file), job.size);
    FrameOutput output(worker_socket, FrameKind::report);
    report::JsonLinesReport report(output, intake_.catalogue(), options_);
    report.begin_file(job.name, job.size);
    const Candidate candidate = intake_.examine(job.name, std::move(opened), &report);
    report.end_file(candidate.admission.summary);
    report.finish();
    if (candidate.accepted() && job.with_filing) {
      send_filing(intake_, candidate, worker_socket);
    }
    std::string body;
    ValueWriter values(body);
    values.small(static_cast<std::uint16_t>(candidate.accepted()       ? Verdict::accept
                                            : candidate.reason.empty() ? Verdict::reject
                                                                       : Verdict::unchecked));
    values.text(candidate.reason);
    send_frame(worker_socket, FrameKind::done, body, -1, nullptr);
  }

  WorkerSetup setup_;
  Intake intake_;
  report::ReportOptions options_;
};

/// Tells the owner what the worker checks with, and how it is confined.
void tell_ready(const Worker& worker, const std::vector<Measure>& measures) {
  std::string body;
  ValueWriter values(body);
  values.text(version());
  values.text(worker.intake().engine().rules_hash());
  values.number(measures.size());
  for (const Measure& measure : measures) {
    values.text(measure.name);
    values.text(measure.detail);
    values.small(measure.on ? 1 : 0);
  }
  send_frame(worker_socket, FrameKind::ready, body, -1, nullptr);
}

}  // namespace

OpenedSource source_of(Descriptor descriptor, std::uint64_t size) {
  return {std::make_unique<DescriptorSource>(std::move(descriptor), size), size,
          [] { return false; }};
}

void send_filing(const Intake& intake, const Candidate& candidate, int socket) {
  FilingData data;
  data.filing = intake.facts(candidate);
  data.records = candidate.admission.summary.data_records;
  FindingKeeper keeper(data.findings);
  intake.tell_findings(candidate, keeper);
  converters::FilingReader reader(intake.engine().layouts(), candidate.admission.summary,
                                  *candidate.opened.source);
  data.receiver = reader.receiver().key;
  std::string body;
  append_facts(body, data);
  FrameOutput(socket, FrameKind::facts).write(body);
  body.clear();
  converters::Row row;
  FrameOutput rows(socket, FrameKind::rows);
  while (reader.next(row)) {
    append_row(body, intake.model(), row);
    if (body.size() >= piece_size) {
      rows.write(body);
      body.clear();
    }
  }
  rows.write(body);
}

std::string setup_body(const WorkerSetup& setup) {
  std::string body;
  ValueWriter values(body);
  values.text(setup.intake.schemas);
  values.text(setup.intake.profile);
  values.text(setup.intake.language);
  values.text(setup.intake.as_of);
  values.text(setup.intake.received_at);
  values.small(setup.intake.strict ? 1 : 0);
  values.number(setup.confinement.memory);
  values.number(setup.confinement.user);
  values.number(setup.confinement.group);
  values.number(setup.processor_seconds);
  values.number(setup.most_findings);
  return body;
}

std::string job_body(const WorkerJob& job) {
  std::string body;
  ValueWriter values(body);
  values.text(job.name);
  values.number(job.size);
  values.small(job.with_filing ? 1 : 0);
  return body;
}

int run_worker() {
  constexpr int could_not_run = 2;
  int type = 0;
  socklen_t size = sizeof type;
  if (::getsockopt(worker_socket, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
    return could_not_run;  // nobody's worker: somebody has called the hidden command by hand
  }
  // The owner ends its workers; what ends the owner from a terminal is not for them.
  std::signal(SIGINT, SIG_IGN);
  try {
    std::unique_ptr<Worker> worker;
    try {
      const WorkerSetup setup = setup_of(receive_frame(worker_socket, nullptr, nullptr).body);
      worker = std::make_unique<Worker>(setup);
      const std::vector<Measure> measures = confine(setup.confinement);
      tell_ready(*worker, measures);
    } catch (const WireError&) {
      throw;
    } catch (const std::exception& error) {
      send_frame(worker_socket, FrameKind::refused, error.what(), -1, nullptr);
      return could_not_run;
    }
    worker->serve();
    return 0;
  } catch (const std::exception&) {
    // The owner takes the end of the worker for the answer: not checked.
    return could_not_run;
  }
}

}  // namespace kpfd::hooks
