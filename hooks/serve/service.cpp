#include "hooks/serve/service.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string>

#include "hooks/intake/clock.hpp"
#include "hooks/intake/words.hpp"
#include "hooks/serve/log.hpp"
#include "hooks/serve/openapi.hpp"
#include "kpfd/report/escape.hpp"
#include "kpfd/rulebook/rulebook.hpp"
#include "kpfd/version.hpp"

namespace kpfd::hooks {

namespace {

using Clock = std::chrono::steady_clock;

enum Status : int {
  ok = 200,
  created = 201,
  bad_request = 400,
  unauthorised = 401,
  not_found = 404,
  method_not_allowed = 405,
  not_acceptable = 406,
  request_timeout = 408,
  conflict = 409,
  length_required = 411,
  too_large = 413,
  target_too_long = 414,
  unsupported_type = 415,
  expectation_failed = 417,
  unchecked = 422,
  too_many = 429,
  fields_too_large = 431,
  internal = 500,
  not_implemented = 501,
  unavailable = 503,
  version_not_supported = 505,
};

std::string_view phrase_of(int status) {
  switch (status) {
    case ok:
      return "OK";
    case created:
      return "Created";
    case bad_request:
      return "Bad Request";
    case unauthorised:
      return "Unauthorized";
    case not_found:
      return "Not Found";
    case method_not_allowed:
      return "Method Not Allowed";
    case not_acceptable:
      return "Not Acceptable";
    case request_timeout:
      return "Request Timeout";
    case conflict:
      return "Conflict";
    case length_required:
      return "Length Required";
    case too_large:
      return "Content Too Large";
    case target_too_long:
      return "URI Too Long";
    case unsupported_type:
      return "Unsupported Media Type";
    case expectation_failed:
      return "Expectation Failed";
    case unchecked:
      return "Unprocessable Content";
    case too_many:
      return "Too Many Requests";
    case fields_too_large:
      return "Request Header Fields Too Large";
    case not_implemented:
      return "Not Implemented";
    case unavailable:
      return "Service Unavailable";
    case version_not_supported:
      return "HTTP Version Not Supported";
    default:
      return "Internal Server Error";
  }
}

/// A word for programs, for what is refused before anybody looks at it.
std::string_view code_of(int status) {
  switch (status) {
    case request_timeout:
      return "too_slow";
    case length_required:
      return "length_required";
    case target_too_long:
    case fields_too_large:
      return "head_too_large";
    case too_many:
      return "busy";
    case unavailable:
      return "unavailable";
    case bad_request:
    case expectation_failed:
    case not_implemented:
    case version_not_supported:
      return "malformed";
    default:
      return "internal";
  }
}

constexpr std::string_view json = "application/json";
constexpr std::string_view filings_path = "/v1/filings/";
constexpr std::size_t longest_id = 64;
constexpr std::size_t longest_name = 128;
constexpr std::size_t receipt_size = 23;

Route route_of(std::string_view path) {
  if (path == "/v1/check") {
    return Route::check;
  }
  if (path == "/v1/filings") {
    return Route::load;
  }
  if (path.rfind(filings_path, 0) == 0) {
    return Route::filing;
  }
  if (path == "/v1/rules") {
    return Route::rules;
  }
  if (path == "/healthz" || path == "/healthz/ready") {
    return Route::health;
  }
  if (path == "/metrics") {
    return Route::metrics;
  }
  if (path == "/openapi.json") {
    return Route::description;
  }
  return Route::other;
}

bool takes_body(Route route) { return route == Route::check || route == Route::load; }

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

/// 32 hexadecimal digits that were never given before.
std::string random_id() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return "none";
  }
  std::string id;
  constexpr std::string_view digits = "0123456789abcdef";
  for (const unsigned char byte : bytes) {
    id += digits[byte >> 4U];
    id += digits[byte & 15U];
  }
  return id;
}

