#include "hooks/inbox/examination.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "converters/source/filing_reader.hpp"
#include "hooks/intake/clock.hpp"
#include "hooks/intake/words.hpp"
#include "hooks/precheck/precheck.hpp"
#include "hooks/worker/confinement.hpp"
#include "hooks/worker/worker.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::hooks {

namespace {

/// Most that an answer may have: the lines of a filing of the largest size, and the rest.
constexpr std::uint64_t most_answer = std::uint64_t{256} << 20;

std::array<Descriptor, 2> socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw SetupError(std::string("socketpair: ") + std::strerror(errno));
  }
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// ---- over the socket ----------------------------------------------------------------------------

std::string body_of(const Delivery& delivery) {
  std::string body;
  ValueWriter values(body);
  values.text(delivery.name);
  values.number(delivery.size);
  values.small(delivery.document ? 1 : 0);
  values.text(delivery.received_at);
  values.number(delivery.offices.size());
  for (const std::string& office : delivery.offices) {
    values.text(office);
  }
  return body;
}

Delivery delivery_of(std::string_view body) {
  ValueReader values(body);
  Delivery delivery;
  delivery.name = values.text();
  delivery.size = values.number();
  delivery.document = values.small() != 0;
  delivery.received_at = values.text();
  for (std::uint64_t left = values.number(); left > 0; --left) {
    delivery.offices.emplace_back(values.text());
  }
  return delivery;
}

std::string body_of(const Notice& notice) {
  std::string body;
  ValueWriter values(body);
  values.small(static_cast<std::uint16_t>(notice.verdict));
  values.text(notice.reason);
  values.text(notice.kind);
  for (const std::uint64_t number :
       {notice.bytes, notice.records, notice.errors, notice.warnings, notice.total}) {
    values.number(number);
  }
  values.number(notice.findings.size());
  for (const NoticeFinding& finding : notice.findings) {
    values.number(finding.line);
    values.number(finding.record);
    values.number(finding.item);
    values.small(static_cast<std::uint16_t>(finding.severity));
    for (const std::string* const text : {&finding.form, &finding.item_name, &finding.rule,
                                          &finding.text, &finding.why, &finding.fix}) {
      values.text(*text);
    }
  }
  values.number(notice.rules.size());
  for (const NoticeRule& rule : notice.rules) {
    values.text(rule.rule);
    values.text(rule.title);
    values.small(static_cast<std::uint16_t>(rule.severity));
    values.number(rule.count);
    values.number(rule.first_line);
  }
  return body;
}

/// A number of an enumeration, `unknown` for one that it does not have.
template <typename Enumeration>
Enumeration enumerated(std::uint16_t number, Enumeration last, Enumeration unknown) {
  return number <= static_cast<std::uint16_t>(last) ? static_cast<Enumeration>(number) : unknown;
}

Notice notice_of(std::string_view body) {
  ValueReader values(body);
  Notice notice;
  notice.verdict = enumerated(values.small(), Verdict::unchecked, Verdict::unchecked);
  notice.reason = values.text();
  notice.kind = values.text();
  for (std::uint64_t* const number :
       {&notice.bytes, &notice.records, &notice.errors, &notice.warnings, &notice.total}) {
    *number = values.number();
  }
  const std::uint64_t findings = values.number();
  for (std::uint64_t i = 0; i < findings && i < most_in_notice; ++i) {
    NoticeFinding finding;
    finding.line = values.number();
    finding.record = values.number();
    finding.item = values.number();
    finding.severity = enumerated(values.small(), Severity::error, Severity::error);
    for (std::string* const text : {&finding.form, &finding.item_name, &finding.rule, &finding.text,
                                    &finding.why, &finding.fix}) {
      *text = values.text();
    }
    notice.findings.push_back(std::move(finding));
  }
  for (std::uint64_t left = values.number(); left > 0; --left) {
    NoticeRule rule;
    rule.rule = values.text();
    rule.title = values.text();
    rule.severity = enumerated(values.small(), Severity::error, Severity::error);
    rule.count = values.number();
    rule.first_line = values.number();
    notice.rules.push_back(std::move(rule));
  }
  return notice;
}

