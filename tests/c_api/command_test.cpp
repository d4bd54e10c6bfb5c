// The C interface and the command say the same of every sample, however its bytes come.
#include <algorithm>
#include <filesystem>
#include <map>

#include "tests/c_api/support.hpp"

namespace {

using namespace kpfd_test;
namespace fs = std::filesystem;

/// A sample, and what the command says of it.
struct Sample {
  std::string path;
  std::string date = "2026-07-31";
  std::vector<std::string> lines;
};

std::vector<Sample> all_samples() {
  std::vector<Sample> samples;
  for (const char* top : {"valid", "invalid"}) {
    for (const fs::directory_entry& folder :
         fs::directory_iterator(fs::path(KPFD_SOURCE_DIR) / "samples" / top)) {
      for (const fs::directory_entry& file : fs::directory_iterator(folder.path() / "input")) {
        Sample sample;
        sample.path = file.path().string();
        if (fs::exists(folder.path() / "as-of")) {
          sample.date = read_file((folder.path() / "as-of").string()).substr(0, 10);
        }
        samples.push_back(std::move(sample));
      }
    }
  }
  BOOST_TEST_REQUIRE(samples.size() > 300U);
  return samples;
}

/// Asks the command once for all samples of a day.
void ask_command(std::vector<Sample>& samples, const std::string& language) {
  std::map<std::string, std::vector<std::size_t>> by_date;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    by_date[samples[i].date].push_back(i);
  }
  for (const auto& [date, indexes] : by_date) {
    std::vector<std::string> arguments = {"check", "--format", "jsonl",  "--as-of",
                                          date,    "--lang",   language, "--show-values"};
    for (const std::size_t index : indexes) {
      arguments.push_back(samples[index].path);
    }
    const Result result = kpfd_run(arguments);
    std::size_t at = 0;
    for (const std::string& line : lines_of(result.out)) {
      BOOST_TEST_REQUIRE(at < indexes.size());
      samples[indexes[at]].lines.push_back(line);
      at += line.rfind(R"({"type":"summary")", 0) == 0 ? 1U : 0U;
    }
    BOOST_TEST_REQUIRE(at == indexes.size());
  }
}

void expect_same(const Told& told, const JsonObject& object) {
  constexpr const char* names[] = {"info", "warning", "error"};
  BOOST_TEST(object["type"] == "finding");
  BOOST_TEST(object["line"] == std::to_string(told.line));
  BOOST_TEST(object["form"] == told.form);
  BOOST_TEST(object["item"] == std::to_string(told.item));
  BOOST_TEST(object["key"] == told.key);
  BOOST_TEST(object["rule"] == told.rule);
  BOOST_TEST(object["severity"] == names[told.severity]);
  BOOST_TEST(object["message"] == told.message);
  BOOST_TEST(object["offset"] == std::to_string(told.offset));
  BOOST_TEST(object["length"] == std::to_string(told.length));
  std::string keys = "type file line form item key rule severity message offset length";
  if (told.has_value) {
    keys += " value";
    if (object["value"].find_first_of("\x7F\xC2", 0) == std::string::npos &&
        std::all_of(object["value"].begin(), object["value"].end(),
                    [](char c) { return static_cast<unsigned char>(c) >= 0x20; })) {
      BOOST_TEST(object["value"] == told.value);
    }
  }
  BOOST_TEST(object.keys() == keys);
}

void expect_same_as_command(const std::string& language) {
  std::vector<Sample> samples = all_samples();
  ask_command(samples, language);
  std::size_t findings = 0;
  for (const Sample& sample : samples) {
    BOOST_TEST_CONTEXT(sample.path) {
      kpfd_engine_options options = engine_options();
      options.language = language.c_str();
      options.check_date = sample.date.c_str();
      const EngineHandle engine = open_engine(options);
      kpfd_check_options shown = check_options();
      shown.show_values = 1;
      Listener listener(engine.get(), shown);
      const kpfd_verdict verdict = kpfd_check_path(listener.check.get(), sample.path.c_str());
      BOOST_TEST(verdict != KPFD_UNCHECKED);
      BOOST_TEST_REQUIRE(listener.findings.size() + 1 == sample.lines.size());
      for (std::size_t i = 0; i < listener.findings.size(); ++i) {
        expect_same(listener.findings[i], JsonObject(sample.lines[i]));
      }
      findings += listener.findings.size();
      const std::string summary = kpfd_check_summary_json(listener.check.get());
      BOOST_TEST(summary == sample.lines.back());
      const std::string name = verdict == KPFD_ACCEPT ? "accept" : "reject";
      BOOST_TEST(JsonObject(summary)["verdict"] == name);
    }
  }
  BOOST_TEST(findings > 300U);
}

BOOST_AUTO_TEST_SUITE(the_command)

BOOST_AUTO_TEST_CASE(says_the_same_in_english) { expect_same_as_command("en"); }
BOOST_AUTO_TEST_CASE(says_the_same_in_japanese) { expect_same_as_command("ja"); }

BOOST_AUTO_TEST_SUITE_END()

// The whole buffer, the path and pieces of every size.
BOOST_AUTO_TEST_CASE(the_way_of_the_bytes_does_not_matter) {
  const EngineHandle engine = open_engine();
  for (const Sample& sample : all_samples()) {
    BOOST_TEST_CONTEXT(sample.path) {
      const std::string text = read_file(sample.path);
      const char* const name = sample.path.c_str();
      kpfd_check_options options = check_options();
      options.check_date = sample.date.c_str();
      options.stream_memory = 512;
      Listener listener(engine.get(), options);
      const kpfd_verdict verdict = listener.buffer(text, name);
      const std::vector<Told> findings = listener.findings;
      const std::string summary = kpfd_check_summary_json(listener.check.get());
      for (const std::size_t size :
           {std::size_t{1}, std::size_t{7}, std::size_t{4096}, text.size() + 1}) {
        BOOST_TEST(listener.stream(text, size, name) == verdict);
        BOOST_TEST((listener.findings == findings));
        BOOST_TEST(kpfd_check_summary_json(listener.check.get()) == summary);
      }
      listener.findings.clear();
      BOOST_TEST(kpfd_check_path(listener.check.get(), name) == verdict);
      BOOST_TEST((listener.findings == findings));
      BOOST_TEST(kpfd_check_summary_json(listener.check.get()) == summary);
    }
  }
}

}  // namespace
