// The C interface: calls in any order, right and wrong ones.
//
//   input   ::= options call*
//   options ::= a byte: 1 values are shown, 2 streams go into a file, 4 a callback stops the check,
//   8
//               a callback calls in
//   call    ::= a byte that chooses the call (see Caller::call), then what it takes
//
// Oracles:
//   - the answer to each call is what a model of the handle says: in particular nothing is ever
//     accepted but what the engine itself accepts of the same bytes;
//   - a filing has the findings that the engine itself has, however its bytes came;
//   - the summary is JSON with the same verdict; the texts are UTF-8;
//   - a check at work refuses every other call.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "kpfd/kpfd.h"
#include "support.hpp"

namespace {

using kpfd_fuzz::Input;
using kpfd_fuzz::is_json_object;
using kpfd_fuzz::is_utf8;
using kpfd_fuzz::require;

constexpr const char* check_date = "2026-07-31";

const kpfd_engine* opened_engine() {
  static const kpfd_engine* const engine = [] {
    kpfd_engine_options options = KPFD_ENGINE_OPTIONS_INIT;
    options.check_date = check_date;
    kpfd_engine* opened = nullptr;
    require(kpfd_engine_open(&options, &opened) == KPFD_OK, "an engine opens", kpfd_last_error());
    return opened;
  }();
  return engine;
}

class Counter final : public kpfd::FindingSink {
 public:
  void finding(const kpfd::Finding& /*finding*/) override { ++count; }
  std::uint64_t count = 0;
};

/// What the engine says of the bytes, without the C interface.
struct Direct {
  kpfd::Summary summary;
  std::uint64_t findings = 0;

  explicit Direct(std::string_view bytes) {
    kpfd::MemorySource source(bytes);
    kpfd::CheckOptions options;
    options.check_date = kpfd::parse_iso_date(check_date);
    Counter counter;
    summary = kpfd_fuzz::engine().check(source, options, counter);
    findings = counter.count;
  }
};

/// A handle, and what it should be like.
class Caller {
 public:
  Caller(std::uint8_t flags, Input& input) : flags_(flags), input_(input) { open(); }
  ~Caller() { require(kpfd_check_free(check_) == KPFD_OK, "a check that rests is freed"); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  void call() {
    switch (input_.below(10)) {
      case 0:
        require(kpfd_check_begin(check_, nullptr) == KPFD_OK, "a stream begins at any time");
        streaming_ = true;
        spoiled_ = false;
        fed_.clear();
        break;
      case 1:
        feed(take(input_.byte()));
        break;
      case 2:
        finish();
        break;
      case 3:
        buffer(take(input_.byte() * std::size_t{64}));
        break;
      case 4: {  // all that is left, in pieces
        const std::size_t size = input_.below(64) + 1;
        stream(take(~std::size_t{0}), size);
        break;
      }
      case 5:
        buffer(take(~std::size_t{0}));
        break;
      case 6:
        path();
        break;
      case 7:
        kpfd_check_cancel(check_);
        cancelled_ = true;
        break;
      case 8:
        require(kpfd_check_free(check_) == KPFD_OK, "a check that rests is freed");
        open();
        break;
      default:
        misuse();
        break;
    }
    look();
  }

 private:
  bool stops() const { return (flags_ & 4U) != 0; }

  void open() {
    kpfd_check_options options = KPFD_CHECK_OPTIONS_INIT;
    options.show_values = (flags_ & 1U) != 0 ? 1 : 0;
    options.stream_memory = (flags_ & 2U) != 0 ? 16 : 0;
    options.on_finding = hear;
    options.user = this;
    require(kpfd_check_open(opened_engine(), &options, &check_) == KPFD_OK, "a check opens");
    streaming_ = false;
    spoiled_ = false;
    cancelled_ = false;
    verdict_ = KPFD_UNCHECKED;
  }

  std::string_view take(std::size_t most) { return input_.bytes(most); }

  static int hear(const kpfd_finding* finding, void* user) {
    auto& self = *static_cast<Caller*>(user);
    ++self.findings_;
    for (const char* const text : {finding->rule, finding->form, finding->key, finding->message,
                                   finding->reason, finding->attachment}) {
      require(text != nullptr && is_utf8(text), "the texts of a finding are UTF-8");
    }
    require((finding->value != nullptr) == ((self.flags_ & 1U) != 0 && finding->item != 0),
            "values are told only when they are asked for");
    require(finding->value == nullptr || is_utf8(finding->value), "a value is UTF-8");
    if ((self.flags_ & 8U) != 0) {
      self.call_in();
    }
    return self.stops() ? 1 : 0;
  }

  void call_in() {
    kpfd_summary summary = KPFD_SUMMARY_INIT;
    require(kpfd_check_begin(check_, nullptr) == KPFD_E_BUSY, "begin is refused inside");
    require(kpfd_check_feed(check_, "x", 1) == KPFD_E_BUSY, "feed is refused inside");
    require(kpfd_check_finish(check_) == KPFD_UNCHECKED, "finish is refused inside");
    require(kpfd_check_buffer(check_, nullptr, "x", 1) == KPFD_UNCHECKED,
            "buffer is refused inside");
    require(kpfd_check_path(check_, "/dev/null") == KPFD_UNCHECKED, "path is refused inside");
    require(kpfd_check_summary(check_, &summary) == KPFD_E_BUSY, "summary is refused inside");
    require(*kpfd_check_summary_json(check_) == '\0', "JSON is refused inside");
    require(kpfd_check_free(check_) == KPFD_E_BUSY, "free is refused inside");
  }

  void feed(std::string_view bytes) {
    const kpfd_status status = kpfd_check_feed(check_, bytes.data(), bytes.size());
    require((status == KPFD_OK) == (streaming_ && !spoiled_ && !cancelled_),
            "feed answers as it must");
    spoiled_ = spoiled_ || (streaming_ && status != KPFD_OK);
    fed_ += bytes;
  }

  void finish() {
    findings_ = 0;
    const bool whole = streaming_ && !spoiled_;
    const kpfd_verdict verdict = kpfd_check_finish(check_);
    streaming_ = false;
    expect(verdict, whole, fed_);
  }

  void buffer(std::string_view bytes) {
    findings_ = 0;
    expect(kpfd_check_buffer(check_, nullptr, bytes.data(), bytes.size()), !streaming_, bytes);
  }

  void stream(std::string_view bytes, std::size_t size) {
    require(kpfd_check_begin(check_, nullptr) == KPFD_OK, "a stream begins at any time");
    streaming_ = true;
    spoiled_ = false;
    fed_.clear();
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      feed(bytes.substr(at, size));
    }
    finish();
  }