/// The sender's own id, if it is a plain one.
std::string id_of(const Head* head) {
  if (head != nullptr) {
    const std::string_view given = head->field("x-request-id");
    if (!given.empty() && given.size() <= longest_id &&
        std::all_of(given.begin(), given.end(), is_name_character)) {
      return std::string(given);
    }
  }
  return random_id();
}

/// What a file is called, for what its name says: its last part, in plain characters; "-": nothing.
std::string file_name_of(const Head& head) {
  std::string_view given = head.field("x-file-name");
  given = given.substr(std::min(given.find_last_of("/\\") + 1, given.size()));
  const bool plain = !given.empty() && given.size() <= longest_name && given.front() != '.' &&
                     std::all_of(given.begin(), given.end(), is_name_character);
  return plain ? std::string(given) : "-";
}

std::string quoted_json(std::string_view text) {
  std::string result = "\"";
  report::append_json(result, text);
  return result + '"';
}

/// The JSON lines of a report as members: `"summary":{…},"findings":[…]`.
std::string members_of(const std::string& report) {
  constexpr std::string_view finding = "{\"type\":\"finding\"";
  std::string findings;
  std::string_view summary = "null";
  std::uint64_t cut = 0;
  std::string_view rest = report;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.rfind(finding, 0) == 0) {
      findings.append(findings.empty() ? "" : ",").append(line);
    } else if (line.rfind("{\"type\":\"summary\"", 0) == 0) {
      summary = line;
    } else if (line.rfind("{\"type\":\"cut\"", 0) == 0) {
      const std::size_t colon = line.rfind(':');
      for (const char c : line.substr(colon + 1)) {
        cut = c >= '0' && c <= '9' ? cut * 10 + static_cast<std::uint64_t>(c - '0') : cut;
      }
    }
  }
  return "\"summary\":" + std::string(summary) + ",\"findings\":[" + findings +
         "],\"findings_not_shown\":" + std::to_string(cut);
}

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  if (!(file >> all >> resident)) {
    return 0;
  }
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

/// What is known of a request beside its body.
struct Service::Request {
  std::string id;
  Route route = Route::other;
  std::string client;  ///< whose token it was
  std::string sender;  ///< whose certificate it was, as the front says
  std::string method;  ///< "": no request
  std::string path;
  std::string file_name = "-";
  std::string key;  ///< Idempotency-Key
  std::uint64_t bytes = 0;
  Clock::time_point begin = Clock::now();
};

struct Service::Answer {
  int status = internal;
  std::string_view type = json;
  std::string body;
  std::string headers;  ///< whole lines
  std::string_view verdict{};
  std::string code{};  ///< of a fault
};

Service::Service(const ServiceOptions& options, const Intake& intake, const Tokens& tokens,
                 WorkerPool& pool, Loader* loader)
    : options_(options), intake_(intake), tokens_(tokens), pool_(pool), loader_(loader) {
  const SchemaSet& schemas = intake.schemas();
  rules_ = rulebook::to_json(rulebook::make_rulebook(intake.engine(), schemas.load_catalogue("ja"),
                                                     schemas.load_catalogue("en")));
}

Service::~Service() = default;

std::string_view Service::words(std::string_view ja, std::string_view en) const {
  return Words{ja, en}.in(options_.language);
}

Service::Answer Service::fault(int status, std::string_view code, std::string_view message) {
  Answer answer;
  answer.status = status;
  answer.code = code;
  answer.body =
      "\"error\":{\"code\":" + quoted_json(code) + ",\"message\":" + quoted_json(message) + "}";
  if (status == too_many || status == unavailable) {
    answer.headers = status == too_many ? "Retry-After: 1\r\n" : "Retry-After: 5\r\n";
  }
  return answer;
}

