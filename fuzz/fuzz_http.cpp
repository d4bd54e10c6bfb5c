// Whole requests to the service: heads and bodies, one after the other on a connection.
//
//   input ::= cuts stream
//
// `stream` is what a sender sends, and `cuts` (a byte) chooses the places where it is cut into
// parts; a part is sent when the service has taken the one before. What answers is the service as
// it is run: connections, tokens, a worker in a process of its own, the thread of the store. Only
// the store itself is one in memory. Oracles:
//   - the answers are those of a model that has the whole stream at once: so many, each with its
//     status, in their order, and nothing behind the one that closes;
//   - in one piece the same stream has the same answers, byte for byte but for the request's id;
//   - an answer has one end; what it has is JSON, and so is each line of the log;
//   - a filing is new once, has the same receipt ever after, and all of its records come to the
//     store; another body under the same name is refused;
//   - what is no filing that the check accepts never comes to the store;
//   - no worker dies, and no My Number is in an answer.

#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "converters/ingest/admission.hpp"
#include "converters/ingest/identity.hpp"
#include "hooks/intake/intake.hpp"
#include "hooks/serve/front.hpp"
#include "hooks/serve/loader.hpp"
#include "hooks/serve/log.hpp"
#include "hooks/serve/service.hpp"
#include "hooks/serve/tokens.hpp"
#include "hooks/worker/pool.hpp"
#include "support.hpp"

extern "C" {
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed);

/// libFuzzer's own change of bytes; there is none where files are only replayed.
[[gnu::weak]] std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                           std::size_t max_size);
}

namespace {

using namespace kpfd::hooks;
using kpfd_fuzz::require;

constexpr std::string_view token = "0123456789abcdef0123456789abcdef";
constexpr std::string_view end_of_head = "\r\n\r\n";
constexpr std::uint64_t most_body = 4096;
constexpr std::size_t most_head = 2048;
constexpr std::size_t most_parts = 6;
constexpr std::size_t most_requests = 12;
constexpr std::size_t most_told = 2000;
constexpr int patience = 20;  // seconds for an answer

// ---- the store ----

/// What is in it. The thread of the store and that of the fuzzer look at it in turn.
struct Shelf {
  struct Request {
    std::string body;
    std::string receipt;
  };
  std::mutex mutex;
  std::map<std::string, std::string> receipts;  ///< by fingerprint
  std::map<std::string, kpfd::converters::Filing> filings;
  std::map<std::string, Request> requests;
};

Shelf& shelf() {
  static Shelf made;
  return made;
}

class CountingWriter final : public kpfd::converters::IngestWriter {
 public:
  explicit CountingWriter(const kpfd::converters::IngestModel& model) : model_(model) {}
  void begin(const kpfd::converters::Filing&) override {}
  void finding(const kpfd::converters::FindingFacts&) override {}
  void row(const kpfd::converters::Row& row, std::uint64_t) override {
    records += model_.binding_of(*row.record).type->form.empty() ? 0U : 1U;
  }
  void end() override {}
  void finish() override {}

  std::uint64_t records = 0;

 private:
  const kpfd::converters::IngestModel& model_;
};

class ShelfStore final : public kpfd::converters::IngestStore {
 public:
  explicit ShelfStore(const kpfd::converters::IngestModel& model)
      : model_(model), key_(kpfd::converters::shortest_key, 'k') {}

  const std::string& key() const override { return key_; }

  std::vector<kpfd::converters::Delivered> load_all(
      const std::vector<kpfd::converters::Delivery>& deliveries) override {
    const std::lock_guard lock(shelf().mutex);
    std::vector<kpfd::converters::Delivered> answers(deliveries.size());
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
      const kpfd::converters::Filing& filing = deliveries[i].filing;
      const auto& name = deliveries[i].request.name;
      if (const auto known = shelf().requests.find(name);
          !name.empty() && known != shelf().requests.end()) {
        answers[i].other_body = known->second.body != deliveries[i].request.body;
        answers[i].stored.receipt = known->second.receipt;
        continue;
      }
      const auto [place, is_new] =
          shelf().receipts.emplace(filing.fact(model_, "fingerprint"), filing.receipt);
      answers[i].stored = {place->second, is_new};
      if (is_new) {
        CountingWriter writer(model_);
        deliveries[i].fill(writer);
        require(std::to_string(writer.records) == filing.fact(model_, "record_count"),
                "records of a filing do not come to the store");
        shelf().filings[filing.receipt] = filing;
      }
      if (!name.empty()) {
        shelf().requests[name] = {deliveries[i].request.body, place->second};
      }
    }
    return answers;
  }

