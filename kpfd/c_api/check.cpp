// A filing => findings through a callback, a verdict, a summary.

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "kpfd/c_api/engine.hpp"
#include "kpfd/c_api/errors.hpp"
#include "kpfd/c_api/structs.hpp"
#include "kpfd/report/json_report.hpp"
#include "kpfd/report/value.hpp"
#include "kpfd/sources/open.hpp"
#include "kpfd/sources/spool.hpp"

namespace kpfd::c_api {

namespace {

constexpr std::uint32_t most_threads = 64;

constexpr Words cancelled_words = {"点検は途中で止められました", "the check was cancelled"};
constexpr Words no_check_words = {"まだ点検していません", "nothing has been checked yet"};

/// A stream between begin and finish.
struct Stream {
  std::string name;
  sources::Spool spool;
  kpfd_status fault = KPFD_OK;  ///< why it cannot be checked
  std::string reason;
};

kpfd_severity severity_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return KPFD_SEVERITY_ERROR;
    case Severity::warning:
      return KPFD_SEVERITY_WARNING;
    case Severity::info:
      break;
  }
  return KPFD_SEVERITY_INFO;
}

kpfd_verdict verdict_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept:
      return KPFD_ACCEPT;
    case Verdict::reject:
      return KPFD_REJECT;
    case Verdict::unchecked:
      break;
  }
  return KPFD_UNCHECKED;
}

/// Keeps a report's bytes.
class StringOutput final : public report::Output {
 public:
  explicit StringOutput(std::string& text) : text_(text) {}
  void write(std::string_view bytes) override { text_ += bytes; }

 private:
  std::string& text_;
};

}  // namespace

}  // namespace kpfd::c_api

using namespace kpfd;
using namespace kpfd::c_api;

struct kpfd_check {
  std::shared_ptr<const EngineState> engine;
  kpfd_check_options options{};  ///< its texts are not used: they stand below
  CivilDate check_date;
  std::string edition;

  std::atomic<bool> busy{false};
  std::atomic<bool> cancelled{false};

  std::optional<Stream> stream;

  // What is known of the filing that was checked last.
  Summary summary;
  kpfd_status status = KPFD_E_ARGUMENT;
  std::string name;
  std::string summary_json;

  // Texts of a finding, kept for their capacity.
  std::string rule;
  std::string form;
  std::string key;
  std::string message;
  std::string reason;
  std::string attachment;
  std::string value;
};

namespace kpfd::c_api {

namespace {

/// The right to work with a check. Throws Refusal where somebody else has it.
class Use {
 public:
  explicit Use(kpfd_check* check) : check_(check) {
    require(check, "check");
    if (check->busy.exchange(true, std::memory_order_acquire)) {
      throw Refusal(KPFD_E_BUSY, "this check is at work: only kpfd_check_cancel() may be called");
    }
  }
  ~Use() { check_->busy.store(false, std::memory_order_release); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  kpfd_check* check_;
};

/// One run of the engine: hands on what it tells, and stops it.
class Run final : public Source, public FindingSink {
 public:
  Run(kpfd_check& check, Source& source) : check_(check), source_(source) {}

  bool stopped() const { return stopped_ || check_.cancelled.load(std::memory_order_relaxed); }

  // Everything that is checked is read first, so a check that is to stop ends here.
  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    if (stopped()) {
      throw SourceError(check_.engine->words(cancelled_words));
    }
    return source_.read(offset, to, size);
  }
  std::uint64_t size_hint() const override { return source_.size_hint(); }

  void finding(const Finding& finding) override {
    if (check_.options.on_finding == nullptr || stopped()) {
      return;
    }
    const kpfd_finding told = translated(finding);
    stopped_ = check_.options.on_finding(&told, check_.options.user) != 0;
  }

  bool progress(std::uint64_t done, std::uint64_t all) {
    const std::uint64_t hint = source_.size_hint();
    if (check_.options.on_progress != nullptr && !stopped()) {
      stopped_ = check_.options.on_progress(done, hint == unknown_size ? all : hint,
                                            check_.options.user) != 0;
    }
    return !stopped();
  }

 private:
  kpfd_finding translated(const Finding& finding) {
    const report::Catalogue& catalogue = check_.engine->catalogue;
    const bool show_values = check_.options.show_values != 0;
    check_.rule = finding.rule == nullptr ? std::string_view{} : finding.rule->id;
    check_.form = finding.form;
    check_.key = finding.item_name.key;
    check_.message.clear();
    catalogue.render(finding, {show_values, report::Escape::none}, check_.message);
    check_.reason = finding.reason.empty() ? std::string_view{}
                                           : catalogue.chosen(finding.reason, finding.reason_en);
    check_.attachment = finding.rule == nullptr ? std::string_view{} : finding.rule->attachment.key;
    check_.value.clear();
    const bool has_value = show_values && finding.item != 0;
    if (has_value) {
      report::append_value(check_.value, finding, report::Escape::none);
    }
    kpfd_finding told{};
    told.struct_size = sizeof told;
    told.abi_version = KPFD_ABI_VERSION;
    told.severity = severity_of(finding.severity);
    told.item = finding.item;
    told.line = finding.line;
    told.offset = finding.offset;
    told.length = finding.length;
    told.rule = check_.rule.c_str();
    told.form = check_.form.c_str();
    told.key = check_.key.c_str();
    told.message = check_.message.c_str();
    told.reason = check_.reason.c_str();
    told.attachment = check_.attachment.c_str();
    told.value = has_value ? check_.value.c_str() : nullptr;
    return told;
  }