Service::Answer Service::plain_refusal(int status) const {
  std::string_view message;
  switch (status) {
    case request_timeout:
      message = words("要求が時間内に届きませんでした。もう一度送ってください",
                      "the request did not arrive in time: send it again");
      break;
    case length_required:
      message = words("Content-Length を付けて送ってください（chunked は受け付けません）",
                      "send it with a Content-Length (chunked is not taken)");
      break;
    case target_too_long:
    case fields_too_large:
      message = words("要求の見出しが大きすぎます", "the head of the request is too large");
      break;
    case too_many:
      message = words("混み合っています。少し待ってから、もう一度送ってください",
                      "too much to do: send it again in a moment");
      break;
    case unavailable:
      message = words("今は受け付けられません。あとでもう一度送ってください",
                      "nothing is taken at the moment: send it again later");
      break;
    default:
      message = words("HTTP/1.1 の要求として読めません", "this is no plain request of HTTP/1.1");
      break;
  }
  return fault(status, code_of(status), message);
}

std::string Service::refuse(int status, const Head* head) {
  Request request;
  request.id = id_of(head);
  if (head != nullptr) {
    request.route = route_of(head->path);
    request.method = head->method;
    request.bytes = 0;
  }
  return finish(plain_refusal(status), request, false);
}

/// Whom the front names, in plain characters; "": nobody.
std::string Service::sender_of(const Head& head) const {
  if (options_.sender_header.empty()) {
    return {};
  }
  const std::string_view given = head.field(options_.sender_header);
  const bool plain =
      given.size() <= longest_name && std::all_of(given.begin(), given.end(), is_name_character);
  return plain ? std::string(given) : std::string();
}

/// What can be said before the body is read; status 0: nothing.
Service::Answer Service::refusal(const Head& head, Request& request) const {
  Answer none;
  none.status = 0;
  if (request.route != Route::health && options_.asks_for_token) {
    constexpr std::string_view scheme = "Bearer ";
    std::string_view given = head.field("authorization");
    given = given.rfind(scheme, 0) == 0 ? given.substr(scheme.size()) : std::string_view();
    request.client = tokens_.name_of(given, today_in_japan());
    if (given.empty() || request.client.empty()) {
      Answer answer =
          fault(unauthorised, "unauthorised",
                words("トークンがないか、使えません（Authorization: Bearer …）",
                      "the token is missing, or is not taken (Authorization: Bearer ...)"));
      answer.headers = "WWW-Authenticate: Bearer\r\n";
      return answer;
    }
  }
  if (request.route == Route::other) {
    return fault(not_found, "not_found",
                 words("この場所はありません。/openapi.json に一覧があります",
                       "there is nothing here; /openapi.json has a list"));
  }
  const bool with_body = takes_body(request.route);
  if (head.method != (with_body ? "POST" : "GET")) {
    Answer answer = fault(method_not_allowed, "method",
                          words("この方法では使えません", "not with this method"));
    answer.headers = with_body ? "Allow: POST\r\n" : "Allow: GET\r\n";
    return answer;
  }
  if (!with_body) {
    return head.length == 0
               ? none
               : fault(bad_request, "malformed", words("本文は要りません", "a body is not wanted"));
  }
  if (!head.has_length) {
    return plain_refusal(length_required);
  }
  if (head.length > options_.most_body) {
    return fault(too_large, "too_large",
                 std::string(words("ファイルが大きすぎます。最大バイト数：",
                                   "the file is too large; most bytes: ")) +
                     std::to_string(options_.most_body));
  }
  const std::string_view type = head.field("content-type");
  const std::string_view coding = head.field("content-encoding");
  if (type.rfind("multipart/", 0) == 0 || (!coding.empty() && coding != "identity") ||
      head.count("content-encoding") > 1) {
    return fault(unsupported_type, "type",
                 words("本文は届出ファイルそのものです（multipart や圧縮は受け付けません）",
                       "the body is the filing itself, neither multipart nor compressed"));
  }
  if (head.count("idempotency-key") > 0) {
    const std::string_view key = head.field("idempotency-key");
    if (key.empty() || key.size() > longest_name) {
      return fault(bad_request, "idempotency_key",
                   words("Idempotency-Key は 1〜128 文字の ASCII で、一つだけです",
                         "Idempotency-Key is given once, with 1 to 128 characters of ASCII"));
    }
  }
  return none;
}