  std::optional<kpfd::converters::Filing> find(const std::string& receipt) override {
    const std::lock_guard lock(shelf().mutex);
    const auto found = shelf().filings.find(receipt);
    return found == shelf().filings.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  const kpfd::converters::IngestModel& model_;
  std::string key_;
};

// ---- the service ----

Tokens made_tokens() {
  std::string path = "/tmp/kpfd-fuzz-token-XXXXXX";
  const Descriptor file(::mkstemp(path.data()));
  const std::string line = "sender " + std::string(token) + '\n';
  require(::write(file.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size()),
          "no file for the token");
  Tokens tokens = Tokens::read(path, "en");
  ::unlink(path.c_str());
  return tokens;
}

PoolOptions pool_options() {
  PoolOptions options;
  options.setup.intake.language = "en";
  options.setup.intake.as_of = "2026-07-31";
  options.setup.intake.received_at = "2026-07-31T09:00:00+09:00";
  options.setup.intake.strict = true;
  options.program = KPFD_FUZZ_WORKER;
  options.workers = 1;
  options.longest_start = std::chrono::minutes(2);  // a fuzzing build is slow, on a busy machine
  return options;
}

ServiceOptions service_options(int log) {
  ServiceOptions options;
  options.language = "en";
  options.most_body = most_body;
  options.sender_header = "x-sender";
  options.log = log;
  return options;
}

FrontLimits front_limits() {
  FrontLimits limits;
  limits.head.most_bytes = most_head;
  limits.threads = 2;
  return limits;
}

/// It is made once, and left alone when the process ends.
class World {
 public:
  World()
      : log_(::memfd_create("log", MFD_CLOEXEC)),
        tokens_(made_tokens()),
        intake_(pool_options().setup.intake),
        pool_(pool_options(), intake_.model()),
        loader_([this] { return std::make_unique<ShelfStore>(intake_.model()); }, intake_.model(),
                Loader::Options(), [](std::string_view, std::string_view) {}),
        service_(service_options(log_.get()), intake_, tokens_, pool_, &loader_),
        front_(listener(), front_limits(), service_) {
    service_.attach(front_);
    thread_ = std::thread([this] { front_.run(); });
    while (!loader_.counters().open) {
      std::this_thread::yield();
    }
  }

  const Intake& intake() const { return intake_; }
  const WorkerPool& pool() const { return pool_; }

  Descriptor connect() const {
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    require(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address_), size_) == 0,
            "no connection");
    const timeval longest = {patience, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    return socket;
  }

  /// What was logged since the last time.
  std::string take_log() const {
    std::string text;
    std::array<char, 4096> part{};
    ::lseek(log_.get(), 0, SEEK_SET);
    for (ssize_t count = 0; (count = ::read(log_.get(), part.data(), part.size())) > 0;) {
      text.append(part.data(), static_cast<std::size_t>(count));
    }
    require(::ftruncate(log_.get(), 0) == 0 && ::lseek(log_.get(), 0, SEEK_SET) == 0, "the log");
    return text;
  }

 private:
  /// A name that is in no folder, chosen by the kernel.
  Descriptor listener() {
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    address_.sun_family = AF_UNIX;
    require(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address_),
                   sizeof address_.sun_family) == 0 &&
                ::listen(socket.get(), 16) == 0 &&
                ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address_), &size_) == 0,
            "no socket");
    return socket;
  }

  sockaddr_un address_{};
  socklen_t size_ = sizeof address_;
  Descriptor log_;
  Tokens tokens_;
  Intake intake_;
  WorkerPool pool_;
  Loader loader_;
  Service service_;
  Front front_;
  std::thread thread_;
};

const World& world() {
  static const World* const made = new World;
  return *made;
}

// ---- the sender ----

