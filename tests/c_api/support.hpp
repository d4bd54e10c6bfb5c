// Engines and checks of the C interface, and what they tell.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/kpfd.h"
#include "tests/cli/command.hpp"
#include "tests/support/exact.hpp"

namespace kpfd_test {

struct EngineFree {
  void operator()(kpfd_engine* engine) const { kpfd_engine_free(engine); }
};
using EngineHandle = std::unique_ptr<kpfd_engine, EngineFree>;

struct CheckFree {
  void operator()(kpfd_check* check) const { kpfd_check_free(check); }
};
using CheckHandle = std::unique_ptr<kpfd_check, CheckFree>;

/// Options with the tests' check date, in English.
inline kpfd_engine_options engine_options() {
  kpfd_engine_options options = KPFD_ENGINE_OPTIONS_INIT;
  options.check_date = "2026-07-31";
  options.language = "en";
  return options;
}

inline kpfd_check_options check_options() {
  const kpfd_check_options options = KPFD_CHECK_OPTIONS_INIT;
  return options;
}

inline EngineHandle open_engine(const kpfd_engine_options& options = engine_options()) {
  kpfd_engine* engine = nullptr;
  const kpfd_status status = kpfd_engine_open(&options, &engine);
  BOOST_TEST_REQUIRE(status == KPFD_OK, kpfd_last_error());
  return EngineHandle(engine);
}

inline CheckHandle open_check(const kpfd_engine* engine, const kpfd_check_options& options) {
  kpfd_check* check = nullptr;
  const kpfd_status status = kpfd_check_open(engine, &options, &check);
  BOOST_TEST_REQUIRE(status == KPFD_OK, kpfd_last_error());
  return CheckHandle(check);
}

inline kpfd_summary summary_of(kpfd_check* check) {
  kpfd_summary summary = KPFD_SUMMARY_INIT;
  BOOST_TEST_REQUIRE(kpfd_check_summary(check, &summary) == KPFD_OK);
  return summary;
}

/// A finding, kept: all its members, in the order of the JSON lines.
struct Told {
  std::uint64_t line = 0;
  std::string form;
  std::uint32_t item = 0;
  std::string key;
  std::string rule;
  std::int32_t severity = 0;
  std::string message;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::string attachment;
  std::string reason;
  bool has_value = false;
  std::string value;

  explicit Told(const kpfd_finding& finding)
      : line(finding.line),
        form(finding.form),
        item(finding.item),
        key(finding.key),
        rule(finding.rule),
        severity(finding.severity),
        message(finding.message),
        offset(finding.offset),
        length(finding.length),
        attachment(finding.attachment),
        reason(finding.reason),
        has_value(finding.value != nullptr),
        value(finding.value == nullptr ? "" : finding.value) {}

  bool operator==(const Told& other) const = default;
  std::string place() const {
    constexpr const char* names[] = {"info", "warning", "error"};
    return std::to_string(line) + ' ' + std::to_string(item) + ' ' + names[severity] + ' ' + rule;
  }
};
inline std::ostream& operator<<(std::ostream& out, const Told& told) {
  return out << told.place() << " at " << told.offset << '+' << told.length << ": " << told.message;
}

/// A check that keeps what it is told. `user` of its callbacks is the object itself.
struct Listener {
  explicit Listener(const kpfd_engine* engine, kpfd_check_options options = check_options()) {
    options.on_finding = [](const kpfd_finding* finding, void* user) {
      auto& self = *static_cast<Listener*>(user);
      self.findings.emplace_back(*finding);
      return self.most == 0 || self.findings.size() < self.most ? 0 : 1;
    };
    options.user = this;
    check = open_check(engine, options);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  kpfd_verdict buffer(std::string_view text, const char* name = "KPFD0006.CSV") {
    findings.clear();
    const Exact exact(text);
    return kpfd_check_buffer(check.get(), name, exact.data(), exact.size());
  }

  /// The same in pieces of this size.
  kpfd_verdict stream(std::string_view text, std::size_t size, const char* name = "KPFD0006.CSV") {
    findings.clear();
    BOOST_TEST_REQUIRE(kpfd_check_begin(check.get(), name) == KPFD_OK);
    for (std::size_t at = 0; at < text.size(); at += size) {
      const Exact piece(text.substr(at, size));
      BOOST_TEST_REQUIRE(kpfd_check_feed(check.get(), piece.data(), piece.size()) == KPFD_OK);
    }
    return kpfd_check_finish(check.get());
  }

  CheckHandle check;
  std::vector<Told> findings;
  std::size_t most = 0;  ///< findings after which it stops the check; 0: never
};

/// What the last failure of this thread says.
inline std::string last_error() { return kpfd_last_error(); }

}  // namespace kpfd_test