int Service::admit(const Head& head, std::string& answer) {
  Request request;
  request.id = id_of(&head);
  request.route = route_of(head.path);
  request.method = head.method;
  request.sender = sender_of(head);
  const Answer given = refusal(head, request);
  if (given.status != 0) {
    answer = finish(given, request, head.may_go_on());
  }
  return given.status;
}

std::string Service::answer(const Head& head, std::string body) {
  Request request;
  request.id = id_of(&head);
  request.route = route_of(head.path);
  request.method = head.method;
  request.path = head.path;
  request.sender = sender_of(head);
  request.bytes = body.size();
  request.file_name = file_name_of(head);
  request.key = head.field("idempotency-key");
  if (options_.asks_for_token && request.route != Route::health) {
    const std::string_view given = head.field("authorization");
    request.client = tokens_.name_of(given.substr(std::min(given.find(' ') + 1, given.size())),
                                     today_in_japan());
  }
  Answer answer;
  try {
    answer = do_request(request, body);
  } catch (const std::exception&) {
    answer = fault(internal, "internal",
                   words("内部の誤りです。このファイルは点検されていません",
                         "an internal fault; this file is not checked"));
  }
  return finish(answer, request, head.keep_alive);
}

Service::Answer Service::do_request(const Request& request, std::string_view body) {
  Answer answer;
  answer.status = ok;
  switch (request.route) {
    case Route::check:
      return check(request, body);
    case Route::load:
      return load(request, body);
    case Route::filing:
      return find(request.path.substr(filings_path.size()));
    case Route::rules:
      answer.body = rules_;
      return answer;
    case Route::health:
      return health(request.path != "/healthz");
    case Route::metrics:
      return metrics();
    case Route::description:
      answer.body = openapi_description();
      return answer;
    case Route::other:
      break;
  }
  return plain_refusal(internal);
}

Service::Answer Service::fault_of(const JobAnswer& job) const {
  switch (job.fault) {
    case JobFault::busy:
      return pool_.counters().ready == 0 ? fault(unavailable, "no_worker", job.reason)
                                         : fault(too_many, "busy", job.reason);
    case JobFault::stopping:
    case JobFault::failed:
      return fault(unavailable, name_of(job.fault), job.reason);
    case JobFault::none:
    case JobFault::died:
    case JobFault::late:
    case JobFault::too_large:
    case JobFault::malformed:
      break;
  }
  Answer answer =
      fault(unchecked, job.fault == JobFault::none ? "unreadable" : name_of(job.fault), job.reason);
  answer.body = "\"verdict\":\"unchecked\"," + answer.body;
  answer.verdict = "unchecked";
  return answer;
}

Service::Answer Service::check(const Request& request, std::string_view body) {
  WorkerJob job;
  job.name = request.file_name;
  const JobAnswer checked = pool_.run(job, body);
  if (checked.verdict == Verdict::unchecked) {
    return fault_of(checked);
  }
  Answer answer;
  answer.status = checked.verdict == Verdict::accept ? ok : not_acceptable;
  answer.verdict = name_of(checked.verdict);
  answer.body = "\"verdict\":" + quoted_json(answer.verdict) + ',' + members_of(checked.report);
  return answer;
}