/// Takes what has come; false: there will be no more.
bool receive(const Descriptor& socket, std::string& answers, int flags) {
  std::array<char, 16384> part{};
  while (true) {
    const ssize_t count = ::recv(socket.get(), part.data(), part.size(), flags);
    if (count > 0) {
      answers.append(part.data(), static_cast<std::size_t>(count));
      continue;
    }
    require(count == 0 || errno != EAGAIN || flags != 0, "the service does not answer", answers);
    return count < 0 && (errno == EAGAIN || errno == EINTR);
  }
}

/// Sends a stream in parts, and returns all that comes back.
std::string converse(std::string_view stream, const std::vector<std::size_t>& cuts) {
  const Descriptor socket = world().connect();
  std::string answers;
  std::size_t at = 0;
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const std::size_t to = i < cuts.size() ? cuts[i] : stream.size();
    while (at < to) {
      const ssize_t count = ::send(socket.get(), stream.data() + at, to - at, MSG_NOSIGNAL);
      if (count < 0) {
        break;  // refused: the answer says why
      }
      at += static_cast<std::size_t>(count);
    }
    // Until it is taken, or answered.
    int left = 1;
    while (i < cuts.size() && ::ioctl(socket.get(), SIOCOUTQ, &left) == 0 && left > 0) {
      pollfd wait = {socket.get(), POLLIN, 0};
      if (::poll(&wait, 1, 0) > 0 && !receive(socket, answers, MSG_DONTWAIT)) {
        break;
      }
      std::this_thread::yield();
    }
  }
  ::shutdown(socket.get(), SHUT_WR);
  receive(socket, answers, 0);
  return answers;
}

// ---- answers ----

struct Response {
  int status = 0;
  bool closes = false;
  std::string type;
  std::string receipt;  ///< of a Location
  std::string head;     ///< without its id
  std::string body;     ///< without the id
};

std::string_view value_of(std::string_view head, std::string_view name) {
  const std::size_t begin = head.find("\r\n" + std::string(name) + ": ");
  if (begin == std::string_view::npos) {
    return {};
  }
  const std::size_t from = begin + name.size() + 4;
  return head.substr(from, head.find("\r\n", from) - from);
}

std::vector<Response> read_answers(std::string_view bytes) {
  constexpr std::string_view consent = "HTTP/1.1 100 Continue\r\n\r\n";
  std::vector<Response> responses;
  while (!bytes.empty()) {
    if (bytes.substr(0, consent.size()) == consent) {
      bytes.remove_prefix(consent.size());
      continue;
    }
    const std::size_t end = bytes.find(end_of_head);
    require(end != std::string_view::npos && bytes.substr(0, 9) == "HTTP/1.1 ", "no answer", bytes);
    const std::string_view head = bytes.substr(0, end + 2);
    Response response;
    response.status = std::atoi(std::string(head.substr(9, 3)).c_str());
    response.type = value_of(head, "Content-Type");
    response.closes = value_of(head, "Connection") == "close";
    const std::string id(value_of(head, "X-Request-Id"));
    const std::string_view place = value_of(head, "Location");
    response.receipt = place.substr(std::min(place.rfind('/') + 1, place.size()));
    const auto length =
        static_cast<std::size_t>(std::atoll(std::string(value_of(head, "Content-Length")).c_str()));
    require(!id.empty() && bytes.size() >= end + 4 + length, "an answer is cut", head);
    response.head = head;
    response.head.erase(response.head.find(id), id.size());
    response.body = bytes.substr(end + 4, length);
    bytes.remove_prefix(end + 4 + length);
    if (response.body.rfind("{\"request\":\"" + id, 0) == 0) {
      require(kpfd_fuzz::is_json_object(
                  std::string_view(response.body).substr(0, response.body.size() - 1)),
              "an answer is no JSON", response.body);
      response.body.erase(12, id.size());
    }
    responses.push_back(std::move(response));
  }
  return responses;
}

// ---- the model ----

struct Expected {
  int status = 0;
  bool closes = false;
  bool stored = false;  ///< a Location with this receipt
  std::string receipt{};
};

