#include "hooks/inbox/examination.hpp"

#include <algorithm>
#include <utility>

#include "converters/source/filing_reader.hpp"
#include "hooks/precheck/precheck.hpp"
#include "hooks/worker/worker.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::hooks {

namespace {

/// Most that an answer may have: the lines of a filing of the largest size, and the rest.
constexpr std::uint64_t most_answer = std::uint64_t{256} << 20;

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

Examiner::Examiner(const Intake& intake, const FileTypes& types)
    : intake_(intake),
      types_(types),
      workers_([this](std::string_view body, Descriptor file,
                      int socket) { work(body, std::move(file), socket); },
               {}) {}

void Examiner::work(std::string_view body, Descriptor file, int socket) const {
  const Delivery delivery = delivery_of(body);
  send_notice(socket, delivery.document ? check_document(delivery, std::move(file))
                                        : check_filing(delivery, std::move(file), socket));
  send_frame(socket, FrameKind::done, {}, -1, nullptr);
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
  const Deadline deadline = workers_.deadline();
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
  return receive(workers_.ask(body_of(delivery), descriptor).get());
}

}  // namespace kpfd::hooks