  kpfd_check& check_;
  Source& source_;
  bool stopped_ = false;
};

/// The result of a filing that has not been checked.
void set_unchecked(kpfd_check& check, kpfd_status status, std::string reason) {
  check.summary.verdict = Verdict::unchecked;
  check.summary.reason = std::move(reason);
  check.status = status;
  set_last_error(check.summary.reason);
}

void run(kpfd_check& check, std::string_view name, Source& source) {
  check.name = name;
  Run handed(check, source);
  CheckOptions options;
  options.file_name = check.name;
  options.check_date = check.check_date;
  options.edition = check.edition;
  options.threads = std::max(check.options.threads, 1U);
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    return handed.progress(done, all);
  };
  check.summary = check.engine->engine.check(handed, options, handed);
  if (handed.stopped()) {
    // A check that was stopped at its last finding has been done, but nobody has heard all of it.
    set_unchecked(check, KPFD_E_CANCELLED, check.engine->words(cancelled_words));
  } else if (check.summary.verdict == Verdict::unchecked) {
    set_unchecked(check, KPFD_E_READ, std::move(check.summary.reason));
  } else {
    check.status = KPFD_OK;
  }
}

/// A function that checks a filing. Whatever happens in `body`: without a verdict of this filing it
/// is unchecked.
template <typename Body>
kpfd_verdict checked(kpfd_check* check, Body body) noexcept {
  kpfd_verdict verdict = KPFD_UNCHECKED;
  static_cast<void>(guarded([&] {
    const Use use(check);
    check->summary = Summary();
    check->status = KPFD_E_INTERNAL;
    check->name.clear();
    check->summary_json.clear();
    try {
      body();
    } catch (...) {
      check->summary.verdict = Verdict::unchecked;
      check->status = status_of_current_exception();
      check->summary.reason = last_error();
      throw;
    }
    verdict = verdict_of(check->summary.verdict);
  }));
  return verdict;
}

void refuse_while_streaming(const kpfd_check& check) {
  if (check.stream) {
    throw Refusal(KPFD_E_ARGUMENT,
                  "a stream has begun: finish it, or begin another one, before anything else");
  }
}

void refuse_where_cancelled(const kpfd_check& check) {
  if (check.cancelled.load(std::memory_order_relaxed)) {
    throw Refusal(KPFD_E_CANCELLED, check.engine->words(cancelled_words));
  }
}

std::string_view bytes_of(const void* bytes, std::size_t size) {
  if (size > 0) {
    require(bytes, "bytes");
  }
  return {static_cast<const char*>(bytes), size};
}

std::unique_ptr<kpfd_check> make_check(const kpfd_engine& engine,
                                       const kpfd_check_options& options) {
  if ((options.show_values != 0 && options.show_values != 1) || options.threads > most_threads) {
    throw Refusal(KPFD_E_ARGUMENT,
                  "options->show_values is neither 0 nor 1, or options->threads is above 64: begin "
                  "with KPFD_CHECK_OPTIONS_INIT");
  }
  auto check = std::make_unique<kpfd_check>();
  check->engine = engine.state;
  check->check_date = options.check_date == nullptr
                          ? engine.state->check_date
                          : read_check_date(options.check_date, "options");
  if (!check->check_date.known()) {
    throw Refusal(KPFD_E_ARGUMENT,
                  "no check date: give the engine one, or the check (today in Japan, YYYY-MM-DD)");
  }
  if (options.edition != nullptr) {
    check->edition = options.edition;
    const std::vector<std::string>& known = engine.state->engine.editions();
    if (std::find(known.begin(), known.end(), check->edition) == known.end()) {
      std::string text = "options->edition: there is no such edition; there are";
      for (const std::string& id : known) {
        text += ' ' + id;
      }
      throw Refusal(KPFD_E_ARGUMENT, text);
    }
  }
  check->options = options;
  check->options.check_date = nullptr;
  check->options.edition = nullptr;
  check->summary.reason = engine.state->words(no_check_words);
  return check;
}

sources::Spool::Limits limits_of(const kpfd_check_options& options) {
  sources::Spool::Limits limits;
  if (options.stream_memory != 0) {
    limits.in_memory = options.stream_memory;
  }
  return limits;
}

std::string json_of(const kpfd_check& check) {
  const EngineState& engine = *check.engine;
  report::ReportOptions options;
  options.schemas = engine.engine.schemas_edition();
  options.rules = engine.engine.rules_hash();
  std::string json;
  StringOutput output(json);
  report::JsonLinesReport report(output, engine.catalogue, std::move(options));
  report.begin_file(check.name, check.summary.bytes);
  report.end_file(check.summary);
  report.finish();
  json.pop_back();  // the line end
  return json;
}

}  // namespace

}  // namespace kpfd::c_api