Service::Answer Service::load(const Request& request, std::string_view body) {
  if (loader_ == nullptr) {
    return fault(not_implemented, "no_store",
                 words("このサービスには保管庫がありません（--store）",
                       "this service has no store (--store)"));
  }
  WorkerJob job;
  job.name = request.file_name;
  job.with_filing = true;
  const JobAnswer checked = pool_.run(job, body);
  if (checked.verdict == Verdict::unchecked) {
    return fault_of(checked);
  }
  Answer answer;
  answer.verdict = name_of(checked.verdict);
  const std::string members =
      "\"verdict\":" + quoted_json(answer.verdict) + ',' + members_of(checked.report);
  if (checked.verdict != Verdict::accept || !checked.filing) {
    answer.status = not_acceptable;
    answer.body = members;
    return answer;
  }
  const LoadAnswer loaded = loader_->load(*checked.filing, request.key, body);
  switch (loaded.fault) {
    case LoadFault::none:
      break;
    case LoadFault::other_body:
      return fault(conflict, "other_body",
                   words("同じ Idempotency-Key で、別のファイルを受け付けています",
                         "another file was taken under the same Idempotency-Key"));
    case LoadFault::away:
      return fault(
          unavailable, "store",
          words("保管庫を使えません。届出は受け付けていません。あとでもう一度送ってください",
                "the store cannot be used, and the filing is not taken: send it again "
                "later"));
    case LoadFault::busy:
      return fault(too_many, "busy",
                   words("混み合っています。少し待ってから、もう一度送ってください",
                         "too much to do: send it again in a moment"));
    case LoadFault::unfit: {
      JobAnswer unfit;
      unfit.fault = JobFault::malformed;
      unfit.reason = words("届出の値を保管できません。受け付けていません",
                           "a value of the filing cannot be kept; it is not taken");
      return fault_of(unfit);
    }
  }
  answer.status = loaded.stored.is_new ? created : ok;
  answer.headers = "Location: " + std::string(filings_path) + loaded.stored.receipt + "\r\n";
  answer.body = "\"receipt\":" + quoted_json(loaded.stored.receipt) +
                ",\"new\":" + (loaded.stored.is_new ? "true," : "false,") + members;
  return answer;
}

Service::Answer Service::find(const std::string& receipt) {
  Answer unknown =
      fault(not_found, "not_found",
            words("この受付番号の届出はありません", "there is no filing with this receipt"));
  if (loader_ == nullptr || receipt.size() != receipt_size ||
      !std::all_of(receipt.begin(), receipt.end(), is_name_character)) {
    return unknown;
  }
  const FindAnswer found = loader_->find(receipt);
  if (found.away) {
    return fault(unavailable, "store",
                 words("保管庫を使えません。あとでもう一度尋ねてください",
                       "the store cannot be used: ask again later"));
  }
  if (!found.filing) {
    return unknown;
  }
  const converters::RecordType& type = intake_.model().filing();
  Answer answer;
  answer.status = ok;
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    const std::string& fact = found.filing->facts[i];
    if (fact.empty() || type.fields[i].key == "fingerprint") {
      continue;
    }
    const bool number = type.fields[i].kind == converters::Kind::integer;
    answer.body += (answer.body.empty() ? "" : ",") + quoted_json(type.fields[i].key) + ':' +
                   (number ? fact : quoted_json(fact));
  }
  return answer;
}

Service::Answer Service::health(bool of_readiness) const {
  const PoolCounters workers = pool_.counters();
  const bool store_open = loader_ == nullptr || loader_->counters().open;
  const bool stopping = front_ != nullptr && front_->stopping();
  const bool ready = workers.ready > 0 && store_open && !stopping;
  Answer answer;
  answer.status = !of_readiness || ready ? ok : unavailable;
  answer.body = "\"live\":true,\"ready\":" + std::string(ready ? "true" : "false") +
                ",\"workers\":" + std::to_string(workers.ready) + ",\"store\":" +
                (loader_ == nullptr ? "\"none\""
                 : store_open       ? "\"open\""
                                    : "\"away\"") +
                ",\"stopping\":" + (stopping ? "true" : "false") +
                ",\"version\":" + quoted_json(version());
  return answer;
}