void send_notice(int socket, const Notice& notice) {
  const std::string body = body_of(notice);
  for (std::size_t at = 0; at < body.size(); at += most_in_frame) {
    send_frame(socket, FrameKind::report, std::string_view(body).substr(at, most_in_frame), -1,
               nullptr);
  }
}

}  // namespace

Examiner::Examiner(const Intake& intake, const FileTypes& types, const Options& options)
    : intake_(intake), types_(types), options_(options) {
  intake.engine().compile_rules();
  // The C library reads the time zone when it is asked for first: later nothing can be opened.
  static_cast<void>(now_in_japan());
  std::array<Descriptor, 2> ends = socket_pair();
  const pid_t process = ::fork();
  if (process < 0) {
    throw SetupError(std::string("fork: ") + std::strerror(errno));
  }
  if (process == 0) {
    const int owner = ends[1].get();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    wait_for_work(owner);
  }
  process_ = process;
  socket_ = std::move(ends[0]);
}

Examiner::~Examiner() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
}

/// The process that waits: one more for each file. It keeps nothing of any.
void Examiner::wait_for_work(int owner) const {
  // Signals from a terminal are for the owner; children that end are nobody's zombies.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  std::signal(SIGCHLD, SIG_IGN);
  try {
    while (true) {
      Descriptor file;
      const Frame frame = receive_frame(owner, &file, nullptr);
      const Delivery delivery = delivery_of(frame.body);
      std::array<Descriptor, 2> ends = socket_pair();
      const pid_t process = ::fork();
      if (process == 0) {
        work(delivery, std::move(file), ends[1].get());
      }
      // Where there is no process the owner sees an end that nobody holds.
      send_frame(owner, FrameKind::ready, {}, ends[0].get(), nullptr);
    }
  } catch (const std::exception&) {
    ::_exit(0);  // the owner has gone
  }
}

/// The confined process: one file, one answer.
void Examiner::work(const Delivery& delivery, Descriptor file, int socket) const {
  // Nothing is left of what the others hold: only the socket and the file, at numbers of their own.
  constexpr int own_socket = 3;
  constexpr int own_file = 4;
  constexpr int above = 64;
  const int kept_socket = ::fcntl(socket, F_DUPFD_CLOEXEC, above);
  const int kept_file = ::fcntl(file.get(), F_DUPFD_CLOEXEC, above);
  ::close_range(0, above - 1, 0);
  if (kept_socket < 0 || kept_file < 0 || ::dup2(kept_socket, own_socket) < 0 ||
      ::dup2(kept_file, own_file) < 0) {
    ::_exit(1);
  }
  ::close_range(own_file + 1, ~0U, 0);
  try {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const itimerval longest = {{0, 0}, {static_cast<time_t>(options_.longest.count()), 0}};
    ::setitimer(ITIMER_REAL, &longest, nullptr);
    ConfinementOptions confinement;
    confinement.memory = options_.memory;
    confine(confinement);
    limit_processor_time(options_.processor_seconds);
    const Notice notice = delivery.document
                              ? check_document(delivery, Descriptor(own_file))
                              : check_filing(delivery, Descriptor(own_file), own_socket);
    send_notice(own_socket, notice);
    send_frame(own_socket, FrameKind::done, {}, -1, nullptr);
  } catch (const std::exception&) {
    ::_exit(1);  // without an answer it counts as dead
  }
  ::_exit(0);
}