/// The service as one that has all bytes at once, and never heard of threads.
class Model {
 public:
  std::vector<Expected> read(std::string_view stream) {
    std::vector<Expected> all;
    while (!stream.empty()) {
      const std::size_t end = stream.find(end_of_head);
      if (end == std::string_view::npos) {
        if (stream.size() > most_head) {
          all.push_back({431, true});
        }
        break;
      }
      const std::size_t size = end + end_of_head.size();
      Head head;
      HeadLimits limits;
      limits.most_bytes = most_head;
      if (const int status = read_head(stream.substr(0, size), limits, head); status != 0) {
        all.push_back({status, true});
        break;
      }
      stream.remove_prefix(size);
      if (const int status = refusal(head); status != 0) {
        const bool no_body =
            head.length == 0 && (head.method == "GET" || head.count("content-length") == 1);
        all.push_back({status, !head.keep_alive || !no_body});
      } else if (stream.size() < head.length) {
        break;
      } else {
        all.push_back(answer(head, std::string(stream.substr(0, head.length))));
        stream.remove_prefix(static_cast<std::size_t>(head.length));
      }
      if (all.back().closes) {
        break;
      }
    }
    return all;
  }

 private:
  static int refusal(const Head& head) {
    const bool health = head.path == "/healthz" || head.path == "/healthz/ready";
    if (!health && head.field("authorization") != "Bearer " + std::string(token)) {
      return 401;
    }
    const bool posts = head.path == "/v1/check" || head.path == "/v1/filings";
    const bool known = posts || health || head.path == "/v1/rules" || head.path == "/metrics" ||
                       head.path == "/openapi.json" || head.path.rfind("/v1/filings/", 0) == 0;
    if (!known) {
      return 404;
    }
    if (head.method != (posts ? "POST" : "GET")) {
      return 405;
    }
    if (!posts) {
      return head.length > 0 ? 400 : 0;
    }
    if (head.count("content-length") == 0) {
      return 411;
    }
    if (head.length > most_body) {
      return 413;
    }
    const std::string_view coding = head.field("content-encoding");
    if (head.field("content-type").rfind("multipart/", 0) == 0 ||
        head.count("content-encoding") > 1 || (!coding.empty() && coding != "identity")) {
      return 415;
    }
    const std::size_t name = head.field("idempotency-key").size();
    return head.count("idempotency-key") > 0 && (name < 1 || name > 128) ? 400 : 0;
  }

  Expected answer(const Head& head, const std::string& body) {
    const bool closes = !head.keep_alive;
    if (head.path == "/v1/check" || head.path == "/v1/filings") {
      return filing(head, body, closes);
    }
    if (head.path.rfind("/v1/filings/", 0) == 0) {
      return {receipts_.count(head.path.substr(12)) > 0 ? 200 : 404, closes};
    }
    return {200, closes};
  }

  Expected filing(const Head& head, const std::string& body, bool closes) {
    const Intake& intake = world().intake();
    kpfd::MemorySource source(body);
    kpfd::converters::AdmissionOptions options;
    options.strict = true;
    options.check.check_date = kpfd::make_date(2026, 7, 31);
    const std::string name = name_of(head);
    options.check.file_name = name;
    const kpfd::converters::Admission admission = kpfd::converters::admit(
        intake.engine(), intake.model(), intake.catalogue(), source, options);
    if (!admission.summary.reason.empty()) {
      return {422, closes};
    }
    if (!admission.accepted) {
      return {406, closes};
    }
    if (head.path == "/v1/check") {
      return {200, closes};
    }
    const std::string key(head.field("idempotency-key"));
    kpfd::converters::FilingReader reader(intake.engine().layouts(), admission.summary, source);
    const std::string receipt =
        kpfd::converters::identify(reader, std::string(kpfd::converters::shortest_key, 'k'))
            .receipt;
    if (!key.empty()) {
      const auto [known, first] = names_.emplace(key, std::pair(body, receipt));
      if (!first) {
        const bool same = known->second.first == body;
        return {same ? 200 : 409, closes, same, known->second.second};
      }
    }
    return {receipts_.insert(receipt).second ? 201 : 200, closes, true, receipt};
  }