Service::Answer Service::metrics() const {
  Answer answer;
  answer.status = ok;
  answer.type = "text/plain; version=0.0.4; charset=utf-8";
  std::string& to = answer.body;
  metrics_.append(to);
  const PoolCounters workers = pool_.counters();
  append_metric(to, "kpfd_jobs_total", "counter", "Files that were given to a worker.",
                workers.jobs);
  append_metric(to, "kpfd_jobs_refused_total", "counter", "Files that no worker had time for.",
                workers.refused);
  append_metric(to, "kpfd_jobs_waiting", "gauge", "Files that wait for a worker.", workers.waiting);
  append_metric(to, "kpfd_workers", "gauge", "Workers that live.", workers.ready);
  append_metric(to, "kpfd_worker_starts_total", "counter", "Workers that were started.",
                workers.starts);
  append_metric(to, "kpfd_worker_deaths_total", "counter", "Workers that died over a file.",
                workers.deaths);
  append_metric(to, "kpfd_worker_late_total", "counter", "Files that took too long.", workers.late);
  if (loader_ != nullptr) {
    const LoaderCounters loads = loader_->counters();
    append_metric(to, "kpfd_filings_loaded_total", "counter", "Filings that are new in the store.",
                  loads.loaded);
    append_metric(to, "kpfd_filings_known_total", "counter", "Filings that were there already.",
                  loads.known);
    append_metric(to, "kpfd_filings_conflicts_total", "counter",
                  "Another body under the same Idempotency-Key.", loads.conflicts);
    append_metric(to, "kpfd_filings_failed_total", "counter", "Loads that the store did not take.",
                  loads.failed);
    append_metric(to, "kpfd_commits_total", "counter", "Transactions of the store.", loads.commits);
    append_metric(to, "kpfd_filings_waiting", "gauge", "Filings that wait for the store.",
                  loads.waiting);
    append_metric(to, "kpfd_store_open", "gauge", "1: the store can be used.", loads.open ? 1 : 0);
  }
  if (front_ != nullptr) {
    const FrontCounters front = front_->counters();
    append_metric(to, "kpfd_connections_total", "counter", "Connections that came.",
                  front.accepted);
    append_metric(to, "kpfd_connections", "gauge", "Connections that are held.", front.held);
    append_metric(to, "kpfd_connections_refused_total", "counter", "Connections over the limit.",
                  front.refused);
    append_metric(to, "kpfd_requests_queued", "gauge", "Requests that wait for a thread.",
                  front.queued);
    append_metric(to, "kpfd_senders_late_total", "counter", "Senders that were too slow.",
                  front.late);
  }
  append_metric(to, "process_resident_memory_bytes", "gauge", "Memory of the service itself.",
                resident_bytes());
  return answer;
}

/// An answer => bytes, a line in the log and a count.
std::string Service::finish(const Answer& answer, const Request& request, bool keep_alive) {
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - request.begin);
  metrics_.count(request.route, answer.status, took, request.bytes);
  const bool whole = request.route == Route::rules || request.route == Route::description ||
                     request.route == Route::metrics;
  std::string body = whole && answer.status == ok
                         ? answer.body
                         : "{\"request\":" + quoted_json(request.id) +
                               (answer.body.empty() ? "" : ",") + answer.body + "}\n";
  std::string head =
      "HTTP/1.1 " + std::to_string(answer.status) + ' ' + std::string(phrase_of(answer.status)) +
      "\r\nContent-Type: " + std::string(answer.type) +
      "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nX-Request-Id: " + request.id +
      "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n" + answer.headers +
      (keep_alive ? "" : "Connection: close\r\n") + "\r\n";
  // Those who ask all the time whether the service lives would hide the rest.
  if (request.route != Route::health && request.route != Route::metrics) {
    LogLine line(answer.status >= internal ? "warning" : "info", "request");
    line.text("id", request.id);
    const bool plain = request.method == "GET" || request.method == "POST";
    line.text("method", plain ? request.method : "other").text("route", name_of(request.route));
    line.number("status", static_cast<std::uint64_t>(answer.status));
    line.number("microseconds", static_cast<std::uint64_t>(took.count()));
    line.number("bytes", request.bytes);
    if (!request.client.empty()) {
      line.text("client", request.client);
    }
    if (!request.sender.empty()) {
      line.text("sender", request.sender);
    }
    if (!answer.verdict.empty()) {
      line.text("verdict", answer.verdict);
    }
    if (!answer.code.empty()) {
      line.text("fault", answer.code);
    }
    line.write(options_.log);
  }
  return head + body;
}

}  // namespace kpfd::hooks
