// Checks: each function, and its misuse.
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "tests/c_api/support.hpp"

namespace {

using namespace kpfd_test;

/// A filing of at least this many bytes with one finding in each of its records.
std::string large_text(std::size_t size) {
  Filing filing = filing_for("KPFD");
  filing.set("prefecture_code", "99");
  const std::string record = filing.lines[5] + filing.end;
  std::string text = filing.text();
  while (text.size() < size) {
    text += record;
  }
  return text;
}

BOOST_AUTO_TEST_SUITE(checks)

BOOST_AUTO_TEST_CASE(options_are_read_with_care) {
  const EngineHandle engine = open_engine();
  const auto refused = [&](const kpfd_check_options* options, const kpfd_engine* with) {
    auto* check = reinterpret_cast<kpfd_check*>(std::uintptr_t{1});
    const kpfd_status status = kpfd_check_open(with, options, &check);
    BOOST_TEST((check == nullptr));
    BOOST_TEST(!last_error().empty());
    return status;
  };
  kpfd_check_options options = check_options();
  BOOST_TEST(refused(&options, nullptr) == KPFD_E_ARGUMENT);
  BOOST_TEST(kpfd_check_open(engine.get(), &options, nullptr) == KPFD_E_ARGUMENT);

  options.struct_size = 7;
  BOOST_TEST(refused(&options, engine.get()) == KPFD_E_ARGUMENT);
  options = check_options();
  options.abi_version = 99;
  BOOST_TEST(refused(&options, engine.get()) == KPFD_E_ARGUMENT);
  options = check_options();
  options.show_values = 2;
  BOOST_TEST(refused(&options, engine.get()) == KPFD_E_ARGUMENT);
  options = check_options();
  options.threads = 65;
  BOOST_TEST(refused(&options, engine.get()) == KPFD_E_ARGUMENT);
  options = check_options();
  options.check_date = "2026-13-01";
  BOOST_TEST(refused(&options, engine.get()) == KPFD_E_ARGUMENT);
  options = check_options();
  options.edition = "1999-01";
  BOOST_TEST(refused(&options, engine.get()) == KPFD_E_ARGUMENT);
  BOOST_TEST(contains(last_error(), kpfd_test::engine().schemas_edition()));

  kpfd_engine_options timeless = engine_options();
  timeless.check_date = nullptr;
  const EngineHandle without_date = open_engine(timeless);
  options = check_options();
  BOOST_TEST(refused(&options, without_date.get()) == KPFD_E_ARGUMENT);
  BOOST_TEST(contains(last_error(), "no check date"));
  options.check_date = "2026-07-31";
  BOOST_TEST((open_check(without_date.get(), options) != nullptr));
}

BOOST_AUTO_TEST_CASE(a_check_without_options_gives_a_verdict) {
  const EngineHandle engine = open_engine();
  kpfd_check* opened = nullptr;
  BOOST_TEST_REQUIRE(kpfd_check_open(engine.get(), nullptr, &opened) == KPFD_OK);
  const CheckHandle check(opened);
  const std::string good = good_text();
  const std::string bad = bad_text();
  BOOST_TEST(kpfd_check_buffer(opened, nullptr, good.data(), good.size()) == KPFD_ACCEPT);
  BOOST_TEST(kpfd_check_verdict(opened) == KPFD_ACCEPT);
  BOOST_TEST(kpfd_check_buffer(opened, nullptr, bad.data(), bad.size()) == KPFD_REJECT);
  BOOST_TEST(kpfd_check_verdict(opened) == KPFD_REJECT);
  BOOST_TEST(summary_of(opened).errors == 2U);
  BOOST_TEST(summary_of(opened).warnings == 1U);
}

BOOST_AUTO_TEST_CASE(a_check_outlives_its_engine) {
  EngineHandle engine = open_engine();
  Listener listener(engine.get());
  engine.reset();
  BOOST_TEST(listener.buffer(bad_text()) == KPFD_REJECT);
  BOOST_TEST(listener.findings.size() == 3U);
  BOOST_TEST(contains(kpfd_check_summary_json(listener.check.get()), R"("verdict":"reject")"));
}

BOOST_AUTO_TEST_CASE(the_check_date_of_a_check_stands_before_the_engines) {
  const EngineHandle engine = open_engine();
  const std::string folder = std::string(KPFD_SOURCE_DIR) + "/samples/invalid/";
  const std::string file = folder + "d-future-for-an-earlier-check/input/KPFD0006.CSV";
  kpfd_check_options options = check_options();
  const std::string date = read_file(folder + "d-future-for-an-earlier-check/as-of").substr(0, 10);
  options.check_date = date.c_str();
  Listener earlier(engine.get(), options);
  BOOST_TEST(kpfd_check_path(earlier.check.get(), file.c_str()) == KPFD_REJECT);
  Listener later(engine.get());
  BOOST_TEST(kpfd_check_path(later.check.get(), file.c_str()) == KPFD_ACCEPT);
}

BOOST_AUTO_TEST_CASE(an_edition_can_be_asked_for) {
  const EngineHandle engine = open_engine();
  kpfd_check_options options = check_options();
  options.edition = kpfd_test::engine().editions().front().c_str();
  Listener listener(engine.get(), options);
  listener.buffer(filing_for("KPFD").text());
  BOOST_TEST(summary_of(listener.check.get()).edition == kpfd_test::engine().editions().front());
}

BOOST_AUTO_TEST_CASE(the_name_is_looked_at) {
  const EngineHandle engine = open_engine();
  Listener listener(engine.get());
  BOOST_TEST(listener.buffer(good_text(), "SHFD0006.CSV") == KPFD_ACCEPT);
  BOOST_TEST(listener.findings.size() == 1U);
  BOOST_TEST(listener.buffer(good_text(), nullptr) == KPFD_ACCEPT);
  BOOST_TEST(listener.findings.empty());
}

// A memory of zeros, and every call that fails, say 'unchecked'.
BOOST_AUTO_TEST_CASE(null_is_never_accepted) {
  BOOST_TEST(static_cast<int>(KPFD_UNCHECKED) == 0);
  BOOST_TEST(kpfd_check_buffer(nullptr, "x", "x", 1) == KPFD_UNCHECKED);
  BOOST_TEST(kpfd_check_path(nullptr, "x") == KPFD_UNCHECKED);
  BOOST_TEST(kpfd_check_begin(nullptr, "x") == KPFD_E_ARGUMENT);
  BOOST_TEST(kpfd_check_feed(nullptr, "x", 1) == KPFD_E_ARGUMENT);
  BOOST_TEST(kpfd_check_finish(nullptr) == KPFD_UNCHECKED);
  BOOST_TEST(kpfd_check_verdict(nullptr) == KPFD_UNCHECKED);
  BOOST_TEST(kpfd_check_summary_json(nullptr) == std::string());
  kpfd_summary summary = KPFD_SUMMARY_INIT;
  BOOST_TEST(kpfd_check_summary(nullptr, &summary) == KPFD_E_ARGUMENT);
  BOOST_TEST(kpfd_check_free(nullptr) == KPFD_OK);
  kpfd_check_cancel(nullptr);

  const EngineHandle engine = open_engine();
  const Listener listener(engine.get());
  kpfd_check* const check = listener.check.get();
  BOOST_TEST(kpfd_check_verdict(check) == KPFD_UNCHECKED);
  BOOST_TEST(summary_of(check).reason == std::string("nothing has been checked yet"));
  const std::string good = good_text();
  BOOST_TEST(kpfd_check_buffer(check, "KPFD0006.CSV", good.data(), good.size()) == KPFD_ACCEPT);
  BOOST_TEST(kpfd_check_buffer(check, "x", nullptr, 1) == KPFD_UNCHECKED);
  BOOST_TEST(kpfd_check_verdict(check) == KPFD_UNCHECKED);
  BOOST_TEST(summary_of(check).status == KPFD_E_ARGUMENT);
  BOOST_TEST(kpfd_check_path(check, nullptr) == KPFD_UNCHECKED);
  BOOST_TEST(contains(last_error(), "path is a null pointer"));
  BOOST_TEST(kpfd_check_summary(check, nullptr) == KPFD_E_ARGUMENT);
  summary.struct_size = 12;
  BOOST_TEST(kpfd_check_summary(check, &summary) == KPFD_E_ARGUMENT);
  summary = KPFD_SUMMARY_INIT;
  summary.abi_version = 0;
  BOOST_TEST(kpfd_check_summary(check, &summary) == KPFD_E_ARGUMENT);
}

BOOST_AUTO_TEST_CASE(an_empty_buffer_is_an_empty_file) {
  const EngineHandle engine = open_engine();
  Listener listener(engine.get());
  BOOST_TEST(kpfd_check_buffer(listener.check.get(), nullptr, nullptr, 0) == KPFD_REJECT);
  BOOST_TEST_REQUIRE(listener.findings.size() == 1U);
  BOOST_TEST(listener.findings[0].rule == "FILE-EMPTY");
  BOOST_TEST(kpfd_check_begin(listener.check.get(), nullptr) == KPFD_OK);
  BOOST_TEST(kpfd_check_finish(listener.check.get()) == KPFD_REJECT);
}

BOOST_AUTO_TEST_CASE(a_larger_summary_of_a_later_header_is_filled_as_far_as_it_is_known) {
  const EngineHandle engine = open_engine();
  Listener listener(engine.get());
  listener.buffer(good_text());
  struct {
    kpfd_summary known = KPFD_SUMMARY_INIT;
    std::uint64_t later = 7;
  } summary;
  summary.known.struct_size = sizeof summary;
  BOOST_TEST(kpfd_check_summary(listener.check.get(), &summary.known) == KPFD_OK);
  BOOST_TEST(summary.known.struct_size == sizeof summary);
  BOOST_TEST(summary.known.verdict == KPFD_ACCEPT);
  BOOST_TEST(summary.known.bytes == good_text().size());
  BOOST_TEST(summary.known.lines == 6U);
  BOOST_TEST(summary.known.offices == 1U);
  BOOST_TEST(summary.known.data_records == 1U);
  BOOST_TEST(summary.known.kind == std::string("KPFD"));
  BOOST_TEST(summary.known.encoding == std::string("Shift_JIS"));
  BOOST_TEST(summary.later == 7U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_unchecked) {
  const EngineHandle engine = open_engine();
  Listener listener(engine.get());
  kpfd_check* const check = listener.check.get();
  const std::string folder = fresh_folder("unreadable");
  BOOST_TEST_REQUIRE(::mkfifo((folder + "/pipe").c_str(), 0600) == 0);
  for (const std::string& path : {folder + "/missing", folder, folder + "/pipe",
                                  std::string("/dev/zero"), std::string(), std::string("-")}) {
    BOOST_TEST(kpfd_check_path(check, path.c_str()) == KPFD_UNCHECKED, path);
    BOOST_TEST(summary_of(check).status == KPFD_E_READ);
    BOOST_TEST(summary_of(check).reason == last_error());
    BOOST_TEST(!last_error().empty());
    BOOST_TEST(contains(kpfd_check_summary_json(check), R"("verdict":"unchecked","reason":")"));
  }
  BOOST_TEST(listener.findings.empty());
}

BOOST_AUTO_TEST_CASE(several_threads_find_the_same) {
  const EngineHandle engine = open_engine();
  const std::string text = large_text(3'000'000);
  Listener one(engine.get());
  BOOST_TEST(one.buffer(text) == KPFD_ACCEPT);
  kpfd_check_options options = check_options();
  options.threads = 4;
  Listener four(engine.get(), options);
  BOOST_TEST(four.buffer(text) == KPFD_ACCEPT);
  BOOST_TEST((four.findings == one.findings));
  four.most = 700;
  BOOST_TEST(four.buffer(text) == KPFD_UNCHECKED);
  BOOST_TEST(four.findings.size() == 700U);
}

BOOST_AUTO_TEST_CASE(values_are_told_only_when_they_are_asked_for) {
  const EngineHandle engine = open_engine();
  Filing filing = filing_for("KPFD", "2200700");
  filing.set("prefecture_code", "99").set("my_number", "123456789012");
  Listener silent(engine.get());
  BOOST_TEST(silent.buffer(filing.text()) != KPFD_UNCHECKED);
  BOOST_TEST(!silent.findings.empty());
  for (const Told& told : silent.findings) {
    BOOST_TEST(!told.has_value);
    BOOST_TEST(!contains(told.message, "123456789012"));
  }
  kpfd_check_options options = check_options();
  options.show_values = 1;
  Listener open(engine.get(), options);
  BOOST_TEST(open.buffer(filing.text()) != KPFD_UNCHECKED);
  BOOST_TEST(open.findings.size() == silent.findings.size());
  bool has_prefecture = false;
  bool has_number = false;
  for (const Told& told : open.findings) {
    BOOST_TEST(told.has_value == (told.item != 0));
    has_prefecture = has_prefecture || told.value == "99";
    has_number = has_number || (told.key == "my_number" && told.value == "************");
    BOOST_TEST(!contains(told.message + told.value, "123456789012"));
  }
  BOOST_TEST(has_prefecture);
  BOOST_TEST(has_number);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(streams)

BOOST_AUTO_TEST_CASE(calls_out_of_order_are_refused) {
  const EngineHandle engine = open_engine();
  Listener listener(engine.get());
  kpfd_check* const check = listener.check.get();
  const std::string good = good_text();
  BOOST_TEST(kpfd_check_feed(check, "x", 1) == KPFD_E_ARGUMENT);
  BOOST_TEST(kpfd_check_finish(check) == KPFD_UNCHECKED);
  BOOST_TEST(kpfd_check_begin(check, "KPFD0006.CSV") == KPFD_OK);
  BOOST_TEST(kpfd_check_buffer(check, nullptr, good.data(), good.size()) == KPFD_UNCHECKED);
  BOOST_TEST(contains(last_error(), "a stream has begun"));
  BOOST_TEST(kpfd_check_path(check, "x") == KPFD_UNCHECKED);
  BOOST_TEST(kpfd_check_feed(check, good.data(), good.size()) == KPFD_OK);
  BOOST_TEST(kpfd_check_finish(check) == KPFD_ACCEPT);
  BOOST_TEST(kpfd_check_finish(check) == KPFD_UNCHECKED);
  BOOST_TEST(kpfd_check_verdict(check) == KPFD_UNCHECKED);
}

BOOST_AUTO_TEST_CASE(begin_drops_what_was_fed) {
  const EngineHandle engine = open_engine();
  Listener listener(engine.get());
  kpfd_check* const check = listener.check.get();
  BOOST_TEST(kpfd_check_begin(check, nullptr) == KPFD_OK);
  BOOST_TEST(kpfd_check_feed(check, "rubbish", 7) == KPFD_OK);
  BOOST_TEST(listener.stream(good_text(), 100) == KPFD_ACCEPT);
  BOOST_TEST(kpfd_check_begin(check, nullptr) == KPFD_OK);
  BOOST_TEST(kpfd_check_feed(check, "rubbish", 7) == KPFD_OK);  // freed with the check
}

BOOST_AUTO_TEST_CASE(a_feed_that_fails_spoils_the_stream) {
  const EngineHandle engine = open_engine();
  Listener listener(engine.get());
  kpfd_check* const check = listener.check.get();
  const std::string good = good_text();
  BOOST_TEST(kpfd_check_begin(check, "KPFD0006.CSV") == KPFD_OK);
  BOOST_TEST(kpfd_check_feed(check, good.data(), good.size()) == KPFD_OK);
  BOOST_TEST(kpfd_check_feed(check, nullptr, 1) == KPFD_E_ARGUMENT);
  BOOST_TEST(kpfd_check_feed(check, "", 0) == KPFD_E_ARGUMENT);
  BOOST_TEST(kpfd_check_finish(check) == KPFD_UNCHECKED);
  BOOST_TEST(summary_of(check).status == KPFD_E_ARGUMENT);
  BOOST_TEST(listener.stream(good, 7) == KPFD_ACCEPT);
}

BOOST_AUTO_TEST_CASE(what_does_not_stay_in_memory_is_kept_in_a_file) {
  const EngineHandle engine = open_engine();
  const std::string text = large_text(300'000);
  Listener whole(engine.get());
  BOOST_TEST(whole.buffer(text) == KPFD_ACCEPT);
  for (const std::uint64_t memory : {std::uint64_t{1}, std::uint64_t{4096}, std::uint64_t{299'000},
                                     std::uint64_t{0}, ~std::uint64_t{0}}) {
    kpfd_check_options options = check_options();
    options.stream_memory = memory;
    Listener listener(engine.get(), options);
    BOOST_TEST(listener.stream(text, 10'000) == KPFD_ACCEPT);
    BOOST_TEST((listener.findings == whole.findings));
  }
}

/// Sets a variable of the environment, and what it was before.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    const char* const before = std::getenv(name);
    had_ = before != nullptr;
    before_ = had_ ? before : "";
    ::setenv(name, value, 1);
  }
  ~Variable() { had_ ? ::setenv(name_, before_.c_str(), 1) : ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  bool had_ = false;
  std::string before_;
};

BOOST_AUTO_TEST_CASE(a_stream_that_cannot_be_kept_is_unchecked) {
  const Variable nowhere("TMPDIR", "/nowhere/at/all");
  const EngineHandle engine = open_engine();
  kpfd_check_options options = check_options();
  options.stream_memory = 100;
  Listener listener(engine.get(), options);
  kpfd_check* const check = listener.check.get();
  const std::string good = good_text();
  BOOST_TEST(kpfd_check_begin(check, "KPFD0006.CSV") == KPFD_OK);
  BOOST_TEST(kpfd_check_feed(check, good.data(), good.size()) == KPFD_E_READ);
  BOOST_TEST(contains(last_error(), "no temporary file"));
  BOOST_TEST(kpfd_check_finish(check) == KPFD_UNCHECKED);
  BOOST_TEST(summary_of(check).status == KPFD_E_READ);
  BOOST_TEST(contains(summary_of(check).reason, "no temporary file"));
  // In memory it needs none.
  options.stream_memory = ~std::uint64_t{0};
  Listener rich(engine.get(), options);
  BOOST_TEST(rich.stream(good, 50) == KPFD_ACCEPT);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(stopping)

BOOST_AUTO_TEST_CASE(a_callback_stops_the_check) {
  const EngineHandle engine = open_engine();
  Listener listener(engine.get());
  const std::string text = large_text(3'000'000);
  for (const std::size_t most : {std::size_t{1}, std::size_t{2}, std::size_t{600}}) {
    listener.most = most;
    BOOST_TEST(listener.buffer(text) == KPFD_UNCHECKED);
    BOOST_TEST(listener.findings.size() == most);
    BOOST_TEST(summary_of(listener.check.get()).status == KPFD_E_CANCELLED);
    BOOST_TEST(last_error() == "the check was cancelled");
  }
  // The next filing is another matter.
  listener.most = 0;
  BOOST_TEST(listener.buffer(good_text()) == KPFD_ACCEPT);
}

BOOST_AUTO_TEST_CASE(a_check_stopped_at_its_last_finding_is_unchecked) {
  const EngineHandle engine = open_engine();
  Listener listener(engine.get());
  listener.most = 3;
  BOOST_TEST(listener.buffer(bad_text()) == KPFD_UNCHECKED);
  listener.most = 4;
  BOOST_TEST(listener.buffer(bad_text()) == KPFD_REJECT);
}

struct Watched {
  std::vector<std::uint64_t> done;
  std::uint64_t all = 0;
  std::size_t most = 0;
};

int watch(std::uint64_t done, std::uint64_t all, void* user) {
  auto& watched = *static_cast<Watched*>(user);
  watched.done.push_back(done);
  watched.all = all;
  return watched.most == 0 || watched.done.size() < watched.most ? 0 : 1;
}

BOOST_AUTO_TEST_CASE(progress_is_told_and_can_stop_the_check) {
  const EngineHandle engine = open_engine();
  const std::string text = large_text(5'000'000);
  Watched watched;
  kpfd_check_options options = check_options();
  options.on_progress = watch;
  options.user = &watched;
  const CheckHandle check = open_check(engine.get(), options);
  BOOST_TEST(kpfd_check_buffer(check.get(), nullptr, text.data(), text.size()) == KPFD_ACCEPT);
  BOOST_TEST(watched.done.size() >= 4U);
  BOOST_TEST(watched.all == text.size());
  BOOST_TEST(watched.done.back() <= text.size());
  BOOST_TEST(watched.done.back() > text.size() / 2);
  const std::size_t all = watched.done.size();
  for (std::size_t most = 1; most <= all; ++most) {
    watched = Watched();
    watched.most = most;
    BOOST_TEST(kpfd_check_buffer(check.get(), nullptr, text.data(), text.size()) == KPFD_UNCHECKED);
    BOOST_TEST(watched.done.size() == most);
    BOOST_TEST(summary_of(check.get()).status == KPFD_E_CANCELLED);
  }
}

/// Cancels from another thread while the callback waits.
struct Cancelling {
  kpfd_check* check = nullptr;
  int calls = 0;
};

int cancel_elsewhere(std::uint64_t /*done*/, std::uint64_t /*all*/, void* user) {
  auto& self = *static_cast<Cancelling*>(user);
  ++self.calls;
  std::thread([&self] { kpfd_check_cancel(self.check); }).join();
  return 0;
}

BOOST_AUTO_TEST_CASE(another_thread_stops_it_for_good) {
  const EngineHandle engine = open_engine();
  const std::string text = large_text(3'000'000);
  Cancelling cancelling;
  kpfd_check_options options = check_options();
  options.on_progress = cancel_elsewhere;
  options.user = &cancelling;
  const CheckHandle check = open_check(engine.get(), options);
  cancelling.check = check.get();
  BOOST_TEST(kpfd_check_buffer(check.get(), nullptr, text.data(), text.size()) == KPFD_UNCHECKED);
  BOOST_TEST(cancelling.calls == 1);
  BOOST_TEST(summary_of(check.get()).status == KPFD_E_CANCELLED);

  const std::string good = good_text();
  BOOST_TEST(kpfd_check_buffer(check.get(), nullptr, good.data(), good.size()) == KPFD_UNCHECKED);
  BOOST_TEST(kpfd_check_path(check.get(), "/nowhere") == KPFD_UNCHECKED);
  BOOST_TEST(summary_of(check.get()).status == KPFD_E_CANCELLED);
  BOOST_TEST(kpfd_check_begin(check.get(), nullptr) == KPFD_OK);
  BOOST_TEST(kpfd_check_feed(check.get(), good.data(), good.size()) == KPFD_E_CANCELLED);
  BOOST_TEST(kpfd_check_finish(check.get()) == KPFD_UNCHECKED);
  BOOST_TEST(summary_of(check.get()).status == KPFD_E_CANCELLED);
}

BOOST_AUTO_TEST_CASE(an_exception_of_a_callback_ends_in_the_library) {
  const EngineHandle engine = open_engine();
  kpfd_check_options options = check_options();
  options.on_finding = [](const kpfd_finding*, void*) -> int { throw std::runtime_error("mine"); };
  const CheckHandle check = open_check(engine.get(), options);
  const std::string bad = bad_text();
  BOOST_TEST(kpfd_check_buffer(check.get(), nullptr, bad.data(), bad.size()) == KPFD_UNCHECKED);
  BOOST_TEST(summary_of(check.get()).status == KPFD_E_INTERNAL);
  const std::string good = good_text();
  BOOST_TEST(kpfd_check_buffer(check.get(), nullptr, good.data(), good.size()) == KPFD_ACCEPT);
}

/// Uses its own check, and others, inside of a callback.
struct Intruder {
  const kpfd_engine* engine = nullptr;
  kpfd_check* check = nullptr;
  int calls = 0;
};

int intrude(const kpfd_finding* /*finding*/, void* user) {
  auto& self = *static_cast<Intruder*>(user);
  ++self.calls;
  kpfd_summary summary = KPFD_SUMMARY_INIT;
  BOOST_TEST(kpfd_check_buffer(self.check, nullptr, "x", 1) == KPFD_UNCHECKED);
  BOOST_TEST(contains(last_error(), "at work"));
  BOOST_TEST(kpfd_check_path(self.check, "x") == KPFD_UNCHECKED);
  BOOST_TEST(kpfd_check_begin(self.check, nullptr) == KPFD_E_BUSY);
  BOOST_TEST(kpfd_check_feed(self.check, "x", 1) == KPFD_E_BUSY);
  BOOST_TEST(kpfd_check_finish(self.check) == KPFD_UNCHECKED);
  BOOST_TEST(kpfd_check_verdict(self.check) == KPFD_UNCHECKED);
  BOOST_TEST(kpfd_check_summary(self.check, &summary) == KPFD_E_BUSY);
  BOOST_TEST(kpfd_check_summary_json(self.check) == std::string());
  BOOST_TEST(kpfd_check_free(self.check) == KPFD_E_BUSY);
  Listener other(self.engine);
  BOOST_TEST(other.buffer(good_text()) == KPFD_ACCEPT);
  return 0;
}

BOOST_AUTO_TEST_CASE(a_check_at_work_refuses_other_work) {
  const EngineHandle engine = open_engine();
  Intruder intruder;
  intruder.engine = engine.get();
  kpfd_check_options options = check_options();
  options.on_finding = intrude;
  options.user = &intruder;
  const CheckHandle check = open_check(engine.get(), options);
  intruder.check = check.get();
  const std::string bad = bad_text();
  BOOST_TEST(kpfd_check_buffer(check.get(), "KPFD0006.CSV", bad.data(), bad.size()) == KPFD_REJECT);
  BOOST_TEST(intruder.calls == 3);
  BOOST_TEST(summary_of(check.get()).errors == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(threads)

constexpr int most_threads = 8;

/// What a thread does; false: something was not as it should be. Boost.Test is for one thread.
bool checks_rightly(const kpfd_engine* engine, const std::string& good, const std::string& bad) {
  std::vector<std::string> rules;
  kpfd_check_options options = check_options();
  options.on_finding = [](const kpfd_finding* finding, void* user) {
    static_cast<std::vector<std::string>*>(user)->emplace_back(finding->rule);
    return 0;
  };
  options.user = &rules;
  kpfd_check* check = nullptr;
  bool right = kpfd_check_open(engine, &options, &check) == KPFD_OK;
  for (int round = 0; right && round < 20; ++round) {
    rules.clear();
    right = kpfd_check_buffer(check, nullptr, bad.data(), bad.size()) == KPFD_REJECT &&
            rules.size() == 3 &&
            kpfd_check_buffer(check, nullptr, good.data(), good.size()) == KPFD_ACCEPT &&
            rules.size() == 3 && kpfd_check_begin(check, nullptr) == KPFD_OK &&
            kpfd_check_feed(check, bad.data(), bad.size()) == KPFD_OK &&
            kpfd_check_finish(check) == KPFD_REJECT && rules.size() == 6 &&
            kpfd_check_path(check, "/nowhere") == KPFD_UNCHECKED &&
            contains(kpfd_last_error(), "cannot be opened");
  }
  return kpfd_check_free(check) == KPFD_OK && right;
}

template <typename Body>
int count_right(Body body) {
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < most_threads; ++i) {
    threads.emplace_back([&] { right += body() ? 1 : 0; });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  return right;
}

BOOST_AUTO_TEST_CASE(each_with_its_own_engine) {
  const std::string good = good_text();
  const std::string bad = bad_text();
  const int right = count_right([&] {
    const kpfd_engine_options options = engine_options();
    kpfd_engine* engine = nullptr;
    const bool opened = kpfd_engine_open(&options, &engine) == KPFD_OK;
    const bool all = opened && checks_rightly(engine, good, bad);
    kpfd_engine_free(engine);
    return all;
  });
  BOOST_TEST(right == most_threads);
}

BOOST_AUTO_TEST_CASE(all_with_one_engine) {
  const std::string good = good_text();
  const std::string bad = bad_text();
  const EngineHandle engine = open_engine();
  BOOST_TEST(count_right([&] { return checks_rightly(engine.get(), good, bad); }) == most_threads);
}

struct Meeting {
  std::atomic<bool> inside{false};
  std::atomic<bool> done{false};
};

int wait_inside(const kpfd_finding* /*finding*/, void* user) {
  auto& meeting = *static_cast<Meeting*>(user);
  meeting.inside = true;
  while (!meeting.done) {
    std::this_thread::yield();
  }
  return 0;
}

BOOST_AUTO_TEST_CASE(a_check_is_for_one_thread_at_a_time) {
  const EngineHandle engine = open_engine();
  Meeting meeting;
  kpfd_check_options options = check_options();
  options.on_finding = wait_inside;
  options.user = &meeting;
  const CheckHandle check = open_check(engine.get(), options);
  const std::string bad = bad_text();
  kpfd_verdict verdict = KPFD_UNCHECKED;
  std::thread worker(
      [&] { verdict = kpfd_check_buffer(check.get(), "KPFD0006.CSV", bad.data(), bad.size()); });
  while (!meeting.inside) {
    std::this_thread::yield();
  }
  BOOST_TEST(kpfd_check_buffer(check.get(), nullptr, bad.data(), bad.size()) == KPFD_UNCHECKED);
  BOOST_TEST(contains(last_error(), "at work"));
  BOOST_TEST(kpfd_check_free(check.get()) == KPFD_E_BUSY);
  meeting.done = true;
  worker.join();
  BOOST_TEST(verdict == KPFD_REJECT);
  BOOST_TEST(kpfd_check_verdict(check.get()) == KPFD_REJECT);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