  /// The last part of what the sender calls it, if that is plain.
  static std::string name_of(const Head& head) {
    const std::string given(head.field("x-file-name"));
    const std::string name = given.substr(given.find_last_of("/\\") + 1);
    const bool plain = !name.empty() && name.size() <= 128 && name[0] != '.' &&
                       name.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
                           std::string::npos;
    return plain && name != "-" ? name : "";
  }

  std::set<std::string> receipts_;
  std::map<std::string, std::pair<std::string, std::string>> names_;
};

void empty_shelf() {
  const std::lock_guard lock(shelf().mutex);
  shelf().receipts.clear();
  shelf().filings.clear();
  shelf().requests.clear();
}

void compare(const std::vector<Response>& given, const std::vector<Expected>& expected,
             std::string_view bytes) {
  bytes = bytes.substr(0, most_told);
  require(given.size() == expected.size(), "another number of answers", bytes);
  for (std::size_t i = 0; i < given.size(); ++i) {
    require(given[i].status == expected[i].status, "another status", bytes);
    require(given[i].closes == expected[i].closes, "another end", bytes);
    require(given[i].receipt == (expected[i].stored ? expected[i].receipt : std::string()),
            "another receipt", bytes);
  }
}

bool asks_for_figures(const Response& response) {
  return response.type.rfind("text/plain", 0) == 0;
}

}  // namespace

/// Changes bytes, and then mostly tells the length of the last body anew: else a longer one would
/// never be read.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed) {
  if (LLVMFuzzerMutate == nullptr) {
    return size;
  }
  size = LLVMFuzzerMutate(data, size, max_size);
  constexpr std::string_view name = "Content-Length: ";
  std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t last = text.rfind(name);
  const std::size_t end = last == std::string::npos ? last : text.find(end_of_head, last);
  if (seed % 4 == 0 || end == std::string::npos) {
    return size;
  }
  const std::size_t from = last + name.size();
  text.replace(from, text.find("\r\n", from) - from, std::to_string(text.size() - end - 4));
  size = std::min(text.size(), max_size);
  std::memcpy(data, text.data(), size);
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  kpfd_fuzz::Input input(data, size);
  std::minstd_rand chance(input.byte() + 1U);
  const std::string_view stream = input.rest();
  std::size_t heads = 0;
  for (std::size_t at = stream.find(end_of_head); at != std::string_view::npos;
       at = stream.find(end_of_head, at + 1)) {
    ++heads;
  }
  if (heads > most_requests) {
    return 0;
  }
  std::vector<std::size_t> cuts;
  for (std::size_t parts = chance() % most_parts; parts > 0 && !stream.empty(); --parts) {
    cuts.push_back(chance() % stream.size());
  }
  std::sort(cuts.begin(), cuts.end());

  const std::vector<Expected> expected = Model().read(stream);
  empty_shelf();
  const std::string in_parts = converse(stream, cuts);
  const std::vector<Response> answers = read_answers(in_parts);
  compare(answers, expected, in_parts);
  empty_shelf();
  const std::string at_once = converse(stream, {});
  const std::vector<Response> same_answers = read_answers(at_once);
  compare(same_answers, expected, at_once);
  const bool digits_told = stream.find("-file-name") != std::string_view::npos ||
                           stream.find("-File-Name") != std::string_view::npos;
  bool accepted = false;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    accepted |= answers[i].body.find("\"verdict\":\"accept\"") != std::string::npos;
    if (asks_for_figures(answers[i])) {
      continue;
    }
    require(answers[i].head == same_answers[i].head && answers[i].body == same_answers[i].body,
            "the answer depends on the parts", std::string_view(in_parts).substr(0, most_told));
    require(digits_told || answers[i].body.size() > most_body * 8 ||
                !kpfd_fuzz::has_digits(answers[i].body, 12),
            "twelve digits in an answer", answers[i].body);
  }
  kpfd_fuzz::count_verdict(accepted);

  const std::string log = world().take_log();
  for (std::size_t at = 0; at < log.size();) {
    const std::size_t end = log.find('\n', at);
    require(end != std::string::npos &&
                kpfd_fuzz::is_json_object(std::string_view(log).substr(at, end - at)),
            "a line of the log is no JSON", log);
    at = end + 1;
  }
  const PoolCounters workers = world().pool().counters();
  require(workers.deaths == 0 && workers.late == 0, "a worker died");
  return 0;
}
