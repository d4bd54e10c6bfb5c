// The command under test, and files for it.
#pragma once

#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/system/sanitizer.hpp"
#include "tests/support/filings.hpp"
#include "tests/support/json.hpp"
#include "tests/support/process.hpp"

namespace kpfd_test {

/// Path of the command: the test's last argument.
inline std::string command() {
  const auto& suite = boost::unit_test::framework::master_test_suite();
  if (suite.argc < 2) {
    throw std::runtime_error("give the path of the command behind --");
  }
  return suite.argv[suite.argc - 1];
}

/// A sanitizer makes each start a hundred times as long. Where the command is started for every
/// item or rule there is, one in so many is tried with one, and all without. No divisor of the
/// counts of formats and languages, so that each of them has its turn.
inline constexpr std::size_t one_in = kpfd::system::is_sanitized ? 5 : 1;

inline Result kpfd_with(Call call) { return run(command(), call); }

inline Result kpfd_run(std::vector<std::string> arguments) {
  Call call;
  call.arguments = std::move(arguments);
  return run(command(), call);
}

/// `kpfd check` with the tests' check date, in English.
inline Result check(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"check", "--as-of", "2026-07-31", "--lang", "en"});
  return kpfd_run(std::move(arguments));
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// One object a line.
inline std::vector<JsonObject> objects_of(const std::string& jsonl) {
  std::vector<JsonObject> objects;
  static std::vector<std::vector<std::string>> kept;  // objects are views of their lines
  kept.push_back(lines_of(jsonl));
  for (const std::string& line : kept.back()) {
    objects.emplace_back(line);
  }
  return objects;
}

/// A good filing, and a bad one with two errors and a warning.
inline std::string good_text() { return filing_for("KPFD").text(); }
inline std::string bad_text() {
  Filing filing = filing_for("KPFD");
  filing.set("cash", "x").set("prefecture_code", "99").set("name_kanji", sjis("健保太郎"));
  return filing.text();
}

}  // namespace kpfd_test