kpfd_status kpfd_check_open(const kpfd_engine* engine, const kpfd_check_options* options,
                            kpfd_check** check) {
  return guarded([&] {
    require(check, "check");
    *check = nullptr;
    require(engine, "engine");
    *check = make_check(*engine, options == nullptr
                                     ? kpfd_check_options{}
                                     : read_struct<kpfd_check_options>(options, "options"))
                 .release();
  });
}

kpfd_verdict kpfd_check_buffer(kpfd_check* check, const char* name, const void* bytes,
                               size_t size) {
  return checked(check, [&] {
    refuse_while_streaming(*check);
    MemorySource source(bytes_of(bytes, size));
    run(*check, name == nullptr ? "" : name, source);
  });
}

kpfd_verdict kpfd_check_path(kpfd_check* check, const char* path) {
  return checked(check, [&] {
    refuse_while_streaming(*check);
    require(path, "path");
    check->name = path;
    refuse_where_cancelled(*check);
    const sources::OpenedSource opened = sources::open_regular_file(path, check->engine->language);
    run(*check, path, *opened.source);
  });
}

kpfd_status kpfd_check_begin(kpfd_check* check, const char* name) {
  return guarded([&] {
    const Use use(check);
    check->stream.reset();
    check->stream.emplace(Stream{name == nullptr ? "" : name,
                                 sources::Spool(check->engine->language, limits_of(check->options)),
                                 KPFD_OK,
                                 {}});
  });
}

kpfd_status kpfd_check_feed(kpfd_check* check, const void* bytes, size_t size) {
  return guarded([&] {
    const Use use(check);
    if (!check->stream) {
      throw Refusal(KPFD_E_ARGUMENT, "no stream has begun: call kpfd_check_begin() first");
    }
    Stream& stream = *check->stream;
    if (stream.fault != KPFD_OK) {
      throw Refusal(stream.fault, stream.reason);
    }
    try {
      refuse_where_cancelled(*check);
      stream.spool.append(bytes_of(bytes, size));
    } catch (...) {
      stream.fault = status_of_current_exception();
      stream.reason = last_error();
      throw;
    }
  });
}

kpfd_verdict kpfd_check_finish(kpfd_check* check) {
  return checked(check, [&] {
    if (!check->stream) {
      throw Refusal(KPFD_E_ARGUMENT, "no stream has begun: call kpfd_check_begin() first");
    }
    // However it ends, the stream is over.
    Stream stream = std::move(*check->stream);
    check->stream.reset();
    check->name = stream.name;
    if (stream.fault != KPFD_OK) {
      throw Refusal(stream.fault, stream.reason);
    }
    run(*check, stream.name, stream.spool);
  });
}

void kpfd_check_cancel(kpfd_check* check) {
  if (check != nullptr) {
    check->cancelled.store(true, std::memory_order_relaxed);
  }
}

kpfd_verdict kpfd_check_verdict(kpfd_check* check) {
  kpfd_verdict verdict = KPFD_UNCHECKED;
  static_cast<void>(guarded([&] {
    const Use use(check);
    verdict = verdict_of(check->summary.verdict);
  }));
  return verdict;
}

kpfd_status kpfd_check_summary(kpfd_check* check, kpfd_summary* summary) {
  return guarded([&] {
    const Use use(check);
    kpfd_summary told{};
    told.verdict = verdict_of(check->summary.verdict);
    told.status = check->status;
    told.errors = check->summary.errors;
    told.warnings = check->summary.warnings;
    told.bytes = check->summary.bytes;
    told.lines = check->summary.lines;
    told.offices = check->summary.offices;
    told.data_records = check->summary.data_records;
    told.kind = check->summary.kind.c_str();
    told.encoding = check->summary.encoding.c_str();
    told.edition = check->summary.edition.c_str();
    told.reason = check->summary.reason.c_str();
    write_struct(told, summary, "summary");
  });
}

const char* kpfd_check_summary_json(kpfd_check* check) {
  const char* json = "";
  static_cast<void>(guarded([&] {
    const Use use(check);
    if (check->summary_json.empty()) {
      check->summary_json = json_of(*check);
    }
    json = check->summary_json.c_str();
  }));
  return json;
}

kpfd_status kpfd_check_free(kpfd_check* check) {
  if (check == nullptr) {
    return KPFD_OK;
  }
  return guarded([&] {
    // Never given back: from now on nobody may use it.
    if (check->busy.exchange(true, std::memory_order_acquire)) {
      throw Refusal(KPFD_E_BUSY, "this check is at work: free it when its function has returned");
    }
    delete check;
  });
}