  void path() {
    constexpr const char* names[] = {"/dev/null", "/", "", "/nowhere/KPFD0006.CSV"};
    verdict_ = kpfd_check_path(check_, names[input_.below(4)]);
    require(verdict_ == KPFD_UNCHECKED, "what is no file is unchecked");
  }

  void misuse() {
    kpfd_summary summary = KPFD_SUMMARY_INIT;
    summary.struct_size = input_.byte();
    const bool large_enough = summary.struct_size >= sizeof summary;
    if (!large_enough) {
      require(kpfd_check_summary(check_, &summary) == KPFD_E_ARGUMENT, "a small struct is refused");
    }
    verdict_ = kpfd_check_buffer(check_, nullptr, nullptr, 1);
    require(verdict_ == KPFD_UNCHECKED, "null is unchecked");
    require(kpfd_check_buffer(nullptr, nullptr, "", 0) == KPFD_UNCHECKED, "no check is unchecked");
    if (streaming_ && !spoiled_) {
      require(kpfd_check_feed(check_, nullptr, 1) != KPFD_OK, "null is not fed");
      spoiled_ = true;
    }
  }

  void expect(kpfd_verdict verdict, bool can_be_checked, std::string_view bytes) {
    verdict_ = verdict;
    if (!can_be_checked || cancelled_) {
      require(verdict == KPFD_UNCHECKED, "what cannot be checked is unchecked");
      require(findings_ == 0, "and has no findings");
      return;
    }
    const Direct direct(bytes);
    if (stops() && direct.findings > 0) {
      require(verdict == KPFD_UNCHECKED, "what was stopped is unchecked");
      require(findings_ == 1, "and stops at once");
      return;
    }
    require(
        verdict == (direct.summary.verdict == kpfd::Verdict::accept ? KPFD_ACCEPT : KPFD_REJECT),
        "the verdict is the engine's");
    require(findings_ == direct.findings, "the findings are the engine's");
  }

  /// Between the calls, the handle shows the last verdict.
  void look() {
    require(kpfd_check_verdict(check_) == verdict_, "the verdict stays");
    kpfd_summary summary = KPFD_SUMMARY_INIT;
    require(kpfd_check_summary(check_, &summary) == KPFD_OK, "a summary is told");
    require(summary.verdict == verdict_, "the summary has the verdict");
    require((summary.status == KPFD_OK) == (verdict_ != KPFD_UNCHECKED), "the status says why not");
    require((*summary.reason == '\0') == (verdict_ != KPFD_UNCHECKED), "so does the reason");
    const std::string_view json = kpfd_check_summary_json(check_);
    constexpr std::string_view names[] = {"unchecked", "accept", "reject"};
    require(is_json_object(json), "the summary is JSON", json);
    require(json.find("\"verdict\":\"" + std::string(names[verdict_])) != std::string_view::npos,
            "the JSON has the verdict", json);
    require(is_utf8(kpfd_last_error()), "the last error is UTF-8");
  }

  std::uint8_t flags_;
  Input& input_;
  kpfd_check* check_ = nullptr;
  bool streaming_ = false;
  bool spoiled_ = false;
  bool cancelled_ = false;
  std::string fed_;
  std::uint64_t findings_ = 0;
  kpfd_verdict verdict_ = KPFD_UNCHECKED;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint8_t flags = input.byte();
  Caller caller(flags, input);
  // A stream of nothing but short calls would take long and tell nothing new.
  for (int calls = 0; calls < 64 && !input.rest().empty(); ++calls) {
    caller.call();
  }
  return 0;
}