void Examiner::check_offices(const Candidate& candidate, const Delivery& delivery, Summary& summary,
                             NoticeCollector& collector) const {
  const auto find = [&](std::string_view check, std::uint64_t line, std::string_view text = {}) {
    Finding finding;
    finding.rule = &types_.check(check);
    finding.severity = finding.rule->severity;
    finding.line = line;
    if (!text.empty()) {
      finding.parts.add(Part::name, text);
    }
    if (finding.severity == Severity::error) {
      ++summary.errors;
      summary.verdict = Verdict::reject;
    }
    collector.finding(finding);
  };
  const layout::Layouts& layouts = intake_.engine().layouts();
  const layout::Receiver* const receiver = layouts.receiver(summary.kind);
  if (receiver == nullptr || !receiver->is_union) {
    find("MENU-OTHER-RECEIVER", 0, receiver == nullptr ? summary.kind : receiver->name);
    return;
  }
  if (delivery.offices.empty()) {
    find("SENDER-UNKNOWN", 0);
    return;
  }
  converters::FilingReader reader(layouts, candidate.admission.summary, *candidate.opened.source);
  converters::Row row;
  while (reader.next(row)) {
    if (row.kind != converters::RowKind::office) {
      continue;
    }
    std::string office;
    for (const std::string& item : receiver->office_key.items) {
      office += row.item(item);
    }
    if (std::find(delivery.offices.begin(), delivery.offices.end(), office) ==
        delivery.offices.end()) {
      find("SENDER-FOREIGN-OFFICE", row.line);
    }
  }
}

Notice Examiner::check_filing(const Delivery& delivery, Descriptor file, int socket) const {
  NoticeCollector collector(intake_.catalogue());
  Candidate candidate =
      intake_.examine(delivery.name, source_of(std::move(file), delivery.size), &collector);
  if (!delivery.received_at.empty()) {
    candidate.received_at = delivery.received_at;
  }
  Summary summary = candidate.admission.summary;
  summary.reason = candidate.reason;
  if (candidate.accepted()) {
    // Errors that do not keep a filing out stay in the notice, and it is accepted all the same.
    summary.verdict = Verdict::accept;
    check_offices(candidate, delivery, summary, collector);
  }
  if (summary.verdict == Verdict::accept) {
    send_filing(intake_, candidate, socket);
  }
  return collector.finish(summary, *candidate.opened.source, intake_.engine().layouts());
}

Notice Examiner::check_document(const Delivery& delivery, Descriptor file) const {
  NoticeCollector collector(intake_.catalogue());
  Precheck::Options options;
  options.menu = Menu::other;
  options.key = "-";  // one document by itself needs no name
  Precheck precheck(intake_.engine(), types_, std::move(options));
  const OpenedSource opened = source_of(std::move(file), delivery.size);
  std::string bytes;
  if (delivery.size <= precheck.limit()) {
    bytes.resize(static_cast<std::size_t>(delivery.size));
    bytes.resize(opened.source->read(0, bytes.data(), bytes.size()));
  }
  const Summary summary = precheck.check({delivery.name, bytes, delivery.size}, collector);
  return collector.finish(summary, *opened.source, intake_.engine().layouts());
}

Examination Examiner::receive(int socket) const {
  const Deadline deadline = std::chrono::steady_clock::now() + options_.longest;
  Examination examination;
  FilingData filing;
  std::string notice;
  std::string facts;
  std::uint64_t size = 0;
  try {
    while (true) {
      const Frame frame = receive_frame(socket, nullptr, &deadline);
      size += frame.body.size();
      if (size > most_answer) {
        return {};
      }
      if (frame.kind == FrameKind::report) {
        notice += frame.body;
      } else if (frame.kind == FrameKind::facts) {
        facts += frame.body;
      } else if (frame.kind == FrameKind::rows) {
        filing.rows += frame.body;
      } else if (frame.kind == FrameKind::done) {
        break;
      } else {
        return {};
      }
    }
    examination.notice = notice_of(notice);
    if (!facts.empty()) {
      read_facts(facts, intake_.model(), filing);
      examination.filing = std::move(filing);
    }
    examination.answered = true;
  } catch (const WireError&) {
    return {};
  }
  return examination;
}

Examination Examiner::examine(const Delivery& delivery, int descriptor) {
  const Deadline deadline = std::chrono::steady_clock::now() + options_.longest;
  send_frame(socket_.get(), FrameKind::job, body_of(delivery), descriptor, &deadline);
  Descriptor answer;
  receive_frame(socket_.get(), &answer, &deadline);
  return receive(answer.get());
}

}  // namespace kpfd::hooks
